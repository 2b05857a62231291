"""Attachments' bytes in the background: a thread of its own, so that field changes never wait.

It holds back while records are exchanged, rests after failures as the sync loop does, and moves
nothing while the person works offline or on a line that costs money. It also keeps house: files of
records that left this device's scope go, and what the server has makes room for newer files.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from crm_core.errors import KnownError, SyncCode, SyncError
from crm_core.store.attachments import blob_ledger as ledger
from crm_core.store.attachments.blob_ledger import Held
from crm_core.store.attachments.blobs import BlobStore, address_of
from desktop.services.cancelling import Cancelled
from desktop.services.online.blob_transfer import Transfer
from desktop.services.online.sync_loop import Outside
from desktop.services.online.sync_status import SyncState, SyncStatus
from desktop.services.timetable import Timetable
from desktop.services.workspace import Workspace

log = logging.getLogger("log.blobs")

STOP_SECONDS = 2.0
COURTESY_SECONDS = 10.0
"""The longest pause between two bits of bytes while records are exchanged."""
_TELL_SECONDS = 0.1
_MISMATCHES = 3
_NEVER = frozenset({SyncCode.BLOB_TOO_LARGE, SyncCode.FORBIDDEN})
_NOT_TO_BE_HAD = frozenset({SyncCode.BLOB_MISSING, SyncCode.BLOB_UNKNOWN})
_AWAY = frozenset({SyncState.OFFLINE, SyncState.ERROR, SyncState.SIGNED_OUT})


@dataclass(frozen=True, slots=True)
class BlobNews:
    """Something about one attachment's file changed, or (address "") about any of them."""

    address: str = ""
    error: KnownError | None = None
    """Why a file asked for has not come."""


class _Overtaken(Exception):
    """Somebody waits for a file: the upload under way goes on after it."""


class BlobSync:
    """Moves the bytes of one workspace until stopped."""

    def __init__(
        self,
        workspace: Workspace,
        *,
        on_news: Callable[[BlobNews], object],
        budget: int,
        outside: Outside | None = None,
    ) -> None:
        """`budget`: room for files in bytes. `on_news` is called on the thread of the transfers."""
        self._workspace = workspace
        self._on_news = on_news
        self._budget = budget
        self._outside = outside or Outside()
        self._timetable = Timetable(self._outside.random)
        self._wake = threading.Condition()
        self._stopping = False
        self._open = False
        self._exchanging = False
        self._away = False
        self._urgent = False
        self._unwanted: set[str] = set()
        self._moving: tuple[str, int, int] | None = None
        self._sending = False
        self._told = 0.0
        self._mismatches: dict[str, int] = {}
        self._thread: threading.Thread | None = None

    # -- from the application -----------------------------------------------------------------

    def start(self) -> None:
        """Begin; nothing is moved before the first status is `heard`, or after a `stop`."""
        if self._stopping:
            return
        self._thread = threading.Thread(target=self._run, name="suixing-blobs", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = STOP_SECONDS) -> bool:
        """End the thread; whether it ended in time. The server's connections are ended before, by
        `SyncLoop.stop`; what is broken off goes on in the next run."""
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
        if self._thread is None:
            return True
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def heard(self, status: SyncStatus) -> None:
        """Follow the sync loop: whether bytes may travel now, and whether records do."""
        with self._wake:
            opened = not status.paused and not status.metered
            opened = opened and status.state is not SyncState.SIGNED_OUT
            away = status.state in _AWAY
            exchanging = status.state is SyncState.SYNCING
            if opened and (not self._open or (self._away and not away and not exchanging)):
                self._timetable.asked(self._outside.monotonic())
            self._away = away or (self._away and exchanging)
            self._open, self._exchanging = opened, exchanging
            self._wake.notify_all()

    def look(self) -> None:
        """Records were exchanged or an attachment was added: see what there is to do."""
        with self._wake:
            self._timetable.hinted(self._outside.monotonic())
            self._wake.notify_all()

    def fetch(self, address: str, size: int) -> None:
        """Ask for a file that is not here; news tells when it has come, or why it does not.

        KnownError ("blob_offline", "blob_metered") where nothing is moved now. Writes to the
        database: not for the Qt thread.
        """
        if not self._open:
            raise _metered() if self._workspace.metered else _offline()
        self._want(address, size, wanted=True)
        with self._wake:
            self._unwanted.discard(address)
            self._urgent = True
            self._timetable.asked(self._outside.monotonic())
            self._wake.notify_all()

    def cancel(self, address: str) -> None:
        """The file is no longer waited for; what arrived stays for another try."""
        with self._wake:
            self._unwanted.add(address)
            self._wake.notify_all()
        self._want(address, 0, wanted=False)
        self._tell(address)

    def progress(self, address: str) -> tuple[int, int] | None:
        """(bytes done, bytes there are) while this very file is being moved, else None."""
        moving = self._moving
        return moving[1:] if moving is not None and moving[0] == address else None

    # -- the thread ---------------------------------------------------------------------------

    def _run(self) -> None:
        self._guarded(self._reconcile)
        while self._until_due():
            self._guarded(self._round)

    def _until_due(self) -> bool:
        with self._wake:
            while not self._stopping:
                left = self._timetable.due - self._outside.monotonic()
                if left <= 0:
                    self._timetable.begun(self._outside.monotonic())
                    return True
                self._outside.wait(self._wake, left)
        return False

    def _guarded(self, work: Callable[[], object]) -> None:
        """Whatever can go wrong with disk, database and network is tried again later."""
        try:
            work()
        except (Cancelled, _Overtaken):
            return
        except (KnownError, OSError) as error:
            if not self._stopping:
                log.info("attachments: %s", getattr(error, "code", error))
                with self._wake:
                    self._timetable.failed(self._outside.monotonic())
                self._renew_session(error)
        else:
            with self._wake:
                self._timetable.succeeded(self._outside.monotonic())
        finally:
            self._moving = None
            self._tell("")

    def _renew_session(self, error: Exception) -> None:
        """Only the sync loop may renew the session: the next refresh token is spent once."""
        expired = isinstance(error, SyncError) and error.sync_code is SyncCode.TOKEN_EXPIRED
        if expired and self._workspace.after_write is not None:
            self._workspace.after_write()

    def _round(self) -> None:
        self._keep_house()
        replica = self._workspace.replica
        if not self._open:
            return
        self._sending = False
        for held in replica.read(lambda c: ledger.downloads(c, replica.tables)):
            self._download(held)
        with self._wake:
            self._urgent = False
        self._sending = True
        for held in replica.read(lambda c: ledger.uploads(c, replica.tables)):
            self._go_on()
            self._upload(held)

    def _go_on(self) -> None:
        """Between two bits of bytes: stop, make way for a file somebody waits for, or hold back."""
        with self._wake:
            if self._exchanging:
                self._wake.wait_for(
                    lambda: self._stopping or not self._exchanging or not self._open,
                    COURTESY_SECONDS,
                )
            if self._stopping or not self._open:
                raise Cancelled
            if self._sending and self._urgent:
                raise _Overtaken
            if not self._sending and self._moving and self._moving[0] in self._unwanted:
                raise Cancelled

    # -- one file -----------------------------------------------------------------------------

    def _download(self, held: Held) -> None:
        self._moving = (held.address, 0, held.size)
        try:
            self._transfer().download(held)
        except SyncError as error:
            if error.sync_code not in _NOT_TO_BE_HAD:
                if self._timetable.failures == 0:
                    self._tell(held.address, error)
                raise
            self._give_up(held, error)
        except Cancelled:
            if held.address not in self._unwanted:
                raise
        except KnownError as error:
            if error.code != "blob_changed":
                raise
            self._give_up(held, error)
        else:
            self._tell(held.address)
            self._make_room()

    def _give_up(self, held: Held, error: KnownError) -> None:
        self._want(held.address, held.size, wanted=False)
        self._tell(held.address, error)

    def _upload(self, held: Held) -> None:
        self._moving = (held.address, held.sent, held.size)
        try:
            self._transfer().upload(held)
        except SyncError as error:
            self._not_taken(held, error)
        except KnownError as error:
            if error.code not in ("blob_damaged", "blob_gone"):
                raise
            self._lose(held)
        self._tell(held.address)

    def _not_taken(self, held: Held, error: SyncError) -> None:
        """Deal with a refusal that concerns this file alone; any other ends the round."""
        replica, code = self._workspace.replica, error.sync_code
        if code is SyncCode.BLOB_UNKNOWN:
            # Its record is still to be sent, or left this device's scope for good.
            if replica.read(lambda c: ledger.unnamed(c, replica.tables, held.address)):
                self._forget(held)
            return
        seen = self._mismatches.get(held.address, 0) + 1
        if code is SyncCode.BLOB_MISMATCH:
            self._mismatches[held.address] = seen
            if not self._sound(held):
                self._lose(held)
                return
        if code in _NEVER or (code is SyncCode.BLOB_MISMATCH and seen >= _MISMATCHES):
            tables = replica.tables
            self._note(lambda c: ledger.note_refused(c, tables, held.address, code=code.value))
            return
        raise error

    def _sound(self, held: Held) -> bool:
        try:
            return address_of(self._store.read(held.address)) == held.address
        except KnownError:
            return False

    # -- keeping house ------------------------------------------------------------------------

    def _reconcile(self) -> None:
        replica, now_ms = self._workspace.replica, self._workspace.clock.millis()
        self._note(lambda c: ledger.reconcile(c, replica.tables, self._store, now_ms=now_ms))

    def _keep_house(self) -> None:
        replica = self._workspace.replica
        self._follow_lineage()
        for held in replica.read(lambda c: ledger.orphans(c, replica.tables)):
            self._forget(held)
        self._make_room()

    def _follow_lineage(self) -> None:
        """A server that came back from a backup may lack files it once said it had."""
        replica = self._workspace.replica
        lineage, noted = replica.meta("lineage", ""), replica.meta("blob_lineage", "")
        if lineage == noted:
            return
        if noted:
            self._note(lambda c: ledger.send_all_again(c, replica.tables))
        replica.remember(blob_lineage=lineage)

    def _make_room(self) -> None:
        replica = self._workspace.replica
        for held in replica.read(
            lambda c: ledger.evictable(c, replica.tables, budget=self._budget)
        ):
            self._lose(held)

    def _lose(self, held: Held) -> None:
        """The file goes from here; the record stays."""
        tables = self._workspace.replica.tables
        self._note(lambda c: ledger.note_evicted(c, tables, held.address))
        self._store.remove(held.address)
        self._tell(held.address)

    def _forget(self, held: Held) -> None:
        """File and row go: no record here names them any more."""
        self._store.remove(held.address)
        tables = self._workspace.replica.tables
        self._note(lambda c: ledger.forget(c, tables, held.address))

    # -- inside -------------------------------------------------------------------------------

    @property
    def _store(self) -> BlobStore:
        return self._workspace.blobs

    def _transfer(self) -> Transfer:
        workspace = self._workspace
        return Transfer(
            replica=workspace.replica, store=workspace.blobs, server=workspace.client.server,
            clock=workspace.clock, go_on=self._go_on, on_bytes=self._moved,
        )  # fmt: skip

    def _want(self, address: str, size: int, *, wanted: bool) -> None:
        tables = self._workspace.replica.tables
        self._note(lambda c: ledger.want(c, tables, address, size=size, wanted=wanted))

    def _note(self, change: Callable[..., object]) -> None:
        self._transfer().note(change)

    def _moved(self, address: str, done: int, total: int) -> None:
        self._moving = (address, done, total)
        now = time.monotonic()
        if now - self._told >= _TELL_SECONDS:
            self._told = now
            self._tell(address)

    def _tell(self, address: str, error: KnownError | None = None) -> None:
        if not self._stopping:
            self._on_news(BlobNews(address, error))


def _offline() -> KnownError:
    return KnownError(
        "这个附件不在本机上，需要联网下载。联网后再打开一次即可。",
        "This attachment is not on this computer and needs the network. Open it again once you "
        "are online.",
        code="blob_offline",
    )


def _metered() -> KnownError:
    return KnownError(
        "这个附件不在本机上，而当前网络按流量计费，附件暂不传输。可以在同步中心改回来。",
        "This attachment is not on this computer, and attachments wait while the line costs "
        "money. The sync centre changes that.",
        code="blob_metered",
    )
