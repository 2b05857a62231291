"""What is gone from a rule is found at its place, and one press puts it right; doubts beside it."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from crm_core.model.entities import builtin_registry
from crm_core.model.query import EVERYTHING, All, Not, Op, Test
from crm_core.model.schema import Label
from crm_core.rules.approvals import Approval
from crm_core.rules.bodies import Place
from crm_core.rules.building import at, doubled, is_short
from crm_core.rules.documents import Document, When
from crm_core.rules.firing.automations import Action, Automation, Do, On, Trigger, Whom
from crm_core.rules.firing.quarrels import quarrels
from crm_core.rules.mending import Mend, There, faults_there, mends
from crm_core.rules.pools import Member, Pool
from crm_core.rules.published import SHIPPED_SET
from crm_core.rules.routing import Route
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.scoring import Factor, Grade, Scoring
from crm_core.rules.shapes import FIELD, RECORDS, SHAPES, WHEN, settled
from crm_core.rules.stages import Action as StageAction
from crm_core.rules.stages import AutoMove, CheckItem, Exit, StageBody
from crm_core.rules.stocked.shipped import SHIPPED
from crm_core.rules.timekeeping.clocks import Clock, Level

REGISTRY = builtin_registry()
PEOPLE = {"zhao": "赵敏", "li": "李雷"}
NAMES = {("user", "zhao"): "赵敏", ("user", "li"): "李雷", ("user", "left"): "离开的人"}


def there(rules: RuleSet = SHIPPED_SET, people: Mapping[str, str] = PEOPLE) -> There:
    return There(REGISTRY, lambda entity, one: NAMES.get((entity, one)), rules, people)


def a_rule(body: object, kind: str = "automation", entity: str = "lead") -> Document[object]:
    return Document("r1", kind, Label("规则", "Rule"), entity, body)


def ways(rule: Document[object], place: Place) -> dict[str, Mend]:
    return {one.label.zh: one for one in mends(rule, place, there())}


def told(whom: Whom, user: str = "") -> Action:
    return Action(Do.NOTIFY, title="看一下", whom=whom, user=user)


def test_somebody_who_left_is_replaced_or_the_step_taken_out() -> None:
    rule = a_rule(Automation(Trigger(On.CREATED), (told(Whom.USER, "left"), told(Whom.OWNER))))
    assert [place for place, _ in faults_there(rule, there())] == [("actions", 0, "user")]
    found = ways(rule, ("actions", 0, "user"))
    assert list(found) == ["改给负责人", "改给负责人的主管", "另选一位", "去掉这一条"]
    leads, out = found["改给负责人的主管"].after, found["去掉这一条"].after
    assert leads is not None
    assert at(leads.body, ("actions", 0)) == told(Whom.LEADER)
    assert out is not None
    assert out.body.actions == (told(Whom.OWNER),)
    assert faults_there(leads, there()) == []


def test_a_condition_on_what_is_gone_is_pruned_or_put_on_something_else() -> None:
    gone, kept = Test("x_gone", Op.EQ, "展会"), Test("source", Op.EQ, "展会")
    people = Test("owner", Op.IN, ("zhao", "left"))
    when = When(All((kept, Not(gone), people)))
    rule = a_rule(Automation(Trigger(On.CREATED), (told(Whom.OWNER),), when))
    assert {place for place, _ in faults_there(rule, there())} == {("when",)}
    found = ways(rule, ("when",))
    out = found["去掉失效的条件"].after
    assert out is not None
    assert out.body.when.condition == All((kept, Test("owner", Op.IN, ("zhao",))))
    others = {label.zh: after for label, after in found["换成其他字段"].choices}
    moved = others["意向产品"].body.when.condition
    assert moved == All((kept, Not(replace(gone, field="interest")), people))
    assert "负责人" not in others
    alone = a_rule(Automation(Trigger(On.CREATED), (told(Whom.OWNER),), When(gone)))
    always = ways(alone, ("when",))["去掉这个条件（之后不再限制）"].after
    assert always is not None
    assert always.body.when.condition == EVERYTHING


@pytest.mark.parametrize(
    ("rule", "place", "way", "left"),
    [
        (
            a_rule(
                Clock(("received_at",), 2, (Level(2, ("owner", "user:left"), Label("问", "Ask")),)),
                "clock",
            ),
            ("levels", 0, "to"), "改为主管", ("owner", "lead"),
        ),
        (
            a_rule(Approval(("user:left", "lead")), "approval"),
            ("approvers",), "去掉已不在的", ("lead",),
        ),
        (a_rule(Pool((Member("left"), Member("li"))), "pool"), ("members", 0, "user"),
         "去掉这一条", (Member("li"),)),
        (a_rule(Pool(fallback="pool-gone"), "pool"), ("fallback",), "清空", ""),
        (
            a_rule(
                StageBody("need", exits=(Exit("a", Label("需求", "Need"), field="need"),),
                          moves=(AutoMove("trial", ("a", "gone")),)), "stage",
            ),
            ("moves", 0, "needs"), "去掉已不在的", ("a",),
        ),
    ],
)  # fmt: skip
def test_each_kind_is_put_right_by_one_press(
    rule: Document[object], place: Place, way: str, left: object
) -> None:
    assert place in [one for one, _ in faults_there(rule, there())]
    after = ways(rule, place)[way].after
    assert after is not None
    assert faults_there(after, there()) == []
    shown = place[:-2] if isinstance(left, tuple) and place[0] == "members" else place
    assert at(after.body, shown) == left


def test_a_route_to_a_pool_that_is_gone_offers_those_there_are() -> None:
    rule = a_rule(Route(pool="pool-gone"), "route")
    [choose] = mends(rule, ("pool",), there())
    pools = {after.body.pool for _, after in choose.choices}
    assert pools == {one.id for one in SHIPPED_SET.of(Pool)}
    assert mends(a_rule(Route(pool="pool-unassigned"), "route"), ("pool",), there()) == ()


def test_what_is_not_finished_is_said_at_its_place_and_what_ships_is_whole() -> None:
    body = StageBody(
        "poc",
        exits=(Exit("a", Label("", "")), Exit("b", Label("条件", "c"), when=When())),
        touchpoints=(CheckItem("i", Label("", "")),),
        actions=(StageAction("x", Label("", "")),),
        moves=(AutoMove("poc"), AutoMove("")),
    )  # fmt: skip
    found = [place for place, _ in faults_there(a_rule(body, "stage"), there())]
    assert found == [
        ("exits", 0, "label"), ("exits", 0, "field"), ("exits", 1, "when"),
        ("touchpoints", 0, "label"), ("actions", 0, "label"), ("moves", 0, "to"),
        ("moves", 1, "to"),
    ]  # fmt: skip
    score = Scoring((Factor("f", Label("", ""), When(), 101),), (Grade("A", 1), Grade("A", 0)))
    found = [place for place, _ in faults_there(a_rule(score, "score"), there())]
    assert found == [
        ("factors", 0, "label"), ("factors", 0, "points"), ("grades", 1, "code"),
    ]  # fmt: skip
    late = a_rule(Approval((), 4, 2), "approval")
    found = [place for place, _ in faults_there(late, there())]
    assert found == [("approvers",), ("final_hours",)]
    for shipped in SHIPPED:
        if shipped.active:
            assert faults_there(shipped, there()) == []


def test_who_never_comes_to_their_turn_and_what_nobody_reaches_is_warned_of() -> None:
    every = replace(a_rule(Route(pool="pool-unassigned"), "route"), id="r0", position=1)
    mine = replace(a_rule(Route(When(Test("city", Op.EQ, "苏州")), "p"), "route"), position=2)
    assert [one.place for one in quarrels(mine, (every,), REGISTRY)] == [("when",)]
    assert [one.place for one in quarrels(every, (mine,), REGISTRY)] == [("when",)]
    assert quarrels(replace(mine, position=0), (every,), REGISTRY) == []
    score = Scoring(
        (Factor("f", Label("电话", "Phone"), When(Test("phone", Op.NE, None)), 30),
         Factor("g", Label("无", "None"), When(Test("city", Op.NE, None)), 0)),
        when=When(Test("city", Op.EQ, "苏州")),
    )  # fmt: skip
    found = [one.place for one in quarrels(a_rule(score, "score"), (), REGISTRY)]
    assert found == [("factors", 1), ("grades", 0)]
    to = StageBody("b", moves=(AutoMove("a"),))
    beside = replace(a_rule(to, "stage"), id="b", position=2)
    back = replace(a_rule(StageBody("a", moves=(AutoMove("b"),)), "stage"), position=1)
    [doubt] = quarrels(back, (beside,), REGISTRY)
    assert "来回" in doubt.label.zh
    clock = next(one for one in SHIPPED if one.id == "clock-approval-first")
    [doubt] = quarrels(a_rule(Approval(first_hours=8), "approval"), (clock,), REGISTRY)
    assert (doubt.place, "2 小时为准" in doubt.label.zh) == (("first_hours",), True)


def test_a_condition_of_a_stage_is_said_in_one_of_three_ways() -> None:
    shapes, one = SHAPES[Exit], Exit("a", Label("决策人", "Deciders"), field="need")
    assert (shapes.of(one), shapes.counts(one, "when")) == (FIELD, False)
    many = shapes.turned(one, RECORDS)
    assert (many.label, many.field, shapes.of(many)) == (one.label, "", RECORDS)
    assert shapes.of(shapes.turned(many, WHEN)) == WHEN
    where = When(Test("part", Op.EQ, "decision"))
    begun = settled(replace(many, entity="contact", where=where), "where")
    assert isinstance(begun, Exit)
    assert begun.initial == {"part": "decision"}
    numbers = iter("xyz")
    body = StageBody("s", actions=(StageAction("p", Label("p", "p"), (CheckItem("q", NOBODY),)),))
    twice = doubled(body, ("actions",), 0, lambda: next(numbers))
    ids = [(one.id, one.items[0].id) for one in twice.actions]
    assert ids == [("p", "q"), ("x", "y")]
    assert [is_short(kind) for kind in (Grade, CheckItem, Factor, Exit)] == [
        True, True, False, False,
    ]  # fmt: skip


NOBODY = Label("", "")
