"""Where attachments' bytes lie on the server, by content address: a small interface, and disk.

An object store with the same verbs could stand in its place. Rights are not known here.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Protocol

from crm_core.errors import KnownError, SyncCode, SyncError

PIECE = 64 * 1024


class Shelf(Protocol):
    """Content-addressed bytes; what is there is whole, verified and never changes."""

    def size(self, address: str) -> int | None:
        """How many bytes; None where there are none of this address."""

    def read(self, address: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes from `start` up to, not including, `end`."""

    def put(self, address: str, source: BinaryIO) -> bool:
        """Verify and keep; False, with nothing kept, where the bytes are not of this address."""

    def remove(self, address: str) -> None:
        """Delete; harmless where there is nothing."""

    def addresses(self) -> Iterator[tuple[str, float]]:
        """Everything there, with the moment it came (seconds since 1970)."""

    def vouch(self, address: str, records: Iterable[str]) -> None:
        """Note beside the bytes whose records they back, for a database that forgets."""

    def vouched(self) -> Iterator[tuple[str, str]]:
        """(address, record) of every such note, oldest first; some may be there twice."""


class DiskShelf:
    """A folder of files named by their address, in 256 subfolders."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def size(self, address: str) -> int | None:
        """See `Shelf`."""
        try:
            return self.path(address).stat().st_size
        except FileNotFoundError:
            return None

    def read(self, address: str, start: int, end: int) -> Iterator[bytes]:
        """See `Shelf`. Opened at once, so that a file that goes meanwhile is still read."""
        try:
            return _span(self.path(address).open("rb"), start, end)
        except FileNotFoundError as error:
            raise SyncError(SyncCode.BLOB_MISSING) from error

    def put(self, address: str, source: BinaryIO) -> bool:
        """See `Shelf`. Copied, not moved: whoever still writes to the source changes nothing."""
        place = self.path(address)
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh = place.with_name(f"{address}.{secrets.token_hex(4)}.new")
        digest = hashlib.sha256()
        try:
            with fresh.open("xb") as target:
                while piece := source.read(PIECE):
                    digest.update(piece)
                    target.write(piece)
                target.flush()
                os.fsync(target.fileno())
            if digest.hexdigest() != address:
                return False
            fresh.replace(place)
        finally:
            fresh.unlink(missing_ok=True)
        flush_folder(place.parent)
        return True

    def remove(self, address: str) -> None:
        """See `Shelf`."""
        self.path(address).unlink(missing_ok=True)

    def addresses(self) -> Iterator[tuple[str, float]]:
        """See `Shelf`."""
        for path in self.folder.glob("[0-9a-f][0-9a-f]/*"):
            if len(path.name) == 64:
                yield path.name, path.stat().st_mtime

    def vouch(self, address: str, records: Iterable[str]) -> None:
        """See `Shelf`. One line each, appended whole."""
        lines = "".join(json.dumps([address, record]) + "\n" for record in records)
        if lines:
            self.folder.mkdir(parents=True, exist_ok=True)
            with self._notes.open("ab") as notes:
                notes.write(lines.encode())

    def vouched(self) -> Iterator[tuple[str, str]]:
        """See `Shelf`. A line torn by a crash is passed over."""
        if not self._notes.exists():
            return
        with self._notes.open("rb") as notes:
            for line in notes:
                with suppress(ValueError):
                    address, record = json.loads(line)
                    yield str(address), str(record)

    @property
    def _notes(self) -> Path:
        return self.folder / "backed.jsonl"

    def path(self, address: str) -> Path:
        """Where the file of an address lies, or would."""
        return self.folder / address[:2] / address


class Parts:
    """Uploads that are not whole yet: one file for each person and address, on this machine.

    Apart by person: nobody can put bytes into another's upload, or learn that there is one.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def size(self, user_id: str, address: str) -> int:
        """How many bytes have arrived."""
        try:
            return self._path(user_id, address).stat().st_size
        except FileNotFoundError:
            return 0

    def write(self, user_id: str, address: str, start: int, data: bytes) -> None:
        """Put bytes at `start`, which is at most the size. SyncError(STORAGE_FULL).

        By position, so that a connection believed dead which wakes up again does no harm: it
        brings the same bytes, or the checksum at the end tells.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self._path(user_id, address)
        try:
            # Made where it is missing, never emptied: another connection may be at it too.
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
            with os.fdopen(descriptor, "r+b") as part:
                part.seek(start)
                part.write(data)
        except OSError as error:
            raise full(error) from error

    def open(self, user_id: str, address: str) -> BinaryIO:
        """What has arrived."""
        return self._path(user_id, address).open("rb")

    def drop(self, user_id: str, address: str) -> None:
        """Forget an upload."""
        self._path(user_id, address).unlink(missing_ok=True)

    def drop_all(self, address: str) -> None:
        """Forget everybody's upload of an address."""
        for path in self.folder.glob(f"*-{address}") if self.folder.is_dir() else ():
            path.unlink(missing_ok=True)

    def expire(self, before: float) -> int:
        """Forget uploads nothing was added to since `before` (seconds since 1970); how many."""
        gone = 0
        for path in self.folder.glob("*") if self.folder.is_dir() else ():
            if path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
                gone += 1
        return gone

    def _path(self, user_id: str, address: str) -> Path:
        owner = hashlib.sha256(user_id.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        return self.folder / f"{owner}-{address}"


def full(error: OSError) -> KnownError:
    """What to say where the server's disk does not take an attachment."""
    return SyncError(SyncCode.STORAGE_FULL, error.strerror or "")


def flush_folder(folder: Path) -> None:
    """Make a rename outlast a power cut, where the system can."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _span(stream: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    with stream:
        stream.seek(start)
        left = end - start
        while left > 0 and (piece := stream.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
