"""The three-field follow-up by keyboard, from anywhere: strokes counted, tasks, undo, drafts."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from crm_core.model.query import Query
from desktop.services.commands.follow_up import FollowUpEntry as Entry
from desktop.services.commands.follow_up import about, do_log_follow_up
from desktop.services.commands.verbs import do_undo
from desktop.viewmodels.follow_up import newest_draft
from desktop.views.main_window import MainWindow
from desktop.views.pages.visits.follow_up_sheet import FollowUpSheet
from tests.builders import a_customer, a_task
from tests.desktop.views.desk import Desk, a_desk, put

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
MOST_STROKES = 12
"""Row 3.1; a chord such as Ctrl+J is one stroke."""


@dataclass
class Memory:
    """A window that was never shown before."""

    kept: dict[str, str] = field(default_factory=dict)

    def read(self, key: str) -> str | None:
        return self.kept.get(key)

    def write(self, key: str, value: str) -> None:
        self.kept[key] = value


@dataclass
class Keyboard:
    """Presses keys where the focus is, and counts them."""

    strokes: int = 0

    def press(
        self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        self.strokes += 1
        target = QApplication.focusWidget()
        assert target is not None
        QTest.keyClick(target, key, held)

    def write(self, letters: str) -> None:
        for letter in letters:
            self.strokes += 1
            target = QApplication.focusWidget()
            assert target is not None
            QTest.keyClicks(target, letter)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


@pytest.fixture
def lead(desk: Desk) -> str:
    return desk.add("lead", {"name": "王女士", "stage": "captured", "phone": "13800138000"})


@pytest.fixture
def window(desk: Desk, lead: str, qtbot: QtBot, chinese: QApplication) -> Iterator[MainWindow]:
    made = MainWindow(desk.session, Memory())
    put(qtbot, made.shell, width=1280)
    yield made
    made.close()


def sheet_of(window: MainWindow, qtbot: QtBot) -> FollowUpSheet:
    qtbot.waitUntil(lambda: window.follow_up.sheet is not None)
    sheet = window.follow_up.sheet
    assert sheet is not None
    qtbot.waitUntil(lambda: has_focus(sheet))
    return sheet


def has_focus(widget: QWidget) -> bool:
    focus = QApplication.focusWidget()
    return focus is not None and widget.isAncestorOf(focus)


def test_from_anywhere_to_saved_in_at_most_twelve_strokes(
    window: MainWindow, desk: Desk, lead: str, qtbot: QtBot
) -> None:
    keys = Keyboard()
    window.shell.show_page("today")
    window.shell.setFocus()
    keys.press(Qt.Key.Key_J, CONTROL)
    sheet = sheet_of(window, qtbot)
    keys.write("wns")
    keys.press(Qt.Key.Key_Return)
    qtbot.waitUntil(sheet.fields.action.hasFocus)
    keys.press(Qt.Key.Key_1)
    keys.press(Qt.Key.Key_1, ALT)
    keys.press(Qt.Key.Key_Return)
    keys.press(Qt.Key.Key_2, ALT)
    with qtbot.waitSignal(desk.session.finished):
        keys.press(Qt.Key.Key_Return, CONTROL)
    assert keys.strokes <= MOST_STROKES
    (found,) = desk.workspace.replica.find(Query("follow_up"))
    assert (found["action"], found["conclusion"]) == ("called", "预算有限")
    assert (found["lead"], found["next_step"], found["next_on"]) == (lead, "发报价", "2026-03-03")
    (task,) = desk.workspace.replica.find(Query("task"))
    assert (task["title"], task["due_at"]) == ("发报价", "2026-03-03T01:00:00Z")
    assert task["lead"] == lead
    # One act: what was written goes together.
    do_undo(desk.workspace, desk.done[-1].group)
    assert desk.workspace.replica.find(Query("follow_up")) == []
    assert desk.workspace.replica.find(Query("task")) == []


def test_on_a_record_it_knows_whom_and_an_outcome_brings_its_next_step(
    window: MainWindow, desk: Desk, lead: str, qtbot: QtBot
) -> None:
    keys = Keyboard()
    window.show_record("lead", lead)
    window.shell.setFocus()
    keys.press(Qt.Key.Key_J, CONTROL)
    sheet = sheet_of(window, qtbot)
    qtbot.waitUntil(lambda: sheet.fields.about.text() == "王女士")
    keys.press(Qt.Key.Key_7)
    assert sheet.fields.next_step.text() == "再打一次电话"
    keys.press(Qt.Key.Key_Tab)
    sheet.fields.next_day.line.setFocus()
    keys.press(Qt.Key.Key_A, CONTROL)
    keys.write("+3")
    with qtbot.waitSignal(desk.session.finished):
        keys.press(Qt.Key.Key_Return, CONTROL)
    assert keys.strokes <= MOST_STROKES
    (found,) = desk.workspace.replica.find(Query("follow_up"))
    assert (found["action"], found["next_on"]) == ("unreached", "2026-03-05")


def test_a_first_follow_up_without_action_is_refused_at_the_field(
    window: MainWindow, desk: Desk, lead: str, qtbot: QtBot
) -> None:
    window.follow_up.open_for("lead", lead)
    sheet = sheet_of(window, qtbot)
    qtbot.waitUntil(lambda: sheet.fields.about.text() == "王女士")
    fields = sheet.fields
    fields.conclusion.setPlainText("长" * 101)
    fields.next_day.line.setText("哪天")
    sheet.submitted.emit()
    assert "第一次跟进" in fields.problems["action"].text()
    assert "100" in fields.problems["conclusion"].text()
    assert fields.problems["next_on"].text()
    assert fields.action.hasFocus()
    assert desk.workspace.replica.find(Query("follow_up")) == []
    QTest.keyClick(fields.action, Qt.Key.Key_2)
    assert not fields.problems["action"].text()
    assert fields.conclusion.toPlainText() == "长" * 101
    sheet.put_away()


def test_what_is_typed_outlives_the_window_and_is_offered_again(
    window: MainWindow, desk: Desk, lead: str, qtbot: QtBot
) -> None:
    window.follow_up.open_for("lead", lead)
    sheet = sheet_of(window, qtbot)
    qtbot.waitUntil(lambda: sheet.fields.about.text() == "王女士")
    sheet.fields.conclusion.setPlainText("要三家比价")
    sheet.fields.next_day.line.setText("周五吧")
    qtbot.waitUntil(lambda: newest_draft(desk.workspace) is not None)
    window.close()
    found = newest_draft(desk.workspace)
    assert found is not None
    again = FollowUpSheet(desk.session, draft=found)
    put(qtbot, again)
    qtbot.waitUntil(lambda: again.fields.about.text() == "王女士")
    assert again.fields.typed().conclusion == "要三家比价"
    assert again.fields.typed().next_day == "周五吧"
    again.fields.next_day.line.clear()
    QTest.keyClick(again.fields.action, Qt.Key.Key_1)
    with qtbot.waitSignal(again.saved):
        QTest.keyClick(again.fields.conclusion, Qt.Key.Key_Return, CONTROL)
    qtbot.waitUntil(lambda: newest_draft(desk.workspace) is None)


def test_whom_a_record_leads_to(desk: Desk, lead: str) -> None:
    workspace = desk.workspace
    hospital = desk.add("customer", a_customer(name="瑞金医院"))
    person = desk.add("contact", {"name": "张主任", "customer": hospital})
    task = desk.add("task", a_task(lead=lead))
    product = desk.add("product", {"name": "质谱仪"})
    found = about(workspace, "contact", person)
    assert found is not None
    assert (found.title, found.links) == (
        "张主任 · 瑞金医院",
        {"contact": person, "customer": hospital},
    )
    assert found.first
    assert about(workspace, "product", product) is None
    assert about(workspace, "task", "nobody") is None
    led = about(workspace, "task", task)
    assert led is not None
    assert led.links == {"lead": lead}
    do_log_follow_up(workspace, Entry(led.links, "called", next_on="2026-03-04"))
    after = about(workspace, "lead", lead)
    assert after is not None
    assert not after.first
    titles = [t["title"] for t in workspace.replica.find(Query("task"))]
    assert "跟进王女士" in titles
