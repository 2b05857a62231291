"""When people work: moments within China office hours. Pure; randomness arrives as an argument."""

import math
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from crm_core.clock import CHINA

_SATURDAY = 5
_OPENS, _CLOSES = time(8, 10), time(17, 50)
_TRIES = 24


def china_date(at: datetime) -> date:
    """The calendar day in China."""
    return at.astimezone(CHINA).date()


def at_china(day: date, clock: time) -> datetime:
    """That time of that day in China, as UTC."""
    return datetime.combine(day, clock, CHINA).astimezone(UTC)


def office_moment(rng: Random, day: date) -> datetime:
    """Some moment of the day between 8:20 and 17:45, with a lunch break."""
    first, last = (500, 700) if rng.random() < 0.5 else (795, 1065)
    minutes = rng.randint(first, last)
    return at_china(day, time(minutes // 60, minutes % 60, rng.randrange(60)))


def within(rng: Random, start: datetime, end: datetime, *, weekends: float) -> datetime:
    """Some office moment from `start` to `end`; `start` where there is none.

    `weekends` is the chance that a weekend day drawn is kept.
    """
    first = china_date(start)
    span = max(0, (china_date(end) - first).days)
    for _ in range(_TRIES):
        day = first + timedelta(days=rng.randint(0, span))
        if day.weekday() >= _SATURDAY and rng.random() >= weekends:
            continue
        moment = office_moment(rng, day)
        if start <= moment <= end:
            return moment
    return start


def later(rng: Random, at: datetime, hours: float, *, weekends: float) -> datetime:
    """`hours` after `at`, moved on to the next opening where the office is closed by then."""
    moment = (at + timedelta(hours=hours)).replace(microsecond=0)
    local = moment.astimezone(CHINA)
    day = local.date()
    keep = _OPENS <= local.time() <= _CLOSES
    if local.time() > _CLOSES:
        day += timedelta(days=1)
    while day.weekday() >= _SATURDAY and rng.random() >= weekends:
        day, keep = day + timedelta(days=1), False
    if keep:
        return moment
    minutes = rng.randint(492, 660)
    return at_china(day, time(minutes // 60, minutes % 60, rng.randrange(60)))


def workday_before(day: date) -> date:
    """`day` itself, or the Friday before it where it falls on a weekend."""
    return day - timedelta(days=max(0, day.weekday() - _SATURDAY + 1))


def recent(rng: Random, now: datetime, days: int) -> datetime:
    """An office moment `days` working days back (0 = the latest there is), never after `now`."""
    day = workday_before(china_date(now))
    if at_china(day, time(8, 20)) + timedelta(minutes=40) > now:
        day = workday_before(day - timedelta(days=1))
    for _ in range(days):
        day = workday_before(day - timedelta(days=1))
    latest = now - timedelta(minutes=30)
    drawn = [office_moment(rng, day) for _ in range(_TRIES)]
    fallback = at_china(day, time(8, 20))
    return next((moment for moment in drawn if moment <= latest), fallback)


def some_hours(rng: Random, median: float, spread: float = 0.6) -> float:
    """Log-normally distributed hours with the given median."""
    return median * math.exp(rng.gauss(0, spread))


def spoken_day(day: date, today: date) -> str:
    """How a rep names a coming day: 周五 within a week, otherwise 6月8号."""
    if 0 <= (day - today).days < 7:
        return "周" + "一二三四五六日"[day.weekday()]
    return f"{day.month}月{day.day}号"
