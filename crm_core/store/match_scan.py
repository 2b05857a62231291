"""Finding all doubles of one kind: the whole database once, then only what changed since.

Reads in pieces on the thread that asks, compares without holding any lock, and writes what it found
in one short transaction. What is filed while it runs is looked at next time.
"""

from collections.abc import Callable, Sequence
from functools import partial

from sqlalchemy import Connection, select

from crm_core.matching import filing
from crm_core.matching.columns import PARTS, Numbered
from crm_core.matching.scan import Prepared, clusters
from crm_core.model.schema import EntitySpec
from crm_core.store.indexes import match_clusters, match_index
from crm_core.store.indexes.match_clusters import Group
from crm_core.store.indexing import Indexing
from crm_core.store.reading.records import chunks
from crm_core.store.reading.rows import among, fetch
from crm_core.store.schema.tables import Tables

_AT_A_TIME = 5_000
_READING = 0.3
"""The share of the work that reading is."""
_SHARED_BY_FEW = 200
MANY = 20_000
"""Where more than so many changed since the last scan, all are looked at again."""

Report = Callable[[float], object]
Stopped = Callable[[], bool]


def file_all(replica: Indexing, *, stopped: Stopped) -> None:
    """What waits to be filed cannot be compared: file it first."""
    while not stopped() and replica.file_some(_AT_A_TIME):
        pass


def scan_all(replica: Indexing, entity: str, *, report: Report, stopped: Stopped) -> int | None:
    """Look at every record; how many groups there are, None where it was stopped: then what was
    kept before stays."""
    spec, tables = replica.registry.entity(entity), replica.tables
    file_all(replica, stopped=stopped)
    mark = replica.read(lambda c: match_index.last_filed(c, tables))
    recs = replica.read(
        lambda c: list(c.scalars(select(tables.of(entity).c.rid).order_by(tables.of(entity).c.rid)))
    )
    found = _grouped(replica, spec, recs, report=report, stopped=stopped)
    if found is None:
        return None
    replica.keep_groups(entity, found, mark=mark)
    return len(found)


def scan_changed(replica: Indexing, entity: str, *, report: Report, stopped: Stopped) -> int | None:
    """Look at what was filed since the last scan, with whoever shares a key with it and whom those
    were grouped with; the first time, or where it is very much, at everything."""
    spec, tables = replica.registry.entity(entity), replica.tables
    file_all(replica, stopped=stopped)

    def affected(connection: Connection) -> tuple[int, set[int]] | None:
        before = match_clusters.scanned(connection, tables, entity)
        if before is None:
            return None
        changed = match_clusters.changed_since(connection, tables, entity, before)
        if len(changed) > MANY:
            return None
        keys = [key for _, held in changed for key in held if match_index.brings_together(key)]
        near = match_clusters.sharing(connection, tables, entity, keys, most=_SHARED_BY_FEW)
        recs = match_clusters.mates(connection, tables, entity, {rec for rec, _ in changed} | near)
        return match_index.last_filed(connection, tables), recs

    seen = replica.read(affected)
    if seen is None:
        return scan_all(replica, entity, report=report, stopped=stopped)
    mark, recs = seen
    found = _grouped(replica, spec, sorted(recs), report=report, stopped=stopped) if recs else []
    if found is None:
        return None
    replica.keep_groups(entity, found, mark=mark, instead_of=recs)
    return len(found)


def _grouped(
    replica: Indexing, entity: EntitySpec, recs: Sequence[int], *, report: Report, stopped: Stopped
) -> list[Group] | None:
    """The groups among these records; None where it was stopped."""

    def go_on(share: float) -> None:
        if stopped():
            raise _Stopped
        report(share)

    try:
        places: list[int] = []
        ready: list[Prepared] = []
        for part in chunks(recs, _AT_A_TIME):
            go_on(_READING * len(places) / max(1, len(recs)))
            rows = replica.read(partial(_filed, replica.tables, entity.name, part))
            places += [rec for rec, _ in rows]
            ready.append(_prepared(rows))
        if not places:
            return []
        found = clusters(ready, progress=lambda share: go_on(_READING + (1 - _READING) * share))
        go_on(1.0)
    except _Stopped:
        return None
    return [
        Group(tuple(places[m] for m in one.members), one.probability, str(one.band))
        for one in found
    ]


class _Stopped(Exception):
    """Somebody asked to stop."""


_Filed = tuple[int, str]


def _filed(
    tables: Tables, entity: str, recs: Sequence[int], connection: Connection
) -> list[_Filed]:
    """Row id, and what it is compared by, of those of these records that are filed."""
    table, number = tables.match_filed, tables.words.find(connection, entity)
    rows = select(table.c.rec, table.c.parts).where(
        table.c.entity == number, among(connection, table.c.rec, recs)
    )
    return [(rec, parts) for rec, parts in fetch(connection, rows)]


def _prepared(rows: Sequence[_Filed]) -> Prepared:
    """Filed records made ready to be compared, without taking their names apart again."""
    columns = zip(*(filing.parts(parts) for _, parts in rows), strict=True)
    return Prepared(
        tuple(Numbered.of(texts) for texts in columns) if rows else (Numbered.of(()),) * len(PARTS),
        len(rows),
    )
