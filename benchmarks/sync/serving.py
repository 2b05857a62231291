"""A real server process on a free loopback port."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.sync.timing import peak_bytes

_START_SECONDS = 60.0
_STOP_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """One that listens."""

    url: str
    pid: int

    def peak_bytes(self) -> int:
        """The most memory it has held at once."""
        return peak_bytes(self.pid)


@contextmanager
def serving(folder: Path, *, database: str = "", processes: int = 1) -> Iterator[ServerProcess]:
    """Serve the organisation in `folder`, or in a PostgreSQL database, until the block ends."""
    port_file = folder / "bench.port"
    port_file.unlink(missing_ok=True)
    process = subprocess.Popen(
        [
            sys.executable, "-m", "sync_server", "serve", "--data", str(folder),
            "--port", "0", "--port-file", str(port_file), "--until-stdin-closes",
            *(("--database", database, "--processes", str(processes)) if database else ()),
        ],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=os.environ | {"PYTHONUTF8": "1"},
    )  # fmt: skip
    try:
        wait_until_listening(process, port_file)
        yield ServerProcess(f"http://127.0.0.1:{port_file.read_text().strip()}", process.pid)
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes], seconds: float = _STOP_SECONDS) -> None:
    """End a server that ends when its input does; by force where it takes longer."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until_listening(process: subprocess.Popen[bytes], port_file: Path) -> None:
    """Until the port stands in the file; RuntimeError where the process ends before."""
    end = time.monotonic() + _START_SECONDS
    while not port_file.exists():
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError("the server did not start")
        time.sleep(0.02)
