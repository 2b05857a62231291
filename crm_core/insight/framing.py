"""The moments a question is about, in whole milliseconds, and conditions with those put in.

`@at` is the end of the period, or now where that is earlier; `@now`, `@start` and `@end` are what
they say. `@at-48h` is 48 hours before; units are m, h and d.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from crm_core.clock import CHINA
from crm_core.errors import BugError
from crm_core.insight.declared import Group, Period, Span
from crm_core.model.query import All, Condition, Not, Test
from crm_core.model.query import Any as AnyOf

HOUR = 3_600_000
DAY = 24 * HOUR
OPEN = 2**53
"""Stands for "not yet" in columns of moments: later than every moment, exact in a float."""

_UNITS = {"m": 60_000, "h": HOUR, "d": DAY}
_MOMENT = re.compile(r"@(now|at|start|end)(?:([+-])(\d+)([mhd]))?")


def millis(moment: datetime) -> int:
    """A moment as whole milliseconds since 1970."""
    return (moment - _EPOCH) // _MILLISECOND


_EPOCH = datetime(1970, 1, 1, tzinfo=CHINA) + timedelta(hours=8)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Standards:
    """How long a record may stay in a stage, and what else the organisation may set."""

    hours: Mapping[tuple[str, str], float]
    """(entity, stage) → hours."""
    order: Mapping[str, Sequence[str]]
    """Entity → its stages in order, the last ones those in which a journey ends."""
    ends: frozenset[str] = frozenset({"won", "lost"})
    weights: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Composite → part → points of 100."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One period and the clock of whoever asks."""

    start: int
    end: int
    now: int

    @property
    def at(self) -> int:
        """Where states are looked at."""
        return min(self.end, self.now)

    def moment(self, written: str) -> int:
        """What `@at-48h` stands for."""
        found = _MOMENT.fullmatch(written)
        if found is None:
            raise BugError(f"{written} is no moment")
        name, sign, number, unit = found.groups()
        base = {"now": self.now, "at": self.at, "start": self.start, "end": self.end}[name]
        if sign is None:
            return base
        distance = int(number) * _UNITS[unit]
        return base + distance if sign == "+" else base - distance


def frame_of(period: Period, now: datetime) -> Frame:
    """The frame of a question."""
    return Frame(millis(period.start), millis(period.end), millis(now))


def spanned(span: Span, chosen: Period, now: datetime) -> Period:
    """The period a measure is asked about where somebody has chosen one."""
    if span is Span.CHOSEN:
        return chosen
    here = now.astimezone(CHINA)
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    if span is Span.WEEK:
        midnight -= timedelta(days=here.weekday())
    return Period(midnight, midnight + timedelta(days=1 if span is Span.TODAY else 7))


def bound(condition: Condition, frame: Frame) -> Condition:
    """The condition with moments put in."""
    match condition:
        case All(parts):
            return All(tuple(bound(part, frame) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(bound(part, frame) for part in parts))
        case Not(part):
            return Not(bound(part, frame))
        case Test(_, _, operand) if isinstance(operand, str) and operand.startswith("@"):
            return replace(condition, operand=frame.moment(operand))
        case Test():
            return condition


@dataclass(frozen=True, slots=True)
class Slices:
    """Days, weeks (from Monday) or months that a period is cut into, by China's calendar."""

    names: tuple[str, ...]
    """The date on which each begins."""
    bounds: tuple[int, ...]
    """Where each begins, in milliseconds; the first may be before the period."""

    def name(self, moment: int) -> str:
        """The slice a moment is in; "" before the first."""
        place = bisect_right(self.bounds, moment)
        return self.names[place - 1] if place else ""


_MOST = 400


def slices(group: Group, frame: Frame) -> Slices:
    """Cut the period; longer ones than `_MOST` slices are cut from where that many are left."""
    first = datetime.fromtimestamp(frame.start / 1000, CHINA).date()
    if group is Group.WEEK:
        first -= timedelta(days=first.weekday())
    if group is Group.MONTH:
        first = first.replace(day=1)
    names, bounds = list[str](), list[int]()
    day = first
    while True:
        at = millis(datetime(day.year, day.month, day.day, tzinfo=CHINA))
        if at >= frame.end:
            break
        names.append(day.isoformat())
        bounds.append(at)
        if group is Group.MONTH:
            day = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
        else:
            day += timedelta(days=7 if group is Group.WEEK else 1)
    return Slices(tuple(names[-_MOST:]), tuple(bounds[-_MOST:]))
