"""Measures go by the stages that were in force when a stage was entered; decision 077."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

from crm_core.clock import iso_moment
from crm_core.insight.declared import Period, Question
from crm_core.insight.framing import HOUR
from crm_core.model.schema import Label
from crm_core.rules.documents import Document
from crm_core.rules.published import SHIPPED_SET
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.stage_plan import stage_documents
from crm_core.rules.stages import StageBody
from crm_core.store.engines import meta
from crm_core.store.measures.measuring import answer
from crm_core.store.replica import Replica
from tests.builders import FakeClock, a_replica, an_actor, change, create
from tests.crm_core.store.fact_dump import facts_of
from tests.stage_sets import laid_over, publish

ME = an_actor()


def hours(**wanted: int) -> RuleSet:
    """What ships, with so many hours for stages of leads."""
    own = [
        replace(one, body=replace(body, standard_hours=wanted[body.code]))
        for one in stage_documents(SHIPPED_SET, "lead")
        if (body := one.body).code in wanted
    ]
    return laid_over(own)


def overdue(replica: Replica, time: FakeClock, *, provisional: bool = False) -> float | None:
    """How many leads are late now; `provisional`: before facts are made anew."""
    while not provisional and replica.keep_facts():
        pass
    now = time.clock.now()
    found = answer(replica, Question("overdue", Period(now - timedelta(days=9), now)), now, {})
    assert found.provisional is provisional
    return found.whole.value


def test_published_stages_reach_the_measures_and_leave_the_past(tmp_path: Path) -> None:
    time = FakeClock()
    replica = a_replica(tmp_path / "x.db", time=time)
    early = create(replica, "lead", {"name": "先", "stage": "captured"}, by=ME)
    time.advance(hours=20)
    assert overdue(replica, time) == 0
    publish(replica, hours(captured=24), at=time.clock.iso())
    assert overdue(replica, time, provisional=True) == 0, "the old value, being updated"
    assert overdue(replica, time) == 0, "whoever was there is held to what was said then"
    time.advance(minutes=1)
    create(replica, "lead", {"name": "后", "stage": "captured"}, by=ME)
    time.advance(hours=25)
    assert overdue(replica, time) == 1

    sooner = publish(
        replica, hours(captured=12), at=iso_moment(time.clock.now() - timedelta(days=9))
    )
    assert overdue(replica, time) == 2, "one that was published before and came later"
    change(replica, "rule_version", sooner, by=ME, withdrawn=True)
    assert overdue(replica, time) == 1
    change(replica, "lead", early, by=ME, stage="touched")
    kept = facts_of(replica)
    with replica.engine.begin() as connection:
        meta.put(connection, replica.tables, "facts", {})
    assert facts_of(replica) == kept, "made anew from the first row they are the same"
    replica.close()


def test_a_version_that_changes_no_stage_has_nothing_made_anew(tmp_path: Path) -> None:
    time = FakeClock()
    replica = a_replica(tmp_path / "x.db", time=time)
    create(replica, "lead", {"name": "线索", "stage": "captured"}, by=ME)
    assert overdue(replica, time) == 0
    publish(replica, SHIPPED_SET, at="2020-01-01T00:00:00.000Z")
    team = create(replica, "team", {"name": "一部"}, by=ME)
    trial = publish(replica, hours(captured=1), at=time.clock.iso())
    change(replica, "rule_version", trial, by=ME, trial_team=team)
    assert replica.keep_facts() == 1, "noted which versions there are"
    assert replica.keep_facts() == 0
    replica.close()


def test_what_was_found_before_a_version_came_is_made_anew(tmp_path: Path) -> None:
    """A move that turns out to have gone back, and a stage that nobody had defined."""
    time = FakeClock()
    replica = a_replica(tmp_path / "x.db", time=time)
    lead = create(replica, "lead", {"name": "线索", "stage": "captured"}, by=ME)
    poc = Document("own-poc", "stage", Label("试点", "Pilot"), "lead", StageBody("poc", 5))
    team = create(replica, "team", {"name": "一部"}, by=ME)
    trial = publish(replica, RuleSet([*SHIPPED_SET.documents, poc]))
    change(replica, "rule_version", trial, by=ME, trial_team=team)
    time.advance(hours=4)
    change(replica, "lead", lead, by=ME, stage="touched")
    time.advance(hours=4)
    change(replica, "lead", lead, by=ME, stage="poc")
    before = stays(replica)
    assert before == {("captured", 0, 48), ("touched", 0, 72), ("poc", 0, 0)}
    poc = Document(
        "own-poc", "stage", Label("试点", "Pilot"), "lead", StageBody("poc", 5), position=99
    )
    turned = [replace(one, position=-1) if one.id == "stage-lead-touched" else one
              for one in SHIPPED_SET.documents]  # fmt: skip
    publish(replica, RuleSet(turned), at=iso_moment(time.clock.now() - timedelta(hours=6)))
    assert stays(replica) == {("captured", 1, 48), ("touched", 0, 72), ("poc", 0, 0)}
    publish(
        replica,
        RuleSet([*turned, replace(poc, position=99)]),
        at=iso_moment(time.clock.now() + timedelta(days=1)),
    )
    assert stays(replica) == {("captured", 1, 48), ("touched", 0, 72), ("poc", 0, 5)}
    replica.close()


def stays(replica: Replica) -> set[tuple[object, ...]]:
    """(stage, whether it went back from there, standard hours)."""
    names = [column.name for column in replica.tables.facts.stage.columns]
    found = [dict(zip(names, row, strict=True)) for row in facts_of(replica)["fact_stage"]]
    return {(one["stage"], one["back"], cast("int", one["standard"]) / HOUR) for one in found}
