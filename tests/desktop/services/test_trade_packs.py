"""Packs of rules by trade: valid, different from each other, seen beforehand, taken back whole."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crm_core.errors import KnownError
from crm_core.model.entities import builtin_registry
from crm_core.model.query import Query
from crm_core.model.query_json import condition_from
from crm_core.model.values import Value
from crm_core.permissions.stored import Organisation
from crm_core.rules.bodies import troubles
from crm_core.rules.firing import automation_checks
from crm_core.rules.firing.automations import Automation
from crm_core.rules.published import read_set, written_set
from crm_core.rules.required import ENTITY
from crm_core.rules.routing import Route, pool_of
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.scoring import Scoring, model_for, score
from crm_core.rules.stage_plan import StagePlan, plan_of
from crm_core.rules.stocked.shipped import SHIPPED
from crm_core.rules.stocked.stages_shipped import TEMPLATES
from crm_core.rules.timekeeping import clocks
from crm_core.rules.timekeeping.clocks import Clock
from desktop.services.commands.rules import do_publish, do_save_rule
from desktop.services.commands.verbs import do_undo
from desktop.services.rules.industry_templates import NAMES, load_template
from desktop.services.rules.rule_book import draft_of, rules_of
from desktop.services.rules.trade_packs import (
    do_apply_pack,
    do_remove_pack,
    load_pack,
    preview,
    registry_with,
)
from tests.builders import an_actor
from tests.desktop.views.desk import Desk, a_desk


def overlaid(trade: str) -> RuleSet:
    """What ships with a pack over it, after the journey through a published text."""
    own = {one.id: one for one in load_pack(trade).documents}
    made = RuleSet([*own.values(), *(one for one in SHIPPED if one.id not in own)])
    return read_set(written_set(made))


def plan(trade: str) -> StagePlan:
    return plan_of(overlaid(trade), registry_with(load_template(trade), builtin_registry()))


@pytest.mark.parametrize("trade", NAMES)
def test_every_pack_is_valid_beside_the_fields_of_its_trade(trade: str) -> None:
    """Nothing in it speaks of a field, option, pool or kind of record that is not there."""
    pack = load_pack(trade)
    registry = registry_with(load_template(trade), builtin_registry())
    plain = builtin_registry().with_choices("stage", {
        entity: tuple(one.choice for one in plan(trade).stages(entity))
        for entity in ("lead", "opportunity")
    })  # fmt: skip
    registry = registry_with(load_template(trade), plain)
    rules, ids = overlaid(trade), [one.id for one in pack.documents]
    assert len(ids) == len(set(ids))
    assert not rules.unread
    for one in pack.documents:
        assert not troubles(one, registry, lambda _entity, _id: None), one.id
    own = RuleSet(pack.documents)
    for clock in own.of(Clock):
        assert not list(clocks.problems(clock, registry)), clock.id
    for automation in own.of(Automation):
        assert not automation_checks.troubles(automation, registry), automation.id
    for route in own.of(Route):
        assert pool_of(rules, route.body.pool) is not None, route.id
    for needed in pack.needed:
        entity = registry.entity(str(needed["entity"]))
        condition_from(str(needed["condition"]))
        fields = needed["fields"]
        assert isinstance(fields, list)
        assert all(entity.find(name) for name in fields)


def test_the_trades_differ_where_their_selling_does() -> None:
    def hours(trade: str, code: str) -> int:
        found = plan(trade).find("opportunity", code)
        assert found is not None
        return found.standard_hours

    assert hours("fmcg", "need") < hours("education", "demo") < hours("saas", "demo")
    assert hours("saas", "demo") < hours("medical", "demo")
    assert "tender" in plan("medical").codes("opportunity")
    assert "tender" not in plan("fmcg").codes("opportunity")
    first = {t: overlaid(t).one("clock-first-follow-up") for t in NAMES}
    assert len({repr(one) for one in first.values()}) == len(NAMES)
    poc = {one.id: one for one in load_pack("saas").documents}
    assert all(poc[one.id] == one for one in TEMPLATES["saas"])


def test_the_printed_weights_and_thresholds_stand_in_the_education_pack() -> None:
    """Row 2.1's vectors, by the pack's own model rather than a copy of it."""
    model = model_for(
        overlaid("education"), {"source": "抖音直播"}, datetime(2026, 3, 2, tzinfo=UTC)
    )
    assert model is not None
    assert model.id == "score-education"
    body = model.body
    assert isinstance(body, Scoring)
    now = datetime(2026, 3, 2, tzinfo=UTC)
    all_three: dict[str, Value] = {"x_grade": "初三", "source": "抖音直播", "tags": ["升学政策"]}
    for left_out, total, grade in (("tags", 50, "B"), ("source", 55, "B"), ("", 75, "A")):
        record = {name: value for name, value in all_three.items() if name != left_out}
        found = score(body, record, now)
        assert (found.total, found.grade) == (total, grade)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    for desk in a_desk(tmp_path / "desk"):
        with desk.workspace.replica.write(an_actor()) as (unit, _):
            unit.change("user", "wang", {"role": "admin"})
        yield desk


def test_a_pack_is_seen_written_published_taken_out_and_taken_back(desk: Desk) -> None:
    work, template = desk.workspace, load_template("medical")
    pack = load_pack("medical")
    seen = preview(work, template, "zh")
    assert len(seen.rules) + seen.present == len(pack.documents)
    assert len(seen.fields) == len(template.fields)
    gone = [one for one in seen.rules if "⚠" in one]
    assert not gone, "its fields are named before they are there"
    do_apply_pack(work, template)
    assert preview(work, template, "zh").nothing
    assert rules_of(work).one("score-medical") != draft_of(work).one("score-medical")
    do_publish(work, "医疗规则")
    assert all(rules_of(work).one(one.id) == one for one in pack.documents)
    mine = pack.documents[0]
    do_save_rule(work, replace(mine, remark="ours"))
    do_remove_pack(work, template)
    left = [one for one in pack.documents if one in draft_of(work).documents]
    assert not [one for one in left if one not in SHIPPED]
    kept = draft_of(work).one(mine.id)
    assert kept is not None
    assert kept.remark == "ours"
    assert not [r for r in work.replica.find(Query(ENTITY)) if str(r["id"]).startswith("pack-")]
    do_apply_pack(work, template)
    assert preview(work, template, "zh").nothing
    kept = draft_of(work).one(mine.id)
    assert kept is not None
    assert kept.remark == mine.remark


def test_one_step_takes_a_pack_back(desk: Desk) -> None:
    work, template = desk.workspace, load_template("fmcg")
    before = (draft_of(work).documents, work.replica.registry.entity("customer").fields)
    applied = do_apply_pack(work, template)
    do_undo(work, applied.group)
    assert (draft_of(work).documents, work.replica.registry.entity("customer").fields) == before
    assert not work.replica.find(Query(ENTITY))


def test_whoever_may_not_write_rules_gets_a_sentence_and_nothing_is_written(desk: Desk) -> None:
    work = desk.workspace
    before = draft_of(work).documents
    work._actor = Organisation().actor("wang", "manager")
    assert not preview(work, load_template("saas"), "zh").may_ask
    work._actor = Organisation().actor("wang", "rep")
    with pytest.raises(KnownError) as refused:
        do_apply_pack(work, load_template("saas"))
    assert refused.value.code == "forbidden"
    assert draft_of(work).documents == before
