"""Clocks: the test vectors of rows 2.7, 2.8, 6.10, and what must not hurt."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crm_core.clock import CHINA, iso_moment
from crm_core.model.entities import builtin_registry
from crm_core.model.query import Op, Test
from crm_core.model.schema import Label
from crm_core.model.values import Value
from crm_core.rules.documents import Document, When, read_body, written_body
from crm_core.rules.faults import faults
from crm_core.rules.pools import Pool
from crm_core.rules.recipients import People
from crm_core.rules.replaying.replay_sets import Setting, sets_of
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.stocked.clocks_shipped import (
    CLAIM,
    FIRST_FOLLOW_UP,
    GOLDEN,
    NEGLECTED,
    QUOTE,
    SHIPPED,
)
from crm_core.rules.timekeeping.clock_state import Around, ClockState, Phase, Run, state
from crm_core.rules.timekeeping.clocks import Clock, Level, Measure, Working, calendar_of, problems
from crm_core.rules.wording.clock_faces import Moment, face
from crm_core.rules.wording.clock_words import figures, said
from crm_core.rules.wording.speaking import Speaker

T0 = datetime(2026, 3, 9, 2, tzinfo=UTC)
HOURS = timedelta(hours=1)
SECOND = timedelta(seconds=1)
LEAD = {"id": "l", "name": "王女士", "phone": "13812345678", "stage": "captured", "owner": "rep"}


def iso(hours: float) -> str:
    return iso_moment(T0 + hours * HOURS)


def lead(**values: Value) -> dict[str, Value]:
    return {**LEAD, "received_at": iso(0), "assigned_at": iso(0), **values}


def stands(
    rule: Document[Clock], record: dict[str, Value], hours: float, around: Around | None = None
) -> ClockState:
    body = rule.body
    return state(body, record, around or {}, T0 + hours * HOURS, calendar_of(body))


@pytest.mark.parametrize(
    ("hours", "phase", "level"),
    [
        (0, Phase.RUNNING, 0),
        (36, Phase.RUNNING, 0),
        (36 + 1 / 60, Phase.RUNNING, 1),
        (48, Phase.RUNNING, 1),
        (48 + 1 / 60, Phase.OVER, 2),
        (5000, Phase.OVER, 2),
    ],
)
def test_a_first_follow_up_is_late_after_more_than_48_hours(
    hours: float, phase: Phase, level: int
) -> None:
    found = stands(FIRST_FOLLOW_UP, lead(), hours)
    assert (found.phase, found.level) == (phase, level)
    assert found.hours_left == pytest.approx(48 - hours)
    assert found.due == T0 + 48 * HOURS


def test_unclaimed_for_30_minutes_sharp_is_late() -> None:
    waiting = lead(owner=None)
    assert stands(CLAIM, waiting, 0.5 - 1 / 3600).level == 0
    assert stands(CLAIM, waiting, 0.5).level == 1
    assert stands(CLAIM, lead(), 0.5).phase is Phase.DONE


def test_a_pool_says_for_itself_how_long_a_lead_may_wait_in_it() -> None:
    quick = Document("p1", "pool", Label("电话", "Phone"), "lead", Pool(claim_minutes=10))
    rules = RuleSet([CLAIM, quick, replace(quick, id="p2", body=Pool())])
    base, own = rules.of(Clock)
    assert (own.label.zh, rules.origin_of(own.id)) == ("认领时限 · 电话", CLAIM.id)
    assert own.body.levels[0].task.zh.startswith("10 分钟内无人认领")
    for pool, minutes in (("p1", 10), ("p2", 30), (None, 30)):
        clock, other = (own, base) if pool == "p1" else (base, own)
        waiting = lead(owner=None, pool=pool)
        assert stands(other, waiting, 99).phase is Phase.IDLE
        assert stands(clock, waiting, (minutes * 60 - 1) / 3600).level == 0
        assert stands(clock, waiting, minutes / 60).level == 1
    assert {one.id for one in rules.documents} == {CLAIM.id, "p1", "p2"}  # As it is written.
    wrong = replace(quick, body=Pool(claim_minutes=-1))
    found = faults(wrong, builtin_registry(), lambda *_: "there", rules)
    assert [path for path, _ in found] == [("claim_minutes",)]
    # A trial of the pool tells of it as of the clock: the same lead, at another minute.
    both, drafted, forced = sets_of([quick], RuleSet([CLAIM]), Setting(builtin_registry()))
    assert [len(one) for one in (both, drafted, forced)] == [0, 2, 2]  # With the routes.


def test_an_answer_stops_it_and_says_how_long_it_took() -> None:
    found = stands(FIRST_FOLLOW_UP, lead(first_response_at=iso(3)), 99)
    assert (found.phase, found.spent, found.hours_left) == (Phase.DONE, 3 * HOURS, 45.0)
    call: dict[str, Value] = {"lead": "l", "happened_at": iso(2)}
    assert stands(FIRST_FOLLOW_UP, lead(), 60, {"follow_up": [call]}).phase is Phase.DONE
    other: dict[str, Value] = {"lead": "another", "happened_at": iso(2)}
    assert stands(FIRST_FOLLOW_UP, lead(), 60, {"follow_up": [other]}).phase is Phase.OVER


def test_every_touch_begins_the_three_days_anew() -> None:
    key = lead(grade="A")
    assert stands(NEGLECTED, key, 72).level == 1
    touched: Around = {"visit": [{"lead": "l", "started_at": iso(40)}]}
    assert stands(NEGLECTED, key, 111, touched).level == 0
    assert stands(NEGLECTED, key, 112, touched).level == 1
    assert stands(NEGLECTED, lead(grade="B"), 99).phase is Phase.IDLE


def test_a_quote_is_answered_by_a_call_to_its_customer_after_it() -> None:
    deal: dict[str, Value] = {
        "id": "d", "customer": "c", "stage": "quote", "stage_since": iso(0), "owner": "rep",
    }  # fmt: skip
    early: dict[str, Value] = {"customer": "c", "action": "called", "happened_at": iso(-1)}
    unreached: dict[str, Value] = {"customer": "c", "action": "unreached", "happened_at": iso(5)}
    assert stands(QUOTE, deal, 72, {"follow_up": [early, unreached]}).level == 2
    call = {**early, "happened_at": iso(5)}
    assert stands(QUOTE, deal, 72, {"follow_up": [call]}).phase is Phase.DONE


def exempt(since: float, until: float, **more: Value) -> Around:
    return {"exemption": [{"lead": "l", "since": iso(since), "until": iso(until), **more}]}


def test_an_exemption_takes_its_time_out() -> None:
    silent = exempt(0, 336)
    found = stands(FIRST_FOLLOW_UP, lead(), 72, silent)
    assert (found.phase, found.level, found.hours_left) == (Phase.PAUSED, 0, 48.0)
    assert found.due == T0 + 384 * HOURS
    assert stands(FIRST_FOLLOW_UP, lead(), 384, silent).level == 1
    assert stands(FIRST_FOLLOW_UP, lead(), 385, silent).level == 2


def test_exemptions_that_overlap_count_once_and_one_ended_early_counts_till_then() -> None:
    one, other = exempt(10, 20), exempt(15, 99, ended_at=iso(30))
    both = {"exemption": [*one["exemption"], *other["exemption"]]}
    found = stands(FIRST_FOLLOW_UP, lead(), 40, both)
    assert found.spent == 20 * HOURS
    assert found.due == T0 + 68 * HOURS


def test_who_is_exempted_with_their_customer_is_exempt_too() -> None:
    of_customer: Around = {"exemption": [{"customer": "c", "since": iso(0), "until": iso(99)}]}
    assert stands(FIRST_FOLLOW_UP, lead(customer="c"), 50, of_customer).paused
    assert not stands(FIRST_FOLLOW_UP, lead(customer="d"), 50, of_customer).paused
    other_lead = {"exemption": [{**of_customer["exemption"][0], "lead": "another"}]}
    assert not stands(FIRST_FOLLOW_UP, lead(customer="c"), 50, other_lead).paused
    strict = replace(FIRST_FOLLOW_UP, body=replace(FIRST_FOLLOW_UP.body, exemptible=False))
    assert not stands(strict, lead(customer="c"), 50, of_customer).paused


def test_while_a_condition_holds_nothing_fires() -> None:
    body = replace(FIRST_FOLLOW_UP.body, pauses_when=When(Test("need", Op.EQ, "learn")))
    paused = stands(replace(FIRST_FOLLOW_UP, body=body), lead(need="learn"), 60)
    assert (paused.phase, paused.level, paused.due) == (Phase.PAUSED, 0, None)


def working(limit: float) -> Document[Clock]:
    body = Clock(
        start=("assigned_at",), limit_hours=limit, measure=Measure.WORKING,
        levels=(Level(limit, ("owner",), Label("催办", "Late")),),
    )  # fmt: skip
    return Document("w", "clock", Label("w", "w"), "lead", body)


def test_working_hours_wait_over_night_and_over_the_weekend() -> None:
    friday = datetime(2026, 3, 13, 17, tzinfo=CHINA)
    record = lead(assigned_at=iso_moment(friday))
    body = working(2).body
    found = state(body, record, {}, friday + 15 * HOURS, calendar_of(body))
    assert (found.hours_left, found.phase) == (1.0, Phase.RUNNING)
    assert found.due == datetime(2026, 3, 16, 10, tzinfo=CHINA)


def test_holidays_nobody_has_published_make_it_provisional() -> None:
    record = lead(assigned_at="2098-12-31T08:00:00Z")
    body = working(2).body
    found = state(body, record, {}, datetime(2098, 12, 31, 9, tzinfo=UTC), calendar_of(body))
    assert found.provisional
    assert any("2098" in one.zh for one in found.why)


def test_a_start_in_the_future_fires_nothing_and_is_said() -> None:
    found = stands(FIRST_FOLLOW_UP, lead(received_at=iso(500)), 0)
    assert (found.phase, found.level, found.hours_left) == (Phase.RUNNING, 0, 48.0)
    assert found.provisional


@pytest.mark.parametrize("received", ["", "yesterday", 7, True, [], "9999-99-99T99:99:99Z", None])
def test_a_start_that_is_none_begins_nothing(received: Value) -> None:
    record = lead(received_at=received, assigned_at=None)
    assert stands(FIRST_FOLLOW_UP, record, 99).phase is Phase.IDLE


def test_fields_nobody_knows_begin_nothing_and_are_named() -> None:
    body = Clock(
        start=("invented",), limit_hours=0, levels=(Level(-1, (), Label("", "")),),
        working=Working(hours="9-18", weekdays=(9,)), stop_fields=("gone",),
        runs_when=When(Test("lost", Op.EQ, 1)),
    )  # fmt: skip
    rule = Document("x", "clock", Label("x", "x"), "lead", body)
    assert stands(rule, lead(), 5).phase is Phase.IDLE
    places = {one.place for one in problems(rule, builtin_registry())}
    assert places == {
        "start[0]", "limit_hours", "working.hours", "working.weekdays", "levels[0].after_hours",
        "levels[0].to", "stop_fields", "runs_when",
    }  # fmt: skip
    unknown = list(problems(replace(rule, entity="spaceship"), builtin_registry()))
    assert [one.place for one in unknown] == ["entity"]


def test_what_ships_is_sound_and_written_as_it_is_read() -> None:
    for rule in SHIPPED:
        assert list(problems(rule, builtin_registry())) == []
        assert read_body(written_body(rule.body), Clock) == rule.body


def test_the_moment_a_level_is_reached_is_the_first_at_which_it_is() -> None:
    for rule, record in (
        (FIRST_FOLLOW_UP, lead()),
        (CLAIM, lead(owner=None)),
        (working(9), lead()),
    ):
        around, calendar = exempt(1, 7), calendar_of(rule.body)
        run = Run.of(rule.body, record, around, T0, calendar)
        assert run is not None
        for number, at in enumerate(run.fires_at()):
            assert at is not None
            assert state(rule.body, record, around, at, calendar).level > number
            assert state(rule.body, record, around, at - SECOND, calendar).level <= number


def test_the_words_are_filled_in_and_numbers_masked() -> None:
    found = stands(FIRST_FOLLOW_UP, lead(), 50)
    words = FIRST_FOLLOW_UP.body.levels[1].task
    extra = {"owner": "李明", **figures(found, 48)}
    entity = builtin_registry().entity("lead")
    text = said(words, entity, lead(source="抖音"), extra, "zh")
    assert text == "超过 48 小时未首次跟进：王女士 138****5678 来源：抖音（李明）"
    odd = Label("[姓名] [剩余小时] [没有的字段] [", "")
    assert said(odd, entity, lead(), extra, "zh") == "王女士 0 [没有的字段] ["


USERS: list[dict[str, Value]] = [
    {"id": "rep", "role": "rep", "team": "t"}, {"id": "boss", "role": "manager", "team": "t"},
    {"id": "chief", "role": "manager", "team": "top"}, {"id": "root", "role": "admin"},
    {"id": "gone", "role": "manager", "team": "t", "active": False},
    {"id": "lone", "role": "rep", "team": "loop"},
]  # fmt: skip
TEAMS: list[dict[str, Value]] = [
    {"id": "t", "parent": "top"}, {"id": "top"}, {"id": "loop", "parent": "loop"},
]  # fmt: skip


@pytest.mark.parametrize(
    ("whom", "owner", "expected"),
    [
        (("owner", "lead", "upper"), "rep", ("rep", "boss", "chief")),
        (("lead",), "boss", ("chief",)),
        (("lead",), "chief", ("root",)),
        (("upper",), "chief", ()),
        (("owner",), "gone", ("boss",)),
        (("lead",), "lone", ("root",)),
        (("owner",), None, ("boss", "chief")),
        (("owner",), "deleted", ("boss", "chief")),
        (("role:manager", "user:boss"), "rep", ("boss", "chief")),
        (("role:astronaut",), "rep", ("root",)),
        (("user:gone",), "rep", ("boss",)),
    ],
)
def test_somebody_who_is_here_hears_of_it(
    whom: tuple[str, ...], owner: str | None, expected: tuple[str, ...]
) -> None:
    assert People(USERS, TEAMS).recipients(whom, owner) == expected


def test_the_golden_hours_are_shown_and_tell_nobody() -> None:
    assert stands(GOLDEN, lead(), 1).hours_left == 3.0
    assert GOLDEN.body.levels == ()


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe"])
@pytest.mark.parametrize("rule", [FIRST_FOLLOW_UP, working(9)], ids=["elapsed", "working"])
def test_daylight_saving_where_the_machine_stands_changes_nothing(
    rule: Document[Clock], zone: str
) -> None:
    """An hour that is there twice, or not at all, is an hour here."""
    there, calendar = ZoneInfo(zone), calendar_of(rule.body)
    for month, day in ((3, 29), (10, 4), (11, 1)):
        for hours in range(-30, 40, 4):
            now = datetime(2026, month, day, tzinfo=UTC) + hours * HOURS
            record = lead(received_at=iso_moment(now - 26 * HOURS))
            record["assigned_at"] = record["received_at"]
            here = state(rule.body, record, {}, now, calendar)
            assert state(rule.body, record, {}, now.astimezone(there), calendar) == here
            assert here.spent is not None
            assert here.spent <= 26 * HOURS


def test_a_year_ends_in_the_middle_of_a_clock_and_the_next_is_not_published() -> None:
    """Weekends only, provisional, and the card says so; nothing is lost over midnight."""
    record = lead(assigned_at="2098-12-31T08:30:00Z")  # Wednesday 16:30, 1.5 hours before the end.
    body, speaker = working(10).body, Speaker(builtin_registry(), "zh_CN", lambda *_: None)
    rule, calendar = replace(working(10), body=body), calendar_of(body)
    left = []
    for day, hour in ((31, 17), (31, 23), (32, 8), (32, 12), (32, 18), (33, 10)):
        now = datetime(2098, 12, 31, hour, tzinfo=CHINA) + timedelta(days=day - 31)
        found = state(body, record, {}, now, calendar)
        left.append(found.hours_left)
        shown = face(rule, found, calendar, None, Moment(speaker, now))
        assert shown.doubts == ("2098–2099 年的节假日安排尚未公布，暂按普通周末计算",)
    assert left == [9.5, 8.5, 8.5, 5.5, 1.0, 0.0]
    assert shown.time == "工作时间超时 0 分钟"


def test_holidays_between_are_said_and_the_working_saturday_counts() -> None:
    """National Day 2025: eight days off; the Sunday before and the Saturday after are worked."""
    now = datetime(2025, 9, 30, 16, tzinfo=CHINA)
    record = lead(assigned_at=iso_moment(now))
    rule, calendar = working(11), calendar_of(working(11).body)
    found = state(rule.body, record, {}, now, calendar)
    assert found.due == datetime(2025, 10, 10, 10, 30, tzinfo=CHINA)
    speaker = Speaker(builtin_registry(), "zh_CN", lambda *_: None)
    shown = face(rule, found, calendar, None, Moment(speaker, now))
    assert shown.time == "工作时间还剩 11 小时"
    assert "到 10-10 10:30 止（其间放假 6 天）" in shown.detail
    assert not shown.doubts
