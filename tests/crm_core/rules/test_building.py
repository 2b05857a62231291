"""Rules being built: edits at a place, steps back and forth, loops and fights warned of."""

from dataclasses import replace

import pytest

from crm_core.model.entities import builtin_registry
from crm_core.model.query import All, Op, Test
from crm_core.model.schema import Label
from crm_core.rules import building
from crm_core.rules.documents import Document, When
from crm_core.rules.firing.automations import Action, Automation, Do, On, Put, Trigger
from crm_core.rules.firing.quarrels import quarrels
from crm_core.rules.kinds import BODIES
from crm_core.rules.stocked.shipped import SHIPPED
from crm_core.rules.wording.form_words import Takes, part_of

REGISTRY = builtin_registry()
TAG, UNTAG = (Action(do, tag="直播") for do in (Do.TAG, Do.UNTAG))
BODY = Automation(Trigger(On.CREATED), (TAG, UNTAG))


def rule(body: Automation, name: str = "a") -> Document[object]:
    """A rule about leads."""
    return Document(name, "automation", Label(name, name), "lead", body)


def put_stage(code: str) -> Action:
    """Writes a stage."""
    return Action(Do.SET, field="stage", value=code)


def test_parts_are_put_in_moved_doubled_and_taken_out_at_their_place() -> None:
    place = ("actions",)
    assert building.moved(BODY, place, 0, 1).actions == (UNTAG, TAG)
    assert building.moved(BODY, place, 0, -5) == BODY
    assert building.doubled(BODY, place, 0).actions == (TAG, TAG, UNTAG)
    assert building.dropped(BODY, place, 1).actions == (TAG,)
    more = building.added(BODY, place, building.fresh(Action))
    assert building.at(more, ("actions", 2, "do")) is Do.NOTIFY
    other = building.put(more, ("actions", 2, "title"), "回访")
    assert (other.actions[2].title, more.actions[2].title) == ("回访", "")
    assert building.path_of("actions[1].title") == ("actions", 1, "title")
    assert building.nearest(("actions", 1, "title"), [(), ("actions", 1)]) == ("actions", 1)
    assert not building.counts(Trigger(On.CREATED), "fields")
    assert building.counts(Trigger(On.CHANGED), "fields")


def test_typing_at_one_place_is_one_step_and_steps_go_both_ways() -> None:
    first = rule(BODY)
    steps = building.steps_from(first)
    for text in ("回", "回访"):
        steps.take(replace(first, remark=text), ("remark",))
    steps.take(replace(steps.now, active=False))
    assert steps.undo()
    assert (steps.now.remark, steps.now.active) == ("回访", True)
    assert steps.undo()
    assert steps.now == first
    assert not steps.undo()
    assert steps.redo()
    assert steps.now.remark == "回访"
    steps.take(first)
    assert steps.can == (True, False)


@pytest.mark.parametrize("kind", ["automation", "clock", "route", "pool"])
def test_every_part_of_a_kind_that_is_built_can_be_made_new_and_has_a_name(kind: str) -> None:
    def walk(owner: type) -> None:
        made = building.fresh(owner)
        for name in building.parts_of(owner):
            part = part_of(owner, name)
            assert part.takes is Takes.IDENTITY or part.label.zh != name.replace("_", " ")
            assert hasattr(made, name)
            inner = building.part_type(building.plain_type(building.types_of(owner)[name]))
            if inner is not None:
                walk(inner)

    walk(BODIES[kind])


def test_a_rule_that_sets_itself_off_is_warned_of_unless_its_condition_ends_it() -> None:
    body = Automation(Trigger(On.CHANGED, fields=("stage",)), (put_stage("lost"),))
    [found] = quarrels(rule(body), (), REGISTRY)
    assert found.place == ("actions", 0)
    assert "再次触发自己" in found.label.zh
    ends = replace(body, when=When(Test("stage", Op.EQ, "captured")))
    for quiet in (ends, replace(body, once=True), replace(body, trigger=Trigger(On.CREATED))):
        assert quarrels(rule(quiet), (), REGISTRY) == []


def test_rules_that_fight_or_set_each_other_off_are_named() -> None:
    when = Trigger(On.CREATED)
    mine = Automation(when, (put_stage("lost"),))
    theirs = rule(Automation(when, (put_stage("won"),)), "b")
    [fight] = quarrels(rule(mine), [theirs], REGISTRY)
    assert fight.label.zh == "与规则「b」冲突：两条规则对「阶段」的修改不同"
    apart = replace(mine, when=When(Test("source", Op.EQ, "展会")))
    other = replace(theirs, body=replace(theirs.body, when=When(Test("source", Op.EQ, "抖音"))))  # type: ignore[type-var]
    assert quarrels(rule(apart), [other], REGISTRY) == []
    assert quarrels(rule(mine), [replace(theirs, active=False)], REGISTRY) == []
    on_stage = Automation(Trigger(On.STAGE), (Action(Do.SET, field="need", put=Put.NOW),))
    on_need = Automation(Trigger(On.CHANGED, fields=("need",)), (put_stage("lost"),))
    assert any(
        "互相触发" in one.label.zh
        for one in quarrels(rule(on_stage), [rule(on_need, "c")], REGISTRY)
    )


def test_a_condition_that_can_never_hold_is_warned_of_and_what_ships_is_at_peace() -> None:
    never = All((Test("source", Op.EQ, "展会"), Test("source", Op.IN, ("抖音", "转介绍"))))
    [found] = quarrels(rule(replace(BODY, actions=(TAG,), when=When(never))), (), REGISTRY)
    assert found.place == ("when",)
    for shipped in SHIPPED:
        assert quarrels(shipped, SHIPPED, REGISTRY) == []
