"""Working hours: against a slow reference that looks at every minute, and by name."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_core.clock import CHINA
from crm_core.rules.timekeeping.working_time import (
    Calendar,
    after_working,
    hours_from,
    hours_text,
    unpublished,
    working_hours,
    working_time,
)

MINUTE = timedelta(minutes=1)
PLAIN = Calendar(public=False)


def at(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=CHINA)


def slowly(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    total, moment = 0, start.astimezone(CHINA)
    while moment < end:
        minute = moment.hour * 60 + moment.minute
        total += any(a <= minute < b for a, b in calendar.hours) and calendar.works_on(
            moment.date()
        )
        moment += MINUTE
    return total * MINUTE


def some_calendar() -> st.SearchStrategy[Calendar]:
    days = st.frozensets(st.dates(date(2025, 9, 20), date(2025, 10, 15)), max_size=3)
    return st.builds(
        Calendar,
        hours=st.sampled_from((((540, 720), (810, 1080)), ((0, 1440),), ((1, 2),), ())),
        weekdays=st.sampled_from(((0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 5), (6,), ())),
        public=st.booleans(),
        closed=days,
        opened=days,
    )


# Around National Day 2025: eight days off, two make-up workdays.
minutes = st.integers(0, 14 * 1440).map(lambda n: at("2025-09-26 00:00") + n * MINUTE)


@settings(max_examples=25)
@given(some_calendar(), minutes, minutes)
def test_is_what_counting_minutes_gives(calendar: Calendar, one: datetime, other: datetime) -> None:
    start, end = min(one, other), max(one, other)
    assert working_time(calendar, start, end) == slowly(calendar, start, end)
    assert working_time(calendar, end, start) == timedelta()


@given(some_calendar(), minutes, st.integers(1, 6000))
def test_the_end_is_the_first_moment_at_which_so_much_is_worked(
    calendar: Calendar, start: datetime, worked: int
) -> None:
    end = after_working(calendar, start, worked * MINUTE)
    if end is None:
        nobody_works = not calendar.hours or not (calendar.weekdays or calendar.public)
        assert nobody_works or working_time(calendar, start, at("2190-01-01")) < worked * MINUTE
        return
    assert working_time(calendar, start, end) == worked * MINUTE
    assert working_time(calendar, start, end - MINUTE) == (worked - 1) * MINUTE


def test_a_weekend_and_an_evening_cost_nothing() -> None:
    friday, monday = at("2026-03-06 17:00"), at("2026-03-09 10:00")
    assert working_hours(Calendar(), friday, monday) == 2.0
    assert after_working(Calendar(), friday, timedelta(hours=2)) == monday


def test_national_day_is_off_and_its_make_up_days_are_worked() -> None:
    calendar = Calendar()
    assert not calendar.works_on(date(2026, 10, 1))
    assert calendar.works_on(date(2026, 10, 10))  # A Saturday that makes up for it.
    assert not calendar.works_on(date(2026, 10, 11))
    six_days = Calendar(weekdays=(0, 1, 2, 3, 4, 5))
    assert not six_days.works_on(date(2026, 10, 3))  # A Saturday within the holiday.
    assert six_days.works_on(date(2026, 10, 17))


def test_what_the_company_says_goes_before_what_the_state_says() -> None:
    calendar = Calendar(closed=frozenset({date(2026, 3, 9)}), opened=frozenset({date(2026, 10, 1)}))
    assert not calendar.works_on(date(2026, 3, 9))
    assert calendar.works_on(date(2026, 10, 1))


def test_a_year_nobody_has_published_falls_back_to_weekdays_and_says_so() -> None:
    calendar = Calendar()
    assert calendar.works_on(date(2100, 1, 1))  # A Friday.
    assert not calendar.works_on(date(2100, 1, 2))
    assert unpublished(calendar, at("2026-12-31 09:00"), at("2026-12-31 18:00")) == ()
    assert unpublished(calendar, at("2099-12-31 09:00"), at("2100-01-01 18:00")) == (2099, 2100)
    assert unpublished(PLAIN, at("2099-12-31 09:00"), at("2100-01-01 18:00")) == ()


def test_hours_go_on_over_the_end_of_the_year() -> None:
    last = at("2025-12-31 17:00")  # New Year is off, the second too; the fourth makes up for it.
    assert after_working(Calendar(), last, timedelta(hours=2)) == at("2026-01-04 10:00")


def test_the_zone_of_a_moment_makes_no_difference() -> None:
    start, end = at("2026-03-09 08:00"), at("2026-03-09 10:30")
    assert working_hours(Calendar(), start.astimezone(UTC), end.astimezone(UTC)) == 1.5


@pytest.mark.parametrize("written", ["", "9-18", "18:00-09:00", "09:00-12:00,11:00-18:00", "x"])
def test_hours_that_make_no_sense_are_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"span|isoformat|time"):
        hours_from(written)


def test_hours_are_written_as_they_are_read() -> None:
    written = "09:00-12:00,13:30-24:00"
    assert hours_text(hours_from(written)) == written


def test_moments_beyond_all_calendars_cost_nothing() -> None:
    first, last = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
    assert working_time(PLAIN, first, at("1900-01-01 00:00")) == timedelta()
    assert after_working(PLAIN, last, timedelta(hours=1)) is None
    assert working_time(PLAIN, last, last + timedelta(hours=1)) == timedelta()
