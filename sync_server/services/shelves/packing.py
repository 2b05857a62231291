"""Packing an image into frames, beside whoever writes it and in two halves once it is there.

Of an image being written, pages some way behind its end seldom change any more: they are packed
meanwhile, and in the end each frame is compared with what became of it. One that turned out
differently is packed again, so that what is given out is always the finished image.
"""

import hashlib
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Self

from crm_core.sync.snapshot import ROOM, Frame, Packer

LEVEL = 1
"""Of zstd: a snapshot is packed while a person waits, and often read but once."""
_PACKERS = 2
_BEHIND = 8 * ROOM
"""Twice the pages SQLite keeps back while it writes an image."""
_LOOK_SECONDS = 0.005


@dataclass(slots=True)
class Packing:
    """Packs the image that appears at a path; what is packed early lies in a file beside it."""

    image: Path
    aside: Path
    _written: threading.Event = field(default_factory=threading.Event)
    _early: dict[int, tuple[int, Frame]] = field(default_factory=dict)
    """By number, where a frame begins in the file aside, and what it is."""
    _worker: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._worker = threading.Thread(target=self._ahead, name="suixing-packing", daemon=True)
        self._worker.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end()
        self.aside.unlink(missing_ok=True)

    def frames(self) -> Iterator[tuple[bytes, Frame]]:
        """The frames of the image, which is whole now, in order; a few of them in memory at a time:
        always the same memory, for more is cleared by the system first, page by page."""
        self._end()
        waiting: deque[Future[tuple[bytes, Frame]]] = deque()
        rooms = deque(bytearray(ROOM) for _ in range(2 * _PACKERS))
        tools = _Tools()

        def work(number: int, room: bytearray, size: int) -> tuple[bytes, Frame]:
            made = self._made(number, memoryview(room)[:size], tools)
            rooms.append(room)
            return made

        with (
            self.image.open("rb", buffering=0) as file,
            ThreadPoolExecutor(_PACKERS, thread_name_prefix="suixing-packing") as packers,
        ):
            number = 0
            while True:
                if not rooms or len(waiting) == 2 * _PACKERS:
                    yield waiting.popleft().result()
                room = rooms.popleft()
                if not (size := file.readinto(room)):
                    break
                waiting.append(packers.submit(work, number, room, size))
                number += 1
            while waiting:
                yield waiting.popleft().result()

    # -- inside --------------------------------------------------------------------------------

    def _end(self) -> None:
        self._written.set()
        if self._worker is not None:
            self._worker.join()

    def _ahead(self) -> None:
        """Pack what lies behind the end of the growing file, until it is whole. Where that cannot
        be, everything is packed afterwards."""
        with suppress(OSError), self.aside.open("wb") as aside:
            packer, room, number = Packer(LEVEL), bytearray(ROOM), 1  # The header is written last.
            while not self._written.wait(_LOOK_SECONDS):
                number = self._catch_up(aside, packer, room, number)

    def _catch_up(self, aside: BinaryIO, packer: Packer, room: bytearray, number: int) -> int:
        """Pack the frames from `number` on that are far enough behind; which one is next."""
        if not self.image.exists():
            return number
        with self.image.open("rb", buffering=0) as file:
            until = file.seek(0, 2) - _BEHIND
            file.seek(number * ROOM)
            while (number + 1) * ROOM <= until and not self._written.is_set():
                if file.readinto(room) != ROOM:
                    break
                packed, frame = packer.pack(memoryview(room))
                start = aside.tell()
                aside.write(packed)
                self._early[number] = start, frame
                number += 1
            aside.flush()
        return number

    def _made(self, number: int, plain: memoryview, tools: "_Tools") -> tuple[bytes, Frame]:
        start, frame = self._early.get(number, (0, None))
        if frame is not None and hashlib.sha256(plain).hexdigest() == frame.digest:
            with self.aside.open("rb", buffering=0) as aside:
                aside.seek(start)
                return aside.read(frame.packed), frame
        return tools.packer.pack(plain)


class _Tools(threading.local):
    """A worker's own."""

    def __init__(self) -> None:
        self.packer = Packer(LEVEL)
