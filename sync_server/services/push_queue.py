"""Callers that wait for the write lock are served together by whoever of them gets it.

A transaction costs much more than what one push adds to it. So whoever waits longest opens one and
takes all others along that fit; the rest waits for the next (decision 067). Nobody is answered
before the transaction with their work has committed, and where one with several fails, each of
them is tried again in a transaction of its own: nobody fails by what others sent.
"""

import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, Self, TypeVar


class Work(Protocol):
    """What is to be done."""

    def fits(self, together: Sequence[Self]) -> bool:
        """Whether it may be done in one transaction with these, of which there is at least one."""


W = TypeVar("W", bound=Work)
_REST_SECONDS = 0.5
"""After the last of many pushes of one device comes nothing for so long."""
log = logging.getLogger("log.server")


@dataclass(eq=False, slots=True)
class _Place:
    """One caller in the queue."""

    work: Any
    alone: bool = False
    """It was in a transaction that failed."""
    done: bool = False


@dataclass(slots=True)
class PushQueue:
    """The queue of one process. Threads wait in it without holding anything."""

    _waiting: list[_Place] = field(default_factory=list)
    _busy: bool = False
    _served: float = -math.inf
    _turn: threading.Condition = field(default_factory=threading.Condition)

    def take(self, work: W, run: Callable[[Callable[[], list[W]]], object]) -> None:
        """Return when `work` is done and durable; raises what its own transaction raised.

        `run` opens a transaction, asks once what is to be done in it, does that and commits.
        """
        place = _Place(work)
        with self._turn:
            self._waiting.append(place)
        try:
            while self._leads(place):
                try:
                    self._serve(place, run)
                finally:
                    self._step_down()
        finally:
            with self._turn:
                self._waiting = [one for one in self._waiting if one is not place]
                self._served = time.monotonic()
                self._turn.notify_all()

    @property
    def resting(self) -> bool:
        """Whether nobody has pushed just now: spare work may be done."""
        return not self._waiting and time.monotonic() - self._served > _REST_SECONDS

    def holds(self, number: int) -> bool:
        """Whether so many wait or are being done."""
        with self._turn:
            return len(self._waiting) == number

    def _leads(self, place: _Place) -> bool:
        """Wait until it is done, or until it is this caller's turn: whoever waits longest."""
        with self._turn:
            self._turn.wait_for(lambda: place.done or self._is_next(place))
            self._busy = self._busy or not place.done
            return not place.done

    def _is_next(self, place: _Place) -> bool:
        return not self._busy and self._waiting[0] is place

    def _step_down(self) -> None:
        with self._turn:
            self._busy = False
            self._turn.notify_all()

    def _serve(self, place: _Place, run: Callable[[Callable[[], list[Any]]], object]) -> None:
        together: list[_Place] = []

        def gather() -> list[Any]:
            together[:] = self._beside(place)
            return [one.work for one in together]

        try:
            run(gather)
        except Exception as error:
            if len(together) < 2:
                raise
            kind = type(error).__name__
            log.warning("%d pushes in one transaction failed: %s", len(together), kind)
            for one in together:
                one.alone = True
            return
        with self._turn:
            for one in together:
                one.done = True
            self._waiting = [one for one in self._waiting if not one.done]

    def _beside(self, place: _Place) -> list[_Place]:
        """Those to be done now: the one whose turn it is, and whoever fits."""
        chosen = [place]
        with self._turn:
            for one in [] if place.alone else self._waiting:
                works = [other.work for other in chosen]
                if one is not place and not one.alone and one.work.fits(works):
                    chosen.append(one)
        return chosen
