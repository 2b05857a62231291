"""What the header of a WAV file promises, against what the file really holds.

libsndfile reads what is there without a word about what is missing; this looks at the header alone,
so that a cut-off recording can be said to be cut off. No sample is decoded here.
"""

import struct
from dataclasses import dataclass
from pathlib import Path

_UNFINISHED = {0, 0xFFFFFFFF, 0x7FFFFFFF, 0xFFFFFFFF - 36, 0x7FFFFFFF - 36}
_PCM = 1


@dataclass(frozen=True, slots=True)
class WavHeader:
    """The format and data chunk of a WAV file; sizes in bytes.

    `promised` is what the header says the sound takes, `held` what follows it in the file.
    """

    encoding: int
    channels: int
    rate: int
    bits: int
    offset: int
    promised: int
    held: int

    @property
    def never_finished(self) -> bool:
        """The recorder did not come back to write the size (it crashed, or wrote to a pipe)."""
        return self.promised in _UNFINISHED and self.held > 0

    @property
    def missing_seconds(self) -> float:
        """Seconds of sound which the header promises and the file lacks."""
        frame = self.channels * self.bits // 8 * self.rate
        if self.never_finished or frame == 0:
            return 0.0
        return max(0, self.promised - self.held) / frame

    @property
    def plain_16_bit(self) -> bool:
        """Uncompressed 16-bit samples starting on a frame boundary of the file."""
        frame = self.channels * 2
        return self.encoding == _PCM and self.bits == 16 and frame > 0 and self.offset % frame == 0


def read_wav_header(path: Path) -> WavHeader | None:
    """The header of a RIFF/WAVE file; None for anything else, or where it holds no data chunk."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        riff = stream.read(12)
        if len(riff) < 12 or riff[:4] != b"RIFF" or riff[8:] != b"WAVE":
            return None
        layout: bytes | None = None
        while len(chunk := stream.read(8)) == 8:
            name, length = chunk[:4], struct.unpack("<I", chunk[4:])[0]
            if name == b"data":
                return _header(layout, stream.tell(), length, size)
            if name == b"fmt ":
                layout = stream.read(min(length, 64))
                stream.seek(max(0, length - 64) + length % 2, 1)
            else:
                stream.seek(length + length % 2, 1)
    return None


def _header(layout: bytes | None, offset: int, promised: int, size: int) -> WavHeader | None:
    if layout is None or len(layout) < 16:
        return None
    encoding, channels, rate, _, _, bits = struct.unpack("<HHIIHH", layout[:16])
    return WavHeader(encoding, channels, rate, bits, offset, promised, size - offset)
