"""Who is listening for "something new", and telling them. Hints only; never data (rule 13)."""

import asyncio
import json
import logging
import queue
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

log = logging.getLogger("log.server")


@dataclass(eq=False, slots=True)
class Listener:
    """One open stream: woken from any thread, waits on its own event loop."""

    person: str
    node: str
    """Of the device that listens."""
    loop: asyncio.AbstractEventLoop
    news: asyncio.Event

    def wake(self) -> None:
        """Safe from any thread; a loop that has ended has nobody left to tell."""
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.news.set)


Concerned = Callable[[Sequence[Listener], int, int], Sequence[Listener]]
"""Those of the listeners whom what the log got after one position, up to another, concerns."""


def _all_of(listeners: Sequence[Listener], _after: int, _until: int) -> Sequence[Listener]:
    return listeners


@dataclass(slots=True)
class LiveHub:
    """Fans the newest log position out to those open streams of this process that it concerns.

    Streams wait as coroutines, not threads: a hundred idle laptops must not use up the threads
    that serve pushes and pulls. Whom news concerns is worked out by one thread (`tell`), for all
    that came meanwhile together: whoever pushed, and those behind them, do not wait for it.
    """

    concerned: Concerned = _all_of
    _sequence: int = 0
    _closed: bool = False
    _listeners: set[Listener] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _grown: "queue.SimpleQueue[tuple[int, int] | None]" = field(default_factory=queue.SimpleQueue)
    """From where the log grew, and to where; None at the end."""

    @property
    def listening(self) -> int:
        """How many streams are open."""
        with self._lock:
            return len(self._listeners)

    def publish(self, sequence: int) -> None:
        """The log has grown to `sequence`; older news is ignored."""
        with self._lock:
            if sequence <= self._sequence:
                return
            before, self._sequence = self._sequence, sequence
            if self._listeners:
                self._grown.put((before, sequence))

    def tell(self) -> None:
        """Tell those whom it concerns what the log grew by, until `close`; a thread's only work."""
        while (news := self._news()) is not None:
            with self._lock:
                listeners: Sequence[Listener] = list(self._listeners)
            try:
                listeners = self.concerned(listeners, *news)
            # In doubt it is for everybody, and the next news are to be told too.
            except Exception as error:  # noqa: BLE001
                log.warning("whom news concerns is not known: %s", type(error).__name__)
            for listener in listeners:
                listener.wake()

    def close(self) -> None:
        """End every stream, now and from now on; callable from a signal handler's thread."""
        self._closed = True
        self._grown.put(None)
        for listener in list(self._listeners):
            listener.wake()

    async def stream(
        self, heartbeat: float, *, person: str = "", node: str = ""
    ) -> AsyncIterator[bytes]:
        """Server-sent events: the position now, each new one that concerns the person on that
        device, a comment every `heartbeat` s."""
        listener = Listener(person, node, asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            self._listeners.add(listener)
        try:
            yield self._event()
            while not self._closed:
                yield await self._next(listener, heartbeat)
        finally:
            with self._lock:
                self._listeners.discard(listener)

    def _news(self) -> tuple[int, int] | None:
        """The next piece the log grew by, with all that follow it already; None at the end."""
        news = self._grown.get()
        while news is not None and not self._grown.empty():
            more = self._grown.get()
            news = None if more is None else (news[0], more[1])
        return news

    async def _next(self, listener: Listener, heartbeat: float) -> bytes:
        try:
            await asyncio.wait_for(listener.news.wait(), heartbeat)
        except TimeoutError:
            return b": still here\n\n"
        listener.news.clear()
        return b": goodbye\n\n" if self._closed else self._event()

    def _event(self) -> bytes:
        return f"data: {json.dumps({'seq': self._sequence})}\n\n".encode()
