"""Many rows at once, past those parts of SQLAlchemy that cost something for every row.

Statements are still Core's; only binding and fetching go straight to the driver. Values must be in
the form the column stores: JSON columns take text.
"""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from itertools import count
from typing import Any, cast

from sqlalchemy import (
    ClauseElement,
    ColumnElement,
    Connection,
    Select,
    Table,
    UpdateBase,
    bindparam,
    func,
    select,
)
from sqlalchemy.sql.compiler import SQLCompiler

from crm_core.errors import BugError
from crm_core.store.schema.encoding import pack
from crm_core.store.schema.tables import Tables

Rows = Sequence[tuple[Any, ...]]
_TOGETHER, _PARAMETERS = 1_024, 32_766
"""Rows of one statement; values SQLite takes in one."""


def among(
    connection: Connection, column: ColumnElement[Any], values: Collection[Any]
) -> ColumnElement[bool]:
    """`column IN values` with one parameter for all, however many: one plan, compiled once."""
    return _in_list(connection, column, None, value=as_list(connection, values))


def listed(connection: Connection, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """`among` for a statement that is put into words once: `name` is the parameter, which takes
    what `as_list` makes of the values."""
    return _in_list(connection, column, name)


def _in_list(
    connection: Connection, column: ColumnElement[Any], name: str | None, **given: Any
) -> ColumnElement[bool]:
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import ARRAY  # No desktop needs it.

        return column == func.any(bindparam(name, type_=ARRAY(column.type), **given))
    values = func.json_each(bindparam(name, **given)).table_valued("value")
    return column.in_(select(values.c.value))


def as_list(connection: Connection, values: Collection[Any]) -> Any:
    """Values as a parameter of `listed`."""
    return list(values) if connection.dialect.name == "postgresql" else pack(list(values))


def ask(
    connection: Connection,
    tables: Tables,
    key: tuple[Hashable, ...],
    make: Callable[[], Select[Any]],
    **given: Any,
) -> list[tuple[Any, ...]]:
    """`fetch` of a SELECT that is put into words once: making, caching and compiling a statement
    costs more than running a small one.

    `make` is called the first time for each `key`, by which alone the statement may differ; its
    parameters are `bindparam`s named as in `given`.
    """
    text, values = _worded(connection, tables, key, make, given)
    heard = connection.dispatch.before_cursor_execute
    if connection.dialect.positional and connection.in_transaction() and not heard:
        # What SQLAlchemy makes of a result takes longer than most questions.
        driver: Any = connection.connection.driver_connection
        return cast("list[tuple[Any, ...]]", driver.execute(text, values).fetchall())
    cursor = connection.exec_driver_sql(text, values).cursor
    assert cursor is not None
    return cast("list[tuple[Any, ...]]", cursor.fetchall())


def rids(connection: Connection, tables: Tables, entity: str, ids: Sequence[str]) -> list[int]:
    """The row ids of records, living or dead, in no order."""
    table = tables.of(entity).c

    def make() -> Select[Any]:
        return select(table.rid).where(listed(connection, table.id, "ids"))

    found = ask(connection, tables, ("rids", entity), make, ids=as_list(connection, ids))
    return [rid for (rid,) in found]


def tell(
    connection: Connection,
    tables: Tables,
    key: tuple[Hashable, ...],
    make: Callable[[], UpdateBase],
    **given: Any,
) -> int:
    """`ask` for a statement that writes; how many rows it touched."""
    text, values = _worded(connection, tables, key, make, given)
    return connection.exec_driver_sql(text, values).rowcount


def _worded(
    connection: Connection,
    tables: Tables,
    key: tuple[Hashable, ...],
    make: Callable[[], ClauseElement],
    given: Mapping[str, Any],
) -> tuple[str, Any]:
    """A statement in words, and what stands in it as the driver takes it."""
    known = connection.dialect.name, *key
    worded = tables.worded.get(known)
    if worded is None:
        compiled = cast(SQLCompiler, make().compile(dialect=connection.dialect))
        order = tuple(compiled.positiontup or ())
        worded = tables.worded[known] = str(compiled), order, dict(compiled.params)
    text, order, set_by_itself = worded
    values = {**set_by_itself, **given}
    if not connection.dialect.positional:
        return text, values
    return text, tuple([values[name] for name in order])


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
    keep: bool = False,
) -> None:
    """Insert tuples of `columns` (all of the table's, in order, where none are named).

    `replace`: in place of rows with the same primary key. `keep`: only where no row has a key of
    theirs.
    """
    if not rows:
        return
    names = tuple(columns) or tuple(column.name for column in table.columns)
    text = _insertion(connection, tables, table, names, replace=replace, keep=keep)
    _run(connection, text, names, rows)


def _insertion(
    connection: Connection, tables: Tables, table: Table, names: tuple[str, ...], *,
    replace: bool = False, keep: bool = False,
) -> str:  # fmt: skip
    if list(names) != [column.name for column in table.columns if column.name in set(names)]:
        raise BugError(f"columns of {table.name} must be named in the table's order")
    dialect = connection.dialect
    known = dialect.name, table.name, names, (replace, keep)
    text = tables.statements.get(known)
    if text is None:
        statement = tables.upsert(table, dialect.name) if replace else table.insert()
        values: dict[str, Any] = {name: bindparam(name) for name in names}
        text = str(statement.values(values).compile(dialect=dialect))  # type: ignore[attr-defined]
        text += " ON CONFLICT DO NOTHING" if keep else ""
        tables.statements[known] = text
    return text


def insert_columns(
    connection: Connection, tables: Tables, table: Table, columns: Mapping[str, Sequence[Any]]
) -> None:
    """`insert` for rows given column by column, in the table's order, all of one length; of what
    counts on (a range) or is the `Same` only the first is bound.

    SQLite takes hundreds of them in one statement: each that is run costs half a microsecond by
    itself, and lets go of the interpreter, which another thread then holds for a while.
    """
    names, left = tuple(columns), len(next(iter(columns.values()), ()))
    if not connection.dialect.positional:
        insert(connection, tables, table, list(zip(*columns.values(), strict=True)), columns=names)
        return
    kinds = [_kind(column) for column in columns.values()]
    several = [c for c, kind in zip(columns.values(), kinds, strict=True) if kind == _EACH]
    alike = [c for c, kind in zip(columns.values(), kinds, strict=True) if kind != _EACH]
    wide, done = len(several), 0
    most = min(_TOGETHER, (_PARAMETERS - len(alike)) // max(wide, 1))
    while left:
        many = 1 << min(left, most).bit_length() - 1  # Few sizes: each is a statement of its own.
        values: list[Any] = [None] * (wide * many)
        for place, column in enumerate(several):
            values[place::wide] = column[done : done + many]
        said = _many_rows(connection, tables, table, names, kinds=kinds, many=many)
        connection.exec_driver_sql(said, (*[column[done] for column in alike], *values))
        done, left = done + many, left - many


_EACH, _ALIKE, _COUNTED = "?%d", "?%d+0", "?%d+%d"
"""How a value of a column is written: bound for each row, once for all, or the first once."""


def _kind(column: Sequence[Any]) -> str:
    return _COUNTED if isinstance(column, range) else _ALIKE if type(column) is Same else _EACH


class Same(tuple[Any, ...]):
    """A column of `insert_columns` that holds one number all the way down."""


def _many_rows(
    connection: Connection, tables: Tables, table: Table, names: tuple[str, ...], *,
    kinds: Sequence[str], many: int,
) -> str:  # fmt: skip
    """An INSERT of so many rows."""
    text = _insertion(connection, tables, table, names)
    known = (text, many, *kinds)
    if known not in tables.statements:
        row, numbers = f"({', '.join(kinds)})", list[int]()
        each = count(1 + sum(kind != _EACH for kind in kinds))
        for number in range(many):
            once = count(1)
            for kind in kinds:
                numbers.append(next(each if kind == _EACH else once))
                if kind == _COUNTED:
                    numbers.append(number)
        head = text.rpartition(" VALUES ")[0]
        tables.statements[known] = f"{head} VALUES {', '.join([row] * many)}" % tuple(numbers)
    return tables.statements[known]


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
