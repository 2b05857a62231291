"""Why a rule did what it did, in both languages: which conditions held, with which values.

The text is kept in the record `firing`, which whoever sees the record's owner sees. So it never
holds a value somebody may not read: personal ones, and fields that a role has masked.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from crm_core.model.query import All, Condition, Not, Op, Test, matches, operand_value
from crm_core.model.query import Any as AnyOf
from crm_core.model.schema import EntitySpec, FieldSpec, Kind, Label, Sensitivity
from crm_core.model.values import Record, display
from crm_core.permissions import Access
from crm_core.permissions.masks import shown

MOST_TEXT = 7_500
_MOST_LINES = 12
_LONGEST = 60
_WORDS: Mapping[Op, Label] = {
    Op.EQ: Label("是", "is"),
    Op.NE: Label("不是", "is not"),
    Op.LT: Label("小于", "is below"),
    Op.LE: Label("不超过", "is at most"),
    Op.GT: Label("大于", "is above"),
    Op.GE: Label("至少是", "is at least"),
    Op.IN: Label("是其中之一：", "is one of"),
    Op.HAS: Label("含有", "has"),
    Op.CONTAINS: Label("包含", "contains"),
}
Secret = Collection[tuple[str, str]]
"""(entity, field) that somebody may not read."""


@dataclass(frozen=True, slots=True)
class Why:
    """What set a rule off, what held and what was done."""

    trigger: Label
    held: tuple[Label, ...] = ()
    did: tuple[Label, ...] = ()
    wrote: tuple[tuple[str, str, str], ...] = ()
    """(entity, id, field) of what was written: another rule must not write against it."""
    made: tuple[str, ...] = ()
    """Ids of tasks and the like: each can be led back to what made it."""
    halted: Label | None = None
    """Why nothing was done."""

    def text(self) -> str:
        """JSON, as it is kept; shortened where there is too much to say."""
        found = _json(self)
        if len(found) > MOST_TEXT:
            few = replace(self, held=self.held[:_MOST_LINES], did=self.did[:_MOST_LINES])
            found = _json(
                replace(few, wrote=self.wrote[:_MOST_LINES], made=self.made[:_MOST_LINES])
            )
        return found if len(found) <= MOST_TEXT else _json(Why(self.trigger))


def _json(why: Why) -> str:
    body: dict[str, object] = {
        "trigger": _both(why.trigger),
        "held": [_both(one) for one in why.held],
        "did": [_both(one) for one in why.did],
        "wrote": [list(one) for one in why.wrote],
    }
    if why.made:
        body["made"] = list(why.made)
    if why.halted is not None:
        body["halted"] = _both(why.halted)
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _both(label: Label) -> list[str]:
    return [label.zh, label.en]


def why_from(text: object) -> Why:
    """Read what `Why.text` wrote; of what cannot be read, nothing is said."""
    try:
        found = json.loads(text) if isinstance(text, str) else {}
    except (ValueError, RecursionError):
        found = {}
    if not isinstance(found, dict):
        found = {}
    halted = _label(found.get("halted"))
    wrote, made = found.get("wrote"), found.get("made")
    return Why(
        trigger=_label(found.get("trigger")) or Label("", ""),
        held=_labels(found.get("held")),
        did=_labels(found.get("did")),
        wrote=tuple(
            (str(one[0]), str(one[1]), str(one[2]))
            for one in (wrote if isinstance(wrote, list) else ())
            if isinstance(one, list) and len(one) == 3
        ),
        made=tuple(str(one) for one in (made if isinstance(made, list) else ())),
        halted=halted,
    )


def _labels(found: object) -> tuple[Label, ...]:
    listed = found if isinstance(found, list) else []
    return tuple(label for one in listed if (label := _label(one)) is not None)


def _label(found: object) -> Label | None:
    match found:
        case [str(zh), str(en)]:
            return Label(zh, en)
    return None


def held(
    condition: Condition, record: Record, entity: EntitySpec, now: datetime, secret: Secret = ()
) -> tuple[Label, ...]:
    """The comparisons by which a condition holds for a record."""
    say = _Sayer(entity, record, now, secret).said
    return tuple(say(test, denied) for test, denied in _deciding(condition, record, now))


def _deciding(
    condition: Condition, record: Record, now: datetime, *, denied: bool = False
) -> Iterator[tuple[Test, bool]]:
    match condition:
        case Test():
            yield condition, denied
        case Not(part):
            yield from _deciding(part, record, now, denied=not denied)
        case All(parts) | AnyOf(parts):
            for part in parts:
                if matches(part, record, now) is not denied:
                    yield from _deciding(part, record, now, denied=denied)


@dataclass(frozen=True, slots=True)
class _Sayer:
    entity: EntitySpec
    record: Record
    now: datetime
    secret: Secret

    def said(self, test: Test, denied: bool) -> Label:
        """One comparison that helped the condition to hold."""
        spec = self.entity.find(test.field)
        name = spec.label if spec is not None else Label(test.field, test.field)
        if test.operand is None:
            empty = (test.op is Op.EQ) is not denied
            words = Label("为空", "is empty") if empty else Label("已填写", "is filled in")
            return Label(f"{name.zh}{words.zh}", f"{name.en} {words.en}")
        if spec is not None and not tellable(self.entity, spec, self.secret):
            return Label(f"{name.zh}符合条件", f"{name.en} meets the condition")
        words = _WORDS.get(test.op, Label("=", "="))
        held = self._held(spec, test)
        zh, en = (_operand(spec, test, self.now, language) for language in ("zh", "en"))
        said = Label(f"{name.zh}{words.zh}「{zh}」{held.zh}", f"{name.en} {words.en} {en}{held.en}")
        return Label(f"并非{said.zh}", f"not: {said.en}") if denied else said

    def _held(self, spec: FieldSpec | None, test: Test) -> Label:
        """What stands there, where that is more than the comparison says."""
        value = self.record.get(test.field)
        if spec is None or test.op in (Op.EQ, Op.HAS) or value is None:
            return Label("", "")
        zh, en = (display(spec, value, language)[:_LONGEST] for language in ("zh", "en"))
        return Label(f"（{zh}）", f" ({en})")


def _operand(spec: FieldSpec | None, test: Test, now: datetime, language: str) -> str:
    value = operand_value(test, now)
    several = value if isinstance(value, tuple) else (value,)
    return "、".join(_shown(spec, one, language) for one in several)[:_LONGEST]


def _shown(spec: FieldSpec | None, value: object, language: str) -> str:
    if spec is None or not isinstance(value, str | int | bool):
        return str(value)
    if spec.kind is Kind.SET:
        option = spec.choice(str(value))
        return option.label.text(language) if option else str(value)
    try:
        return display(spec, value, language)
    except ValueError:
        return str(value)


def secret_of(grants: Iterable[Record]) -> Secret:
    """What any role is kept from reading, by the organisation's own grants."""
    return frozenset(
        (str(grant.get("entity")), name)
        for grant in grants
        for part in ("masked", "hidden")
        if isinstance(listed := grant.get(part), list)
        for name in listed
    )


_MASKED = frozenset({Kind.PHONE, Kind.EMAIL})


def told(
    entity: EntitySpec, spec: FieldSpec, record: Record, secret: Secret, language: str = "zh"
) -> str:
    """A value as it may stand in a task, which people read who may not read the field: numbers and
    addresses masked, and so is what any role is kept from reading."""
    masked = spec.kind in _MASKED or (entity.name, spec.name) in secret
    level = Access.MASKED if masked else Access.READ
    return display(spec, shown(spec, level, record.get(spec.name)), language)


def tellable(entity: EntitySpec, spec: FieldSpec, secret: Secret) -> bool:
    """Whether a field's value may be told to everybody who sees the record."""
    personal = spec.sensitivity is Sensitivity.PERSONAL
    return not personal and spec.kind is not Kind.REF and (entity.name, spec.name) not in secret
