"""What is here after the server was put back to a backup: it may have forgotten part of it.

Everything is in doubt then, until the server has told all it knows from the beginning. A record is
had anew at the first page that speaks of it, as a new device would have it; what no page speaks of
goes, and comes back when its author's own laptop has sent it again. Own work stays: it waits in the
outbox. The list of doubts changes in the transactions of the pages, so that it survives any kill.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from enum import Enum, auto

from sqlalchemy import ColumnElement, Connection, literal, select

from crm_core.model.schema import Registry
from crm_core.store.changes import changelog, outbox
from crm_core.store.changes.batch import Target
from crm_core.store.changes.changelog import Applied
from crm_core.store.engines import meta
from crm_core.store.indexes import indexer
from crm_core.store.reading.records import chunks
from crm_core.store.schema.tables import Tables
from crm_core.sync.change import Operation


class Part(Enum):
    """What operations received together are part of."""

    NEWS = auto()
    """What has happened since the last ones."""
    FILL = auto()
    """All that ever happened; there is more to come."""
    END_OF_FILL = auto()


def begin(connection: Connection, tables: Tables, node: str, lineage: str) -> int:
    """Send all own work again and read everything from the beginning; how much is sent again."""
    again = outbox.requeue(connection, tables, node)
    doubt, log = tables.doubt, tables.log
    connection.execute(doubt.delete())
    for name, table in tables.entities.items():
        here = select(literal(tables.words.number(connection, name)), table.c.id)
        connection.execute(doubt.insert().from_select(["entity", "record"], here))
    known = select(doubt.c.record).where(doubt.c.entity == log.c.entity)
    unplaced = select(log.c.entity, log.c.record).where(
        log.c.record.is_not(None), log.c.record.not_in(known)
    )
    connection.execute(doubt.insert().from_select(["entity", "record"], unplaced.distinct()))
    for key, value in {"cursor": 0, "lineage": lineage, "filling": True}.items():
        meta.put(connection, tables, key, value)
    return again


def meet(
    connection: Connection,
    tables: Tables,
    registry: Registry,
    operations: Sequence[Operation],
    *,
    node: str,
    now: str,
) -> None:
    """The server speaks of these records: all but this device's own work makes way for it."""
    doubt, met = tables.doubt, set[Target]()
    if connection.scalar(select(doubt.c.record).limit(1)) is None:
        return
    by_entity: dict[str, set[str]] = defaultdict(set)
    for operation in operations:
        by_entity[operation.entity].add(operation.id)
    for entity, ids in by_entity.items():
        number = tables.words.find(connection, entity)
        for part in chunks(sorted(ids)):
            here = (doubt.c.entity == number) & doubt.c.record.in_(part)
            met |= {(entity, record) for record in _taken(connection, tables, here)}
    dealt_with = _dealt_with(connection, tables, met)
    changelog.wipe(connection, tables, met, but_of=node)
    if dealt_with:
        connection.execute(tables.conflict.insert(), dealt_with)
    changelog.replay_pending(connection, tables, registry, now=now, only=met)


def end(connection: Connection, tables: Tables, registry: Registry, *, now: str) -> Applied:
    """The server has told everything: what is still in doubt goes, unless it is unsent work."""
    doubt, applied = tables.doubt, Applied()
    rows = connection.execute(select(doubt.c.entity, doubt.c.record)).all()
    gone = [(tables.words.text(connection, number), record) for number, record in rows]
    connection.execute(doubt.delete())
    changelog.wipe(connection, tables, gone)
    for entity, record in gone:
        applied.changed[entity].add(record)
    applied.extend(changelog.replay_pending(connection, tables, registry, now=now))
    if gone:
        indexer.scrub(connection, tables)
    return applied


def _taken(connection: Connection, tables: Tables, here: ColumnElement[bool]) -> Sequence[str]:
    """Strike doubts off the list; the records they were about."""
    records = connection.scalars(select(tables.doubt.c.record).where(here)).all()
    connection.execute(tables.doubt.delete().where(here))
    return records


def _dealt_with(
    connection: Connection, tables: Tables, targets: Collection[Target]
) -> list[dict[str, object]]:
    """The conflicts about these records that somebody has closed: not to be brought up again."""
    conflict, found = tables.conflict, list[dict[str, object]]()
    for part in chunks(sorted({record for _, record in targets})):
        about, closed = conflict.c.record.in_(part), conflict.c.closed_at.is_not(None)
        rows = connection.execute(select(conflict).where(about, closed)).mappings()
        found += [dict(row) for row in rows if (row["entity"], row["record"]) in targets]
    return found
