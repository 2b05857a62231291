"""Where the AAC frames of an M4A, MP4, 3GP or ADTS file lie; no sample is decoded here.

A file is never trusted: what does not add up ends the list or gives none, nothing is read that is
larger than the file, and at most the tables of one track are in memory.
"""

import os
import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)
SAMPLES = 1024
"""Samples a channel in one frame."""
_LARGEST_FRAME = 8191 - 7
_LARGEST_TABLES = 16 << 20
_MOST_FRAMES = 4_000_000
_MOST_BOXES = 10_000
_PATH_TO_TABLES = (b"mdia", b"minf", b"stbl")
_LOW_COMPLEXITY, _SPECTRAL_BAND, _PARAMETRIC_STEREO = 2, 5, 29
_AAC = 0x40


@dataclass(frozen=True, slots=True)
class AacFrames:
    """One stream: its rate as an index of `RATES`, its channels, and where each frame lies."""

    rate: int
    channels: int
    offsets: "array[int]" = field(default_factory=lambda: array("Q"))
    sizes: "array[int]" = field(default_factory=lambda: array("H"))

    def add(self, offset: int, size: int) -> None:
        """One more frame."""
        self.offsets.append(offset)
        self.sizes.append(size)

    def adts_header(self, size: int) -> bytes:
        """What an ADTS stream has before a frame of `size` bytes."""
        whole = size + 7
        return bytes((
            0xFF, 0xF1,
            0x40 | self.rate << 2 | self.channels >> 2,
            (self.channels & 3) << 6 | whole >> 11,
            whole >> 3 & 0xFF,
            (whole & 7) << 5 | 0x1F,
            0xFC,
        ))  # fmt: skip


def find_frames(path: Path) -> AacFrames | None:
    """The AAC frames of a file; None where it holds none, or holds them in a way not known here
    (fragmented, encrypted, another coding)."""
    with path.open("rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        first = stream.read(8)
        try:
            found = _of_mp4(stream, size) if first[4:] == b"ftyp" else _of_adts(stream, size)
        except (struct.error, IndexError):
            return None
    return found if found is not None and len(found.sizes) else None


def _of_adts(stream: BinaryIO, size: int) -> AacFrames | None:
    at, found = 0, None
    while at + 7 <= size:
        stream.seek(at)
        head = stream.read(7)
        if head[0] != 0xFF or head[1] & 0xF6 != 0xF0:
            break
        whole = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
        before = 7 if head[1] & 1 else 9
        if found is None:
            found = _stream(head[2] >> 2 & 15, (head[2] & 1) << 2 | head[3] >> 6)
        several = head[6] & 3
        if found is None or several or whole <= before or at + whole > size:
            break
        if len(found.sizes) >= _MOST_FRAMES:
            break
        found.add(at + before, whole - before)
        at += whole
    return found


def _stream(rate: int, channels: int) -> AacFrames | None:
    known = rate < len(RATES) and 1 <= channels <= 2
    return AacFrames(rate, channels) if known else None


def _of_mp4(stream: BinaryIO, size: int) -> AacFrames | None:
    moov = _movie(stream, size)
    for kind, track in _boxes(moov):
        if kind != b"trak":
            continue
        inner = dict(_boxes(track))
        media = dict(_boxes(inner.get(b"mdia", b"")))
        if media.get(b"hdlr", b"")[8:12] != b"soun":
            continue
        found = _of_tables(_tables(track), size)
        if found is not None:
            return found
    return None


def _movie(stream: BinaryIO, size: int) -> bytes:
    """The box with the tables; empty where there is none, or it cannot be true."""
    at = 0
    for _ in range(_MOST_BOXES):
        stream.seek(at)
        head = stream.read(16)
        if len(head) < 8:
            break
        length, kind = struct.unpack(">I4s", head[:8])
        before = 8
        if length == 1 and len(head) == 16:
            length, before = struct.unpack(">Q", head[8:])[0], 16
        if length == 0:
            length = size - at
        if length < before:
            break
        if kind == b"moov":
            stream.seek(at + before)
            wanted = min(length - before, size)
            return stream.read(wanted) if wanted <= _LARGEST_TABLES else b""
        at += length
    return b""


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if length < 8:
            return
        yield kind, data[at + 8 : at + length]
        at += length


def _tables(track: bytes) -> dict[bytes, bytes]:
    inside = track
    for name in _PATH_TO_TABLES:
        inside = dict(_boxes(inside)).get(name, b"")
    return dict(_boxes(inside))


def _of_tables(tables: dict[bytes, bytes], size: int) -> AacFrames | None:
    found = _described(tables.get(b"stsd", b""))
    if found is None:
        return None
    total = 0
    for offset, length in _places(tables):
        total += length
        fits = 0 < length <= _LARGEST_FRAME and offset + length <= size
        if not fits or total > size or len(found.sizes) >= _MOST_FRAMES:
            break
        found.add(offset, length)
    return found


def _places(tables: dict[bytes, bytes]) -> Iterator[tuple[int, int]]:
    """Offset and size of every frame, as the tables say."""
    sizes = _sizes(tables.get(b"stsz", b""))
    for offset, number in _chunks(tables):
        at = offset
        for _ in range(number):
            length = next(sizes, None)
            if length is None:
                return
            yield at, length
            at += length


def _sizes(stsz: bytes) -> Iterator[int]:
    same, number = struct.unpack_from(">II", stsz, 4)
    if same:
        yield from (same for _ in range(number))
        return
    known = min(number, (len(stsz) - 12) // 4)
    yield from (one for (one,) in struct.iter_unpack(">I", stsz[12 : 12 + 4 * known]))


def _chunks(tables: dict[bytes, bytes]) -> Iterator[tuple[int, int]]:
    """Offset and number of frames of every chunk."""
    wide = b"co64" in tables
    places = tables.get(b"co64" if wide else b"stco", b"")[8:]
    width = 8 if wide else 4
    offsets = struct.iter_unpack(">Q" if wide else ">I", places[: len(places) // width * width])
    runs = tables.get(b"stsc", b"")[8:]
    changes = {
        first: number
        for first, number, _ in struct.iter_unpack(">III", runs[: len(runs) // 12 * 12])
    }
    number = 0
    for chunk, (offset,) in enumerate(offsets, start=1):
        number = changes.get(chunk, number)
        yield offset, number


def _described(stsd: bytes) -> AacFrames | None:
    """Rate and channels as the decoder is told; None for another coding."""
    for kind, entry in _boxes(stsd[8:]):
        if kind != b"mp4a":
            continue
        # QuickTime's own versions of this box hold more numbers before the boxes inside.
        more = {0: 0, 1: 16, 2: 36}.get(struct.unpack_from(">H", entry, 8)[0], 0)
        inside = dict(_boxes(entry[28 + more :]))
        wrapped = dict(_boxes(inside.get(b"wave", b"")))
        esds = inside.get(b"esds") or wrapped.get(b"esds")
        return _configured(esds[4:]) if esds else None
    return None


def _configured(descriptors: bytes) -> AacFrames | None:
    at = 0
    while at < len(descriptors):
        tag, at = descriptors[at], at + 1
        length = 0
        while True:
            more = descriptors[at]
            length, at = length << 7 | more & 0x7F, at + 1
            if not more & 0x80:
                break
        if tag == 3:
            flags = descriptors[at + 2]
            at += 3 + (2 if flags & 0x80 else 0) + (2 if flags & 0x20 else 0)
            at += 1 + descriptors[at] if flags & 0x40 else 0
        elif tag == 4:
            if descriptors[at] != _AAC:
                return None
            at += 13
        elif tag == 5:
            return _of_config(descriptors[at : at + length])
        else:
            at += length
    return None


def _of_config(config: bytes) -> AacFrames | None:
    """The stream of an AudioSpecificConfig; of HE-AAC the half of it that low complexity reads."""
    bits = int.from_bytes(config[:2].ljust(2, b"\0"), "big")
    if bits >> 11 not in {_LOW_COMPLEXITY, _SPECTRAL_BAND, _PARAMETRIC_STEREO}:
        return None
    return _stream(bits >> 7 & 15, bits >> 3 & 15)
