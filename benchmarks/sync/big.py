"""The largest organisation the sources name: the first fill of a manager who sees all of it."""

import multiprocessing
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.sync.company import found_company
from benchmarks.sync.figures import Figure
from benchmarks.sync.laptop import Laptop
from benchmarks.sync.serving import serving
from benchmarks.sync.timing import peak_bytes, timed

CUSTOMERS, ACTIVITIES = 230_000, 1_500_000
_CLIENT_TARGET_MB = 300.0
_PATIENCE = 4 * 3600.0
_MB = 2**20


@dataclass(frozen=True, slots=True)
class _Filled:
    """What the laptop, a process of its own, saw."""

    seconds: float
    customers: int
    peak: int
    file: int


def big_figures(folder: Path, *, customers: int, activities: int) -> Iterator[Figure]:
    """Time, memory of both sides, size of both files."""
    root = folder / "server"
    company = found_company(root, records=customers, activities=activities, reps=8)
    name = f"{customers:,} customers + {activities:,} activities"
    size = company.folder.database.stat().st_size
    with serving(root) as server:
        filled = _fill(folder / "laptop", server.url, company.managers[0])
        memory = server.peak_bytes()
    if filled.customers != customers:
        raise RuntimeError(f"{filled.customers} of {customers} customers arrived")
    yield Figure(f"{name}: cold first fill", filled.seconds)
    yield Figure(f"{name}: client memory", filled.peak / _MB, "MB", target=_CLIENT_TARGET_MB)
    yield Figure(f"{name}: server memory", memory / _MB, "MB")
    yield Figure(f"{name}: server file", size / _MB, "MB")
    yield Figure(f"{name}: client file", filled.file / _MB, "MB")


def _fill(folder: Path, url: str, login: str) -> _Filled:
    context = multiprocessing.get_context("spawn")
    told = context.Queue()
    process = context.Process(target=_laptop, args=(folder, url, login, told), daemon=True)
    process.start()
    filled: _Filled = told.get(timeout=_PATIENCE)
    process.join(_PATIENCE)
    return filled


def _laptop(folder: Path, url: str, login: str, told: Any) -> None:
    laptop = Laptop(folder, url, login)
    seconds = timed(laptop.fill)
    peak, count = peak_bytes(), laptop.count()
    size = laptop.workspace.profile.replica_path.stat().st_size
    told.put(_Filled(seconds, count, peak, size))
    laptop.close()
