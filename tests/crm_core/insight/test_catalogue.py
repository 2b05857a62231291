"""Every measure says what it means; what composites, thresholds and odd histories come to."""

from datetime import UTC, datetime, timedelta

import pytest

from crm_core.insight import journeys
from crm_core.insight.catalogue import MEASURES
from crm_core.insight.clock_words import clock_words
from crm_core.insight.composites import COMBINED, PREVIOUS
from crm_core.insight.declared import Group, Measure, Period, Shape, Span, Spread, Threshold, Value
from crm_core.insight.framing import DAY, HOUR, OPEN, Frame, slices, spanned
from crm_core.insight.journeys import Move, Stay, Subject, Touch
from crm_core.insight.reducing import Sums, sums_of, value_of
from crm_core.insight.stage_history import history_of
from crm_core.insight.standards import SHIPPED
from docs.measures import PAGE, page

T = 1_700_000_000_000
ALWAYS = history_of(SHIPPED, ())


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
def test_every_measure_is_whole(measure: Measure) -> None:
    assert measure.label.zh
    assert measure.label.en
    assert measure.definition.zh
    assert measure.definition.en
    assert measure.rows
    assert (measure.shape is Shape.ABSENT) is (measure.needs is not None)
    assert (measure.shape is Shape.COMPOSITE) is (measure.id in COMBINED) is bool(measure.parts)
    assert {name.removesuffix(PREVIOUS) for name in measure.parts} <= MEASURES.keys()
    clock = clock_words(measure)
    assert (clock is None) is (measure.shape in (Shape.ABSENT, Shape.COMPOSITE))
    red = measure.threshold != Threshold()
    assert not red or (measure.suggestion.zh and measure.suggestion.en), "what to do when it is red"


def test_the_page_of_measures_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m docs.measures"
    assert all(f"`{name}` ·" in page() for name in MEASURES)


def test_every_row_of_the_list_has_a_measure() -> None:
    wanted = {"2.14", "2.17", "4.11", "4.12", "6.1", "6.2", "6.5", "6.6", "6.7", "6.8", "6.9",
              "6.10", "6.14", "6.15", "6.16", "6.17", "6.19", "6.25", "6.28"}  # fmt: skip
    assert wanted <= {row for one in MEASURES.values() for row in one.rows}


def a_value(value: float | None, *, red: bool = False, mean: float | None = None) -> Value:
    spread = None if mean is None else Spread(mean, mean, mean, 1)
    return Value((), value, count=1, red=red, spread=spread)


@pytest.mark.parametrize(
    ("before", "now", "shown"), [(87, 32, 272), (142 / 24, 51 / 24, 278), (32, 64, 50)]
)
def test_compression(before: float, now: float, shown: int) -> None:
    parts = {"cycle": a_value(now, mean=now), f"cycle{PREVIOUS}": a_value(before, mean=before)}
    value = COMBINED["compression"](parts).value
    assert value is not None
    assert round(value) == shown
    assert COMBINED["compression"]({}).value is None
    assert COMBINED["compression"]({**parts, "cycle": a_value(0, mean=0)}).value is None


@pytest.mark.parametrize(
    ("fast", "signed", "risk"),
    [(300.0, 59.9, 0), (300.1, 59.9, 1), (300.1, 60.0, 0), (None, 10.0, None)],
)
def test_fake_progress(fast: float | None, signed: float, risk: float | None) -> None:
    parts = {"compression": a_value(fast), "letters_signed": a_value(signed)}
    assert COMBINED["fake_progress"](parts).value == risk


def test_funnel_health_weighs_what_there_is() -> None:
    combine = COMBINED["funnel_health"]
    parts = {"stay_excess": a_value(0.5), "tasks_on_time": a_value(80.0),
             "touches_week": a_value(5.0), "open_leads": a_value(10.0)}  # fmt: skip
    assert combine(parts).value == (40 * 50 + 35 * 80 + 25 * 50) / 100
    assert combine({"tasks_on_time": a_value(80.0)}).value == 80
    assert combine({"stay_excess": a_value(7.0)}).value == 0
    assert combine({"open_leads": a_value(4.0)}).value == 0, "open leads nobody talks to"
    assert combine({}).value is None
    assert MEASURES["funnel_health"].threshold.red(69.99)
    assert not MEASURES["funnel_health"].threshold.red(70.0)


@pytest.mark.parametrize(
    ("measure", "sums", "red"),
    [
        ("survival", Sums(3, 4), False),
        ("survival", Sums(7499, 10_000), True),
        ("need_match", Sums(82, 100), False),
        ("need_match", Sums(81, 100), True),
        ("flow_in_time", Sums(3 * 90 * 60_000, 3), False),
        ("flow_in_time", Sums(3 * 90 * 60_000 + 1, 3), True),
        ("stage_delay", Sums(93 * HOUR + HOUR * 6 // 10, 72 * HOUR), False),
        ("stage_delay", Sums(94 * HOUR, 72 * HOUR), True),
        ("follow_48", Sums(85, 100), False),
        ("follow_48", Sums(849, 1000), True),
        ("backlog", Sums(4), False),
        ("backlog", Sums(5), True),
        ("rejection", Sums(41, 100), True),
    ],
)
def test_thresholds_are_exact(measure: str, sums: Sums, red: bool) -> None:
    assert value_of(MEASURES[measure], (), sums).red is red


def test_a_share_never_exceeds_a_hundred() -> None:
    assert value_of(MEASURES["survival"], (), Sums(162, 51)).value == 100


def test_percent_changes_are_of_unrounded_values() -> None:
    assert Value((), 48.0, previous=161.0).change == pytest.approx(-70.186, abs=0.001)
    assert Value((), 1.0, previous=0.0).change is None


def test_median_mean_and_ninetieth_percentile() -> None:
    measure = MEASURES["first_response"]
    value = value_of(measure, (), sums_of(measure, [(n * HOUR, 1) for n in range(1, 11)]))
    assert value.spread == Spread(mean=5.5, median=5.5, p90=9.0, n=10)
    alone = value_of(measure, (), sums_of(measure, [(HOUR, 1)]))
    assert alone.spread == Spread(1.0, 1.0, 1.0, 1)
    assert value_of(measure, (), Sums()).value is None


def a_subject(stage: str = "need", since: int = 0) -> Subject:
    return Subject("lead", stage, begun=T, since=since, assigned=T)


def test_the_stages_of_a_journey() -> None:
    moves = [
        Move(T + HOUR, "touched", "captured", "u1"),
        Move(T + 3 * HOUR, "proposal", "touched", "u2"),
        Move(T + 2 * HOUR, "need", "proposal", "u3"),  # A clock that was put right.
        Move(T + 9 * HOUR, "lost", "need", "u3"),
    ]
    found, guessed = journeys.stays(a_subject("lost"), moves, ALWAYS)
    assert not guessed
    assert [(s.stage, s.entered - T, s.back, s.lost) for s in found] == [
        ("captured", 0, False, False), ("touched", HOUR, False, False),
        ("proposal", 3 * HOUR, True, False), ("need", 3 * HOUR, False, True),
        ("lost", 9 * HOUR, False, False),
    ]  # fmt: skip
    assert found[-1].left == OPEN


def test_stages_without_history_are_guessed() -> None:
    found, guessed = journeys.stays(a_subject(since=T + DAY), [], ALWAYS)
    assert (found, guessed) == ([Stay("need", T + DAY, OPEN, "", standard=120 * HOUR)], True)
    assert journeys.stays(a_subject("captured"), [], ALWAYS)[1] is False
    late = [Move(T, "touched", "captured", "u1")]
    found, guessed = journeys.stays(a_subject("proposal", since=T + DAY), late, ALWAYS)
    assert ([s.stage for s in found], guessed) == (["captured", "touched", "proposal"], True)
    assert journeys.stays(a_subject(""), [], ALWAYS)[0] == []


def test_stages_nobody_defines_are_neither_late_nor_back() -> None:
    moves = [
        Move(T + HOUR, "old_stage", "captured", "u"),
        Move(T + DAY, "touched", "old_stage", "u"),
    ]
    found, _ = journeys.stays(a_subject("touched"), moves, ALWAYS)
    assert [one.back for one in found] == [False, False, False]


def test_exemptions_are_left_out() -> None:
    stay = Stay("need", T, T + 10 * HOUR, "")
    exempt = journeys.apart([(T - HOUR, T + HOUR), (T + 3 * HOUR, T + 5 * HOUR),
                             (T + 4 * HOUR, T + 6 * HOUR), (T + DAY, T)])  # fmt: skip
    assert exempt == [(T - HOUR, T + HOUR), (T + 3 * HOUR, T + 6 * HOUR)]
    assert journeys.exempted(stay, exempt) == (HOUR, T + 3 * HOUR, T + 6 * HOUR)
    assert journeys.exempted(stay, []) == (0, 0, 0)


def test_what_happened_before_a_lead_came_counts_as_at_once() -> None:
    touches = [Touch(T - 99 * DAY, "called"), Touch(T + 99 * DAY, "visited", visit=True)]
    stay = Stay("captured", T, OPEN, "")
    found = journeys.journey(a_subject(), [stay], touches, responded=OPEN, ends=SHIPPED.ends)
    assert (found.wait, found.visit_wait, found.survived) == (0, 99 * DAY, True)
    assert (found.cycle, found.closed) == (None, OPEN)


@pytest.mark.parametrize("group", [Group.DAY, Group.WEEK, Group.MONTH])
def test_periods_are_cut_by_chinas_calendar(group: Group) -> None:
    frame = Frame(T, T + 40 * DAY, T + 41 * DAY)  # 2023-11-15 06:13 in China
    cut = slices(group, frame)
    first = {Group.DAY: "2023-11-15", Group.WEEK: "2023-11-13", Group.MONTH: "2023-11-01"}[group]
    assert cut.names[0] == first
    assert cut.name(T) == first
    assert cut.name(T - 40 * DAY) == ""
    assert list(cut.bounds) == sorted(cut.bounds)
    assert cut.bounds[0] <= frame.start < frame.end


def test_a_board_asks_of_today_and_of_the_days_ahead_by_chinas_calendar() -> None:
    now = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)  # The fifth already, half past seven.
    chosen = Period(now - timedelta(days=30), now)
    assert spanned(Span.CHOSEN, chosen, now) is chosen
    today, ahead = spanned(Span.TODAY, chosen, now), spanned(Span.AHEAD, chosen, now)
    assert today.start == ahead.start == datetime(2026, 3, 4, 16, tzinfo=UTC)
    assert (today.length, ahead.length) == (timedelta(days=1), timedelta(days=7))
    week = spanned(Span.WEEK, chosen, now)  # The fifth is a Thursday.
    assert (week.start, week.length) == (datetime(2026, 3, 1, 16, tzinfo=UTC), timedelta(days=7))
