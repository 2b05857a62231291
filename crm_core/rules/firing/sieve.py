"""Conditions by what they cannot do without, so that a record meets only those it may concern.

Where a condition is an equality, or has one among what must all hold, it is found by the
value the record has there; where it looks for words in a text, by the rarest pair of letters of
them; where one of several must hold, by each of them. What a sieve lets through is still asked
wholly: it never decides (decision 066).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from crm_core.model.query import (
    ANY_TIME,
    Ago,
    All,
    Condition,
    Op,
    Start,
    Test,
    ascii_lower,
    operand_value,
)
from crm_core.model.query import Any as AnyOf
from crm_core.model.values import Record

_PLAIN = (str, int, float, type(None))


class Sieve:
    """Conditions, each known by its place in the order they were given in."""

    def __init__(self, conditions: Iterable[Condition]) -> None:
        self._always: list[int] = []
        self._equal: dict[str, dict[object, list[int]]] = {}
        self._having: dict[str, dict[object, list[int]]] = {}
        words: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for place, condition in enumerate(conditions):
            handles = _handles(condition)
            if handles is None:
                self._always.append(place)
            for test in handles or ():
                self._add(place, test, words)
        self._words = {field: _Words(found) for field, found in words.items()}

    def _add(self, place: int, test: Test, words: dict[str, list[tuple[str, int]]]) -> None:
        operand = operand_value(test, ANY_TIME)
        if test.op is Op.CONTAINS:
            words[test.field].append((ascii_lower(str(operand)), place))
            return
        by = (self._having if test.op is Op.HAS else self._equal).setdefault(test.field, {})
        for value in dict.fromkeys(operand if isinstance(operand, tuple) else (operand,)):
            by.setdefault(value, []).append(place)

    def places(self, record: Record) -> list[int]:
        """The conditions that may hold of the record, in order; all others do not."""
        found = list(self._always)
        for field, by in self._equal.items():
            value = record.get(field)
            if isinstance(value, _PLAIN):
                found += by.get(value, ())
        for field, by in self._having.items():
            items = record.get(field)
            for item in dict.fromkeys(items) if isinstance(items, list) else ():
                found += by.get(item, ())
        for field, words in self._words.items():
            text = record.get(field)
            if isinstance(text, str) and text:
                found += words.places(ascii_lower(text))
        return sorted(set(found))


class _Words:
    """Words looked for in one field, by their rarest pair of letters."""

    def __init__(self, words: Iterable[tuple[str, int]]) -> None:
        places: dict[str, list[int]] = defaultdict(list)
        for word, place in words:
            places[word].append(place)
        self._places: Mapping[str, list[int]] = places
        often = Counter(pair for word in places for pair in _pairs(word))
        self._by: dict[str, list[str]] = defaultdict(list)
        self._short: list[str] = []
        for word in places:
            if len(word) < 2:
                self._short.append(word)
            else:
                self._by[min(sorted(_pairs(word)), key=often.__getitem__)].append(word)

    def places(self, text: str) -> Iterator[int]:
        """Where the text, in lower case, has the word."""
        asked: Iterable[str] = self._places
        if len(self._places) > len(text):  # Few words are looked for faster one by one.
            met = self._by.keys() & _pairs(text)
            asked = [*self._short, *(word for pair in met for word in self._by[pair])]
        for word in asked:
            if word in text:
                yield from self._places[word]


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def _handles(condition: Condition) -> list[Test] | None:
    """The tests by which a rule is held: where none of them is true, its condition is not either;
    None where there are no such tests."""
    match condition:
        case All(parts):
            found = [some for part in parts if (some := _handles(part)) is not None]
            return min(found, key=_cost, default=None)
        case AnyOf(parts):
            several = [_handles(part) for part in parts]
            if any(some is None for some in several):
                return None
            return [one for some in several for one in some or ()]
        case Test() if _fit(condition):
            return [condition]
    return None


def _cost(handles: Sequence[Test]) -> tuple[int, int]:
    """The best is that by which the fewest records are met, as far as its operator tells."""
    return max((_ORDER[one.op] for one in handles), default=-1), len(handles)


_ORDER = {Op.EQ: 0, Op.IN: 1, Op.HAS: 2, Op.CONTAINS: 3}


def _fit(test: Test) -> bool:
    operand = test.operand
    if test.op is Op.EQ:
        return isinstance(operand, str | int)
    return _FITS[test.op](operand) if test.op in _FITS else False


_FITS: Mapping[Op, Callable[[object], bool]] = {
    Op.IN: lambda operand: isinstance(operand, tuple),
    Op.HAS: lambda operand: isinstance(operand, str),
    Op.CONTAINS: lambda operand: not isinstance(operand, Ago | Start | tuple) and bool(operand),
}
