"""Several laptops change the same field of the same records, push at once, then pull.

Every laptop is a process of its own: threads of one process would wait for each other's
interpreter lock, and the harness would be measured instead of the server.
"""

import multiprocessing
import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from benchmarks.sync.company import Company, found_company
from benchmarks.sync.customers import EDITED
from benchmarks.sync.figures import Figure, measured
from benchmarks.sync.laptop import Laptop
from benchmarks.sync.raw import RawLimit
from benchmarks.sync.serving import serving
from benchmarks.sync.sizes import Sizes
from crm_core.model.query import Query, Sort

_PATIENCE = 900.0
"""Seconds after which a laptop that hangs ends the benchmark."""
_REFERENCE_INSERT = 0.8
"""The raw insert of 100,000 records, in seconds, for which the two targets below are meant."""
_PUSH, _CONVERGE = 0.28, 1.1


@dataclass(frozen=True, slots=True)
class _Phases:
    """What one laptop saw, in seconds of the machine's monotonic clock."""

    pushing: float
    pushed: float
    pulling: float
    pulled: float
    digest: str
    """Of all it shows in the end: the same on every laptop."""


def crowd_figures(folder: Path, raw: RawLimit, sizes: Sizes) -> Iterator[Figure]:
    """Push and converge, with the targets scaled to this machine."""
    scale = raw.insert.wall / _REFERENCE_INSERT * 100_000 / raw.records
    pushes, pulls = [], []
    for repeat in range(sizes.repeats):
        here = folder / f"crowd{repeat}"
        company = found_company(
            here / "server", records=sizes.conflicts, managers=sizes.clients, reps=2
        )
        with serving(company.folder.root) as server:
            seen = _run(company, server.url, here)
        if len({phases.digest for phases in seen}) != 1:
            raise RuntimeError("the laptops did not converge")
        pushes.append(max(p.pushed for p in seen) - min(p.pushing for p in seen))
        pulls.append(max(p.pulled for p in seen) - min(p.pulling for p in seen))
    name = f"{sizes.clients} clients × {sizes.conflicts:,} conflicting edits"
    yield measured(f"{name}: push", pushes, target=_PUSH * scale, note="a process a client")
    yield measured(f"{name}: converge", pulls, target=_CONVERGE * scale, note="all pull at once")


def _run(company: Company, url: str, folder: Path) -> list[_Phases]:
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(len(company.managers), timeout=_PATIENCE)
    told = context.Queue()
    laptops = [
        context.Process(
            target=_laptop, args=(folder / login, url, login, barrier, told), daemon=True
        )
        for login in company.managers
    ]
    for process in laptops:
        process.start()
    seen: list[_Phases] = [told.get(timeout=_PATIENCE) for _ in laptops]
    for process in laptops:
        process.join(_PATIENCE)
    return seen


def _laptop(folder: Path, url: str, login: str, barrier: Barrier, told: Any) -> None:
    """One process: fill, edit, and with all the others push, then pull."""
    laptop = Laptop(folder, url, login)
    laptop.fill()
    laptop.edit(laptop.customer_ids(10**9), login, one_act=False)
    barrier.wait()
    pushing = time.monotonic()
    laptop.push()
    pushed = time.monotonic()
    barrier.wait()
    pulling = time.monotonic()
    laptop.pull()
    pulled = time.monotonic()
    told.put(_Phases(pushing, pushed, pulling, pulled, _digest(laptop)))
    laptop.close()


def _digest(laptop: Laptop) -> str:
    shown = laptop.workspace.replica.find(Query("customer", sort=(Sort("id"),)))
    text = "\n".join(f"{record['id']} {record[EDITED]}" for record in shown)
    return sha256(text.encode()).hexdigest()
