"""Everyday acts hold the Qt thread for fifty milliseconds at most, on some thousands of records.

First-time work is done before anything is judged, and all of it is listed in `BEFOREHAND`.
"""

import gc
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial

import pytest
from PySide6.QtCore import QPoint, Qt, SignalInstance
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from benchmarks.desktop.company import fill
from benchmarks.desktop.records import ME, record_id
from benchmarks.desktop.sizes import Sizes
from crm_core.insight.boards_shipped import DIRECTOR, OPERATIONS
from desktop.bus import Change
from desktop.collecting import Collector
from desktop.views.main_window import MainWindow
from desktop.views.pages.lists.list_page import ListPage
from desktop.views.pages.plans.pipeline_page import PipelinePage
from desktop.views.pages.reason_sheet import ReasonSheet
from desktop.views.pages.records.record_dialog import RecordDialog, Subject
from desktop.views.pages.records.record_page import RecordPage
from desktop.views.pages.visits.follow_up_sheet import FollowUpSheet
from tests.builders import KEY, FakeClock, a_replica, an_actor
from tests.desktop.views.desk import Desk, a_desk
from tests.desktop.views.test_help import Kept
from tests.desktop.watchdog import Watchdog, slowness

SIZES = Sizes(customers=2_500, contacts=300, activities=5_000, leads=200, opportunities=300, bulk=0)
NOW = datetime(2026, 11, 27, 1, 30, tzinfo=UTC)
NODE = "a" * 16
CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier

BEFOREHAND = {
    "customer": "a page is imported and built when it is first shown, once a run",
    "visit": "the same",
    "task": "the same",
    "pipeline": "the same",
    "record:customer": "the same",
    "record:task": "the same",
    "form": "a sheet with all its fields is built when it opens, each time; typing in it is judged",
    "follow-up": "the same",
    "palette": "its list is drawn for the first time",
}
"""What is done before anything is judged, and why it may take longer than the limit."""


pytestmark = pytest.mark.window_of_module


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a replica with some thousands of records."""
    path = tmp_path_factory.mktemp("company") / "replica.db"
    replica = a_replica(path, time=FakeClock(NOW), node=NODE, key=KEY)
    fill(replica, SIZES, lambda _: None)
    while replica.index_some(5_000):
        pass
    replica.close()
    return path.read_bytes()


class Work:
    """A person at work in the main window, watched."""

    def __init__(self, desk: Desk, qt: QApplication) -> None:
        self.desk, self.qt = desk, qt
        self.window = MainWindow(desk.session, Kept())
        self.dog = Watchdog(qt, desk.session, (self.window, self.window.shell))
        self.window.shell.resize(1280, 800)
        self.window.shell.show()
        self.window.shell.activateWindow()
        self.dog.once(lambda: None, lambda: self.window.today.day is not None)

    def list(self, name: str) -> ListPage:
        """The list of that name, shown and read."""
        self.dog.once(
            lambda: self.window.shell.show_page(name),
            lambda: self.window.lists[name].model.rowCount(),
        )
        return self.window.lists[name]

    def record(self, entity: str, number: int) -> RecordPage:
        """The page of that record, shown and read."""
        wanted = record_id(entity, number)
        self.dog.once(
            lambda: self.window.show_record(entity, wanted),
            lambda: self._page(entity).record_id == wanted,
        )
        return self._page(entity)

    def _page(self, entity: str) -> RecordPage:
        page = self.window.shell.page(f"record:{entity}")
        assert isinstance(page, RecordPage)
        return page

    def press(self, key: Qt.Key, held: Qt.KeyboardModifier | None = None) -> None:
        """A key where the keyboard is."""
        QTest.keyClick(self._focus(), key, held or Qt.KeyboardModifier.NoModifier)

    def _focus(self) -> QWidget:
        return QApplication.focusWidget() or self.window.shell

    def first_time(self) -> None:
        """What `BEFOREHAND` lists."""
        for name in ("customer", "visit", "task"):
            self.list(name)
        self.dog.once(lambda: self.window.shell.show_page("pipeline"))
        for entity in ("customer", "task"):
            self.record(entity, 1)
        form = self.form()
        self.dog.once(lambda: form.done(0))
        self.follow_up()
        self.dog.once(self.window.follow_up.close)
        host = self.window.shell.palette_host
        self.dog.once(host.open_palette)
        self.dog.once(lambda: QTest.keyClick(host.line, Qt.Key.Key_Escape))

    def judge_answer(self, page: ListPage, name: str, act: Callable[[], object]) -> None:
        """Judge an act that asks the list anew."""
        heard: list[int] = []
        with _connected(page.model.answered, partial(heard.append, 1)):

            def again() -> None:
                heard.clear()
                act()

            self.dog.judge(name, again, lambda: heard)

    def form(self) -> RecordDialog:
        """An empty form of a customer."""
        made = RecordDialog(self.desk.session, Subject("customer"), self.window.shell)
        self.dog.once(made.open)
        return made

    def follow_up(self) -> FollowUpSheet:
        """The sheet for the first customer."""
        entry = self.window.follow_up
        first = record_id("customer", 1)
        self.dog.once(lambda: entry.open_for("customer", first), lambda: entry.sheet is not None)
        assert entry.sheet is not None
        return entry.sheet


@pytest.fixture(scope="module")
def work(
    company: bytes, tmp_path_factory: pytest.TempPathFactory, qapp: QApplication
) -> Iterator[Work]:
    folder = tmp_path_factory.mktemp("watched") / "desk"
    for desk in a_desk(folder, node=NODE, time=FakeClock(NOW), user=ME, holds=company):
        made = Work(desk, qapp)
        Collector(made.window).spare()  # As the program does once it has started.
        made.first_time()
        yield made
        gc.unfreeze()
        desk.session.close()
        made.window.close()
        made.window.shell.deleteLater()
        made.window.deleteLater()


def test_work_is_noticed_and_waiting_is_not(work: Work) -> None:
    work.dog.judge("a nap", lambda: time.sleep(0.2))
    with pytest.raises(AssertionError, match="a hundred: held"):
        work.dog.judge("a hundred", lambda: [slowness() for _ in range(25)])


def test_searching_in_a_list(work: Work, chinese: QApplication) -> None:
    page = work.list("customer")
    search = page.filters.search
    search.setFocus()
    for typed in ("s", "y", "1"):
        work.judge_answer(page, f"typing {typed}", partial(QTest.keyClicks, search, typed))
    work.judge_answer(page, "search emptied", search.clear)


def test_narrowing_and_sorting_a_list(work: Work, chinese: QApplication) -> None:
    page = work.list("customer")
    judge = partial(work.judge_answer, page)
    judge("mine", page.filters.mine.click)
    judge("not only mine", page.filters.mine.click)
    judge("a level", lambda: page.filters.chips[0].tick(["A"]))
    judge("no level", page.filters.clear_all)
    for column in range(4):
        judge(f"sorted by column {column}", partial(page.table.sort_requested.emit, column, True))


def test_scrolling_and_selecting(work: Work, chinese: QApplication) -> None:
    page = work.list("visit")
    bar, table, judge = page.table.verticalScrollBar(), page.table, work.dog.judge
    for part in (0.3, 0.6, 0.9):
        judge(
            f"a jump to {part}",
            lambda part=part: bar.setValue(int(bar.maximum() * (part + random.random() / 10))),  # type: ignore[misc]
        )
    table.setFocus()
    for key in (Qt.Key.Key_Home, Qt.Key.Key_PageDown, Qt.Key.Key_Down, Qt.Key.Key_Up):
        judge(key.name, partial(QTest.keyClick, table, key))
    spot = table.visualRect(table.model().index(table.currentIndex().row(), 0)).center()
    judge("a click", partial(_click, table.viewport(), spot))
    judge("one more", partial(QTest.keyClick, table, Qt.Key.Key_Down, SHIFT))
    everything = partial(QTest.keyClick, table, Qt.Key.Key_A, CONTROL)
    judge("all", everything, before=lambda: work.dog.once(table.clearSelection))
    judge("one again", partial(_click, table.viewport(), spot))


@pytest.mark.parametrize("entity", ["customer", "task"])
def test_opening_a_record_whose_page_is_built(
    work: Work, chinese: QApplication, entity: str
) -> None:
    page, numbers, opened = work.record(entity, 1), iter(range(2, 40)), list[str]()

    def another() -> None:
        opened.append(record_id(entity, next(numbers)))
        work.window.show_record(entity, opened[-1])

    there = lambda: page.dossier is not None and page.record_id == opened[-1]  # noqa: E731
    work.dog.judge(f"another {entity}", another, there)
    work.dog.judge("back to the list", lambda: work.window.shell.show_page(entity))


def test_typing_into_forms_and_follow_ups(work: Work, chinese: QApplication) -> None:
    form = work.form()
    name = form.row("name").editor
    for typed in ("s", "z"):
        work.dog.judge(f"{typed} into a name", partial(QTest.keyClicks, name, typed))
    work.dog.judge("on to the next field", partial(QTest.keyClick, name, Qt.Key.Key_Tab))
    form.set_dirty(False)
    work.dog.judge("the form put away", form.reject)
    sheet = work.follow_up()
    conclusion = sheet.fields.conclusion
    conclusion.setFocus()
    for typed in ("k", "1"):
        work.dog.judge(f"{typed} into a conclusion", partial(QTest.keyClicks, conclusion, typed))
    work.dog.judge("the follow-up put away", work.window.follow_up.close)


def test_moving_on_the_board(work: Work, chinese: QApplication) -> None:
    work.dog.once(lambda: work.window.shell.show_page("pipeline"))
    page = work.window.shell.page("pipeline")
    assert isinstance(page, PipelinePage)
    cards = page.columns["need"].list
    cards.setFocus()
    work.dog.once(lambda: None, lambda: page.pipeline is not None)
    work.dog.judge("the next card", partial(QTest.keyClick, cards, Qt.Key.Key_Down))
    card = cards.current()
    assert card is not None
    beside = page.columns["contact"].list
    asked = partial(work.window.shell.findChild, ReasonSheet)
    back = partial(QTest.keyClick, cards, Qt.Key.Key_Left, ALT)
    work.dog.judge("a stage back asks why", back, asked)
    sheet = asked()
    assert isinstance(sheet, ReasonSheet)
    sheet.reason.setText("客户要重新比价")
    work.dog.judge("a stage back", sheet.primary.click, lambda: beside.go_to(card.id))
    done = len(work.desk.done)
    on = partial(QTest.keyClick, beside, Qt.Key.Key_Right, ALT)
    work.dog.judge("a stage on", on, lambda: page.refusal.isVisible() or len(work.desk.done) > done)


def test_going_from_board_to_board(work: Work, chinese: QApplication) -> None:
    """The first is judged too: what its page needs is loaded on a thread."""
    shell = work.window.shell
    came: list[str] = []
    with _connected(shell.page_shown, came.append):
        work.dog.judge("the page of boards", partial(shell.show_page, "board"), lambda: came)
    page = work.window.board

    def there() -> bool:
        return page.board is not None and not page.body.reader.busy

    work.dog.judge("the first board", page.read, there)
    for board in (DIRECTOR, OPERATIONS):
        work.dog.judge(f"board {board.id}", partial(page.show_board, board), there)


def test_changes_of_others_arrive(work: Work, chinese: QApplication) -> None:
    replica, session, turns = work.desk.workspace.replica, work.desk.session, iter(range(100))
    ids = [record_id("customer", number) for number in range(10, 30)]

    def write() -> None:
        with replica.write(an_actor("user-0007")) as (unit, _):
            city = f"苏州{next(turns)}"
            for one in ids:
                unit.change("customer", one, {"city": city})

    def arrive() -> None:
        news = Change({"customer": frozenset(ids)})
        session.tasks.free(write, on_done=lambda _: session.bus.changes.publish(news))

    for shown in ("today", "customer", "pipeline"):
        work.dog.once(lambda shown=shown: work.window.shell.show_page(shown))  # type: ignore[misc]
        work.dog.judge(f"changes arrive at {shown}", arrive)
    work.record("customer", 11)
    work.dog.judge("changes arrive at a record", arrive)


def test_everything_is_found_from_anywhere(work: Work, chinese: QApplication) -> None:
    host = work.window.shell.palette_host
    work.dog.judge("the palette", host.open_palette)
    for typed in ("y", "y", "1"):
        work.dog.judge(f"{typed} into the palette", partial(QTest.keyClicks, host.line, typed))
    work.dog.judge("down", partial(QTest.keyClick, host.line, Qt.Key.Key_Down))
    work.dog.judge("away", partial(QTest.keyClick, host.line, Qt.Key.Key_Escape))


@contextmanager
def _connected(signal: SignalInstance, slot: Callable[..., object]) -> Iterator[None]:
    heard = signal.connect(slot)
    try:
        yield
    finally:
        signal.disconnect(heard)


def _click(widget: QWidget, spot: QPoint) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
