"""Pools of leads: claimed by one key, given back and taken over with reasons, and why they wait."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from crm_core.clock import iso_moment
from crm_core.errors import KnownError
from desktop.services.commands.pools import do_claim, do_give_back, do_take_over
from desktop.services.rules.lead_pools import read_pools
from desktop.views.pages.plans.pools_page import PoolsPage
from desktop.views.pages.records.why_sheet import WhySheet
from tests.desktop.views.desk import Desk, a_desk, put


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


def test_a_lead_is_explained_claimed_and_given_back(desk: Desk, qtbot: QtBot) -> None:
    common = {"stage": "captured", "received_at": iso_moment(desk.time.moment)}
    lead = desk.add("lead", {"name": "李女士", "owner": None, "source": "展会", **common})
    theirs = desk.add("lead", {"name": "何先生", "owner": "zhao", **common})
    desk.time.advance(minutes=31)
    page = PoolsPage(desk.session)
    with qtbot.waitSignal(page.shown):
        put(qtbot, page, width=1240)
    [line] = page.lines.values()
    assert (line.pool, line.claimable, line.over) == ("pool-unassigned", True, True)
    QTest.keyClick(page.table, Qt.Key.Key_W)
    [sheet] = page.window().findChildren(WhySheet)
    qtbot.waitUntil(lambda: bool(sheet.reasons))
    sheet.copy.click()
    told = QGuiApplication.clipboard().text()
    assert "✓ 其余 → 未分配：符合，按此分配" in told
    assert "✗ 省份：空" in told
    assert "展会" in told.partition("三、采集链路")[2]
    assert told.startswith("还没有负责人，在「未分配」等人领取。")
    with qtbot.waitActive(page):
        sheet.accept()
        page.activateWindow()
    page.table.setFocus()
    with qtbot.waitSignal(page.shown):
        QTest.keyClick(page.table, Qt.Key.Key_C)
    assert desk.record("lead", lead)["owner"] == "wang"
    assert page.lines == {}
    with pytest.raises(KnownError, match="别人"):
        do_claim(desk.workspace, lead)
    with pytest.raises(KnownError):
        do_give_back(desk.workspace, lead, "  ")
    do_give_back(desk.workspace, lead, "不在我的区域")
    assert desk.record("lead", lead)["owner"] is None
    do_take_over(desk.workspace, theirs, "三天没有跟进")
    last = desk.workspace.replica.history("lead", theirs)[-1]
    assert (last.value, last.reason) == ("wang", "接管：三天没有跟进")
    assert [one.id for one in read_pools(desk.workspace, "en").held] == [theirs]
    assert desk.failed == []
