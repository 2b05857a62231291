"""Who is calling: by keyboard from the number to the record or to a follow-up; health explained."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.services.online.sync_status import SyncState, SyncStatus
from desktop.viewmodels.records.standing import short_id
from desktop.views.pages.records.customer_page import CustomerPage
from desktop.views.pages.visits.incoming_sheet import IncomingSheet
from tests.builders import a_customer, a_task
from tests.desktop.views.desk import Desk, a_desk, put

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


@pytest.fixture
def hospital(desk: Desk) -> str:
    made = desk.add("customer", a_customer(name="瑞金医院", phone="021-64370045"))
    promise = {"title": "寄样品", "kind": "promise", "due_at": "2026-03-01 09:00"}
    desk.add("task", a_task(customer=made, **promise))
    return made


def test_a_number_that_was_copied_is_looked_up_and_the_call_logged(
    desk: Desk, hospital: str, qtbot: QtBot, chinese: QApplication
) -> None:
    QGuiApplication.clipboard().setText("+86 21 6437 0045")
    sheet = IncomingSheet(desk.session)
    put(qtbot, sheet, width=600, height=480)
    qtbot.waitUntil(lambda: sheet.current() is not None)
    assert sheet.shown_tasks() == ["寄样品"]
    with qtbot.waitSignal(desk.session.follow_up_requested) as asked:
        QTest.keyClick(sheet.number, Qt.Key.Key_Return, CONTROL)
    assert asked.args == ["customer", hospital]


def test_enter_opens_and_an_unknown_number_says_so(
    desk: Desk, hospital: str, qtbot: QtBot, chinese: QApplication
) -> None:
    QGuiApplication.clipboard().clear()
    sheet = IncomingSheet(desk.session)
    put(qtbot, sheet, width=600, height=480)
    sheet.number.setText("5555")
    with qtbot.waitSignal(sheet.looked):
        sheet.look()
    assert "没有" in sheet.hint.text()
    sheet.number.setText("0045")
    with qtbot.waitSignal(sheet.looked):
        sheet.look()
    QTest.keyClick(sheet.number, Qt.Key.Key_Return)
    assert desk.opened == [("customer", hospital)]


def test_the_header_tells_health_with_its_reasons_and_a_short_id(
    desk: Desk, hospital: str, qtbot: QtBot, chinese: QApplication
) -> None:
    desk.add("contact", {"name": "张主任", "customer": hospital, "part": "decision"})
    page = CustomerPage(desk.session)
    put(qtbot, page)
    with qtbot.waitSignal(page.shown):
        page.show_record(hospital)
    standing = page.standing
    assert standing.health.text() == "健康 75"
    assert "逾期的承诺 1 项   -15" in standing.health.toolTip()
    assert standing.people.text() == "联系人 1（决策 1）"
    assert standing.cid.text() == short_id(hospital)
    assert len(short_id(hospital)) == 11
    with qtbot.waitSignal(desk.session.drill_requested) as asked:
        standing.people.click()
    assert asked.args[0].entity == "contact"


def test_a_number_somebody_else_has_is_said_without_saying_who(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.session.set_status(SyncStatus(SyncState.IDLE))
    said = [{"by": "phone", "owner": "李维", "since": "2026-01-05"}]
    monkeypatch.setattr(desk.workspace.client, "signed", lambda _ask: said)
    sheet = IncomingSheet(desk.session)
    put(qtbot, sheet)
    sheet.number.setText("13912345678")
    qtbot.waitUntil(lambda: "李维" in sheet.hint.text())
