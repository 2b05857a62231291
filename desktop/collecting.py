"""Cyclic garbage is looked for on the GUI thread only, and not among what stays; memory that is
free goes back to the system.

Python looks for it on whichever thread happens to allocate. On a worker thread that destroys
widgets there, while the GUI thread is using them: the program crashes. Looking through everything
that starting made holds the GUI thread for a tenth of a second and finds nothing.
"""

import gc
import sys
import threading
import time
from functools import cache
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

_LOOK_MS = 1_000
_QUIET, _LOOKS_QUIET = 0.05, 5
"""Seconds of the processor between two looks below which nobody seems to work; after so many looks
like that the program rests."""
_PAGE = 4096
_LOOKS, _WORK = 5, 1.0
"""Seconds since the last time, and of the processor since then, after which it is looked anew:
what was in use while the process grew may be free by now."""
_MUCH = 16 << 20
"""Bytes the process has grown by before it is worth looking for free ones."""


class Collector(QObject):
    """Takes the search for garbage from all threads and makes it on the one this lives on."""

    rested = Signal()
    """There was work, and for some seconds there has been none: what is only kept to be quick may
    go. Who hears it calls `give_back` in the end."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._held, self._looks, self._worked = 0, 0, 0.0
        self._spent, self._quiet, self._rested = 0.0, 0, 0.0
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
        self._looks += 1
        spent = time.process_time()
        worked = self._looks >= _LOOKS and spent > self._worked + _WORK
        if worked or resident() > self._held + _MUCH:
            self.give_back()
        self._quiet = self._quiet + 1 if spent < self._spent + _QUIET else 0
        self._spent = spent
        if self._quiet == _LOOKS_QUIET and spent > self._rested + _WORK:
            self._rested = spent
            self.rested.emit()

    def give_back(self) -> None:
        """Have memory that is free go back to the system soon, where that is ours to do."""
        if _trim() is not None:
            # Before the thread begins: it may be over sooner than this goes on.
            self._held, self._looks, self._worked = sys.maxsize, 0, time.process_time()
            # On a thread of its own: it takes milliseconds, and holds up nobody who allocates.
            threading.Thread(target=self._trimmed, name="suixing-trim", daemon=True).start()

    def _trimmed(self) -> None:
        trim = _trim()
        if trim is not None:
            trim(0)
        self._held = resident()


def resident() -> int:
    """Bytes this process holds in memory; 0 where that cannot be known."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * _PAGE
    except OSError:
        return 0


@cache
def _trim() -> Any:
    """What gives free memory back to Linux; elsewhere the system's own allocator does.

    Sorting half a million rows leaves 50 MB behind that glibc keeps for every thread that sorted.
    """
    if not sys.platform.startswith("linux"):
        return None
    import ctypes

    return getattr(ctypes.CDLL(None), "malloc_trim", None)


def collect_as_due() -> None:
    """Collect the oldest generation whose threshold is passed, on the calling thread."""
    counts, thresholds = gc.get_count(), gc.get_threshold()
    due = [n for n in range(3) if counts[n] > thresholds[n]]
    if due:
        gc.collect(max(due))
