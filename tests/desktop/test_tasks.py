"""The task runner: results on the main thread, none lost, none for owners that are gone."""

import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from crm_core.errors import KnownError
from desktop.bus import Bus, Change
from desktop.services.cancelling import Cancelled, CancelToken
from desktop.tasks import Tasks

Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def wait(qtbot: QtBot) -> Wait:
    return lambda truth: qtbot.waitUntil(truth)


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[Tasks]:
    runner = Tasks()
    yield runner
    assert runner.shutdown(30)
    assert not [t.name for t in threading.enumerate() if t.name.startswith("suixing-")]


def test_results_arrive_on_the_main_thread(tasks: Tasks, wait: Wait) -> None:
    seen: list[tuple[str, bool]] = []
    here = threading.current_thread()

    def note(name: str) -> None:
        seen.append((name, threading.current_thread() is here))

    tasks.db(lambda: threading.current_thread().name, on_done=note)
    tasks.free(lambda: threading.current_thread().name, on_done=note)
    wait(lambda: len(seen) == 2)
    assert all(on_main for _, on_main in seen)
    assert {name.rsplit("_", 1)[0] for name, _ in seen} == {"suixing-db", "suixing-free"}


def test_database_work_keeps_its_order(tasks: Tasks, wait: Wait) -> None:
    done: list[int] = []
    for number in range(200):
        tasks.db(lambda n: n, number, on_done=done.append)
    wait(lambda: len(done) == 200)
    assert done == list(range(200))


def test_a_known_error_goes_to_who_asked_else_to_the_default(tasks: Tasks, wait: Wait) -> None:
    mine: list[KnownError] = []
    default: list[KnownError] = []
    tasks.on_known_error = default.append

    def fails() -> None:
        raise KnownError("不行", "No", code="no")

    tasks.db(fails, on_error=mine.append)
    tasks.db(fails)
    wait(lambda: bool(mine) and bool(default))
    assert (len(mine), len(default)) == (1, 1)


def test_a_bug_reaches_the_excepthook_and_lets_nobody_wait(
    tasks: Tasks, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    crashed: list[str] = []
    told: list[KnownError] = []

    def hook(kind: type[BaseException], _e: BaseException, trace: TracebackType | None) -> None:
        assert trace is not None
        crashed.append(kind.__name__)

    monkeypatch.setattr(sys, "excepthook", hook)
    tasks.db(lambda: 1 // 0, on_error=told.append)
    wait(lambda: bool(told))
    assert crashed == ["ZeroDivisionError"]
    assert told[0].code == "bug"


def test_nothing_is_told_to_an_owner_that_is_gone(tasks: Tasks, wait: Wait) -> None:
    owner, heard, others = QObject(), list[int](), list[int]()
    gate = threading.Event()
    tasks.db(gate.wait, on_done=lambda _: heard.append(1), owner=owner)
    tasks.db(lambda: 2, on_done=others.append)
    delete(owner)
    gate.set()
    wait(lambda: others == [2])
    assert heard == []


def test_a_callback_that_raises_loses_no_other(tasks: Tasks, qtbot: QtBot) -> None:
    done: list[int] = []

    def fails(_result: int) -> None:
        raise RuntimeError("a bug in a page")

    with qtbot.captureExceptions() as caught:
        for number in range(20):
            tasks.db(lambda n: n, number, on_done=fails if number % 2 else done.append)
        qtbot.waitUntil(lambda: len(done) == 10 and len(caught) == 10)


def test_progress_crosses_the_same_queue_and_the_last_report_is_shown(
    tasks: Tasks, wait: Wait
) -> None:
    shown: list[int] = []
    here = threading.current_thread()

    def show(number: int) -> None:
        assert threading.current_thread() is here
        shown.append(number)

    report = tasks.reporter(show)

    def work() -> str:
        for number in range(1000):
            report(number)
        return "done"

    ended: list[str] = []
    tasks.free(work, on_done=ended.append)
    wait(lambda: bool(ended))
    assert shown[-1] == 999
    assert shown == sorted(shown)


def test_cancelling_stops_work_that_looks_and_work_that_has_not_begun(
    tasks: Tasks, wait: Wait
) -> None:
    token, errors = CancelToken(), list[KnownError]()

    def patient() -> None:
        token.wait(30)
        token.check()

    first = tasks.db(patient, cancel=token, on_error=errors.append)
    second = tasks.db(lambda: 1, on_error=errors.append)
    second.cancel()
    first.cancel()
    wait(lambda: len(errors) == 2)
    assert all(isinstance(error, Cancelled) for error in errors)
    assert first.finished


@dataclass(frozen=True)
class Done:
    changed: dict[str, frozenset[str]]


def test_a_verb_tells_the_bus_even_when_its_page_is_gone(qtbot: QtBot) -> None:
    bus, heard, page = Bus(), list[Change](), QObject()
    bus.subscribe(lambda change: heard.append(change))
    tasks = Tasks(bus=bus)
    told: list[Any] = []
    tasks.do(lambda: Done({"task": frozenset({"t"})}), on_done=told.append, owner=page)
    delete(page)
    qtbot.waitUntil(lambda: bool(heard))
    assert told == []
    assert heard[0].kinds == {"task": frozenset({"t"})}
    assert tasks.shutdown(30)


def test_shutting_down_finishes_database_work_and_takes_no_more(qtbot: QtBot) -> None:
    tasks, done = Tasks(), list[int]()
    for number in range(50):
        tasks.db(lambda n: n, number, on_done=done.append)
    assert tasks.shutdown(30)
    assert done == list(range(50))
    with pytest.raises(KnownError):
        tasks.db(lambda: 1)


def test_calls_from_any_thread_reach_the_main_thread(tasks: Tasks, wait: Wait) -> None:
    names: list[str] = []
    thread = threading.Thread(
        target=lambda: tasks.to_main(lambda: names.append(threading.current_thread().name))
    )
    thread.start()
    thread.join()
    wait(lambda: bool(names))
    assert names == [threading.main_thread().name]
