"""Everything that keeps a rule from doing what it says, each at its place: what is not there any
more, and what is not finished. For the builder, the list of rules and command lines. Pure.

What works and may not be meant is in `quarrels`; how a fault is put right in `mending`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from crm_core.model.query import EVERYTHING
from crm_core.model.schema import Label, Registry
from crm_core.rules import limits
from crm_core.rules.approvals import Approval
from crm_core.rules.bodies import Place, troubles
from crm_core.rules.building import path_of
from crm_core.rules.documents import Document
from crm_core.rules.firing import automation_checks
from crm_core.rules.firing.automations import Automation
from crm_core.rules.gates import items_of
from crm_core.rules.limits import Limit
from crm_core.rules.pools import Pool
from crm_core.rules.recipients import USER
from crm_core.rules.routing import Route
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.scoring import MOST_POINTS, Scoring
from crm_core.rules.stages import Exit, StageBody
from crm_core.rules.timekeeping import clocks
from crm_core.rules.timekeeping.claim_times import MOST_MINUTES, is_claiming
from crm_core.rules.timekeeping.clocks import Clock
from crm_core.rules.wording.condition_words import Named
from crm_core.rules.wording.part_words import asked_names

GONE = Label("这位同事已不在，请另选一位", "That person is gone, choose another")
_UNNAMED = Label("还没有名称", "It has no name yet")
_POOL_GONE = Label("这个池已不在，请另选", "That pool is gone, choose another")
Faults = Iterator[tuple[Place, Label]]


def faults(
    document: Document[Any], registry: Registry, named: Named, rules: RuleSet
) -> Faults:  # fmt: skip
    """What is wrong with a rule. `named`: names of records that are there; `rules`: those beside
    it, which it may speak of."""
    said = [(one.place, one.label) for one in troubles(document, registry, named)]
    yield from said
    if document.entity and document.entity not in registry:
        return
    check = _BODIES.get(type(document.body))
    for place, label in check(document, registry, named, rules) if check is not None else ():
        # Some say of a condition once more what its comparisons were said to lack.
        if not any(at == place and words.zh in label.zh for at, words in said):
            yield place, label


def _automation(
    document: Document[Automation], registry: Registry, named: Named, rules: RuleSet
) -> Faults:
    for one in automation_checks.troubles(document, registry):
        yield path_of(one.place), one.label
    for number, action in enumerate(document.body.actions):
        place: Place = ("actions", number)
        if str(action.whom) == "user" and action.user and named("user", action.user) is None:
            yield (*place, "user"), GONE
        if action.do == "approval" and action.approval and rules.one(action.approval) is None:
            gone = Label("这个审批流程已不在，请另选", "That approval is gone, choose another")
            yield (*place, "approval"), gone


def _clock(document: Document[Clock], registry: Registry, named: Named, _rules: RuleSet) -> Faults:
    for one in clocks.problems(document, registry):
        yield path_of(one.place), one.label
    for number, level in enumerate(document.body.levels):
        yield from _strangers(level.to, ("levels", number, "to"), named)


def _strangers(told: Sequence[str], place: Place, named: Named) -> Faults:
    """Of recipients: people who are gone."""
    for word in told:
        if word.startswith(USER) and named("user", word.removeprefix(USER)) is None:
            yield place, GONE


def _route(document: Document[Route], _registry: Registry, named: Named, rules: RuleSet) -> Faults:
    body = document.body
    if not body.pool and not body.person:
        yield ("pool",), Label("没有说交给谁", "It does not say who gets them")
    if body.pool and rules.one(body.pool) is None:
        yield ("pool",), _POOL_GONE
    if body.person and named("user", body.person) is None:
        yield ("person",), GONE


def _pool(document: Document[Pool], _registry: Registry, named: Named, rules: RuleSet) -> Faults:
    body = document.body
    for number, one in enumerate(body.members):
        if not one.user:
            yield ("members", number, "user"), Label("没有选同事", "Nobody was chosen")
        elif named("user", one.user) is None:
            yield ("members", number, "user"), GONE
    if body.team and named("team", body.team) is None:
        yield ("team",), Label("这个团队已不在，请另选", "That team is gone, choose another")
    if body.lead and named("user", body.lead) is None:
        yield ("lead",), GONE
    if not 0 <= body.claim_minutes <= MOST_MINUTES:
        within = Label("要在 0 到三年之间", "Between 0 and three years")
        yield ("claim_minutes",), within
    elif body.claim_minutes and not any(map(is_claiming, rules.of(Clock))):
        none = Label("没有启用的认领时限，写了也不起作用", "No clock of claiming is switched on")
        yield ("claim_minutes",), none
    if body.fallback and rules.one(body.fallback) is None:
        yield ("fallback",), _POOL_GONE


def _scoring(
    document: Document[Scoring], _registry: Registry, _named: Named, _rules: RuleSet
) -> Faults:
    body = document.body
    if not body.factors:
        yield ("factors",), Label("还没有加分项", "Nothing counts yet")
    for number, one in enumerate(body.factors):
        if not one.label.zh.strip():
            yield ("factors", number, "label"), _UNNAMED
        if abs(one.points) > MOST_POINTS:
            within = Label("分数要在 -100 到 100 之间", "Points are between -100 and 100")
            yield ("factors", number, "points"), within
    codes = [one.code for one in body.grades]
    for number, code in enumerate(codes):
        if not code:
            yield ("grades", number, "code"), Label("没有选等级", "No grade was chosen")
        elif code in codes[:number]:
            twice = Label("这个等级写了两次", "This grade is there twice")
            yield ("grades", number, "code"), twice


def _stage(
    document: Document[StageBody], registry: Registry, _named: Named, rules: RuleSet
) -> Faults:
    body = document.body
    if body.standard_hours < 0:
        yield ("standard_hours",), Label("不能小于 0", "It is 0 or more")
    for number, one in enumerate(body.exits):
        yield from _exit(one, ("exits", number), document.entity, registry)
    for number, item in enumerate(body.touchpoints):
        if not item.label.zh.strip():
            yield ("touchpoints", number, "label"), _UNNAMED
    for number, action in enumerate(body.actions):
        if not action.label.zh.strip():
            yield ("actions", number, "label"), _UNNAMED
        for place, item in enumerate(action.items):
            if not item.label.zh.strip():
                yield ("actions", number, "items", place, "label"), _UNNAMED
    yield from _moves(document, registry, rules)


def _moves(document: Document[StageBody], registry: Registry, rules: RuleSet) -> Faults:
    body = document.body
    codes = [one.body.code for one in rules.of(StageBody, document.entity)]
    known = asked_names(body, "zh")
    for number, move in enumerate(body.moves):
        place: Place = ("moves", number)
        if not move.to:
            yield (*place, "to"), Label("没有选推进到哪个阶段", "No stage was chosen")
        elif move.to not in codes or move.to == body.code:
            gone = Label("这个阶段不能用，请另选", "That stage cannot be used, choose another")
            yield (*place, "to"), gone
        elif not (move.needs or move.also or body.exits or next(items_of(body), None)):
            nothing = Label(
                "本阶段什么都不要求，不会自动推进", "Nothing is asked for: it never moves"
            )
            yield place, nothing
        if any(need not in known for need in move.needs):
            missing = Label("其中有本阶段已不要求的内容", "Some of it is no longer asked for")
            yield (*place, "needs"), missing
        for inner, also in enumerate(move.also):
            yield from _exit(also, (*place, "also", inner), document.entity, registry)


def _exit(one: Exit, place: Place, entity: str, registry: Registry) -> Faults:
    if not one.label.zh.strip():
        yield (*place, "label"), _UNNAMED
    if one.entity:
        if one.entity not in registry:
            gone = Label("这类记录已不在，请另选", "That kind of record is gone, choose another")
            yield (*place, "entity"), gone
        if one.least < 1:
            yield (*place, "least"), Label("至少 1 条", "At least 1")
    elif one.when is not None:
        if one.when.condition == EVERYTHING:
            yield (*place, "when"), Label("还没有写条件", "There is no condition yet")
    elif not one.field:
        yield (*place, "field"), Label("没有选字段", "No field was chosen")
    elif registry.find(entity, one.field) is None:
        zh = f"没有字段「{one.field[:40]}」，请另选"
        yield (*place, "field"), Label(zh, f"There is no field “{one.field[:40]}”, choose another")


def _approval(
    document: Document[Approval], _registry: Registry, named: Named, _rules: RuleSet
) -> Faults:
    body = document.body
    if not body.approvers:
        yield ("approvers",), Label("没有写谁来审批", "It does not say who decides")
    yield from _strangers(body.approvers, ("approvers",), named)
    if body.first_hours <= 0:
        yield ("first_hours",), Label("要大于 0", "More than 0")
    if body.final_hours < body.first_hours:
        zh = "给出结论的时限不能短于首次响应"
        yield ("final_hours",), Label(zh, "The decision cannot be due before the first answer")


def _limit(
    document: Document[Limit], _registry: Registry, _named: Named, _rules: RuleSet
) -> Faults:
    for one in limits.problems(document):
        yield path_of(one.place), one.label


_BODIES: Mapping[type, Callable[[Any, Registry, Named, RuleSet], Faults]] = {
    Automation: _automation,
    Clock: _clock,
    Route: _route,
    Pool: _pool,
    Scoring: _scoring,
    StageBody: _stage,
    Approval: _approval,
    Limit: _limit,
}
