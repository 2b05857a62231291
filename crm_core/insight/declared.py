"""What a measure is, what is asked of it and what it answers: as data, with nothing worked out.

Which measures there are is in `catalogue`, how values come of sums in `reducing`, the SQL over the
facts in `store.measures.measuring`. A value always says what it was made of (design promise 6).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from crm_core.model.query import EVERYTHING, Condition, Query
from crm_core.model.schema import Label


class Shape(StrEnum):
    """How a value comes of what was added up."""

    COUNT = "count"
    """The numerator, as it is."""
    SHARE = "share"
    """numerator ÷ denominator × 100; never above 100 (decision 1 of the feature list)."""
    RATE = "rate"
    """numerator ÷ denominator × scale."""
    EXCESS = "excess"
    """(numerator − denominator) ÷ denominator: 0 is as planned."""
    DURATION = "duration"
    """A distribution of milliseconds, shown as hours or days; the value is its median."""
    COMPOSITE = "composite"
    """Made of other measures (`parts`)."""
    ABSENT = "absent"
    """Nothing records what it needs (`needs` says what)."""


class Fact(StrEnum):
    """The kind of fact a measure counts; `store.schema.fact_tables` has a table for each."""

    JOURNEY = "journey"
    STAGE = "stage"
    EVENT = "event"
    COST = "cost"
    NONE = "none"


class Group(StrEnum):
    """What a measure can be broken down by."""

    OWNER = "owner"
    TEAM = "team"
    STAGE = "stage"
    SOURCE = "source"
    INDUSTRY = "industry"
    CITY = "city"
    GRADE = "grade"
    ACTION = "action"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


TIMES = frozenset({Group.DAY, Group.WEEK, Group.MONTH})
"""Groups that cut the period; their names are the date each begins on, in China."""


class Better(StrEnum):
    """Which way a value should move."""

    LOW = "low"
    HIGH = "high"
    NEITHER = "neither"
    """More is neither good nor bad by itself: what was spent, who is due."""


class Span(StrEnum):
    """Which period a board asks about."""

    CHOSEN = "chosen"
    """The one that whoever looks has chosen."""
    TODAY = "today"
    WEEK = "week"
    """The week under way, from Monday on."""
    AHEAD = "ahead"
    """The seven days that begin today."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """When a value is red. Compared with the unrounded value."""

    above: float | None = None
    below: float | None = None
    strict: bool = True
    """Whether a value that is exactly the limit is still good."""

    def red(self, value: float | None) -> bool:
        """Whether the value is beyond the limit; nothing is not red."""
        if value is None:
            return False
        over = self.above is not None and value > self.above
        under = self.below is not None and value < self.below
        return over or under or (not self.strict and value in (self.above, self.below))


NEVER_RED = Threshold()


@dataclass(frozen=True, slots=True)
class Counting:
    """Which facts are looked at and what each adds. Conditions are about columns of the fact.

    Texts in a condition that begin with `@` are moments: `@at-48h` (see `framing`). `numerator`
    and `denominator` name a column, or are empty: then each fact counts one.
    """

    among: Condition = EVERYTHING
    """Facts that are looked at: what the denominator counts."""
    having: Condition = EVERYTHING
    """Those of them that the numerator counts."""
    numerator: str = ""
    denominator: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure, in words for people and in terms of facts for the database."""

    id: str
    label: Label
    definition: Label
    formula: Label
    unit: Label
    shape: Shape
    rows: tuple[str, ...]
    """Rows of the feature list it comes from."""
    fact: Fact = Fact.NONE
    entity: str = ""
    """The kind of record its values open; empty for measures made of others."""
    also: tuple[str, ...] = ()
    """Further kinds of record that are counted."""
    clock: str = ""
    """The column that decides whether a fact is in the period; empty: as it stands at its end."""
    counting: Counting = field(default_factory=Counting)
    threshold: Threshold = NEVER_RED
    better: Better = Better.HIGH
    suggestion: Label = field(default_factory=lambda: Label("", ""))
    """What to do when it is red."""
    groups: frozenset[Group] = frozenset()
    scale: float = 1.0
    """What the quotient of a RATE, or the milliseconds of a DURATION, are multiplied by."""
    digits: int = 1
    """Decimals worth showing."""
    parts: tuple[str, ...] = ()
    only_now: bool = False
    """Whether only the present is known, so that there is nothing to compare with."""
    span: Span = Span.CHOSEN
    first: str = ""
    """Field of its records by which a figure names the first three, the greatest first."""
    needs: Label | None = None
    """What would have to be recorded before this can be measured."""

    @property
    def made_of_others(self) -> bool:
        """Whether it has no facts of its own."""
        return self.shape is Shape.COMPOSITE


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` until just before `end`; both aware."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.end - self.start

    @property
    def previous(self) -> "Period":
        """The period of the same length just before."""
        return Period(self.start - self.length, self.start)


@dataclass(frozen=True, slots=True)
class Filters:
    """What is left out; an empty part asks nothing. Values are as in the records."""

    owners: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()


NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class Question:
    """One measure over one period."""

    measure: str
    period: Period
    filters: Filters = NO_FILTERS
    group_by: tuple[Group, ...] = ()
    """None for one value over everything; two for a heat map."""
    compare: bool = False
    """Whether the previous period is worked out as well."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A distribution, in the unit of its measure."""

    mean: float
    median: float
    p90: float
    n: int


@dataclass(frozen=True, slots=True)
class Value:
    """One value and what it was made of."""

    groups: tuple[str, ...]
    """One for each of the question's; "" where the record says nothing."""
    value: float | None
    """None for no data."""
    numerator: float | None = None
    denominator: float | None = None
    count: int = 0
    """Facts looked at."""
    red: bool = False
    previous: float | None = None
    spread: Spread | None = None
    parts: Mapping[str, "Value"] = field(default_factory=dict)
    """Of a composite: measure → its value."""

    @property
    def group(self) -> str:
        """The first group; "" where there is none."""
        return self.groups[0] if self.groups else ""

    @property
    def change(self) -> float | None:
        """Percent by which the unrounded value moved; None where there is nothing to compare."""
        if self.value is None or not self.previous:
            return None
        return 100 * (self.value - self.previous) / abs(self.previous)


@dataclass(frozen=True, slots=True)
class Answer:
    """The values of a question; groups without facts are not among them."""

    question: Question
    values: tuple[Value, ...]
    as_of: datetime
    provisional: bool = False
    """Some of it rests on records whose history is not on this device, or facts that wait."""

    def of(self, *groups: str) -> Value | None:
        """The value of these groups."""
        return next((one for one in self.values if one.groups == groups), None)

    @property
    def whole(self) -> Value:
        """The one value of a question without groups."""
        return self.of() or Value((), None)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One fact that a value was made of, and the record it came from."""

    entity: str
    id: str
    numerator: int
    """What it added; of a distribution, its milliseconds."""
    denominator: int
    at: int
    """When, in milliseconds since 1970; 0 where its measure has no clock."""
    stage: str = ""
    operator: str = ""
    """Who moved the record there."""
    partial: bool = False
    """Whether its history is not on this device."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What one value was made of: enough to work it out again (`reducing.recompute`)."""

    measure: Measure
    question: Question
    groups: tuple[str, ...]
    value: Value
    evidence: tuple[Evidence, ...]
    parts: tuple["Explanation", ...] = ()
    """Of a composite."""
    part: str = ""
    """What the composite it is a part of calls it."""

    @property
    def ids(self) -> tuple[str, ...]:
        """The records, each once, in the order of the evidence."""
        return tuple(dict.fromkeys(one.id for one in self.evidence))

    @property
    def red_ids(self) -> tuple[str, ...]:
        """Those that the numerator counts (of a share that is too low: those it does not)."""
        high = self.measure.shape is Shape.SHARE and self.measure.better is Better.HIGH
        return tuple(
            dict.fromkeys(one.id for one in self.evidence if bool(one.numerator) is not high)
        )

    @property
    def query(self) -> Query:
        """The records as a list asks for them."""
        from crm_core.model.query import Op, Test

        return Query(self.measure.entity, Test("id", Op.IN, self.ids))
