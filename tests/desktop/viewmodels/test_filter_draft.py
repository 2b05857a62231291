"""Filters: every operator means what it says and is read back; what lines cannot say is kept."""

from datetime import UTC, datetime

import pytest

from crm_core.model.entities import CUSTOMER, OPPORTUNITY
from crm_core.model.query import (
    EVERYTHING,
    ME,
    MY_TEAM,
    Ago,
    All,
    Condition,
    Not,
    Op,
    Start,
    Test,
    Unit,
    asked_by,
    matches,
    without,
)
from crm_core.model.query import Any as AnyOf
from crm_core.model.query_json import condition_from, condition_text
from crm_core.model.schema import FieldSpec, Kind, Label
from crm_core.model.values import Value, ValueProblem
from crm_core.rules.wording.condition_words import condition_words
from desktop.viewmodels.lists.filter_draft import Group, Line, Mode, Other, condition_of, draft_of
from desktop.viewmodels.lists.filter_terms import (
    Asks,
    Given,
    Term,
    checked,
    term_reading,
    terms_for,
)

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)  # A Wednesday, ten in the morning in China.
SPECS = [
    *CUSTOMER.fields,
    OPPORTUNITY.field_spec("stage_since"),
    FieldSpec("x_yes", Kind.BOOL, Label("是否", "Yes")),
    FieldSpec("x_number", Kind.DECIMAL, Label("数", "Number")),
]
GIVEN: dict[Asks, tuple[object, ...]] = {
    Asks.NOTHING: (), Asks.TEXT: ("一",), Asks.DAYS: ("7",), Asks.HOURS: ("7",),
    Asks.SEVERAL: (["A"],),
}  # fmt: skip


def given_for(spec: FieldSpec, term: Term) -> Given:
    if term.asks in GIVEN:
        typed = GIVEN[term.asks]
        if term.asks is Asks.SEVERAL and spec.choices:
            typed = ([spec.choices[0].code],)
    else:
        dates, numbers = ("2026-03-01", "2026-03-31"), ("1", "20")
        time = spec.kind in (Kind.DATE, Kind.MOMENT)
        number = spec.kind in (Kind.MONEY, Kind.INTEGER, Kind.DECIMAL)
        text = {Kind.EMAIL: "a@b.cn", Kind.PHONE: "13800138000", Kind.REF: "wang"}.get(
            spec.kind, "王"
        )
        pair = dates if time else numbers if number else (text, text)
        typed = pair[:1] if term.asks is Asks.ONE else pair
    found = checked(spec, term, typed)
    assert found is not None
    return found


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_every_operator_is_read_back_as_it_was_written(spec: FieldSpec) -> None:
    for term in terms_for(spec):
        given = given_for(spec, term)
        condition = term.build(spec, given)
        read = term_reading(spec, condition)
        assert read is not None
        assert (read[0].code, read[1]) == (term.code, given)
        assert condition_from(condition_text(condition)) == condition


def holds(name: str, code: str, value: Value, *typed: object) -> bool:
    spec = next(spec for spec in SPECS if spec.name == name)
    term = next(term for term in terms_for(spec) if term.code == code)
    given = checked(spec, term, typed)
    assert given is not None
    return matches(term.build(spec, given), {name: value}, NOW)


@pytest.mark.parametrize(
    ("code", "typed", "inside", "outside"),
    [
        ("today", (), ["2026-03-04"], ["2026-03-03", "2026-03-05"]),
        ("this-week", (), ["2026-03-02", "2026-03-08"], ["2026-03-01", "2026-03-09"]),
        ("last-week", (), ["2026-02-23", "2026-03-01"], ["2026-02-22", "2026-03-02"]),
        ("this-month", (), ["2026-03-01", "2026-03-31"], ["2026-02-28", "2026-04-01"]),
        ("last-days", ("7",), ["2026-02-25", "2026-03-04"], ["2026-02-24", "2026-03-05"]),
        ("next-days", ("7",), ["2026-03-04", "2026-03-11"], ["2026-03-03", "2026-03-12"]),
        ("range", ("2026-03-02", "2026-03-03"), ["2026-03-02", "2026-03-03"], ["2026-03-04"]),
        ("before", ("2026-03-02",), ["2026-03-01"], ["2026-03-02"]),
    ],
)
def test_dates_are_the_calendar_of_china(
    code: str, typed: tuple[object, ...], inside: list[str], outside: list[str]
) -> None:
    for name in ("next_contact_on", "stage_since"):
        for days, wanted in ((inside, True), (outside, False)):
            for day in days:
                moment = name == "stage_since"
                # The first hour of that day in China is still the day before in UTC.
                value = Start(Unit.DAY, _away(day), moment=moment).at(NOW)
                assert holds(name, code, value, *typed) is wanted, (name, code, day)
        assert not holds(name, code, None, *typed)


def _away(day: str) -> int:
    return (datetime.fromisoformat(day) - datetime(2026, 3, 4)).days  # noqa: DTZ001


def test_the_months_of_a_year_and_its_ends() -> None:
    starts = [Start(Unit.MONTH, offset).at(NOW) for offset in (-3, -2, 0, 9, 10)]
    assert starts == ["2025-12-01", "2026-01-01", "2026-03-01", "2026-12-01", "2027-01-01"]
    for unit in Unit:
        assert Start(unit, -(10**6)).at(NOW) < Start(unit).at(NOW) < Start(unit, 10**6).at(NOW)
        assert Start(unit, 10**6, moment=True).at(NOW).endswith("Z")


def test_me_and_my_team_are_whoever_asks() -> None:
    condition = Not(AnyOf((Test("owner", Op.EQ, ME), All((Test("owner", Op.EQ, MY_TEAM),)))))
    assert asked_by(condition, "wang", {"zhao"}) == Not(
        AnyOf((Test("owner", Op.EQ, "wang"), All((Test("owner", Op.IN, ("wang", "zhao")),))))
    )


def test_wrong_input_is_named_and_missing_input_asks_nothing() -> None:
    spec = CUSTOMER.field_spec("annual_purchase")
    least = terms_for(spec)[0]
    assert checked(spec, least, [None]) is None
    with pytest.raises(ValueProblem):
        checked(spec, least, ["很多"])


CITY = Test("city", Op.EQ, "上海")
LEVEL = Test("level", Op.IN, ("A",))


@pytest.mark.parametrize(
    "condition",
    [
        CITY,
        All((CITY, LEVEL)),
        AnyOf((CITY, All((LEVEL, CITY)))),
        Not(AnyOf((CITY, LEVEL))),
        All((CITY, Not(AnyOf((LEVEL, CITY))))),
        All((CITY, AnyOf((LEVEL, All((CITY, Not(All((CITY, LEVEL))))))))),
        All((CITY, Test("gone", Op.EQ, 1), Test("touched", Op.GE, Ago(3)))),
        EVERYTHING,
    ],
)
def test_a_condition_shown_and_left_alone_stays_what_it_was(condition: Condition) -> None:
    again = condition_of(draft_of(condition, CUSTOMER))
    assert again in (condition, All((condition,)))


def test_hours_before_and_after_now_are_lines_and_parts_of_hours_are_kept() -> None:
    """Rules wait for hours: what was read out as text before is a line now, and said in one."""
    since = OPPORTUNITY.field_spec("stage_since")
    words = {}
    for code in ("last-hours", "next-hours", "hours-ago", "since-hours"):
        term = next(one for one in terms_for(since) if one.code == code)
        condition = term.build(since, (72,))
        assert term_reading(since, condition) == (term, (72,))
        words[code] = condition_words(condition, OPPORTUNITY, "zh")
    assert words["last-hours"] == "进入本阶段 在过去 72 小时内"
    assert words["next-hours"] == "进入本阶段 在未来 72 小时内"
    assert term_reading(since, Test("stage_since", Op.LT, Ago(0.5))) is None
    assert term_reading(since, Test("stage_since", Op.LT, Ago(-3))) is None


def test_groups_of_groups_become_lines_and_the_rest_is_kept_whole() -> None:
    draft = draft_of(All((CITY, AnyOf((LEVEL, CITY)), Test("gone", Op.EQ, 1))), CUSTOMER)
    assert draft.mode is Mode.ALL
    line, group, other = draft.parts
    assert isinstance(line, Line)
    assert isinstance(group, Group)
    assert group.mode is Mode.ANY
    assert other == Other(Test("gone", Op.EQ, 1))


def test_nothing_is_asked_of_fields_left_out() -> None:
    condition = All((CITY, AnyOf((LEVEL, Not(CITY)))))
    assert without(condition, {"city"}) == All((AnyOf((LEVEL,)),))
    assert without(condition, {"city", "level"}) is None
    assert without(EVERYTHING, {"city"}) == EVERYTHING


def test_a_choice_written_as_equal_is_a_line_and_not_kept_as_it_is() -> None:
    draft = draft_of(Test("stage", Op.EQ, "quote"), OPPORTUNITY)
    (line,) = draft.parts
    assert isinstance(line, Line)
    assert line.given == (["quote"],)
    assert condition_of(line) == Test("stage", Op.IN, ("quote",))
