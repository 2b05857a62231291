"""Erasing: records taken out for good at once, whatever state they are in and whoever has them.

Purging waits until everybody has seen a deletion; this does not. Devices forget what was erased by
LEAVE at a position of the log, as with purging. Other records whose history was rewritten on the
occasion leave at that position too and come again, whole, with the next page (`services/pull`).
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, cast

from sqlalchemy import Connection, Select, bindparam, func, or_, select, text, tuple_

from crm_core.errors import SyncCode
from crm_core.store.changes import states
from crm_core.store.engines.engine import announce
from crm_core.store.indexes import indexer, match_index
from crm_core.store.log import acts, log_keys, oplog
from crm_core.store.reading.records import chunks
from crm_core.store.reading.rows import among, ask
from crm_core.store.schema.encoding import pack, unpack
from crm_core.store.schema.sort_keys import keyed_fields
from crm_core.store.schema.tables import Tables
from crm_core.sync.protocol import Ack

Target = tuple[str, str]
"""(entity, record id)"""
Place = tuple[str, str, str]
"""(entity, record id, field)"""
Rewrite = Callable[[str], str]
_READERS_MS = 1_000
"""So long readers are waited for before the journal is left for later."""


def take_out(connection: Connection, tables: Tables, targets: Collection[Target]) -> int:
    """Remove records, living or dead, with all that ever happened to them; the position of it.

    Their ids stay, those never heard of here included, so that nothing brings them back. Of the
    newest operation of a device only the shell stays, by which the device goes on counting. Needs
    the write lock.
    """
    position = oplog.end(connection, tables) + 1
    for entity, ids in _by_entity(targets).items():
        number = tables.words.number(connection, entity)
        for part in chunks(sorted(ids)):
            _take_out(connection, tables, entity, part)
            table = tables.purged  # Ids that were purged before are told once more.
            mine = (table.c.entity == number) & table.c.record.in_(part)
            connection.execute(table.delete().where(mine))
            fresh = [{"entity": number, "record": i, "position": position} for i in part]
            connection.execute(table.insert(), fresh)
    announce(connection, position)
    return position


def note(
    connection: Connection, tables: Tables, targets: Collection[Target], *,
    position: int, whole: bool,
) -> None:  # fmt: skip
    """Remember that these were erased at a position (`whole`), or only rewritten."""
    table = tables.erased
    for entity, ids in _by_entity(targets).items():
        number = tables.words.number(connection, entity)
        for part in chunks(sorted(ids)):
            mine = (table.c.entity == number) & table.c.record.in_(part)
            connection.execute(table.delete().where(mine))
            connection.execute(
                table.insert(),
                [{"entity": number, "record": i, "position": position, "whole": whole}
                 for i in part],
            )  # fmt: skip


def erased(connection: Connection, tables: Tables, targets: Iterable[Target]) -> set[Target]:
    """Those of these records that were erased."""
    table, found = tables.erased, set[Target]()
    for entity, ids in _by_entity(targets).items():
        number = tables.words.find(connection, entity)
        for part in chunks(sorted(ids)):
            rows = select(table.c.record).where(
                table.c.entity == number, table.c.record.in_(part), table.c.whole.is_(True)
            )
            found |= {(entity, record) for record in connection.scalars(rows)}
    return found


def position_of(connection: Connection, tables: Tables, targets: Collection[Target]) -> int | None:
    """The position by which one has heard that these were erased; None where they were not."""
    table, last = tables.erased, None
    for entity, ids in _by_entity(targets).items():
        number = tables.words.find(connection, entity)
        for part in chunks(sorted(ids)):
            mine = (table.c.entity == number) & table.c.record.in_(part)
            at = connection.scalar(select(func.max(table.c.position)).where(mine))
            last = max(last or 0, at) if at is not None else last
    return last


def next_rewritten(connection: Connection, tables: Tables, position: int) -> int | None:
    """The first position after this one at which records were rewritten."""
    table = tables.erased.c

    def make() -> Select[Any]:
        later = table.position > bindparam("after"), table.whole.is_(False)
        return select(func.min(table.position)).where(*later)

    [(found,)] = ask(connection, tables, ("next rewritten",), make, after=position)
    return cast("int | None", found)


def rewritten_at(connection: Connection, tables: Tables, position: int) -> set[Target]:
    """The records rewritten at a position: to be forgotten there, and then sent anew."""
    table, word = tables.erased.c, tables.words.text

    def make() -> Select[Any]:
        there = table.position == bindparam("at"), table.whole.is_(False)
        return select(table.entity, table.record).where(*there)

    rows = ask(connection, tables, ("rewritten",), make, at=position)
    return {(word(connection, entity), record) for entity, record in rows}


def rewrite(
    connection: Connection, tables: Tables, places: Iterable[Place], change: Rewrite
) -> set[Target]:
    """Put `change(text)` in the place of every value these text fields have and ever had; the
    records that are here and were touched."""
    touched: set[Target] = set()
    for entity, record, field in sorted(set(places)):
        table = tables.entities.get(entity)
        if table is None or field not in table.c:
            continue
        row = connection.execute(select(table).where(table.c.id == record)).one_or_none()
        if row is None:
            continue
        values: dict[str, Any] = {field: _changed(row._mapping[field], change)}
        if (key := keyed_fields(table).get(field)) is not None:
            values[key] = None
        connection.execute(table.update().where(table.c.rid == row.rid).values(values))
        _rewrite_log(connection, tables, entity, row.rid, field, change)
        touched.add((entity, record))
    for entity, ids in _by_entity(touched).items():
        table = tables.of(entity)
        recs = connection.scalars(select(table.c.rid).where(among(connection, table.c.id, ids)))
        match_index.anew(connection, tables, entity, list(recs))
    return touched


def forget_reasons(
    connection: Connection,
    tables: Tables,
    words: Collection[str],
    *,
    about: Collection[Target] | None = None,
) -> set[Target]:
    """Take the reason from every act whose reason says one of `words`, or of those acts that
    touched a record of `about`; the records that are here and were changed in such an act."""
    act, log, touched = tables.act, tables.log, set[Target]()
    said = [act.c.reason.contains(word, autoescape=True) for word in sorted(words)]
    if not said:
        return touched
    rows = connection.execute(select(act.c.replica, act.c.first).where(or_(*said)))
    found = {(row.replica, row.first) for row in rows}
    if about is not None:
        found &= _acts_of(connection, tables, about)
    for part in chunks(sorted(found)):
        mine = oplog.statement(tables).where(tuple_(log.c.replica, log.c.act).in_(part))
        placed = mine.where(log.c.rec.is_not(None))
        touched |= {(o.entity, o.id) for _, o in oplog.read(connection, tables, placed)}
        these = tuple_(act.c.replica, act.c.first).in_(part)
        connection.execute(act.update().where(these).values(reason=None))
    return touched


def empty(connection: Connection, tables: Tables, log_rids: Collection[int]) -> None:
    """Leave only the shell of operations: who, when, about which record; no value. Nor a reason,
    but where it is also that of something else."""
    log, act, gone = tables.log, tables.act, set(log_rids)
    of_act = (log.c.replica == act.c.replica) & (log.c.act == act.c.first)
    for part in chunks(sorted(gone)):
        shells = log.update().where(log.c.rid.in_(part))
        connection.execute(shells.values(value=None, before=None, prior=None))
        rows = select(log.c.replica, log.c.act).where(log.c.rid.in_(part)).distinct()
        its = tuple_(act.c.replica, act.c.first).in_([tuple(r) for r in connection.execute(rows)])
        others = select(log.c.rid).where(of_act, ~among(connection, log.c.rid, gone)).exists()
        connection.execute(act.update().where(its, ~others).values(reason=None))


def unsay(connection: Connection, tables: Tables, node: str, acks: Iterable[Ack]) -> None:
    """Of this device's own operations that were refused because somebody was erased, keep only
    that there were such: not what they said."""
    keys = [(node, a.replica_seq) for a in acks if a.refused is SyncCode.RECORD_ERASED]
    rids = log_keys.rids_of(connection, tables, keys)
    if rids:
        empty(connection, tables, rids.values())
        indexer.scrub(connection, tables)


def overwrite_free_space(connection: Connection) -> bool:
    """Let nothing of what was removed stay in the database's files; whether the journal is clean.

    SQLite rewrites its file and empties its journal, which a long read in another process may
    prevent for the moment. PostgreSQL clears what no transaction sees (its WAL is its own).
    `connection` is in no transaction.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(text("VACUUM"))
        return True
    raw = connection.connection.cursor()
    raw.execute("VACUUM")
    patience = raw.execute("PRAGMA busy_timeout").fetchone()[0]
    raw.execute(f"PRAGMA busy_timeout = {_READERS_MS}")
    try:
        busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        raw.execute(f"PRAGMA busy_timeout = {patience}")
    return not busy


# -- inside ------------------------------------------------------------------------------------


def _by_entity(targets: Iterable[Target]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for entity, record in targets:
        found[entity].add(record)
    return dict(sorted(found.items()))


def _take_out(connection: Connection, tables: Tables, entity: str, ids: Sequence[str]) -> None:
    log, pending, conflict = tables.log, tables.pending, tables.conflict
    about = oplog.on_record(connection, tables, entity, ids)
    rids = set(connection.scalars(select(log.c.rid).where(about)))
    shells = _newest(connection, tables, rids)
    acts.strike(connection, tables, sorted(rids - shells))
    if entity in tables.entities:
        states.take_out(connection, tables, entity, ids)
    empty(connection, tables, shells)
    for table in (pending, conflict):
        connection.execute(table.delete().where(table.c.entity == entity, table.c.record.in_(ids)))


def _acts_of(
    connection: Connection, tables: Tables, targets: Collection[Target]
) -> set[tuple[int, int]]:
    """The acts in which something of these records was changed: (replica, first number)."""
    log, found = tables.log, set[tuple[int, int]]()
    for entity, ids in _by_entity(targets).items():
        for part in chunks(sorted(ids)):
            mine = oplog.on_record(connection, tables, entity, part)
            rows = connection.execute(select(log.c.replica, log.c.act).where(mine).distinct())
            found |= {(row.replica, row.act) for row in rows}
    return found


def _newest(connection: Connection, tables: Tables, rids: Collection[int]) -> set[int]:
    """Those of these log rows that are the last of their device."""
    log, replicas = tables.log, set[int]()
    for part in chunks(sorted(rids)):
        rows = select(log.c.replica).where(log.c.rid.in_(part)).distinct()
        replicas.update(connection.scalars(rows))
    found: set[int] = set()
    for replica in sorted(replicas):
        last = select(log.c.rid).where(log.c.replica == replica).order_by(log.c.seq.desc())
        found.update(connection.scalars(last.limit(1)))
    return found & set(rids)


def _rewrite_log(
    connection: Connection, tables: Tables, entity: str, rec: int, field: str, change: Rewrite
) -> None:
    log = tables.log
    number, name = tables.words.find(connection, entity), tables.words.find(connection, field)
    about = (log.c.entity == number) & (log.c.rec == rec)
    columns = select(log.c.rid, log.c.verb, log.c.value, log.c.before, log.c.prior)
    of_field = or_(log.c.field == name, log.c.field.is_(None) & log.c.value.is_not(None))
    for row in connection.execute(columns.where(about, of_field)).all():
        prior = None if row.prior is None else pack(_changed(unpack(row.prior), change))
        value = row.value
        if isinstance(value, dict):
            value = {k: _changed(v, change) if k == field else v for k, v in value.items()}
        else:
            value = _changed(value, change)
        fresh = {"value": value, "before": _changed(row.before, change), "prior": prior}
        connection.execute(log.update().where(log.c.rid == row.rid).values(fresh))


def _changed(value: Any, change: Rewrite) -> Any:
    return change(value) if isinstance(value, str) else value
