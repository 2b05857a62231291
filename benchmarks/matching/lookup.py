"""Is this new one there already? How quickly and how well, in an encrypted replica of many.

`lookup` keeps back some records as the ones that are typed in: half of them of customers who are
there under other records, half of customers who are not there at all. The rest lies in a replica
as a first fill leaves it, filed by the product's own means, and each is asked for by the very call
that the form makes.
"""

import os
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from crm_core.clock import make_stamp, stamp_ticks, system_clock
from crm_core.model.values import Value
from crm_core.permissions import Actor
from crm_core.store.engines.engine import writing
from crm_core.store.indexes import match_index
from crm_core.store.indexes.likely import LEAST, Asked, Likely
from crm_core.store.reading import rows
from crm_core.store.reading.records import chunks
from crm_core.store.replica import Replica, open_replica

ASKED = 8_000
"""Of a thousand each the share is off by 0.007 in one of three runs, of four thousand by 0.003."""
OTHERS = "00000000000000b2"
FIELDS = {
    "name": "name", "phone": "phone", "email": "email", "city": "city", "address": "address",
    "uscc": "uscc", "x_tel": "tel", "x_contact": "contact",
}  # fmt: skip
"""Where the columns of the sample stand; the last two are fields of the company's own."""
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured."""

    records: int
    asked: int
    filed_seconds: float
    index_bytes: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    worst_ms: float
    work_p99_ms: float
    """Of the processor alone: what p99 is on a machine that does nothing else."""
    hit: float
    """Of those who are there: how many were the first answer."""
    missed: float
    """Of those who are there: how many had no answer at all."""
    false_alarm: float
    """Of those who are not there: how many had an answer."""


def lookup(
    given: Sequence[Row],
    truth: Mapping[str, str],
    *,
    asked: int = ASKED,
    say: Callable[[str], object] = lambda _: None,
) -> Figures:
    """Figures for these records; `truth` says which customer each is of."""
    there, gone = _kept_back(given, truth, asked)
    away = {row["id"] for row in (*there, *gone)}
    with tempfile.TemporaryDirectory(prefix="suixing-bench-") as folder:
        path = Path(folder, "replica.db")
        replica = open_replica(path, clock=system_clock(), key=os.urandom(32), keeps_outbox=True)
        try:
            _fill(replica, [row for row in given if row["id"] not in away])
            before, begun = path.stat().st_size, time.perf_counter()
            while replica.file_some(5_000):
                pass
            filed = time.perf_counter() - begun
            say(f"filed {len(given) - len(away):,} in {filed:.1f} s")
            return _measured(replica, there, gone, truth, filed, path.stat().st_size - before)
        finally:
            replica.close()


def _kept_back(
    given: Sequence[Row], truth: Mapping[str, str], asked: int
) -> tuple[list[Row], list[Row]]:
    """Records whose customer has others, one a customer; all records of some other customers."""
    of: dict[str, list[Row]] = defaultdict(list)
    for row in given:
        of[truth[row["id"]]].append(row)
    customers, choose = sorted(of), random.Random(7)
    choose.shuffle(customers)
    several = [name for name in customers if len(of[name]) > 1][: asked // 2]
    others = [name for name in customers if name not in set(several)][: asked // 2]
    return [choose.choice(of[name]) for name in several], [r for name in others for r in of[name]]


def _values(row: Row) -> dict[str, Value]:
    return {field: row[column] for field, column in FIELDS.items() if row.get(column)}


def _fill(replica: Replica, given: Sequence[Row]) -> None:
    me = Actor("bench", "admin")
    with replica.write(me) as (unit, _):
        for name, kind, label in (("x_tel", "phone", "座机"), ("x_contact", "text", "联系人")):
            own = {"entity": "customer", "name": name, "value_kind": kind, "label": label}
            unit.create("custom_field", own)
    table, rids = replica.tables.of("customer"), count(1)
    columns = ("rid", "id", "alive", "created_at", "created_by", *FIELDS)
    ordered = [column.name for column in table.columns if column.name in columns]
    with writing(replica.engine) as connection:
        author = replica.tables.words.number(connection, OTHERS)
        at = stamp_ticks(make_stamp(replica.clock.millis(), 0, OTHERS))
        for part in chunks(given, 20_000):
            lines = []
            for row in part:
                rid = next(rids)
                head = {"rid": rid, "id": row["id"], "alive": 1, "created_at": at + rid}
                values = {**head, "created_by": author, **_values(row)}
                lines.append(tuple(values.get(name) for name in ordered))
            rows.insert(connection, replica.tables, table, lines, columns=ordered)
        match_index.mark_everything(connection, replica.tables)
    replica.tables.words.keep_new()


def _measured(
    replica: Replica,
    there: Sequence[Row],
    gone: Sequence[Row],
    truth: Mapping[str, str],
    filed: float,
    size: int,
) -> Figures:
    hits = missed = alarms = 0
    spent: list[float] = []
    worked: list[float] = []

    def ask(row: Row) -> list[Likely]:
        begun, work = time.perf_counter(), time.thread_time()
        found = replica.likely(Asked("customer", _values(row), least=LEAST))
        worked.append((time.thread_time() - work) * 1000)
        spent.append((time.perf_counter() - begun) * 1000)
        # One that only has the same number is told of as well, but not taken for the same customer.
        return [one for one in found.likely if one.likeness.probability >= LEAST]

    for row in there[:50]:  # The first ones open the file and load what reads names.
        ask(row)
    spent.clear()
    worked.clear()
    for row in there:
        found = ask(row)
        missed += not found
        hits += bool(found) and truth[found[0].id] == truth[row["id"]]
    for row in gone:
        alarms += bool(ask(row))
    spent.sort()
    worked.sort()
    return Figures(
        records=len(truth) - len(there) - len(gone), asked=len(spent), filed_seconds=filed,
        index_bytes=size, p50_ms=spent[len(spent) // 2], p95_ms=spent[int(len(spent) * 0.95)],
        p99_ms=spent[int(len(spent) * 0.99)], worst_ms=spent[-1],
        work_p99_ms=worked[int(len(worked) * 0.99)], hit=hits / max(1, len(there)),
        missed=missed / max(1, len(there)), false_alarm=alarms / max(1, len(gone)),
    )  # fmt: skip
