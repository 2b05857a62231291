"""What a record needs before it leaves a stage, and the pure verdict: what is missing (row 4.2).

Each requirement asks for a field of the record itself, for a condition the record must answer, or
for so many related records (a tick of a check list is one of those); how many there are is counted
by the caller. A verdict made on a laptop is about the records that laptop holds.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as with_default
from datetime import datetime

from crm_core.model.query import EVERYTHING, All, Condition, Not, Op, Test, fields_tested, matches
from crm_core.model.query import Any as AnyOf
from crm_core.model.schema import Label, Registry
from crm_core.model.values import Record, Value
from crm_core.rules.stages import LOST, WON, CheckItem, Evidence, Exit, StageBody

TICK = "checklist_item"
"""The entity of what was ticked off."""
_OWN_LINK = frozenset({TICK, "approval", "comment"})
"""Entities that name the deal itself; others name its customer."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that must be there before a record leaves a stage."""

    id: str
    label: Label
    """What must be there, such as 决策人参与至少 2 位."""
    field: str = ""
    """A field of the record itself that must be filled."""
    when: Condition | None = None
    """Or: what the record itself must answer."""
    entity: str = ""
    """Or: records of this kind which share the anchor (`anchor_of`)…"""
    where: Condition = EVERYTHING
    """… answer this …"""
    least: int = 1
    """… and are at least so many."""
    initial: Mapping[str, Value] = with_default(default_factory=dict)
    """What a new related record starts with, so that it satisfies the requirement."""
    item: CheckItem | None = None
    """Of a check list: what is ticked off."""
    stage: str = ""
    """The stage that asks for it."""

    @property
    def reads(self) -> frozenset[str]:
        """The fields it looks at: of the record itself, or of the related ones."""
        if self.entity:
            return fields_tested(self.where)
        return fields_tested(self.when) if self.when is not None else frozenset({self.field})


@dataclass(frozen=True, slots=True)
class Missing:
    """A requirement that is not met."""

    requirement: Requirement
    have: int = 0

    def sentence(self, language: str) -> str:
        """What is missing, in a few words, with how far it has come."""
        words = self.requirement.label.text(language)
        if self.requirement.least < 2:
            return words
        return f"{words} ({self.have}/{self.requirement.least})"


def asked_by(entity: str, body: StageBody, registry: Registry) -> Iterator[Requirement]:
    """Everything a stage asks for. What speaks of a field or a kind of record that is gone is left
    out: nobody could ever meet it."""
    for one in body.exits:
        asked = exit_of(entity, one, registry, stage=body.code)
        if asked is not None:
            yield asked
    for item in items_of(body):
        yield tick_of(body.code, item)


def items_of(body: StageBody) -> Iterator[CheckItem]:
    """Every item to be ticked off in a stage."""
    yield from body.touchpoints
    for action in body.actions:
        yield from action.items


def exit_of(entity: str, one: Exit, registry: Registry, *, stage: str = "") -> Requirement | None:
    """A condition as a requirement; None where what it speaks of is gone."""
    if one.entity:
        if not _known(registry, one.entity, fields_tested(one.where.condition)):
            return None
        return Requirement(
            one.id, one.label, entity=one.entity, where=one.where.condition, least=one.least,
            initial=dict(one.initial), stage=stage,
        )  # fmt: skip
    if one.when is not None:
        if not _known(registry, entity, fields_tested(one.when.condition)):
            return None
        return Requirement(one.id, one.label, when=one.when.condition, stage=stage)
    if not _known(registry, entity, {one.field}):
        return None
    return Requirement(one.id, one.label, field=one.field, stage=stage)


def tick_of(stage: str, item: CheckItem) -> Requirement:
    """An item of a check list as a requirement: ticked off, with the evidence it asks for."""
    parts: list[Condition] = [
        Test("stage", Op.EQ, stage),
        Test("item", Op.EQ, item.id),
        Not(Test("done_at", Op.EQ, None)),
    ]
    if item.evidence is not Evidence.NONE:
        name = "note" if item.evidence is Evidence.NOTE else "attachment"
        parts.append(Not(Test(name, Op.EQ, None)))
    return Requirement(
        f"{stage}.{item.id}", item.label, entity=TICK, where=All(tuple(parts)), item=item,
        stage=stage, initial={"stage": stage, "item": item.id},
    )  # fmt: skip


def anchor_of(entity: str, record: Record, related: str = "") -> tuple[str, str]:
    """(REF field, id) by which related records are found: the lead itself; of a deal its customer,
    or the deal where the `related` kind of record names it."""
    if entity == "lead":
        return "lead", str(record.get("id") or "")
    if related in _OWN_LINK:
        return entity, str(record.get("id") or "")
    return "customer", str(record.get("customer") or "")


def missing(
    asked: Iterable[Requirement], record: Record, counts: Mapping[str, int], now: datetime
) -> tuple[Missing, ...]:
    """Those not met. `counts` says by requirement id how many related records there are."""
    found = []
    for one in asked:
        have = 0
        if one.entity:
            have = counts.get(one.id, 0)
            enough = have >= one.least
        elif one.when is not None:
            enough = matches(one.when, record, now)
        else:
            enough = record.get(one.field) not in (None, "", [])
        if not enough:
            found.append(Missing(one, have))
    return tuple(found)


def is_closed(stage: str) -> bool:
    """Whether nothing is expected to move any more."""
    return stage in (WON, LOST)


def open_condition() -> Condition:
    """Records that are neither won nor lost."""
    return Not(AnyOf((Test("stage", Op.EQ, WON), Test("stage", Op.EQ, LOST))))


def _known(registry: Registry, entity: str, fields: Iterable[str]) -> bool:
    if entity not in registry:
        return False
    spec = registry.entity(entity)
    return all(name == "id" or spec.find(name) is not None for name in fields)
