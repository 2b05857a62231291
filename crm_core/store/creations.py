"""What a record held when it was created, worked out from what it holds now and its edits since.

A lean database keeps no second copy of a record's first values. An edit notes what the field held
before it (`before`, or `prior` where its author had seen something else), so the first edit of a
field to arrive here tells what creation gave it.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, select

from crm_core.model.query import HIDDEN
from crm_core.model.values import Value
from crm_core.store.encoding import unpack
from crm_core.store.records import chunks
from crm_core.store.sort_keys import shown
from crm_core.store.tables import Tables

_BESIDE = HIDDEN | {"rid", "id"}


def created_values(
    connection: Connection, tables: Tables, entity: int, recs: Collection[int]
) -> dict[int, dict[str, Value]]:
    """The values at creation by row id, for the entity with this number; empty fields left out."""
    table = tables.of(tables.words.text(connection, entity))
    found: dict[int, dict[str, Value]] = {}
    edited: list[int] = []
    for part in chunks(sorted(recs)):
        for row in connection.execute(select(*shown(table)).where(table.c.rid.in_(part))):
            found[row.rid] = {
                name: value
                for name, value in row._mapping.items()
                if value is not None and name not in _BESIDE
            }
            if row.touched_at is not None:
                edited.append(row.rid)
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
