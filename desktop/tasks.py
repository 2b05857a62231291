"""Work off the main thread: three executors in, one queue and one slot out.

Database work has one thread, so writes never wait for each other in the interface; what is looked
up while somebody types has one of its own and never waits for a write; everything else shares
three. Results, errors and progress reach the main thread through `_inbox` alone. The
callbacks themselves never leave the main thread, so no Qt object can die on a worker.
"""

import logging
import queue
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot
from shiboken6 import isValid

from crm_core.errors import KnownError
from desktop.bus import Bus
from desktop.services.cancelling import CancelToken

T = TypeVar("T")
log = logging.getLogger("log.tasks")

FREE_THREADS = 3


@dataclass(frozen=True, slots=True)
class _Callbacks:
    """Who waits for one piece of work; lives on the main thread only."""

    on_done: Callable[[Any], object] | None
    on_error: Callable[[KnownError], object] | None
    owner: QObject | None

    @property
    def wanted(self) -> bool:
        return self.owner is None or isValid(self.owner)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """How one piece of work ended."""

    result: Any = None
    error: BaseException | None = None


class Ticket:
    """One piece of work under way; `cancel` asks it to stop, and drops it if it has not begun."""

    def __init__(self, number: int, future: "Future[None]", token: CancelToken) -> None:
        self.number = number
        self._future = future
        self._token = token

    def cancel(self) -> None:
        """The callbacks still hear of it: work that stops early ends with `Cancelled`."""
        self._token.cancel()

    @property
    def finished(self) -> bool:
        """Whether the work has ended, well or not."""
        return self._future.done()


class Tasks(QObject):
    """Runs functions on other threads and brings their results to the main thread."""

    _arrived = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        bus: Bus | None = None,
        on_known_error: Callable[[KnownError], object] | None = None,
    ) -> None:
        """`on_known_error` hears of known errors nobody else wanted; `bus` is told by `do`."""
        super().__init__(parent)
        self.on_known_error = on_known_error
        self._bus = bus
        self._inbox: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._callbacks: dict[int, _Callbacks] = {}
        self._futures: dict[int, Future[None]] = {}
        self._tokens: dict[int, CancelToken] = {}
        self._given = 0
        self._closed = False
        self._db = ThreadPoolExecutor(1, thread_name_prefix="suixing-db")
        self._looking = ThreadPoolExecutor(1, thread_name_prefix="suixing-look")
        self._free = ThreadPoolExecutor(FREE_THREADS, thread_name_prefix="suixing-free")
        self._arrived.connect(self._drain, Qt.ConnectionType.QueuedConnection)

    # -- starting work ------------------------------------------------------------------------

    def db(
        self,
        fn: Callable[..., T],
        *args: object,
        on_done: Callable[[T], object] | None = None,
        on_error: Callable[[KnownError], object] | None = None,
        owner: QObject | None = None,
        cancel: CancelToken | None = None,
        **named: object,
    ) -> Ticket:
        """Run `fn(*args, **named)` on the database thread, in the order asked for.

        Callbacks run on the main thread, and not at all once `owner` has been destroyed. A
        KnownError goes to `on_error`, else to the default handler; a bug goes to sys.excepthook,
        and `on_error` then hears a general sentence so that nothing waits for ever.
        """
        asked = _Callbacks(on_done, on_error, owner)
        return self._submit(self._db, lambda: fn(*args, **named), asked, cancel)

    def look(
        self,
        fn: Callable[..., T],
        *args: object,
        on_done: Callable[[T], object] | None = None,
        on_error: Callable[[KnownError], object] | None = None,
        owner: QObject | None = None,
    ) -> Ticket:
        """Like `db`, for reading only, past whatever is being written: each key stroke of a search
        is answered while ten thousand records change."""
        return self._submit(
            self._looking, lambda: fn(*args), _Callbacks(on_done, on_error, owner), None
        )

    def free(
        self,
        fn: Callable[..., T],
        *args: object,
        on_done: Callable[[T], object] | None = None,
        on_error: Callable[[KnownError], object] | None = None,
        owner: QObject | None = None,
        cancel: CancelToken | None = None,
        **named: object,
    ) -> Ticket:
        """Like `db`, on one of a few threads for work that does not touch the database."""
        asked = _Callbacks(on_done, on_error, owner)
        return self._submit(self._free, lambda: fn(*args, **named), asked, cancel)

    def do(
        self,
        verb: Callable[..., T],
        *args: object,
        initiator: object | None = None,
        on_done: Callable[[T], object] | None = None,
        on_error: Callable[[KnownError], object] | None = None,
        owner: QObject | None = None,
        **named: object,
    ) -> Ticket:
        """Run a `do_*` verb on the database thread; the bus hears what it changed, then `on_done`.

        The bus is told even when `owner` is gone by then: other pages show the same records.
        """

        def announce(done: T) -> None:
            if self._bus is not None:
                self._bus.changed(getattr(done, "changed", {}), initiator)
            if on_done is not None and (owner is None or isValid(owner)):
                on_done(done)

        def failed(error: KnownError) -> None:
            if owner is None or isValid(owner):
                (on_error or self._unhandled)(error)

        return self._submit(
            self._db, lambda: verb(*args, **named), _Callbacks(announce, failed, None), None
        )

    def reporter(
        self, on_progress: Callable[[T], object], *, owner: QObject | None = None
    ) -> Callable[[T], None]:
        """A function that work may call from its thread; `on_progress` runs on the main thread.

        Reports that come faster than the main thread takes them are thinned out: the latest wins.
        """
        lock, latest = threading.Lock(), list[T]()

        def show() -> None:
            with lock:
                progress = latest.pop()
            if owner is None or isValid(owner):
                on_progress(progress)

        def report(progress: T) -> None:
            with lock:
                first = not latest
                latest[:] = [progress]
            if first:
                self._deliver(show)

        return report

    def to_main(self, call: Callable[[], object]) -> None:
        """Run `call` on the main thread soon; may be called from any thread."""
        self._deliver(lambda: (call(), None)[1])

    @property
    def busy(self) -> bool:
        """Whether answers are still to come."""
        return bool(self._callbacks)

    # -- ending -------------------------------------------------------------------------------

    def shutdown(self, timeout: float = 5.0) -> bool:
        """Finish database work, cancel the rest, deliver what is there; False if work hangs.

        No new work is taken afterwards. `timeout` in seconds.
        """
        self._closed = True
        for token in list(self._tokens.values()):
            token.cancel()
        _, hanging = wait(list(self._futures.values()), timeout)
        for executor in (self._db, self._looking, self._free):
            executor.shutdown(wait=not hanging, cancel_futures=bool(hanging))
        self._drain()
        return not hanging

    # -- inside -------------------------------------------------------------------------------

    def _submit(
        self,
        executor: ThreadPoolExecutor,
        work: Callable[[], Any],
        asked: _Callbacks,
        cancel: CancelToken | None,
    ) -> Ticket:
        if self._closed:
            raise KnownError(
                "程序正在退出，没有开始新的操作。",
                "The program is closing; nothing new was begun.",
                code="closing",
            )
        self._given += 1
        number, token = self._given, cancel or CancelToken()
        self._callbacks[number] = asked
        if executor is self._free:
            self._tokens[number] = token
        future = executor.submit(self._run, number, work, token)
        self._futures[number] = future
        return Ticket(number, future, token)

    def _run(self, number: int, work: Callable[[], Any], token: CancelToken) -> None:
        """On a worker: do the work, whatever happens send word home."""
        try:
            token.check()
            outcome = _Outcome(result=work())
        except KnownError as error:
            outcome = _Outcome(error=error)
        except Exception as error:
            log.exception("a task failed")
            outcome = _Outcome(error=error)
        self._deliver(lambda: self._finish(number, outcome))

    def _deliver(self, call: Callable[[], None]) -> None:
        self._inbox.put(call)
        if isValid(self):
            self._arrived.emit()

    @Slot()
    def _drain(self) -> None:
        """On the main thread: run everything that has arrived; one that raises loses no other."""
        while True:
            try:
                call = self._inbox.get_nowait()
            except queue.Empty:
                return
            try:
                call()
            except BaseException:
                self._arrived.emit()
                raise

    def _finish(self, number: int, outcome: _Outcome) -> None:
        callbacks = self._callbacks.pop(number)
        self._futures.pop(number, None)
        self._tokens.pop(number, None)
        error = outcome.error
        if error is not None and not isinstance(error, KnownError):
            sys.excepthook(type(error), error, error.__traceback__)
        if not callbacks.wanted:
            return
        if error is None:
            if callbacks.on_done is not None:
                callbacks.on_done(outcome.result)
        elif isinstance(error, KnownError):
            (callbacks.on_error or self._unhandled)(error)
        elif callbacks.on_error is not None:
            callbacks.on_error(_unexpected())

    def _unhandled(self, error: KnownError) -> None:
        if self.on_known_error is not None:
            self.on_known_error(error)
        else:
            log.warning("nobody was told: %s", error.code)


def _unexpected() -> KnownError:
    return KnownError(
        "程序出了意外错误，刚才的操作没有完成，您输入的内容还在。请再试一次。",
        "Something unexpected went wrong and the action was not finished; what you typed is "
        "still here. Please try again.",
        code="bug",
    )
