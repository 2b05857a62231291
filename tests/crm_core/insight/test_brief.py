"""The daily brief: three conclusions with number, change and step; too little is said plainly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.insight.brief import brief_of, diagnosis
from crm_core.insight.brief_facts import (
    Answered,
    Facts,
    Help,
    HelpWeek,
    Response,
    StageLoad,
    Step,
)
from crm_core.insight.brief_json import brief_from, brief_text
from crm_core.insight.moves import Fate, Move, left, stood_then, was_there
from crm_core.insight.response import response_hours
from crm_core.model.query import Op, Query, Test
from crm_core.model.schema import Label

ASKED = Query("lead", Test("stage", Op.EQ, "captured"))
TASKS = Query("task")
NO_HELP = Help((), (), TASKS, TASKS)


def load(stage: str, waiting: int, overdue: int) -> StageLoad:
    """A stage that was the same a day ago."""
    return StageLoad(stage, Label(stage, stage), waiting, overdue, waiting, overdue, ASKED)


def facts(
    *, stages: tuple[StageLoad, ...] = (), ranked: tuple[Answered, ...] = (), count: int = 0,
    steps: tuple[Step, ...] = (), help_: Help = NO_HELP, unknown: int = 0, viewer: str = "me",
) -> Facts:  # fmt: skip
    """Facts of one morning."""
    median = ranked[len(ranked) // 2].hours if ranked else None
    response = Response(ranked, median, count, None, viewer, ASKED)
    return Facts(
        "2026-03-02", "2026-03-02T02:00:00Z", viewer, "周岚", stages, response, steps, help_, 30,
        unknown=unknown,
    )  # fmt: skip


NOBODY = Fate()


def step(fate: Fate, before: Fate = NOBODY, stage: str = "demo") -> Step:
    """演示 → 报价."""
    return Step(
        "opportunity", stage, Label("产品演示", "Demo"), Label("方案报价", "Quote"), fate, before,
        ASKED,
    )  # fmt: skip


def test_the_break_of_row_6_17_is_said_with_number_change_and_step() -> None:
    found = brief_of(facts(steps=(step(Fate(4, 3, 5), Fate(8, 2, 2)),)))
    one = found.conclusions[2]
    assert "产品演示→方案报价" in one.text.zh
    assert "12 个里 8 个没过去（67%）" in one.text.zh
    assert "升 33 个百分点（原 33%）" in one.change.zh
    assert one.advice.zh
    assert one.advice.en
    assert one.tone == "bad"
    assert one.doors[0].query == ASKED
    assert one.figures[0].query == ASKED


def test_the_worst_three_steps_only() -> None:
    steps = tuple(
        step(Fate(10, lost, 0), stage=name)
        for name, lost in zip(("contact", "need", "demo", "quote"), (1, 4, 3, 2), strict=True)
    )
    one = brief_of(facts(steps=steps)).conclusions[2]
    assert [figure.shown.zh for figure in one.figures] == ["29% · 4/14", "23% · 3/13", "17% · 2/12"]


def test_overdue_names_the_worst_stage() -> None:
    one = brief_of(facts(stages=(load("captured", 20, 5), load("touched", 10, 4)))).conclusions[0]
    assert "30 条在办线索中 9 条超时（30%）" in one.text.zh
    assert "“touched”最重：10 条里 4 条（40%）" in one.text.zh
    assert "持平" in one.change.zh
    assert one.tone == "bad"
    calm = brief_of(facts(stages=(load("captured", 20, 0),))).conclusions[0]
    assert (calm.tone, calm.doors) == ("good", ())


def test_the_rank_shows_five_and_oneself() -> None:
    ranked = tuple(Answered(f"p{n}", f"人{n}", 0.5 + n, 2) for n in range(7))
    one = brief_of(facts(ranked=ranked, count=14, viewer="p6")).conclusions[1]
    assert [f.label.zh for f in one.figures] == [
        "1  人0", "2  人1", "3  人2", "4  人3", "5  人4", "7  人6"
    ]  # fmt: skip
    assert [f.own for f in one.figures] == [False] * 5 + [True]
    assert "您排第 7（6.5 小时）" in one.text.zh
    among = brief_of(facts(ranked=ranked, count=14, viewer="p2")).conclusions[1]
    assert len(among.figures) == 5


def test_too_little_is_said_and_nothing_else() -> None:
    found = brief_of(facts(stages=(load("captured", 4, 4),)))
    assert len(found.conclusions) == 3
    for one in found.conclusions:
        assert one.tone == "neutral"
        assert not one.figures
        assert not one.doors
        assert "不下结论" in one.text.zh
        assert "too little" in one.text.en
    lost = brief_of(facts(steps=(step(Fate(4, 3, 5)),), unknown=4)).conclusions[2]
    assert "没有历史" in lost.text.zh


@pytest.mark.parametrize(
    ("weeks", "applies"),
    [
        (((10, 5), (10, 5)), True),
        (((10, 4), (10, 5)), False),
        (((10, 5), (10, 4)), False),
        (((10, 5), (0, 0)), False),
        (((10, 5),), False),
    ],
    ids=["both", "40 % exactly", "one week", "nothing the week before", "one known"],
)
def test_late_help_is_diagnosed_above_forty_per_cent_two_weeks_running(
    weeks: tuple[tuple[int, int], ...], applies: bool
) -> None:
    told = Help(tuple(HelpWeek(*week) for week in weeks), ("t1", "t2", "t3"), TASKS, TASKS, 2)
    found = diagnosis(told)
    assert (found is not None) is applies
    if found is not None:
        assert found.cases == ("t1", "t2", "t3")
        assert [door.label.zh for door in found.doors] == ["延迟的答疑", "SOP 与常见问题 2 篇"]


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=6, max_size=6),
    st.lists(st.integers(0, 30), min_size=6, max_size=6),
)
def test_any_brief_comes_back_from_json_and_no_share_is_above_one(
    loads: list[tuple[int, int]], fates: list[int]
) -> None:
    stages = ("captured", "touched", "need", "proposal", "objection", "trial")
    given_ = facts(
        stages=tuple(load(s, w, min(o, w)) for s, (w, o) in zip(stages, loads, strict=True)),
        steps=(step(Fate(*fates[:3]), Fate(*fates[3:])),),
    )
    found = brief_of(given_)
    assert brief_from(brief_text(found)) == found
    assert all(0 <= f.share <= 1 for one in found.conclusions for f in one.figures)


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", '{"form":2}', '{"form":1,"day":"x"}', 7])
def test_what_is_no_brief_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        brief_from(text)


def test_fates_within_a_time() -> None:
    order = ("a", "b", "c", "won")
    moves = [
        Move("1", 100, "a", "b", 10), Move("2", 110, "a", "lost", 20),
        Move("3", 120, "b", "a", 30), Move("4", 130, "a", "won", 40),
        Move("5", 200, "a", "b", 50), Move("6", 120, "x", "b", 0),
    ]  # fmt: skip
    assert left(moves, order, 100, 200)["a"] == Fate(2, 1)
    assert left(moves, order, 100, 200)["b"] == Fate()
    assert was_there(moves, "a", 105) == 3
    assert stood_then(moves, "a", 3_600_000, 0.5) == 0
    assert Fate(1, 1, 2).share == 0.75
    assert Fate().share is None


def test_response_time_is_never_negative_and_absent_without_a_response() -> None:
    lead = {"assigned_at": "2026-01-14T02:00:00Z", "first_response_at": "2026-01-14T05:00:00Z"}
    assert response_hours(lead) == 3
    assert response_hours({**lead, "first_response_at": "2026-01-14T01:00:00Z"}) == 0
    assert response_hours({**lead, "first_response_at": None}) is None
