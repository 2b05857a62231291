"""What can be asked of a field in a filter, by its kind: each operator as a condition, and back.

A condition made elsewhere that no operator reads is kept whole and shown as it is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from crm_core.clock import CHINA, iso_moment, parse_moment
from crm_core.model.query import (
    ME,
    MY_TEAM,
    Ago,
    All,
    Condition,
    Not,
    Op,
    Operand,
    Start,
    Test,
    Unit,
)
from crm_core.model.query import Any as AnyOf
from crm_core.model.schema import FieldSpec, Kind, Label, Merge
from crm_core.model.values import Value, normalise


class Asks(StrEnum):
    """What an operator wants beside its field."""

    NOTHING = "nothing"
    TEXT = "text"
    ONE = "one"
    """A value of the field's own kind."""
    TWO = "two"
    """From and to."""
    SEVERAL = "several"
    """Options or tags."""
    DAYS = "days"
    HOURS = "hours"


Given = tuple[Value, ...]
"""What the person gave, in written form: one value, two, or the list in one."""


@dataclass(frozen=True, slots=True)
class Term:
    """One operator."""

    code: str
    label: Label
    asks: Asks
    build: Callable[[FieldSpec, Given], Condition]
    read: Callable[[FieldSpec, Condition], Given | None]
    """What was given, where this operator made the condition; otherwise None."""


def terms_for(spec: FieldSpec) -> tuple[Term, ...]:
    """The operators offered for a field, the likeliest first."""
    if spec.choices and spec.kind is not Kind.SET:
        return (_IS_ANY, _IS_NONE, *_PRESENCE)
    if spec.kind is Kind.REF and spec.target == "user":
        return (_IS_ME, _IS_TEAM, _IS, _IS_NOT, *_PRESENCE)
    return _TERMS.get(spec.kind, (_CONTAINS, _LACKS, _IS, _IS_NOT, *_PRESENCE))


def term_reading(spec: FieldSpec, condition: Condition) -> tuple[Term, Given] | None:
    """The operator that would have made the condition, and what was given to it."""
    for term in terms_for(spec):
        given = term.read(spec, condition)
        if given is not None:
            return term, given
    return None


def value_spec(spec: FieldSpec, term: Term) -> FieldSpec:
    """A field of the kind of value the operator wants, to edit and check it by."""
    plain = replace(
        spec, required=False, minimum=None, maximum=None, editable=True, merge=Merge.LAST_WRITER
    )
    if term.asks is Asks.TEXT:
        return replace(plain, kind=Kind.TEXT, choices=())
    if term.asks is Asks.DAYS:
        return replace(plain, kind=Kind.INTEGER, minimum=0, maximum=3650)
    if term.asks is Asks.HOURS:
        return replace(plain, kind=Kind.INTEGER, minimum=0, maximum=3650 * 24)
    if term.asks is Asks.SEVERAL:
        return replace(plain, kind=Kind.SET, merge=Merge.SET, max_length=200)
    if spec.kind is Kind.MOMENT:
        return replace(plain, kind=Kind.DATE)
    return plain


def checked(spec: FieldSpec, term: Term, typed: Sequence[object]) -> Given | None:
    """What was typed in written form; None while something is still missing. ValueProblem."""
    wanted = value_spec(spec, term)
    values = tuple(normalise(wanted, one) for one in typed)
    return None if any(value is None for value in values) else values


# -- how operators are made and read back ------------------------------------------------------


def _test(code: str, zh: str, en: str, op: Op, asks: Asks = Asks.ONE) -> Term:
    """One comparison with what was given."""

    def build(spec: FieldSpec, given: Given) -> Condition:
        return Test(spec.name, op, _operand(given[0]))

    def read(spec: FieldSpec, condition: Condition) -> Given | None:
        match condition:
            case Test(spec.name, found, operand) if found is op:
                return _plain(operand)
        return None

    return Term(code, Label(zh, en), asks, build, read)


def _fixed(code: str, zh: str, en: str, op: Op, operand: Operand) -> Term:
    """One comparison with something that needs not be given."""

    def read(spec: FieldSpec, condition: Condition) -> Given | None:
        return () if condition == Test(spec.name, op, operand) else None

    return Term(
        code, Label(zh, en), Asks.NOTHING, lambda spec, _: Test(spec.name, op, operand), read
    )


def _opposite(code: str, zh: str, en: str, term: Term) -> Term:
    def read(spec: FieldSpec, condition: Condition) -> Given | None:
        return term.read(spec, condition.part) if isinstance(condition, Not) else None

    return Term(
        code, Label(zh, en), term.asks, lambda spec, given: Not(term.build(spec, given)), read
    )


def _several(code: str, zh: str, en: str) -> Term:
    """Any of the options given."""

    def read(spec: FieldSpec, condition: Condition) -> Given | None:
        match condition:
            case Test(spec.name, Op.IN, tuple() as codes):
                return (list(codes),)
            case Test(spec.name, Op.EQ, str() as code):
                return ([code],)
        return None

    return Term(
        code, Label(zh, en), Asks.SEVERAL,
        lambda spec, given: Test(spec.name, Op.IN, tuple(_texts(given[0]))), read,
    )  # fmt: skip


def _having(code: str, zh: str, en: str) -> Term:
    """A set with any of the items given."""

    def build(spec: FieldSpec, given: Given) -> Condition:
        return AnyOf(tuple(Test(spec.name, Op.HAS, one) for one in _texts(given[0])))

    def read(spec: FieldSpec, condition: Condition) -> Given | None:
        parts = condition.parts if isinstance(condition, AnyOf) else (condition,)
        found = [p.operand for p in parts if isinstance(p, Test) and _has(spec, p)]
        return (list(found),) if found and len(found) == len(parts) else None  # type: ignore[arg-type]

    return Term(code, Label(zh, en), Asks.SEVERAL, build, read)


def _has(spec: FieldSpec, test: Test) -> bool:
    return test.field == spec.name and test.op is Op.HAS and isinstance(test.operand, str)


def _between(spec: FieldSpec, given: Given) -> Condition:
    return All(
        (
            Test(spec.name, Op.GE, _operand(given[0])),
            Test(spec.name, Op.LE, _operand(given[1])),
        )
    )


def _read_between(spec: FieldSpec, condition: Condition) -> Given | None:
    match condition:
        case All((Test(spec.name, Op.GE, low), Test(spec.name, Op.LE, high))):
            one, other = _plain(low), _plain(high)
            return None if one is None or other is None else (*one, *other)
    return None


def _period(code: str, zh: str, en: str, unit: Unit, offset: int) -> Term:
    """A whole day, week or month counted from the one it is now."""

    def build(spec: FieldSpec, _given: Given) -> Condition:
        return _from_to(spec, _start(spec, unit, offset), _start(spec, unit, offset + 1))

    def read(spec: FieldSpec, condition: Condition) -> Given | None:
        return () if condition == build(spec, ()) else None

    return Term(code, Label(zh, en), Asks.NOTHING, build, read)


def _last_days(spec: FieldSpec, given: Given) -> Condition:
    return _from_to(spec, _start(spec, Unit.DAY, -_days(given)), _start(spec, Unit.DAY, 1))


def _next_days(spec: FieldSpec, given: Given) -> Condition:
    return _from_to(spec, _start(spec, Unit.DAY, 0), _start(spec, Unit.DAY, _days(given) + 1))


def _counted(
    build: Callable[[FieldSpec, Given], Condition], days: Callable[[Start, Start], int]
) -> Callable[[FieldSpec, Condition], Given | None]:
    def read(spec: FieldSpec, condition: Condition) -> Given | None:
        match condition:
            case All((Test(spec.name, _, Start() as low), Test(spec.name, _, Start() as high))):
                given = (days(low, high),)
                return given if build(spec, given) == condition else None
        return None

    return read


def _last_hours(spec: FieldSpec, given: Given) -> Condition:
    """Ago, up to now: what lies ahead is not in the last hours."""
    return All((Test(spec.name, Op.GE, Ago(_days(given))), Test(spec.name, Op.LE, Ago(0))))


def _next_hours(spec: FieldSpec, given: Given) -> Condition:
    return All((Test(spec.name, Op.GE, Ago(0)), Test(spec.name, Op.LE, Ago(-_days(given)))))


def _hours_ago(op: Op) -> Callable[[FieldSpec, Given], Condition]:
    return lambda spec, given: Test(spec.name, op, Ago(_days(given)))


def _hours(code: str, zh: str, en: str, build: Callable[[FieldSpec, Given], Condition]) -> Term:
    """So many hours before or after now; part of an hour no line can say."""

    def read(spec: FieldSpec, condition: Condition) -> Given | None:
        tests = condition.parts if isinstance(condition, All) else (condition,)
        operands = [t.operand for t in tests if isinstance(t, Test)]
        counted = [one.hours for one in operands if isinstance(one, Ago)]
        hours = max(map(abs, counted), default=-1)
        given = (int(hours),)
        return given if hours >= 0 and build(spec, given) == condition else None

    return Term(code, Label(zh, en), Asks.HOURS, build, read)


def _on_days(code: str, zh: str, en: str, op: Op) -> Term:
    """Before a date, or from it on."""

    def build(spec: FieldSpec, given: Given) -> Condition:
        return Test(spec.name, op, _beginning(spec, str(given[0])))

    def read(spec: FieldSpec, condition: Condition) -> Given | None:
        match condition:
            case Test(spec.name, found, str(operand)) if found is op:
                return _dates(spec, operand)
        return None

    return Term(code, Label(zh, en), Asks.ONE, build, read)


def _date_range(spec: FieldSpec, given: Given) -> Condition:
    after = date.fromisoformat(str(given[1])) + timedelta(days=1)
    return _from_to(spec, _beginning(spec, str(given[0])), _beginning(spec, after.isoformat()))


def _read_range(spec: FieldSpec, condition: Condition) -> Given | None:
    match condition:
        case All((Test(spec.name, Op.GE, str(low)), Test(spec.name, Op.LT, str(high)))):
            first, after = _dates(spec, low), _dates(spec, high)
            if first is None or after is None:
                return None
            last = date.fromisoformat(str(after[0])) - timedelta(days=1)
            return (*first, last.isoformat())
    return None


def _from_to(spec: FieldSpec, low: Operand, high: Operand) -> Condition:
    return All((Test(spec.name, Op.GE, low), Test(spec.name, Op.LT, high)))


def _start(spec: FieldSpec, unit: Unit, offset: int) -> Start:
    return Start(unit, offset, moment=spec.kind is Kind.MOMENT)


def _beginning(spec: FieldSpec, day: str) -> str:
    """The first that a field can hold on a date."""
    if spec.kind is not Kind.MOMENT:
        return day
    return iso_moment(datetime.combine(date.fromisoformat(day), time(), tzinfo=CHINA))


def _dates(spec: FieldSpec, written: str) -> Given | None:
    try:
        if spec.kind is Kind.MOMENT:
            moment = parse_moment(written).astimezone(CHINA)
            return (moment.date().isoformat(),) if moment.time() == time() else None
        return (date.fromisoformat(written).isoformat(),)
    except ValueError:
        return None


def _days(given: Given) -> int:
    return given[0] if isinstance(given[0], int) else 0


def _texts(value: Value) -> list[str]:
    return value if isinstance(value, list) else [str(value)]


def _operand(value: Value) -> Operand:
    return tuple(value) if isinstance(value, list) else value


def _plain(operand: Operand) -> Given | None:
    if isinstance(operand, str | int) and operand not in (ME, MY_TEAM):
        return (operand,)
    return None


_PRESENCE = (
    _fixed("empty", "为空", "is empty", Op.EQ, None),
    _fixed("filled", "不为空", "is not empty", Op.NE, None),
)
_CONTAINS = _test("contains", "包含", "contains", Op.CONTAINS, Asks.TEXT)
_LACKS = _opposite("lacks", "不包含", "does not contain", _CONTAINS)
_IS = _test("is", "等于", "is", Op.EQ)
_IS_NOT = _test("is-not", "不等于", "is not", Op.NE)
_IS_ANY = _several("any", "是", "is any of")
_IS_NONE = _opposite("none", "不是", "is none of", _IS_ANY)
_IS_ME = _fixed("me", "是我", "is me", Op.EQ, ME)
_IS_TEAM = _fixed("team", "是我团队的人", "is in my team", Op.EQ, MY_TEAM)
PERSONAL = frozenset({_IS_ME.code, _IS_TEAM.code})
"""Operators about whoever looks; a rule, which nobody looks through, cannot ask so."""
_NUMBERS = (
    _test("at-least", "不小于", "is at least", Op.GE),
    _test("at-most", "不大于", "is at most", Op.LE),
    Term("between", Label("介于", "is between"), Asks.TWO, _between, _read_between),
    _IS,
    _IS_NOT,
    *_PRESENCE,
)
_TIMES = (
    _period("today", "是今天", "is today", Unit.DAY, 0),
    _period("yesterday", "是昨天", "was yesterday", Unit.DAY, -1),
    _period("tomorrow", "是明天", "is tomorrow", Unit.DAY, 1),
    _period("this-week", "在本周", "is this week", Unit.WEEK, 0),
    _period("last-week", "在上周", "was last week", Unit.WEEK, -1),
    _period("next-week", "在下周", "is next week", Unit.WEEK, 1),
    _period("this-month", "在本月", "is this month", Unit.MONTH, 0),
    _period("last-month", "在上月", "was last month", Unit.MONTH, -1),
    Term(
        "last-days", Label("过去 N 天", "in the last N days"), Asks.DAYS, _last_days,
        _counted(_last_days, lambda low, _high: -low.offset),
    ),
    Term(
        "next-days", Label("未来 N 天", "in the next N days"), Asks.DAYS, _next_days,
        _counted(_next_days, lambda _low, high: high.offset - 1),
    ),
    _on_days("before", "早于", "is before", Op.LT),
    _on_days("from", "不早于", "is on or after", Op.GE),
    Term("range", Label("介于", "is between"), Asks.TWO, _date_range, _read_range),
    *_PRESENCE,
)  # fmt: skip
_MOMENTS = (
    *_TIMES[:10],
    _hours("last-hours", "过去 N 小时", "in the last N hours", _last_hours),
    _hours("next-hours", "未来 N 小时", "in the next N hours", _next_hours),
    _hours("hours-ago", "早于 N 小时前", "more than N hours ago", _hours_ago(Op.LT)),
    _hours("since-hours", "不早于 N 小时前", "not before N hours ago", _hours_ago(Op.GE)),
    *_TIMES[10:],
)
_HAS = _having("has", "含有", "has any of")
_TERMS: Mapping[Kind, tuple[Term, ...]] = {
    Kind.INTEGER: _NUMBERS,
    Kind.MONEY: _NUMBERS,
    Kind.DECIMAL: (_IS, _IS_NOT, *_PRESENCE),
    Kind.DATE: _TIMES,
    Kind.MOMENT: _MOMENTS,
    Kind.SET: (_HAS, _opposite("has-not", "不含", "has none of", _HAS), *_PRESENCE),
    Kind.BOOL: (
        _fixed("yes", "是", "is yes", Op.EQ, operand=True),
        _fixed("no", "否", "is not yes", Op.NE, operand=True),
    ),
    Kind.REF: (_IS, _IS_NOT, *_PRESENCE),
}
