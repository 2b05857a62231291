"""Editing in the cells of a list: saved with undo, refused in words, nothing typed is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.services.commands.verbs import do_undo
from desktop.viewmodels.lists.list_shape import ListShape
from desktop.views.pages.lists.list_page import ListPage
from desktop.views.pages.records.cell_field import CellField
from desktop.views.pages.records.field_editors import contract_of
from desktop.views.theme.apply import apply_theme, colours
from desktop.views.theme.tokens import Scheme
from tests.builders import a_customer, an_actor
from tests.desktop.views.desk import Desk, a_desk, put

COLUMNS = ("name", "city", "annual_purchase", "level", "remark")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> ListPage:
    for name in ("瑞金医院", "仁济医院"):
        desk.add("customer", a_customer(name=name, city="上海", owner="wang"))
    made = ListPage(desk.session, "customer")
    made.columns.take(ListShape(columns=COLUMNS))
    put(qtbot, made)
    qtbot.waitUntil(lambda: made.model.rowCount() == 2)
    return made


def begin(page: ListPage, row: int, name: str, key: Qt.Key = Qt.Key.Key_F2) -> CellField:
    page.table.setFocus()
    page.table.setCurrentIndex(page.table.model().index(row, COLUMNS.index(name)))
    QTest.keyClick(page.table, key)
    field = page.editing.field
    assert field is not None
    return field


def stored(desk: Desk, page: ListPage, row: int, name: str) -> object:
    record = page.model.record_at(row)
    assert record is not None
    return desk.record("customer", str(record["id"]))[name]


def press(field: CellField, key: Qt.Key) -> None:
    assert field.editor is not None
    QTest.keyClick(field.editor, key)


def retype(field: CellField, text: str) -> None:
    editor = field.editor
    assert editor is not None
    contract_of(editor).setValue(text)


def test_enter_on_a_cell_edits_it_and_undo_takes_it_back(
    page: ListPage, desk: Desk, qtbot: QtBot
) -> None:
    field = begin(page, 0, "city", Qt.Key.Key_Return)
    assert desk.opened == []
    retype(field, "南京")
    press(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: stored(desk, page, 0, "city") == "南京")
    qtbot.waitUntil(lambda: page.editing.field is None)
    assert page.table.hasFocus()
    desk.session.run(do_undo, desk.done[-1].group)
    qtbot.waitUntil(lambda: stored(desk, page, 0, "city") == "上海")


def test_tab_goes_on_along_the_row_and_down_to_the_next_one(
    page: ListPage, desk: Desk, qtbot: QtBot
) -> None:
    field = begin(page, 0, "city")
    retype(field, "南京")
    press(field, Qt.Key.Key_Tab)
    qtbot.waitUntil(
        lambda: page.editing.field is not None and page.editing.field.spec.name == "annual_purchase"
    )
    following = page.editing.field
    assert following is not None
    retype(following, "1200")
    press(following, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: page.table.currentIndex().row() == 1)
    qtbot.waitUntil(lambda: page.editing.field is not None)
    assert stored(desk, page, 0, "city") == "南京"
    assert stored(desk, page, 0, "annual_purchase") == 120_000


def test_escape_takes_back(page: ListPage, desk: Desk) -> None:
    field = begin(page, 0, "city")
    retype(field, "别的")
    press(field, Qt.Key.Key_Escape)
    assert page.editing.field is None
    assert desk.done == []


def test_wrong_input_stays_with_its_reason_while_the_list_changes(
    page: ListPage, desk: Desk, qtbot: QtBot
) -> None:
    field = begin(page, 1, "annual_purchase")
    retype(field, "很多钱")
    press(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(field.problem()))
    desk.add("customer", a_customer(name="新来的", city="苏州", owner="wang"))
    with qtbot.waitSignal(page.model.answered):
        page.model.refresh()
    assert page.editing.field is field
    assert field.typed() == "很多钱"
    retype(field, "12")
    press(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: stored(desk, page, 1, "annual_purchase") == 1200)


def test_enter_in_the_cell_of_a_title_saves_and_stays_in_the_list(
    page: ListPage, desk: Desk, qtbot: QtBot
) -> None:
    field = begin(page, 0, "name")
    retype(field, "仁济医院东院")
    with qtbot.waitSignal(desk.session.finished):
        press(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.editing.field is None)
    assert desk.opened == []


def test_another_cell_waits_for_what_cannot_be_saved(page: ListPage, qtbot: QtBot) -> None:
    field = begin(page, 0, "annual_purchase")
    retype(field, "很多钱")
    assert page.editing.begin(page.table.model().index(1, 1))
    assert page.editing.field is field
    assert field.problem()


def test_the_title_opens_its_record_and_ctrl_enter_does_from_anywhere(
    page: ListPage, desk: Desk
) -> None:
    page.table.setCurrentIndex(page.table.model().index(0, 0))
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    page.table.setCurrentIndex(page.table.model().index(1, 1))
    QTest.keyClick(page.table, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert len(desk.opened) == 2
    assert page.editing.field is None


def test_what_one_may_not_write_says_why(page: ListPage, desk: Desk, qtbot: QtBot) -> None:
    record = page.model.record_at(0)
    assert record is not None
    with desk.workspace.replica.write(an_actor(role="admin")) as (unit, _):
        unit.change("customer", str(record["id"]), {"state": "lost"})
    desk.workspace.refresh_actor()
    with qtbot.waitSignal(page.model.answered):
        page.model.refresh()
    page.table.setCurrentIndex(page.table.model().index(0, COLUMNS.index("level")))
    QTest.keyClick(page.table, Qt.Key.Key_F2)
    assert page.editing.field is None
    assert "流失" in desk.failed[-1].chinese


def test_a_choice_is_picked_from_its_list(page: ListPage, desk: Desk, qtbot: QtBot) -> None:
    field = begin(page, 0, "level")
    assert field.editor is not None
    popup = QApplication.activePopupWidget()
    if popup is not None:
        popup.close()
    retype(field, "C")
    field.commit()
    qtbot.waitUntil(lambda: stored(desk, page, 0, "level") == "C")


@pytest.mark.usefixtures("chinese")
def test_the_colours_may_change_while_a_cell_is_edited(page: ListPage, qapp: QApplication) -> None:
    field = begin(page, 0, "city")
    retype(field, "南京")
    apply_theme(qapp, Scheme.DARK)
    assert colours().surface in field.styleSheet()
    assert field.editor is not None
    assert contract_of(field.editor).value() == "南京"
