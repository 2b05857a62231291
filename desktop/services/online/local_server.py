"""A sync server on this computer as a child process: for trying the product and for the demo.

The desktop never imports the server; it starts the same program an administrator would start.
"""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from crm_core.errors import KnownError

START_SECONDS = 60.0


def server_program() -> list[str]:
    """How to start the server beside this program, frozen or from source."""
    if getattr(sys, "frozen", False):
        name = "suixing-server.exe" if sys.platform == "win32" else "suixing-server"
        return [str(Path(sys.executable).with_name(name))]
    return [sys.executable, "-m", "sync_server"]


@dataclass(slots=True)
class LocalServer:
    """One server over one data folder; can be started again on the port it had."""

    data: Path
    environ: Mapping[str, str]
    port: int = 0
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self._process is not None and self._process.poll() is None

    @property
    def exists(self) -> bool:
        """Whether `init` has been run on the folder."""
        return any(self.data.glob("*.db"))

    def administer(self, *words: str, stdin: str = "") -> str:
        """Run an administrator's command; what it printed. KnownError with its words if not 0."""
        done = subprocess.run(
            [*server_program(), *words, "--data", str(self.data)],
            input=stdin, capture_output=True, text=True, encoding="utf-8", check=False,
            env=self._environ(), timeout=300,
        )  # fmt: skip
        if done.returncode != 0:
            sentence = done.stderr.strip() or done.stdout.strip()
            raise KnownError(sentence, sentence, code="server_command")
        return done.stdout

    def start(self) -> None:
        """Start and wait until it answers; KnownError with what it said if it does not."""
        self.data.mkdir(parents=True, exist_ok=True)
        port_file = self.data / f"port.{os.getpid()}"
        port_file.unlink(missing_ok=True)
        log_path = self.data / "server.log"
        said_before = log_path.stat().st_size if log_path.exists() else 0
        with log_path.open("ab") as log:
            # A group of its own, so that Ctrl+C ends the desktop first; the open pipe tells the
            # server when we are gone, however we went.
            self._process = subprocess.Popen(
                self._serve_command(port_file), stdout=log, stderr=log, env=self._environ(),
                stdin=subprocess.PIPE, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while not port_file.exists():
            if not self.running or time.monotonic() > deadline:
                self.stop()
                raise _did_not_start(log_path, said_before)
            time.sleep(0.05)
        self.port = int(port_file.read_text())
        port_file.unlink()

    def stop(self) -> None:
        """Ask it to end and wait; kill it if it does not."""
        if self._process is not None and self.running:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._reap()

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self._process is not None and self.running:
            self._process.kill()
        self._reap()

    def _reap(self) -> None:
        if self._process is not None:
            self._process.wait()
            if self._process.stdin is not None:
                self._process.stdin.close()
            self._process = None

    def _serve_command(self, port_file: Path) -> Sequence[str]:
        return [
            *server_program(), "serve", "--data", str(self.data), "--host", "127.0.0.1",
            "--port", str(self.port), "--port-file", str(port_file), "--until-stdin-closes",
        ]  # fmt: skip

    def _environ(self) -> dict[str, str]:
        return {**os.environ, **self.environ, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}


def _did_not_start(log: Path, said_before: int) -> KnownError:
    said = log.read_bytes()[said_before:].decode("utf-8", errors="replace").strip()
    last = " / ".join(said.splitlines()[-3:])
    return KnownError(
        f"本机服务器没有启动成功，数据没有改动。它最后说的是：{last}（完整日志：{log}）",
        f"The local server did not start; no data was changed. Its last words: {last} "
        f"(full log: {log})",
        code="server_start",
    )
