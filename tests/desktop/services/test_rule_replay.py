"""Drafts tried on real history: what would have fired, false alarms, what differs, who has what."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from crm_core.errors import KnownError
from crm_core.model.query import Op, Test
from crm_core.model.schema import Label
from crm_core.rules.approvals import Approval
from crm_core.rules.documents import Document, When
from crm_core.rules.limits import LIMIT, Limit, Side
from crm_core.rules.replaying.outcomes import Judgement
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.scoring import Factor, Grade, Scoring
from crm_core.rules.timekeeping.clocks import Clock, Level, Related
from desktop.services.cancelling import Cancelled, CancelToken
from desktop.services.rules.rule_replay import Trial, try_rules
from tests.builders import an_actor, change, exchange
from tests.desktop.views.desk import Desk, a_desk

CLOCK = Clock(
    start=("received_at",),
    limit_hours=48.0,
    levels=(Level(48.0, ("owner",), Label("[name] 超时", "[name] is late")),),
    strict=True,
    stopped_by=(Related("follow_up", "lead", "happened_at"),),
)
RULE: Document[object] = Document("clock-x", "clock", Label("首跟", "First"), "lead", CLOCK)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


def tried(desk: Desk, *rules: Document[object], force: RuleSet | None = None) -> Trial:
    """The rules tried on what this desk knows."""
    return try_rules(desk.workspace, rules, force or RuleSet(), CancelToken(), lambda _share: None)


def lead(desk: Desk, name: str, **more: object) -> str:
    """A lead received now, of 王敏."""
    at = desk.time.clock.iso()
    values = {"name": name, "stage": "captured", "owner": "wang", "received_at": at, **more}
    return desk.add("lead", values)


def follow(desk: Desk, lead_id: str) -> None:
    """A first follow-up of it, now."""
    at = desk.time.clock.iso()
    desk.add("follow_up", {"lead": lead_id, "happened_at": at, "action": "called", "owner": "wang"})


@pytest.fixture
def months(desk: Desk) -> dict[str, str]:
    """Three leads: answered in time, answered after three days, never answered."""
    found = {name: lead(desk, name) for name in ("及时", "三天", "从不")}
    desk.time.advance(hours=5)
    follow(desk, found["及时"])
    desk.time.advance(hours=58)
    follow(desk, found["三天"])
    desk.time.advance(days=20)
    return found


def test_a_clock_fires_on_whom_it_would_have_and_is_judged_by_what_people_did(
    desk: Desk, months: dict[str, str]
) -> None:
    trial = tried(desk, RULE)
    fired = {one.fired.record: one.judgement for one in trial.report.judged}
    assert fired == {
        months["三天"]: Judgement.FALSE_ALARM,
        months["从不"]: Judgement.RIGHT,
    }
    [line] = trial.report.rules
    assert (line.fired, line.false_alarms, line.false_share) == (2, 1, 0.5)
    [load] = trial.report.loads
    assert (load.person, load.tasks) == ("wang", 2)
    late = trial.report.judged[0].fired
    assert late.at - desk.time.moment < timedelta()
    assert late.people == ("wang",)
    assert trial.report.partial.estimated == 0


def test_what_differs_from_what_is_in_force_is_said_both_ways(
    desk: Desk, months: dict[str, str]
) -> None:
    tight = replace(RULE, body=replace(CLOCK, limit_hours=4.0, levels=(
        replace(CLOCK.levels[0], after_hours=4.0),)))  # fmt: skip
    narrower = tried(desk, tight, force=RuleSet([RULE]))
    assert narrower.report.newly == 1
    assert narrower.report.no_longer == ()
    wider = tried(desk, RULE, force=RuleSet([tight]))
    assert wider.report.newly == 0
    assert [one.record for one in wider.report.no_longer] == [months["及时"]]


def test_of_a_record_whose_history_is_not_here_its_times_are_believed(
    desk: Desk, months: dict[str, str], tmp_path: Path
) -> None:
    from contextlib import contextmanager

    with contextmanager(a_desk)(tmp_path / "new", node="c" * 16, time=desk.time) as bare:
        exchange(desk.workspace.replica, bare.workspace.replica)
        replica = bare.workspace.replica
        with replica.engine.begin() as connection:
            connection.execute(replica.tables.log.delete())
        trial = tried(bare, RULE)
    assert {one.fired.record for one in trial.report.judged} == {months["三天"], months["从不"]}
    assert trial.report.partial.estimated >= 3


def test_a_score_says_which_grade_would_have_been_given(desk: Desk) -> None:
    model = Scoring(
        (Factor("f", Label("抖音", "Douyin"), When(Test("source", Op.EQ, "抖音")), 60),),
        (Grade("A", 60), Grade("C", 0)),
    )
    rule: Document[object] = Document("score-x", "score", Label("评分", "Score"), "lead", model)
    found = lead(desk, "高分", source="抖音")
    later = lead(desk, "后来")
    desk.time.advance(hours=1)
    change(desk.workspace.replica, "lead", later, by=an_actor("wang"), source="抖音")
    trial = tried(desk, rule)
    grades = [(one.fired.record, one.fired.what) for one in trial.report.judged]
    assert sorted(grades) == sorted([(found, "A"), (later, "C"), (later, "A")])
    assert all(one.judgement is Judgement.SILENT for one in trial.report.judged)


def test_an_approval_says_who_would_have_decided_and_what_waits_too_long(desk: Desk) -> None:
    discount = Approval(("user:zhao",), first_hours=2, final_hours=24)
    rule: Document[object] = Document("approval-x", "approval", Label("折扣", "Discount"),
                                      "lead", discount)  # fmt: skip
    big = lead(desk, "大单", source="抖音")
    at = desk.time.clock.iso()
    asked = {"title": "九折", "state": "pending", "rule": rule.id, "asked_by": "wang",
             "owner": "zhao", "asked_at": at, "lead": big}  # fmt: skip
    first = desk.add("approval", asked)
    freely = desk.add("approval", {**asked, "rule": None})
    desk.time.advance(hours=5)
    change(desk.workspace.replica, "approval", first, by=an_actor("zhao"), state="approved",
           first_response_at=desk.time.clock.iso(), decided_at=desk.time.clock.iso())  # fmt: skip
    desk.time.advance(days=3)
    found = tried(desk, rule).report
    assert [one.fired.what for one in found.judged] == ["ask:zhao", "first"]
    assert {one.fired.record for one in found.judged} == {first} != {freely}
    assert found.judged[0].fired.result == Label("赵磊审批", "赵磊 decides")
    other = replace(rule, body=replace(discount, approvers=("role:admin",), first_hours=8))
    changed = tried(desk, other, force=RuleSet([rule])).report
    assert [one.fired.what for one in changed.judged] == ["ask:"]  # There is no such person.
    assert [one.what for one in changed.no_longer] == ["ask:zhao", "first"]
    narrow = replace(discount, when=When(Test("source", Op.EQ, "展会")))
    assert tried(desk, replace(rule, body=narrow)).report.judged == ()


def test_a_limit_says_in_which_weeks_its_measure_would_have_been_red(desk: Desk) -> None:
    body = Limit("first_response", Side.ABOVE, 4.0)
    rule: Document[object] = Document("limit-first_response", LIMIT, Label("首次响应", "First"),
                                      "lead", body)  # fmt: skip
    for hours in (2, 30):
        found = lead(desk, f"{hours} 小时", assigned_at=desk.time.clock.iso())
        desk.time.advance(hours=hours)
        follow(desk, found)
        desk.time.advance(hours=7 * 24 - hours)
    desk.time.advance(days=7)
    trial = tried(desk, replace(rule, body=replace(body, value=24.0)), force=RuleSet([rule]))
    [week] = trial.report.judged
    assert (week.fired.entity, week.fired.record, week.new) == ("measure", "first_response", False)
    assert week.fired.why.zh == "30.0 小时，红线 > 24"
    assert trial.measures["first_response"].zh == "首次响应时间"
    strict = tried(desk, replace(rule, body=replace(body, value=1.0)), force=RuleSet([rule]))
    assert [(one.new, one.judgement) for one in strict.report.judged] == [
        (True, Judgement.SILENT), (False, Judgement.SILENT)
    ]  # fmt: skip
    off = tried(desk, replace(rule, active=False), force=RuleSet([rule])).report
    assert off.judged == ()
    assert [one.why.zh for one in off.no_longer] == ["30.0 小时，红线 > 4"]


def test_it_can_be_stopped_and_says_what_it_cannot_try(desk: Desk, months: dict[str, str]) -> None:
    del months
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        try_rules(desk.workspace, [RULE], RuleSet(), token, lambda _share: None)
    with pytest.raises(KnownError):
        tried(desk, replace(RULE, active=False))
