"""What lies in the bin: deleted records that are still here, who deleted them and when.

Reads only, but for an index of its own: it holds deleted records alone, so it costs nothing as long
as nothing is deleted, and a database gets it when somebody first looks into the bin.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Index, Table, false, or_, select, true

from crm_core.clock import stamp_from_ticks, stamp_moment
from crm_core.model.merging import MERGED_INTO
from crm_core.model.query import Condition
from crm_core.model.schema import EntitySpec, Kind
from crm_core.store.log.oplog import verb_number
from crm_core.store.reading.conditions import compile_condition
from crm_core.store.reading.records import chunks
from crm_core.store.schema.tables import Tables
from crm_core.sync.change import Verb


@dataclass(frozen=True, slots=True)
class Binned:
    """One deleted record."""

    entity: str
    id: str
    title: str
    at: str
    """When it was deleted, ISO UTC."""
    actor: str
    """Who deleted it, by user id; empty where this device does not have that part of history."""


def prepare(connection: Connection, tables: Tables, entities: Sequence[str]) -> None:
    """Have the deleted records of these entities found at once."""
    for name in entities:
        _index(tables.of(name)).create(connection, checkfirst=True)


def binned(
    connection: Connection,
    tables: Tables,
    entity: EntitySpec,
    where: Condition,
    *,
    typed: str,
    now: datetime,
    limit: int,
) -> list[Binned]:
    """The newest deleted records of an entity that meet `where`; `typed` is part of a text field.

    Ones that were edited after they were deleted are not in the bin: the edit revived them.
    """
    table = tables.of(entity.name)
    title = table.c[entity.title]
    rows = (
        select(table.c.rid, table.c.id, title.label("title"), table.c.deleted_at)
        .where(
            table.c.deleted_at.is_not(None),
            table.c.alive.is_(False),
            _single(table),
            compile_condition(where, table, now),
        )
        .order_by(table.c.deleted_at.desc())
        .limit(limit)
    )
    if typed.strip():
        fields = [s.name for s in entity.fields if s.kind in _TEXTS and s.name in table.c]
        parts = (table.c[name].contains(typed.strip(), autoescape=True) for name in fields)
        rows = rows.where(or_(false(), *parts))
    found = connection.execute(rows).all()
    actors = _actors(connection, tables, entity.name, [row.rid for row in found])
    return [
        Binned(
            entity.name, row.id, "" if row.title is None else str(row.title),
            _moment(row.deleted_at), actors.get(row.rid, ""),
        )
        for row in found
    ]  # fmt: skip


_TEXTS = frozenset({Kind.TEXT, Kind.LONG_TEXT, Kind.PHONE, Kind.EMAIL})


def _single(table: Table) -> ColumnElement[bool]:
    """What is merged into another is not lost: it is found there, and that can be taken back."""
    return table.c[MERGED_INTO].is_(None) if MERGED_INTO in table.c else true()


def _actors(
    connection: Connection, tables: Tables, entity: str, recs: Sequence[int]
) -> dict[int, str]:
    """Who deleted the records with these row ids last."""
    log, act = tables.log, tables.act
    number, found = tables.words.find(connection, entity), dict[int, str]()
    same = (act.c.replica == log.c.replica) & (act.c.first == log.c.act)
    for part in chunks(recs):
        rows = (
            select(log.c.rec, act.c.actor)
            .join(act, same)
            .where(
                log.c.rec.in_(part), log.c.entity == number, log.c.verb == verb_number(Verb.DELETE)
            )
            .order_by(log.c.at)
        )
        for rec, actor in connection.execute(rows):
            found[rec] = tables.words.text(connection, actor)
    return found


def _index(table: Table) -> Index:
    name, deleted = f"ix_bin_{table.name}", table.c.deleted_at.is_not(None)
    # Made anew rather than kept in the table's metadata: new databases should not have it.
    made = Index(name, table.c.deleted_at, sqlite_where=deleted, postgresql_where=deleted)
    table.indexes.discard(made)
    return made


def _moment(ticks: int) -> str:
    moment = stamp_moment(stamp_from_ticks(ticks, "0" * 16))
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
