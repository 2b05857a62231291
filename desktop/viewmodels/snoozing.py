"""When something that is put off comes back: a few fixed moments, worked out from now. No Qt."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from crm_core.clock import CHINA, iso_moment

_LATER_HOURS = 3
_LATEST_HOUR = 20
_MORNING = 9


class Snooze(StrEnum):
    """The choices, in the order of the menu."""

    LATER = "later"
    TOMORROW = "tomorrow"
    MONDAY = "monday"


@dataclass(frozen=True, slots=True)
class Moment:
    """One choice and what it comes to."""

    snooze: Snooze
    at: datetime
    """In China."""

    @property
    def iso(self) -> str:
        """As it is written."""
        return iso_moment(self.at)


def snooze_moments(now: datetime) -> tuple[Moment, ...]:
    """What can be chosen now; in the evening there is no "later today"."""
    local = now.astimezone(CHINA)
    morning = local.replace(hour=_MORNING, minute=0, second=0, microsecond=0)
    later = _half_hour(local + timedelta(hours=_LATER_HOURS))
    found = [
        Moment(Snooze.TOMORROW, morning + timedelta(days=1)),
        Moment(Snooze.MONDAY, morning + timedelta(days=7 - local.weekday())),
    ]
    if later.date() == local.date() and later.hour <= _LATEST_HOUR:
        found.insert(0, Moment(Snooze.LATER, later))
    return tuple(found)


def _half_hour(moment: datetime) -> datetime:
    """Rounded up to the half hour."""
    over = timedelta(minutes=moment.minute % 30, seconds=moment.second)
    bare = moment.replace(microsecond=0) - over
    return bare + timedelta(minutes=30) if over else bare
