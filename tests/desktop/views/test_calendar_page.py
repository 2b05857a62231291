"""The calendar by keyboard and mouse: spans, walking, moving with a way back, opening, export."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from crm_core.clock import iso_moment
from desktop.services.commands.verbs import do_undo
from desktop.views.pages.plans.calendar_canvas import words_of
from desktop.views.pages.plans.calendar_page import CalendarPage, Span
from tests.builders import START, a_customer, a_task
from tests.desktop.views.desk import Desk, a_desk, put

pytestmark = pytest.mark.usefixtures("chinese")
MONDAY = date(2026, 3, 2)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


@pytest.fixture
def task(desk: Desk) -> str:
    """Monday 10:30."""
    customer = desk.add("customer", a_customer(name="瑞金医院", owner="wang"))
    due = iso_moment(START + timedelta(hours=1))
    return desk.add("task", a_task(title="回电", due_at=due, owner="wang", customer=customer))


@pytest.fixture
def page(desk: Desk, task: str, qtbot: QtBot) -> CalendarPage:
    made = CalendarPage(desk.session)
    put(qtbot, made)
    qtbot.waitUntil(lambda: made.agenda is not None and bool(made.hours.boxes))
    assert task
    return made


def key(page: CalendarPage, pressed: Qt.Key, *, alt: bool = False) -> None:
    held = Qt.KeyboardModifier.AltModifier if alt else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(page.canvas, pressed, held)


def due(desk: Desk, task: str) -> object:
    return desk.record("task", task)["due_at"]


def test_arrows_walk_and_t_comes_home(page: CalendarPage) -> None:
    assert page.day == MONDAY
    key(page, Qt.Key.Key_Right)
    assert page.day == MONDAY + timedelta(days=1)
    page._turn(1)
    assert page.day == MONDAY + timedelta(days=8)
    page.go_today()
    assert page.day == MONDAY
    key(page, Qt.Key.Key_Down)
    item = page.canvas.item()
    assert item is not None
    assert item.title == "回电"
    assert words_of(item) == "回电\n瑞金医院\n2026-03-02 10:30"


def test_alt_and_arrows_move_it_and_undo_brings_it_back(
    desk: Desk, page: CalendarPage, task: str, qtbot: QtBot
) -> None:
    key(page, Qt.Key.Key_Down)
    with qtbot.waitSignal(desk.session.finished):
        key(page, Qt.Key.Key_Down, alt=True)
    assert due(desk, task) == "2026-03-02T03:00:00Z"
    qtbot.waitUntil(lambda: "11:00" in words_of(page.canvas.boxes[0][1]))
    with qtbot.waitSignal(desk.session.finished):
        key(page, Qt.Key.Key_Right, alt=True)
    assert due(desk, task) == "2026-03-03T03:00:00Z"
    assert page.day == MONDAY + timedelta(days=1)
    for done in reversed(desk.done):
        do_undo(desk.workspace, done.group)
    assert due(desk, task) == "2026-03-02T02:30:00Z"


def test_dragging_moves_it_to_where_it_is_dropped(
    desk: Desk, page: CalendarPage, task: str, qtbot: QtBot
) -> None:
    grid = page.hours
    box, item = grid.boxes[0]
    assert item.start is not None
    grip = QPoint(round(box.center().x()), round(box.top()) + 4)
    to = grip + QPoint(round(grid._wide()), 96)
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(grid, left, pos=grip)
    QTest.mouseMove(grid, to)
    with qtbot.waitSignal(desk.session.finished):
        QTest.mouseRelease(grid, left, pos=to)
    assert due(desk, task) == "2026-03-03T04:30:00Z", "a day on, two hours later"


def test_a_click_selects_and_does_not_move(desk: Desk, page: CalendarPage, task: str) -> None:
    box, item = page.hours.boxes[0]
    QTest.mouseClick(page.hours, Qt.MouseButton.LeftButton, pos=box.center().toPoint())
    assert page.hours.current == item.id
    assert desk.done == []
    key(page, Qt.Key.Key_Return)
    assert desk.opened == [("task", task)]


@pytest.mark.parametrize(("span", "days"), [(Span.DAY, 1), (Span.MONTH, 42), (Span.LIST, 30)])
def test_every_span_shows_it(page: CalendarPage, qtbot: QtBot, span: Span, days: int) -> None:
    page.show_span(span)
    qtbot.waitUntil(lambda: page.agenda is not None and page.agenda.days == days)
    qtbot.waitUntil(lambda: [item.title for _, item in page.canvas.boxes] == ["回电"])
    page.grab()
    key(page, Qt.Key.Key_Down)
    assert page.canvas.cursor_day == (MONDAY + timedelta(days=7) if days == 42 else MONDAY)


def test_a_day_of_the_month_opens_by_itself(page: CalendarPage, qtbot: QtBot) -> None:
    page.show_span(Span.MONTH)
    qtbot.waitUntil(lambda: page.agenda is not None and page.agenda.days == 42)
    key(page, Qt.Key.Key_Return)
    assert page.span is Span.DAY
    assert page.range() == (MONDAY, 1)


def test_what_overlaps_stands_side_by_side(desk: Desk, page: CalendarPage, qtbot: QtBot) -> None:
    at = iso_moment(START + timedelta(minutes=65))
    desk.add("task", a_task(title="另一件", due_at=at, owner="wang"))
    page.refresh()
    qtbot.waitUntil(lambda: len(page.hours.boxes) == 2)
    (one, _), (two, _) = page.hours.boxes
    assert not one.intersects(two)
    assert one.left() != two.left()


def test_an_empty_list_teaches(page: CalendarPage, qtbot: QtBot) -> None:
    page.show_span(Span.LIST)
    page.show_day(date(2027, 5, 1))
    qtbot.waitUntil(lambda: page.empty.isVisible())
    assert page.empty.accessibleName() == "这些天没有安排"


def test_the_days_shown_are_exported(desk: Desk, page: CalendarPage, tmp_path: Path,
                                     qtbot: QtBot) -> None:  # fmt: skip
    with qtbot.waitSignal(desk.session.finished):
        page.export_to(tmp_path / "week.ics")
    assert "SUMMARY" in (tmp_path / "week.ics").read_text("utf-8")
