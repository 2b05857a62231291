"""Garbage with widgets in it is destroyed on the GUI thread, whoever made Python look for it."""

import gc
import threading
import weakref

from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.collecting import Collector


class Ring(QWidget):
    """A widget that only the search for cycles can free."""

    def __init__(self) -> None:
        super().__init__()
        self.label = QLabel("x", self)
        self.itself = self


def allocate() -> None:
    """What a worker does: enough containers to pass every threshold."""
    kept = [[n] for n in range(200_000)]
    assert kept


def test_a_worker_that_allocates_destroys_no_widget(qapp: QApplication, qtbot: QtBot) -> None:
    before, collector = gc.get_threshold(), Collector(qapp)
    threads: list[str] = []
    ring = Ring()
    weakref.finalize(ring, lambda: threads.append(threading.current_thread().name))
    del ring
    gc.set_threshold(700, 1, 1)
    try:
        worker = threading.Thread(target=allocate, name="worker")
        worker.start()
        worker.join()
        assert threads == []
        qtbot.waitUntil(lambda: threads == ["MainThread"])
    finally:
        gc.set_threshold(*before)
        collector.deleteLater()
