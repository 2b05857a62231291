"""Same-field conflicts a person can see: found while applying, listed in the inbox, closed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from crm_core.store import oplog
from crm_core.store.tables import Tables
from crm_core.sync.change import Operation, Verb


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two edits of one field whose authors had not seen each other's."""

    rid: int
    entity: str
    record: str
    field: str
    """Empty where an edit met a deletion."""
    winner: Operation
    loser: Operation
    found_at: str


def record(
    connection: Connection,
    tables: Tables,
    met: Sequence[tuple[Operation, str]],
    *,
    now: str,
) -> None:
    """Note that each operation met a write with the given stamp which its author had not seen."""
    for operation, other_stamp in met:
        other = _writer(connection, tables, operation, other_stamp)
        if other is None or other.actor == operation.actor:
            continue
        winner, loser = max(operation, other, key=_stamp), min(operation, other, key=_stamp)
        if winner.base < loser.hlc:  # Else it came out of order: the later author had seen it.
            _insert(connection, tables, winner, loser, operation.field, now=now)


def _insert(
    connection: Connection, tables: Tables, winner: Operation, loser: Operation, field: str,
    *, now: str,
) -> None:  # fmt: skip
    row = {
        "entity": loser.entity, "record": loser.id, "field": field,
        "winner": _key(winner), "loser": _key(loser),
    }  # fmt: skip
    table = tables.conflict
    same = [table.c[name] == row[name] for name in ("entity", "record", "field", "loser")]
    if connection.scalar(select(table.c.rid).where(*same)) is None:
        connection.execute(table.insert().values(**row, found_at=now))


def open_conflicts(connection: Connection, tables: Tables, *, actor: str = "") -> list[Conflict]:
    """What waits in the inbox, newest first; with `actor`, only where that person is a party."""
    table = tables.conflict
    rows = connection.execute(
        select(table).where(table.c.closed_at.is_(None)).order_by(table.c.rid.desc())
    ).all()
    keys = {_parse(key) for row in rows for key in (row.winner, row.loser)}
    operations = oplog.by_keys(connection, tables, keys)
    found: list[Conflict] = []
    for row in rows:
        winner, loser = operations.get(_parse(row.winner)), operations.get(_parse(row.loser))
        if winner is None or loser is None:
            continue
        if not actor or actor in (winner.actor, loser.actor):
            found.append(
                Conflict(row.rid, row.entity, row.record, row.field, winner, loser, row.found_at)
            )
    return found


def close(connection: Connection, tables: Tables, rid: int, *, now: str) -> None:
    """Take a conflict off the inbox; history keeps both versions."""
    table = tables.conflict
    connection.execute(table.update().where(table.c.rid == rid).values(closed_at=now))


def settle(connection: Connection, tables: Tables, entity: str, record_id: str) -> None:
    """Put winner and loser right after their stamps have moved; drop what is no conflict now."""
    table = tables.conflict
    rows = connection.execute(
        select(table).where(
            table.c.entity == entity, table.c.record == record_id, table.c.closed_at.is_(None)
        )
    ).all()
    keys = {_parse(key) for row in rows for key in (row.winner, row.loser)}
    operations = oplog.by_keys(connection, tables, keys)
    for row in rows:
        pair = [
            operations[key] for key in map(_parse, (row.winner, row.loser)) if key in operations
        ]
        loser, winner = min(pair, key=_stamp), max(pair, key=_stamp)
        seen = winner.base >= loser.hlc
        connection.execute(table.delete().where(table.c.rid == row.rid))
        if not seen:
            _insert(connection, tables, winner, loser, row.field, now=row.found_at)


def _stamp(operation: Operation) -> str:
    return operation.hlc


def _writer(
    connection: Connection, tables: Tables, operation: Operation, stamp: str
) -> Operation | None:
    log = tables.log
    statement = select(log).where(
        log.c.record == operation.id, log.c.entity == operation.entity, log.c.hlc == stamp
    )
    found = [o for _, o in oplog.select_operations(connection, statement)]
    same_field = [o for o in found if o.field == operation.field or o.verb is Verb.CREATE]
    return next(iter(same_field or found), None)


def _key(operation: Operation) -> str:
    return f"{operation.replica}:{operation.replica_seq}"


def _parse(key: str) -> tuple[str, int]:
    replica, _, sequence = key.rpartition(":")
    return replica, int(sequence)
