"""One attachment's bytes to the server or from it: resumes at any byte, stops between any two.

No threads and no waiting of its own; see `blob_sync`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection

from crm_core.clock import Clock
from crm_core.store.attachments import blob_ledger as ledger
from crm_core.store.attachments.blob_ledger import Held
from crm_core.store.attachments.blobs import BlobStore
from crm_core.store.engines.engine import writing
from crm_core.store.replica import Replica
from crm_core.store.schema.tables import Tables
from desktop.services.online import blob_server
from desktop.services.online.blob_server import Incoming, Piece
from desktop.services.online.server import Server

T = TypeVar("T")

PIECE = 512 * 1024
"""Bytes of an upload one request brings."""
_BREATH = 16 * 1024
"""Bytes between two looks at whether to go on."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """What moving bytes needs."""

    replica: Replica
    store: BlobStore
    server: Server
    clock: Clock
    go_on: Callable[[], object]
    """Asked between any two bits of bytes; raises to stop, waits to hold back."""
    on_bytes: Callable[[str, int, int], object]
    """Told (address, bytes done, bytes there are)."""

    def upload(self, held: Held) -> None:
        """Send what the server lacks of a file here, and note that it is safe there.

        SyncError of the server; KnownError ("blob_damaged", "blob_gone") of the file here; what
        `go_on` raises.
        """
        size = self.store.size(held.address)
        stands = blob_server.standing(self.server, held.address)
        while not stands.whole:
            self.go_on()
            # The last byte again where all are there already: the server then verifies.
            start = min(stands.offset, size - 1)
            piece = Piece(start, min(start + PIECE, size), size)
            content = self._sent(held.address, piece)
            stands = blob_server.send_piece(self.server, held.address, piece, content)
            self._note_sent(held.address, stands.offset)
        self.note(lambda c: ledger.note_safe(c, self._tables, held))

    def download(self, held: Held) -> None:
        """Fetch what is missing of a file, verify it, and note that it is here.

        KnownError ("blob_changed") where it is not what the address says; as `upload` otherwise.
        """
        with self.store.writer(held.address) as writer:
            if not 0 < held.size <= writer.position:
                with blob_server.incoming(self.server, held.address, writer.position) as reply:
                    self._take(held, reply, writer.write, writer.position)
            writer.finish()
        size = self.store.size(held.address)
        self.note(
            lambda c: ledger.arrived(
                c, self._tables, held.address, size=size, now_ms=self.clock.millis()
            )
        )

    def note(self, change: Callable[[Connection], T]) -> T:
        """Write to the ledger."""
        with writing(self.replica.engine) as connection:
            return change(connection)

    def _note_sent(self, address: str, sent: int) -> None:
        self.note(lambda c: ledger.note_sent(c, self._tables, address, sent=sent))

    @property
    def _tables(self) -> Tables:
        return self.replica.tables

    def _sent(self, address: str, piece: Piece) -> Iterator[bytes]:
        position = piece.start
        for read in self.store.read(address, piece.start):
            for start in range(0, len(read), _BREATH):
                bit = read[start : start + min(_BREATH, piece.end - position)]
                if not bit:
                    return
                self.go_on()
                yield bit
                position += len(bit)
                self.on_bytes(address, position, piece.total)

    def _take(
        self, held: Held, reply: Incoming, write: Callable[[bytes], None], position: int
    ) -> None:
        """Write what is new; a server that begins at the beginning repeats what is here."""
        known = position - reply.start
        for bit in reply.pieces:
            self.go_on()
            fresh, known = bit[known:], max(0, known - len(bit))
            write(fresh)
            position += len(fresh)
            self.on_bytes(held.address, position, reply.total)
