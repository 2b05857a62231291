"""Same-field conflicts a person can see: found while applying, listed in the inbox, closed."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from crm_core.clock import ZERO_STAMP, stamp_from_ticks, stamp_ticks
from crm_core.store.log import log_keys, oplog
from crm_core.store.log.oplog import Target
from crm_core.store.reading.rows import as_list, ask, insert, listed
from crm_core.store.schema.tables import Tables
from crm_core.sync.change import CREATE, Operation


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
    beside: Sequence[Operation],
    recs: Mapping[Target, int],
    now: str,
) -> None:
    """Note that each operation met a write with the given stamp which its author had not seen.

    `beside` came with them and is in the log by now; `recs` are the row ids of the records.
    """
    others = _writers(connection, tables, met, beside, recs)
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for operation, stamp in met:
        other = _other(others.get((operation.entity, operation.id, stamp), ()), operation)
        if other is None or other.replica == operation.replica:
            continue
        later = operation.hlc > other.hlc
        winner, loser = (operation, other) if later else (other, operation)
        if winner.base < loser.hlc:  # Else it came out of order: the later author had seen it.
            row = _row(winner, loser, operation.field)
            found.setdefault((*row[:3], row[4]), row)
    _insert(connection, tables, list(found.values()), now=now)


_COLUMNS = ("entity", "record", "field", "winner", "loser", "found_at")


def _row(winner: Operation, loser: Operation, field: str) -> tuple[str, str, str, str, str]:
    """What `_COLUMNS` say of a conflict, but for the moment."""
    return loser.entity, loser.id, field, _key(winner), _key(loser)


def _insert(
    connection: Connection, tables: Tables, rows: Sequence[tuple[str, ...]], *, now: str
) -> None:
    """Write conflicts down, each pair once."""
    written = [(*row, now) for row in rows]
    insert(connection, tables, tables.conflict, written, columns=_COLUMNS, keep=True)


def _writers(
    connection: Connection,
    tables: Tables,
    met: Sequence[tuple[Operation, str]],
    beside: Sequence[Operation],
    recs: Mapping[Target, int],
) -> dict[tuple[str, str, str], list[Operation]]:
    """The operations that wrote those stamps, by (entity, record, stamp)."""
    wanted = {(operation.entity, operation.id, stamp) for operation, stamp in met}
    found: dict[tuple[str, str, str], list[Operation]] = defaultdict(list)
    moments = {stamp for _, stamp in met}
    for operation in beside:
        if operation.hlc in moments:
            place = (operation.entity, operation.id, operation.hlc)
            if place in wanted:
                found[place].append(operation)
    lacking: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for entity, record_id, stamp in wanted - found.keys():
        rec = recs.get((entity, record_id))
        if rec is not None:
            lacking[entity].append((rec, record_id, stamp))
    for entity, places in lacking.items():
        ids = {rec: record_id for rec, record_id, _ in places}
        for operation in _written(connection, tables, entity, ids, [one[2] for one in places]):
            place = (entity, operation.id, operation.hlc)
            if place in wanted:
                found[place].append(operation)
    return found


def _written(
    connection: Connection,
    tables: Tables,
    entity: str,
    ids: Mapping[int, str],
    stamps: Collection[str],
) -> Iterator[Operation]:
    """What was written to these records of an entity (row id → id) at these moments, in log order:
    who wrote, when, which field and upon what, but not the values. A popular record has a long
    history."""
    log = tables.log.c

    def make() -> Select[Any]:
        about = listed(connection, log.rec, "recs"), log.entity == bindparam("number")
        columns = (log.replica, log.seq, log.verb, log.field, log.at, log.base_at, log.base_by)
        asked = select(log.rec, *columns).where(*about, listed(connection, log.at, "moments"))
        return asked.order_by(log.rid)

    word, moments = tables.words.texts(connection), sorted(map(stamp_ticks, stamps))
    rows = ask(
        connection, tables, ("written at",), make, recs=as_list(connection, sorted(ids)),
        moments=as_list(connection, moments), number=tables.words.find(connection, entity),
    )  # fmt: skip
    for rec, by, seq, verb, field, at, base_at, base_by in rows:
        yield Operation(
            replica=word[by], replica_seq=seq, entity=entity, id=ids[rec],
            verb=oplog.verb_of(verb), field="" if field is None else word[field], value=None,
            before=None, hlc=stamp_from_ticks(at, word[by]),
            base=ZERO_STAMP if base_at is None else stamp_from_ticks(base_at, word[base_by]),
            group="", actor="",
        )  # fmt: skip


def _other(written: Sequence[Operation], operation: Operation) -> Operation | None:
    for one in written:
        if one.field == operation.field or one.verb is CREATE:
            return one
    return next(iter(written), None)


def open_conflicts(
    connection: Connection, tables: Tables, *, actor: str = "", limit: int | None = None
) -> list[Conflict]:
    """What waits in the inbox, newest first, the newest `limit` of it; with `actor`, of these only
    where that person is a party."""
    table = tables.conflict
    waiting = select(table).where(table.c.closed_at.is_(None)).order_by(table.c.rid.desc())
    rows = connection.execute(waiting.limit(limit)).all()
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


def newer(connection: Connection, tables: Tables, rid: int) -> tuple[int, int]:
    """How many wait in the inbox that were found after the one numbered `rid`, and the newest of
    all numbers. Nothing is read of what they are about: a busy week leaves thousands."""
    table = tables.conflict.c

    def make() -> Select[Any]:
        after = (table.rid > bindparam("seen")) & table.closed_at.is_(None)
        many = select(func.count()).where(after).scalar_subquery()
        return select(many, select(func.coalesce(func.max(table.rid), 0)).scalar_subquery())

    [(many, last)] = ask(connection, tables, ("newer conflicts",), make, seen=rid)
    return many, last


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
