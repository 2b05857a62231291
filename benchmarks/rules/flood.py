"""A hundred leads a second at four server processes on PostgreSQL: owner decided within 3 s.

Each lead is a push of its own over HTTP by one of many devices. Its owner is decided in the
transaction that acknowledges it, so it counts from the moment it should have been sent to the
acknowledgement; afterwards every lead is read back and must have an owner.
"""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from benchmarks.rules.server import closing_server, publish
from benchmarks.sync.company import found_company
from benchmarks.sync.database import private_postgres
from benchmarks.sync.figures import Figure, quantile
from benchmarks.sync.rep import Rep, new_id_of
from benchmarks.sync.serving import serving
from crm_core.clock import ZERO_STAMP, iso_moment
from crm_core.model.query import Query
from crm_core.model.values import Value
from crm_core.sync.change import Operation, Verb

RATE, SECONDS, PROCESSES, DEVICES, LIMIT_SECONDS = 100, 10, 4, 50, 3.0


def figures(*, rate: int = RATE, seconds: int = SECONDS) -> Iterator[Figure]:
    """Seconds from a lead's moment to its owner."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with private_postgres(folder / "postgres") as database:
            company = found_company(
                folder / "server", records=10, managers=DEVICES, reps=8, database=database
            )
            with closing_server(company) as server:
                publish(server, [])
            root = company.folder.root
            with serving(root, database=database, processes=PROCESSES) as process:
                took = asyncio.run(_flood(company.managers, process.url, rate, seconds))
            with closing_server(company) as server:
                leads = server.replica.find(Query("lead"))
    owned = sum(one["owner"] is not None for one in leads)
    label = f"{rate} leads a second for {seconds} s, {PROCESSES} processes"
    yield Figure(f"{label}: owner decided, p50", quantile(took, 0.5), "s")
    note = f"{owned:,} of {len(took):,} have an owner"
    yield Figure(
        f"{label}: owner decided, p99", quantile(took, 0.99), "s", target=LIMIT_SECONDS, note=note
    )
    yield Figure(f"{label}: without an owner", rate * seconds - owned, "", target=0)


async def _flood(logins: tuple[str, ...], url: str, rate: int, seconds: int) -> list[float]:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(base_url=url, limits=limits, timeout=120, trust_env=False) as http:
        reps = [Rep(http, login) for login in logins]
        for rep in reps:
            await rep.sign_in()
        began = time.monotonic() + 0.5
        turns = [asyncio.Lock() for _ in reps]
        sending = (
            _send(reps[n % len(reps)], turns[n % len(reps)], began + n / rate, n)
            for n in range(rate * seconds)
        )
        return list(await asyncio.gather(*sending))


async def _send(rep: Rep, turn: asyncio.Lock, due: float, number: int) -> float:
    await asyncio.sleep(max(0.0, due - time.monotonic()))
    async with turn:  # A device sends one batch after the other.
        rep.sequence += 1
        values: dict[str, Value] = {
            "name": f"线索{number}", "stage": "captured", "source": "抖音直播",
            "phone": f"139{number:08d}", "received_at": iso_moment(rep.clock.clock.now()),
        }  # fmt: skip
        lead = Operation(
            replica=rep.clock.node, replica_seq=rep.sequence, entity="lead", id=new_id_of(rep),
            verb=Verb.CREATE, field="", value=values, before=None, hlc=rep.clock.tick(),
            base=ZERO_STAMP, group=new_id_of(rep), actor=rep.user_id,
        )  # fmt: skip
        await rep.push([lead])
    return time.monotonic() - due
