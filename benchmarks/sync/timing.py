"""Seconds of wall clock, and the memory of a process."""

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path


def timed(work: Callable[[], object]) -> float:
    """Seconds `work` takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def peak_bytes(pid: int | None = None) -> int:
    """The most memory a process has held at once; this one's without `pid`. 0 if unknown."""
    status = Path(f"/proc/{pid or 'self'}/status")
    if status.exists():
        lines = status.read_text(encoding="ascii", errors="replace").splitlines()
        found = next((line for line in lines if line.startswith("VmHWM:")), "VmHWM: 0 kB")
        return int(found.split()[1]) * 1024
    if pid is not None:
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
