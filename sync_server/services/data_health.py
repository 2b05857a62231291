"""The check of the whole organisation's data: once a month by itself, or at the command line.

What is kept is a snapshot of counts (entity `health_snapshot`, one a month); which records they
were is worked out again where somebody looks, by their own rights (row 5.7).
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from crm_core.clock import CHINA
from crm_core.errors import KnownError
from crm_core.insight.data_health import Look, Result, Surroundings, counts_text, score
from crm_core.insight.health_checks import checks
from crm_core.model.query import All, Query
from crm_core.model.values import display
from crm_core.rules.required import ENTITY, requirements
from crm_core.store.reading.records import chunks
from crm_core.store.reports import data_health
from crm_core.store.reports.data_health import Inspection
from crm_core.store.reports.health_book import MOST_ROWS, write_book
from sync_server.services.audit import SERVER_ACTOR
from sync_server.services.server import Server

SNAPSHOT = "health_snapshot"
_AT_ONCE = 500
log = logging.getLogger("log.server")


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check came to."""

    results: tuple[Result, ...]
    points: int
    month: str


def check(server: Server) -> Checked:
    """Look at everything now; writes nothing."""
    replica = server.replica
    around = Surroundings(
        replica.find(Query("user")),
        replica.find(Query("territory")),
        data_health.gaps_of(requirements(replica.find(Query(ENTITY)))),
    )
    wanted, now = Inspection(checks(around)), server.clock.now()
    with server.reading() as connection:
        results = data_health.inspect(
            connection, replica.tables, replica.registry, wanted, now, lambda _share: None
        )
    month = now.astimezone(CHINA).strftime("%Y-%m")
    return Checked(tuple(results), score(results), month)


def keep(server: Server, found: Checked) -> None:
    """Write the month's snapshot, or bring it up to date; leaders' devices show it as the trend."""
    values = {
        "month": found.month, "taken_at": server.clock.iso(), "score": found.points,
        "counts": counts_text(found.results),
    }  # fmt: skip
    record_id = f"health-{found.month}"
    with server.replica.write(SERVER_ACTOR, "数据体检") as (unit, committed):
        if unit.record(SNAPSHOT, record_id) is None:
            unit.create(SNAPSHOT, values, record_id=record_id)
        else:
            unit.change(SNAPSHOT, record_id, values)
    if committed.changed:
        log.info("data check of %s: score %d", found.month, found.points)


def monthly(server: Server) -> Checked | None:
    """Check where this month has no snapshot yet; None where it has."""
    month = server.clock.now().astimezone(CHINA).strftime("%Y-%m")
    if server.replica.record(SNAPSHOT, f"health-{month}") is not None:
        return None
    found = check(server)
    # Of several processes the first one keeps it.
    with suppress(KnownError):
        keep(server, found)
    return found


def export(server: Server, found: Checked, path: Path, language: str) -> int:
    """Write the workbook; how many records are in it."""
    part = path.with_name(f".{path.name}.part")
    try:
        number = write_book(
            part, found.results, points=found.points, language=language,
            rows=lambda one: _rows(server, one, language),
        )  # fmt: skip
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return number


def _rows(server: Server, one: Result, language: str) -> Iterator[Sequence[str]]:
    replica, checked = server.replica, one.check
    entity = replica.registry.entity(checked.entity)
    named = dict.fromkeys((entity.title, *checked.fields, entity.owner))
    specs = [spec for name in named if (spec := entity.find(name)) is not None]
    yield ["ID", *(spec.label.text(language) for spec in specs)]
    for ids in chunks(ids_of(server, one), _AT_ONCE):
        records = replica.by_ids(checked.entity, ids)
        owners = {str(r.get(entity.owner)) for r in records.values() if r.get(entity.owner)}
        people = replica.titles("user", sorted(owners))
        for record in (records[i] for i in ids if i in records):
            cells = [display(spec, record.get(spec.name), language) for spec in specs]
            if specs and specs[-1].name == entity.owner:
                cells[-1] = people.get(str(record.get(entity.owner)), cells[-1])
            yield [str(record["id"]), *cells]


def ids_of(server: Server, one: Result) -> list[str]:
    """The records a check found, as many as a workbook shows."""
    if one.check.look is not Look.CONDITION:
        return list(one.ids)
    query = Query(one.check.entity, All((one.check.among, one.check.where)), limit=MOST_ROWS)
    return server.replica.ids_at(one.check.entity, server.replica.row_ids(query))
