"""Questions about records, as data: lists, saved views, REST, rules, scope and boards all use them.

`matches` answers a condition in Python; the store compiles the same condition to SQL. A property
test holds the two together. NULL follows one rule on both sides: it equals only None, and orders
before every value; a comparison with it is false. So is one between values of different types.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from crm_core.clock import CHINA, iso_moment
from crm_core.model.values import Value

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
HIDDEN = frozenset(
    {"alive", "created_at", "created_by", "touched_at", "touched_by", "deleted_at", "deleted_by"}
)
"""Columns the store keeps beside the fields; as fields they do not exist."""


_CENTURIES = 290_000
"""Days; farther from now no calendar is asked."""


class Op(StrEnum):
    """How a field is compared with an operand."""

    EQ = "eq"
    NE = "ne"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    IN = "in"
    HAS = "has"
    """A set field contains the operand."""
    CONTAINS = "contains"
    """A text field contains the operand, letter case ignored for a–z."""


@dataclass(frozen=True, slots=True)
class Ago:
    """A moment relative to the clock of whoever asks: `hours` before now (negative: after)."""

    hours: float

    def at(self, now: datetime) -> str:
        """The moment in its written form."""
        return iso_moment(now - timedelta(hours=self.hours))


class Unit(StrEnum):
    """What a calendar is counted in; weeks begin on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Start:
    """The beginning of a day, week or month, counted from the one it is now in China."""

    unit: Unit
    offset: int = 0
    """How many units later; negative: earlier."""
    moment: bool = False
    """For MOMENT fields: the moment it begins, not its date."""

    def at(self, now: datetime) -> str:
        """The date or moment in its written form; never beyond what dates can say."""
        day = self._day(now.astimezone(CHINA).date())
        if not self.moment:
            return day.isoformat()
        return iso_moment(datetime.combine(day, time(), tzinfo=CHINA))

    def _day(self, today: date) -> date:
        if self.unit is Unit.MONTH:
            months = today.year * 12 + today.month - 1 + self.offset
            return date(min(max(months // 12, 1), 9998), months % 12 + 1, 1)
        days = self.offset
        if self.unit is Unit.WEEK:
            days = 7 * self.offset - today.weekday()
        return today + timedelta(days=min(max(days, -_CENTURIES), _CENTURIES))


Operand = str | int | bool | Ago | Start | tuple[str, ...] | None

ME, MY_TEAM = "@me", "@team"
"""As operands of an owner: whoever asks, and the people of their team (see `asked_by`)."""


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison. For IN the operand is a tuple of text."""

    field: str
    op: Op
    operand: Operand

    __test__ = False  # the name is the field's term; pytest must not collect it


@dataclass(frozen=True, slots=True)
class All:
    """True when every part is (and for no parts at all)."""

    parts: "tuple[Condition, ...]" = ()


@dataclass(frozen=True, slots=True)
class Any:
    """True when at least one part is."""

    parts: "tuple[Condition, ...]" = ()


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    part: "Condition"


Condition = Test | All | Any | Not

EVERYTHING: Condition = All()
NOTHING: Condition = Any()


@dataclass(frozen=True, slots=True)
class Sort:
    """Order by one field."""

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """Which records of one entity, in which order. Ties are broken by creation."""

    entity: str
    where: Condition = EVERYTHING
    sort: tuple[Sort, ...] = ()
    limit: int | None = None


def fields_tested(condition: Condition) -> frozenset[str]:
    """The fields a condition looks at."""
    match condition:
        case All(parts) | Any(parts):
            return frozenset[str]().union(*map(fields_tested, parts))
        case Not(part):
            return fields_tested(part)
        case Test(field):
            return frozenset({field})


def relative(condition: Condition) -> Iterator[Test]:
    """The tests of a condition that compare with a moment relative to now."""
    match condition:
        case All(parts) | Any(parts):
            for part in parts:
                yield from relative(part)
        case Not(part):
            yield from relative(part)
        case Test(operand=Ago() | Start()):
            yield condition


def timed(condition: Condition) -> bool:
    """Whether it may say something else at another moment."""
    return any(True for _ in relative(condition))


def asked_by(condition: Condition, user_id: str, team: Collection[str]) -> Condition:
    """The condition with ME and MY_TEAM worked out for one person."""
    match condition:
        case All(parts):
            return All(tuple(asked_by(part, user_id, team) for part in parts))
        case Any(parts):
            return Any(tuple(asked_by(part, user_id, team) for part in parts))
        case Not(part):
            return Not(asked_by(part, user_id, team))
        case Test(_, Op.EQ, "@me"):
            return replace(condition, operand=user_id)
        case Test(_, Op.EQ, "@team"):
            return replace(condition, op=Op.IN, operand=tuple(sorted({*team, user_id})))
        case Test():
            return condition


def without(condition: Condition, fields: Collection[str]) -> Condition | None:
    """What is left when nothing is asked about these fields; None for nothing at all."""
    match condition:
        case All(parts) | Any(parts):
            kept = tuple(p for part in parts if (p := without(part, fields)) is not None)
            return replace(condition, parts=kept) if kept or not parts else None
        case Not(part):
            inner = without(part, fields)
            return None if inner is None else Not(inner)
        case Test(field):
            return None if field in fields else condition


ANY_TIME = datetime.min.replace(tzinfo=UTC)
"""In the place of now where nothing compares with it."""


def operand_value(test: Test, now: datetime) -> Value | tuple[str, ...]:
    """The operand with moments relative to the clock worked out.

    Characters no value can hold (NUL, lone surrogates) are replaced by one that is harmless.
    """
    operand = test.operand
    if isinstance(operand, Ago | Start):
        return operand.at(now)
    if isinstance(operand, str):
        return _UNSTORABLE.sub("\ufffd", operand)
    if isinstance(operand, tuple):
        return tuple(_UNSTORABLE.sub("\ufffd", item) for item in operand)
    return operand


def matches(condition: Condition, record: Mapping[str, Value], now: datetime) -> bool:
    """Whether the record satisfies the condition at the moment `now`."""
    match condition:
        case All(parts):
            return all(matches(p, record, now) for p in parts)
        case Any(parts):
            return any(matches(p, record, now) for p in parts)
        case Not(part):
            return not matches(part, record, now)
        case Test():
            return _holds(condition, record.get(condition.field), now)


def _holds(test: Test, value: Value, now: datetime) -> bool:
    operand = operand_value(test, now)
    if test.op in (Op.EQ, Op.NE):
        return _same(value, operand) is (test.op is Op.EQ)
    if value is None or operand is None:
        return False
    if test.op is Op.IN:
        return isinstance(operand, tuple) and value in operand
    if test.op is Op.HAS:
        return isinstance(value, list) and isinstance(operand, str) and operand in value
    if test.op is Op.CONTAINS:
        return isinstance(value, str) and ascii_lower(str(operand)) in ascii_lower(value)
    return _ordered(test.op, value, operand)


def _same(value: Value, operand: Value | tuple[str, ...]) -> bool:
    return not isinstance(operand, tuple | list) and value == operand


def ascii_lower(text: str) -> str:
    """Lower-case A–Z only, as SQLite's LIKE and lower() do."""
    if text.isascii():
        return text.lower()
    # Of bytes only A–Z have another case; letter by letter it takes three times as long.
    return text.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")


def _ordered(op: Op, value: Value, operand: Value | tuple[str, ...]) -> bool:
    comparable = (isinstance(value, str) and isinstance(operand, str)) or (
        isinstance(value, int) and isinstance(operand, int)
    )
    if not comparable:
        return False
    below, same = value < operand, value == operand  # type: ignore[operator]
    return {
        Op.LT: below,
        Op.LE: below or same,
        Op.GT: not below and not same,
        Op.GE: not below,
    }[op]
