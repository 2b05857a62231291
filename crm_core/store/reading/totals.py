"""Counts and sums by group in SQL, for what must not read every record. Never writes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from crm_core.model.query import Query
from crm_core.store.reading.conditions import compile_condition
from crm_core.store.schema.tables import Tables


@dataclass(frozen=True, slots=True)
class Total:
    """One group: how many records, and the sum of the field asked for (0 without one)."""

    count: int
    sum: int = 0


def totals(
    connection: Connection,
    tables: Tables,
    query: Query,
    now: datetime,
    *,
    by: str,
    adding: str = "",
) -> dict[str, Total]:
    """The living records that answer the query (its limit does not matter) by the text in `by`.

    `adding` names a whole-number field. Records with nothing in `by` are the group "".
    """
    table = tables.of(query.entity)
    added = func.coalesce(func.sum(table.c[adding]), 0) if adding else func.count() * 0
    statement = (
        select(table.c[by], func.count(), added)
        .where(table.c.alive.is_(True), compile_condition(query.where, table, now))
        .group_by(table.c[by])
    )
    found: dict[str, Total] = {}
    for group, number, total in connection.execute(statement):
        found[str(group or "")] = Total(number, int(total))
    return found
