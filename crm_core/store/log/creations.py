"""What a record held when it was created, worked out from what it holds now and its edits since.

A lean database keeps no second copy of a record's first values. An edit notes what the field held
before it (`before`, or `prior` where its author had seen something else), so the first edit of a
field to arrive here tells what creation gave it.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Select, select

from crm_core.model.query import HIDDEN
from crm_core.model.values import Value
from crm_core.store.reading.records import chunks, reader
from crm_core.store.reading.rows import as_list, ask, listed
from crm_core.store.schema.encoding import unpack
from crm_core.store.schema.sort_keys import shown
from crm_core.store.schema.tables import Tables

_BESIDE = HIDDEN | {"rid", "id"}
_MANY = 5_000


def created_values(
    connection: Connection, tables: Tables, entity: int, recs: Collection[int]
) -> dict[int, dict[str, Value]]:
    """The values at creation by row id, for the entity with this number; empty fields left out."""
    name = tables.words.text(connection, entity)
    table = tables.of(name)
    columns = [c for c in shown(table) if c.name in ("rid", "touched_at") or c.name not in _BESIDE]
    names = [column.name for column in columns]
    rid, touched = names.index("rid"), names.index("touched_at")
    values = [
        (place, column.name, reader(column))
        for place, column in enumerate(columns)
        if place not in (rid, touched)
    ]

    def make() -> Select[Any]:
        return select(*columns).where(listed(connection, table.c.rid, "recs"))

    key = ("creations", name, *names)
    found: dict[int, dict[str, Value]] = {}
    edited: list[int] = []
    for part in chunks(sorted(recs), _MANY):
        for row in ask(connection, tables, key, make, recs=as_list(connection, part)):
            found[row[rid]] = {
                name: row[place] if read is None else read(row[place])
                for place, name, read in values
                if row[place] is not None
            }
            if row[touched] is not None:
                edited.append(row[rid])
    for part in chunks(edited):
        _step_back(connection, tables, entity, part, found)
    return found


def _step_back(
    connection: Connection,
    tables: Tables,
    entity: int,
    recs: Collection[int],
    found: dict[int, dict[str, Any]],
) -> None:
    log, columns = tables.log, tables.of(tables.words.text(connection, entity)).c
    rows = connection.execute(
        select(log.c.rec, log.c.field, log.c.before, log.c.prior)
        .where(log.c.rec.in_(recs), log.c.entity == entity, log.c.field.is_not(None))
        .order_by(log.c.rid.desc())
    )
    for rec, field, before, prior in rows:  # Backwards, so that the first edit has the last word.
        name = tables.words.text(connection, field)
        if name not in columns:
            continue  # A field of a newer version: creation gave it nothing that was left out.
        value = before if prior is None else unpack(prior)
        if value is None:
            found[rec].pop(name, None)
        else:
            found[rec][name] = value
