"""The roster: kept by keyboard, named where a deal is stuck, and asked for help (row 4.16)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crm_core.errors import KnownError
from crm_core.model.query import Op, Query, Test
from crm_core.permissions.stored import Organisation
from desktop.services.commands.duty import do_ask_duty
from desktop.services.commands.verbs import do_change, do_undo
from desktop.services.rules.stage_gates import GateClosed
from desktop.views.pages.duty_page import LINES, DutyPage
from desktop.views.pages.records.field_editors import contract_of
from desktop.views.pages.records.record_dialog import RecordDialog
from desktop.views.pages.records.stage_card import StageCard
from desktop.views.widgets.editors.contract import FieldValue
from tests.builders import KEY, a_customer
from tests.desktop.views.desk import Desk, a_desk, put
from tests.stage_sets import laid_over, publish

DEAL = "opportunity"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


def test_a_line_is_written_by_keyboard_seen_by_day_and_taken_back(
    desk: Desk, qtbot: QtBot, chinese: QApplication
) -> None:
    publish(desk.workspace.replica, laid_over())
    page = DutyPage(desk.session)
    with qtbot.waitSignal(page.shown):
        put(qtbot, page, width=1240)
    assert "技术支持" in page.empty.accessibleDescription()  # What the stages name is taught.
    page.empty.action_triggered.emit()
    [sheet] = page.window().findChildren(RecordDialog)
    assert sheet.form.value("role") == "销售"  # The first that stages name and nobody keeps.
    given: dict[str, FieldValue] = {
        "role": "技术支持",
        "user": "zhao",
        "weekdays": ["0", "1"],
        "hours": "九点",
    }
    for name, value in given.items():
        put_in(sheet, name, value)
    assert "时段看不懂" in sheet.row("hours").error()
    put_in(sheet, "hours", "09:00-18:00")
    with qtbot.waitSignal(page.shown):
        sheet.primary.click()
    rows = page.table.facts
    assert rows.rowCount() == 14
    assert rows.index(0, 2).data() == "赵磊 09:00–18:00"
    assert [rows.index(n, 3).data() for n in range(4)] == ["", "", "无人值守", "无人值守"]
    assert page.standing.text() == "技术支持：现在值守：赵磊（到 18:00）"
    page.which.set_value(LINES)
    page.which.chosen.emit(LINES)
    assert page.table.facts.index(0, 3).data() == "周一、周二 · 09:00-18:00"
    with qtbot.waitActive(page):
        page.activateWindow()
    page.table.setFocus()
    with qtbot.waitSignal(page.shown):
        QTest.keyClick(page.table, Qt.Key.Key_Delete)
    assert desk.workspace.replica.find(Query("duty")) == []
    with qtbot.waitSignal(page.shown):
        desk.session.run(do_undo, desk.done[-1].group)
    assert page.table.facts.index(0, 2).data() == "赵磊"


def test_who_is_stuck_is_told_who_is_on_duty_and_asks_them_across_teams(
    desk: Desk, qtbot: QtBot, chinese: QApplication
) -> None:
    workspace = desk.workspace
    workspace.secrets.keep_database_key(KEY)
    publish(workspace.replica, laid_over())
    line = {"role": "技术支持", "kind": "weekly", "user": "zhao", "weekdays": ["0"]}
    desk.add("duty", line)
    deal = desk.add(DEAL, {
        "name": "质谱仪", "customer": desk.add("customer", a_customer(owner="wang")),
        "stage": "poc", "stage_since": "2026-02-20T00:00:00.000Z", "owner": "wang",
    })  # fmt: skip
    with pytest.raises(GateClosed, match="需要技术支持介入，现在值守：赵磊（到 12:00）"):
        do_change(workspace, DEAL, deal, {"stage": "quote"})
    # A rep whose data are their own: a task for somebody else is theirs to see, as they asked.
    workspace._actor = Organisation().actor("wang", "rep")
    card = StageCard(desk.session, DEAL)
    put(qtbot, card, width=420)
    card.show_for(deal)
    qtbot.waitUntil(lambda: bool(card.help.text()))
    assert card.help.text() == "请赵磊协助"
    assert words(card) == "现在值守：赵磊（到 12:00），是否请假本机不知道"
    card.on.click()
    qtbot.waitUntil(lambda: len(card.refusal.helpers) == 1)
    with qtbot.waitSignal(desk.session.finished):
        card.refusal.helpers[0].click()
    [task] = workspace.replica.find(Query("task", Test("owner", Op.EQ, "zhao")))
    assert (task["asked_by"], task["due_at"]) == ("wang", "2026-03-02T03:30:00Z")
    assert task["title"] == "「POC 测试」请技术支持协助：质谱仪"
    assert "环境部署确认" in str(task["remark"])
    with pytest.raises(KnownError, match="已经请过赵磊"):
        do_ask_duty(workspace, DEAL, deal)
    desk.time.advance(hours=9)
    card.show_for(deal)
    qtbot.waitUntil(lambda: "下一位：赵磊（03-09 09:00 起）" in words(card))


def put_in(sheet: RecordDialog, name: str, value: FieldValue) -> None:
    """Give a field a value, as typing it would."""
    contract_of(sheet.row(name).editor).setValue(value)
    sheet.row(name).changed.emit()


def words(card: StageCard) -> str:
    """What the card says of who is on duty."""
    return card.standing.duty_words("zh") if card.standing is not None else ""
