"""Reading records: by id, by query, by page of local row ids. Never writes."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, func, select

from crm_core.model.query import HIDDEN, Query
from crm_core.model.values import Record, Value
from crm_core.store.conditions import compile_condition, compile_query
from crm_core.store.expressions import living
from crm_core.store.sort_keys import shown
from crm_core.store.tables import Tables

CHUNK = 500
"""Bound parameters a statement; SQLite's limit is far above, this keeps plans small."""


def chunks(items: Sequence[Any], size: int = CHUNK) -> Iterable[Sequence[Any]]:
    """Cut a sequence into parts of at most `size`."""
    return (items[start : start + size] for start in range(0, len(items), size))


def as_record(row: Row[Any]) -> dict[str, Value]:
    """A row of `shown` columns as field name → value, with `id` and `rid`."""
    return {name: value for name, value in row._mapping.items() if name not in HIDDEN}


def row_ids(connection: Connection, tables: Tables, query: Query, now: datetime) -> list[int]:
    """Local row ids of the living records that answer the query, in its order."""
    statement = compile_query(query, tables.of(query.entity), now)
    if connection.dialect.name != "sqlite" or query.limit is not None:
        return list(connection.scalars(statement))
    # As one text: half a million rows handed over one by one take seconds.
    ordered = statement.subquery()
    listed = connection.scalar(select(func.group_concat(ordered.c.rid)))
    return list(map(int, listed.split(","))) if listed else []


def count(connection: Connection, tables: Tables, query: Query, now: datetime) -> int:
    """How many living records answer the query; its limit and order do not matter."""
    table = tables.of(query.entity)
    statement = (
        select(func.count())
        .select_from(table)
        .where(living(table), compile_condition(query.where, table, now))
    )
    return connection.scalar(statement) or 0


def find(
    connection: Connection, tables: Tables, query: Query, now: datetime
) -> list[dict[str, Value]]:
    """The records that answer the query, in its order."""
    return by_rids(connection, tables.of(query.entity), row_ids(connection, tables, query, now))


def by_rids(connection: Connection, table: Table, rids: Sequence[int]) -> list[dict[str, Value]]:
    """Records by local row id, in the order asked for; ones that are gone are left out."""
    found: dict[int, dict[str, Value]] = {}
    for part in chunks(rids):
        for row in connection.execute(select(*shown(table)).where(table.c.rid.in_(part))):
            found[row.rid] = as_record(row)
    return [found[rid] for rid in rids if rid in found]


def by_ids(
    connection: Connection,
    table: Table,
    ids: Collection[str],
    fields: Collection[str] | None = None,
) -> dict[str, dict[str, Value]]:
    """Living records by id; of their fields these only, where any are named."""
    columns = shown(table)
    if fields is not None:
        columns = [one for one in columns if one.name in fields or one.name in ("id", "rid")]
    found: dict[str, dict[str, Value]] = {}
    for part in chunks(sorted(ids)):
        statement = select(*columns).where(table.c.id.in_(part), table.c.alive.is_(True))
        found.update((row.id, as_record(row)) for row in connection.execute(statement))
    return found


def one(connection: Connection, table: Table, record_id: str) -> Record | None:
    """One living record, or None."""
    return by_ids(connection, table, [record_id]).get(record_id)


def ids_at(connection: Connection, table: Table, rids: Sequence[int]) -> list[str]:
    """The ids of living records by local row id, in the order asked for; gone ones are left out."""
    found: dict[int, str] = {}
    for part in chunks(rids):
        living = select(table.c.rid, table.c.id).where(table.c.alive.is_(True))
        found.update((r.rid, r.id) for r in connection.execute(living.where(table.c.rid.in_(part))))
    return [found[rid] for rid in rids if rid in found]


def titles(
    connection: Connection, table: Table, title: str, ids: Collection[str]
) -> dict[str, str]:
    """The display name of each record by id; ones not on this device are left out."""
    found: dict[str, str] = {}
    for part in chunks(sorted(ids)):
        statement = select(table.c.id, table.c[title]).where(table.c.id.in_(part))
        found.update((row[0], str(row[1] or "")) for row in connection.execute(statement))
    return found
