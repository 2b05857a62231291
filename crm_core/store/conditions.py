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
)

from crm_core.model.query import All, Condition, Not, Op, Query, Test, ascii_lower, operand_value
from crm_core.model.query import Any as AnyOf
from crm_core.store.encoding import pack
from crm_core.store.tables import JsonText


def compile_query(query: Query, table: Table, now: datetime) -> Select[Any]:
    """`SELECT rid` of the living records that answer the query, in its order."""
    statement = select(table.c.rid).where(
        table.c.alive.is_(True), compile_condition(query.where, table, now)
    )
    for sort in query.sort:
        column = table.c[sort.field]
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
    column = table.c.get(test.field)
    operand = operand_value(test, now)
    if column is None:
        return _absent(test, operand)
    if test.op in (Op.EQ, Op.NE):
        return _equal(column, operand, negated=test.op is Op.NE)
    if operand is None:
        return false()
    if test.op is Op.IN:
        return column.in_(operand) if isinstance(operand, tuple) else false()
    if test.op is Op.HAS:
        return _has(column, operand)
    if test.op is Op.CONTAINS:
        return func.lower(column).contains(ascii_lower(str(operand)), autoescape=True)
    return _ordered(test.op, column, operand)


def _absent(test: Test, operand: object) -> ColumnElement[bool]:
    """A field this database does not have reads as None everywhere."""
    if test.op in (Op.EQ, Op.NE):
        return true() if (operand is None) is (test.op is Op.EQ) else false()
    return false()


def _equal(column: ColumnElement[Any], operand: Any, *, negated: bool) -> ColumnElement[bool]:
    if operand is None:
        return column.is_not(None) if negated else column.is_(None)
    if isinstance(operand, int) != _is_number(column):
        return true() if negated else false()
    return column.is_distinct_from(operand) if negated else column == operand


def _has(column: ColumnElement[Any], operand: object) -> ColumnElement[bool]:
    if not isinstance(column.type, JsonText):
        return false()
    item = pack(operand)
    plain = func.coalesce(column.cast(Text()), "")
    return or_(*(plain.contains(f"{opening}{item}", autoescape=True) for opening in ("[", ",")))


def _is_number(column: ColumnElement[Any]) -> bool:
    return column.type.python_type in (int, bool)


def _ordered(op: Op, column: ColumnElement[Any], operand: Any) -> ColumnElement[bool]:
    if isinstance(operand, int) != _is_number(column) or isinstance(operand, tuple):
        return false()
    comparisons: dict[Op, ColumnElement[bool]] = {
        Op.LT: column < operand,
        Op.LE: column <= operand,
        Op.GT: column > operand,
        Op.GE: column >= operand,
    }
    return comparisons[op]
