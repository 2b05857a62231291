"""What was said, as sound: sealed on disk block by block, with what is known about it beside.

Each block of a quarter second is sealed as it comes, under a key derived from the database key and
the name of the file, so that a crash loses no more than the last one, and a copy of the file opens
nowhere. Beside it lies a sealed note (`About`): where it came from, how far its words are known,
what it became. Older plain files (`.wav`) are sealed when they are found. For how long recordings
are kept is decided in `recording_care`.
"""

import json
import os
import secrets
import time
import wave
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm_core.clock import Clock

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SUFFIX = ".sound"
NOTE_SUFFIX = ".about"
TAKING_SUFFIX = ".taking"
BYTES_PER_SECOND = 32_000
"""Of 16 kHz mono 16-bit samples."""
_PURPOSE = b"suixing recording 1"
_NONCE, _LENGTH = 12, 4
_OVERHEAD = _NONCE + 16
"""Bytes a sealed block has beside its samples."""
_LONGEST = 4 * 2**20
_PLAIN_BLOCK = 64 * 1024
_DAY_MS = 24 * 3600 * 1000
_TRIES, _TRY_SECONDS = 10, 0.1


@dataclass(frozen=True, slots=True)
class About:
    """What is known about one recording. Seconds count from its start."""

    made_ms: int = 0
    """When it was spoken or taken in."""
    source: str = ""
    """The name of the file it was taken from; "" for the microphone."""
    seconds: float = 0.0
    """How long it is, once it is whole."""
    position: float = 0.0
    """Up to here its words are known: after a crash they are looked for from there on."""
    words: tuple[Mapping[str, Any], ...] = ()
    """`text`, `start`, `end`, `confidence` of each, in order."""
    known: bool = False
    """Whether its words are known to the end, or there are none in it."""
    entity: str = ""
    """What it became: the record's entity and id; "" while no note was saved from it."""
    record_id: str = ""

    @property
    def text(self) -> str:
        """The words so far, separated by spaces."""
        return " ".join(str(word.get("text", "")) for word in self.words)


class SealedSound:
    """One recording under way: 16 kHz mono 16-bit samples, appended block by block."""

    def __init__(self, path: Path, key: bytes, *, name: str = "") -> None:
        """`name` is the file's name to be, where it is written under another at first."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._cipher = _cipher(key, name or path.name)
        self._number = 0
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o600)
        self._file = os.fdopen(descriptor, "wb", buffering=0)

    def append(self, pcm: bytes) -> None:
        """Add samples; they are on the way to the disk when this returns."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, pcm, self._number.to_bytes(8, "big"))
        self._number += 1
        self._file.write(len(sealed).to_bytes(_LENGTH, "big") + sealed)

    def close(self) -> None:
        """Finish."""
        self._file.close()


class Recordings:
    """The folder of one profile. Nothing in it exists until somebody speaks."""

    def __init__(self, folder: Path, key: Callable[[], bytes]) -> None:
        """`key` gives the raw database key; KnownError where it is locked or missing."""
        self._folder = folder
        self._key = key

    def path(self, name: str) -> Path:
        """Where a new recording lies; `name` is fit for a file name."""
        return self._folder / f"{name}{SUFFIX}"

    def begin(self, path: Path) -> SealedSound:
        """Start a recording."""
        return SealedSound(path, self._key())

    def take_in(self, name: str, blocks: Iterable[bytes]) -> Path:
        """Seal sound that comes from elsewhere: all of it, or nothing where `blocks` raises."""
        path = self.path(name)
        beside = path.with_suffix(TAKING_SUFFIX)
        try:
            with closing(SealedSound(beside, self._key(), name=path.name)) as sound:
                for pcm in blocks:
                    sound.append(pcm)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
        return path

    def all(self) -> list[Path]:
        """Every recording, the oldest first."""
        if not self._folder.is_dir():
            return []
        for plain in self._folder.glob("*.wav"):
            self._seal(plain)
        return sorted(self._folder.glob(f"*{SUFFIX}"))

    def left(self, *, taken_in: bool = False) -> list[Path]:
        """Recordings whose words are not known to their end, the oldest first: spoken ones, or
        those taken in from files."""
        abouts = [(path, self.about(path)) for path in self.all()]
        return [path for path, a in abouts if not a.known and bool(a.source) is taken_in]

    def about(self, path: Path) -> About:
        """What is known about one; nothing where nobody wrote anything down, or it is torn."""
        from cryptography.exceptions import InvalidTag

        note = path.with_suffix(NOTE_SUFFIX)
        try:
            sealed = note.read_bytes()
            cipher = _cipher(self._key(), note.name)
            found = json.loads(cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], None))
        except (OSError, InvalidTag, ValueError):
            return About(made_ms=_changed_ms(path))
        known = {one.name for one in fields(About)}
        values = {name: value for name, value in found.items() if name in known}
        return About(**values | {"words": tuple(values.get("words", ()))})

    def note(self, path: Path, about: About) -> None:
        """Write down what is known about one; the note is replaced as a whole."""
        note = path.with_suffix(NOTE_SUFFIX)
        nonce = secrets.token_bytes(_NONCE)
        written = json.dumps(asdict(about), ensure_ascii=False).encode()
        beside = note.with_suffix(f"{NOTE_SUFFIX}.new")
        beside.touch(mode=0o600)
        beside.write_bytes(nonce + _cipher(self._key(), note.name).encrypt(nonce, written, None))
        beside.replace(note)

    def erase(self, path: Path) -> None:
        """Remove a recording and its note."""
        for one in (path, path.with_suffix(NOTE_SUFFIX)):
            _unlink(one)

    def tidy(self, now_ms: int) -> None:
        """Remove what a crash left half written a day ago or longer: it is part of nothing."""
        if not self._folder.is_dir():
            return
        for pattern in (f"*{TAKING_SUFFIX}", f"*{NOTE_SUFFIX}.new"):
            for path in self._folder.glob(pattern):
                if _changed_ms(path) < now_ms - _DAY_MS:
                    _unlink(path)
        for note in self._folder.glob(f"*{NOTE_SUFFIX}"):
            if not note.with_suffix(SUFFIX).exists():
                _unlink(note)

    def between(self, path: Path, start: float, end: float) -> bytes:
        """The samples from second `start` to second `end`."""
        first, last = (int(max(0.0, at) * BYTES_PER_SECOND) // 2 * 2 for at in (start, end))
        cut, at = bytearray(), 0
        for pcm in self.blocks(path):
            if at + len(pcm) > first:
                cut += pcm[max(0, first - at) : max(0, last - at)]
            at += len(pcm)
            if at >= last:
                break
        return bytes(cut)

    def seconds(self, path: Path) -> float:
        """How long one is, by its size alone."""
        number, left = 0, 0
        with path.open("rb") as file:
            while (size := int.from_bytes(file.read(_LENGTH), "big")) and size <= _LONGEST:
                number, left = number + 1, left + size
                file.seek(size, os.SEEK_CUR)
        return max(0, left - number * _OVERHEAD) / BYTES_PER_SECOND

    def blocks(self, path: Path) -> Iterator[bytes]:
        """The samples of one, as far as they are whole."""
        from cryptography.exceptions import InvalidTag

        cipher = _cipher(self._key(), path.name)
        with path.open("rb") as file:
            for number in range(2**31):
                size = int.from_bytes(file.read(_LENGTH), "big")
                sealed = file.read(size) if _NONCE < size <= _LONGEST else b""
                try:
                    bound = number.to_bytes(8, "big")
                    yield cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], bound)
                except (InvalidTag, ValueError):
                    return  # The end, or what a crash tore.

    def _seal(self, plain: Path) -> None:
        """From before recordings were sealed; what is no sound is left for a person to look at."""
        with suppress(wave.Error, EOFError, OSError):
            with (
                wave.open(str(plain), "rb") as sound,
                closing(self.begin(self.path(plain.stem))) as target,
            ):
                while pcm := sound.readframes(_PLAIN_BLOCK):
                    target.append(pcm)
            plain.unlink()


def new_name(clock: Clock, number: int = 0) -> str:
    """A name for a recording begun now; `number` tells apart those begun together."""
    beside = f"-{number:03d}" if number else ""
    return clock.utc().strftime("note-%Y%m%dT%H%M%S%f") + beside


_BINARY = getattr(os, "O_BINARY", 0)


def _unlink(path: Path) -> None:
    """Remove a file; Windows wants a moment where somebody still plays it."""
    for _ in range(_TRIES):
        try:
            path.unlink(missing_ok=True)
        except PermissionError:
            time.sleep(_TRY_SECONDS)
        else:
            return


def _changed_ms(path: Path) -> int:
    try:
        return int(path.stat().st_mtime * 1000)
    except OSError:
        return 0


def _cipher(key: bytes, name: str) -> "AESGCM":
    # Loaded with the first recording: a window opens without it.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return AESGCM(HKDF(SHA256(), length=32, salt=name.encode(), info=_PURPOSE).derive(key))
