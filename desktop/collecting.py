"""Cyclic garbage is looked for on the GUI thread only, and not among what stays.

Python looks for it on whichever thread happens to allocate. On a worker thread that destroys
widgets there, while the GUI thread is using them: the program crashes. Looking through everything
that starting made holds the GUI thread for a tenth of a second and finds nothing.
"""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

_LOOK_MS = 1_000


class Collector(QObject):
    """Takes the search for garbage from all threads and makes it on the one this lives on."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def spare(self) -> None:
        """What there is now (modules, above all) stays: it is not looked through again."""
        gc.freeze()

    @Slot()
    def look(self) -> None:
        """Collect what Python itself would have collected by now."""
        collect_as_due()


def collect_as_due() -> None:
    """Collect the oldest generation whose threshold is passed, on the calling thread."""
    counts, thresholds = gc.get_count(), gc.get_threshold()
    due = [n for n in range(3) if counts[n] > thresholds[n]]
    if due:
        gc.collect(max(due))
