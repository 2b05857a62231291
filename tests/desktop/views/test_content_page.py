"""The page of content to send: read, changed, sent, left out, taken back (rows 2.15, 3.13)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.services.commands.verbs import do_undo
from desktop.services.rules.content_pushes import waiting_pushes
from desktop.views.pages.content_page import ContentPage
from tests.desktop.views.desk import Desk, a_desk, put

pytestmark = pytest.mark.usefixtures("chinese")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


def test_queued_content_is_read_and_sent_and_what_was_typed_stays(desk: Desk, qtbot: QtBot) -> None:
    """Row 2.15: the article and the cases of the trade, to a lead with budget and a trial."""
    article = desk.add("article", {"title": "白皮书", "body": "产品介绍", "category": "资料"})
    desk.add("article", {"title": "仁和医院案例", "body": "医院怎样用", "category": "案例"})
    desk.add("article", {"title": "学校案例", "body": "教室", "category": "案例"})
    lin = desk.add("lead", {
        "name": "林女士", "stage": "captured", "email": "lin@example.com", "industry": "hospital",
        "owner": "wang",
    })  # fmt: skip
    silent = desk.add("lead", {"name": "赵先生", "stage": "captured", "owner": "wang"})
    for lead in (lin, silent):
        desk.add("content_push", {
            "title": "白皮书", "article": article, "state": "waiting", "lead": lead,
            "queued_at": desk.workspace.clock.iso(), "owner": "wang",
        })  # fmt: skip
    assert waiting_pushes(desk.workspace) == 2
    page = ContentPage(desk.session)
    with qtbot.waitSignal(page.listed):
        put(qtbot, page)
    by_name = {row.push.name: row for row in page.rows}
    shown, other = by_name["林女士"], by_name["赵先生"]
    assert "仁和医院案例" in shown.words()
    assert "学校案例" not in shown.words()
    assert not other.buttons["send"].isEnabled(), "there is no address"
    other.text.setValue("我写的话")
    shown.text.setValue("改过的正文")
    with qtbot.waitSignal(page.listed):
        shown.setFocus()
        QTest.keyClick(shown, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    sent = desk.record("content_push", shown.push.id)
    assert (sent["state"], sent["body"]) == ("approved", "改过的正文")
    [left] = page.rows
    assert left.words() == "我写的话", "what is being written outlives the list"
    with qtbot.waitSignal(page.listed):
        left.buttons["drop"].click()
    assert desk.record("content_push", left.push.id)["state"] == "dropped"
    do_undo(desk.workspace, desk.done[-1].group)
    assert waiting_pushes(desk.workspace) == 1
    page.views.set_value("going")
    with qtbot.waitSignal(page.listed):
        page.refresh()
    with qtbot.waitSignal(page.listed):
        page.rows[0].buttons["back"].click()
    assert waiting_pushes(desk.workspace) == 2
    assert desk.failed == []
