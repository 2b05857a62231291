"""Several serving processes behind one port: a parent that holds the socket and replaces the dead.

The children accept from one shared queue, so a child that is killed takes nothing with it but the
requests it was working on; their devices send again. Needs `fork`, and PostgreSQL beneath.
"""

import os
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

from crm_core.errors import KnownError

_LOOK_SECONDS = 0.2
_SHORT_LIFE_SECONDS = 5.0
_LONGEST_PAUSE_SECONDS = 30.0

Work = Callable[[socket.socket, Callable[[], None]], int]
"""Serves on the socket until SIGTERM, calling back once it does; the exit code."""


def serve_together(
    work: Work, bound: socket.socket, *, processes: int, listening: Callable[[], None]
) -> int:
    """Keep `processes` children at `work` until SIGTERM or SIGINT; the exit code.

    `listening` is called when all serve. A child that ends before that ends them all; one that
    ends later is replaced. KnownError: "no_processes" on systems that cannot.
    """
    if not hasattr(os, "fork"):
        raise KnownError(
            "这个系统上一次只能运行一个服务进程，服务器没有启动。请不用 --processes，改为启动"
            "多个服务器并在前面放代理。",
            "This system runs one serving process at a time; the server was not started. Leave "
            "out --processes and start several servers behind a proxy instead.",
            code="no_processes",
        )
    crew = _Crew(work, bound)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, crew.stop)
    crew.start(processes)
    return crew.watch(processes, listening)


@dataclass(slots=True)
class _Crew:
    """The parent's side: who works, since when, and whether the end has been asked for."""

    work: Work
    bound: socket.socket
    ending: bool = False
    code: int = 0
    born: dict[int, float] = field(default_factory=dict)
    pauses: int = 0
    _ready: tuple[int, int] = field(default_factory=os.pipe)
    _alive: tuple[int, int] = field(default_factory=os.pipe)
    """Its writing end is the parent's only: children read the end of the parent from it."""

    def stop(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        """Ask every child to end in order."""
        self.ending = True
        for pid in self.born:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)

    def start(self, count: int) -> None:
        """Bring the crew up by so many children."""
        for _ in range(count):
            pid = os.fork()
            if pid == 0:
                self._be_a_child()
            self.born[pid] = time.monotonic()

    def watch(self, processes: int, listening: Callable[[], None]) -> int:
        """Until the last child has ended."""
        ready = 0
        while self.born:
            ready = self._count_ready(ready)
            if ready == processes:
                listening()
                ready += 1  # Said once; those that come later replace others.
            self._bury(replace=ready > processes)
        return self.code

    def _count_ready(self, so_far: int) -> int:
        readable, _, _ = select.select([self._ready[0]], [], [], _LOOK_SECONDS)
        return so_far + (len(os.read(self._ready[0], 1)) if readable else 0)

    def _bury(self, *, replace: bool) -> None:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        code, lived = os.waitstatus_to_exitcode(status), time.monotonic() - self.born.pop(pid)
        if self.ending:
            self.code = self.code or max(code, 0)
        elif not replace:
            self.code = max(code, 1)
            self.stop()
        else:
            sys.stderr.write(f"process {pid} ended ({code}); starting another\n")
            self._pause(lived)
            if not self.ending:
                self.start(1)

    def _pause(self, lived: float) -> None:
        """So that children that cannot work do not keep the machine busy being born."""
        self.pauses = 0 if lived > _SHORT_LIFE_SECONDS else self.pauses + 1
        end = time.monotonic() + min(2.0**self.pauses - 1, _LONGEST_PAUSE_SECONDS)
        while not self.ending and time.monotonic() < end:
            time.sleep(_LOOK_SECONDS)

    def _be_a_child(self) -> None:
        code = 1
        try:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            os.close(self._alive[1])
            threading.Thread(target=_end_with, args=(self._alive[0],), daemon=True).start()
            code = self.work(self.bound, lambda: _say_ready(self._ready[1]))
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)  # Nothing of the parent's may be run again on the way out.


def _say_ready(descriptor: int) -> None:
    os.write(descriptor, b".")


def _end_with(descriptor: int) -> None:
    """End this process in order when the parent has gone."""
    os.read(descriptor, 1)
    signal.raise_signal(signal.SIGTERM)
