"""Reading records: by id, by query, by page of local row ids. Never writes."""

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Row,
    Select,
    Table,
    bindparam,
    func,
    or_,
    select,
)

from crm_core.model.query import HIDDEN, Query
from crm_core.model.values import Record, Value
from crm_core.store.reading.conditions import compile_condition, compile_query
from crm_core.store.reading.rows import as_list, ask, fetch, listed
from crm_core.store.schema.expressions import living
from crm_core.store.schema.sort_keys import shown
from crm_core.store.schema.tables import SetText, Tables

_READ_AT_ONCE = 1 << 16
"""Letters of a list of row ids."""
CHUNK = 500
"""Bound parameters a statement; SQLite's limit is far above, this keeps plans small."""
_MANY = 5_000


def chunks(items: Sequence[Any], size: int = CHUNK) -> Iterable[Sequence[Any]]:
    """Cut a sequence into parts of at most `size`."""
    return (items[start : start + size] for start in range(0, len(items), size))


def as_record(row: Row[Any]) -> dict[str, Value]:
    """A row of `shown` columns as field name → value, with `id` and `rid`."""
    return {name: value for name, value in row._mapping.items() if name not in HIDDEN}


def reader(column: Column[Any]) -> Callable[[Any], Any] | None:
    """What turns a column's stored form, as the driver gives it, into a value; None where it is one
    already."""
    if isinstance(column.type, SetText):
        return column.type.read
    return _as_bool if isinstance(column.type, Boolean) else None


def _as_bool(stored: Any) -> bool | None:
    return None if stored is None else bool(stored)


def row_ids(connection: Connection, tables: Tables, query: Query, now: datetime) -> "array[int]":
    """Local row ids of the living records that answer the query, in its order; packed, because
    there may be half a million of them."""
    statement = compile_query(query, tables.of(query.entity), now)
    if connection.dialect.name != "sqlite" or query.limit is not None:
        return array("q", connection.scalars(statement))
    # As one text: half a million rows handed over one by one take seconds.
    ordered = statement.subquery()
    return array("q", numbers_in(connection.scalar(select(func.group_concat(ordered.c.rid))) or ""))


def numbers_in(text: str) -> Iterator[int]:
    """The numbers between the commas, without a text for each of half a million at once."""
    start, end = 0, len(text)
    while start < end:
        cut = text.find(",", start + _READ_AT_ONCE)
        cut = end if cut < 0 else cut
        yield from map(int, text[start:cut].split(","))
        start = cut + 1


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
    return by_rids(connection, tables, query.entity, row_ids(connection, tables, query, now))


def parts(
    connection: Connection, tables: Tables, query: Query, now: datetime, fields: Collection[str]
) -> list[dict[str, Value]]:
    """Of the records that answer the query `rid` and these fields alone, in its order: where an
    index holds them all, no row is looked at."""
    table = tables.of(query.entity)
    columns = [table.c.rid, *(table.c[name] for name in sorted(fields) if name in table.c)]
    readers = [(one.name, read) for one in columns if (read := reader(one)) is not None]
    names, found = [one.name for one in columns], list[dict[str, Value]]()
    asked = compile_query(query, table, now).with_only_columns(*columns)
    for row in fetch(connection, asked):
        record = dict(zip(names, row, strict=True))
        for name, read in readers:
            record[name] = read(record[name])
        found.append(record)
    return found


def by_rids(
    connection: Connection, tables: Tables, entity: str, rids: Sequence[int]
) -> list[dict[str, Value]]:
    """Records by local row id, in the order asked for; ones that are gone are left out."""
    table, found = tables.of(entity), dict[int, dict[str, Value]]()
    for part in chunks(rids, _MANY):
        for record in _whole(connection, tables, entity, table.c.rid, part):
            found[record["rid"]] = record
    return [found[rid] for rid in rids if rid in found]


def by_ids(
    connection: Connection,
    tables: Tables,
    entity: str,
    ids: Collection[str],
    fields: Collection[str] | None = None,
) -> dict[str, dict[str, Value]]:
    """Living records by id; of their fields these only, where any are named."""
    table, found = tables.of(entity), dict[str, dict[str, Value]]()
    for part in chunks(sorted(ids), _MANY):
        for record in _whole(connection, tables, entity, table.c.id, part, fields):
            found[record["id"]] = record
    return found


def _whole(
    connection: Connection,
    tables: Tables,
    entity: str,
    by: Column[Any],
    values: Sequence[Any],
    fields: Collection[str] | None = None,
) -> Iterator[dict[str, Any]]:
    """Records of which a column has one of these values; by their ids only the living."""
    table = tables.of(entity)
    columns = [one for one in shown(table) if one.name not in HIDDEN]
    if fields is not None:
        columns = [one for one in columns if one.name in fields or one.name in ("id", "rid")]
    names = tuple(one.name for one in columns)
    readers = [(one.name, read) for one in columns if (read := reader(one)) is not None]

    def make() -> Select[Any]:
        found = select(*columns).where(listed(connection, by, "values"))
        return found.where(table.c.alive.is_(True)) if by.name == "id" else found

    key = ("records", entity, by.name, *names)
    for row in ask(connection, tables, key, make, values=as_list(connection, values)):
        record = dict(zip(names, row, strict=True))
        for name, read in readers:
            record[name] = read(record[name])
        yield record


def pointing(
    connection: Connection, tables: Tables, entity: str, via: str, ids: Sequence[str],
    *, since: str = "", first: str = "",
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """Living records that point by `via` at one of these, in their order; of those that say by
    `since` when they were, the ones from `first` on. The query of `find` for it, which every push
    asks several of, put into words once."""
    table = tables.of(entity)
    if via not in table.c:
        return
    columns = [one for one in shown(table) if one.name not in HIDDEN]
    names = tuple(one.name for one in columns)
    readers = [(one.name, read) for one in columns if (read := reader(one)) is not None]
    given = {"first": first} if since and since in table.c else {}

    def make() -> Select[Any]:
        found = select(*columns).where(living(table), listed(connection, table.c[via], "ids"))
        if given:
            late = table.c[since] >= bindparam("first")
            found = found.where(or_(late, table.c[since].is_(None)))
        return found.order_by(table.c.rid)

    key = ("pointing", entity, via, since, *names)
    for row in ask(connection, tables, key, make, ids=as_list(connection, ids), **given):
        record = dict(zip(names, row, strict=True))
        for name, read in readers:
            record[name] = read(record[name])
        yield record


def one(connection: Connection, tables: Tables, entity: str, record_id: str) -> Record | None:
    """One living record, or None."""
    return by_ids(connection, tables, entity, [record_id]).get(record_id)


def ids_at(connection: Connection, table: Table, rids: Sequence[int]) -> list[str]:
    """The ids of living records by local row id, in the order asked for; gone ones are left out."""
    found: dict[int, str] = {}
    for part in chunks(rids):
        living = select(table.c.rid, table.c.id).where(table.c.alive.is_(True))
        found.update((r.rid, r.id) for r in connection.execute(living.where(table.c.rid.in_(part))))
    return [found[rid] for rid in rids if rid in found]


def titles(
    connection: Connection, tables: Tables, entity: str, title: str, ids: Collection[str]
) -> dict[str, str]:
    """The display name of each record by id; ones not on this device are left out."""
    table = tables.of(entity)

    def make() -> Select[Any]:
        return select(table.c.id, table.c[title]).where(listed(connection, table.c.id, "ids"))

    key = ("titles", entity, title)
    return {
        found: str(shown or "")
        for part in chunks(sorted(ids), _MANY)
        for found, shown in ask(connection, tables, key, make, ids=as_list(connection, part))
    }
