"""The groups of a list: counted by one question, their records asked for when they are opened."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from crm_core.clock import CHINA, iso_moment
from crm_core.model.query import All, Condition, Op, Query, Test
from crm_core.model.schema import EntitySpec, FieldSpec, Kind
from crm_core.model.values import Value, format_fen

UNITS = ("day", "week", "month")
_ALL_OPEN = 500
"""A list of no more records opens all of its groups at once, where they are not too many."""
_MANY_GROUPS = 40
_DAY, _HOUR = 10, 13
"""Letters of a date, and of a moment to the hour: a day in China begins within a day of UTC."""


class GroupSource(Protocol):
    """What groups are read from; the replica is one."""

    def row_ids(self, query: Query) -> Sequence[int]:
        """Row ids of the answer."""

    def tallies(
        self, query: Query, name: str, *, letters: int = 0, total: str = ""
    ) -> list[tuple[Value, int, int | None]]:
        """Records by value."""

    def titles(self, entity: str, ids: set[str]) -> dict[str, str]:
        """Names of records pointed at."""


@dataclass(frozen=True, slots=True)
class GroupBy:
    """What a list is grouped by."""

    spec: FieldSpec
    unit: str = ""
    total: FieldSpec | None = None
    """The field of money that is summed."""


@dataclass(slots=True)
class Group:
    """One value, or one period, and its records."""

    key: str | None
    """Tells it from the others whatever becomes of the list; None: no value."""
    where: Condition
    count: int
    total: int | None = None
    title: str = ""
    """The name of the record pointed at."""
    rids: array[int] | None = None
    """None until somebody opens it."""


@dataclass(slots=True)
class Groups:
    """The groups of one answer, and which of them are open."""

    by: GroupBy
    query: Query
    groups: list[Group] = field(default_factory=list)
    turned: dict[str | None, bool] = field(default_factory=dict)
    """What the person opened or closed, by key."""

    @property
    def records(self) -> int:
        """Records in all groups."""
        return sum(group.count for group in self.groups)

    def is_open(self, place: int) -> bool:
        """Whether a group shows its records."""
        few = self.records <= _ALL_OPEN and len(self.groups) <= _MANY_GROUPS
        return self.turned.get(self.groups[place].key, few or place == 0)

    def numbers(self) -> array[int]:
        """The rows: -2, -3… for the first, the second header, between them row ids."""
        rows = array("q")
        for place, group in enumerate(self.groups):
            rows.append(header_number(place))
            if self.is_open(place) and group.rids is not None:
                rows.extend(group.rids)
        return rows

    def of_group(self, place: int) -> Query:
        """The records of one group, in the order of the list."""
        return replace(self.query, where=All((self.query.where, self.groups[place].where)))


def header_number(place: int) -> int:
    """What stands for a header among the row ids, which are positive; -1 is no row at all."""
    return -2 - place


def place_of(number: int) -> int:
    """Which group a header is of; -1 for a record."""
    return -2 - number if number < -1 else -1


def group_by(entity: EntitySpec, text: str, columns: Iterable[FieldSpec] = ()) -> GroupBy | None:
    """Read `level` or `next_contact_on:week`; None for what cannot be grouped by here."""
    name, _, unit = text.partition(":")
    spec = entity.find(name)
    if spec is None or not can_group(spec):
        return None
    money = [one for one in (*columns, *entity.fields) if one.kind is Kind.MONEY]
    dated = spec.kind in (Kind.DATE, Kind.MOMENT)
    unit = (unit if unit in UNITS else UNITS[2]) if dated else ""
    return GroupBy(spec, unit, money[0] if money else None)


def can_group(spec: FieldSpec) -> bool:
    """Whether records have few enough values of a field in common to be grouped by it."""
    kinds = (Kind.CHOICE, Kind.REF, Kind.DATE, Kind.MOMENT, Kind.BOOL)
    return spec.kind in kinds or (spec.kind is Kind.TEXT and bool(spec.choices))


def read_groups(
    source: GroupSource, by: GroupBy, query: Query, turned: Mapping[str | None, bool]
) -> Groups:
    """Ask for the groups of a query, and for the records of those that are open."""
    letters = {Kind.DATE: _DAY, Kind.MOMENT: _HOUR}.get(by.spec.kind, 0)
    total = by.total.name if by.total is not None else ""
    found = source.tallies(query, by.spec.name, letters=letters, total=total)
    groups = _periods(by, found) if by.unit else [_of_value(by, *one) for one in found]
    if by.spec.kind is Kind.REF:
        titles = source.titles(by.spec.target, {g.key for g in groups if g.key is not None})
        for group in groups:
            group.title = titles.get(group.key or "", "")
    made = Groups(by, query, sorted(groups, key=_order(by.spec)), dict(turned))
    for place, group in enumerate(made.groups):
        if made.is_open(place):
            group.rids = array("q", source.row_ids(made.of_group(place)))
    return made


def group_label(by: GroupBy, group: Group, language: str) -> str:
    """What a group is called."""
    spec, key = by.spec, group.key
    chinese = language.startswith("zh")
    if key is None:
        return "（无）" if chinese else "(none)"
    if spec.kind is Kind.REF:
        return group.title or "…"
    if spec.kind is Kind.BOOL:
        yes, no = ("是", "否") if chinese else ("Yes", "No")
        return yes if key == "1" else no
    if by.unit:
        return _period_label(by.unit, date.fromisoformat(key), chinese=chinese)
    option = spec.choice(key)
    return option.label.text(language) if option else key


def group_detail(by: GroupBy, group: Group, language: str) -> str:
    """How many records a group has, and what they come to."""
    chinese = language.startswith("zh")
    words = f"{group.count:,} 条" if chinese else f"{group.count:,}"
    if by.total is None or not group.total:
        return words
    return f"{words} · {by.total.label.text(language)} {format_fen(group.total)}"


def _of_value(by: GroupBy, value: Value, count: int, total: int | None) -> Group:
    if by.spec.kind is Kind.BOOL and value is not None:
        return Group(str(int(bool(value))), Test(by.spec.name, Op.EQ, bool(value)), count, total)
    key = None if value is None else str(value)
    return Group(key, Test(by.spec.name, Op.EQ, key), count, total)


def _periods(by: GroupBy, found: Sequence[tuple[Value, int, int | None]]) -> list[Group]:
    counts: dict[date | None, int] = defaultdict(int)
    totals: dict[date | None, int] = defaultdict(int)
    for value, count, total in found:
        begin = _begin(by, value)
        counts[begin] += count
        totals[begin] += total or 0
    return [
        Group(
            None if begin is None else begin.isoformat(), _within(by, begin), count, totals[begin]
        )
        for begin, count in counts.items()
    ]


def _begin(by: GroupBy, value: Value) -> date | None:
    """The first day of the period a value lies in."""
    if value is None:
        return None
    try:
        if by.spec.kind is Kind.MOMENT:
            hour = datetime.strptime(str(value), "%Y-%m-%dT%H").replace(tzinfo=UTC)
            day = hour.astimezone(CHINA).date()
        else:
            day = date.fromisoformat(str(value))
    except ValueError:
        return None
    if by.unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if by.unit == "month" else day


def _within(by: GroupBy, begin: date | None) -> Condition:
    name = by.spec.name
    if begin is None:
        return Test(name, Op.EQ, None)
    if by.unit == "month":
        end = (begin + timedelta(days=32)).replace(day=1)
    else:
        end = begin + timedelta(days=7 if by.unit == "week" else 1)
    low, high = (_written(by.spec, day) for day in (begin, end))
    return All((Test(name, Op.GE, low), Test(name, Op.LT, high)))


def _written(spec: FieldSpec, day: date) -> str:
    if spec.kind is Kind.DATE:
        return day.isoformat()
    return iso_moment(datetime.combine(day, time(), tzinfo=CHINA))


def _order(spec: FieldSpec) -> Callable[[Group], tuple[bool, int, str]]:
    """Options in their order, people with most records first, the latest period first."""
    places = {choice.code: place for place, choice in enumerate(spec.choices)}

    def key(group: Group) -> tuple[bool, int, str]:
        if spec.kind is Kind.REF:
            return group.key is None, -group.count, group.title
        if spec.kind in (Kind.DATE, Kind.MOMENT):
            day = date.fromisoformat(group.key).toordinal() if group.key else 0
            return group.key is None, -day, ""
        return group.key is None, places.get(group.key or "", len(places)), group.key or ""

    return key


def _period_label(unit: str, begin: date, *, chinese: bool) -> str:
    if unit == "day":
        return begin.isoformat()
    if unit == "month":
        return f"{begin.year} 年 {begin.month} 月" if chinese else f"{begin:%Y-%m}"
    last = begin + timedelta(days=6)
    return f"{begin.isoformat()} – {last:%m-%d}"
