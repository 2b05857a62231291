"""Server processes whose clock is told the time, which may stand still or jump.

    python -m benchmarks.rules.moving CLOCK FOLDER DATABASE PORT_FILE PROCESSES SECONDS

is the real server (`sync_server.serving`, its crew of processes where several are asked for) on a
clock that several processes read from one file mapped into all of them; SECONDS between two ticks.
"""

import mmap
import os
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from argon2 import PasswordHasher
from sqlalchemy import select

from benchmarks.sync.serving import stop, wait_until_listening
from crm_core.clock import Clock
from sync_server.app import open_server
from sync_server.auth import Passwords
from sync_server.config import DataFolder, Limits, Listen
from sync_server.services.server import Server
from sync_server.services.storing.storage import storage_of
from sync_server.services.ticks import clock_pass, ticking
from sync_server.services.ticks.automation_ticks import last_looks
from sync_server.serving import serve, stop_with_stdin

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FORM = struct.Struct("<qqq")
_MICROSECOND = timedelta(microseconds=1)
_STOP_SECONDS, _REST_SECONDS = 30.0, 300.0
_LOOKED_BACK = timedelta(minutes=2, seconds=59)
"""A look notes that it has seen all but the last two minutes, and is made each minute."""


@dataclass(slots=True)
class MovedClock:
    """A time that every process which opens the same file agrees on."""

    path: Path
    _map: mmap.mmap = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not self.path.exists():
            self.path.write_bytes(_FORM.pack(0, 0, 0))
        with self.path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), _FORM.size)

    def stand(self, moment: datetime) -> None:
        """Let it be this moment until told otherwise."""
        self._map[:] = _FORM.pack((moment - _EPOCH) // _MICROSECOND, 0, self.held)

    def run(self, moment: datetime) -> None:
        """Let it be this moment now, and go on from there."""
        ahead = (moment - datetime.now(UTC)) // _MICROSECOND
        self._map[:] = _FORM.pack(0, ahead, self.held)

    @property
    def held(self) -> bool:
        """Whether servers do nothing for now of what is due because time passes."""
        return bool(_FORM.unpack(self._map[:])[2])

    def hold(self, *, held: bool) -> None:
        """Let nothing happen because time passes, or again."""
        standing, ahead, _ = _FORM.unpack(self._map[:])
        self._map[:] = _FORM.pack(standing, ahead, held)

    def now(self) -> datetime:
        """What it says."""
        standing, ahead, _ = _FORM.unpack(self._map[:])
        if standing:
            return _EPOCH + timedelta(microseconds=standing)
        return datetime.now(UTC) + timedelta(microseconds=ahead)

    @property
    def clock(self) -> Clock:
        """In the form the product is given."""
        return Clock(now=self.now)


@contextmanager
def opened(folder: DataFolder, clock: Clock) -> Iterator[Server]:
    """The organisation's data, without a port."""
    hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    keeper = Passwords(hasher, hasher.hash("nobody"))
    server = open_server(folder, clock=clock, passwords=keeper, limits=Limits(rates=None))
    try:
        yield server
    finally:
        server.replica.close()


@dataclass(frozen=True, slots=True)
class Moved:
    """A server that serves."""

    url: str
    pid: int

    def children(self) -> list[int]:
        """The serving processes of a crew; Linux says which they are."""
        listed = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return sorted(int(one) for one in listed.read_text(encoding="ascii").split())


@contextmanager
def moved_server(
    clock: MovedClock, folder: DataFolder, *, processes: int = 1, seconds: float = 0.1,
    surroundings: Mapping[str, str] | None = None,
) -> Iterator[Moved]:  # fmt: skip
    """Serve until the block ends; `surroundings` are variables such as TZ."""
    port_file = folder.root / "bench.port"
    port_file.unlink(missing_ok=True)
    process = subprocess.Popen(
        [
            sys.executable, "-m", "benchmarks.rules.moving", str(clock.path), str(folder.root),
            folder.url, str(port_file), str(processes), str(seconds),
        ],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONUTF8": "1"} | dict(surroundings or {}),
    )  # fmt: skip
    try:
        wait_until_listening(process, port_file)
        port = port_file.read_text(encoding="ascii").strip()
        yield Moved(f"http://127.0.0.1:{port}", process.pid)
    finally:
        stop(process, _STOP_SECONDS)


def wait_for_rest(server: Server) -> None:
    """Until whoever serves this data has done all that is due now; RuntimeError after minutes."""
    end = time.monotonic() + _REST_SECONDS
    while not _rests(server):
        if time.monotonic() > end:
            raise RuntimeError("the server does not come to rest")
        time.sleep(0.1)


def _rests(server: Server) -> bool:
    table, now = server.tables.clocks.open, server.clock.now()
    due = select(table.c.rule).where(table.c.due_at <= server.clock.millis()).limit(1)
    with server.reading() as connection:
        if connection.scalar(due) is not None or not clock_pass.is_done(connection, server):
            return False
    looked = max(last_looks(server.replica).values(), default=now - timedelta(days=1))
    return looked >= now - _LOOKED_BACK


def main(clock: str, root: str, database: str, port_file: str, processes: str, every: str) -> int:
    """Serve until standard input ends; the exit code."""
    stop_with_stdin()
    moved, folder = MovedClock(Path(clock)), DataFolder(Path(root), database)
    ticking.SECONDS, tick = float(every), ticking.tick
    ticking.tick = lambda every: 0 if moved.held else tick(every)

    @contextmanager
    def open_here() -> Iterator[Server]:
        with storage_of(folder).serving(), opened(folder, moved.clock) as server:
            yield server

    return serve(open_here, Listen(port=0), port_file=Path(port_file), processes=int(processes))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
