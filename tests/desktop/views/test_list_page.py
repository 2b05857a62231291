"""Lists: found by pinyin, narrowed, sorted, opened, created, deleted, taken back, by keyboard."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from crm_core.clock import iso_moment
from crm_core.model.query import Op, Query, Sort, Test
from crm_core.store.engines.engine import writing
from crm_core.store.indexes import indexer
from crm_core.store.schema.sort_keys import keyed_fields
from desktop.services.commands.verbs import do_create, do_undo
from desktop.views.pages.lists.list_menu import RowMenu
from desktop.views.pages.lists.list_page import ListPage
from desktop.views.pages.records.record_dialog import RecordDialog
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.cell_face import TONE_ROLE
from tests.builders import START, a_customer, a_task
from tests.desktop.views.desk import Desk, a_desk, put

pytestmark = pytest.mark.usefixtures("chinese")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


def names(page: ListPage) -> list[str]:
    return [str(page.model.index(row, 0).data()) for row in range(page.model.rowCount())]


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> ListPage:
    desk.add(
        "customer", a_customer(name="瑞金医院", level="A", owner="wang", phone="021 6437 0045")
    )
    desk.add("customer", a_customer(name="仁济医院", level="B", owner="zhao", city="上海"))
    desk.add("customer", a_customer(name="华山医院", level="C", owner="wang"))
    made = ListPage(desk.session, "customer")
    put(qtbot, made)
    qtbot.waitUntil(lambda: made.model.rowCount() == 3)
    return made


def search(page: ListPage, qtbot: QtBot, text: str, count: int) -> None:
    with qtbot.waitSignal(page.model.answered):
        page.filters.search.setText(text)
    qtbot.waitUntil(lambda: page.model.rowCount() == count)


@pytest.mark.parametrize(
    ("typed", "found"),
    [("hsyy", "华山医院"), ("renji", "仁济医院"), ("0045", "瑞金医院"), ("瑞金", "瑞金医院")],
)
def test_pinyin_initials_digits_and_characters_find(
    page: ListPage, qtbot: QtBot, typed: str, found: str
) -> None:
    search(page, qtbot, typed, 1)
    assert names(page) == [found]


def test_nothing_found_teaches_and_one_key_clears(page: ListPage, qtbot: QtBot) -> None:
    search(page, qtbot, "没有这家", 0)
    assert page.empty.isVisible()
    page.empty.action_triggered.emit()
    qtbot.waitUntil(lambda: page.model.rowCount() == 3)
    assert not page.filters.narrowing.active
    assert page.table.isVisible()


def test_chips_narrow_together(page: ListPage, qtbot: QtBot) -> None:
    page.filters.mine.click()
    qtbot.waitUntil(lambda: page.model.rowCount() == 2)
    page.filters.chips[0].tick(["C", "B"])
    qtbot.waitUntil(lambda: names(page) == ["华山医院"])
    assert page.filters.chips[0].text() == "级别：B 普通、C 观察"


def test_sorting_keeps_the_narrowing(page: ListPage, qtbot: QtBot) -> None:
    page.filters.mine.click()
    qtbot.waitUntil(lambda: page.model.rowCount() == 2)
    page.table.sort_requested.emit(1, False)
    qtbot.waitUntil(lambda: names(page) == ["华山医院", "瑞金医院"])
    page.filters.clear_all()
    qtbot.waitUntil(lambda: names(page) == ["华山医院", "仁济医院", "瑞金医院"])


def test_enter_opens_and_copying_a_phone_drops_its_spaces(
    page: ListPage, desk: Desk, qtbot: QtBot
) -> None:
    page.table.selectRow(0)
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    record = page.model.record_at(0)
    assert record is not None
    assert desk.opened == [("customer", str(record["id"]))]
    phone = [spec.name for spec in page.model.fields].index("phone")
    page.table.setCurrentIndex(page.table.model().index(0, phone))
    QTest.keyClick(page.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "02164370045"


def test_delete_goes_to_the_bin_and_comes_back(page: ListPage, desk: Desk, qtbot: QtBot) -> None:
    page.table.setFocus()
    page.table.selectRow(1)
    QTest.keyClick(page.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: names(page) == ["瑞金医院", "华山医院"])
    desk.session.run(do_undo, desk.done[-1].group)
    qtbot.waitUntil(lambda: len(names(page)) == 3)


def test_many_are_deleted_and_taken_back_as_one(page: ListPage, desk: Desk, qtbot: QtBot) -> None:
    page.table.selectAll()
    QTest.keyClick(page.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: names(page) == [])
    assert len(desk.done) == 1
    desk.session.run(do_undo, desk.done[0].group)
    qtbot.waitUntil(lambda: len(names(page)) == 3)


def test_the_selected_record_stays_selected_when_others_arrive(
    page: ListPage, desk: Desk, qtbot: QtBot
) -> None:
    page.table.selectRow(2)
    chosen = page.selected_ids()
    page.filters.mine.click()
    qtbot.waitUntil(lambda: page.model.rowCount() == 2)
    assert page.selected_ids() == chosen
    desk.session.run(do_create, "customer", a_customer(name="新来的", owner="wang"))
    qtbot.waitUntil(lambda: page.model.rowCount() == 3)
    assert page.selected_ids() == chosen


def test_n_creates_but_not_while_searching(page: ListPage, qtbot: QtBot) -> None:
    page.filters.search.setFocus()
    QTest.keyClick(page.filters.search, Qt.Key.Key_N)
    assert page.filters.search.text() == "n"
    assert page.findChildren(RecordDialog) == []
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_N)
    sheets = page.window().findChildren(RecordDialog)
    assert len(sheets) == 1
    sheets[0].reject()


def test_an_empty_list_teaches_how_to_begin(desk: Desk, qtbot: QtBot) -> None:
    page = ListPage(desk.session, "lead")
    put(qtbot, page)
    qtbot.waitUntil(page.empty.isVisible)
    page.empty.action_triggered.emit()
    sheets = page.findChildren(RecordDialog)
    assert len(sheets) == 1
    sheets[0].reject()


def test_the_list_behind_a_number_says_what_it_counts(
    page: ListPage, desk: Desk, qtbot: QtBot
) -> None:
    query = Query("customer", Test("level", Op.EQ, "A"))
    behind = ListPage.for_query(desk.session, query, "重点客户", "级别为 A 的客户。")
    put(qtbot, behind)
    qtbot.waitUntil(lambda: names(behind) == ["瑞金医院"])
    assert behind.title() == "重点客户"
    assert "级别为 A 的客户。" in [label.text() for label in behind.findChildren(QLabel)]
    behind.filters.mine.click()
    qtbot.waitUntil(lambda: behind.filters.narrowing.active)
    behind.filters.clear_all()
    qtbot.waitUntil(lambda: behind.model.query == query)
    with qtbot.waitSignal(behind.back_requested):
        behind.back.click()


def test_tasks_open_on_what_is_not_done_and_done_ones_are_not_late(
    desk: Desk, qtbot: QtBot
) -> None:
    past = iso_moment(START - timedelta(days=3))
    desk.add("task", a_task(title="欠着", due_at=past, owner="wang"))
    desk.add("task", a_task(title="做完", due_at=past, owner="wang", state="done"))
    page = ListPage(desk.session, "task")
    put(qtbot, page)
    qtbot.waitUntil(lambda: names(page) == ["欠着"])
    assert "状态：未完成" in [chip.text() for chip in page.filters.chips]
    page.filters.clear_all()
    qtbot.waitUntil(lambda: page.model.rowCount() == 2)
    due = [spec.name for spec in page.model.fields].index("due_at")
    model = page.table.model()
    tones = {name: model.index(row, due).data(TONE_ROLE) for row, name in enumerate(names(page))}
    assert tones == {"欠着": Tone.WARN, "做完": None}


def test_sorting_and_narrowing_go_to_the_top(desk: Desk, qtbot: QtBot) -> None:
    for number in range(60):
        desk.add("customer", a_customer(name=f"客户{number:02}", owner="wang"))
    page = ListPage(desk.session, "customer")
    put(qtbot, page)
    qtbot.waitUntil(lambda: page.model.rowCount() == 60)
    page.table.selectRow(59)
    page.table.scrollToBottom()
    assert page.table.verticalScrollBar().value() > 0
    with qtbot.waitSignal(page.model.answered):
        page.table.sort_requested.emit(0, False)
    assert page.table.verticalScrollBar().value() == 0
    page.table.scrollToBottom()
    kept = page.table.verticalScrollBar().value()
    with qtbot.waitSignal(page.model.answered):
        desk.session.run(do_create, "customer", a_customer(name="客户99", owner="wang"))
    assert page.table.verticalScrollBar().value() >= kept - 60


def says_sorting(page: ListPage) -> bool:
    return any("正在按名称排序" in words.text() for words in page.findChildren(QLabel))


def test_names_get_their_places_under_a_person_who_keeps_theirs(desk: Desk, qtbot: QtBot) -> None:
    replica, session = desk.workspace.replica, desk.session
    for number in range(60):
        desk.add("customer", a_customer(name=f"客户{59 - number:02}", owner="wang"))
    keys = keyed_fields(replica.tables.of("customer")).values()
    with writing(replica.engine) as connection:  # As a first fill leaves them.
        indexer.mark_everything(connection, replica.tables, replica.registry)
        blank = ", ".join(f'"{key}" = NULL' for key in keys)
        connection.exec_driver_sql(f"UPDATE customer SET {blank}")
    session.set_status(replace(session.status, arranging=True))
    page = ListPage(session, "customer", Query("customer", sort=(Sort("name"),)))
    put(qtbot, page)
    qtbot.waitUntil(lambda: page.model.rowCount() == 60)
    assert (names(page)[0], says_sorting(page)) == ("客户59", True)
    page.table.setCurrentIndex(page.table.model().index(50, 0))
    while replica.index_some():
        pass
    with qtbot.waitSignal(page.model.answered):
        session.set_status(replace(session.status, arranging=False))
    assert (names(page)[0], says_sorting(page)) == ("客户00", False)
    row = page.table.currentIndex().row()
    assert names(page)[row] == "客户09" == f"客户{row:02}"
    assert 0 <= page.table.rowViewportPosition(row) < page.table.viewport().height()


@pytest.mark.usefixtures("chinese")
def test_a_number_without_records_says_so_and_esc_goes_back(desk: Desk, qtbot: QtBot) -> None:
    page = ListPage.for_query(desk.session, Query("lead", Test("id", Op.EQ, "none")), "超时线索")
    put(qtbot, page)
    qtbot.waitUntil(page.empty.isVisible)
    assert page.empty.accessibleName() == "这个数字背后没有记录"
    with qtbot.waitSignal(page.back_requested):
        QTest.keyClick(page, Qt.Key.Key_Escape)


@pytest.mark.usefixtures("chinese")
def test_a_phone_is_copied_without_spaces_or_dashes_and_masked_stays_masked(
    desk: Desk, qtbot: QtBot
) -> None:
    for phone in ("010-8888 7777", "138****5678"):
        desk.add("customer", a_customer(name=phone, owner="wang", phone=phone))
    page = ListPage(desk.session, "customer")
    put(qtbot, page)
    qtbot.waitUntil(lambda: page.model.rowCount() == 2)
    column = [spec.name for spec in page.model.fields].index("phone")
    copied = []
    for row in range(2):
        page.table.setCurrentIndex(page.table.model().index(row, column))
        page.table.clearSelection()
        menu = RowMenu(page.table)
        action = next(one for one in menu.actions() if one.text() == "复制电话号码")
        action.trigger()
        copied.append(QGuiApplication.clipboard().text())
        menu.close()
    assert sorted(copied) == ["01088887777", "138****5678"]


def test_several_selected_rows_are_counted_and_what_can_be_done_is_said(
    page: ListPage, qtbot: QtBot
) -> None:
    def said() -> list[str]:
        return [x.text() for x in page.findChildren(QLabel) if "已选" in x.text()]

    qtbot.waitUntil(lambda: page.model.rowCount() > 2)
    page.table.selectAll()
    [words] = said()
    assert f"已选 {page.model.rowCount()} 条，Ctrl+B" in words
    page.table.clearSelection()
    assert said() == []
