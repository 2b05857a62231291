"""Filling a new replica from the server's snapshot: fetched, checked, encrypted page by page.

The plain pages are only ever in memory. A connection that breaks at any byte is taken up again at
that byte; a program that ends in the middle goes on from the last whole frame, which it knows from
the length of the encrypted file and the manifest noted beside it. Opening the file is not done
here.
"""

import json
import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from io import FileIO
from pathlib import Path

from crm_core.errors import SyncCode, SyncError
from crm_core.store.engines.meta import FORMAT_MAJOR
from crm_core.store.images.cipher_pages import OVER, PageCipher, new_salt
from crm_core.sync.snapshot import FRAME_PAGES, PAGE, ROOM, Manifest, manifest_from
from desktop.services.cancelling import CancelToken, PauseSwitch
from desktop.services.online.server import Server, SnapshotState

log = logging.getLogger("log.sync")

_TRIES = 5
"""Attempts in a row that bring nothing."""
_SNAPSHOTS = 3
"""So often may a snapshot be replaced while it is being fetched."""
_ASK_SECONDS = 0.25
_WORTH_ANOTHER_TRY = frozenset({SyncCode.SERVER_UNREACHABLE, SyncCode.SERVER_BUSY})
_SALT = 16
_WORKERS = 2
"""Frames are unpacked, checked and encrypted beside each other, while the next ones arrive."""


@dataclass(frozen=True, slots=True)
class FillProgress:
    """How far a first fill is."""

    received: int = 0
    """Bytes of `total`; where that is 0, operations."""
    total: int = 0
    preparing: bool = False
    """The server is still making the snapshot."""


OnFilled = Callable[[FillProgress], object]


@dataclass(frozen=True, slots=True)
class Watch:
    """Who hears how far it is, and how it is stopped or held up."""

    progress: OnFilled | None = None
    token: CancelToken = field(default_factory=CancelToken)
    pause: PauseSwitch = field(default_factory=PauseSwitch)

    def tell(self, progress: FillProgress) -> None:
        """Say how far it is; Cancelled where it was stopped."""
        if self.progress is not None:
            self.progress(progress)
        self.token.check()


def note_path(path: Path) -> Path:
    """Where the manifest of a file that is being filled is noted; it names nobody."""
    return path.with_name(f"{path.name}.json")


@dataclass(frozen=True, slots=True)
class Line:
    """The server and how to renew the session when a long download outlives it."""

    server: Server
    renew: Callable[[], object]

    def mend(self, error: SyncError) -> None:
        """Make another try worth while; raises `error` again where it is not."""
        if error.sync_code is SyncCode.TOKEN_EXPIRED:
            self.renew()
        elif error.sync_code not in _WORTH_ANOTHER_TRY:
            raise error


def fill(line: Line, path: Path, key: bytes, watch: Watch) -> Manifest | None:
    """Write the snapshot for whoever is signed in to `path`, encrypted; which one it was.

    None where the log is to be pulled instead; there is no file then. Raises Cancelled and
    SyncError; what arrived is kept for the next attempt, which begins by checking it.
    """
    for _ in range(_SNAPSHOTS):
        manifest = _manifest(line, _noted(path), watch)
        if manifest is None:
            discard(path)
            return None
        try:
            with _Target(path, key, manifest) as target:
                _fetch(line, manifest, target, watch)
        except SyncError as error:
            if error.sync_code is not SyncCode.SNAPSHOT_GONE:
                raise
            discard(path)
            continue
        note_path(path).unlink(missing_ok=True)
        return manifest
    raise SyncError(SyncCode.SERVER_BUSY, "snapshots replaced too often")


def discard(path: Path) -> None:
    """Forget what was fetched."""
    for one in (note_path(path), path):
        one.unlink(missing_ok=True)


def _manifest(line: Line, having: Manifest | None, watch: Watch) -> Manifest | None:
    name = having.snapshot if having else ""
    while True:
        found = _persistently(line, name, watch)
        if isinstance(found, Manifest):
            return found if found.format_major <= FORMAT_MAJOR else None
        if found is SnapshotState.LOG:
            return None
        watch.tell(FillProgress(preparing=True))
        watch.token.wait(_ASK_SECONDS)


def _persistently(line: Line, having: str, watch: Watch) -> Manifest | SnapshotState:
    attempt = 0
    while True:
        try:
            return line.server.snapshot(having)
        except SyncError as error:
            attempt += 1
            if attempt == _TRIES:
                raise
            line.mend(error)
        _rest(attempt, watch)


def _fetch(line: Line, manifest: Manifest, target: "_Target", watch: Watch) -> None:
    """Fetch what is missing; every break is tried over from the byte it happened at."""
    failures, furthest = 0, target.received
    watch.tell(FillProgress(target.received, manifest.packed_bytes))
    while not target.whole:
        watch.pause.wait(watch.token)
        error = _one_attempt(line, manifest, target, watch)
        if error is None:
            continue
        log.info("a first fill broke off at byte %d: %s", target.received, error.detail)
        # A server that again and again gives what proves wrong does not get further.
        failures = 0 if target.received > furthest else failures + 1
        furthest = max(furthest, target.received)
        if failures == _TRIES:
            raise error
        if error.sync_code is not SyncCode.MALFORMED:
            line.mend(error)
        _rest(failures, watch)


def _one_attempt(
    line: Line, manifest: Manifest, target: "_Target", watch: Watch
) -> SyncError | None:
    """Take in what comes over one connection; why it ended too early, None where it did not."""
    watch.tell(FillProgress(target.received, manifest.packed_bytes))
    try:
        with line.server.snapshot_bytes(manifest.snapshot, target.received) as arriving:
            _take_in(arriving, manifest, target, watch)
    except SyncError as error:
        if error.sync_code is SyncCode.MALFORMED:
            target.drop_part()
        return error
    if target.whole or watch.pause.paused:
        return None
    return SyncError(SyncCode.SERVER_UNREACHABLE, "the answer ended early")


def _rest(failures: int, watch: Watch) -> None:
    if failures:
        watch.token.wait(2.0**failures / 8)
    watch.token.check()


def _take_in(
    arriving: Iterator[bytes], manifest: Manifest, target: "_Target", watch: Watch
) -> None:
    total = manifest.packed_bytes
    for piece in arriving:
        target.take(piece)
        watch.tell(FillProgress(target.received, total))
        if target.whole or watch.pause.paused:
            return


class _Target:
    """The encrypted file being written, frame by frame, and the part of a frame that is here."""

    def __init__(self, path: Path, key: bytes, manifest: Manifest) -> None:
        self._path = path
        self._key = key
        self._manifest = manifest
        self._starts = manifest.starts()
        self._frame = 0
        """Frames written or being made ready."""
        self._part = bytearray()
        self._ready: deque[Future[None]] = deque()
        self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="suixing-fill")
        self._rooms = _Rooms()
        self._writing = threading.Lock()
        self._file: FileIO
        self._cipher: PageCipher

    def __enter__(self) -> "_Target":
        kept = self._kept() if _noted(self._path) == _comparable(self._manifest) else 0
        if kept:
            self._file = self._path.open("r+b", buffering=0)
            self._file.truncate(min(kept * FRAME_PAGES, self._manifest.pages) * PAGE)
        else:
            discard(self._path)
            self._cipher = PageCipher(self._key, new_salt())
            self._file = self._path.open("xb", buffering=0)
            text = json.dumps(_comparable(self._manifest).as_json())
            note_path(self._path).write_text(text, encoding="utf-8")
        self._frame = kept
        return self

    def __exit__(self, *_: object) -> None:
        try:
            with suppress(SyncError):  # What broke off the fill has been said.
                self._wait(leave=0)
            self._workers.shutdown()
            os.fsync(self._file.fileno())
        finally:
            self._file.close()

    @property
    def received(self) -> int:
        """Bytes of the snapshot that need not be fetched again."""
        return self._starts[self._frame] + len(self._part)

    @property
    def whole(self) -> bool:
        """Whether everything is written."""
        return self._frame == len(self._manifest.frames)

    def take(self, piece: bytes) -> None:
        """Bytes that follow those received. SyncError(MALFORMED) for a frame that is not the one
        promised; it is then to be dropped."""
        self._part += piece
        while not self.whole and len(self._part) >= self._manifest.frames[self._frame].packed:
            packed = self._manifest.frames[self._frame].packed
            made = self._workers.submit(self._put, self._frame, bytes(self._part[:packed]))
            self._ready.append(made)
            del self._part[:packed]
            self._frame += 1
            self._wait(leave=0 if self.whole else 2 * _WORKERS)

    def drop_part(self) -> None:
        """Forget the part of a frame that is here; it proved wrong."""
        self._part.clear()

    def _put(self, frame: int, packed: bytes) -> None:
        """Write a frame, as the file has it, in its place."""
        plain = self._manifest.unpacked(frame, packed, self._rooms.plain)
        first = frame * FRAME_PAGES
        sealed = self._cipher.encrypt(plain, first=first + 1, room=self._rooms.sealed)
        with self._writing:
            self._file.seek(first * PAGE)
            while sealed:
                sealed = sealed[self._file.write(sealed) :]

    def _wait(self, *, leave: int) -> None:
        """Until no more than `leave` frames are being made ready. One that is not what was
        promised, or cannot be written, takes those after it along."""
        while len(self._ready) > leave:
            try:
                self._ready[0].result()
            except (SyncError, OSError):
                self._frame -= len(self._ready)
                self._ready.clear()
                self._part.clear()
                raise
            self._ready.popleft()

    def _kept(self) -> int:
        """How many whole frames an earlier attempt wrote, each page proved to be what it wrote."""
        pages, good = FRAME_PAGES, 0
        with suppress(FileNotFoundError), self._path.open("rb") as file:
            salt = file.read(_SALT)
            if len(salt) < _SALT:
                return 0
            self._cipher = PageCipher(self._key, salt)
            file.seek(0)
            while good < len(self._manifest.frames):
                wanted = self._manifest.pages_of(good)
                found = file.read(wanted * PAGE)
                if self._cipher.genuine(found, first=good * pages + 1) != wanted:
                    break
                good += 1
        return good


class _Rooms(threading.local):
    """A worker's own, for one frame after the other."""

    def __init__(self) -> None:
        self.plain = bytearray(ROOM)
        self.sealed = bytearray(ROOM + OVER)


def _noted(path: Path) -> Manifest | None:
    """The manifest an earlier attempt noted, where there is one."""
    try:
        wire = json.loads(note_path(path).read_text(encoding="utf-8"))
        return manifest_from(wire if isinstance(wire, dict) else {})
    except (OSError, ValueError, SyncError):
        return None


def _comparable(manifest: Manifest) -> Manifest:
    """Without what belongs to the device that asked, and may have changed since."""
    return replace(manifest, highest_own=0)
