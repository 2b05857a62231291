"""Many rows at once, past those parts of SQLAlchemy that cost something for every row.

Statements are still Core's; only binding and fetching go straight to the driver. Values must be in
the form the column stores: JSON columns take text.
"""

from collections.abc import Collection, Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Select, Table, bindparam, func, select

from crm_core.errors import BugError
from crm_core.store.encoding import pack
from crm_core.store.tables import Tables

Rows = Sequence[tuple[Any, ...]]


def among(
    connection: Connection, column: ColumnElement[Any], values: Collection[Any]
) -> ColumnElement[bool]:
    """`column IN values` with one parameter for all, however many: one plan, compiled once."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import ARRAY  # No desktop needs it.

        return column == func.any(bindparam(None, list(values), type_=ARRAY(column.type)))
    listed = func.json_each(pack(list(values))).table_valued("value")
    return column.in_(select(listed.c.value))


def fetch(connection: Connection, statement: Select[Any]) -> list[tuple[Any, ...]]:
    """All rows of a SELECT exactly as the driver gives them: JSON as text, booleans as 0 or 1."""
    result = connection.execute(statement)
    cursor = result.cursor
    assert cursor is not None
    rows = cast("list[tuple[Any, ...]]", cursor.fetchall())
    result.close()
    return rows


def insert(
    connection: Connection,
    tables: Tables,
    table: Table,
    rows: Rows,
    *,
    columns: Sequence[str] = (),
    replace: bool = False,
) -> None:
    """Insert tuples of `columns` (all of the table's, in order, where none are named).

    `replace`: in place of rows with the same primary key.
    """
    if not rows:
        return
    names = tuple(columns) or tuple(column.name for column in table.columns)
    if list(names) != [column.name for column in table.columns if column.name in set(names)]:
        raise BugError(f"columns of {table.name} must be named in the table's order")
    dialect = connection.dialect
    known = dialect.name, table.name, names, replace
    text = tables.statements.get(known)
    if text is None:
        statement = tables.upsert(table, dialect.name) if replace else table.insert()
        values: dict[str, Any] = {name: bindparam(name) for name in names}
        text = str(statement.values(values).compile(dialect=dialect))  # type: ignore[attr-defined]
        tables.statements[known] = text
    _run(connection, text, names, rows)


def update(
    connection: Connection, tables: Tables, table: Table, columns: Sequence[str], rows: Rows
) -> None:
    """Write `columns` of rows given as tuples of those values and, last, the `rid`."""
    names = (*columns, "key_rid")
    known = connection.dialect.name, table.name, names, None
    text = tables.statements.get(known)
    if text is None:
        values: list[tuple[str, Any]] = [(name, bindparam(name)) for name in columns]
        # Without an order of ours, SET follows the table's columns and values would change places.
        statement = table.update().where(table.c.rid == bindparam("key_rid"))
        text = str(statement.ordered_values(*values).compile(dialect=connection.dialect))
        tables.statements[known] = text
    _run(connection, text, names, rows)


def _run(connection: Connection, text: str, names: Sequence[str], rows: Rows) -> None:
    if connection.dialect.positional:
        connection.exec_driver_sql(text, list(rows))
    else:
        connection.exec_driver_sql(text, [dict(zip(names, row, strict=True)) for row in rows])
