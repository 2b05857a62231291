"""Same-field conflicts a person can see: found while applying, listed in the inbox, closed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from crm_core.store import log_keys, oplog
from crm_core.store.records import chunks
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
    others = _writers(connection, tables, met)
    found: dict[tuple[str, str, str, str], dict[str, str]] = {}
    for operation, stamp in met:
        other = _other(others.get((operation.entity, operation.id, stamp), ()), operation)
        if other is None or other.replica == operation.replica:
            continue
        winner, loser = max(operation, other, key=_stamp), min(operation, other, key=_stamp)
        if winner.base < loser.hlc:  # Else it came out of order: the later author had seen it.
            row = _row(winner, loser, operation.field)
            found.setdefault((loser.entity, loser.id, operation.field, row["loser"]), row)
    _insert(connection, tables, list(found.values()), now=now)


def _row(winner: Operation, loser: Operation, field: str) -> dict[str, str]:
    return {
        "entity": loser.entity, "record": loser.id, "field": field,
        "winner": _key(winner), "loser": _key(loser),
    }  # fmt: skip


def _insert(
    connection: Connection, tables: Tables, rows: Sequence[dict[str, str]], *, now: str
) -> None:
    """Write conflicts down, each pair once."""
    table, known = tables.conflict, set[tuple[str, ...]]()
    names = ("entity", "record", "field", "loser")
    for part in chunks(sorted({row["record"] for row in rows})):
        columns = select(*(table.c[name] for name in names)).where(table.c.record.in_(part))
        known |= {tuple(row) for row in connection.execute(columns)}
    new = [row for row in rows if tuple(row[name] for name in names) not in known]
    if new:
        connection.execute(table.insert(), [row | {"found_at": now} for row in new])


def _writers(
    connection: Connection, tables: Tables, met: Sequence[tuple[Operation, str]]
) -> dict[tuple[str, str, str], list[Operation]]:
    """The operations that wrote those stamps, by (entity, record, stamp)."""
    records: dict[str, set[str]] = defaultdict(set)
    for operation, _ in met:
        records[operation.entity].add(operation.id)
    wanted = {(operation.entity, operation.id, stamp) for operation, stamp in met}
    found: dict[tuple[str, str, str], list[Operation]] = defaultdict(list)
    for entity, ids in records.items():
        for _, operation in oplog.of_records(connection, tables, entity, ids):
            place = (entity, operation.id, operation.hlc)
            if place in wanted:
                found[place].append(operation)
    return found


def _other(written: Sequence[Operation], operation: Operation) -> Operation | None:
    same_field = [o for o in written if o.field == operation.field or o.verb is Verb.CREATE]
    return next(iter(same_field or written), None)


def open_conflicts(connection: Connection, tables: Tables, *, actor: str = "") -> list[Conflict]:
    """What waits in the inbox, newest first; with `actor`, only where that person is a party."""
    table = tables.conflict
    rows = connection.execute(
        select(table).where(table.c.closed_at.is_(None)).order_by(table.c.rid.desc())
    ).all()
    keys = {_parse(key) for row in rows for key in (row.winner, row.loser)}
    operations = log_keys.by_keys(connection, tables, keys)
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
    operations = log_keys.by_keys(connection, tables, keys)
    for row in rows:
        pair = [
            operations[key] for key in map(_parse, (row.winner, row.loser)) if key in operations
        ]
        loser, winner = min(pair, key=_stamp), max(pair, key=_stamp)
        seen = winner.base >= loser.hlc
        connection.execute(table.delete().where(table.c.rid == row.rid))
        if not seen:
            again = [_row(winner, loser, row.field)]
            _insert(connection, tables, again, now=row.found_at)


def _stamp(operation: Operation) -> str:
    return operation.hlc


def _key(operation: Operation) -> str:
    return f"{operation.replica}:{operation.replica_seq}"


def _parse(key: str) -> tuple[str, int]:
    replica, _, sequence = key.rpartition(":")
    return replica, int(sequence)
