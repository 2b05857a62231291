"""Columns of one's own: chosen, ordered, kept at the left, remembered until the next start."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from crm_core.model.query import Sort
from desktop.viewmodels.lists.list_shape import ListShape, kept_shape, shape_from, written_shape
from desktop.views.pages.lists.column_chooser import ColumnChooser
from desktop.views.pages.lists.list_page import ListPage
from tests.builders import a_customer
from tests.desktop.views.desk import Desk, a_desk, put


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> ListPage:
    desk.add("customer", a_customer(name="瑞金医院", level="A", owner="wang", city="上海"))
    desk.add("customer", a_customer(name="仁济医院", level="B", owner="zhao", city="北京"))
    return opened(desk, qtbot)


def opened(desk: Desk, qtbot: QtBot) -> ListPage:
    made = ListPage(desk.session, "customer")
    put(qtbot, made)
    qtbot.waitUntil(lambda: made.model.rowCount() == 2)
    return made


def shown(page: ListPage) -> list[str]:
    return [spec.name for spec in page.model.fields]


def chooser(page: ListPage) -> ColumnChooser:
    page.filters.columns.click()
    return page.window().findChildren(ColumnChooser)[-1]


def remembered(desk: Desk, qtbot: QtBot, **wanted: object) -> None:
    def there() -> bool:
        kept = kept_shape(desk.workspace, "customer")
        return all(getattr(kept, name) == value for name, value in wanted.items())

    qtbot.waitUntil(there)


def test_columns_are_chosen_by_keyboard_and_come_back_at_the_next_start(
    page: ListPage, desk: Desk, qtbot: QtBot
) -> None:
    sheet = chooser(page)
    QTest.keyClick(sheet.columns, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(sheet.columns, Qt.Key.Key_Up)
    QTest.keyClick(sheet.columns, Qt.Key.Key_Down)
    sheet.columns.setCurrentRow(2)
    QTest.keyClick(sheet.columns, Qt.Key.Key_Space)
    sheet.frozen.set_value("2")
    sheet.submitted.emit()
    wanted = ("level", "name", "city", "phone", "next_contact_on", "owner")
    assert shown(page) == list(wanted)
    remembered(desk, qtbot, columns=wanted, frozen=2)
    assert shown(opened(desk, qtbot)) == list(wanted)


def test_the_order_is_remembered_and_its_arrow_shown(
    page: ListPage, desk: Desk, qtbot: QtBot
) -> None:
    page.table.sort_requested.emit(3, False)
    qtbot.waitUntil(lambda: page.model.index(0, 0).data() == "仁济医院")
    remembered(desk, qtbot, sort=(Sort("city", descending=True),))
    again = opened(desk, qtbot)
    assert again.model.index(0, 0).data() == "仁济医院"
    assert again.table.horizontalHeader().sortIndicatorSection() == 3


def test_a_list_can_be_put_back_as_it_came(page: ListPage, desk: Desk, qtbot: QtBot) -> None:
    page.columns.take(ListShape(columns=("phone", "city"), widths={"city": 300}))
    assert shown(page) == ["phone", "city"]
    sheet = chooser(page)
    sheet.reset.click()
    sheet.submitted.emit()
    assert shown(page) == list(desk.workspace.entity("customer").list_fields)
    remembered(desk, qtbot, columns=(), widths={})


def test_at_least_one_column_stays(page: ListPage) -> None:
    sheet = chooser(page)
    for row in range(sheet.columns.count()):
        sheet.columns.item(row).setCheckState(Qt.CheckState.Unchecked)
    sheet.submitted.emit()
    assert sheet.isVisible()
    assert not sheet.message.isHidden()
    sheet.reject()


def test_drawing_a_header_along_moves_the_column_and_keeps_the_current_record(
    page: ListPage, qtbot: QtBot
) -> None:
    page.table.selectRow(1)
    chosen = page.selected_ids()
    page.table.horizontalHeader().moveSection(3, 0)
    qtbot.waitUntil(lambda: shown(page)[:2] == ["city", "name"])
    assert page.selected_ids() == chosen
    header = page.table.horizontalHeader()
    assert [header.logicalIndex(place) for place in range(3)] == [0, 1, 2]


def test_frozen_columns_stay_and_share_the_selection(page: ListPage, qtbot: QtBot) -> None:
    every = tuple(spec.name for spec in page.model.entity.fields)
    page.columns.take(ListShape(columns=every, frozen=1))
    assert page.table.frozen_view() is None
    bar = page.table.horizontalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    over = page.table.frozen_view()
    assert over is not None
    assert over.geometry().left() <= 1
    QTest.mouseClick(
        over.viewport(),
        Qt.MouseButton.LeftButton,
        pos=over.visualRect(over.model().index(1, 0)).center(),
    )
    assert [row.row() for row in page.table.selectionModel().selectedRows()] == [1]
    assert page.table.hasFocus()
    page.table.setCurrentIndex(page.table.model().index(1, 1))
    left = page.table.visualRect(page.table.currentIndex()).left()
    assert left >= page.table.columnWidth(0) - 1
    bar.setValue(0)
    assert page.table.frozen_view() is None


def test_what_was_kept_by_another_version_does_no_harm() -> None:
    kept = shape_from(
        {"columns": ["name", 3, "name"], "widths": {"name": 9, "city": "wide"},
         "sort": [["name", True], ["x"], 4], "frozen": 99}
    )  # fmt: skip
    assert kept == ListShape(("name",), {"name": 48}, (Sort("name", descending=True),), 5)
    assert shape_from(written_shape(kept)) == kept
    assert shape_from("nothing") == ListShape()


def test_a_column_that_is_no_more_is_left_out(desk: Desk) -> None:
    entity = desk.workspace.entity("customer")
    assert ListShape(columns=("gone", "city")).columns_of(entity) == ("city",)
    assert ListShape(columns=("gone",)).columns_of(entity) == entity.list_fields


def test_a_header_drawn_by_the_mouse_takes_its_column_along(page: ListPage, qtbot: QtBot) -> None:
    header = page.table.horizontalHeader()
    viewport, middle = header.viewport(), header.height() // 2
    start = QPoint(header.sectionViewportPosition(1) + 20, middle)
    end = QPoint(header.sectionViewportPosition(4) + 40, middle)
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 6):
        QTest.mouseMove(viewport, start + (end - start) * step / 5)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end)
    qtbot.waitUntil(lambda: shown(page)[1] == "state")
    assert "level" in shown(page)
    assert [header.logicalIndex(place) for place in range(7)] == list(range(7))
