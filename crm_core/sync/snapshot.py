"""The snapshot a new device is filled from, as both sides describe it. Pure.

A snapshot is a SQLite file cut into pieces of `FRAME_PAGES` pages, each a zstd frame of its own;
the manifest says how long each is packed and what its plain bytes hash to. Everything in a
manifest is bounded before a byte of the snapshot is asked for, so that no frame can be a bomb.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import zstandard

from crm_core.errors import SyncCode, SyncError

PAGE = 4096
RESERVED = 80
"""Bytes at the end of every page that SQLite leaves alone (header byte 20), for a cipher's use."""
FRAME_PAGES = 256
ROOM = FRAME_PAGES * PAGE
"""Bytes the plain pages of a frame take at most."""
MAX_PAGES = 2**23
"""32 GiB of pages."""
_MAX_FRAME = ROOM + 4096
"""What a frame that does not compress may take at most."""
_ID = re.compile(r"[0-9a-f]{32}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Frame:
    """One piece: its packed length in bytes and the SHA-256 of its plain bytes."""

    packed: int
    digest: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Which snapshot, how it is cut, and where the log goes on from it."""

    snapshot: str
    format_major: int
    """Of the database inside."""
    pages: int
    frames: tuple[Frame, ...]
    position: int
    """Of the log; everything up to here is in the snapshot."""
    lineage: str
    highest_own: int = 0
    """The last number the server has of the asking device's own operations."""

    @property
    def packed_bytes(self) -> int:
        """How much is to be fetched."""
        return sum(frame.packed for frame in self.frames)

    def starts(self) -> list[int]:
        """Where each frame begins in the snapshot, and at the end where the last one ends."""
        return list(accumulate((frame.packed for frame in self.frames), initial=0))

    def pages_of(self, frame: int) -> int:
        """How many pages a frame holds."""
        return min(FRAME_PAGES, self.pages - frame * FRAME_PAGES)

    def unpacked(self, frame: int, packed: bytes, room: bytearray | None = None) -> memoryview:
        """The plain pages of a frame; SyncError(MALFORMED) where they are not those promised.

        They lie in `room`, where one of `ROOM` bytes is lent: memory that is taken anew for each
        frame costs more than what is done in it.
        """
        size = self.pages_of(frame) * PAGE
        plain = memoryview(bytearray(size) if room is None else room)[:size]
        try:
            if zstandard.frame_content_size(packed) != size:
                raise SyncError(SyncCode.MALFORMED, "frame size")
            with zstandard.ZstdDecompressor().stream_reader(packed) as reader:
                got = reader.readinto(plain)
        except zstandard.ZstdError as error:
            raise SyncError(SyncCode.MALFORMED, "frame") from error
        if got != size or hashlib.sha256(plain).hexdigest() != self.frames[frame].digest:
            raise SyncError(SyncCode.MALFORMED, "frame digest")
        return plain

    def as_json(self) -> dict[str, Any]:
        """The wire form."""
        return {
            "snapshot": self.snapshot, "format": self.format_major, "pages": self.pages,
            "frames": [[frame.packed, frame.digest] for frame in self.frames],
            "position": self.position, "lineage": self.lineage, "highest_own": self.highest_own,
        }  # fmt: skip


class Packer:
    """Packs pieces, one after the other; each thread has its own."""

    def __init__(self, level: int) -> None:
        self._packing = zstandard.ZstdCompressor(level=level)

    def pack(self, plain: bytes | memoryview) -> tuple[bytes, Frame]:
        """One piece packed, and what the manifest says of it."""
        packed = self._packing.compress(plain)
        return packed, Frame(len(packed), hashlib.sha256(plain).hexdigest())


def manifest_from(wire: Mapping[str, Any]) -> Manifest:
    """Read a manifest; SyncError(MALFORMED) when it is not one, or promises too much."""
    try:
        made = Manifest(
            snapshot=_matching(_ID, wire["snapshot"]),
            format_major=_number(wire["format"], 1, 2**31),
            pages=_number(wire["pages"], 1, MAX_PAGES),
            frames=_frames(wire["frames"]),
            position=_number(wire["position"], 0, 2**62),
            lineage=str(wire["lineage"]),
            highest_own=_number(wire.get("highest_own", 0), 0, 2**62),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SyncError(SyncCode.MALFORMED, "manifest") from error
    if len(made.frames) != -(-made.pages // FRAME_PAGES):
        raise SyncError(SyncCode.MALFORMED, "frames and pages do not agree")
    return made


def is_snapshot_id(text: str) -> bool:
    """Whether this can be the name of a snapshot."""
    return _ID.fullmatch(text) is not None


def _frames(wire: Sequence[Any]) -> tuple[Frame, ...]:
    if not isinstance(wire, list) or len(wire) > MAX_PAGES // FRAME_PAGES:
        raise ValueError("frames")
    return tuple(
        Frame(_number(packed, 1, _MAX_FRAME), _matching(_DIGEST, digest)) for packed, digest in wire
    )


def _number(found: object, least: int, most: int) -> int:
    if type(found) is not int or not least <= found <= most:
        raise ValueError("a number out of bounds")
    return found


def _matching(pattern: re.Pattern[str], found: object) -> str:
    if not isinstance(found, str) or not pattern.fullmatch(found):
        raise ValueError("a name of another form")
    return found
