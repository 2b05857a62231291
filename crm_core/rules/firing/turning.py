"""When a condition may come to hold, or cease to, only because time passes. Pure.

Conditions may compare a field with a moment relative to now (`Ago`, `Start`). Whoever keeps a
schedule looks again at the moments this names; a moment too many costs a look, never a verdict.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from crm_core.clock import CHINA, parse_moment
from crm_core.model.query import Ago, Condition, Start, relative, timed
from crm_core.model.values import Record
from crm_core.rules.timekeeping.clock_state import Around, belonging
from crm_core.rules.timekeeping.clocks import Clock

_SECOND = timedelta(seconds=1)


def clock_turns_at(
    clock: Clock, record: Record, related: Around, now: datetime
) -> datetime | None:  # fmt: skip
    """The first moment after `now` at which a clock's conditions may say otherwise than now of a
    record and what belongs to it; None where time alone changes nothing."""
    own = (clock.runs_when, clock.stop_when, clock.pauses_when)
    found = [at for when in own for at in _moments(when.condition, record, now)]
    for one in clock.related():
        for other in belonging(one, record, related):
            found += _moments(one.when.condition, other, now)
    return min(found, default=None)


def turns(clock: Clock) -> bool:
    """Whether any condition of a clock asks what time it is."""
    own = (clock.runs_when, clock.stop_when, clock.pauses_when)
    others = (one.when for one in clock.related())
    return any(timed(when.condition) for when in (*own, *others))


def turns_at(condition: Condition, record: Record, now: datetime) -> datetime | None:
    """The same of one condition on one record."""
    return min(_moments(condition, record, now), default=None)


def _moments(condition: Condition, record: Record, now: datetime) -> Iterator[datetime]:
    for one in relative(condition):
        value = record.get(one.field)
        for at in _of(one.operand, value) if isinstance(value, str) else ():
            if at > now:
                yield at
        if isinstance(one.operand, Start) and value is not None:
            tomorrow = now.astimezone(CHINA).date() + timedelta(days=1)
            yield datetime.combine(tomorrow, time(), tzinfo=CHINA)


def _of(operand: object, value: str) -> Iterator[datetime]:
    """When so many hours since a value are over: moments are compared by whole seconds, so one
    comparison turns at it and another a second later."""
    if not isinstance(operand, Ago):
        return
    try:
        at = parse_moment(value) if len(value) == 20 else _midnight(value)
        yield from (at + timedelta(hours=operand.hours) + more for more in (timedelta(), _SECOND))
    except (ValueError, OverflowError):
        return


def _midnight(value: str) -> datetime:
    # Dates are compared as text with a moment in UTC.
    return datetime.combine(date.fromisoformat(value), time(), tzinfo=UTC)
