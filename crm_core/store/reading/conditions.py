"""Compiles `model.query` conditions to SQL with exactly the meaning of `query.matches`."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    Text,
    and_,
    false,
    func,
    not_,
    or_,
    select,
    true,
    type_coerce,
)

from crm_core.model.query import (
    HIDDEN,
    All,
    Condition,
    Not,
    Op,
    Query,
    Test,
    ascii_lower,
    operand_value,
)
from crm_core.model.query import Any as AnyOf
from crm_core.store.schema.expressions import as_number, contains, holds, living
from crm_core.store.schema.sort_keys import field_column, order_column
from crm_core.store.schema.tables import JsonText

_INTEGER_LIMIT = 2**63


def compile_query(query: Query, table: Table, now: datetime) -> Select[Any]:
    """`SELECT rid` of the living records that answer the query, in its order.

    Names are ordered by their sound (`matching.pinyin.sort_key`), other fields by their values.
    """
    statement = select(table.c.rid).where(living(table), compile_condition(query.where, table, now))
    for sort in query.sort:
        column = order_column(table, sort.field)
        if column is None:
            continue  # A saved view may sort by a field the company has given up.
        ordered = column.desc().nulls_last() if sort.descending else column.asc().nulls_first()
        statement = statement.order_by(ordered)
    statement = statement.order_by(table.c.rid)
    return statement.limit(query.limit) if query.limit is not None else statement


def compile_condition(condition: Condition, table: Table, now: datetime) -> ColumnElement[bool]:
    """The condition as an SQL expression; NULL inside means false, as in Python."""
    match condition:
        case All(parts):
            return and_(true(), *(compile_condition(p, table, now) for p in parts))
        case AnyOf(parts):
            return or_(false(), *(compile_condition(p, table, now) for p in parts))
        case Not(part):
            return not_(func.coalesce(compile_condition(part, table, now), false()))
        case Test():
            return _test(condition, table, now)


def _test(test: Test, table: Table, now: datetime) -> ColumnElement[bool]:
    column = None if test.field in HIDDEN else field_column(table, test.field)
    operand = operand_value(test, now)
    if column is None:
        return _absent(test, operand)
    if test.op in (Op.EQ, Op.NE):
        return _equal(column, operand, negated=test.op is Op.NE)
    if operand is None:
        return false()
    if test.op is Op.IN:
        return column.in_(operand) if isinstance(operand, tuple) and _is_text(column) else false()
    if test.op is Op.HAS:
        return _has(column, operand)
    if test.op is Op.CONTAINS:
        return _contains(column, ascii_lower(str(operand)))
    return _ordered(test.op, column, operand)


def _absent(test: Test, operand: object) -> ColumnElement[bool]:
    """A field this database does not have reads as None everywhere."""
    if test.op in (Op.EQ, Op.NE):
        return true() if (operand is None) is (test.op is Op.EQ) else false()
    return false()


def _equal(column: ColumnElement[Any], operand: Any, *, negated: bool) -> ColumnElement[bool]:
    if operand is None:
        return column.is_not(None) if negated else column.is_(None)
    if not _comparable(column, operand) or _beyond(operand):
        return true() if negated else false()
    plain, value = _plain(column, operand)
    return plain.is_distinct_from(value) if negated else plain == value


def _has(column: ColumnElement[Any], operand: object) -> ColumnElement[bool]:
    if not isinstance(column.type, JsonText) or not isinstance(operand, str):
        return false()
    return holds(type_coerce(column, Text), operand)


def _contains(column: ColumnElement[Any], needle: str) -> ColumnElement[bool]:
    if not _is_text(column):
        return false()
    return contains(column, needle)


def _is_number(column: ColumnElement[Any]) -> bool:
    return column.type.python_type in (int, bool)


def _is_text(column: ColumnElement[Any]) -> bool:
    return not _is_number(column) and not isinstance(column.type, JsonText)


def _comparable(column: ColumnElement[Any], operand: object) -> bool:
    """Only numbers with numbers and text with text; a set equals nothing that can be asked for."""
    if isinstance(operand, int):
        return _is_number(column)
    return isinstance(operand, str) and _is_text(column)


def _plain(column: ColumnElement[Any], operand: Any) -> tuple[ColumnElement[Any], Any]:
    """Booleans compared as the numbers they are."""
    if isinstance(operand, int):
        return as_number(column), int(operand)
    return column, operand


def _beyond(operand: object) -> bool:
    return isinstance(operand, int) and not -_INTEGER_LIMIT <= operand < _INTEGER_LIMIT


def _ordered(op: Op, column: ColumnElement[Any], operand: Any) -> ColumnElement[bool]:
    if not _comparable(column, operand):
        return false()
    if _beyond(operand):
        operand = _INTEGER_LIMIT - 1 if operand > 0 else -_INTEGER_LIMIT
    plain, value = _plain(column, operand)
    comparisons: dict[Op, ColumnElement[bool]] = {
        Op.LT: plain < value,
        Op.LE: plain <= value,
        Op.GT: plain > value,
        Op.GE: plain >= value,
    }
    return comparisons[op]
