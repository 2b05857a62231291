"""First fill: a signed-in laptop with an empty replica receives all its person may see."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.sync.figures import Figure, costing
from benchmarks.sync.laptop import Laptop
from benchmarks.sync.raw import RawLimit
from benchmarks.sync.serving import ServerProcess
from benchmarks.sync.timing import Cost, cost


def filled(folder: Path, server: ServerProcess, login: str, *, records: int) -> tuple[Laptop, Cost]:
    """A laptop with everything on it, and what that took.

    It is filled when the records can be read in its encrypted replica and the cursor is set.
    """
    laptop = Laptop(folder, server.url, login)
    spent = cost(laptop.fill, server=server.pid)
    if laptop.count() != records:
        raise RuntimeError(f"{laptop.count()} of {records} records arrived")
    return laptop, spent


def fill_figures(cold: list[Cost], cached: list[Cost], raw: RawLimit) -> Iterator[Figure]:
    """The rows of the table."""
    name = f"first fill {raw.records:,} × 20 fields"
    yield costing(f"{name}, cold", cold, raw=raw.insert, target=1.5)
    yield costing(f"{name}, snapshot cached", cached, raw=raw.insert, target=0.5)
