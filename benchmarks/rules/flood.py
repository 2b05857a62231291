"""A hundred leads a second at four server processes on PostgreSQL: owner decided within 3 s.

Each lead is a push of its own over HTTP by one of many devices, sent when its time has come whether
or not others are late, so that a server that falls behind shows. A lead's seconds run from the
moment it should have been sent to the moment another connection to the database reads its owner.
What everybody's processor time was is printed beside it: all of this shares one machine.
"""

import asyncio
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.rules.flooding import Flooded, flooded
from benchmarks.rules.server import closing_server, publish
from benchmarks.sync.company import found_company
from benchmarks.sync.database import private_postgres
from benchmarks.sync.figures import Figure, quantile
from benchmarks.sync.processor import Processor
from benchmarks.sync.serving import serving
from crm_core.model.query import Query
from crm_core.rules.routing import GIVEN
from sync_server.services.server import Server

RATE, SECONDS, PROCESSES, DEVICES, LIMIT_SECONDS = 100, 20, 4, 200, 3.0


@dataclass(frozen=True, slots=True)
class _Left:
    """What the database holds afterwards."""

    without: int
    """Leads that nobody got."""
    acts: int
    """Transactions in which leads were given out."""


def figures(*, rate: int = RATE, seconds: int = SECONDS) -> Iterator[Figure]:
    """Seconds from a lead's moment to its owner, and who spent how much on it."""
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
                used = Processor(process.pid, database)
                met = asyncio.run(
                    flooded(company.managers, process.url, database, used, rate, seconds)
                )
            with closing_server(company) as server:
                left = _left(server)
    yield from _said(met, used, left, f"{rate} leads a second for {seconds} s", rate * seconds)


def _left(server: Server) -> _Left:
    leads = server.replica.find(Query("lead"))
    act = server.replica.tables.act.c
    with server.reading() as connection:
        acts = connection.scalar(select(func.count()).where(act.reason == GIVEN)) or 0
    return _Left(sum(one["owner"] is None for one in leads), acts)


def _said(met: Flooded, used: Processor, left: _Left, label: str, sent: int) -> Iterator[Figure]:
    label = f"{label}, {PROCESSES} processes"
    p99 = quantile(met.decided, 0.99)
    yield Figure(f"{label}: lead sent → owner readable, p50", quantile(met.decided, 0.5), "s")
    yield Figure(f"{label}: lead sent → owner readable, p99", p99, "s", target=LIMIT_SECONDS)
    yield Figure("… acknowledged, p99", quantile(met.acknowledged, 0.99), "s")
    note = f"offered {sent / met.offered_seconds:.0f}"
    yield Figure("… leads with an owner a second", len(met.decided) / met.seconds, "", note=note)
    yield Figure("… without an owner", left.without + sent - len(met.decided), "", target=0)
    yield Figure("… leads in one transaction", sent / max(1, left.acts), "", note="on average")
    for who, spent in used.spent().items():
        share = f"{spent / met.seconds:.2f} of {used.cores} cores"
        yield Figure(f"… processor a lead: {who}", 1000 * spent / sent, "ms", note=share)
