"""Which records a clock's automation concerns between two moments. Pure.

What has come due is found by a query over the trigger's field, then told exactly; each moment is
its own occasion, so a rule fires once for it however often the clock is looked at.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from crm_core.clock import CHINA, iso_moment, parse_moment
from crm_core.model.query import All, Condition, Op, Query, Test
from crm_core.model.query import Any as AnyOf
from crm_core.model.schema import EntitySpec, Kind
from crm_core.model.values import Record, Value
from crm_core.rules.firing.automations import On, Trigger
from crm_core.rules.firing.sight import Occasion
from crm_core.rules.firing.triggers import Ready

LONGEST = timedelta(days=60)
"""A clock that stood longer than this does not make good for all of it."""
LATE = timedelta(days=7)
"""What was due longer ago when the server first heard of it is history."""
_DAY = timedelta(days=1)


def begun(rule: Ready, now: datetime, last: datetime | None) -> datetime:
    """From when on a rule is asked for: since it was asked last, or as far back as it wants."""
    if last is None:
        days = max(0, rule.document.body.trigger.catch_up_days)
        return now - min(timedelta(days=days), LONGEST)
    return max(min(last, now), now - LONGEST)


def heard_since(rule: Ready, now: datetime, *, anew: bool) -> datetime:
    """From when on a moment counts that a record was only now given: by who was offline for days.
    `anew`: the moment itself was written; otherwise something else of the record."""
    days = max(0, rule.document.body.trigger.catch_up_days)
    return now - min(max(timedelta(days=days), LATE if anew else timedelta()), LONGEST)


def due_query(rule: Ready, entity: EntitySpec, since: datetime, now: datetime) -> Query | None:
    """Records whose moment may lie after `since` and not after `now`; None where none can."""
    trigger, condition = rule.document.body.trigger, rule.document.body.when.condition
    if trigger.on is On.MOMENT:
        within = _range(trigger, entity, since, now)
        return None if within is None else Query(entity.name, All((within, condition)))
    at = _last(trigger, since, now)
    if at is None:
        return None
    whose = _of_month(trigger, at) if trigger.field else All()
    return Query(entity.name, All((whose, condition)))


def occasion(
    rule: Ready, entity: EntitySpec, record: Record, since: datetime, now: datetime
) -> Occasion | None:
    """What has come due for a record after `since` and not after `now`."""
    trigger = rule.document.body.trigger
    if trigger.on is not On.MOMENT:
        at = _last(trigger, since, now)
        form = "%Y-%m" if trigger.on is On.MONTHLY else "%Y-%m-%d"
        cause = f"{at.astimezone(CHINA):{form}}" if at else ""
    else:
        value = record.get(trigger.field)
        found = [one for one in _moments(trigger, entity, value, now) if since < one <= now]
        at = max(found, default=None)
        year = f"{at.astimezone(CHINA).year}:" if at and trigger.yearly else ""
        cause = f"{year}{value}"
    if at is None:
        return None
    # What is made good for late is due from now on, not long ago.
    seen = at if now - at <= _DAY else now
    return Occasion(entity.name, str(record["id"]), cause, seen)


def next_moment(
    rule: Ready, entity: EntitySpec, record: Record, after: datetime
) -> datetime | None:
    """When a record is due next by a rule of the kind MOMENT, later than `after`."""
    trigger = rule.document.body.trigger
    moments = _moments(trigger, entity, record.get(trigger.field), after)
    return min((one for one in moments if one > after), default=None)


def next_check(rule: Ready, after: datetime) -> datetime:
    """When a daily or monthly rule looks next, later than `after`."""
    trigger = rule.document.body.trigger
    day = after.astimezone(CHINA).date()
    while True:
        last = monthrange(day.year, day.month)[1]
        meant = trigger.on is not On.MONTHLY or day.day == min(trigger.day, last)
        if meant and (at := _at(trigger, day)) > after:
            return at
        day += _DAY


def _range(
    trigger: Trigger, entity: EntitySpec, since: datetime, now: datetime
) -> Condition | None:  # fmt: skip
    """What the field may hold; of dates only the days of which the hour has come, so that for
    nearly every minute of a day nothing has to be asked."""
    shift, name = timedelta(hours=trigger.hours), trigger.field
    first, last = since - shift, now - shift
    if entity.field_spec(name).kind is not Kind.DATE and not trigger.yearly:
        return All((Test(name, Op.GE, iso_moment(first)), Test(name, Op.LE, iso_moment(last))))
    days = [day for day in _days(first - _DAY, last) if first < _at(trigger, day) <= last]
    if not days:
        return None
    if trigger.yearly:
        names = {f"-{day:%m-%d}" for day in days} | {"-02-29" for day in days if _stands_in(day)}
        return AnyOf(tuple(Test(name, Op.CONTAINS, one) for one in sorted(names)))
    return Test(name, Op.IN, tuple(day.isoformat() for day in days))


def _stands_in(day: date) -> bool:
    """Whether who was born on 29 February has it on this day."""
    return (day.month, day.day) == (2, 28) and monthrange(day.year, 2)[1] == 28


def _days(first: datetime, last: datetime) -> Iterator[date]:
    day, end = first.astimezone(CHINA).date(), last.astimezone(CHINA).date()
    while day <= end:
        yield day
        day += _DAY


def _moments(
    trigger: Trigger, entity: EntitySpec, value: Value, now: datetime
) -> Iterator[datetime]:
    """The moments a field's value stands for, hours added."""
    shift = timedelta(hours=trigger.hours)
    if not isinstance(value, str):
        return
    try:
        if entity.field_spec(trigger.field).kind is Kind.MOMENT:
            yield parse_moment(value) + shift
            return
        day = date.fromisoformat(value)
    except ValueError:
        return
    if not trigger.yearly:
        yield _at(trigger, day) + shift
        return
    year = (now - shift).astimezone(CHINA).year
    for one in (year - 1, year, year + 1):
        # Who was born on 29 February has it on the 28th where there is none.
        last = monthrange(one, day.month)[1]
        yield _at(trigger, date(one, day.month, min(day.day, last))) + shift


def _at(trigger: Trigger, day: date) -> datetime:
    return datetime.combine(day, time.fromisoformat(trigger.at), tzinfo=CHINA)


def _last(trigger: Trigger, since: datetime, now: datetime) -> datetime | None:
    """The latest moment of a daily or monthly rule after `since` and not after `now`."""
    today = now.astimezone(CHINA).date()
    days = [today, today - _DAY]
    if trigger.on is On.MONTHLY:
        before = today.replace(day=1) - _DAY
        days = [
            month.replace(day=min(trigger.day, monthrange(month.year, month.month)[1]))
            for month in (today, before)
        ]
    moments = [_at(trigger, day) for day in days]
    return max((one for one in moments if since < one <= now), default=None)


def _of_month(trigger: Trigger, at: datetime) -> Condition:
    return Test(trigger.field, Op.CONTAINS, f"-{at.astimezone(CHINA):%m}-")
