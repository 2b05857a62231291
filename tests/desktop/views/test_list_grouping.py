"""A grouped list: headers with counts, opened and closed by mouse and keyboard, remembered."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.services.commands.verbs import do_change
from desktop.viewmodels.lists.list_shape import kept_shape
from desktop.views.pages.lists.list_page import ListPage
from desktop.views.widgets.cell_face import GROUP_ROLE
from tests.builders import a_customer, an_actor
from tests.desktop.views.desk import Desk, a_desk, put


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> ListPage:
    for number in range(6):
        values = a_customer(name=f"客户{number}", level="ABC"[number % 3], owner="wang")
        desk.add("customer", values)
    made = ListPage(desk.session, "customer")
    put(qtbot, made)
    qtbot.waitUntil(lambda: made.model.rowCount() == 6)
    made.grouping.choose("level")
    qtbot.waitUntil(lambda: made.model.rowCount() == 9)
    return made


def shown(page: ListPage) -> list[str]:
    model = page.table.model()
    rows = (model.index(row, 0) for row in range(model.rowCount()))
    return [
        str(index.data()) if index.data(GROUP_ROLE) is None else f"# {index.data()}"
        for index in rows
    ]


def test_groups_have_headers_and_are_closed_and_opened_by_keyboard(
    page: ListPage, qtbot: QtBot
) -> None:
    assert shown(page)[:4] == ["# A 重点 2 条", "客户0", "客户3", "# B 普通 2 条"]
    page.table.setFocus()
    page.table.setCurrentIndex(page.table.model().index(3, 0))
    QTest.keyClick(page.table, Qt.Key.Key_Left)
    assert shown(page)[3:5] == ["# B 普通 2 条", "# C 观察 2 条"]
    assert page.table.currentIndex().row() == 3
    QTest.keyClick(page.table, Qt.Key.Key_Left)
    assert page.model.rowCount() == 7
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert page.model.rowCount() == 9
    assert page.model.records == 6


def test_a_click_on_a_header_turns_it_and_opens_no_record(
    page: ListPage, desk: Desk, qtbot: QtBot
) -> None:
    place = page.table.visualRect(page.table.model().index(0, 2)).center()
    QTest.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert page.model.rowCount() == 7
    page.table.selectAll()
    assert len(page.selected_ids()) == 4
    assert desk.opened == []


def test_a_group_closed_stays_closed_while_records_move(
    page: ListPage, desk: Desk, qtbot: QtBot
) -> None:
    page.model.turn_group(0, opened=False)
    record = page.model.record_at(2)
    assert record is not None
    desk.session.run(do_change, "customer", str(record["id"]), {"level": "A"})
    qtbot.waitUntil(lambda: shown(page)[0] == "# A 重点 3 条")
    assert shown(page)[1] == "# B 普通 1 条"


def test_groups_are_remembered_and_taken_off_again(
    page: ListPage, desk: Desk, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: kept_shape(desk.workspace, "customer").group == "level")
    again = ListPage(desk.session, "customer")
    put(qtbot, again)
    qtbot.waitUntil(lambda: again.model.rowCount() == 9)
    again.grouping.choose("")
    qtbot.waitUntil(lambda: again.model.rowCount() == 6)


def test_of_many_records_only_the_first_group_is_open_until_asked_for(
    desk: Desk, qtbot: QtBot
) -> None:
    with desk.workspace.replica.write(an_actor()) as (unit, _):
        unit.create_many(
            "customer",
            [a_customer(name=f"客户{n}", level="AB"[n % 2], owner="wang") for n in range(600)],
        )
    page = ListPage(desk.session, "customer")
    put(qtbot, page)
    page.grouping.choose("level")
    qtbot.waitUntil(lambda: page.model.rowCount() == 302 and page.model.records == 600)
    page.model.turn_group(301)
    qtbot.waitUntil(lambda: page.model.rowCount() == 602)
    assert page.model.record_at(601) is not None
