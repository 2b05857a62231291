"""Records as the merge sees them: values with their stamps, read from rows and written back."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, func, select

from crm_core.clock import ZERO_STAMP, stamp_from_ticks, stamp_node, stamp_ticks
from crm_core.store.records import as_record, chunks
from crm_core.store.sort_keys import shown
from crm_core.store.tables import Tables
from crm_core.sync.merge import RecordState

_HEAD = ("rid", "id", "created_at", "created_by", "touched_at", "touched_by", "deleted_at",
         "deleted_by")  # fmt: skip


@dataclass(slots=True)
class Loaded:
    """States by record id, and the row ids of the records that are here."""

    states: dict[str, RecordState] = field(default_factory=dict)
    recs: dict[str, int] = field(default_factory=dict)


def load(
    connection: Connection,
    tables: Tables,
    entity: str,
    ids: Collection[str],
    *,
    fields: Iterable[str] | None = None,
) -> Loaded:
    """The states of records, living or dead; unknown ones are left out.

    With `fields` only those values are read; the stamps are always complete.
    """
    table, loaded = tables.of(entity), Loaded()
    if fields is None:
        columns = shown(table)
    else:
        columns = [table.c[name] for name in (*_HEAD, *fields) if name in table.c]
    for part in chunks(sorted(ids)):
        for row in connection.execute(select(*columns).where(table.c.id.in_(part))):
            loaded.states[row.id] = _state(connection, tables, row)
            loaded.recs[row.id] = row.rid
    _load_stamps(connection, tables, entity, loaded)
    return loaded


def _state(connection: Connection, tables: Tables, row: Row[Any]) -> RecordState:
    word = tables.words.text
    created = stamp_from_ticks(row.created_at, word(connection, row.created_by))
    touched, deleted = created, ZERO_STAMP
    if row.touched_at is not None:
        touched = stamp_from_ticks(row.touched_at, word(connection, row.touched_by))
    if row.deleted_at is not None:
        deleted = stamp_from_ticks(row.deleted_at, word(connection, row.deleted_by))
    return RecordState(values=as_record(row), created=created, touched=touched, deleted=deleted)


def _load_stamps(connection: Connection, tables: Tables, entity: str, loaded: Loaded) -> None:
    clock, number = tables.clock, tables.words.find(connection, entity)
    if number is None or not loaded.recs:
        return
    ids = {rec: record_id for record_id, rec in loaded.recs.items()}
    columns = select(clock.c.rec, clock.c.key, clock.c.at, clock.c.by)
    word = tables.words.text
    for part in chunks(sorted(ids)):
        rows = columns.where(clock.c.entity == number, clock.c.rec.in_(part))
        for rec, key, at, by in connection.execute(rows):
            loaded.states[ids[rec]].stamps[key] = stamp_from_ticks(at, word(connection, by))


def head(connection: Connection, tables: Tables, state: RecordState) -> dict[str, Any]:
    """The columns of a state beside its values."""
    number = tables.words.number
    found: dict[str, Any] = {
        "alive": state.alive,
        "created_at": stamp_ticks(state.created),
        "created_by": number(connection, stamp_node(state.created)),
        "touched_at": None, "touched_by": None, "deleted_at": None, "deleted_by": None,
    }  # fmt: skip
    if state.touched != state.created:
        found["touched_at"] = stamp_ticks(state.touched)
        found["touched_by"] = number(connection, stamp_node(state.touched))
    if state.deleted != ZERO_STAMP:
        found["deleted_at"] = stamp_ticks(state.deleted)
        found["deleted_by"] = number(connection, stamp_node(state.deleted))
    return found


def next_rec(connection: Connection, tables: Tables, entity: str) -> int:
    """The row id the next new record of an entity gets; needs the write lock."""
    return (connection.scalar(select(func.max(tables.of(entity).c.rid))) or 0) + 1


Stamped = tuple[str, int, str]
"""(entity, row id, stamp key)"""


def write_stamps(
    connection: Connection, tables: Tables, stamps: Sequence[tuple[Stamped, str]]
) -> None:
    """Give fields (or items of sets) their stamps, in place of those they had."""
    if not stamps:
        return
    number, clock = tables.words.number, tables.clock
    rows = [
        {
            "entity": number(connection, entity), "rec": rec, "key": key,
            "at": stamp_ticks(stamp), "by": number(connection, stamp_node(stamp)),
        }
        for (entity, rec, key), stamp in stamps
    ]  # fmt: skip
    connection.execute(tables.upsert(clock, connection.dialect.name), rows)
