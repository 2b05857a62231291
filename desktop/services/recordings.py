"""What was said into the microphone, until its words are known: sealed on disk, block by block.

Each block of a quarter second is sealed as it comes, under a key derived from the database key and
the name of the file, so that a crash loses no more than the last one, and a copy of the file opens
nowhere. Older plain files (`.wav`) are sealed when they are found.
"""

import os
import secrets
import wave
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SUFFIX = ".sound"
_PURPOSE = b"suixing recording 1"
_NONCE, _LENGTH = 12, 4
_LONGEST = 4 * 2**20
_PLAIN_BLOCK = 64 * 1024


class SealedSound:
    """One recording under way: 16 kHz mono 16-bit samples, appended block by block."""

    def __init__(self, path: Path, key: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._cipher = _cipher(key, path.name)
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

    def left(self) -> list[Path]:
        """Recordings whose words are not known, the oldest first."""
        if not self._folder.is_dir():
            return []
        for plain in self._folder.glob("*.wav"):
            self._seal(plain)
        return sorted(self._folder.glob(f"*{SUFFIX}"))

    def blocks(self, path: Path) -> Iterator[bytes]:
        """The samples of one, as far as they are whole."""
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


_BINARY = getattr(os, "O_BINARY", 0)


def _cipher(key: bytes, name: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), length=32, salt=name.encode(), info=_PURPOSE).derive(key))
