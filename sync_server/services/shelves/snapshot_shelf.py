"""Where snapshots lie on disk: made once however many ask, found by scope, thrown away in time.

Several server processes may share the folder. A snapshot is two files, `<scope>-<id>.frames` and,
written last, `<scope>-<id>.json`; what has no manifest is not there yet, or not any more.
"""

import json
import math
import secrets
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic

from crm_core.clock import Clock
from crm_core.errors import KnownError, SyncError
from crm_core.sync.snapshot import (
    PAGE,
    Frame,
    Manifest,
    is_snapshot_id,
    manifest_from,
)
from sync_server.services.shelves import lock
from sync_server.services.shelves.packing import Packing

_KEPT_OF_A_SCOPE = 2
"""The newest, and the one before it: somebody may be in the middle of that."""
_ORPHAN_SECONDS = 6 * 3600
_REST_SECONDS = 3.0
"""So long after the last question somebody may still be fetching."""

Find = Callable[[], Manifest | None]
"""Looks for one that will do."""
Write = Callable[[Path], Manifest]
"""Writes the image at a path; gives its manifest but for name, pages and frames."""


@dataclass(frozen=True, slots=True)
class Room:
    """How much the shelf may hold."""

    files: int = 64
    total_bytes: int = 16 * 2**30
    seconds: int = 7 * 86_400


@dataclass(slots=True)
class SnapshotShelf:
    """The snapshots of one data folder, as one process sees them."""

    folder: Path
    clock: Clock
    room: Room = Room()
    _making: dict[str, Future[Manifest | None]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _asked: float = -math.inf

    @property
    def resting(self) -> bool:
        """Whether nobody is being filled just now: spare work may be done."""
        with self._lock:
            making = any(not one.done() for one in self._making.values())
        return not making and monotonic() - self._asked > _REST_SECONDS

    def newest(self, key: str) -> Manifest | None:
        """The snapshot of a scope that is furthest along the log."""
        self._asked = monotonic()
        found = [m for path in self.folder.glob(f"{key}-*.json") if (m := _read(path)) is not None]
        return max(found, key=lambda manifest: manifest.position, default=None)

    def manifest(self, key: str, snapshot: str) -> Manifest | None:
        """A certain snapshot of a scope; None where it is not there, or another scope's."""
        return _read(self._path(key, snapshot, "json")) if is_snapshot_id(snapshot) else None

    def frames(self, key: str, snapshot: str) -> Path | None:
        """The file of a certain snapshot's frames; None as above."""
        self._asked = monotonic()
        if not is_snapshot_id(snapshot):
            return None
        path = self._path(key, snapshot, "frames")
        return path if path.exists() and self._path(key, snapshot, "json").exists() else None

    def make(self, key: str, find: Find, write: Write) -> Future[Manifest | None]:
        """Begin to make a snapshot of a scope, or join who is making it.

        Gives what `find` finds once it is this one's turn: it may just have been made. Gives None
        where another process is making it; fails as `write` does.
        """
        with self._lock:
            running = self._making.get(key)
            if running is None or running.done():
                worker = ThreadPoolExecutor(1, thread_name_prefix="suixing-snapshot")
                running = self._making[key] = worker.submit(self._make, key, find, write)
                worker.shutdown(wait=False)
            return running

    def drop_before(self, position: int) -> int:
        """Throw away what was made before a position of the log: what is in it may have been
        purged since. How many; whoever is fetching one is given another."""
        found = ((path, _read(path)) for path in self.folder.glob("*-*.json"))
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            self._floor.write_text(str(max(position, self._lowest())), encoding="ascii")
        old = [path for path, known in found if known is None or known.position < position]
        for path in old:
            _remove(path)
        return len(old)

    # -- inside --------------------------------------------------------------------------------

    def _make(self, key: str, find: Find, write: Write) -> Manifest | None:
        with suppress(_MadeElsewhere), _on_disk(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            with _made_here(self.folder / f"{key}.lock"):
                return find() or self._make_new(key, write)
        return None

    @property
    def _floor(self) -> Path:
        return self.folder / "floor"

    def _lowest(self) -> int:
        """The position before which none may be: one begun earlier may not be finished yet."""
        try:
            return int(self._floor.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return 0

    def _make_new(self, key: str, write: Write) -> Manifest:
        made = self._make_one(key, write)
        if made.position < self._lowest():
            _remove(self._path(key, made.snapshot, "json"))
            made = self._make_one(key, write)
        return made

    def _make_one(self, key: str, write: Write) -> Manifest:
        snapshot = secrets.token_hex(16)
        image, aside = (self._path(key, snapshot, kind) for kind in ("image", "aside"))
        try:
            with Packing(image, aside) as packing:
                written = replace(write(image), snapshot=snapshot)
                manifest = self._pack(key, packing, written)
        finally:
            for kind in ("image", "part"):
                self._path(key, snapshot, kind).unlink(missing_ok=True)
        self._tidy(key)
        return manifest

    def _pack(self, key: str, packing: Packing, written: Manifest) -> Manifest:
        frames: list[Frame] = []
        part = self._path(key, written.snapshot, "part")
        with part.open("wb") as out:
            for packed, frame in packing.frames():
                out.write(packed)
                frames.append(frame)
        pages = packing.image.stat().st_size // PAGE
        manifest = replace(written, pages=pages, frames=tuple(frames))
        part.replace(self._path(key, manifest.snapshot, "frames"))
        part.write_text(json.dumps(manifest.as_json()), encoding="utf-8")
        part.replace(self._path(key, manifest.snapshot, "json"))
        return manifest

    def _tidy(self, key: str) -> None:
        """Keep the newest of this scope, and of all what there is room for."""
        own = sorted(self.folder.glob(f"{key}-*.json"), key=_modified, reverse=True)
        for path in own[_KEPT_OF_A_SCOPE:]:
            _remove(path)
        now, total = self.clock.millis() / 1000, 0
        newest_first = sorted(self.folder.glob("*-*.json"), key=_modified, reverse=True)
        for place, path in enumerate(newest_first):
            total += _size(path.with_suffix(".frames"))
            old = now - _modified(path) > self.room.seconds
            if place >= self.room.files or old or (place and total > self.room.total_bytes):
                _remove(path)
        for path in self.folder.glob("*-*.*"):
            known = path.suffix == ".json" or path.with_suffix(".json").exists()
            if not known and now - _modified(path) > _ORPHAN_SECONDS:
                _remove(path)

    def _path(self, key: str, snapshot: str, kind: str) -> Path:
        return self.folder / f"{key}-{snapshot}.{kind}"


class _MadeElsewhere(Exception):
    """Another process is making this very snapshot."""


@contextmanager
def _made_here(path: Path) -> Iterator[None]:
    with ExitStack() as held:
        try:
            held.enter_context(lock.held(path))
        except KnownError as error:
            if error.code != "server_running":
                raise
            raise _MadeElsewhere from error
        yield


@contextmanager
def _on_disk(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise KnownError(
            f"无法写入 {folder}（{error.strerror}），首次下载没有备好；数据没有受影响。",
            f"{folder} cannot be written ({error.strerror}); the first download was not prepared "
            "and the data is as it was.",
            code="disk_full",
        ) from error


def _read(path: Path) -> Manifest | None:
    try:
        wire = json.loads(path.read_text(encoding="utf-8"))
        manifest = manifest_from(wire if isinstance(wire, dict) else {})
    except (OSError, ValueError, SyncError):
        return None
    return manifest if path.with_suffix(".frames").exists() else None


def _remove(path: Path) -> None:
    """The manifest first: what has none is not there. A file being read may have to stay."""
    for one in (path, path.with_suffix(".frames")):
        with suppress(OSError):
            one.unlink(missing_ok=True)


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
