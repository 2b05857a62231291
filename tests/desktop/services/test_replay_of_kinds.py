"""Automations, routes and gates tried on real history: on whom, whose, what is held up."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from crm_core.model.query import Op, Query, Test
from crm_core.model.schema import Label
from crm_core.permissions import ADMIN, Actor
from crm_core.rules.documents import Document, When
from crm_core.rules.firing.automations import Action, Automation, Do, On, Trigger
from crm_core.rules.pools import Member, Pool
from crm_core.rules.published import SHIPPED_SET
from crm_core.rules.replaying.outcomes import Judgement
from crm_core.rules.routing import GIVEN, Route
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.stages import Exit, StageBody
from desktop.services.cancelling import CancelToken
from desktop.services.rules.rule_replay import Trial, try_rules
from tests.builders import an_actor, change
from tests.desktop.views.desk import Desk, a_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


def tried(
    desk: Desk, *rules: Document[object], force: RuleSet | None = None, team: str = ""
) -> Trial:
    """The rules tried on what this desk knows."""
    return try_rules(
        desk.workspace, rules, force or RuleSet(), CancelToken(), lambda _share: None, team=team
    )  # fmt: skip


def automation(
    trigger: Trigger, *, once: bool = False, when: When | None = None
) -> Document[object]:
    """One that gives the owner a task."""
    body = Automation(
        trigger, (Action(Do.TASK, title="回访 [姓名]"),), when=when or When(), once=once
    )  # fmt: skip
    return Document("auto-x", "automation", Label("回访", "Call back"), "lead", body)


def lead(desk: Desk, name: str, **more: object) -> str:
    """A lead received now."""
    values = {"name": name, "stage": "captured", "received_at": desk.time.clock.iso(), **more}
    return desk.add("lead", values)


def rewrite(desk: Desk, lead_id: str, by: str = "wang", **values: object) -> None:
    """Somebody changes a lead."""
    change(desk.workspace.replica, "lead", lead_id, by=an_actor(by), **values)


def count(desk: Desk) -> dict[str, int]:
    """How much there is of what rules make."""
    return {name: len(desk.workspace.replica.find(Query(name))) for name in ("task", "firing")}


def test_an_automation_fires_on_whom_it_would_have_and_writes_nothing(desk: Desk) -> None:
    rule = automation(
        Trigger(On.CHANGED, fields=("phone",)), when=When(Test("source", Op.EQ, "展会"))
    )
    hot = lead(desk, "展会线索", source="展会", owner="wang")
    cold = lead(desk, "别的", source="官网", owner="wang")
    desk.time.advance(hours=1)
    for one in (hot, cold):
        rewrite(desk, one, phone="13800000001")
    desk.time.advance(hours=2)
    rewrite(desk, hot, stage="touched")  # Somebody saw to it untold.
    desk.time.advance(days=9)
    before = count(desk)
    rewrite(desk, hot, phone="13800000002")
    desk.time.advance(days=9)
    trial = tried(desk, rule)
    assert [(one.fired.record, one.judgement) for one in trial.report.judged] == [
        (hot, Judgement.FALSE_ALARM),
        (hot, Judgement.RIGHT),
    ]
    first = trial.report.judged[0].fired
    assert first.people == ("wang",)
    assert "展会" in first.why.zh
    assert "给王敏建任务" in first.why.zh
    [load] = trial.report.loads
    assert (load.person, load.tasks, load.peak) == ("wang", 2, 1)
    assert count(desk) == before


def test_an_automation_that_waits_for_a_moment_sees_the_record_as_it_is_then(desk: Desk) -> None:
    rule = automation(
        Trigger(On.MOMENT, field="received_at", hours=48),
        when=When(Test("stage", Op.EQ, "captured")),
    )  # fmt: skip
    stuck, moved = lead(desk, "没动", owner="wang"), lead(desk, "动了", owner="wang")
    received = desk.time.moment
    desk.time.advance(hours=3)
    rewrite(desk, moved, stage="touched")
    desk.time.advance(days=10)
    rewrite(desk, stuck, stage="touched")
    trial = tried(desk, rule)
    [one] = trial.report.judged
    assert (one.fired.record, one.fired.at) == (
        stuck, (received + timedelta(hours=48)).replace(microsecond=0),
    )  # fmt: skip
    monthly = automation(Trigger(On.DAILY, at="09:00"), when=When(Test("stage", Op.EQ, "captured")))
    days = [x.fired.record for x in tried(desk, monthly).report.judged]
    assert set(days) == {stuck}
    assert len(days) == 10


def test_who_fires_once_fires_once_and_a_switched_off_rule_is_no_longer(desk: Desk) -> None:
    rule = automation(Trigger(On.SAVED, fields=("phone",)), once=True)
    one = lead(desk, "一次", owner="wang")
    for number in range(3):
        desk.time.advance(hours=1)
        rewrite(desk, one, phone=f"1380000000{number}")
    desk.time.advance(hours=1)
    assert len(tried(desk, rule).report.judged) == 1
    gone = tried(desk, replace(rule, active=False), force=RuleSet([rule])).report
    assert (len(gone.judged), len(gone.no_longer)) == (0, 1)


def test_leads_go_to_whoever_a_draft_would_have_given_them_to(desk: Desk) -> None:
    li = desk.add("user", {"name": "李雷", "login": "li", "role": "rep"})
    pool: Document[object] = Document(
        "pool-x", "pool", Label("展会组", "Fairs"), "lead", Pool((Member("wang"), Member(li)))
    )
    route: Document[object] = Document(
        "route-x", "route", Label("展会", "Fairs"), "lead",
        Route(When(Test("source", Op.EQ, "展会")), pool="pool-x"),
    )  # fmt: skip
    fair = [lead(desk, f"展会{n}", source="展会") for n in range(4)]
    other = lead(desk, "官网", source="官网")
    desk.time.advance(minutes=1)
    with desk.workspace.replica.write(Actor("server", ADMIN), GIVEN) as (unit, _):
        # What was in force put them into hands a moment later.
        unit.change_many("lead", {one: {"owner": "wang"} for one in fair})
    desk.time.advance(hours=1)
    trial = tried(desk, pool, route, force=SHIPPED_SET)
    whose = {one.fired.record: one.fired.people for one in trial.report.judged}
    assert other not in whose
    assert sorted(whose[one] for one in fair) == [(li,), (li,), ("wang",), ("wang",)]
    assert {one.record for one in trial.report.no_longer} == set(fair)
    assert all(one.new and one.judgement is Judgement.SILENT for one in trial.report.judged)


def test_a_gate_says_which_moves_it_would_have_held_up(desk: Desk) -> None:
    body = StageBody(code="captured", exits=(Exit("phone", Label("电话", "Phone"), field="phone"),))
    stage: Document[object] = Document(
        "stage-x", "stage", Label("已获取", "Captured"), "lead", body
    )
    ready, bare = (
        lead(desk, "有电话", owner="wang", phone="13800000001"),
        lead(desk, "没有", owner="wang"),
    )
    desk.time.advance(hours=1)
    for one in (ready, bare):
        rewrite(desk, one, stage="touched")
    desk.time.advance(hours=1)
    shipped = RuleSet([one for one in SHIPPED_SET.documents if one.body != body])
    codes = [one for one in shipped.documents if getattr(one.body, "code", "") == "captured"
             and one.entity == "lead"]  # fmt: skip
    draft = replace(stage, id=codes[0].id, position=codes[0].position)
    trial = tried(desk, draft, force=shipped)
    [held] = [x for x in trial.report.judged if x.fired.rule == draft.id]
    assert held.fired.record == bare
    assert "电话" in held.fired.why.zh


def test_a_trial_with_a_team_counts_its_people_alone(desk: Desk) -> None:
    team = desk.add("team", {"name": "南区"})
    li = desk.add("user", {"name": "李雷", "login": "li", "role": "rep", "team": team})
    rule = automation(Trigger(On.CREATED))
    lead(desk, "王的", owner="wang")
    mine = lead(desk, "李的", owner=li)
    desk.time.advance(hours=1)
    assert len(tried(desk, rule).report.judged) == 2
    [one] = tried(desk, rule, team=team).report.judged
    assert one.fired.record == mine
