"""From an automation's actions to what is written: edits, tasks, webhooks, as data. Pure.

Ids are worked out from rule, record, cause and place of the action, so that what the laptop and the
server both make is one record.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crm_core.clock import CHINA, iso_moment
from crm_core.model.query import Any as AnyOf
from crm_core.model.query import Op, Query, Test, matches
from crm_core.model.schema import EntitySpec, FieldSpec, Kind, Label, Merge
from crm_core.model.values import Record, Value, ValueProblem, display, normalise
from crm_core.rules.documents import Document
from crm_core.rules.duty import Roster, Turn
from crm_core.rules.firing.automation_checks import PLACEHOLDER
from crm_core.rules.firing.automations import Action, Automation, Do, Put, Whom
from crm_core.rules.firing.reasons import Secret, tellable, told
from crm_core.rules.firing.sight import Creation, Effect, Gate, Occasion, Sight, Webhook, no_gates
from crm_core.rules.identity import act_key
from crm_core.rules.recipients import LEAD, OWNER, ROLE, USER, People
from crm_core.rules.timekeeping.working_time import Calendar, after_working
from crm_core.sync.change import Verb
from crm_core.sync.history import Edit

TITLE_LENGTH = 200
NAMES = ("姓名", "名称", "name")
ANCHORS = ("customer", "lead", "visit")


class Absent(Exception):
    """What an action names is not there; `label` says what."""

    def __init__(self, label: Label) -> None:
        super().__init__(label.en)
        self.label = label


def no_roster() -> Roster:
    """Nobody is on duty."""
    return Roster((), {})


@dataclass(slots=True)
class Scene:
    """A rule about to act on an occasion."""

    rule: Document[Automation]
    occasion: Occasion
    record: Record
    sight: Sight
    people: People
    calendar: Calendar
    secret: Secret
    firing: str
    """The id of the record that says it has happened."""
    gate: Gate = no_gates
    roster: Callable[[], Roster] = no_roster
    """Who is on duty; read where it is asked for."""
    did: list[Label] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)

    def key(self, part: str = "") -> str:
        """The id of one thing done on this occasion."""
        return act_key(self.rule.id, self.occasion.id, self.occasion.cause, part)

    @property
    def entity(self) -> EntitySpec:
        """Of the record that set the rule off."""
        return self.sight.registry.entity(self.rule.entity)

    @property
    def author(self) -> str:
        """Who did what set the rule off; empty where a clock or the server did."""
        return self.occasion.actor if self.people.knows(self.occasion.actor) else ""

    @property
    def owner(self) -> str:
        """Whose the record is, or that under which it lies; who did it, where it is nobody's."""
        held = self.record.get(self.entity.owner) if self.entity.owner else None
        if held is not None:
            return str(held)
        for name in ANCHORS:
            above = self.leading(name)
            if above is not None and above.get("owner") is not None:
                return str(above["owner"])
        return self.author

    def leading(self, name: str) -> Record | None:
        """The record that a REF field leads to."""
        spec = self.entity.find(name)
        if name == self.rule.entity and spec is None:
            return self.record
        target = self.record.get(name) if spec is not None else None
        if spec is None or spec.kind is not Kind.REF or not isinstance(target, str):
            return None
        return self.sight.records(spec.target, [target]).get(target)


def act(scene: Scene) -> None:
    """Fill in `effects` and `did`. Raises Absent where something named is not there."""
    for number, action in enumerate(scene.rule.body.actions):
        _DOING[action.do](scene, action, str(number))


# -- fields ------------------------------------------------------------------------------------


def _target(scene: Scene, action: Action) -> tuple[EntitySpec, Record] | None:
    if not action.through:
        return scene.entity, scene.record
    record = scene.leading(action.through)
    if record is None:
        return None
    return scene.sight.registry.entity(scene.entity.field_spec(action.through).target), record


def _set(scene: Scene, action: Action, _part: str) -> None:
    found = _target(scene, action)
    if found is None:
        return
    entity, record = found
    spec = entity.field_spec(action.field)
    if not matches(action.only_if.condition, record, scene.occasion.at):
        return
    try:
        value = normalise(spec, _value(scene, action, spec))
    except ValueProblem as wrong:
        raise Absent(Label(wrong.chinese, wrong.english)) from wrong
    if spec.required and value is None:
        zh, en = f"「{spec.label.zh}」不能清空", f"{spec.label.en} cannot be emptied"
        raise Absent(Label(zh, en))
    closed = scene.gate(entity.name, record, value) if spec.name == "stage" else None
    if closed is not None:
        scene.did.append(closed)
        return
    _write(scene, entity, record, spec, value)


def _write(scene: Scene, entity: EntitySpec, record: Record, spec: FieldSpec, value: Value) -> None:
    record_id, occasion = str(record["id"]), scene.occasion
    if record.get(spec.name) == value:
        return
    later = occasion.stamp and spec.merge is not Merge.SET
    if later and scene.sight.written_after(entity.name, record_id, spec.name, occasion.stamp):
        return
    scene.effects.append(Edit(entity.name, record_id, Verb.SET, spec.name, value))
    shown = tellable(entity, spec, scene.secret)
    zh, en = (display(spec, value, one) if shown else "" for one in ("zh", "en"))
    scene.did.append(
        Label(
            f"{spec.label.zh}改为「{zh}」" if zh else f"修改「{spec.label.zh}」",
            f"{spec.label.en} set to {en}" if en else f"{spec.label.en} changed",
        )
    )


def _value(scene: Scene, action: Action, spec: FieldSpec) -> object:
    at = scene.occasion.at
    if action.put is Put.COPY:
        return scene.record.get(action.copy)
    if action.put is Put.VALUE:
        return action.value
    if spec.kind is Kind.MOMENT:
        return iso_moment(at + timedelta(days=action.days))
    return (at.astimezone(CHINA) + timedelta(days=action.days)).date()


def _tag(scene: Scene, action: Action, _part: str) -> None:
    found = _target(scene, action)
    if found is None:
        return
    entity, record = found
    held = record.get("tags")
    items, tag = list(held) if isinstance(held, list) else [], action.tag.strip()
    adding = action.do is Do.TAG
    # What a person took out, or put in again, stays so.
    moved = scene.sight.was_moved(entity.name, str(record["id"]), f"tags/{tag}")
    if (tag in items) is adding or (adding and moved):
        return
    new = sorted({*items, tag}) if adding else sorted(set(items) - {tag})
    scene.effects.append(Edit(entity.name, str(record["id"]), Verb.SET, "tags", new or None))
    zh, en = ("打上标签", "tagged") if adding else ("去掉标签", "tag removed:")
    scene.did.append(Label(f"{zh}「{tag}」", f"{en} {tag}"))


# -- tasks -------------------------------------------------------------------------------------


def _task(scene: Scene, action: Action, part: str) -> None:
    notice = action.do is Do.NOTIFY
    on_duty = _on_duty(scene, action)
    for user in _recipients(scene, action, on_duty):
        values: dict[str, Value] = {
            "title": " ".join(filled(action.title, scene).split())[:TITLE_LENGTH],
            "kind": "reminder" if notice else action.kind,
            "state": "open",
            "due_at": iso_moment(_due(scene, action, on_duty)),
            "owner": user,
        }
        if action.remark.strip():
            values["remark"] = filled(action.remark, scene)
        values |= anchors(scene.entity, scene.record)
        scene.effects.append(Creation("task", scene.key(f"{part}:{user}"), values))
        name = scene.people.name(user)
        scene.did.append(
            Label(f"提醒{name}", f"{name} was told")
            if notice
            else Label(f"给{name}建任务「{action.title}」", f"task for {name}: {action.title}")
        )


def _due(scene: Scene, action: Action, on_duty: Sequence[Turn]) -> datetime:
    """Counted from when whoever it is for is on duty, where that is later."""
    at = max((scene.occasion.at, *(one.begin for one in on_duty)))
    if action.working:
        return after_working(scene.calendar, at, timedelta(hours=action.due_hours)) or at
    return at + timedelta(hours=action.due_hours)


def _on_duty(scene: Scene, action: Action) -> tuple[Turn, ...]:
    """Whom the roster names; nobody where another way says who is meant."""
    if action.whom is not Whom.DUTY:
        return ()
    found = scene.roster().at(action.duty, scene.occasion.at)
    return found.first if found is not None else ()


def _recipients(scene: Scene, action: Action, on_duty: Sequence[Turn]) -> Sequence[str]:
    people, owner = scene.people, scene.owner
    if on_duty:
        return tuple(dict.fromkeys(one.user for one in on_duty))
    if action.whom is Whom.USER and not _works_here(people, action.user):
        raise Absent(Label("规则指定的员工已不在职", "The person the rule names has left"))
    whom = {
        Whom.OWNER: OWNER,
        Whom.AUTHOR: f"{USER}{scene.author}" if scene.author else OWNER,
        Whom.LEADER: LEAD,
        Whom.DUTY: LEAD,
        Whom.ROLE: f"{ROLE}{action.role}",
        Whom.USER: f"{USER}{action.user}",
    }[action.whom]
    found = people.recipients([whom], owner or None)
    if not found:
        raise Absent(Label("没有可以接收的人", "There is nobody to give it to"))
    return found


def _works_here(people: People, user: str) -> bool:
    return any(one["id"] == user and one.get("active") is not False for one in people.users)


def anchors(entity: EntitySpec, record: Record) -> Mapping[str, Value]:
    """Under which records a task about this one lies."""
    found: dict[str, Value] = {}
    for name in ANCHORS:
        value = record.get("id") if entity.name == name else record.get(name)
        if isinstance(value, str) and (entity.name == name or entity.find(name) is not None):
            found[name] = value
    return found


# -- words -------------------------------------------------------------------------------------


def filled(text: str, scene: Scene) -> str:
    """The text with [姓名] and the like filled in; what is unknown stays as it is, what is empty or
    kept from somebody is left out."""

    def fill(met: re.Match[str]) -> str:
        said = _said(met[1].strip(), scene)
        return met[0] if said is None else said

    return PLACEHOLDER.sub(fill, text)


def _said(word: str, scene: Scene) -> str | None:
    """What a placeholder stands for; None where nobody knows it."""
    if word in NAMES:
        return _name(scene)
    if word in ("负责人", "owner"):
        return scene.people.name(scene.owner)
    if word in ("日期", "date"):
        return scene.occasion.at.astimezone(CHINA).date().isoformat()
    spec = next((one for one in scene.entity.fields if word in _called(one)), None)
    if spec is None:
        return None
    if spec.kind is Kind.REF:
        above = scene.leading(spec.name)
        target = scene.sight.registry.entity(spec.target)
        return told(target, target.field_spec(target.title), (above or {}), scene.secret)
    return told(scene.entity, spec, scene.record, scene.secret)


def _called(spec: FieldSpec) -> tuple[str, ...]:
    return spec.name, spec.label.zh, spec.label.en


def _name(scene: Scene) -> str:
    """Of the person or company the record is about."""
    for name in ("contact", "lead", "customer"):
        above = scene.leading(name)
        if above is not None and above.get("name"):
            target = scene.entity if above is scene.record else scene.sight.registry.entity(name)
            return told(target, target.field_spec("name"), above, scene.secret)
    entity = scene.entity
    return told(entity, entity.field_spec(entity.title), scene.record, scene.secret)


# -- beyond the records ------------------------------------------------------------------------


def _queue(scene: Scene, action: Action, part: str) -> None:
    wanted = action.article.strip()
    either = AnyOf((Test("title", Op.EQ, wanted), Test("id", Op.EQ, wanted)))
    found = scene.sight.records("article", [wanted]).get(wanted) or next(
        iter(scene.sight.find(Query("article", either, limit=1))), None
    )
    title = str(found["title"]) if found else wanted
    values: dict[str, Value] = {
        "title": title[:TITLE_LENGTH],
        "state": "waiting",
        "queued_at": iso_moment(scene.occasion.at),
        "reason": scene.rule.label.zh[:TITLE_LENGTH],
    }
    if found:
        values["article"] = str(found["id"])
    above = dict(anchors(scene.entity, scene.record))
    above.pop("visit", None)
    owner = {"owner": scene.owner} if scene.owner else {}
    scene.effects.append(Creation("content_push", scene.key(part), values | above | owner))
    scene.did.append(Label(f"「{title}」加入推送队列", f"“{title}” was queued to be sent"))


def _approval(scene: Scene, action: Action, part: str) -> None:
    """Asked by whoever did it, of whoever leads them; how soon is the approval rule's to say."""
    asker = scene.author or scene.owner
    approver = scene.people.recipients((LEAD,), scene.owner or None)
    if not approver:
        raise Absent(Label("没有可以审批的人", "There is nobody to decide"))
    values: dict[str, Value] = {
        "title": filled(action.title or scene.rule.label.zh, scene)[:120],
        "state": "pending", "rule": action.approval, "asked_by": asker or None,
        "asked_at": iso_moment(scene.occasion.at), "owner": approver[0],
        "request": filled(action.remark, scene)[:2000] or None,
    }  # fmt: skip
    if scene.rule.entity == "opportunity":
        values["opportunity"] = scene.occasion.id
    above = {k: v for k, v in anchors(scene.entity, scene.record).items() if k != "visit"}
    kept = {name: value for name, value in {**values, **above}.items() if value is not None}
    scene.effects.append(Creation("approval", scene.key(part), kept))
    name = scene.people.name(approver[0])
    scene.did.append(Label(f"请{name}审批", f"{name} was asked to approve"))


def _webhook(scene: Scene, action: Action, part: str) -> None:
    scene.effects.append(webhook(scene, action, part))
    scene.did.append(Label("通知外部系统", "another program was told"))


def webhook(scene: Scene, action: Action, part: str) -> Webhook:
    """What is sent of a record: who it is, what happened, and the fields the rule names."""
    occasion = scene.occasion
    payload: dict[str, object] = {
        "rule": scene.rule.id, "rule_name": scene.rule.label.zh, "entity": scene.rule.entity,
        "record": occasion.id, "at": iso_moment(occasion.at),
        "fields": {name: scene.record.get(name) for name in action.fields},
    }  # fmt: skip
    # By the firing's id, of which a server knows that somebody else made it.
    hook = act_key(scene.rule.id, scene.firing, "webhook", part)
    return Webhook(hook, scene.rule.id, action.url, payload)


def webhooks_of(scene: Scene) -> Iterator[Webhook]:
    """Those of a rule that fired on a laptop, which sends none."""
    for number, action in enumerate(scene.rule.body.actions):
        if action.do is Do.WEBHOOK:
            yield webhook(scene, action, str(number))


_DOING = {
    Do.SET: _set,
    Do.TASK: _task,
    Do.NOTIFY: _task,
    Do.TAG: _tag,
    Do.UNTAG: _tag,
    Do.QUEUE: _queue,
    Do.APPROVAL: _approval,
    Do.WEBHOOK: _webhook,
}
