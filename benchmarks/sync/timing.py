"""Seconds of wall clock and of the processor, and the memory of a process."""

import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    """What some work took, in seconds."""

    wall: float
    here: float
    """Of the processor, in this process and all its threads: does not depend on who else works."""
    there: float = 0.0
    """The same in another process; counted in hundredths, 0 where that cannot be told."""

    @property
    def processor(self) -> float:
        """Of the processor, in both."""
        return self.here + self.there


def cost(work: Callable[[], object], *, server: int | None = None) -> Cost:
    """What `work` costs, here and in the process `server` that answers it meanwhile."""
    there, here, begun = processor(server), time.process_time(), time.perf_counter()
    work()
    wall = time.perf_counter() - begun
    return Cost(wall, time.process_time() - here, processor(server) - there)


def processor(pid: int | None) -> float:
    """Seconds of the processor another process and its children have used; 0 where that cannot be
    told."""
    status = Path(f"/proc/{pid}/stat")
    if pid is None or not status.exists():
        return 0.0
    user, system = (
        status.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[11:13]
    )
    own = (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    children = Path(f"/proc/{pid}/task/{pid}/children")
    born = children.read_text(encoding="ascii").split() if children.exists() else []
    return own + sum(processor(int(child)) for child in born)


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
