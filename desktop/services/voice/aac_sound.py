"""AAC without ffmpeg: half a minute of frames at a time, decoded by `sphn` (symphonia inside).

That library reads AAC as a bare stream (ADTS) from a file of its own; the frames are taken out of
whatever they came in (`aac_frames`). It is not made for every machine: where it is missing, what
it would have read is left to ffmpeg.
"""

import importlib
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop.services.voice.aac_frames import RATES, SAMPLES, AacFrames, find_frames

_PIECE_SECONDS = 30
_RUN_UP = 2
"""Frames decoded before a piece and thrown away: each leans on the one before it."""
_TAIL = 16
"""Times its last frame is said again, and thrown away: the library reads no stream of a few."""


class AacSound:
    """Speaks as far as is needed like an open `soundfile.SoundFile`, mono."""

    channels = 1
    subtype = "aac"
    exact = True

    def __init__(self, path: Path, name: str, *, found: AacFrames, library: Any) -> None:
        self.format = name
        self.samplerate = RATES[found.rate]
        self.frames = len(found.sizes) * SAMPLES
        self._found, self._library = found, library
        self._stream = path.open("rb")
        self._next = 0
        self._ready: NDArray[np.float32] = np.zeros(0, dtype=np.float32)

    def tell(self) -> int:
        """It always begins at its beginning."""
        return 0

    def read(self, frames: int, **_how: object) -> NDArray[np.float32]:
        """The next samples, fewer at the end or where it is damaged; one column."""
        while len(self._ready) < frames:
            decoded = self._decoded()
            if not len(decoded):
                break
            self._ready = np.concatenate((self._ready, decoded))
        taken, self._ready = self._ready[:frames], self._ready[frames:]
        return taken.reshape(-1, 1)

    def close(self) -> None:
        """Close the file."""
        self._stream.close()

    def _decoded(self) -> NDArray[np.float32]:
        begin = self._next
        end = min(len(self._found.sizes), begin + _PIECE_SECONDS * self.samplerate // SAMPLES)
        if begin >= end:
            return np.zeros(0, dtype=np.float32)
        self._next = end
        return self._samples(begin, end)

    def _samples(self, begin: int, end: int) -> NDArray[np.float32]:
        """The samples of some frames, silence for those that are damaged."""
        samples = self.strictly(begin, end)
        if len(samples) == (end - begin) * SAMPLES:
            return samples
        if end - begin == 1:
            return np.zeros(SAMPLES, dtype=np.float32)
        middle = (begin + end) // 2
        return np.concatenate((self._samples(begin, middle), self._samples(middle, end)))

    def strictly(self, begin: int, end: int) -> NDArray[np.float32]:
        """The same; none where a single frame is damaged."""
        run_up = min(begin, _RUN_UP)
        frames = [self._frame(number) for number in range(begin - run_up, end)]
        samples = _decode(self._library, b"".join((*frames, *frames[-1:] * _TAIL)))
        return samples[run_up * SAMPLES : (run_up + end - begin) * SAMPLES]

    def _frame(self, number: int) -> bytes:
        size = self._found.sizes[number]
        self._stream.seek(self._found.offsets[number])
        return self._found.adts_header(size) + self._stream.read(size)


def open_aac(path: Path, name: str) -> AacSound | None:
    """The sound of a file, called a `name` file; None where another decoder must try."""
    try:
        library = importlib.import_module("sphn")
    except ImportError:
        return None
    found = find_frames(path)
    if found is None:
        return None
    sound = AacSound(path, name, found=found, library=library)
    try:
        readable = len(sound.strictly(0, 1)) > 0
    except OSError:
        readable = False
    if not readable:
        sound.close()
        return None
    return sound


def _decode(library: Any, adts: bytes) -> NDArray[np.float32]:
    """The samples of a bare stream, mono; none where it cannot be read."""
    with tempfile.TemporaryDirectory(prefix="suixing-") as folder:
        path = Path(folder) / "piece.aac"
        path.write_bytes(adts)
        try:
            samples, _rate = library.read(str(path))
        except ValueError:
            return np.zeros(0, dtype=np.float32)
        except BaseException as error:
            # A panic of the Rust inside is no Exception; the file is to blame, not the program.
            if type(error).__name__ != "PanicException":
                raise
            return np.zeros(0, dtype=np.float32)
    mono: NDArray[np.float32] = samples.mean(axis=0, dtype=np.float32)
    return mono
