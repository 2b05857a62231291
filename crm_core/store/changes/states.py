"""Records as the merge sees them: values with their stamps, read from rows and written back."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from crm_core.clock import (
    ZERO_STAMP,
    stamp_from_ticks,
    stamp_node,
    stamp_ticks,
    stamps_of,
    ticks_of,
)
from crm_core.model.merging import MERGED_INTO
from crm_core.model.query import HIDDEN
from crm_core.store.engines import kept
from crm_core.store.indexes import fact_marks, indexer, match_index
from crm_core.store.reading.records import chunks, reader
from crm_core.store.reading.rows import as_list, ask, insert, listed
from crm_core.store.schema.sort_keys import shown
from crm_core.store.schema.tables import Tables
from crm_core.sync.merge import RecordState

_HEAD = ("created_at", "created_by", "touched_at", "touched_by", "deleted_at", "deleted_by")
_BORN, _TOUCHED, _DELETED = -6, -4, -2
"""Where in a row these begin."""


@dataclass(slots=True)
class Loaded:
    """States by record id, and the row ids of the records that are here."""

    states: dict[str, RecordState] = field(default_factory=dict)
    recs: dict[str, int] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    """Ids looked for that no record had."""

    def take(self, other: "Loaded") -> None:
        """Add what was read later."""
        self.states |= other.states
        self.recs |= other.recs
        self.absent |= other.absent


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
        fields = [column.name for column in shown(table) if column.name not in _BESIDE]
    # Whether a record is an alias decides whether it lives, whatever is asked of it.
    wanted = dict.fromkeys((*fields, MERGED_INTO))
    names = [name for name in wanted if name in table.c]
    readers = [(name, read) for name in names if (read := reader(table.c[name])) is not None]
    named = ("rid", "id", *names)

    def make() -> Select[Any]:
        columns = select(*(table.c[name] for name in (*named, *_HEAD)))
        return columns.where(listed(connection, table.c.id, "ids"))

    key, word = ("states", entity, *names), tables.words.texts(connection)
    for part in chunks(sorted(ids), _MANY):
        found = ask(connection, tables, key, make, ids=as_list(connection, part))
        for row, state in zip(found, _states(found, named, word), strict=True):
            for name, read in readers:
                state.values[name] = read(state.values[name])
            loaded.recs[row[1]], loaded.states[row[1]] = row[0], state
    loaded.absent = set(ids).difference(loaded.recs)
    _load_stamps(connection, tables, entity, loaded)
    return loaded


def _states(
    rows: Sequence[tuple[Any, ...]], named: Sequence[str], word: Mapping[int, str]
) -> Iterator[RecordState]:
    """The states of rows, which hold what is `named` and then the head."""
    born = stamps_of([row[_BORN] for row in rows], [word[row[_BORN + 1]] for row in rows])
    for row, created in zip(rows, born, strict=True):
        touched, deleted = created, ZERO_STAMP
        if row[_TOUCHED] is not None:
            touched = stamp_from_ticks(row[_TOUCHED], word[row[_TOUCHED + 1]])
        if row[_DELETED] is not None:
            deleted = stamp_from_ticks(row[_DELETED], word[row[_DELETED + 1]])
        yield RecordState(dict(zip(named, row, strict=False)), created, touched, deleted)


_BESIDE = HIDDEN | {"rid", "id"}
_MANY = 5_000


def _load_stamps(connection: Connection, tables: Tables, entity: str, loaded: Loaded) -> None:
    clock, number = tables.clock, tables.words.find(connection, entity)
    if number is None or not loaded.recs:
        return
    found = {rec: loaded.states[record_id] for record_id, rec in loaded.recs.items()}

    def make() -> Select[Any]:
        mine = clock.c.entity == bindparam("of"), listed(connection, clock.c.rec, "recs")
        return select(clock.c.rec, clock.c.key, clock.c.at, clock.c.by).where(*mine)

    word = tables.words.texts(connection)
    for part in chunks(sorted(found), _MANY):
        given = {"of": number, "recs": as_list(connection, part)}
        rows = ask(connection, tables, ("stamps",), make, **given)
        stamps = stamps_of([row[2] for row in rows], [word[row[3]] for row in rows])
        for row, stamp in zip(rows, stamps, strict=True):
            found[row[0]].stamps[row[1]] = stamp


HEAD_COLUMNS = ("alive", "created_at", "created_by", "touched_at", "touched_by", "deleted_at",
                "deleted_by")  # fmt: skip


def head(number: Mapping[str, int], state: RecordState) -> tuple[Any, ...]:
    """The values of `HEAD_COLUMNS` for a state; `number`: see `Words.numbering`."""
    created = state.created
    deleted: tuple[int | None, int | None] = (None, None)
    if state.deleted != ZERO_STAMP:
        deleted = stamp_ticks(state.deleted), number[stamp_node(state.deleted)]
    by, [touched] = number[stamp_node(created)], touches(number, [state])
    return (state.alive, stamp_ticks(created), by, *touched, *deleted)


TOUCH_COLUMNS = ("touched_at", "touched_by")


def touches(number: Mapping[str, int], found: Sequence[RecordState]) -> list[tuple[Any, ...]]:
    """The values of `TOUCH_COLUMNS` for each state."""
    never = None, None
    return [
        never if state.touched == state.created else (at, number[stamp_node(state.touched)])
        for at, state in zip(ticks_of([state.touched for state in found]), found, strict=True)
    ]


def next_rec(connection: Connection, tables: Tables, entity: str) -> int:
    """The row id the next new record of an entity gets; needs the write lock."""
    rid = tables.of(entity).c.rid
    [(last,)] = ask(connection, tables, ("last", entity), lambda: select(func.max(rid)))
    return (last or 0) + 1


Stamped = tuple[str, int, str, str]
"""(entity, row id, stamp key, stamp)"""


def write_stamps(connection: Connection, tables: Tables, stamps: Sequence[Stamped]) -> None:
    """Give fields (or items of sets) their stamps, in place of those they had."""
    if not stamps:
        return
    number, moments = tables.words.numbering(connection), ticks_of([one[3] for one in stamps])
    rows = [
        (number[entity], rec, key, at, number[stamp_node(stamp)])
        for (entity, rec, key, stamp), at in zip(stamps, moments, strict=True)
    ]
    insert(connection, tables, tables.clock, rows, replace=True)


def take_out(
    connection: Connection, tables: Tables, entity: str, record_ids: Collection[str]
) -> None:
    """Remove records' rows, stamps and places in the index; what the log has of them stays, and
    waits for records that are not here."""
    table, log, clock = tables.of(entity), tables.log, tables.clock
    number = tables.words.find(connection, entity)
    kept.stir(connection, tables, [entity])
    for part in chunks(sorted(record_ids)):
        recs = connection.scalars(select(table.c.rid).where(table.c.id.in_(part))).all()
        indexer.forget(connection, tables, entity, recs)
        match_index.forget(connection, tables, entity, recs)
        fact_marks.forget(connection, tables, entity, recs)
        connection.execute(clock.delete().where(clock.c.entity == number, clock.c.rec.in_(recs)))
        named = select(table.c.id).where(table.c.rid == log.c.rec).scalar_subquery()
        unplace = log.update().where(log.c.rec.in_(recs), log.c.entity == number)
        connection.execute(unplace.values(rec=None, record=named))
        connection.execute(table.delete().where(table.c.rid.in_(recs)))
