"""What people did in one go, newest first, and what taking one such act back would do.

Reads only. The act table itself is kept in `acts`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, func, select

from crm_core.clock import stamp_from_ticks, stamp_moment
from crm_core.model.merging import MERGED_INTO
from crm_core.model.schema import Registry
from crm_core.model.values import Record
from crm_core.permissions.policy import AUDIT
from crm_core.store.changes import changelog
from crm_core.store.log import oplog
from crm_core.store.schema.tables import Tables
from crm_core.sync.change import Operation, Verb
from crm_core.sync.history import Edit, inverse_edits
from crm_core.sync.merge import RecordState

StatesOf = Callable[[str, Collection[str]], Mapping[str, RecordState]]
"""(entity, ids) → the states of those that are here."""
NEWEST = 200_000
"""Operations among which acts are looked for; a list of acts is about the recent past."""
LOOKED_AT = 10
"""Times as many acts are looked at where only those on several records are wanted."""


@dataclass(frozen=True, slots=True)
class ActLine:
    """One act of more than one operation."""

    group: str
    """Give it to `Unit.undo`."""
    actor: str
    reason: str
    at: str
    """ISO UTC."""
    operations: int
    records: Mapping[str, int]
    """Entity → how many records."""


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """What taking an act back does now."""

    edits: tuple[Edit, ...]
    kept: tuple[Operation, ...]
    """Its writes that stay undone by nothing: somebody changed the field, or the record, since."""


def recent_acts(
    connection: Connection, tables: Tables, *, limit: int, least_records: int = 1
) -> list[ActLine]:
    """The newest acts of more than one operation, on at least so many records."""
    log, act = tables.log, tables.act
    # Only what arrived here is counted: of a colleague's act a device may hold a part.
    newest = oplog.end(connection, tables) - NEWEST
    held = (
        select(log.c.replica, log.c.act, func.max(log.c.at).label("at"))
        .where(log.c.rid > newest)
        .group_by(log.c.replica, log.c.act)
        .having(func.count() > 1)
        .subquery()
    )
    same = (act.c.replica == held.c.replica) & (act.c.first == held.c.act)
    rows = connection.execute(
        select(act, held.c.at)
        .join(held, same)
        .order_by(held.c.at.desc())
        .limit(limit * (LOOKED_AT if least_records > 1 else 1))
    ).all()
    found: list[ActLine] = []
    for row in rows:
        line = _line(connection, tables, row)
        if sum(line.records.values()) >= least_records:
            found.append(line)
        if len(found) == limit:
            break
    return found


def _line(connection: Connection, tables: Tables, row: Row[Any]) -> ActLine:
    counts = _counts(connection, tables, row.replica, row.first, row.last)
    word = tables.words.text
    replica = word(connection, row.replica)
    at = stamp_moment(stamp_from_ticks(row.at, replica))
    return ActLine(
        group=row.id or f"{replica}:{row.first}",
        actor=word(connection, row.actor),
        reason=row.reason or "",
        at=at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        operations=sum(operations for operations, _ in counts.values()),
        records={entity: records for entity, (_, records) in counts.items()},
    )


def _counts(
    connection: Connection, tables: Tables, replica: int, first: int, last: int
) -> dict[str, tuple[int, int]]:
    """Entity → (operations, records) of one act."""
    log = tables.log
    rows = connection.execute(
        select(
            log.c.entity,
            func.count(),
            func.count(func.distinct(log.c.rec)) + func.count(func.distinct(log.c.record)),
        )
        .where(log.c.replica == replica, log.c.seq.between(first, last), log.c.act == first)
        .group_by(log.c.entity)
    )
    word = tables.words.text
    return {word(connection, entity): (many, records) for entity, many, records in rows}


def undo_plan(
    connection: Connection,
    tables: Tables,
    registry: Registry,
    group: str,
    *,
    states_of: StatesOf | None = None,
    part: tuple[int, int] | None = None,
) -> UndoPlan:
    """The inverse edits of an act as things stand, and what of it is left alone.

    `states_of` reads the records in place of the database: for whoever changes them next. `part`:
    of its operations numbered within that alone.
    """
    read = states_of or partial(changelog.states_of, connection, tables)
    every = oplog.of_group(connection, tables, group, part=part)
    operations = [o for o in every if o.entity != AUDIT]  # What was noted stays noted.
    binned = {(o.entity, o.id) for o in operations if o.verb is Verb.DELETE}
    binned |= {(o.entity, o.id) for o in operations if o.field == MERGED_INTO}
    now: dict[tuple[str, str], Record] = {}
    for entity in {o.entity for o in operations if o.entity in registry}:
        ids = {o.id for o in operations if o.entity == entity}
        states = read(entity, ids)
        now |= {
            (entity, record_id): state.values
            for record_id, state in states.items()
            if state.alive or (entity, record_id) in binned
        }
    known = [
        o
        for o in operations
        if (o.entity, o.id) in now
        and (o.verb is not Verb.SET or registry.find(o.entity, o.field) is not None)
    ]
    return UndoPlan(tuple(inverse_edits(known, now)), tuple(_overtaken(known, now)))


def _overtaken(
    operations: Sequence[Operation], now: Mapping[tuple[str, str], Record]
) -> list[Operation]:
    """The writes of plain fields that no longer stand, and were not simply taken back."""
    last: dict[tuple[str, str, str], Operation] = {}
    first: dict[tuple[str, str, str], Operation] = {}
    for operation in sorted(operations, key=lambda o: o.hlc):
        if operation.verb is Verb.SET and not isinstance(operation.value, dict):
            place = (operation.entity, operation.id, operation.field)
            last[place] = operation
            first.setdefault(place, operation)
    return [
        operation
        for place, operation in last.items()
        if now[place[:2]].get(operation.field) not in (operation.value, first[place].before)
    ]
