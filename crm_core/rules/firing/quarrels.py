"""Automations that set themselves off, undo each other, or can never be: warned of, not barred.

The engine stops a loop by itself (decision 051); whoever writes a rule is told before that. What is
said here is certain or likely from what the rules say; two conditions are taken to exclude each
other only where one field cannot be both at once. Pure.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from crm_core.model.query import All, Condition, Op, Test
from crm_core.model.schema import EntitySpec, Label, Registry
from crm_core.rules.bodies import Place, conditions
from crm_core.rules.documents import Document
from crm_core.rules.firing.automations import Action, Automation, Do, On, Put, Trigger
from crm_core.rules.standing_quarrels import standing_quarrels

_BY_CHANGE = (On.CHANGED, On.SAVED, On.STAGE)


@dataclass(frozen=True, slots=True)
class Quarrel:
    """Something a person should look at before the rule is published."""

    place: Place
    label: Label


def quarrels(
    rule: Document[object], others: Iterable[Document[object]], registry: Registry
) -> list[Quarrel]:
    """What is doubtful about a rule by itself and beside others that are switched on."""
    if rule.entity not in registry:
        return []
    found = list(_never(rule, registry))
    others = list(others)
    found += [Quarrel(*one) for one in standing_quarrels(rule, others)]
    if not isinstance(rule.body, Automation):
        return found
    entity = registry.entity(rule.entity)
    found += _loops(rule.body, entity)
    for other in others:
        body = other.body
        if other.id != rule.id and other.active and isinstance(body, Automation):
            if other.entity != rule.entity:
                continue
            found += _fights(rule.body, body, other.label, entity)
            found += _circles(rule.body, body, other.label)
    return found


def _never(rule: Document[object], registry: Registry) -> Iterator[Quarrel]:
    for place, when, about in conditions(rule.body, rule.entity, registry):
        wanted: dict[str, set[str]] = {}
        for test in _certain(when.condition):
            values = _values(test)
            known = wanted.get(test.field)
            wanted[test.field] = values if known is None else known & values
            spec = registry.find(about, test.field)
            if not wanted[test.field] and spec is not None:
                zh = f"「{spec.label.zh}」不可能同时满足这些条件，规则永远不会执行"
                yield Quarrel(place, Label(zh, f"“{spec.label.en}” cannot be all of this at once"))
                break


def _certain(condition: Condition) -> Iterator[Test]:
    """The comparisons of one field with certain values that must all hold."""
    if isinstance(condition, All):
        for part in condition.parts:
            yield from _certain(part)
    elif isinstance(condition, Test) and condition.op in (Op.EQ, Op.IN):
        yield condition


def _values(test: Test) -> set[str]:
    operand = test.operand
    return set(operand) if isinstance(operand, tuple) else {repr(operand), str(operand)}


def _written(body: Automation) -> Iterator[tuple[int, Action, str]]:
    """What it writes into the record itself, each with its place."""
    for number, action in enumerate(body.actions):
        if not action.through and action.do is Do.SET:
            yield number, action, action.field
        elif not action.through and action.do in (Do.TAG, Do.UNTAG):
            yield number, action, "tags"


def _listens(trigger: Trigger, field: str) -> bool:
    if trigger.on is On.STAGE:
        return field == (trigger.field or "stage")
    return trigger.on in _BY_CHANGE and (not trigger.fields or field in trigger.fields)


def _goes_on(body: Automation, action: Action, field: str) -> bool:
    """Whether the condition may still hold, and the value differ, after the action was taken."""
    if action.do is Do.SET and action.put is Put.VALUE:
        after: Mapping[str, set[str]] = {field: {repr(action.value), str(action.value)}}
        for test in _certain(body.when.condition):
            if test.field in after and not after[test.field] & _values(test):
                return False
    return True


def _loops(body: Automation, entity: EntitySpec) -> Iterator[Quarrel]:
    if body.once:
        return
    for number, action, field in _written(body):
        spec = entity.find(field)
        if spec is not None and _listens(body.trigger, field) and _goes_on(body, action, field):
            zh = f"会再次触发自己：它修改的「{spec.label.zh}」正是触发它的字段"
            en = f"Sets itself off again: it writes “{spec.label.en}”, which it waits for"
            yield Quarrel(("actions", number), Label(zh, en))


def _circles(body: Automation, other: Automation, called: Label) -> Iterator[Quarrel]:
    if body.once or other.once:
        return
    for _, back, field in _written(other):
        if not (_listens(body.trigger, field) and _goes_on(body, back, field)):
            continue
        for number, action, mine in _written(body):
            if _listens(other.trigger, mine) and _goes_on(other, action, mine):
                zh = f"与规则「{called.zh}」互相触发，可能循环"
                en = f"This and the rule “{called.en}” set each other off"
                yield Quarrel(("actions", number), Label(zh, en))
                return


def _fights(
    body: Automation, other: Automation, called: Label, entity: EntitySpec
) -> Iterator[Quarrel]:
    if not _together(body, other):
        return
    theirs = list(_written(other))
    for number, action, field in _written(body):
        for _, against, same in theirs:
            spec = entity.find(field)
            if field == same and spec is not None and _against(action, against):
                zh = f"与规则「{called.zh}」冲突：两条规则对「{spec.label.zh}」的修改不同"
                en = f"Fights with the rule “{called.en}” over “{spec.label.en}”"
                yield Quarrel(("actions", number), Label(zh, en))


def _against(one: Action, other: Action) -> bool:
    if one.do is Do.SET and other.do is Do.SET:
        certain = one.put is Put.VALUE and other.put is Put.VALUE
        return certain and one.value != other.value
    return {one.do, other.do} == {Do.TAG, Do.UNTAG} and one.tag == other.tag


def _together(one: Automation, other: Automation) -> bool:
    """Whether both may fire on the same thing happening to the same record."""
    if one.trigger.on is not other.trigger.on and not _both_events(one.trigger, other.trigger):
        return False
    wanted = {test.field: _values(test) for test in _certain(one.when.condition)}
    return not any(
        test.field in wanted and not wanted[test.field] & _values(test)
        for test in _certain(other.when.condition)
    )


def _both_events(one: Trigger, other: Trigger) -> bool:
    events = {one.on, other.on}
    return On.SAVED in events and bool(events & {On.CREATED, On.CHANGED})
