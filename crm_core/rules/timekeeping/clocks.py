"""A clock as a rule says it: from when it runs, for how long, what stops it, who hears of it.

The body of rules of the kind `clock`, as data only. How a clock stands is worked out in
`clock_state`; what ships is in `clocks_shipped` (rows 2.7-2.9, 2.17, 2.18, 3.10, 4.1, 4.7).
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from crm_core.model.query import NOTHING, fields_tested
from crm_core.model.schema import EntitySpec, Kind, Label, Registry
from crm_core.rules.documents import Document, RuleProblem, When
from crm_core.rules.recipients import understood
from crm_core.rules.timekeeping.working_time import Calendar, hours_from

CLOCK = "clock"
MOST_HOURS = 24.0 * 366 * 3
"""What a limit may come to: three years."""
_ALWAYS, _NEVER = When(), When(NOTHING)


class Measure(StrEnum):
    """What the hours of a clock are."""

    ELAPSED = "elapsed"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class Working:
    """The hours a company works, where a clock counts those."""

    hours: str = "09:00-12:00,13:30-18:00"
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    """Monday is 0."""
    holidays: bool = True
    """Whether public holidays are off, and the workdays that make up for them worked."""


@dataclass(frozen=True, slots=True)
class Related:
    """Records of another entity that belong to the one the clock is about."""

    entity: str
    via: str
    """Their field that points there."""
    moment: str
    """Their field that says when it was."""
    mine: str = ""
    """Field of the clock's own record that points at the same one; empty: they point at it."""
    when: When = _ALWAYS


@dataclass(frozen=True, slots=True)
class Level:
    """Who hears of it after so many hours, and in which words."""

    after_hours: float
    to: tuple[str, ...]
    """See `recipients`: owner, lead, upper, role:…, user:…"""
    task: Label
    """What the task says; `[name]` or any other field of the record, by its name or its label, and
    what `clock_words` knows beside (`[owner]`, `[left]`) are filled in."""
    offers: str = ""
    """What the person may do about it beside the usual: `take_over` (row 2.9)."""


@dataclass(frozen=True, slots=True)
class Clock:
    """How long something may take."""

    start: tuple[str, ...]
    """Fields that say since when, the first filled one counts."""
    limit_hours: float
    levels: tuple[Level, ...] = ()
    measure: Measure = Measure.ELAPSED
    strict: bool = False
    """It is over after more than its hours, not at them (row 2.8: >48 h)."""
    working: Working = Working()
    runs_when: When = _ALWAYS
    stop_fields: tuple[str, ...] = ()
    """It stops when one of these is filled."""
    stop_when: When = _NEVER
    stopped_by: tuple[Related, ...] = ()
    """It stops at the first of these since it began."""
    restarted_by: tuple[Related, ...] = ()
    """It begins anew at each of these (row 2.9: touched)."""
    pauses_when: When = _NEVER
    """As long as this holds nothing fires; what passed meanwhile counts afterwards."""
    exemptible: bool = True
    """Whether exemptions (row 6.10) hold it up."""
    shown: bool = True
    """Whether people see how much is left."""

    def related(self) -> tuple[Related, ...]:
        """Everything it looks at beside its own record."""
        return (*self.stopped_by, *self.restarted_by)


def calendar_of(clock: Clock, closed: Iterable[date] = (), opened: Iterable[date] = ()) -> Calendar:
    """The working calendar of a clock, with the company's own days off and on."""
    working = clock.working
    try:
        hours = hours_from(working.hours)
    except ValueError:
        hours = Calendar().hours  # `problems` says so where the rule is written.
    return Calendar(
        hours=hours, weekdays=working.weekdays, public=working.holidays,
        closed=frozenset(closed), opened=frozenset(opened),
    )  # fmt: skip


def problems(document: Document[Clock], registry: Registry) -> Iterator[RuleProblem]:
    """What is wrong with a clock, each with its place; nothing: it can be published."""
    if document.entity not in registry:
        yield _problem("entity", f"没有对象「{document.entity}」", "there is no such entity")
        return
    entity, clock = registry.entity(document.entity), document.body
    yield from _wrong_moments(entity, clock)
    yield from _wrong_hours(clock)
    yield from _unknown(entity, "stop_fields", clock.stop_fields)
    for place, when in (
        ("runs_when", clock.runs_when), ("stop_when", clock.stop_when),
        ("pauses_when", clock.pauses_when),
    ):  # fmt: skip
        yield from _unknown(entity, place, fields_tested(when.condition))
    for place, some in (("stopped_by", clock.stopped_by), ("restarted_by", clock.restarted_by)):
        for number, one in enumerate(some):
            yield from _wrong_related(registry, entity, f"{place}[{number}]", one)


def _wrong_moments(entity: EntitySpec, clock: Clock) -> Iterator[RuleProblem]:
    if not clock.start:
        yield _problem("start", "没有写从什么时候算起", "it does not say since when")
    for number, name in enumerate(clock.start):
        spec = entity.find(name)
        if spec is None or spec.kind not in (Kind.MOMENT, Kind.DATE):
            place = f"start[{number}]"
            yield _problem(place, f"「{name}」不是时间字段", f"“{name}” is no field of a time")


def _wrong_hours(clock: Clock) -> Iterator[RuleProblem]:
    if not 0 < clock.limit_hours <= MOST_HOURS:
        yield _problem(
            "limit_hours", "时限要大于 0，不超过三年", "more than 0, at most three years"
        )
    try:
        hours_from(clock.working.hours)
    except ValueError:
        yield _problem(
            "working.hours", "工作时间要写成 09:00-12:00,13:30-18:00",
            "write the hours as 09:00-12:00,13:30-18:00",
        )  # fmt: skip
    if any(day not in range(7) for day in clock.working.weekdays):
        yield _problem("working.weekdays", "星期一是 0，星期日是 6", "Monday is 0, Sunday is 6")
    for number, level in enumerate(clock.levels):
        place = f"levels[{number}]"
        if not 0 <= level.after_hours <= MOST_HOURS:
            yield _problem(f"{place}.after_hours", "要在 0 到三年之间", "between 0 and three years")
        if not level.to or not all(map(understood, level.to)):
            yield _problem(f"{place}.to", "没有写清通知谁", "it does not say who hears of it")


def _wrong_related(
    registry: Registry, entity: EntitySpec, place: str, one: Related
) -> Iterator[RuleProblem]:
    if one.entity not in registry:
        yield _problem(
            f"{place}.entity", f"没有「{one.entity}」这种记录", "there is no such entity"
        )
        return
    other = registry.entity(one.entity)
    names = [one.via, one.moment, *fields_tested(one.when.condition)]
    yield from _unknown(other, place, names)
    yield from _unknown(entity, f"{place}.mine", [one.mine] if one.mine else ())


def _unknown(entity: EntitySpec, place: str, names: Collection[str]) -> Iterator[RuleProblem]:
    for name in sorted(names):
        if entity.find(name) is None:
            yield _problem(
                place, f"「{entity.label.zh}」没有字段「{name}」", f"“{name}” is not a field"
            )


def _problem(place: str, zh: str, en: str) -> RuleProblem:
    return RuleProblem(place, Label(zh, en))
