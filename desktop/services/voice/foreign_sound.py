"""Sound no library here decodes (AMR, WMA, WebM, odd M4A), by the program ffmpeg if it is here.

Nothing is written: samples come through a pipe, and a damaged file can end that program only.

The kind of file is told by its first bytes, and ffmpeg is held to it: a play list in disguise
would have it open other files and addresses.
"""

import os
import re
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

_PROGRAM = "ffmpeg"
_PLACES = ("/opt/homebrew/bin", "/usr/local/bin")
"""Where macOS keeps it without saying so to programs that were not started in a terminal."""
_PROBE_SECONDS = 20
_DURATION = re.compile(r"Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)")
_AUDIO = re.compile(r"Audio: (\w+)[^\n]*?, (\d+) Hz")
_HIDDEN = getattr(subprocess, "CREATE_NO_WINDOW", 0)
_ASF = bytes.fromhex("3026b2758e66cf11")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: how people call it, and how ffmpeg does."""

    name: str
    demuxer: str
    exact: bool
    """It says how long it is; of others the length is estimated."""


class NoDecoder(Exception):
    """The file is of this kind, and there is no ffmpeg."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind.name)
        self.kind = kind


class NoStream(Exception):
    """There is no sound in it that ffmpeg understands."""


def kind_of(path: Path) -> Kind | None:
    """What a file is by its first bytes; None for anything else."""
    with path.open("rb") as stream:
        first = stream.read(16)
    if first[4:8] == b"ftyp":
        return Kind("M4A", "mov", exact=True)
    if first.startswith(b"#!AMR"):
        return Kind("AMR", "amr", exact=False)
    if first[:1] == b"\xff" and first[1:2] in (b"\xf0", b"\xf1", b"\xf8", b"\xf9"):
        return Kind("AAC", "aac", exact=False)
    if first.startswith(b"\x1a\x45\xdf\xa3"):
        return Kind("WebM", "matroska", exact=True)
    return Kind("WMA", "asf", exact=True) if first.startswith(_ASF) else None


class DecodedSound:
    """Speaks as far as is needed like an open `soundfile.SoundFile`, mono."""

    channels = 1

    def __init__(self, path: Path, kind: Kind) -> None:
        """Start decoding; raises NoDecoder or NoStream."""
        program = _find()
        if program is None:
            raise NoDecoder(kind)
        asked = [
            program, "-nostdin", "-hide_banner", "-protocol_whitelist", "file,pipe",
            "-f", kind.demuxer, "-i", f"file:{path.absolute()}",
        ]  # fmt: skip
        self.subtype, self.samplerate, seconds = _probe(asked)
        self.format, self.exact = kind.name, kind.exact
        self.frames = max(1, int(seconds * self.samplerate))
        self._process = subprocess.Popen(
            [*asked, "-vn", "-ac", "1", "-f", "s16le", "-loglevel", "quiet", "pipe:1"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            creationflags=_HIDDEN,
        )  # fmt: skip

    def tell(self) -> int:
        """It always begins at its beginning."""
        return 0

    def read(self, frames: int, **_how: object) -> NDArray[np.float32]:
        """The next samples, fewer at the end; one column."""
        pipe: IO[bytes] | None = self._process.stdout
        data = pipe.read(frames * 2) if pipe is not None else b""
        samples = np.frombuffer(data[: len(data) // 2 * 2], dtype="<i2").astype(np.float32)
        return (samples / 32768.0).reshape(-1, 1)

    def close(self) -> None:
        """End the program, whether or not it was done."""
        self._process.kill()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process.wait()


def _probe(asked: list[str]) -> tuple[str, int, float]:
    """Coding, rate in Hz and seconds, as ffmpeg says them of a file it is given no task for."""
    said = ""
    with suppress(subprocess.TimeoutExpired, OSError):
        done = subprocess.run(
            asked, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PROBE_SECONDS,
            creationflags=_HIDDEN, check=False,
        )  # fmt: skip
        said = done.stderr.decode("utf-8", "replace")
    audio = _AUDIO.search(said)
    if audio is None:
        raise NoStream
    length = _DURATION.search(said)
    hours, minutes, seconds = length.groups() if length is not None else ("0", "0", "0")
    return audio[1], int(audio[2]), int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def _find() -> str | None:
    places = [os.environ.get("PATH", "")]
    if sys.platform == "darwin":
        places += _PLACES
    return shutil.which(_PROGRAM, path=os.pathsep.join(places))
