"""Holds our code to fifty milliseconds of the Qt thread at a time.

While the thread works, nothing a person does is seen. What counts is the CPU time of the thread
within one call of an event handler, or one round of the event loop: a machine that does other
things in between makes nobody slower here. Neighbours on its cores still do a little, so an act
that took too long is tried again and judged by its best: what truly holds the thread holds it
every time. What takes long only the first time is found by a wider bound.
"""

import cProfile
import io
import pstats
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication

from desktop.viewmodels.session import Session

LIMIT_MS = 50.0
FIRST_MS = 5 * LIMIT_MS
"""What no try may take, not even the first."""
_PIECE_MS = 4.0
"""What the fixed piece of work takes on two quiet cores of the machine the limit was set on."""
TRIES = 5
_PATIENCE_S = 60.0
_SOON_MS = 400

Ready = Callable[[], object]


def slowness() -> float:
    """How many times longer a fixed piece of work takes here and now; never less than one."""
    begun, marks = time.thread_time(), dict[str, int]()
    for number in range(20_000):
        name = str(number % 997)
        marks[name] = marks.get(name, 0) + len(name)
    return max(1.0, (time.thread_time() - begun) * 1_000.0 / _PIECE_MS)


@dataclass(slots=True)
class Watchdog:
    """Lets acts happen one at a time and remembers the longest stretch of each."""

    qt: QApplication
    session: Session
    roots: Sequence[QObject]
    """Where timers live that put work off for a moment."""
    took: dict[str, list[float]] = field(default_factory=dict)
    """Milliseconds of the longest stretch of each try, by act."""
    _longest: float = 0.0

    def judge(
        self,
        name: str,
        act: Callable[[], object],
        ready: Ready = lambda: True,
        *,
        before: Callable[[], object] = lambda: None,
    ) -> None:
        """Try `act` until one try stays within the limit; AssertionError where none does.

        `ready` says when what it asked for has arrived; `before` makes it new for each try.
        """
        tries = self.took.setdefault(name, [])
        for _ in range(TRIES):
            before()
            tries.append(self.once(act, ready) / slowness())
            if tries[-1] <= LIMIT_MS:
                break
        said = ", ".join(f"{ms:.0f}" for ms in tries)
        assert max(tries) <= FIRST_MS, f"{name}: held {said} ms\n{self._told(act, ready)}"
        assert min(tries) <= LIMIT_MS, f"{name}: held {said} ms\n{self._told(act, ready)}"

    def once(self, act: Callable[[], object], ready: Ready = lambda: True) -> float:
        """Let `act` happen and everything that follows from it; its longest stretch in ms."""
        self._longest = 0.0
        self._stretch(act)
        deadline = time.monotonic() + _PATIENCE_S
        while not ready() or self.session.tasks.busy or self._put_off():
            self._round(deadline)
        self._round(deadline)  # What the answers changed is drawn.
        return self._longest

    def _put_off(self) -> bool:
        timers = (timer for root in self.roots for timer in root.findChildren(QTimer))
        return any(
            timer.isSingleShot() and timer.isActive() and timer.remainingTime() < _SOON_MS
            for timer in timers
        )

    def _round(self, deadline: float) -> None:
        """One round of the event loop, begun when there is something to do."""
        assert time.monotonic() < deadline, "waited in vain"
        self._stretch(lambda: self.qt.processEvents(QEventLoop.ProcessEventsFlag.AllEvents))
        time.sleep(0.001)

    def _stretch(self, work: Callable[[], object]) -> None:
        begun = time.thread_time()
        work()
        self._longest = max(self._longest, (time.thread_time() - begun) * 1_000.0)

    def _told(self, act: Callable[[], object], ready: Ready) -> str:
        """Where the time goes, from one more try."""
        profile = cProfile.Profile(time.thread_time)
        profile.runcall(self.once, act, ready)
        said = io.StringIO()
        pstats.Stats(profile, stream=said).sort_stats("cumulative").print_stats("desktop/", 25)
        return said.getvalue()
