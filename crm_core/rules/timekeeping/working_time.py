"""Working hours: which moments are worked, how many lie between two, when so many are over.

In China time, whatever zone the machine is set to. Public holidays and the workdays that make up
for them come from `chinesecalendar`; a year that has not been published yet falls back to plain
weekdays, and `unpublished` says so. What a company does otherwise is data of its own.
"""

from calendar import isleap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate

from crm_core.clock import CHINA

DAY = 24 * 60
"""Minutes of a day."""
OFFICE = ((9 * 60, 12 * 60), (13 * 60 + 30, 18 * 60))
"""The hours of the day as shipped: 09:00-12:00 and 13:30-18:00."""
_MOST_DAYS = 366
"""Holidays are not counted any farther ahead: nobody plans by them."""
_YEARS = range(1990, 2200)
"""Beyond them nothing is worked: no deadline lies there, and a typing slip must cost nothing.
The fewer there are, the more calendars have their sums kept at once."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """When people work."""

    hours: tuple[tuple[int, int], ...] = OFFICE
    """Spans of the day in minutes since midnight, in order and apart from each other."""
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    """Monday is 0."""
    public: bool = True
    """Whether public holidays are kept, and the workdays that make up for them."""
    closed: frozenset[date] = frozenset()
    """The company's own holidays."""
    opened: frozenset[date] = frozenset()
    """Days that are worked whatever else is said of them."""

    def works_on(self, day: date) -> bool:
        """Whether people work on this day at all."""
        if day in self.opened:
            return True
        if day in self.closed:
            return False
        special = _special(day) if self.public else None
        return day.weekday() in self.weekdays if special is None else special

    def is_holiday(self, day: date) -> bool:
        """Whether a day is kept as a holiday; an ordinary Sunday is none."""
        if day in self.opened:
            return False
        return day in self.closed or (self.public and _special(day) is False)


def hours_from(written: str) -> tuple[tuple[int, int], ...]:
    """`09:00-12:00,13:30-18:00` as spans; ValueError for anything else, 24:00 ends a day."""
    spans: list[tuple[int, int]] = []
    for part in written.replace("，", ",").split(","):
        begin, _, end = part.strip().partition("-")
        span = _minute(begin), _minute(end)
        if span[0] >= span[1] or (spans and span[0] < spans[-1][1]):
            raise ValueError(f"{part.strip()!r} is not a span after the one before")
        spans.append(span)
    return tuple(spans)


def hours_text(hours: tuple[tuple[int, int], ...]) -> str:
    """The written form of spans."""
    return ",".join(f"{a // 60:02d}:{a % 60:02d}-{b // 60:02d}:{b % 60:02d}" for a, b in hours)


def working_time(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """How much of the time between two moments is worked, exactly; nothing where end is first."""
    if end <= start:
        return timedelta()
    return _worked_until(calendar, end) - _worked_until(calendar, start)


def working_hours(calendar: Calendar, start: datetime, end: datetime) -> float:
    """`working_time` in hours."""
    return working_time(calendar, start, end) / timedelta(hours=1)


def after_working(calendar: Calendar, start: datetime, worked: timedelta) -> datetime | None:
    """The first moment at which so much has been worked since `start`; None: never."""
    if worked <= timedelta():
        return start
    target = _worked_until(calendar, start) + worked
    for year in _YEARS:
        table = _table(calendar, year)
        before = _before(calendar, year)
        if before + table[-1] < target:
            continue
        return _in_year(calendar, year, target - before).astimezone(UTC)
    return None


def unpublished(calendar: Calendar, start: datetime, end: datetime) -> tuple[int, ...]:
    """The years between two moments of which the public holidays are not known."""
    if not calendar.public:
        return ()
    first, last = (one.astimezone(CHINA).year for one in (start, max(start, end)))
    return tuple(year for year in range(first, last + 1) if not _published(year))


def days_off(calendar: Calendar, start: datetime, end: datetime) -> int:
    """How many days between two moments are off that would otherwise be worked: holidays."""
    first, last = (one.astimezone(CHINA).date() for one in (start, end))
    days = (first + timedelta(days=n) for n in range(min((last - first).days + 1, _MOST_DAYS)))
    return sum(day.weekday() in calendar.weekdays and not calendar.works_on(day) for day in days)


@lru_cache(maxsize=400)
def _published(year: int) -> bool:
    try:
        _public(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def _public(day: date) -> tuple[bool, str | None]:
    """Whether the state has it off, and as which holiday. The library is loaded at the first
    question: most clocks count every hour."""
    from chinese_calendar import get_holiday_detail

    off, name = get_holiday_detail(day)
    return off, name


@lru_cache(maxsize=8192)  # The library goes through its whole list of dates at every question.
def _special(day: date) -> bool | None:
    """Whether the state has this day worked; None for an ordinary one, and for all of a year of
    which it has not said so yet."""
    if not _published(day.year):
        return None
    off, name = _public(day)
    return None if name is None else not off


def _minute(written: str) -> int:
    if written.strip() == "24:00":
        return DAY
    found = time.fromisoformat(written.strip())
    return found.hour * 60 + found.minute


def _days(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))


@lru_cache(maxsize=512)
def _table(calendar: Calendar, year: int) -> tuple[timedelta, ...]:
    """What has been worked in a year by the beginning of each of its days, and at its end."""
    own = any(day.year == year for day in calendar.closed | calendar.opened)
    if own or (calendar.public and _published(year)):
        return _summed(calendar, map(calendar.works_on, _days(year)))
    return _plain_table(calendar.hours, calendar.weekdays, date(year, 1, 1).weekday(), isleap(year))


@lru_cache(maxsize=512)
def _plain_table(
    hours: tuple[tuple[int, int], ...], weekdays: tuple[int, ...], first: int, leap: bool
) -> tuple[timedelta, ...]:
    """The table of every year that begins on one weekday and of which nothing else is known."""
    days = ((first + n) % 7 in weekdays for n in range(366 if leap else 365))
    return _summed(Calendar(hours, weekdays), days)


def _summed(calendar: Calendar, worked: Iterable[bool]) -> tuple[timedelta, ...]:
    whole = _part_of_day(calendar, timedelta(days=1))
    return tuple(accumulate((whole * works for works in worked), initial=timedelta()))


@lru_cache(maxsize=512)
def _before(calendar: Calendar, year: int) -> timedelta:
    """What has been worked in all the years before."""
    if year <= _YEARS.start:
        return timedelta()
    return _before(calendar, year - 1) + _table(calendar, year - 1)[-1]


def _worked_until(calendar: Calendar, moment: datetime) -> timedelta:
    local = moment.astimezone(CHINA)
    if local.year < _YEARS.start:
        return timedelta()
    if local.year not in _YEARS:
        return _before(calendar, _YEARS.stop)
    day = local.date()
    number = (day - date(local.year, 1, 1)).days
    worked = _before(calendar, local.year) + _table(calendar, local.year)[number]
    if not calendar.works_on(day):
        return worked
    return worked + _part_of_day(calendar, local - _midnight(day))


def _part_of_day(calendar: Calendar, gone: timedelta) -> timedelta:
    """What is worked of a day of which so much is over."""
    total = timedelta()
    for begin, end in calendar.hours:
        first, last = timedelta(minutes=begin), timedelta(minutes=end)
        total += max(min(gone, last) - first, timedelta())
    return total


def _in_year(calendar: Calendar, year: int, worked: timedelta) -> datetime:
    """The first moment of a year at which so much of it has been worked."""
    table = _table(calendar, year)
    number = next(n for n, so_far in enumerate(table) if so_far >= worked) - 1
    left = worked - table[number]
    midnight = _midnight(date(year, 1, 1) + timedelta(days=number))
    for begin, end in calendar.hours:
        span = timedelta(minutes=end - begin)
        if left <= span:
            return midnight + timedelta(minutes=begin) + left
        left -= span
    raise AssertionError("a day has no more than its hours")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=CHINA)
