"""The few SQL expressions that SQLite and PostgreSQL spell differently."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Integer,
    Table,
    cast,
    func,
    literal,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Holds(FunctionElement[bool]):
    """Whether a column with a JSON list of texts holds one."""

    type = Boolean()
    inherit_cache = True
    name = "holds"


@compiles(_Holds)
def _holds(element: _Holds, compiler: SQLCompiler, **options: Any) -> str:
    column, item = (compiler.process(part, **options) for part in element.clauses)
    return f"EXISTS (SELECT 1 FROM json_each({column}) WHERE value = {item})"


@compiles(_Holds, "postgresql")
def _holds_postgres(element: _Holds, compiler: SQLCompiler, **options: Any) -> str:
    column, item = (compiler.process(part, **options) for part in element.clauses)
    # A custom field that was text before it was a set may still hold some.
    return f"CASE WHEN {column} LIKE '[%%' THEN jsonb_exists({column}::jsonb, {item}) END"


class _Position(FunctionElement[int]):
    """Where in a text another begins, from 1; 0 if nowhere."""

    type = Integer()
    inherit_cache = True
    name = "position"


@compiles(_Position)
def _position(element: _Position, compiler: SQLCompiler, **options: Any) -> str:
    return f"instr({compiler.process(element.clauses, **options)})"


@compiles(_Position, "postgresql")
def _position_postgres(element: _Position, compiler: SQLCompiler, **options: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **options)})"


class _Extreme(FunctionElement[int]):
    """The greatest or least of some numbers, none of them NULL."""

    type = BigInteger()
    inherit_cache = True


class _Greatest(_Extreme):
    name = "greatest"
    inherit_cache = True


class _Least(_Extreme):
    name = "least"
    inherit_cache = True


@compiles(_Extreme)
def _extreme(element: _Extreme, compiler: SQLCompiler, **options: Any) -> str:
    return f"{element.name}({compiler.process(element.clauses, **options)})"


@compiles(_Greatest, "sqlite")
def _greatest_sqlite(element: _Greatest, compiler: SQLCompiler, **options: Any) -> str:
    return f"max({compiler.process(element.clauses, **options)})"


@compiles(_Least, "sqlite")
def _least_sqlite(element: _Least, compiler: SQLCompiler, **options: Any) -> str:
    return f"min({compiler.process(element.clauses, **options)})"


class _Mostly(FunctionElement[bool]):
    """A condition that nearly every row fulfils."""

    type = Boolean()
    inherit_cache = True
    name = "mostly"


@compiles(_Mostly)
def _mostly(element: _Mostly, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(_Mostly, "sqlite")
def _mostly_sqlite(element: _Mostly, compiler: SQLCompiler, **options: Any) -> str:
    return f"likely({compiler.process(element.clauses, **options)})"


def living(table: Table) -> ColumnElement[bool]:
    """Whether a record is alive. Nearly all are: an index is no use for that alone, though one
    that holds it spares a look at the row."""
    return _Mostly(table.c.alive.is_(True))


def holds(column: ColumnElement[Any], item: str) -> ColumnElement[bool]:
    """Whether a column with a JSON list of texts holds `item`; NULL where it holds no list."""
    return _Holds(column, literal(item))


def contains(column: ColumnElement[Any], needle: str) -> ColumnElement[bool]:
    """Whether a text contains `needle`, which is in small letters; A–Z count as small ones."""
    return _Position(func.lower(column), literal(needle)) > 0


def greatest(*numbers: ColumnElement[Any]) -> ColumnElement[int]:
    """The greatest of some numbers."""
    return _Greatest(*numbers)


def least(*numbers: ColumnElement[Any]) -> ColumnElement[int]:
    """The least of some numbers."""
    return _Least(*numbers)


def as_number(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column of numbers or booleans as numbers."""
    if isinstance(column.type, Boolean):
        return cast(cast(column, Integer), BigInteger)  # PostgreSQL has no shorter way.
    return column
