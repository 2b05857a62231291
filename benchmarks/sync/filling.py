"""First fill: a signed-in laptop with an empty replica receives all its person may see."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.sync.figures import Figure, measured
from benchmarks.sync.laptop import Laptop
from benchmarks.sync.raw import RawLimit
from benchmarks.sync.timing import timed


def filled(folder: Path, url: str, login: str, *, records: int) -> tuple[Laptop, float]:
    """A laptop with everything on it, and the seconds that took.

    It is filled when the records can be read in its encrypted replica and the cursor is set.
    """
    laptop = Laptop(folder, url, login)
    seconds = timed(laptop.fill)
    if laptop.count() != records:
        raise RuntimeError(f"{laptop.count()} of {records} records arrived")
    return laptop, seconds


def fill_figures(cold: list[float], cached: list[float], raw: RawLimit) -> Iterator[Figure]:
    """The rows of the table."""
    name = f"first fill {raw.records:,} × 20 fields"
    yield measured(f"{name}, cold", cold, raw=raw.insert, target=1.5)
    yield measured(f"{name}, snapshot cached", cached, raw=raw.insert, target=0.5)
