"""Adds up the rows of `fact_select.fact_rows` by group.

SQLite sorts what it groups, which takes ten times as long as reading it: so the rows come as a few
long texts of numbers, one for all groups and one for what each adds, and are added up here. Whole
numbers, so that the order changes nothing.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Text,
    cast,
    func,
    literal_column,
)

from crm_core.insight.declared import TIMES, Group, Measure, Shape
from crm_core.insight.reducing import Sums, distribution
from crm_core.model.query import EVERYTHING
from crm_core.store.measures.fact_select import Rows
from crm_core.store.reading.rows import fetch
from crm_core.store.schema.expressions import greatest

Codes = Sequence[int]
"""Of a group, for each the number of its word, 0 for none; of slices of time their place from 1."""
Names = tuple[str, ...]
_PLACES = 2**24
"""More words than a company has: two groups are told as one number."""


@dataclass(slots=True)
class _Heap:
    """What was added up so far of one group."""

    numerator: int = 0
    denominator: int = 0
    count: int = 0
    members: list[int] = field(default_factory=list)
    """Numerators one by one, of a distribution."""

    def add(self, other: "_Heap") -> None:
        """Two that have the same name."""
        self.numerator += other.numerator
        self.denominator += other.denominator
        self.count += other.count
        self.members += other.members

    def sums(self, measure: Measure) -> Sums:
        """As values are made of them."""
        if measure.shape is Shape.DURATION:
            return distribution(self.members)
        return Sums(self.numerator, self.denominator, self.count)


def added(
    connection: Connection,
    rows: Rows,
    measure: Measure,
    groups: Sequence[Group],
    named: Callable[[Sequence[Codes]], Sequence[Names]],
) -> tuple[dict[Names, Sums], bool]:
    """The sums of every group that has facts, and whether any of them is partial.

    `named` says what groups are called; those of one name are one.
    """
    if not groups and measure.shape is not Shape.DURATION:
        heaps, partial = _whole(connection, rows)
    elif measure.counting.numerator or measure.counting.denominator:
        heaps, partial = _spelled(connection, rows, measure, _code(rows, groups))
    else:
        heaps, partial = _counted(connection, rows, measure, _code(rows, groups))
    codes = list(heaps)
    found: dict[Names, _Heap] = {}
    for code, name in zip(codes, named([_apart(one, len(groups)) for one in codes]), strict=True):
        found.setdefault(name, _Heap()).add(heaps[code])
    return {name: heap.sums(measure) for name, heap in found.items()}, partial


def _whole(connection: Connection, rows: Rows) -> tuple[dict[int, _Heap], bool]:
    told = rows.columns
    statement = rows.select(
        func.sum(told["n"]), func.sum(told["d"]), func.count(), func.max(told["partial"])
    )
    numerator, denominator, count, partial = fetch(connection, statement)[0]
    if not count:
        return {}, False
    return {0: _Heap(int(numerator or 0), int(denominator or 0), count)}, bool(partial)


def _counted(
    connection: Connection, rows: Rows, measure: Measure, code: ColumnElement[int]
) -> tuple[dict[int, _Heap], bool]:
    """Where each fact adds 1 to the denominator and 1 or nothing to the numerator."""
    every = measure.counting.having == EVERYTHING
    (told,), partial = _told(connection, rows, code if every else code * 2 + rows.columns["n"])
    both = Counter(told)
    if every:
        return {one: _Heap(n, n, n) for one, n in both.items()}, partial
    found: dict[int, _Heap] = {}
    for one in {number >> 1 for number in both}:
        met = both[2 * one + 1]
        count = met + both[2 * one]
        found[one] = _Heap(met, count, count)
    return found, partial


def _spelled(
    connection: Connection, rows: Rows, measure: Measure, code: ColumnElement[int]
) -> tuple[dict[int, _Heap], bool]:
    """Where facts add numbers of their own."""
    told: list[ColumnElement[int]] = [code, func.coalesce(rows.columns["n"], 0)]
    if measure.counting.denominator:
        told.append(func.coalesce(rows.columns["d"], 0))
    (codes, numerators, *more), partial = _told(connection, rows, *told)
    tops, found = _by(codes, numerators), dict[int, _Heap]()
    bottoms = _by(codes, more[0]) if more else {}
    for one, its in tops.items():
        under = sum(bottoms[one]) if more else len(its)
        found[one] = _Heap(sum(its), under, len(its), its)
    return found, partial


def _by(codes: Iterable[int], numbers: Iterable[int]) -> Mapping[int, list[int]]:
    found = defaultdict[int, list[int]](list)
    for code, number in zip(codes, numbers, strict=True):
        found[code].append(number)
    return found


def _told(
    connection: Connection, rows: Rows, *columns: ColumnElement[Any]
) -> tuple[list[list[int]], bool]:
    """The columns as lists, all in one order."""
    texts = [func.aggregate_strings(cast(one, Text), ",") for one in columns]
    statement = rows.select(*texts, func.max(rows.columns["partial"]))
    *told, partial = fetch(connection, statement)[0]
    return [json.loads(f"[{text or ''}]") for text in told], bool(partial)


def _code(rows: Rows, groups: Sequence[Group]) -> ColumnElement[int]:
    """All groups as one number; 0 where there are none."""
    code: ColumnElement[int] = literal_column("0", BigInteger)
    for place, group in enumerate(groups):
        column = rows.columns[f"g{place}"]
        before = literal_column("-1", BigInteger)
        one = greatest(column, before) + 1 if group in TIMES else func.coalesce(column, 0)
        code = one if not place else cast(code, BigInteger) * _PLACES + one
    return code


def _apart(code: int, groups: int) -> Codes:
    return () if not groups else (code,) if groups == 1 else divmod(code, _PLACES)
