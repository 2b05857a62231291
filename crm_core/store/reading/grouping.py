"""How many records of an answer there are of each value of a field: one GROUP BY, no rows read."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, func, literal, select

from crm_core.model.query import HIDDEN, Query
from crm_core.model.values import Value
from crm_core.store.reading.conditions import compile_condition
from crm_core.store.schema.sort_keys import field_column
from crm_core.store.schema.tables import Tables

Tallied = tuple[Value, int, int | None]
"""(value or its beginning, records, sum of the field asked for)"""


def tallies(
    connection: Connection, tables: Tables, query: Query, name: str, *, now: datetime,
    letters: int = 0, total: str = "",
) -> list[Tallied]:  # fmt: skip
    """The records of `query` by the values of a field, or by their first `letters` letters.

    `total` names a field of numbers to be summed. A field that is not here has no values.
    """
    table = tables.of(query.entity)
    column = None if name in HIDDEN else field_column(table, name)
    summed = field_column(table, total) if total else None
    if column is None:
        return []
    key: ColumnElement[Any] = column
    if letters:
        key = func.substr(column, 1, letters)
    elif isinstance(column.type, Text):
        # Not the bare column: by its index every row would be fetched from another page, which
        # took three times as long for 230,000 encrypted ones as reading them in their order.
        key = func.substr(column, 1)
    amount = literal(None) if summed is None else func.sum(summed)
    statement = (
        select(key.label("key"), func.count(), amount)
        .where(table.c.alive.is_(True), compile_condition(query.where, table, now))
        .group_by("key")
    )
    return [
        (row[0], row[1], None if row[2] is None else int(row[2]))
        for row in connection.execute(statement)
    ]
