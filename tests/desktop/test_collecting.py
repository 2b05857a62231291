"""Garbage with widgets in it is destroyed on the GUI thread, whoever made Python look for it."""

import gc
import sys
import threading
import time
import weakref

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.collecting import Collector, resident


class Ring(QWidget):
    """A widget that only the search for cycles can free."""

    def __init__(self) -> None:
        super().__init__()
        self.label = QLabel("x", self)
        self.itself = self


def allocate(kept: list[list[int]]) -> None:
    """What a worker does: enough containers to pass every threshold, for as long as they live."""
    kept.extend([n] for n in range(200_000))


def test_a_worker_that_allocates_destroys_no_widget(qapp: QApplication, qtbot: QtBot) -> None:
    before, collector = gc.get_threshold(), Collector(qapp)
    threads, kept = list[str](), list[list[int]]()
    ring = Ring()
    weakref.finalize(ring, lambda: threads.append(threading.current_thread().name))
    del ring
    gc.set_threshold(700, 1, 1)
    try:
        worker = threading.Thread(target=allocate, args=(kept,), name="worker")
        worker.start()
        worker.join()
        assert threads == []
        qtbot.waitUntil(lambda: threads == ["MainThread"])
    finally:
        gc.set_threshold(*before)
        collector.deleteLater()


def test_what_starting_made_is_not_looked_through_again(qapp: QApplication) -> None:
    collector = Collector(qapp)
    ring = Ring()
    gone, before = weakref.ref(ring), gc.get_freeze_count()
    try:
        collector.spare()
        assert gc.get_freeze_count() > before
        del ring
        gc.collect()
        assert gone() is not None
    finally:
        gc.unfreeze()
        collector.deleteLater()
    gc.collect()
    assert gone() is None


def test_a_program_that_has_worked_rests_once_until_it_works_again(qapp: QApplication) -> None:
    def looks(times: int) -> int:
        before = len(heard)
        for _ in range(times):
            collector.look()
        return len(heard) - before

    def work(until: float) -> None:
        while time.process_time() < until:
            pass

    collector, heard = Collector(qapp), list[int]()
    collector.rested.connect(lambda: heard.append(1))
    try:
        work(1.1)
        assert looks(5) == 0
        assert looks(20) == 1
        assert looks(20) == 0
        work(time.process_time() + 1.1)
        assert looks(1) == 0
        assert looks(20) == 1
    finally:
        collector.deleteLater()


def giving_back() -> bool:
    """Whether the thread that gives memory back is at work."""
    return any(one.name == "suixing-trim" for one in threading.enumerate())


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems do it themselves")
def test_memory_that_is_free_goes_back_to_the_system(qapp: QApplication, qtbot: QtBot) -> None:
    collector = Collector(qapp)

    def shrank(held: int) -> bool:
        for _ in range(40):
            if resident() < held - (40 << 20):
                return True
            qtbot.wait(50)
        return False

    def gives_back() -> bool:
        collector.look()
        qtbot.waitUntil(lambda: not giving_back())  # What is held is measured when that is over.
        blocks = [b"x" * (100_000 + n) for n in range(800)]  # Zeros need not be in memory.
        pinned, held = blocks[-1], resident()  # The heap cannot shrink from its end.
        blocks.clear()
        collector.look()
        return shrank(held) and bool(pinned)

    try:
        # What other tests of this process still do may take the room at that very moment.
        assert any(gives_back() for _ in range(3))
    finally:
        collector.deleteLater()
