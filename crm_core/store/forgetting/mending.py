"""Having records anew, where what is here is not what the server says (design rule 11).

Unlike `changelog.wipe`, which takes away a record that is whole, this trusts nothing that is here:
a row may be gone while its log and stamps are not.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import Connection, select

from crm_core.model.schema import Registry
from crm_core.store.changes import changelog
from crm_core.store.changes.changelog import Applied
from crm_core.store.indexes import fact_marks, indexer, match_index
from crm_core.store.log import acts, log_keys
from crm_core.store.reading.records import chunks
from crm_core.store.schema.tables import Tables
from crm_core.sync.change import Operation


def mend(
    connection: Connection,
    tables: Tables,
    registry: Registry,
    operations: Sequence[Operation],
    *,
    leave: Collection[tuple[str, str]],
    now: str,
) -> Applied:
    """Replace records by everything that ever happened to them; those of `leave` go.

    What waits in the outbox stays, and is folded in again.
    """
    _forget(connection, tables, operations)
    changelog.wipe(connection, tables, {*leave, *((o.entity, o.id) for o in operations)})
    applied = changelog.apply(connection, tables, registry, operations, now=now)
    for entity, record_id in leave:
        applied.changed[entity].add(record_id)
    indexer.scrub(connection, tables)
    return applied


def _forget(connection: Connection, tables: Tables, operations: Sequence[Operation]) -> None:
    """Strike these operations off the log, wherever it says they belong, but for the outbox's."""
    log, outbox = tables.log, tables.outbox
    kept = set(connection.scalars(select(outbox.c.log_rid)))
    known = log_keys.rids_of(connection, tables, {o.key for o in operations})
    gone = sorted(set(known.values()) - kept)
    about: dict[int, set[int]] = defaultdict(set)
    for part in chunks(gone):
        rows = select(log.c.entity, log.c.rec).where(log.c.rid.in_(part), log.c.rec.is_not(None))
        for number, rec in connection.execute(rows):
            about[number].add(rec)
    acts.strike(connection, tables, gone)
    for number, recs in about.items():
        _forget_orphans(connection, tables, number, recs)


def _forget_orphans(
    connection: Connection, tables: Tables, number: int, recs: Collection[int]
) -> None:
    """What else refers to rows that are not there: another record may get their numbers."""
    entity, clock = tables.words.text(connection, number), tables.clock
    table = tables.of(entity)
    for part in chunks(sorted(recs)):
        there = set(connection.scalars(select(table.c.rid).where(table.c.rid.in_(part))))
        orphans = sorted(set(part) - there)
        connection.execute(clock.delete().where(clock.c.entity == number, clock.c.rec.in_(orphans)))
        indexer.forget(connection, tables, entity, orphans)
        match_index.forget(connection, tables, entity, orphans)
        fact_marks.forget(connection, tables, entity, orphans)
