"""Conditions asked of many records at once, field by field, in place of record by record.

An equality is one look into a table of the values of its field, words are looked for once in all
texts, and what must hold beside that is asked only of the records that are left. The moment at
which something is asked is not known here: a test that compares with now may always hold, so that
what `swept` lets through is a record too many, never one too few.
"""

import operator
from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import accumulate
from typing import Any

from crm_core.model.query import (
    ANY_TIME,
    EVERYTHING,
    NOTHING,
    Ago,
    All,
    Condition,
    Not,
    Op,
    Start,
    Test,
    ascii_lower,
    operand_value,
)
from crm_core.model.query import Any as AnyOf
from crm_core.model.values import Record, Value


class Column:
    """What stands in one field of many records, by their number."""

    def __init__(self, values: list[Value]) -> None:
        self.values = values

    @cached_property
    def equal(self) -> Mapping[object, list[int]]:
        """Value → the records that have it; sets are none."""
        found: dict[object, list[int]] = defaultdict(list)
        for number, value in enumerate(self.values):
            if not isinstance(value, list):
                found[value].append(number)
        return found

    @cached_property
    def having(self) -> Mapping[object, list[int]]:
        """Item of a set → the records that have it."""
        found: dict[object, list[int]] = defaultdict(list)
        for number, items in enumerate(self.values):
            for item in dict.fromkeys(items) if isinstance(items, list) else ():
                found[item].append(number)
        return found

    @cached_property
    def _text(self) -> tuple[bytes, list[int]]:
        """All texts as one, of which only ASCII has another case; and where each begins."""
        texts = [_bytes(one) if isinstance(one, str) else b"" for one in self.values]
        starts = list(accumulate((len(one) + 1 for one in texts), initial=0))
        return b"\0".join(texts).lower(), starts

    def saying(self, word: str) -> list[int]:
        """The records whose text has the word, which is in lower case."""
        whole, starts = self._text
        looked_for, found = _bytes(word), list[int]()
        at = whole.find(looked_for)
        while at >= 0:
            found.append(bisect(starts, at) - 1)
            at = whole.find(looked_for, starts[found[-1] + 1])
        return found


class Sheet:
    """Many records, of which each field is taken apart when it is first asked for."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.records, self._columns = records, dict[str, Column]()

    def column(self, field: str) -> Column:
        """One field of all of them."""
        found = self._columns.get(field)
        if found is None:
            values = [record.get(field) for record in self.records]
            found = self._columns[field] = Column(values)
        return found

    @cached_property
    def all(self) -> Sequence[int]:
        """The numbers of all of them."""
        return range(len(self.records))


Sweep = Callable[[Sheet, Collection[int] | None], Collection[int]]
"""(records, which of them to ask; None: all) → those for which it holds, in any order, once."""


def swept(condition: Condition) -> Sweep:
    """The condition as it is asked of many records; of those that compare with now see above."""
    return _sweep(_whenever(condition, may=True))


def _whenever(condition: Condition, *, may: bool) -> Condition:
    """Without what compares with now: as if it held, or under "not" as if it did not."""
    match condition:
        case All(parts) | AnyOf(parts):
            return replace(condition, parts=tuple(_whenever(one, may=may) for one in parts))
        case Not(part):
            return Not(_whenever(part, may=not may))
        case Test(operand=Ago() | Start()):
            return EVERYTHING if may else NOTHING
    return condition


def _sweep(condition: Condition) -> Sweep:
    match condition:
        case All(parts):
            return _all([_sweep(one) for one in sorted(parts, key=_rank)])
        case AnyOf(parts):
            return _any([_sweep(one) for one in parts])
        case Not(part):
            return _not(_sweep(part))
        case Test():
            return _test(condition)


_RANKS = {Op.EQ: 0, Op.IN: 1, Op.HAS: 2, Op.CONTAINS: 3}


def _rank(condition: Condition) -> int:
    """Which of what must all hold is asked first: what is looked up, then what is worked out."""
    match condition:
        case Test(_, op):
            return _RANKS.get(op, 4)
        case All(parts):
            return min(map(_rank, parts), default=0)
        case AnyOf(parts):
            return max(map(_rank, parts), default=0)
    return 5


def _all(sweeps: Sequence[Sweep]) -> Sweep:
    def sweep(sheet: Sheet, among: Collection[int] | None) -> Collection[int]:
        for one in sweeps:
            among = one(sheet, among)
            if not among:
                return ()
        return sheet.all if among is None else among

    return sweep


def _any(sweeps: Sequence[Sweep]) -> Sweep:
    def sweep(sheet: Sheet, among: Collection[int] | None) -> Collection[int]:
        return set[int]().union(*(one(sheet, among) for one in sweeps))

    return sweep


def _not(part: Sweep) -> Sweep:
    def sweep(sheet: Sheet, among: Collection[int] | None) -> Collection[int]:
        return set(sheet.all if among is None else among).difference(part(sheet, among))

    return sweep


def _test(test: Test) -> Sweep:
    field, op, operand = test.field, test.op, operand_value(test, ANY_TIME)
    if op is Op.EQ and not isinstance(operand, tuple | list):
        return _looked_up(field, (operand,), having=False)
    if op is Op.IN and isinstance(operand, tuple):
        return _looked_up(field, operand, having=False)
    if op is Op.HAS and isinstance(operand, str):
        return _looked_up(field, (operand,), having=True)
    if op is Op.CONTAINS and operand is not None:
        return _saying(field, ascii_lower(str(operand)))
    if op is Op.NE:
        return _not(_test(replace(test, op=Op.EQ)))
    if op in _ORDERS and isinstance(operand, str | int):
        return _ordered(field, _ORDERS[op], operand)
    return lambda _sheet, _among: ()


def _looked_up(field: str, values: Collection[object], *, having: bool) -> Sweep:
    wanted = tuple(dict.fromkeys(values))

    def sweep(sheet: Sheet, among: Collection[int] | None) -> Collection[int]:
        column = sheet.column(field)
        table = column.having if having else column.equal
        found = [number for value in wanted for number in table.get(value, ())]
        return found if among is None else _both(found, among)

    return sweep


def _saying(field: str, word: str) -> Sweep:
    def sweep(sheet: Sheet, among: Collection[int] | None) -> Collection[int]:
        found = sheet.column(field).saying(word) if word else _texts(sheet.column(field))
        return found if among is None else _both(found, among)

    return sweep


def _texts(column: Column) -> list[int]:
    """Every text says nothing at all."""
    return [number for number, value in enumerate(column.values) if isinstance(value, str)]


def _both(some: Sequence[int], others: Collection[int]) -> Collection[int]:
    return set(some).intersection(others) if some else ()


_ORDERS: Mapping[Op, Callable[[Any, Any], bool]] = {
    Op.LT: operator.lt, Op.LE: operator.le, Op.GT: operator.gt, Op.GE: operator.ge,
}  # fmt: skip


def _ordered(field: str, compare: Callable[[Any, Any], bool], operand: str | int) -> Sweep:
    kind = str if isinstance(operand, str) else int

    def sweep(sheet: Sheet, among: Collection[int] | None) -> Collection[int]:
        values = sheet.column(field).values
        return [
            number for number in (sheet.all if among is None else among)
            if isinstance(values[number], kind) and compare(values[number], operand)
        ]  # fmt: skip

    return sweep


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
