"""The widgets by keyboard and mouse: what they show, what they emit, what they never lose."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QDate, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QEnterEvent,
    QGuiApplication,
    QKeyEvent,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QStyleOptionHeader, QWidget
from pytestqt.qtbot import QtBot

from desktop.views.language import install_language
from desktop.views.theme.apply import apply_theme
from desktop.views.theme.tokens import Density, Scheme, Tone
from desktop.views.widgets.cards import Metric, MetricTile
from desktop.views.widgets.cell_delegates import relative_time
from desktop.views.widgets.charts import Bar, BarList, ColumnChart
from desktop.views.widgets.chips import Badge, Chip
from desktop.views.widgets.command_palette import CommandPalette, Result, ResultSection
from desktop.views.widgets.conflict_card import Conflict, ConflictCard, Side, Version
from desktop.views.widgets.editors.choice import ChoiceBox, Option, Switch
from desktop.views.widgets.editors.contract import FieldEditor, FieldValue
from desktop.views.widgets.editors.moment import DateLine, MomentLine, read_date, read_moment
from desktop.views.widgets.editors.money import MoneyLine, read_fen, write_fen
from desktop.views.widgets.editors.tags import TagsEditor
from desktop.views.widgets.editors.text import GrowingText, TextLine
from desktop.views.widgets.feedback import EmptyState, InlineMessage
from desktop.views.widgets.field_row import FieldRow
from desktop.views.widgets.list_table import ListTable, copy_text
from desktop.views.widgets.month_calendar import MonthCalendar
from desktop.views.widgets.progress import LevelMeter, ProgressStrip
from desktop.views.widgets.search_field import SearchField
from desktop.views.widgets.segments import Segments
from desktop.views.widgets.sheet import Sheet
from desktop.views.widgets.sidebar import NavigationRail
from desktop.views.widgets.timeline import Timeline, TimelineEntry, TimelineModel
from desktop.views.widgets.toast import IN_REACH, ToastHost
from tests.desktop.views.gallery import SHEETS

TODAY = date(2026, 3, 5)


@pytest.fixture
def kept(qtbot: QtBot) -> Iterator[list[QWidget]]:
    """Holds windows until they are closed: a window nobody holds may be collected in mid-paint."""
    held: list[QWidget] = []
    yield held
    for widget in held:
        widget.hide()
        widget.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _options() -> list[Option]:
    return [Option("hospital", "医院"), Option("school", "学校")]


EDITORS: list[tuple[Callable[[], QWidget], FieldValue]] = [
    (TextLine, "上海瑞金"),
    (GrowingText, "一\n二"),
    (lambda: ChoiceBox(_options()), "school"),
    (Switch, True),
    (MoneyLine, 1_200_050),
    (lambda: DateLine(today=lambda: TODAY), "2026-01-31"),
    (lambda: MomentLine(today=lambda: TODAY), "2026-01-31T07:30:00Z"),
    (TagsEditor, ["a", "b"]),
]


@pytest.mark.parametrize(("build", "value"), EDITORS)
def test_editors_give_back_what_they_were_given(
    qtbot: QtBot, build: Callable[[], QWidget], value: FieldValue
) -> None:
    widget = build()
    qtbot.addWidget(widget)
    editor: FieldEditor = widget  # type: ignore[assignment]
    heard: list[bool] = []
    editor.changed.connect(lambda: heard.append(True))
    assert editor.value() is None
    editor.setValue(value)
    assert editor.value() == value
    editor.setValue(None)
    assert editor.value() is None
    assert heard == []


@pytest.mark.parametrize(("build", "value"), EDITORS)
def test_editors_show_an_error_and_can_be_locked(
    qtbot: QtBot, build: Callable[[], QWidget], value: FieldValue
) -> None:
    widget = build()
    qtbot.addWidget(widget)
    editor: FieldEditor = widget  # type: ignore[assignment]
    editor.setValue(value)
    editor.set_error(True)
    assert widget.property("error") is True
    editor.set_error(False)
    assert widget.property("error") is False
    editor.set_read_only(True)
    assert editor.value() == value


@pytest.mark.parametrize("typed", ["2026-13-45", "下个月吧", "25:99"])
def test_a_date_that_is_not_understood_is_kept_as_typed(qtbot: QtBot, typed: str) -> None:
    for editor in (DateLine(today=lambda: TODAY), MomentLine(today=lambda: TODAY)):
        qtbot.addWidget(editor)
        with qtbot.waitSignal(editor.changed):
            QTest.keyClicks(editor.line, "x")
        editor.line.setText(typed)
        editor.line.editingFinished.emit()
        assert editor.line.text() == typed
        assert editor.value() == typed


def test_a_day_is_picked_from_the_calendar_and_keeps_the_time(qtbot: QtBot) -> None:
    editor = MomentLine(today=lambda: TODAY)
    qtbot.addWidget(editor)
    editor.setValue("2026-03-04T07:30:00Z")
    editor.show()
    QTest.keyClick(editor.line, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    calendar = editor.findChild(MonthCalendar)
    assert isinstance(calendar, MonthCalendar)
    assert calendar.selectedDate() == QDate(2026, 3, 4)
    assert not calendar.grab().isNull()
    with qtbot.waitSignal(editor.changed):
        calendar.activated.emit(QDate(2026, 3, 9))
    assert editor.line.text() == "2026-03-09 15:30"
    assert editor.value() == "2026-03-09T07:30:00Z"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2026-3-5", date(2026, 3, 5)),
        ("2026/03/05", date(2026, 3, 5)),
        ("2026年3月5日", date(2026, 3, 5)),
        ("３月７日", date(2026, 3, 7)),
        ("3-9", date(2026, 3, 9)),
        ("明天", date(2026, 3, 6)),
        ("大后天", date(2026, 3, 8)),
        ("+10", date(2026, 3, 15)),
        ("2026-02-30", None),
        ("", None),
        ("abc", None),
    ],
)
def test_dates_as_people_type_them(typed: str, expected: date | None) -> None:
    assert read_date(typed, TODAY) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2026-03-05 15:30", "2026-03-05 15:30"),
        ("明天 下午3点半", "2026-03-06 15:30"),
        ("明天9点", "2026-03-06 09:00"),
        ("15:05", "2026-03-05 15:05"),
        ("晚上8点20分", "2026-03-05 20:20"),
        ("3月9日", "2026-03-09 09:00"),
        ("明天 25:00", None),
        ("明天 9:00 左右吧", None),
        ("", None),
    ],
)
def test_moments_as_people_type_them(typed: str, expected: str | None) -> None:
    moment = read_moment(typed, TODAY)
    assert (f"{moment:%Y-%m-%d %H:%M}" if moment else None) == expected


@given(st.text(max_size=30))
def test_nothing_typed_breaks_the_readers(text: str) -> None:
    read_date(text, TODAY)
    read_moment(text, TODAY)
    read_fen(text)


@given(st.integers(-(10**15), 10**15))
def test_money_reads_back_what_it_writes(fen: int) -> None:
    assert read_fen(write_fen(fen)) == fen


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("1.2万", 1_200_000),
        ("￥12,000.50", 1_200_050),
        ("3千", 300_000),
        ("0", 0),
        ("两万五", None),
        ("inf", None),
        ("1e999999", None),
        ("1e99", None),
    ],
)
def test_money_as_people_type_it(typed: str, fen: int | None) -> None:
    assert read_fen(typed) == fen


def test_money_is_written_out_when_the_field_is_left(qtbot: QtBot) -> None:
    line = MoneyLine()
    qtbot.addWidget(line)
    line.setText("2.5万")
    line.editingFinished.emit()
    assert (line.text(), line.value()) == ("25,000", 2_500_000)
    line.setText("两万五")
    line.editingFinished.emit()
    assert (line.text(), line.value()) == ("两万五", "两万五")


def test_a_choice_is_found_by_its_words_and_a_wrong_word_is_kept(qtbot: QtBot) -> None:
    box = ChoiceBox(_options())
    qtbot.addWidget(box)
    box.setEditText("学校")
    assert box.value() == "school"
    box.setEditText("太空站")
    assert box.value() == "太空站"
    box.set_options([Option("hospital", "Hospital")])
    assert box.value() == "太空站"


def test_tags_are_added_and_taken_by_keyboard(qtbot: QtBot) -> None:
    tags = TagsEditor({"key": "重点"})
    qtbot.addWidget(tags)
    with qtbot.waitSignal(tags.changed):
        tags.line.setText("展会")
        tags.line.textEdited.emit("展会")
    assert tags.value() == ["展会"]
    QTest.keyClick(tags.line, Qt.Key.Key_Return)
    tags.line.setText("重点")
    QTest.keyClick(tags.line, Qt.Key.Key_Return)
    assert tags.value() == sorted(["展会", "key"])
    QTest.keyClick(tags.line, Qt.Key.Key_Backspace)
    assert tags.value() == ["展会"]
    assert tags.line.text() == ""


def test_tags_outside_the_list_are_refused_but_kept_in_the_line(qtbot: QtBot) -> None:
    tags = TagsEditor({"key": "重点"}, free=False)
    qtbot.addWidget(tags)
    tags.line.setText("别的")
    QTest.keyClick(tags.line, Qt.Key.Key_Return)
    assert tags.line.text() == "别的"
    assert tags.property("error") is True


def test_text_grows_with_its_lines_up_to_a_limit(qtbot: QtBot) -> None:
    text = GrowingText(minimum=2, maximum=5)
    qtbot.addWidget(text)
    text.resize(300, 40)
    text.show()
    low = text.height()
    text.setValue("\n".join("一二三四"))
    middle = text.height()
    text.setValue("\n".join("一二三四五六七八九十"))
    assert low < middle < text.height()
    high = text.height()
    text.setValue("\n".join("一二三四五六七八九十" * 3))
    assert text.height() == high


def test_a_field_row_names_its_editor_and_shows_the_problem(qtbot: QtBot) -> None:
    editor = TextLine()
    field = FieldRow("电话", editor, required=True, history=True)
    qtbot.addWidget(field)
    assert editor.accessibleName() == "电话"
    field.set_error("不像电话号码")
    assert field.error() == "不像电话号码"
    assert editor.property("error") is True
    field.set_error("")
    assert editor.property("error") is False
    with qtbot.waitSignal(field.changed):
        QTest.keyClicks(editor, "1")
    with qtbot.waitSignal(field.history_requested):
        field._history.click()


@pytest.mark.parametrize("build", [BarList, ColumnChart])
def test_bars_open_by_mouse_and_by_keyboard(
    qtbot: QtBot, build: Callable[[], BarList | ColumnChart]
) -> None:
    chart = build()
    qtbot.addWidget(chart)
    chart.resize(400, 120)
    opened: list[int] = []
    chart.opened.connect(opened.append)
    QTest.keyClick(chart, Qt.Key.Key_Return)
    assert opened == []
    chart.set_bars(
        [Bar(name, value, str(value)) for name, value in (("甲", 3), ("乙", 0), ("丙", 1))]
    )
    chart.show()
    place = chart.bar_rect(1).center().toPoint()
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    QTest.keyClick(chart, Qt.Key.Key_Down)
    QTest.keyClick(chart, Qt.Key.Key_Down)
    QTest.keyClick(chart, Qt.Key.Key_Return)
    assert opened == [1, 2]
    chart.set_bars([])
    assert not chart.grab().isNull()


def test_a_metric_opens_by_mouse_and_by_keyboard(qtbot: QtBot) -> None:
    tile = MetricTile(Metric("拜访", "148", "次", "+12%", Tone.GOOD))
    qtbot.addWidget(tile)
    with qtbot.waitSignal(tile.opened):
        QTest.mouseClick(tile, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(tile.opened):
        QTest.keyClick(tile, Qt.Key.Key_Space)
    assert "148" in tile.accessibleName()


def test_badges_hide_zero_and_cap_at_99(qtbot: QtBot) -> None:
    badge = Badge(0)
    qtbot.addWidget(badge)
    assert badge.isHidden()
    badge.set_count(120)
    assert (badge.text(), badge.isHidden()) == ("99+", False)
    chip = Chip("潜在")
    qtbot.addWidget(chip)
    assert chip.accessibleName() == "潜在"


def test_search_waits_for_a_pause_but_not_for_enter_or_clear(qtbot: QtBot) -> None:
    field = SearchField(shortcut="Ctrl+F")
    qtbot.addWidget(field)
    said: list[str] = []
    field.searched.connect(said.append)
    with qtbot.waitSignal(field.searched):
        QTest.keyClicks(field, "rj")
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert said == ["rj", "rj", ""]


def test_toasts_stack_pause_and_undo(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 600)
    window.show()
    host = ToastHost(window)
    first = host.show_toast("已保存", action="撤销")
    second = host.show_toast("已发送")
    assert first.geometry().bottom() < second.geometry().top()
    here = QPointF(5, 5)
    QApplication.sendEvent(first, QEnterEvent(here, here, here))
    assert first.paused()
    with qtbot.waitSignal(first.action_triggered):
        first._action.click()
    assert host.toasts() == [second]
    for number in range(6):
        host.show_toast(str(number))
    assert [toast.text() for toast in host.toasts()] == ["2", "3", "4", "5"]
    assert host.show_toast("5") is host.toasts()[-1], "said again, not said twice"
    offered = host.show_toast("有一次拜访没有保存", action="继续", stays=True)
    QApplication.sendEvent(offered, QEvent(QEvent.Type.Leave))
    assert offered.paused(), "what was left behind is offered until somebody decides"
    foot = QPushButton("合并", window)
    foot.setObjectName(IN_REACH)
    foot.setGeometry(300, 540, 200, 32)
    foot.show()
    over = host.show_toast("已合并", action="撤销")
    assert over.geometry().bottom() < foot.y(), "it leaves what comes next in reach"
    for toast in host.toasts():
        toast.dismiss()
    assert host.toasts() == []


def test_messages_and_empty_states_act(qtbot: QtBot) -> None:
    message = InlineMessage()
    qtbot.addWidget(message)
    assert message.isHidden()
    message.show_message("连不上服务器", Tone.WARN, action="重试")
    with qtbot.waitSignal(message.action_triggered):
        message._action.click()
    empty = EmptyState("promise", "还没有承诺", "说一句就会出现", action="开始")
    qtbot.addWidget(empty)
    with qtbot.waitSignal(empty.action_triggered):
        empty._action.click()


def _table(qtbot: QtBot, rows: int = 3) -> ListTable:
    view = ListTable(Density.COMPACT)
    qtbot.addWidget(view)
    model = QStandardItemModel(rows, 3, view)
    for row in range(rows):
        for column, text in enumerate((f"客户{row}", "138 1234 5678", "2026-03-05")):
            model.setItem(row, column, QStandardItem(text))
    view.setModel(model)
    view.resize(500, 300)
    view.show()
    return view


def test_the_table_copies_phones_without_spaces_and_dates_as_they_are(qtbot: QtBot) -> None:
    view = _table(qtbot)
    view.setCurrentIndex(view.model().index(1, 1))
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "13812345678"
    assert copy_text(view.model().index(1, 2)) == "2026-03-05"
    view.selectAll()
    view.copy_selection()
    assert QGuiApplication.clipboard().text().splitlines()[2] == "客户2\t13812345678\t2026-03-05"


def test_the_table_opens_sorts_and_tells_widths(qtbot: QtBot) -> None:
    view = _table(qtbot)
    view.setCurrentIndex(view.model().index(2, 0))
    with qtbot.waitSignal(view.row_opened) as opened:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert opened.args == [2]
    sorts: list[tuple[int, bool]] = []
    view.sort_requested.connect(lambda column, ascending: sorts.append((column, ascending)))
    header = view.horizontalHeader()
    for column in (1, 1, 1, 0, 2, 2):
        middle = QPoint(header.sectionViewportPosition(column) + 20, 16)
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert sorts == [(1, True), (1, False), (1, True), (0, True), (2, True), (2, False)]
    option = QStyleOptionHeader()
    header.initStyleOptionForIndex(option, 2)
    assert option.sortIndicator == QStyleOptionHeader.SortIndicator.SortDown
    widths: list[tuple[int, int]] = []
    view.column_resized.connect(lambda column, width: widths.append((column, width)))
    view.set_column_widths({0: 222})
    assert (view.columnWidth(0), widths) == (222, [])
    view.setColumnWidth(1, 133)
    assert (1, 133) in widths


def test_the_table_knows_the_hovered_row(qtbot: QtBot) -> None:
    view = _table(qtbot)
    QTest.mouseMove(view.viewport(), QPoint(20, view.rowViewportPosition(1) + 5))
    qtbot.waitUntil(lambda: view.hovered_row() == 1)


NOW = datetime(2026, 3, 5, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "zh", "en"),
    [
        (timedelta(seconds=20), "刚刚", "just now"),
        (timedelta(minutes=5), "5 分钟前", "5 min ago"),
        (timedelta(minutes=-5), "5 分钟后", "in 5 min"),
        (timedelta(hours=3), "3 小时前", "3 h ago"),
        (timedelta(hours=-3), "3 小时后", "in 3 h"),
        (timedelta(hours=20), "昨天 16:00", "yesterday 16:00"),
        (timedelta(hours=-20), "明天 08:00", "tomorrow 08:00"),
        (timedelta(days=3), "3 天前", "3 days ago"),
        (timedelta(days=-3), "3 天后", "in 3 days"),
        (timedelta(days=30), "2月3日", "Feb 3"),
        (timedelta(days=400), "2025-01-29", "2025-01-29"),
    ],
)
def test_relative_time(qapp: QApplication, ago: timedelta, zh: str, en: str) -> None:
    install_language(qapp, "en")
    assert relative_time(NOW - ago, NOW) == en
    install_language(qapp, "zh_CN")
    assert relative_time(NOW - ago, NOW) == zh


def test_the_timeline_model_keeps_qts_rules(qtbot: QtBot) -> None:
    entries = [TimelineEntry("visit", f"拜访{n}", "林晓", NOW, "说" * n) for n in range(500)]
    model = TimelineModel(entries)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
    view = Timeline(model)
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    view.setCurrentIndex(model.index(3))
    with qtbot.waitSignal(view.entry_opened) as opened:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert opened.args == [3]
    model.set_entries([])
    assert model.rowCount() == 0


def test_the_palette_is_driven_by_keyboard(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 700)
    window.show()
    palette = CommandPalette(window)
    asked: list[str] = []
    palette.query_changed.connect(asked.append)
    palette.open_palette()
    QTest.keyClicks(palette.line, "rj")
    assert asked == ["", "r", "rj"]
    sections = (
        ResultSection("客户", (Result("c1", "瑞金"), Result("c2", "仁济"))),
        ResultSection("操作", (Result("a1", "记拜访"),)),
    )
    palette.set_results(sections)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down):
        QTest.keyClick(palette.line, key)
    found = palette.current()
    assert found is not None
    assert found.key == "a1"
    with qtbot.waitSignal(palette.chosen) as chosen:
        QTest.keyClick(palette.line, Qt.Key.Key_Return)
    assert chosen.args == ["a1"]
    assert palette.isHidden()
    palette.open_palette()
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    QTest.keyClick(palette.line, Qt.Key.Key_Escape)
    assert palette.isHidden()


def test_esc_in_the_palette_gives_the_keyboard_back(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    first, second = QLineEdit(window), QLineEdit(window)
    second.move(0, 60)
    palette = CommandPalette(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    second.setFocus()
    palette.open_palette()
    assert palette.line.hasFocus()
    QTest.keyClick(palette.line, Qt.Key.Key_Escape)
    assert second.hasFocus()
    assert not first.hasFocus()


def test_a_dirty_sheet_asks_before_it_goes(qtbot: QtBot) -> None:
    sheet = Sheet("记一次拜访", "保存")
    qtbot.addWidget(sheet)
    with qtbot.waitActive(sheet):
        sheet.show()
        sheet.activateWindow()
    sheet.set_dirty(True)
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert sheet.isVisible()
    assert sheet.asking()
    sheet._stay.click()
    assert not sheet.asking()
    submitted: list[bool] = []
    sheet.submitted.connect(lambda: submitted.append(True))
    sheet.primary.click()
    assert submitted == [], "the second half of a double click saves nothing"
    qtbot.waitUntil(lambda: not sheet.settling())
    sheet.primary.click()
    assert submitted == [True]
    with qtbot.waitSignal(sheet.submitted):
        QTest.keyClick(sheet, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert sheet.isVisible()
    sheet.close()
    assert sheet.isVisible()
    qtbot.waitUntil(lambda: not sheet.settling())
    sheet._discard.click()
    assert not sheet.isVisible()


def test_ctrl_enter_picks_from_an_open_list_and_finishes_the_sheet(qtbot: QtBot) -> None:
    sheet = Sheet("规则", "保存")
    qtbot.addWidget(sheet)
    kinds = {"hospital": "Hospital", "school": "School"}
    box = ChoiceBox([Option(*one) for one in kinds.items()])
    tags = TagsEditor(kinds, free=False)
    for editor in (box, tags):
        sheet.body.addWidget(editor)
    said: list[tuple[FieldValue, FieldValue]] = []
    sheet.submitted.connect(lambda: said.append((box.value(), tags.value())))
    with qtbot.waitActive(sheet):
        sheet.show()
        sheet.activateWindow()

    def finish(popup: QWidget | None, times: int) -> None:
        assert popup is not None
        QTest.keyClick(popup, Qt.Key.Key_Down)
        QTest.keyClick(popup, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: len(said) == times)
        assert not popup.isVisible()

    box.setFocus()
    box.showPopup()
    finish(box.view(), 1)
    line = box.lineEdit()
    assert line is not None
    line.selectAll()
    QTest.keyClicks(line, "sch")
    finish(QApplication.activePopupWidget(), 2)
    with qtbot.waitActive(sheet):
        sheet.activateWindow()
    tags.line.setFocus()
    qtbot.waitUntil(tags.line.hasFocus)
    QTest.keyClick(tags.line, Qt.Key.Key_Down)
    finish(QApplication.activePopupWidget(), 3)
    assert said == [("school", None), ("school", None), ("school", ["hospital"])]


def test_a_clean_sheet_goes_at_once_and_enter_does_not_submit(qtbot: QtBot) -> None:
    sheet = Sheet("记一次拜访", "保存")
    qtbot.addWidget(sheet)
    sheet.show()
    submitted: list[bool] = []
    sheet.submitted.connect(lambda: submitted.append(True))
    QTest.keyClick(sheet, Qt.Key.Key_Return)
    assert submitted == []
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_a_sheet_without_text_begins_at_its_first_choice_and_enter_presses(qtbot: QtBot) -> None:
    sheet = Sheet("打印", "打印…")
    qtbot.addWidget(sheet)
    choices = Segments(("printer", "pdf"))
    choices.set_labels(["打印机", "PDF 文件"], name="输出到")
    sheet.body.addWidget(choices)
    with qtbot.waitActive(sheet):
        sheet.show()
        sheet.activateWindow()
    held = sheet.focusWidget()
    assert held is not None
    assert choices.isAncestorOf(held)
    submitted: list[bool] = []
    sheet.submitted.connect(lambda: submitted.append(True))
    held_down = QKeyEvent(
        QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True
    )
    QApplication.sendEvent(sheet.primary, held_down)
    assert submitted == [], "the Enter that opened it does not end it"
    QTest.keyClick(sheet.primary, Qt.Key.Key_Return)
    assert submitted == [True]


def test_the_level_meter_takes_any_number(qtbot: QtBot) -> None:
    meter = LevelMeter()
    qtbot.addWidget(meter)
    for level in (0.5, -3.0, 7.0, float("nan"), float("inf")):
        meter.push(level)
    assert meter.levels()[-5:] == [0.5, 0.0, 1.0, 0.0, 1.0]
    assert not meter.grab().isNull()
    meter.reset()
    assert set(meter.levels()) == {0.0}


def test_progress_can_be_cancelled(qtbot: QtBot) -> None:
    strip = ProgressStrip()
    qtbot.addWidget(strip)
    strip.set_progress("正在转写", 1.7)
    assert strip.accessibleName() == "正在转写 100%"
    with qtbot.waitSignal(strip.cancelled):
        strip._cancel.click()


def test_a_conflict_offers_the_two_values_that_lost(qtbot: QtBot) -> None:
    version = Version("¥1", "林晓", "09:12")
    card = ConflictCard(Conflict("仁和", "预算", version, version, version, Side.THEIRS))
    qtbot.addWidget(card)
    assert set(card._buttons) == {Side.MINE, Side.BEFORE}
    with qtbot.waitSignal(card.value_chosen) as chosen:
        card._buttons[Side.BEFORE].click()
    assert chosen.args == ["before"]


def test_the_rail_goes_by_ctrl_number(qtbot: QtBot) -> None:
    rail = NavigationRail()
    qtbot.addWidget(rail)
    for number in range(11):
        rail.add_item(f"p{number}", "today", lambda: "页")
    with qtbot.waitActive(rail):
        rail.show()
        rail.activateWindow()
    with qtbot.waitSignal(rail.chosen) as chosen:
        QTest.keyClick(rail, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert chosen.args == ["p2"]
    rail.set_count("p2", 4, Tone.WARN)
    assert rail._items["p2"].accessibleName() == "页 4"


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
@pytest.mark.parametrize("build", SHEETS, ids=lambda build: build.__name__)
def test_every_sheet_paints_on_the_ground_of_its_scheme(
    kept: list[QWidget], qapp: QApplication, build: Callable[[], QWidget], scheme: Scheme
) -> None:
    apply_theme(qapp, scheme)
    sheet = build()
    kept.append(sheet)
    sheet.show()
    image = sheet.grab().toImage()
    assert (image.pixelColor(3, 3).lightness() < 60) is (scheme is Scheme.DARK)
    inks = {
        image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)
    }
    assert len(inks) > 10
    apply_theme(qapp, Scheme.LIGHT)


@pytest.mark.parametrize("build", SHEETS, ids=lambda build: build.__name__)
def test_every_widget_that_can_be_reached_by_tab_has_a_name(
    kept: list[QWidget], build: Callable[[], QWidget]
) -> None:
    sheet = build()
    kept.append(sheet)
    sheet.show()
    reachable = [
        widget
        for widget in sheet.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible()
    ]
    nameless = [
        type(widget).__name__
        for widget in reachable
        if not widget.accessibleName()
        and not str(widget.property("text") or "")
        and type(widget).__module__.startswith("desktop.")
    ]
    assert nameless == [], "give each an accessibleName"
