"""A whole record at any moment: steps by arrow keys, a date by hand, differences, one way back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from crm_core.store.engines.engine import writing
from desktop.services.commands.verbs import do_change, do_delete, do_undo
from desktop.services.online.history_shelf import Fetched
from desktop.services.record_history import Reach
from desktop.views.pages.records.time_sheet import TimeSheet
from tests.builders import a_customer, an_actor, change
from tests.desktop.views.desk import Desk, a_desk, put

pytestmark = pytest.mark.usefixtures("chinese")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


@pytest.fixture
def customer(desk: Desk) -> str:
    """Created at 09:30, moved to 苏州 at 10:30 by 赵磊, its tags changed at 11:30."""
    record_id = desk.add("customer", a_customer(name="瑞金医院", city="上海", owner="wang"))
    desk.time.advance(hours=1)
    change(desk.workspace.replica, "customer", record_id, by=an_actor("zhao"), city="苏州")
    desk.time.advance(hours=1)
    change(
        desk.workspace.replica, "customer", record_id, by=an_actor("wang"), tags=["重点"], level="B"
    )
    return record_id


def a_sheet(desk: Desk, qtbot: QtBot, record_id: str) -> TimeSheet:
    sheet = TimeSheet(desk.session, "customer", record_id)
    with qtbot.waitSignal(sheet.shown_steps):
        put(qtbot, sheet)
    return sheet


def then(sheet: TimeSheet) -> dict[str, tuple[str, str, bool]]:
    return {name: (was, now, differs) for name, was, now, differs in sheet.table.shown()}


def test_the_arrow_keys_step_through_whole_versions(
    desk: Desk, customer: str, qtbot: QtBot
) -> None:
    sheet = a_sheet(desk, qtbot, customer)
    assert sheet.time is not None
    assert [step.who for step in sheet.time.steps] == ["王敏", "赵磊", "王敏"]
    assert not any(differs for _, _, differs in then(sheet).values())
    assert not sheet.primary.isEnabled()
    QTest.keyClick(sheet.steps, Qt.Key.Key_Down)
    assert then(sheet)["city"] == ("苏州", "苏州", False)
    assert then(sheet)["level"] == ("A 重点", "B 普通", True)
    assert then(sheet)["tags"] == ("", "重点", True)
    QTest.keyClick(sheet.steps, Qt.Key.Key_Down)
    assert then(sheet)["city"] == ("上海", "苏州", True)
    assert then(sheet)["name"] == ("瑞金医院", "瑞金医院", False)


def test_a_moment_named_by_hand_shows_the_record_as_it_stood(
    desk: Desk, customer: str, qtbot: QtBot
) -> None:
    sheet = a_sheet(desk, qtbot, customer)
    sheet.moment.line.setText("2026-3-2 10:00")
    sheet.moment.changed.emit()
    assert then(sheet)["city"] == ("上海", "苏州", True)
    sheet.moment.line.setText("2026-3-2 9:00")
    sheet.moment.changed.emit()
    assert then(sheet) == {}, "it was not there yet"
    assert not sheet.primary.isEnabled()
    sheet.moment.line.setText("改天")
    sheet.moment.changed.emit()
    assert sheet.moment.property("error") is True


def test_only_the_differences_are_listed_on_demand(desk: Desk, customer: str, qtbot: QtBot) -> None:
    sheet = a_sheet(desk, qtbot, customer)
    QTest.keyClick(sheet.steps, Qt.Key.Key_End)
    sheet.only_changed.click()
    assert set(then(sheet)) == {"city", "level", "tags"}


def test_the_record_comes_back_as_one_change_that_can_be_undone(
    desk: Desk, customer: str, qtbot: QtBot
) -> None:
    sheet = a_sheet(desk, qtbot, customer)
    QTest.keyClick(sheet.steps, Qt.Key.Key_End)
    with qtbot.waitSignal(desk.session.finished):
        QTest.keyClick(sheet, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    record = desk.record("customer", customer)
    assert (record["city"], record["level"], record["tags"]) == ("上海", "A", None)
    assert "瑞金医院" in desk.done[-1].sentence_zh
    do_undo(desk.workspace, desk.done[-1].group)
    record = desk.record("customer", customer)
    assert (record["city"], record["level"], record["tags"]) == ("苏州", "B", ["重点"])


def test_a_record_in_the_bin_comes_back_with_it(desk: Desk, customer: str, qtbot: QtBot) -> None:
    do_delete(desk.workspace, "customer", customer)
    sheet = a_sheet(desk, qtbot, customer)
    QTest.keyClick(sheet.steps, Qt.Key.Key_Down)
    with qtbot.waitSignal(desk.session.finished):
        sheet.primary.click()
    assert desk.record("customer", customer)["city"] == "苏州"


def test_with_only_the_newest_part_it_says_so_and_goes_back_as_far_as_it_can(
    desk: Desk, customer: str, qtbot: QtBot
) -> None:
    replica = desk.workspace.replica
    whole = replica.history("customer", customer)
    with writing(replica.engine) as connection:
        for table in (replica.tables.outbox, replica.tables.log):
            connection.execute(table.delete())
    do_change(desk.workspace, "customer", customer, {"city": "南京"})
    sheet = a_sheet(desk, qtbot, customer)
    assert sheet.time is not None
    assert (sheet.time.reach, len(sheet.time.steps)) == (Reach.LOCAL, 1)
    assert "服务器" in sheet.older.text()
    sheet.moment.line.setText("2026-3-1 9:00")
    sheet.moment.changed.emit()
    assert not sheet.primary.isEnabled(), "how it stood then is not known here"
    fetched = Fetched(tuple(whole), "2026-03-02T03:30:00Z")
    desk.workspace.shelf.keep("customer", customer, fetched)
    with qtbot.waitSignal(sheet.shown_steps):
        sheet.older.fetched.emit()
    assert len(sheet.time.steps) == 4
