"""A device that may not go on: unsent work to the administrator, everything else off the machine.

The key goes before anything is sent, see decision 020: whoever cuts the line or the power gains
nothing by it. What the server does not take within this one contact is lost, and said to be.
"""

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from crm_core.errors import KnownError, SyncCode, SyncError
from crm_core.store.attachments import blob_ledger as ledger
from crm_core.store.attachments.blob_ledger import Held
from crm_core.store.attachments.blobs import BlobStore
from crm_core.sync import protocol, wire
from crm_core.sync.change import Operation
from crm_core.sync.protocol import PushMessage
from desktop.services.online.blob_server import Piece, hand_piece_over
from desktop.services.online.server import Server
from desktop.services.online.sync_client import BATCH, whole_acts
from desktop.services.workspace import Workspace

T = TypeVar("T")
log = logging.getLogger("log.sync")

WORK_SECONDS, FILE_SECONDS = 20.0, 60.0
"""How long handing over may take in all, and with files."""
_REST_SECONDS = 1.0
_PIECE = 2 * 2**20
_MOST = 1_000_000
_PASSING = frozenset({SyncCode.SERVER_UNREACHABLE, SyncCode.SERVER_BUSY, SyncCode.TOO_MANY})


@dataclass(frozen=True, slots=True)
class Parting:
    """What became of the work that had not been sent."""

    handed: int = 0
    """Changes the administrator has now."""
    lost: int = 0
    files: int = 0
    """Attachments' files the administrator has now."""
    lost_files: int = 0

    def explained(self, why: KnownError) -> KnownError:
        """Why the device stopped, and what became of everything, as one thing to say."""
        return KnownError(
            f"{why.chinese}本机数据已清除。{self._chinese}",
            f"{why.english} The data on this computer was removed. {self._english}",
            code=why.code,
        )

    @property
    def _chinese(self) -> str:
        said = []
        if self.handed or self.files:
            files = f"和 {self.files} 个附件" if self.files else ""
            said.append(f"没有发送的 {self.handed} 项修改{files}已交给管理员。")
        if self.lost or self.lost_files:
            files = f"和 {self.lost_files} 个附件" if self.lost_files else ""
            said.append(f"{self.lost} 项修改{files}没能交出，已随数据清除。")
        return "".join(said) or "没有未发送的修改。"

    @property
    def _english(self) -> str:
        said = []
        if self.handed or self.files:
            files = f" and {self.files} attachments" if self.files else ""
            said.append(f"{self.handed} unsent changes{files} were handed to the administrator.")
        if self.lost or self.lost_files:
            files = f" and {self.lost_files} attachments" if self.lost_files else ""
            said.append(f"{self.lost} changes{files} could not be handed over and are gone.")
        return " ".join(said) or "Nothing was waiting to be sent."


@dataclass(frozen=True, slots=True)
class Outside:
    """Where time and waiting come from."""

    wait: Callable[[float], bool]
    """Pause at most so many seconds; whether the program is being closed."""
    monotonic: Callable[[], float] = time.monotonic


@dataclass(slots=True)
class _Luggage:
    """What goes along, in memory only; the files stay sealed until they are sent."""

    operations: Sequence[Operation]
    files: Sequence[Held]
    store: BlobStore | None
    tokens: list[str]
    device_offset_ms: int
    lineage: str


def take_leave(workspace: Workspace, outside: Outside) -> Parting:
    """Wipe the profile and hand over what it had not sent. Closes the workspace; never raises for
    what a server or a network does. Takes at most about a minute and a half; not for the Qt thread.
    """
    luggage = _packed(workspace)
    server = workspace.another_line()
    workspace.wipe(keep_files=True)
    try:
        return _Handing(server, workspace.clock.millis, luggage, outside).run()
    finally:
        workspace.remove_files()
        server.close()


def _packed(workspace: Workspace) -> _Luggage:
    replica = workspace.replica
    tokens = [workspace.client.server.access]
    operations: Sequence[Operation] = ()
    files: Sequence[Held] = ()
    store: BlobStore | None = None
    lineage = ""
    # What cannot be read any more cannot be handed over; the wipe goes on.
    with suppress(KnownError):
        tokens.append(workspace.secrets.refresh_token() or "")
    with suppress(KnownError):
        operations = replica.waiting(limit=_MOST)
        lineage = str(replica.meta("lineage", ""))
        files = replica.read(lambda c: ledger.uploads(c, replica.tables))
        store = workspace.blobs
    offset = replica.hybrid.offset_ms
    return _Luggage(operations, files, store, [t for t in tokens if t], offset, lineage)


@dataclass(slots=True)
class _Handing:
    """One contact with the server in which everything is handed over, or not."""

    server: Server
    now_ms: Callable[[], int]
    luggage: _Luggage
    outside: Outside
    batch: int = BATCH
    handed: int = 0
    files: int = 0
    _end: float = field(init=False)

    def __post_init__(self) -> None:
        self._end = self.outside.monotonic() + WORK_SECONDS
        self.server.access = self.luggage.tokens.pop(0) if self.luggage.tokens else ""

    def run(self) -> Parting:
        """Send what can be sent, then say farewell."""
        luggage = self.luggage
        with suppress(SyncError):
            self._send_work()
        self._end = self.outside.monotonic() + FILE_SECONDS
        for held in luggage.files:
            with suppress(KnownError):
                self.files += self._send_file(held)
        parting = Parting(
            self.handed, len(luggage.operations) - self.handed,
            self.files, len(luggage.files) - self.files,
        )  # fmt: skip
        body = b'{"lost": %d}' % (parting.lost + parting.lost_files)
        with suppress(SyncError):
            self._asked(lambda: _post(self.server, "/v1/quarantine/farewell", body, json=True))
        log.info("wiped; %d changes handed over, %d lost", parting.handed, parting.lost)
        return parting

    def _send_work(self) -> None:
        rest = list(self.luggage.operations)
        while rest and self.outside.monotonic() < self._end:
            batch = whole_acts(rest[: self.batch + 1], self.batch)
            sent_ms = self.now_ms() + self.luggage.device_offset_ms
            body = wire.push_bytes(PushMessage(batch, sent_ms, self.luggage.lineage))
            try:
                self._asked(partial(_post, self.server, "/v1/quarantine", body))
            except SyncError as error:
                if error.sync_code is not SyncCode.TOO_LARGE:
                    raise
                if len(batch) > 1:
                    self.batch = max(1, len(batch) // 2)
                    continue
            else:
                self.handed += len(batch)
            rest = rest[len(batch) :]

    def _send_file(self, held: Held) -> bool:
        """Whether the whole of it came through."""
        store, position = self.luggage.store, 0
        size = store.size(held.address) if store is not None else 0
        while store is not None and self.outside.monotonic() < self._end:
            piece = Piece(position, min(position + _PIECE, size), size)
            content = _bytes_of(store, held.address, piece)
            stands = self._asked(
                partial(hand_piece_over, self.server, held.address, piece, content)
            )
            if stands.whole:
                return True
            position = stands.offset
        return False

    def _asked(self, ask: Callable[[], T]) -> T:
        """Ask until it is answered or time is over; with the other token where one has expired."""
        while True:
            try:
                return ask()
            except SyncError as error:
                if error.sync_code is SyncCode.TOKEN_EXPIRED and self.luggage.tokens:
                    self.server.access = self.luggage.tokens.pop(0)
                elif not self._passes(error):
                    raise

    def _passes(self, error: SyncError) -> bool:
        """Whether it is worth another try, after a rest."""
        in_time = self.outside.monotonic() < self._end
        passing = error.sync_code in _PASSING
        return passing and in_time and not self.outside.wait(_REST_SECONDS)


def _post(server: Server, path: str, body: bytes, *, json: bool = False) -> None:
    kind = "application/json" if json else protocol.MEDIA_TYPE
    headers = {"Content-Type": kind, "Content-Length": str(len(body))}
    with server.stream("POST", path, headers=headers, content=iter((body,))) as reply:
        reply.read()


def _bytes_of(store: BlobStore, address: str, piece: Piece) -> bytes:
    found, wanted = bytearray(), piece.end - piece.start
    for read in store.read(address, piece.start):
        found += read
        if len(found) >= wanted:
            break
    return bytes(found[:wanted])
