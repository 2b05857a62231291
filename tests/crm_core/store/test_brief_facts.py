"""What a brief is made of, read from a replica: who is overdue now and was a day ago, who moved."""

from pathlib import Path

import pytest

from crm_core.insight.brief import brief_of
from crm_core.model.schema import Label
from crm_core.permissions import Actor, Circles
from crm_core.rules.documents import Document
from crm_core.rules.published import SHIPPED_SET
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.stages import StageBody
from crm_core.store.replica import Replica
from crm_core.store.reports.brief_facts import read_facts
from tests.builders import FakeClock, a_replica, an_actor
from tests.stage_sets import publish

ME = an_actor("wang")


@pytest.fixture
def time() -> FakeClock:
    return FakeClock()


@pytest.fixture
def replica(tmp_path: Path, time: FakeClock) -> Replica:
    return a_replica(tmp_path / "r.db", time=time)


def test_leads_are_counted_now_and_a_day_ago(replica: Replica, time: FakeClock) -> None:
    with replica.write(ME) as (unit, _):
        leads = [
            unit.create("lead", {
                "name": f"线索{n}", "stage": "captured", "owner": "wang",
                "assigned_at": replica.clock.iso(), "stage_since": replica.clock.iso(),
            })
            for n in range(6)
        ]  # fmt: skip
    time.advance(hours=60)
    with replica.write(ME) as (unit, _):
        # Answered after 60 hours: overdue a day ago, not any more.
        unit.change("lead", leads[0], {
            "first_response_at": replica.clock.iso(), "stage": "touched",
            "stage_since": replica.clock.iso(),
        })  # fmt: skip
        unit.change("lead", leads[1], {"stage": "lost", "stage_since": replica.clock.iso()})
    time.advance(hours=6)
    found = read_facts(replica, ME, replica.clock.now())
    captured, touched = found.stages[0], found.stages[1]
    assert (captured.waiting, captured.overdue) == (4, 4)
    assert (captured.waiting_before, captured.overdue_before) == (6, 0)
    assert (touched.waiting, touched.overdue, touched.waiting_before) == (1, 0, 0)
    assert (found.response.count, found.response.median) == (1, 60.0)
    [first, *_] = [s for s in found.steps if (s.entity, s.stage) == ("lead", "captured")]
    assert (first.now.passed, first.now.lost, first.now.stuck) == (1, 1, 4)
    assert replica.count(first.query) == first.now.broken
    assert (found.guessed, found.unknown) == (0, 0)


def test_nothing_of_what_one_may_not_see(replica: Replica, time: FakeClock) -> None:
    with replica.write(ME) as (unit, _):
        for n in range(6):
            unit.create("lead", {"name": f"线索{n}", "stage": "captured", "owner": "zhao"})
    time.advance(hours=72)
    other = Actor("li", "rep", Circles(team=frozenset({"li"})))
    found = read_facts(replica, other, replica.clock.now())
    assert found.stages[0].waiting == 0
    assert "不下结论" in brief_of(found).conclusions[0].text.zh


def test_a_brief_goes_by_the_companys_own_stages(replica: Replica, time: FakeClock) -> None:
    poc = Document(
        "own-poc", "stage", Label("试点", "Pilot"), "lead", StageBody("poc", 5), position=5
    )
    publish(replica, RuleSet([*SHIPPED_SET.documents, poc]), at=time.clock.iso())
    with replica.write(ME) as (unit, _):
        for n in range(5):
            unit.create("lead", {"name": f"线索{n}", "stage": "poc", "owner": "wang",
                                 "stage_since": replica.clock.iso()})  # fmt: skip
    time.advance(hours=6)
    found = read_facts(replica, ME, replica.clock.now())
    [pilot] = [stage for stage in found.stages if stage.stage == "poc"]
    assert (pilot.label.zh, pilot.waiting, pilot.overdue) == ("试点", 5, 5)
    [step, *_] = [s for s in found.steps if (s.entity, s.stage) == ("lead", "captured")]
    assert step.next_label.zh == "试点"
    assert "“试点”最重" in brief_of(found).conclusions[0].text.zh


def test_late_technical_help_of_two_weeks(replica: Replica, time: FakeClock) -> None:
    start = time.moment
    with replica.write(ME) as (unit, _):
        for day in (1, 2, 8, 9):
            for late in (True, True, False):
                time.moment = start
                time.advance(days=day)
                due = replica.clock.iso()
                time.advance(hours=5 if late else -1)
                unit.create("task", {
                    "title": "回复技术答疑", "kind": "promise", "state": "done", "owner": "wang",
                    "due_at": due, "done_at": replica.clock.iso(),
                })  # fmt: skip
        unit.create("article", {"title": "技术答疑 SOP", "category": "SOP"})
    time.moment = start
    time.advance(days=14)
    found = read_facts(replica, ME, replica.clock.now())
    assert [(week.due, week.late) for week in found.help.weeks] == [(6, 4), (6, 4)]
    [told] = [c for c in brief_of(found).conclusions if c.kind == "diagnosis"]
    assert len(told.cases) == 3
    assert [replica.count(door.query) for door in told.doors] == [8, 1]


def test_without_history_a_stage_is_taken_to_follow_the_one_before(
    replica: Replica, time: FakeClock
) -> None:
    """As on a device that was filled by a snapshot: rows, no log."""
    with replica.write(ME) as (unit, _):
        for n, stage in enumerate(("captured", "touched", "lost")):
            unit.create("lead", {"name": f"线索{n}", "stage": "captured", "owner": "wang",
                                 "remark": stage})  # fmt: skip
    time.advance(days=2)
    table = replica.tables.of("lead")
    with replica.engine.begin() as connection:
        for stage in ("touched", "lost"):
            changed = {"stage": stage, "stage_since": replica.clock.iso()}
            connection.execute(table.update().where(table.c.remark == stage).values(**changed))
    time.advance(hours=1)
    found = read_facts(replica, ME, replica.clock.now())
    [first, *_] = [s for s in found.steps if (s.entity, s.stage) == ("lead", "captured")]
    assert (found.guessed, found.unknown, first.now.passed, first.now.lost) == (1, 1, 1, 0)
