"""Many reps online at once: each pushes a little and pulls the delta every minute, and pulls again
whenever the live channel hints, as the desktop does.

Of some there are two devices: what one writes, the other has to show. Simulated reps speak the real
wire with real tokens from one process, each over connections of its own.
"""

import asyncio
import random
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from benchmarks.sync.company import Company, found_company
from benchmarks.sync.figures import Figure, quantile
from benchmarks.sync.rep import Rep, signed_in
from benchmarks.sync.serving import ServerProcess, serving
from benchmarks.sync.timing import processor

_CUSTOMERS_EACH = 10
_TEAM = 10
_PAIRS = 5
_PAIR_SECONDS = 7.0
_VISIT_EVERY = 4
"""Of so many pushes one is a visit with follow-up and task; the others edit two customers."""
_TARGET_MS = 500.0
_HINT_TARGET_MS = 1000.0


@dataclass(frozen=True, slots=True)
class Load:
    """How many work against the server, and for how long."""

    reps: int
    minutes: float
    period: float = 60.0
    """Seconds from one exchange of a rep to the next."""
    processes: int = 1
    database: str = ""
    """Address of a PostgreSQL database; empty for the embedded SQLite."""
    hinted: bool = True
    """Whether all of them pull at each hint as well, as desktops do; else only the pairs."""


@dataclass(slots=True)
class _Seen:
    """Milliseconds of each request that was answered, and how many were not."""

    push: list[float] = field(default_factory=list)
    pull: list[float] = field(default_factory=list)
    hinted: list[float] = field(default_factory=list)
    live: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    opening: float = 0.0
    """Seconds until all live channels, asked for at once, were open."""
    server: float = 0.0
    """The share of a core it used, and this process did, from the first exchange on."""
    here: float = 0.0


def load_figures(folder: Path, load: Load) -> Iterator[Figure]:
    """p50, p95 and p99 of push, pull and live, in milliseconds."""
    company = found_company(
        folder / "server", records=load.reps * _CUSTOMERS_EACH, reps=load.reps,
        teams=max(1, load.reps // _TEAM), database=load.database,
    )  # fmt: skip
    with serving(company.folder.root, database=load.database, processes=load.processes) as server:
        seen = asyncio.run(_work(company, server, load))
        memory = server.peak_bytes()
    where = f"{load.processes} processes, PostgreSQL" if load.database else "1 process, SQLite"
    deaf = "" if load.hinted else " by the minute,"
    name = f"{load.reps} reps,{deaf} {load.minutes:g} min, {where}"
    yield from _figures(name, seen)
    yield Figure(f"{name}: all live channels opened at once", seen.opening, "s")
    yield Figure(f"{name}: server memory", memory / 2**20, "MB")
    yield Figure(f"{name}: failures", len(seen.failures), "", target=0,
                 note="; ".join(sorted(set(seen.failures))[:3]))  # fmt: skip
    yield Figure(f"{name}: core of the server", 100 * seen.server, "%", note="without its database")
    yield Figure(f"{name}: core of the simulation", 100 * seen.here, "%", note="shares the cores")


def _figures(name: str, seen: _Seen) -> Iterator[Figure]:
    for kind, values, target in (
        ("push", seen.push, _TARGET_MS),
        ("pull", seen.pull, _TARGET_MS),
        ("pull after a hint", seen.hinted, _TARGET_MS),
        ("written → on another's screen", seen.live, _HINT_TARGET_MS),
    ):
        for share in (0.5, 0.95, 0.99) if values else ():
            goal = target if share == 0.99 else None
            note = f"of {len(values):,}"
            title = f"{name}: {kind} p{share * 100:.0f}"
            yield Figure(title, quantile(values, share), "ms", target=goal, note=note)


async def _work(company: Company, server: ServerProcess, load: Load) -> _Seen:
    seen = _Seen()
    async with AsyncExitStack() as lines:

        async def rep(login: str) -> Rep:
            # A line each, as laptops have; one pool looks through all of its connections each time.
            http = httpx.AsyncClient(
                base_url=server.url, timeout=60.0, trust_env=False, verify=False
            )
            return Rep(await lines.enter_async_context(http), login)

        reps = [await rep(login) for login in company.reps]
        people = company.reps[:: max(1, len(company.reps) // _PAIRS)][:_PAIRS]
        pairs = [(await rep(login), await rep(login)) for login in people]
        await signed_in([*reps, *(one for pair in pairs for one in pair)])
        begun, opened = time.monotonic(), [asyncio.Event() for _ in reps]
        listening = [
            asyncio.create_task(_listen(rep, seen, load, one))
            for rep, one in zip(reps, opened, strict=True)
        ]
        await asyncio.gather(*(one.wait() for one in opened))
        seen.opening = time.monotonic() - begun
        begun, here, there = time.monotonic(), time.process_time(), processor(server.pid)
        end, chance = begun + load.minutes * 60, random.Random(7)
        paired = [asyncio.create_task(_pair(*pair, end, seen)) for pair in pairs]
        working = (
            _rep(rep, begun + chance.random() * load.period, end, load.period, seen) for rep in reps
        )
        await asyncio.gather(*working, *paired)
        spent = time.monotonic() - begun
        seen.here = (time.process_time() - here) / spent
        seen.server = (processor(server.pid) - there) / spent
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
    return seen


async def _rep(rep: Rep, first: float, end: float, period: float, seen: _Seen) -> None:
    """Once a period: push a little, pull what is new."""
    due, turn = first, 0
    while due < end:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        if turn % _VISIT_EVERY == 0:
            operations = rep.visit(turn)
        else:
            operations = rep.edit(turn) + rep.edit(turn + 1)
        try:
            begun = time.perf_counter()
            await rep.push(operations)
            pushed = time.perf_counter()
            await rep.pull()
            seen.push.append(1000 * (pushed - begun))
            seen.pull.append(1000 * (time.perf_counter() - pushed))
        except (httpx.HTTPError, RuntimeError) as error:
            seen.failures.append(f"{type(error).__name__} {str(error)[:80]}")
        due, turn = due + period, turn + 1


async def _listen(rep: Rep, seen: _Seen, load: Load, opened: asyncio.Event) -> None:
    """Hold the live channel open and pull at each hint; what came meanwhile is pulled with it."""
    news = asyncio.Event()

    async def fetch() -> None:
        while await news.wait():
            news.clear()
            begun = time.perf_counter()
            try:
                await rep.pull()
                seen.hinted.append(1000 * (time.perf_counter() - begun))
            except (httpx.HTTPError, RuntimeError) as error:
                seen.failures.append(f"hinted: {type(error).__name__} {str(error)[:80]}")

    fetching = asyncio.create_task(fetch())
    try:
        async for _ in rep.hints():
            opened.set()  # The first says only where the log stands.
            if load.hinted:
                news.set()
    finally:
        fetching.cancel()


async def _pair(author: Rep, reader: Rep, end: float, seen: _Seen) -> None:
    """One writes every few seconds; the other fetches at each hint, until it has it."""
    news = asyncio.Event()

    async def listen() -> None:
        async for _ in reader.hints():
            news.set()

    listening = asyncio.create_task(listen())
    turn = 0
    while time.monotonic() < end:
        operations = author.edit(turn)
        begun = time.perf_counter()
        try:
            await author.push(operations)
            await asyncio.wait_for(_until_arrived(reader, news, operations[0].key), 30.0)
            seen.live.append(1000 * (time.perf_counter() - begun))
        except (httpx.HTTPError, RuntimeError, TimeoutError) as error:
            seen.failures.append(f"live: {type(error).__name__} {str(error)[:80]}")
        turn += 1
        await asyncio.sleep(_PAIR_SECONDS)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


async def _until_arrived(reader: Rep, news: asyncio.Event, key: tuple[str, int]) -> None:
    while True:
        await news.wait()
        news.clear()
        if any(operation.key == key for operation in await reader.pull()):
            return
