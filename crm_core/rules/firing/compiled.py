"""Conditions made ready once to be asked of many records; each says what `query.matches` says."""

import operator
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast

from crm_core.model.query import (
    ANY_TIME,
    Ago,
    All,
    Condition,
    Not,
    Op,
    Operand,
    Start,
    Test,
    ascii_lower,
    operand_value,
)
from crm_core.model.query import Any as AnyOf
from crm_core.model.values import Record

Check = Callable[[Record, datetime], bool]


def compiled(condition: Condition) -> Check:
    """The condition as a function of record and moment."""
    match condition:
        case All(()):
            return lambda _record, _now: True
        case All((part,)) | AnyOf((part,)):
            return compiled(part)
        case All(parts):
            return _all([compiled(part) for part in parts])
        case AnyOf(parts) if (words := _words_in_one(parts)) is not None:
            return _contains_any(*words)
        case AnyOf(parts):
            return _any([compiled(part) for part in parts])
        case Not(part):
            inner = compiled(part)
            return lambda record, now: not inner(record, now)
        case Test(_, _, Ago() | Start()):
            return _timed(condition)
        case Test():
            return _test(condition)


def _all(checks: list[Check]) -> Check:
    def check(record: Record, now: datetime) -> bool:
        # A loop: a generator a record costs more than what it asks.
        for one in checks:  # noqa: SIM110
            if not one(record, now):
                return False
        return True

    return check


def _any(checks: list[Check]) -> Check:
    def check(record: Record, now: datetime) -> bool:
        for one in checks:  # noqa: SIM110
            if one(record, now):
                return True
        return False

    return check


def _test(test: Test) -> Check:
    field, operand = test.field, operand_value(test, ANY_TIME)
    if operand is None and test.op not in (Op.EQ, Op.NE):
        return _never
    return _MAKERS[test.op](field, operand)


def _timed(test: Test) -> Check:
    """One that depends on the time: what it compares with is worked out once a moment."""
    made: tuple[datetime | None, Check] = None, _never

    def check(record: Record, now: datetime) -> bool:
        nonlocal made
        at, asked = made
        if at != now:
            asked = _test(Test(test.field, test.op, cast("Operand", operand_value(test, now))))
            made = now, asked
        return asked(record, now)

    return check


def _equal(field: str, operand: object) -> Check:
    return lambda record, _now: record.get(field) == operand


def _unequal(field: str, operand: object) -> Check:
    return lambda record, _now: record.get(field) != operand


def _among(field: str, operand: object) -> Check:
    if not isinstance(operand, tuple):
        return lambda _record, _now: False
    items = frozenset(operand)

    def check(record: Record, _now: datetime) -> bool:
        value = record.get(field)
        return isinstance(value, str) and value in items

    return check


def _has(field: str, operand: object) -> Check:
    def check(record: Record, _now: datetime) -> bool:
        value = record.get(field)
        return isinstance(value, list) and isinstance(operand, str) and operand in value

    return check


def _contains(field: str, operand: object) -> Check:
    part = ascii_lower(str(operand))
    if part == part.upper():  # Of words without letters, most of ours, case says nothing.

        def plainly(record: Record, _now: datetime) -> bool:
            value = record.get(field)
            return isinstance(value, str) and part in value

        return plainly

    def check(record: Record, _now: datetime) -> bool:
        value = record.get(field)
        return isinstance(value, str) and part in ascii_lower(value)

    return check


def _words_in_one(parts: tuple[Condition, ...]) -> tuple[str, list[str]] | None:
    """The field and the words, where each of the parts looks for a word in the same field."""
    tests = [one for one in parts if isinstance(one, Test) and one.op is Op.CONTAINS]
    if not tests or len(tests) < len(parts) or len({one.field for one in tests}) > 1:
        return None
    words = [operand_value(one, ANY_TIME) for one in tests if isinstance(one.operand, str)]
    return (tests[0].field, [str(word) for word in words]) if len(words) == len(tests) else None


def _contains_any(field: str, words: list[str]) -> Check:
    parts = [ascii_lower(word) for word in words]

    def check(record: Record, _now: datetime) -> bool:
        value = record.get(field)
        if not isinstance(value, str):
            return False
        text = ascii_lower(value)  # Once, not for each word.
        return any(part in text for part in parts)

    return check


def _compared(compare: Callable[[Any, Any], bool]) -> Callable[[str, object], Check]:
    """An order of two texts or two numbers; nothing is before or behind what is of another type."""

    def make(field: str, operand: object) -> Check:
        if not isinstance(operand, str | int):
            return _never
        kind = str if isinstance(operand, str) else int

        def check(record: Record, _now: datetime) -> bool:
            value = record.get(field)
            return isinstance(value, kind) and compare(value, operand)

        return check

    return make


def _never(_record: Record, _now: datetime) -> bool:
    return False


_MAKERS: Mapping[Op, Callable[[str, object], Check]] = {
    Op.EQ: _equal,
    Op.NE: _unequal,
    Op.IN: _among,
    Op.HAS: _has,
    Op.CONTAINS: _contains,
    Op.LT: _compared(operator.lt),
    Op.LE: _compared(operator.le),
    Op.GT: _compared(operator.gt),
    Op.GE: _compared(operator.ge),
}
