"""What asking a gate costs before a card moves: at most 5 ms each, on an encrypted replica.

A deal of the POC stages leaps from first contact to winning, so that everything on the way is
asked: fields, contacts, a visit, a follow-up and every tick of the check lists. Beside it, in the
same run, one plain count of related records: what asking anything of the database costs.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from crm_core.clock import system_clock
from crm_core.model.query import Op, Query, Test
from crm_core.permissions import Actor
from crm_core.rules.published import SHIPPED_SET
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.stage_plan import plan_of
from crm_core.rules.stocked.stages_shipped import TEMPLATES
from crm_core.store.replica import Replica, open_replica
from crm_core.store.ruling.stage_gates import Gates

DEALS, CHECKS = 20_000, 400
LIMIT_MS = 5.0
_AT_ONCE = 2_000
_KEY = b"k" * 32


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds a gate check; those of one plain count beside it."""

    median: float
    slowest: float
    """At the 99th percentile."""
    count: float


def measure(deals: int = DEALS, checks: int = CHECKS) -> Measured:
    """Fill a replica in a temporary folder and ask."""
    with tempfile.TemporaryDirectory() as name:
        replica = open_replica(Path(name, "r.db"), clock=system_clock(), key=_KEY)
        try:
            _fill(replica, deals)
            return _asked(replica, deals, checks)
        finally:
            replica.close()


def report(measured: Measured) -> list[str]:
    """Lines for a person."""
    within = "within" if measured.slowest <= LIMIT_MS else "BEYOND"
    return [
        f"gate check: median {measured.median:.2f} ms, 99 % below {measured.slowest:.2f} ms "
        f"({within} {LIMIT_MS:g} ms); one plain count {measured.count:.2f} ms"
    ]


def _fill(replica: Replica, deals: int) -> None:
    actor = Actor("bench", "admin")
    for first in range(0, deals, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, deals))
        with replica.write(actor) as (unit, _):
            customers = [{"name": f"测试医院{n:06d}", "kind": "organisation"} for n in numbers]
            ids = [f"c{n}" for n in numbers]
            unit.create_many("customer", customers, record_ids=ids)
            unit.create_many("contact", [{"name": f"主任{one}", "customer": one} for one in ids])
            rows = [{"name": f"商机{c}", "customer": c, "stage": "contact"} for c in ids]
            unit.create_many("opportunity", rows, record_ids=[f"d{n}" for n in numbers])
            ticks = [
                {"label": "报告", "stage": "poc", "item": "report", "opportunity": f"d{n}"}
                for n in numbers
            ]
            unit.create_many("checklist_item", ticks)


def _asked(replica: Replica, deals: int, checks: int) -> Measured:
    own = {one.id: one for one in TEMPLATES["saas"]}
    every = [*own.values(), *(one for one in SHIPPED_SET.documents if one.id not in own)]
    plan = plan_of(RuleSet(replace(one) for one in every), replica.registry)

    def count(query: Query, by: str) -> dict[str, int]:
        return {name: total.count for name, total in replica.totals(query, by=by).items()}

    gates = Gates(plan, count, replica.clock.now(), replica.find)
    times, plain = [], []
    for place in range(checks):
        number = place * deals // checks
        record = replica.record("opportunity", f"d{number}") or {}
        times.append(_milliseconds(partial(gates.lacking_to, "opportunity", record, "won")))
        query = Query("contact", Test("customer", Op.EQ, f"c{number}"))
        plain.append(_milliseconds(partial(replica.count, query)))
    return Measured(
        statistics.median(times), sorted(times)[int(len(times) * 0.99)], statistics.median(plain)
    )


def _milliseconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    print("\n".join(report(measure())))
