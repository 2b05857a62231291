"""Attachments' bytes over HTTP: how far an upload is, a piece of it, a download from any byte on.

One function a route. What to send and what to keep is decided in `blob_transfer`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm_core.errors import SyncCode, SyncError
from desktop.postponed import Postponed
from desktop.services.online.server import Server

if TYPE_CHECKING:
    import httpx
else:
    httpx = Postponed("httpx")

_OFFSET = "X-Suixing-Offset"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the server has of one upload."""

    whole: bool
    """All of it, verified."""
    offset: int
    """Bytes; where the next ones belong."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes `start` up to, not including, `end` of a file of `total`."""

    start: int
    end: int
    total: int


@dataclass(frozen=True, slots=True)
class Incoming:
    """A download under way."""

    start: int
    """Where in the file the bytes begin: where they were asked for, or at the beginning."""
    total: int
    """Bytes of the whole file."""
    pieces: Iterator[bytes]


def standing(server: Server, address: str) -> Standing:
    """How far the upload is. SyncError as documented for the code table."""
    with server.stream("HEAD", _path(address)) as reply:
        return _standing(reply)


def send_piece(server: Server, address: str, piece: Piece, content: Iterator[bytes]) -> Standing:
    """Send one piece as `content` yields it; how far the upload is then."""
    headers = {
        "Content-Range": f"bytes {piece.start}-{piece.end - 1}/{piece.total}",
        "Content-Length": str(piece.end - piece.start),
    }
    with server.stream("PUT", _path(address), headers=headers, content=content) as reply:
        return _standing(reply)


def hand_piece_over(server: Server, address: str, piece: Piece, content: bytes) -> Standing:
    """Send a piece as a device that is wiped does; how far the file is then."""
    headers = {
        "Content-Range": f"bytes {piece.start}-{piece.end - 1}/{piece.total}",
        "Content-Length": str(len(content)),
    }
    path = f"/v1/quarantine/files/{address}"
    with server.stream("PUT", path, headers=headers, content=iter((content,))) as reply:
        return _standing(reply)


@contextmanager
def incoming(server: Server, address: str, start: int) -> Iterator[Incoming]:
    """The bytes of a file from `start` on, as they come."""
    headers = {"Accept-Encoding": "identity", "If-Range": f'"{address}"'}
    if start:
        headers["Range"] = f"bytes={start}-"
    with server.stream("GET", _path(address), headers=headers) as reply:
        begins = start if reply.status_code == httpx.codes.PARTIAL_CONTENT else 0
        length = reply.headers.get("Content-Length", "")
        if not length.isdecimal():
            raise SyncError(SyncCode.SERVER_UNREACHABLE, "no length")
        # Unbuffered: what arrived is on disk before a break.
        yield Incoming(begins, begins + int(length), reply.iter_raw())


def _standing(reply: httpx.Response) -> Standing:
    reply.read()  # To its end, though it is empty: only then is the connection used again.
    offset = reply.headers.get(_OFFSET, "")
    if not offset.isdecimal():
        raise SyncError(SyncCode.SERVER_UNREACHABLE, "not a Suixing server")
    return Standing(reply.status_code == httpx.codes.OK, int(offset))


def _path(address: str) -> str:
    return f"/v1/blobs/{address}"
