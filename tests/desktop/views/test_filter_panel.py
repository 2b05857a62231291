"""The filter panel: written by keyboard, counted live; wrong input stays and says why."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from crm_core.model.query import ME, All, Op, Test
from crm_core.model.query import Any as AnyOf
from desktop.viewmodels.lists.columns import Narrowing
from desktop.views.pages.lists.filter_panel import FilterGroup
from desktop.views.pages.lists.filter_row import FilterRow
from desktop.views.pages.lists.list_page import ListPage
from desktop.views.pages.records.field_editors import contract_of
from tests.builders import a_custom_field, a_customer
from tests.desktop.views.desk import Desk, a_desk, put


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> ListPage:
    desk.add("custom_field", a_custom_field(name="x_beds", value_kind="integer", label="床位"))
    for name, level, beds in (("瑞金医院", "A", 900), ("仁济医院", "B", 300), ("校医院", "C", 5)):
        values = a_customer(name=name, level=level, owner="wang", x_beds=beds)
        desk.add("customer", values)
    made = ListPage(desk.session, "customer")
    put(qtbot, made)
    qtbot.waitUntil(lambda: made.model.rowCount() == 3)
    return made


def write(row: FilterRow, field: str, *, term: str = "", value: str = "") -> None:
    """As somebody would by keyboard: any part of the words finds the option."""
    row.field.setFocus()
    row.field.setEditText(field)
    row.field.changed.emit()
    if term:
        row.term.setEditText(term)
        row.term.changed.emit()
    if value:
        row.editors[0].setFocus()
        contract_of(row.editors[0]).setValue(value)
        contract_of(row.editors[0]).changed.emit()


def test_a_line_on_a_field_of_the_companys_own_narrows_as_it_is_written(
    page: ListPage, qtbot: QtBot
) -> None:
    QTest.keyClick(
        page.table,
        Qt.Key.Key_L,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    assert page.filters.panel.isVisible()
    row = page.filters.panel.group.parts()[0]
    assert isinstance(row, FilterRow)
    write(row, "床位", term="不小于", value="300")
    qtbot.waitUntil(lambda: page.model.rowCount() == 2)
    assert page.filters.narrowing.where == All((Test("x_beds", Op.GE, 300),))
    QTest.keyClick(row.field, Qt.Key.Key_Escape)
    assert not page.filters.panel.isVisible()
    assert page.model.rowCount() == 2
    page.filters.clear_all()
    qtbot.waitUntil(lambda: page.model.rowCount() == 3)
    assert page.filters.panel.group.parts() == ()


def test_wrong_input_stays_and_the_other_lines_go_on(page: ListPage, qtbot: QtBot) -> None:
    panel = page.filters.panel
    panel.begin()
    write(panel.group.add_row(), "级别", term="是", value="")
    row = panel.group.add_row()
    write(row, "床位", term="不小于", value="很多")
    good = panel.group.add_row()
    write(good, "名称", value="医院")
    qtbot.waitUntil(lambda: page.filters.narrowing.where != Narrowing().where)
    assert row.problem()
    assert panel.count() == 1
    assert contract_of(row.editors[0]).value() == "很多"
    assert page.filters.narrowing.where == All((Test("name", Op.CONTAINS, "医院"),))
    contract_of(row.editors[0]).setValue("600")
    contract_of(row.editors[0]).changed.emit()
    qtbot.waitUntil(lambda: page.model.rowCount() == 1)
    assert not row.problem()


def test_a_group_inside_a_group_and_me(page: ListPage, qtbot: QtBot) -> None:
    any_of = AnyOf((Test("level", Op.IN, ("C",)), Test("x_beds", Op.GE, 900)))
    where = All((Test("owner", Op.EQ, ME), any_of))
    page.filters.show_narrowing(Narrowing(where=where))
    page.filters.narrowed.emit()
    qtbot.waitUntil(lambda: page.model.rowCount() == 2)
    assert page.filters.panel.condition() == where
    group = page.filters.panel.group.parts()[1]
    assert isinstance(group, FilterGroup)
    group.mode.set_value("none")
    group.changed.emit()
    qtbot.waitUntil(lambda: page.model.rowCount() == 1)
    group.remove.click()
    qtbot.waitUntil(lambda: page.model.rowCount() == 3)


def test_another_operator_keeps_what_was_typed(page: ListPage) -> None:
    row = page.filters.panel.group.add_row()
    write(row, "名称", term="包含", value="医院")
    write(row, "名称", term="不包含")
    assert contract_of(row.editors[0]).value() == "医院"
    write(row, "没有的字段")
    assert row.condition() is None
    assert row.problem()
