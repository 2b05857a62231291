"""What keeps an automation from working here: fields, entities and words that are not there.

Asked by the editor while somebody writes, and by the engine, which passes such rules over.
"""

import re
from collections.abc import Iterator

from crm_core.model.query import Condition, fields_tested
from crm_core.model.schema import EntitySpec, FieldSpec, Kind, Label, Registry
from crm_core.model.values import ValueProblem, normalise
from crm_core.rules.documents import Document, RuleProblem
from crm_core.rules.firing.automations import Action, Automation, Do, On, Put, Trigger, Whom

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_URL = re.compile(r"https?://[^\s/]+\S*")
TASK_ENTITIES = frozenset({"customer", "lead", "visit"})
PLACEHOLDER = re.compile(r"[\[【]([^\[\]【】]{1,40})[\]】]")
"""`[姓名]` and the like."""


def troubles(rule: Document[Automation], registry: Registry) -> tuple[RuleProblem, ...]:
    """Everything that keeps a rule from working, each with its place in the body."""
    if rule.entity not in registry:
        return (_problem("entity", f"没有对象「{rule.entity}」", f"No entity “{rule.entity}”"),)
    entity, body = registry.entity(rule.entity), rule.body
    found = [*_of_trigger(body.trigger, entity), *_fields("when", body.when.condition, entity)]
    for number, one in enumerate(body.related):
        place = f"related[{number}]"
        spec = _leading(entity, one.through)
        if spec is None:
            found.append(_absent(f"{place}.through", one.through, entity))
        else:
            found += _fields(f"{place}.when", one.when.condition, registry.entity(spec.target))
    for number, late in enumerate(body.unless):
        found += _of_unless(
            f"unless[{number}]", late.entity, (*late.same, late.since), rule, registry
        )
        if late.entity in registry:
            place, other = f"unless[{number}].when", registry.entity(late.entity)
            found += _fields(place, late.when.condition, other)
    if not body.actions:
        found.append(_problem("actions", "什么都不做", "Nothing is done"))
    for number, action in enumerate(body.actions):
        found += _of_action(f"actions[{number}]", action, entity, registry)
    return tuple(found)


def _of_trigger(trigger: Trigger, entity: EntitySpec) -> Iterator[RuleProblem]:
    for name in trigger.fields:
        if entity.find(name) is None:
            yield _absent("trigger.fields", name, entity)
    if trigger.on is On.STAGE and entity.find(trigger.field or "stage") is None:
        yield _absent("trigger.field", trigger.field or "stage", entity)
    if trigger.on is On.MESSAGE and not [word for word in trigger.words if word.strip()]:
        yield _problem("trigger.words", "没有关键词", "No words to look for")
    if trigger.on is On.MOMENT:
        spec = entity.find(trigger.field)
        if spec is None or spec.kind not in (Kind.DATE, Kind.MOMENT):
            zh, en = f"「{trigger.field}」不是日期或时间", f"“{trigger.field}” is no date or time"
            yield _problem("trigger.field", zh, en)
    if not _CLOCK.fullmatch(trigger.at):
        yield _problem("trigger.at", "时间应写作 09:00", "A time is written 09:00")
    if not 1 <= trigger.day <= 31:
        yield _problem("trigger.day", "日期应在 1 到 31 之间", "A day is between 1 and 31")


def _of_unless(
    place: str, other: str, fields: tuple[str, ...], rule: Document[Automation], registry: Registry
) -> Iterator[RuleProblem]:
    if other not in registry:
        yield _problem(f"{place}.entity", f"没有对象「{other}」", f"No entity “{other}”")
        return
    entity, late = registry.entity(rule.entity), registry.entity(other)
    *same, since = fields
    for name in same:
        if name != "id" and entity.find(name) is None:
            yield _absent(f"{place}.same", name, entity)
        if late.find(rule.entity if name == "id" else name) is None:
            yield _absent(f"{place}.same", name, late)
    if since and (entity.find(since) is None or not late.moment):
        yield _absent(f"{place}.since", since, entity)


def _of_action(
    place: str, action: Action, entity: EntitySpec, registry: Registry
) -> Iterator[RuleProblem]:
    target = entity
    if action.through:
        spec = _leading(entity, action.through)
        if spec is None:
            yield _absent(f"{place}.through", action.through, entity)
            return
        target = registry.entity(spec.target)
    if action.do is Do.SET:
        yield from _of_set(place, action, entity, target)
    elif action.do in (Do.TAG, Do.UNTAG):
        if target.find("tags") is None:
            yield _absent(f"{place}.tag", "tags", target)
    elif action.do in (Do.TASK, Do.NOTIFY):
        yield from _of_task(place, action, registry)
    elif action.do is Do.WEBHOOK:
        yield from _of_webhook(place, action, entity)
    name, label = _NEEDED.get(action.do, ("", Label("", "")))
    if name and not str(getattr(action, name)).strip():
        yield RuleProblem(f"{place}.{name}", label)


_NEEDED = {
    Do.TAG: ("tag", Label("没有标签", "No tag")),
    Do.UNTAG: ("tag", Label("没有标签", "No tag")),
    Do.TASK: ("title", Label("没有内容", "No title")),
    Do.NOTIFY: ("title", Label("没有内容", "No title")),
    Do.QUEUE: ("article", Label("没有文章", "No article")),
    Do.APPROVAL: ("approval", Label("没有审批规则", "No approval rule")),
}


def _of_set(
    place: str, action: Action, entity: EntitySpec, target: EntitySpec
) -> Iterator[RuleProblem]:
    spec = target.find(action.field)
    if spec is None:
        yield _absent(f"{place}.field", action.field, target)
        return
    yield from _fields(f"{place}.only_if", action.only_if.condition, target)
    if action.put is Put.COPY and entity.find(action.copy) is None:
        yield _absent(f"{place}.copy", action.copy, entity)
    if action.put is Put.VALUE:
        try:
            normalise(spec, action.value)
        except ValueProblem as wrong:
            yield RuleProblem(f"{place}.value", Label(wrong.chinese, wrong.english))


def _of_task(place: str, action: Action, registry: Registry) -> Iterator[RuleProblem]:
    if registry.entity("task").field_spec("kind").choice(action.kind) is None:
        yield _problem(f"{place}.kind", f"没有类别「{action.kind}」", f"No kind “{action.kind}”")
    if action.whom is Whom.ROLE and not action.role:
        yield _problem(f"{place}.role", "没有选角色", "No role was chosen")
    if action.whom is Whom.USER and not action.user:
        yield _problem(f"{place}.user", "没有选员工", "Nobody was chosen")
    if action.whom is Whom.DUTY and not action.duty.strip():
        yield _problem(f"{place}.duty", "没有选值守角色", "No role on duty was chosen")


def _of_webhook(place: str, action: Action, entity: EntitySpec) -> Iterator[RuleProblem]:
    if not _URL.fullmatch(action.url):
        yield _problem(f"{place}.url", "地址应以 https:// 开头", "An address begins with https://")
    for name in action.fields:
        if entity.find(name) is None:
            yield _absent(f"{place}.fields", name, entity)


def _fields(place: str, condition: Condition, entity: EntitySpec) -> Iterator[RuleProblem]:
    for name in sorted(fields_tested(condition) - {"id"}):
        if entity.find(name) is None:
            yield _absent(place, name, entity)


def _leading(entity: EntitySpec, name: str) -> FieldSpec | None:
    spec = entity.find(name)
    return spec if spec is not None and spec.kind is Kind.REF else None


def _absent(place: str, name: str, entity: EntitySpec) -> RuleProblem:
    zh = f"「{entity.label.zh}」没有字段「{name}」"
    return _problem(place, zh, f"{entity.label.en} has no field “{name}”")


def _problem(place: str, zh: str, en: str) -> RuleProblem:
    return RuleProblem(place, Label(zh, en))
