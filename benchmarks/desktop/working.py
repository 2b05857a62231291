"""A person at work in the real main window on a large profile: lists, search, records, bulk."""

import time
from collections.abc import Callable, Collection, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from benchmarks.desktop import records
from benchmarks.desktop.clockwork import CLOCK, ENVIRON
from benchmarks.desktop.raw import Raw
from benchmarks.desktop.sizes import Sizes
from benchmarks.sync.figures import Figure, quantile
from crm_core.matching.pinyin import reading
from crm_core.model.query import Op, Query, Sort, Test
from crm_core.store.indexes.search import Hit
from desktop.collecting import resident
from desktop.config import Language, Profile, Settings, save_settings
from desktop.services.cancelling import CancelToken
from desktop.services.commands.bulk_edit import BulkEdit, Step, Way, do_bulk_edit
from desktop.services.commands.verbs import do_undo
from desktop.starting import start_desktop
from desktop.views.main_window import MainWindow

_MS, _MB = 1_000.0, 2**20
_PATIENCE = 120.0
_REST_MS = 8_000
_SCROLLS = 150
_ONE_BY_ONE = 24


class AtWork:
    """The desktop, open, with what measuring it needs."""

    def __init__(self, folder: Path, sizes: Sizes) -> None:
        self.sizes, profile = sizes, Profile(folder)
        # Whoever works here has seen the tour, and speaks Chinese whatever the machine does.
        chosen = Settings(windows={"tour": "seen"}, language=Language.CHINESE, work_offline=True)
        save_settings(profile.settings_path, chosen)
        self.desktop = start_desktop(profile, ENVIRON, CLOCK)
        qt = QApplication.instance()
        assert isinstance(qt, QApplication)
        self.qt = qt
        assert self.desktop.window is not None
        self.window: MainWindow = self.desktop.window
        self.workspace = self.window.session.workspace
        self.raw = Raw(folder, self.workspace.secrets)
        self.until(lambda: self.window.today.day is not None)

    def until(self, ready: Callable[[], object]) -> None:
        """Let Qt work until it is so, and what is to be seen is drawn."""
        deadline = time.monotonic() + _PATIENCE
        while not ready():
            # Asleep until something comes; turning round keeps the threads that read waiting.
            self.qt.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            if time.monotonic() > deadline:
                raise RuntimeError("no answer")
        self.qt.processEvents()

    def timed(self, act: Callable[[], object], ready: Callable[[], object]) -> float:
        """Milliseconds from the act until it is so and drawn."""
        begun = time.perf_counter()
        act()
        self.until(ready)
        return (time.perf_counter() - begun) * _MS

    def settle(self) -> None:
        """Wait for everything asked so far."""
        done: list[int] = []
        self.window.session.ask(lambda: 1, done.append, owner=None)
        self.until(lambda: done)

    def rest(self) -> None:
        """A few seconds in which nobody does anything: what is only kept to be quick goes."""
        waiting = QEventLoop()
        QTimer.singleShot(_REST_MS, waiting.quit)
        waiting.exec()  # Asleep; turning round would look like work.

    def close(self) -> None:
        """Let go of the profile."""
        self.desktop.close()


def measure(folder: Path, sizes: Sizes, names: Collection[str]) -> Iterator[Figure]:
    """These parts, one after the other in this process."""
    work = AtWork(folder, sizes)
    try:
        for name, part in _PARTS.items():
            if name in names:
                yield from part(work)
    finally:
        work.close()


def _lists(work: AtWork) -> Iterator[Figure]:
    work.rest()  # Nobody goes on before they have looked at Today.
    for name in work.window.lists:
        ms = work.timed(
            lambda name=name: work.window.shell.show_page(name),  # type: ignore[misc]
            lambda name=name: work.window.lists[name].model.rowCount(),  # type: ignore[misc]
        )
        raw = work.raw.first_rows(name)
        count = f"{work.workspace.replica.count(Query(name)):,}"
        yield _figure(f"first open of the list: {name}, {count}", ms, 150.0, raw)
        work.settle()


def _jumps(work: AtWork) -> Iterator[Figure]:
    page = work.window.lists["visit"]
    work.timed(lambda: work.window.shell.show_page("visit"), page.model.rowCount)
    work.settle()
    bar, holds = page.table.verticalScrollBar(), list[float]()
    for step in range(_SCROLLS):
        begun = time.perf_counter()
        bar.setValue(bar.maximum() * (step * 7 % _SCROLLS) // _SCROLLS)
        work.qt.processEvents()
        holds.append((time.perf_counter() - begun) * _MS)
    yield _figure("a jump while scrolling, p99", quantile(holds, 0.99), 16.0)
    yield _figure("… one page on, p50", quantile(holds, 0.5), 16.0)


def _questions(work: AtWork) -> Iterator[Figure]:
    asked = {
        "sort customers by city": Query("customer", sort=(Sort("city"),)),
        "sort customers by phone": Query("customer", sort=(Sort("phone", descending=True),)),
        "sort visits by purpose": Query("visit", sort=(Sort("purpose"),)),
        "filter customers by level": Query(
            "customer", Test("level", Op.IN, ("A",)), (Sort("name"),)
        ),
        "filter visits by owner": Query(
            "visit", Test("owner", Op.EQ, "user-0005"), (Sort("started_at", descending=True),)
        ),
        "filter tasks by state": Query("task", Test("state", Op.IN, ("done",)), (Sort("due_at"),)),
    }
    for name, query in asked.items():
        page, resets = work.window.lists[query.entity], list[int]()
        work.window.shell.show_page(query.entity)
        work.settle()
        heard = page.model.modelReset.connect(lambda r=resets: r.append(1))
        ms = work.timed(lambda p=page, q=query: p.model.show_query(q), lambda r=resets: r)  # type: ignore[misc]
        page.model.modelReset.disconnect(heard)
        yield _figure(name, ms, 300.0)
        work.settle()


def _search(work: AtWork) -> Iterator[Figure]:
    keys = _key_strokes(work.sizes)
    work.workspace.search("王")
    times = []
    for typed in keys:
        found: list[list[Hit]] = []
        times.append(work.timed(partial(_ask, work, typed, found), found.__len__))
    raw = work.raw.search()
    yield _figure(f"search, p99 of {len(keys)} key strokes", quantile(times, 0.99), 50.0, raw)
    yield _figure("… p50", quantile(times, 0.5), 50.0)


def _ask(work: AtWork, typed: str, found: list[list[Hit]]) -> None:
    """As the palette does: on the queue of the window."""
    search = partial(work.workspace.search, typed, limit=30)
    work.window.session.ask(search, found.append, owner=work.window)


def _key_strokes(sizes: Sizes) -> list[str]:
    """Names, initials, pinyin, mixed, numbers, texts and typos, letter by letter."""
    words = [
        "试用两周",
        "报价",
        "siemens",
        "wamgmin",
        "zhangwie",
        "蘇州",
        "苏州 医院",
        "a",
        "w",
        "1",
    ]
    for row in islice(records.customers(sizes), 0, 1_000, 97):
        name = str(row["name"])
        words += [name, reading(name).initials, name[:2] + reading(name).initials[-2:]]
    for row in islice(records.contacts(sizes), 0, 500, 71):
        name, phone = str(row["name"]), str(row["phone"])
        words += [name, reading(name).initials, "".join(reading(name).syllables)]
        words += [phone[-4:], phone, f"{phone[:3]}****{phone[-4:]}"]
    return [word[:size] for word in words for size in range(1, len(word) + 1)]


def _records(work: AtWork) -> Iterator[Figure]:
    page, times = work.window.customer, list[float]()
    for number in range(_ONE_BY_ONE):
        wanted = records.record_id("customer", number * 7)
        times.append(
            work.timed(
                lambda r=wanted: work.window.show_record("customer", r),  # type: ignore[misc]
                lambda r=wanted: page.dossier is not None and page.dossier.record["id"] == r,  # type: ignore[misc]
            )
        )
    raw = work.raw.record(records.record_id("customer", 3))
    yield _figure("open a customer, p95", quantile(times, 0.95), 100.0, raw)


def _memory(work: AtWork) -> Iterator[Figure]:
    work.rest()
    yield Figure("memory at work", resident() / _MB, "MB", target=350.0)


def _bulk(work: AtWork) -> Iterator[Figure]:
    rids = work.workspace.replica.row_ids(Query("customer", limit=work.sizes.bulk))
    edit = BulkEdit("customer", rids, steps=(Step("state", Way.SET, "dormant"),))
    reports: list[Any] = []
    begun = time.perf_counter()
    done = do_bulk_edit(work.workspace, edit, CancelToken(), reports.append)
    do_undo(work.workspace, done.group)
    seconds = time.perf_counter() - begun
    note = f"{len(reports)} reports of progress"
    yield Figure(f"bulk edit of {len(rids):,} and undo", seconds, target=5.0, note=note)


def _figure(name: str, ms: float, target: float, raw: float | None = None) -> Figure:
    note = "" if raw is None else f"{ms / raw:.0f}× raw ({raw:.2f} ms)"
    return Figure(name, ms, "ms", target=target, note=note)


_PARTS: dict[str, Callable[[AtWork], Iterator[Figure]]] = {
    "lists": _lists, "jump": _jumps, "questions": _questions, "search": _search,
    "records": _records, "memory": _memory, "bulk": _bulk,
}  # fmt: skip
"""By the names of `at_work.PARTS`."""
