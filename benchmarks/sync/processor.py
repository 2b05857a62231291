"""How much processor time a measurement used, and whose: server, database, this process, others."""

import time
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import psycopg
from sqlalchemy import make_url


class Processor:
    """Reads the clocks of everybody at `begin` and `end`; seconds of processor."""

    def __init__(self, server: int, database: str) -> None:
        """`server`: the process whose children serve too; `database`: a PostgreSQL on this machine
        that nobody else uses."""
        self._psutil: Any = import_module("psutil")  # The private PostgreSQL brings it along.
        self.cores: int = self._psutil.cpu_count()
        self._roots = {"server": server, "PostgreSQL": self._postmaster(database)}
        self._begun: Mapping[str, float] = {}
        self._ended: Mapping[str, float] = {}

    def begin(self) -> None:
        """From here."""
        self._begun = self._now()

    def end(self) -> None:
        """Up to here."""
        self._ended = self._now()

    def spent(self) -> dict[str, float]:
        """By whom; `others` is whatever else the machine did meanwhile."""
        spent = {who: self._ended[who] - self._begun[who] for who in self._ended}
        machine = spent.pop("machine")
        return spent | {"others on this machine": max(0.0, machine - sum(spent.values()))}

    def _now(self) -> dict[str, float]:
        found = {who: self._of_tree(pid) for who, pid in self._roots.items()}
        times = self._psutil.cpu_times()
        idle = times.idle + getattr(times, "iowait", 0.0) + getattr(times, "steal", 0.0)
        busy = sum(times) - idle - getattr(times, "guest", 0.0) - getattr(times, "guest_nice", 0.0)
        return {**found, "load generator": time.process_time(), "machine": busy}

    def _of_tree(self, pid: int) -> float:
        root = self._psutil.Process(pid)
        total = 0.0
        for one in (root, *root.children(recursive=True)):
            try:
                times = one.cpu_times()
            except self._psutil.NoSuchProcess:
                continue
            total += times.user + times.system
        return total

    def _postmaster(self, database: str) -> int:
        url = make_url(database).render_as_string(hide_password=False)
        with psycopg.connect(url) as connection:
            return int(self._psutil.Process(connection.info.backend_pid).ppid())
