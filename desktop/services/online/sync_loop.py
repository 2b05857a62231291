"""Syncing in the background: a thread that exchanges, one that listens for hints, one that notices
sleep and changes of network.

Time, chance and waiting are given; the state is published through a callback on the loop's own
threads, and the application moves it to the main thread. No Qt here.
"""

import contextlib
import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from crm_core.clock import iso_moment
from crm_core.errors import KnownError, SyncError
from crm_core.permissions import STRUCTURE
from crm_core.store.changes.tally import tally
from desktop.services.cancelling import Cancelled, CancelToken
from desktop.services.online.sync_client import SyncReport
from desktop.services.online.sync_status import SyncState, SyncStatus, state_for
from desktop.services.online.vigil import LOOK_SECONDS, Vigil, local_addresses
from desktop.services.timetable import BLIND_POLL, METERED_POLL, POLL, Timetable
from desktop.services.workspace import Workspace

log = logging.getLogger("log.sync")

STOP_SECONDS = 2.0
_INDEX_STEP = 200
_MANY = 2_000
"""Records that wait for their place in the order of names before anybody is told."""
"""Records indexed in one transaction: short enough that nobody who writes notices."""


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
    look: float = LOOK_SECONDS
    """Seconds between two looks at sleep and network."""
    blind_poll: float = BLIND_POLL
    """Seconds between two exchanges while there is no hint channel."""
    wall: Callable[[], float] = time.time
    route: Callable[[str], str] = local_addresses
    """Our address as seen on the way to a host."""


class SyncLoop:
    """Keeps one workspace in step with its server until stopped."""

    def __init__(
        self,
        workspace: Workspace,
        *,
        on_status: Callable[[SyncStatus], object],
        on_report: Callable[[SyncReport], object] | None = None,
        paused: bool = False,
        metered: bool = False,
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
        self._changes = 0
        self._stopping = CancelToken()
        self._paused = paused
        self._metered = workspace.metered = metered
        self._live = self._arranging = False
        self._listen_again = threading.Event()
        self._renewals = 0
        """How often the connections were given up on purpose; a failure of that is none."""
        self._error: KnownError | None = None
        self._last_success = ""
        self._people_changed = False
        self._status = SyncStatus(SyncState.IDLE)
        self._status = self._status_now()
        self._threads: list[threading.Thread] = []

    # -- from the application -----------------------------------------------------------------

    def start(self) -> None:
        """Begin; the first exchange follows at once. Nothing where it was stopped before."""
        if self._stopping.cancelled():
            return
        self._workspace.after_write = self.local_change
        parts = (("sync", self._run), ("live", self._listen), ("watch", self._watch))
        for name, run in parts:
            thread = threading.Thread(target=run, name=f"suixing-{name}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self, timeout: float = STOP_SECONDS) -> bool:
        """End the threads, breaking off what waits on the network; whether they ended in time.

        What was broken off is sent again by the next run.
        """
        self._stopping.cancel()
        self._workspace.after_write = None
        self._client.server.abort()
        self._listen_again.set()
        with self._wake:
            self._wake.notify_all()
        end = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def local_change(self) -> None:
        """Something was written here; callable from any thread."""
        with self._wake:
            self._changes += 1
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
        self._renew()
        self._publish()

    def resume(self) -> None:
        """Work online again, beginning at once."""
        with self._wake:
            self._paused = False
        self.send_now()
        self._listen_again.set()

    def set_metered(self, metered: bool) -> None:
        """The line costs money: attachments wait, and the device asks for news less often."""
        with self._wake:
            self._metered = self._workspace.metered = metered
            self._timetable.poll = self._poll()
        self.send_now()

    def line_changed(self) -> None:
        """The machine woke up or is on another network: begin afresh, at once."""
        self._renew()
        self.send_now()

    @property
    def status(self) -> SyncStatus:
        """The state as last published."""
        return self._status

    # -- the exchanging thread ----------------------------------------------------------------

    def _run(self) -> None:
        while self._until_due():
            self._exchange()
            self._index()
            self._compare()

    def _until_due(self) -> bool:
        """Wait until an exchange is due; False when stopping."""
        told = -1
        while True:
            with self._wake:
                if self._stopping.cancelled():
                    return False
                left = self._timetable.due - self._outside.monotonic()
                if not self._paused and left <= 0:
                    self._timetable.begun(self._outside.monotonic())
                    return True
                # What was written while the last status was worked out is to be told as well.
                if told == self._changes:
                    self._outside.wait(self._wake, 3600.0 if self._paused else left)
                    told = -1
                    continue
                told = self._changes
            # Outside the lock: reading the database may take its time.
            self._publish()

    def _exchange(self) -> None:
        self._publish(syncing=True)
        renewals, deaf = self._renewals, not self._client.server.access
        try:
            report = self._client.sync_once(self._stopping)
        except Cancelled:
            return
        except KnownError as error:
            if renewals != self._renewals:  # Its connection was given up under it.
                self.send_now()
            else:
                self._failed(error)
            return
        with self._wake:
            self._timetable.poll = self._poll()
            self._timetable.succeeded(self._outside.monotonic())
        if deaf:  # Now there is a session to listen with.
            self._listen_again.set()
        self._error, self._last_success = None, self._workspace.clock.iso()
        with contextlib.suppress(KnownError):
            self._workspace.renew_lease()
        self._people_changed |= not STRUCTURE.isdisjoint(report.changed)
        self._refresh_actor()
        if self._on_report is not None and _told(report):
            self._on_report(report)

    def _index(self) -> None:
        """Index what a fill or a big batch left for later, until there is something to exchange."""
        with contextlib.suppress(KnownError):
            while not self._stopping.cancelled():
                left = self._workspace.replica.index_some(_INDEX_STEP)
                self._tell_arranging(arranging=left > _MANY)
                if not left or self._timetable.due <= self._outside.monotonic():
                    return

    def _tell_arranging(self, *, arranging: bool) -> None:
        if arranging is not self._arranging:
            self._arranging = arranging
            self._publish()

    def _compare(self) -> None:
        """Compare with the server, now and then; what differs is put right and reported."""
        if self._error is not None or self._paused:
            return
        # Nothing was asked of the person: what fails here is tried again later.
        with contextlib.suppress(KnownError, Cancelled):
            report = self._client.compare(self._stopping)
            if report is None or not report.changed:
                return
            self._people_changed |= not STRUCTURE.isdisjoint(report.changed)
            self._refresh_actor()
            if self._on_report is not None:
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
            self._listen_again.wait(self._outside.live_rest)
            self._listen_again.clear()

    def _follow(self) -> None:
        try:
            for news in self._client.server.hints():
                if self._stopping.cancelled() or self._paused:
                    return
                self._hears(live=True)
                if news:
                    self._hinted()
        except SyncError as error:
            log.info("the hint channel closed: %s", error.code)
        finally:
            if self._hears(live=False):
                self._hinted()  # Ask at once: whether the server is still there must be known.

    def _hears(self, *, live: bool) -> bool:
        """Note whether the hint channel is open; whether that is new."""
        with self._wake:
            new, self._live = self._live is not live, live
            self._timetable.poll = self._poll()
        return new

    def _poll(self) -> float:
        if self._metered:
            return METERED_POLL
        return POLL if self._live else self._outside.blind_poll

    def _hinted(self) -> None:
        with self._wake:
            self._timetable.hinted(self._outside.monotonic())
            self._wake.notify_all()

    # -- the watching thread ------------------------------------------------------------------

    def _watch(self) -> None:
        host = urlsplit(self._client.server.url).hostname or ""
        vigil = Vigil(self._outside.wall, lambda: self._outside.route(host))
        while not self._stopping.wait(self._outside.look):
            happened = vigil.look()
            if happened and not self._paused:
                log.info("the line is begun afresh: %s", happened)
                self.line_changed()

    def _renew(self) -> None:
        """Give up all connections; the hint channel is opened again at once."""
        with self._wake:
            self._renewals += 1
            self._wake.notify_all()
        self._client.server.drop_connections()
        self._listen_again.set()

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
        state = state_for(waiting, error)
        return SyncStatus(
            state=SyncState.OFFLINE if self._paused else SyncState.SYNCING if syncing else state,
            waiting=waiting,
            inbox=inbox,
            paused=self._paused,
            metered=self._metered,
            live=self._live,
            arranging=self._arranging,
            error=error,
            last_success=self._last_success,
            next_try="" if self._paused or syncing else self._next_try(),
            failures=self._timetable.failures,
            check=self._client.last_check,
        )

    def _next_try(self) -> str:
        left = max(0.0, self._timetable.due - self._outside.monotonic())
        return iso_moment(self._workspace.clock.now() + timedelta(seconds=left))

    def _counts(self) -> tuple[int, int]:
        replica = self._workspace.replica
        found = replica.read(lambda connection: tally(connection, replica.tables))
        return found.waiting, found.inbox


def _told(report: SyncReport) -> bool:
    return bool(report.changed or report.pushed or report.refused or report.left)
