"""Syncing in the background: one thread that exchanges, one that listens for hints.

Time, chance and waiting are given; the state is published through a callback on the loop's own
threads, and the application moves it to the main thread. No Qt here.
"""

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from crm_core.errors import KnownError, SyncCode, SyncError
from desktop.services.cancelling import Cancelled, CancelToken
from desktop.services.sync_client import SyncReport
from desktop.services.timetable import Timetable
from desktop.services.workspace import Workspace

log = logging.getLogger("log.sync")

STOP_SECONDS = 2.0
_AWAY = frozenset({SyncCode.SERVER_UNREACHABLE, SyncCode.SERVER_BUSY})
_SIGNED_OUT = frozenset({SyncCode.TOKEN_EXPIRED, SyncCode.BAD_CREDENTIALS, SyncCode.DEVICE_REVOKED})


class SyncState(StrEnum):
    """What the sync indicator shows."""

    OFFLINE = "offline"
    """The server cannot be reached, or the person works offline (`paused`)."""
    IDLE = "idle"
    SYNCING = "syncing"
    WAITING = "waiting"
    """Changes wait to be sent; nothing is wrong."""
    ERROR = "error"
    SIGNED_OUT = "signed_out"


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """The state, with what a person may want to know about it."""

    state: SyncState
    waiting: int = 0
    """Operations not acknowledged by the server."""
    inbox: int = 0
    """Conflicts and refused changes to look at."""
    paused: bool = False
    error: KnownError | None = None
    last_success: str = ""
    """ISO moment of the last complete exchange in this run; empty for none."""


@dataclass(frozen=True, slots=True)
class Outside:
    """Where the loop's time, chance and waiting come from."""

    monotonic: Callable[[], float] = time.monotonic
    random: Callable[[], float] = random.random
    wait: Callable[[threading.Condition, float], object] = field(
        default=lambda condition, seconds: condition.wait(seconds)
    )
    """Give up the lock for at most so many seconds, or until notified."""
    live_rest: float = 5.0
    """Seconds before the hint channel is opened again after it broke."""


class SyncLoop:
    """Keeps one workspace in step with its server until stopped."""

    def __init__(
        self,
        workspace: Workspace,
        *,
        on_status: Callable[[SyncStatus], object],
        on_report: Callable[[SyncReport], object] | None = None,
        paused: bool = False,
        outside: Outside | None = None,
    ) -> None:
        """`on_report` hears of every exchange that changed or sent something. Both callbacks run
        on the loop's threads."""
        self._workspace = workspace
        self._client = workspace.client
        self._on_status = on_status
        self._on_report = on_report
        self._outside = outside or Outside()
        self._timetable = Timetable(self._outside.random)
        self._wake = threading.Condition()
        self._stopping = CancelToken()
        self._paused = paused
        self._error: KnownError | None = None
        self._last_success = ""
        self._people_changed = False
        self._status = SyncStatus(SyncState.IDLE)
        self._status = self._status_now()
        self._threads: list[threading.Thread] = []

    # -- from the application -----------------------------------------------------------------

    def start(self) -> None:
        """Begin; the first exchange follows at once."""
        self._workspace.after_write = self.local_change
        for name, run in (("sync", self._run), ("live", self._listen)):
            thread = threading.Thread(target=run, name=f"suixing-{name}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self, timeout: float = STOP_SECONDS) -> bool:
        """End both threads, breaking off what waits on the network; whether they ended in time.

        What was broken off is sent again by the next run.
        """
        self._stopping.cancel()
        self._workspace.after_write = None
        self._client.server.abort()
        with self._wake:
            self._wake.notify_all()
        end = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def local_change(self) -> None:
        """Something was written here; callable from any thread."""
        with self._wake:
            self._timetable.changed(self._outside.monotonic())
            self._wake.notify_all()

    def send_now(self) -> None:
        """The person wants to sync now; ends any rest after failures."""
        with self._wake:
            self._timetable.asked(self._outside.monotonic())
            self._wake.notify_all()

    def pause(self) -> None:
        """Work offline: nothing is exchanged until `resume`."""
        with self._wake:
            self._paused = True
            self._wake.notify_all()
        self._publish()

    def resume(self) -> None:
        """Work online again, beginning at once."""
        with self._wake:
            self._paused = False
        self.send_now()

    @property
    def status(self) -> SyncStatus:
        """The state as last published."""
        return self._status

    # -- the exchanging thread ----------------------------------------------------------------

    def _run(self) -> None:
        while self._until_due():
            self._exchange()

    def _until_due(self) -> bool:
        """Wait until an exchange is due; False when stopping."""
        told = False
        while True:
            with self._wake:
                if self._stopping.cancelled():
                    return False
                left = self._timetable.due - self._outside.monotonic()
                if not self._paused and left <= 0:
                    self._timetable.begun(self._outside.monotonic())
                    return True
                if told:
                    self._outside.wait(self._wake, 3600.0 if self._paused else left)
                    told = False
                    continue
            # Outside the lock: reading the database may take its time.
            self._publish()
            told = True

    def _exchange(self) -> None:
        self._publish(syncing=True)
        try:
            report = self._client.sync_once(self._stopping)
        except Cancelled:
            return
        except KnownError as error:
            self._failed(error)
            return
        with self._wake:
            self._timetable.succeeded(self._outside.monotonic())
        self._error, self._last_success = None, self._workspace.clock.iso()
        self._people_changed |= not {"user", "team"}.isdisjoint(report.changed)
        self._refresh_actor()
        if self._on_report is not None and _told(report):
            self._on_report(report)

    def _refresh_actor(self) -> None:
        """Work out anew what the person may see; where that fails, after the next exchange."""
        if not self._people_changed:
            return
        try:
            self._workspace.refresh_actor()
        except KnownError as error:
            self._failed(error)
        else:
            self._people_changed = False

    def _failed(self, error: KnownError) -> None:
        if self._stopping.cancelled():
            return
        self._error = error
        log.info("an exchange failed: %s", error.code)
        with self._wake:
            self._timetable.failed(self._outside.monotonic())

    # -- the listening thread -----------------------------------------------------------------

    def _listen(self) -> None:
        """Follow the hint channel; polling carries on where it cannot be had."""
        while not self._stopping.cancelled():
            if not self._paused and self._client.server.access:
                self._follow()
            self._stopping.wait(self._outside.live_rest)

    def _follow(self) -> None:
        try:
            for news in self._client.server.hints():
                if self._stopping.cancelled() or self._paused:
                    return
                if news:
                    self._hinted()
        except SyncError as error:
            log.info("the hint channel closed: %s", error.code)

    def _hinted(self) -> None:
        with self._wake:
            self._timetable.hinted(self._outside.monotonic())
            self._wake.notify_all()

    # -- telling ------------------------------------------------------------------------------

    def _publish(self, *, syncing: bool = False) -> None:
        status = self._status_now(syncing=syncing)
        if status != self._status and not self._stopping.cancelled():
            self._status = status
            self._on_status(status)

    def _status_now(self, *, syncing: bool = False) -> SyncStatus:
        """The state; with the last counts known, and why, where they cannot be read now."""
        waiting, inbox, error = self._status.waiting, self._status.inbox, self._error
        try:
            waiting, inbox = self._counts()
        except KnownError as unreadable:
            error = unreadable
        return SyncStatus(
            state=self._state(waiting, error, syncing=syncing),
            waiting=waiting,
            inbox=inbox,
            paused=self._paused,
            error=error,
            last_success=self._last_success,
        )

    def _counts(self) -> tuple[int, int]:
        replica = self._workspace.replica
        waiting = sum(replica.waiting_counts().values())
        return waiting, len(replica.conflicts()) + len(replica.refusals())

    def _state(self, waiting: int, error: KnownError | None, *, syncing: bool) -> SyncState:
        if self._paused:
            return SyncState.OFFLINE
        if syncing:
            return SyncState.SYNCING
        if isinstance(error, SyncError):
            code = error.sync_code
            if code in _SIGNED_OUT:
                return SyncState.SIGNED_OUT
            return SyncState.OFFLINE if code in _AWAY else SyncState.ERROR
        if error is not None:
            return SyncState.ERROR
        return SyncState.WAITING if waiting else SyncState.IDLE


def _told(report: SyncReport) -> bool:
    return bool(report.changed or report.pushed or report.refused or report.left)
