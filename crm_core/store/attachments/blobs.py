"""Attachments' bytes on a laptop: one encrypted file for each content address, never plain on disk.

The address is the SHA-256 of the plain bytes. Each chunk of a file is sealed with AES-256-GCM under
a key derived (HKDF) from the database key and the address, so that a chunk fits no other file and
no other place in its own; the name of the file is an HMAC of the address. Once the address has left
the database, what may remain of a deleted file on the medium can be opened by nobody.

Files only. Who may have which bytes, and what waits to be sent, is in `blob_ledger`.
"""

import errno
import hashlib
import hmac
import os
import re
import secrets
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from crm_core.errors import KnownError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CHUNK = 64 * 1024
"""Plain bytes a sealed chunk holds; the last one of a file may hold fewer."""
_NONCE, _TAG = 12, 16
_SEALED = _NONCE + CHUNK + _TAG
_ADDRESS = re.compile(r"[0-9a-f]{64}")
_NO_ROOM = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


def is_address(text: object) -> bool:
    """Whether this is the written form of a content address."""
    return isinstance(text, str) and _ADDRESS.fullmatch(text) is not None


def address_of(pieces: Iterable[bytes]) -> str:
    """The content address of the bytes given in pieces."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def pieces_of(stream: BinaryIO, size: int = CHUNK) -> Iterator[bytes]:
    """The rest of a stream, in pieces."""
    while piece := stream.read(size):
        yield piece


class BlobStore:
    """The encrypted files of one profile. Safe to use from several threads."""

    def __init__(self, folder: Path, key: Callable[[], bytes]) -> None:
        """`key` gives the raw database key, and is asked with the first file; nothing is created
        before that."""
        self.folder = folder
        self._ask_key = key
        self._lock = threading.Lock()
        self._in_hand: set[str] = set()

    # -- asking --------------------------------------------------------------------------------

    def has(self, address: str) -> bool:
        """Whether the whole file is here."""
        return self._path(address).is_file()

    def received(self, address: str) -> int:
        """How many plain bytes of an unfinished download are here."""
        return _plain(_size(self._part(address)))

    def size(self, address: str) -> int:
        """How many plain bytes the file holds; KnownError ("blob_gone") where it is not here."""
        if not self.has(address):
            raise _gone()
        return _plain(_size(self._path(address)))

    def read(self, address: str, start: int = 0) -> Iterator[bytes]:
        """The plain bytes from `start` on, each chunk authenticated.

        KnownError: "blob_gone" where the file is not here, "blob_damaged" where it was altered.
        """
        path = self._path(address)
        try:
            stream = path.open("rb")
        except FileNotFoundError as error:
            raise _gone() from error
        with stream:
            yield from self._unsealed(stream, address, start)

    def whole(self, address: str) -> bytes:
        """All plain bytes, verified against their address. KnownError as `read`."""
        content = b"".join(self.read(address))
        if hashlib.sha256(content).hexdigest() != address:
            raise _damaged()
        return content

    # -- keeping -------------------------------------------------------------------------------

    def put(self, address: str, pieces: Iterable[bytes]) -> int:
        """Keep bytes that are all at hand; how many. Harmless where the file is here already.

        KnownError: "blob_changed" where they are not those of `address`, "disk_full".
        """
        fresh = self._path(address).with_suffix(f".new-{secrets.token_hex(4)}")
        with self._at_work(fresh.name), _room():
            self.folder.mkdir(parents=True, exist_ok=True)
            try:
                size = self._write_all(fresh, address, pieces)
                self._settle(fresh, address)
            finally:
                fresh.unlink(missing_ok=True)
        return size

    @contextmanager
    def writer(self, address: str) -> Iterator["BlobWriter"]:
        """Goes on with a download where it stopped; what was written is kept whatever happens."""
        part = self._part(address)
        with self._at_work(part.name), _room():
            self.folder.mkdir(parents=True, exist_ok=True)
            writer = BlobWriter(self, address, part)
            try:
                yield writer
            finally:
                writer.close()

    @contextmanager
    def keeping(self, address: str) -> Iterator[None]:
        """For as long as this is open, no sweep takes the file: its record is being written."""
        with self._at_work(self._path(address).name):
            yield

    def remove(self, address: str) -> None:
        """Delete the file and whatever arrived of it."""
        self._path(address).unlink(missing_ok=True)
        self._part(address).unlink(missing_ok=True)

    def drop_part(self, address: str) -> None:
        """Delete what arrived of an unfinished download."""
        self._part(address).unlink(missing_ok=True)

    def sweep(self, *, whole: Collection[str], partly: Collection[str]) -> int:
        """Delete every file that is neither of these addresses; how many.

        `whole` are those whose file may stay, `partly` those whose unfinished download may.
        """
        known = {self._path(a).name for a in whole} | {self._part(a).name for a in partly}
        removed = 0
        with self._lock:
            for path in self.folder.glob("*") if self.folder.is_dir() else ():
                if path.name not in known | self._in_hand:
                    path.unlink(missing_ok=True)
                    removed += 1
        return removed

    # -- inside --------------------------------------------------------------------------------

    @cached_property
    def _key(self) -> bytes:
        return self._ask_key()

    @cached_property
    def _names(self) -> bytes:
        return _derived(self._key, b"", b"suixing attachment names 1")

    def cipher(self, address: str) -> "AESGCM":
        """What seals the chunks of one file."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return AESGCM(_derived(self._key, bytes.fromhex(address), b"suixing attachment 1"))

    def finish(self, part: Path, address: str) -> None:
        """Verify a whole download on disk and put it in its place.

        KnownError ("blob_changed") where it is not what `address` says: nothing of it is kept.
        """
        try:
            with part.open("rb") as stream:
                found = address_of(self._unsealed(stream, address, 0))
        except KnownError:
            found = ""
        if found != address:
            part.unlink(missing_ok=True)
            raise _changed()
        self._settle(part, address)

    def _settle(self, made: Path, address: str) -> None:
        path = self._path(address)
        try:
            made.replace(path)
        except PermissionError:  # Windows, while another thread reads the same content.
            if not path.is_file():
                raise
            made.unlink(missing_ok=True)
        _flush_folder(self.folder)

    def _write_all(self, path: Path, address: str, pieces: Iterable[bytes]) -> int:
        digest, writer = hashlib.sha256(), BlobWriter(self, address, path)
        try:
            for piece in pieces:
                digest.update(piece)
                writer.write(piece)
        finally:
            writer.close()
        if digest.hexdigest() != address:
            raise _changed()
        return writer.position

    def _unsealed(self, stream: BinaryIO, address: str, start: int) -> Iterator[bytes]:
        index, skip = divmod(start, CHUNK)
        cipher = self.cipher(address)
        stream.seek(index * _SEALED)
        while sealed := stream.read(_SEALED):
            plain = unseal(cipher, address, index, sealed)
            if plain is None:
                raise _damaged()
            yield plain[skip:]
            index, skip = index + 1, 0

    def _path(self, address: str) -> Path:
        if not is_address(address):
            raise ValueError("not a content address")
        name = hmac.new(self._names, address.encode(), "sha256").hexdigest()[:40]
        return self.folder / name

    def _part(self, address: str) -> Path:
        return self._path(address).with_suffix(".part")

    @contextmanager
    def _at_work(self, name: str) -> Iterator[None]:
        with self._lock:
            mine = name not in self._in_hand
            self._in_hand.add(name)
        try:
            yield
        finally:
            with self._lock:
                if mine:
                    self._in_hand.discard(name)


class BlobWriter:
    """Appends plain bytes to one sealed file; an unfinished last chunk is sealed by `close`."""

    def __init__(self, store: BlobStore, address: str, path: Path) -> None:
        self._store = store
        self._address = address
        self._path = path
        self._cipher = store.cipher(address)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        self._stream = os.fdopen(descriptor, "r+b")
        self._index, self._tail = self._resume()

    @property
    def position(self) -> int:
        """Plain bytes held so far: where the next ones belong."""
        return self._index * CHUNK + len(self._tail)

    def write(self, data: bytes) -> None:
        """Add the next bytes."""
        self._tail += data
        while len(self._tail) >= CHUNK:
            self._seal(bytes(self._tail[:CHUNK]))
            self._index += 1
            del self._tail[:CHUNK]

    def close(self) -> None:
        """Put everything on disk; harmless when done before."""
        if self._stream.closed:
            return
        try:
            if self._tail:
                self._seal(bytes(self._tail))
            self._stream.flush()
            os.fsync(self._stream.fileno())
        finally:
            self._stream.close()

    def finish(self) -> None:
        """All bytes are here: verify and put the file in its place (see `BlobStore.finish`)."""
        self.close()
        self._store.finish(self._path, self._address)

    def _seal(self, plain: bytes) -> None:
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._cipher.encrypt(nonce, plain, _bound(self._address, self._index))
        self._stream.write(nonce + sealed)

    def _resume(self) -> tuple[int, bytearray]:
        """Stand behind the last whole chunk, with the bytes of a short one at hand again."""
        index, rest = divmod(os.fstat(self._stream.fileno()).st_size, _SEALED)
        self._stream.seek(index * _SEALED)
        short = unseal(self._cipher, self._address, index, self._stream.read(rest))
        self._stream.seek(index * _SEALED)
        self._stream.truncate()
        return index, bytearray(short or b"")


def unseal(cipher: "AESGCM", address: str, index: int, sealed: bytes) -> bytes | None:
    """The plain bytes of one chunk; None where it is torn, altered or another's."""
    from cryptography.exceptions import InvalidTag

    try:
        return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound(address, index))
    except (InvalidTag, ValueError):
        return None


def _bound(address: str, index: int) -> bytes:
    return bytes.fromhex(address) + index.to_bytes(8, "big")


def _derived(key: bytes, salt: bytes, purpose: bytes) -> bytes:
    # Loaded with the first file: a window opens without it.
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), length=32, salt=salt, info=purpose).derive(key)


def _plain(sealed: int) -> int:
    """How many plain bytes a file of so many sealed ones holds."""
    whole, rest = divmod(sealed, _SEALED)
    return whole * CHUNK + max(0, rest - _NONCE - _TAG)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _flush_folder(folder: Path) -> None:
    """Make a rename outlast a power cut, where the system can."""
    if os.name == "nt":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM and getattr(error, "winerror", None) not in (39, 112):
            raise
        raise KnownError(
            "磁盘空间已满，附件没有存下；其他内容都还在。请清理磁盘后再试。",
            "The disk is full, so the attachment was not kept; everything else is still here. "
            "Free some space and try again.",
            code="disk_full",
        ) from error


def _gone() -> KnownError:
    return KnownError(
        "这个附件不在本机上，需要联网下载。",
        "This attachment is not on this computer; it needs the network to be fetched.",
        code="blob_gone",
    )


def _damaged() -> KnownError:
    return KnownError(
        "附件在本机上的文件已损坏，没有打开；可以重新下载。",
        "The attachment's file on this computer is damaged and was not opened; it can be "
        "fetched again.",
        code="blob_damaged",
    )


def _changed() -> KnownError:
    return KnownError(
        "文件内容与它的校验值不符，没有保存。请再试一次。",
        "The content does not match its checksum and was not kept. Please try again.",
        code="blob_changed",
    )
