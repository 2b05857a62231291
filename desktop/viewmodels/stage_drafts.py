"""A stage as lines that can be edited: what it asks for, one after the other; no Qt, no storage.

What a line cannot show (a condition, which records count) is kept as it is.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from crm_core.model.schema import EntitySpec, Label, Registry
from crm_core.rules.documents import Document
from crm_core.rules.stage_plan import STAGED
from crm_core.rules.stages import (
    LOST,
    WON,
    Action,
    AutoMove,
    CheckItem,
    Evidence,
    Exit,
    StageBody,
)

BY_RULE = "…"
"""Stands for a move that waits for part of what the stage asks for: kept as it is."""


class Kind(StrEnum):
    """How one thing a stage asks for is met."""

    TICK = "tick"
    NOTE = "note"
    FILE = "file"
    FIELD = "field"
    RECORDS = "records"
    WHEN = "when"
    """A condition on the record; written in the builder, not here."""


_EVIDENCE = {Kind.TICK: Evidence.NONE, Kind.NOTE: Evidence.NOTE, Kind.FILE: Evidence.FILE}
TICKED = tuple(_EVIDENCE)


@dataclass(frozen=True, slots=True)
class Ask:
    """One line."""

    kind: Kind
    name: str
    detail: str = ""
    """The field, or the kind of record."""
    least: int = 1
    action: str = ""
    """Of a check list item: the action it belongs to; empty for a touchpoint."""
    exit: Exit | None = None
    item: CheckItem | None = None
    """What the line was read from."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a draft cannot be saved."""

    sentence: Label


def asks_of(body: StageBody) -> list[Ask]:
    """The lines of a stage: conditions first, then touchpoints, then actions."""
    lines = [_exit_line(one) for one in body.exits]
    lines += [_item_line(one, "") for one in body.touchpoints]
    for action in body.actions:
        lines += [_item_line(one, action.label.zh) for one in action.items]
    return lines


def body_with(
    body: StageBody,
    asks: Sequence[Ask],
    *,
    hours: int,
    role: str,
    move: str,
    new_id: Callable[[], str],
) -> StageBody:
    """The body that these lines say; `move`: where it goes by itself, empty for nowhere."""
    exits, touch, actions = [], [], dict[str, list[CheckItem]]()
    for one in asks:
        if one.kind not in TICKED:
            exits.append(_exit(one, new_id))
        elif one.action.strip():
            actions.setdefault(one.action.strip(), []).append(_item(one, new_id))
        else:
            touch.append(_item(one, new_id))
    return replace(
        body,
        standard_hours=hours,
        role=_named(body.role, role),
        exits=tuple(exits),
        touchpoints=tuple(touch),
        actions=tuple(_actions(body.actions, actions, new_id)),
        moves=_moves(body.moves, move),
    )


def faults(asks: Iterable[Ask], hours: str, name: str) -> Fault | None:
    """The first thing wrong with what was typed."""
    if not name.strip():
        return Fault(Label("请填写阶段名称。", "Give the stage a name."))
    if not (hours.strip() or "0").isdigit() or len(hours.strip()) > 5:
        return Fault(
            Label(
                "标准耗时请填整数小时，不限填 0。", "Standard hours are a whole number; 0 for none."
            )
        )
    for one in asks:
        if not one.name.strip():
            return Fault(
                Label("有一项条件没有写名称。", "One of the things asked for has no name.")
            )
        if one.kind in (Kind.FIELD, Kind.RECORDS) and not one.detail:
            en = f"“{one.name}”: choose a field or a kind of record."
            return Fault(Label(f"「{one.name}」请选择字段或记录类型。", en))
    return None


def move_of(body: StageBody) -> str:
    """Where a stage goes by itself, as the form offers it."""
    if not body.moves:
        return ""
    one = body.moves[0]
    plain = len(body.moves) == 1 and not one.needs and not one.also
    return one.to if plain else BY_RULE


def new_stage(entity: str, code: str, position: int) -> Document[StageBody]:
    """A stage to begin with."""
    return Document(
        f"stage-{entity}-{code}", "stage", Label("新阶段", "New stage"), entity,
        StageBody(code), position=position,
    )  # fmt: skip


def is_end(document: Document[StageBody]) -> bool:
    """Whether it is one of the two ends, which stay."""
    return document.body.code in (WON, LOST)


def fields_for(entity: EntitySpec) -> list[tuple[str, Label]]:
    """The fields a stage can ask for."""
    left_out = {"stage", "stage_since", "moved_back", entity.owner}
    return [(f.name, f.label) for f in entity.fields if f.editable and f.name not in left_out]


def records_for(entity: str, registry: Registry) -> list[tuple[str, Label]]:
    """The kinds of record a stage can wait for: what names the lead, the deal or its customer."""
    links = ("lead",) if entity == "lead" else ("customer", "opportunity")
    found = []
    for spec in registry:
        named = any(spec.find(link) is not None for link in links)
        if named and spec.name not in (*STAGED, "checklist_item", "saved_view", "attachment"):
            found.append((spec.name, spec.label))
    return found


def _exit_line(one: Exit) -> Ask:
    kind = Kind.RECORDS if one.entity else Kind.WHEN if one.when is not None else Kind.FIELD
    return Ask(kind, one.label.zh, one.entity or one.field, one.least, exit=one)


def _item_line(one: CheckItem, action: str) -> Ask:
    kind = next(kind for kind, evidence in _EVIDENCE.items() if evidence is one.evidence)
    return Ask(kind, one.label.zh, action=action, item=one)


def _exit(one: Ask, new_id: Callable[[], str]) -> Exit:
    held = one.exit or Exit(new_id(), Label(one.name, one.name))
    label = _named(held.label, one.name)
    if one.kind is Kind.WHEN:
        return replace(held, label=label)
    if one.kind is Kind.FIELD:
        return Exit(held.id, label, field=one.detail)
    if held.entity == one.detail:  # What counts, and what a new one starts with, stays.
        return replace(held, label=label, least=max(1, one.least))
    return Exit(held.id, label, entity=one.detail, least=max(1, one.least))


def _item(one: Ask, new_id: Callable[[], str]) -> CheckItem:
    held = one.item or CheckItem(new_id(), Label(one.name, one.name))
    return replace(held, label=_named(held.label, one.name), evidence=_EVIDENCE[one.kind])


def _actions(
    known: Sequence[Action], wanted: dict[str, list[CheckItem]], new_id: Callable[[], str]
) -> Iterable[Action]:
    by_name = {one.label.zh: one for one in known}
    for name, items in wanted.items():
        held = by_name.get(name) or Action(new_id(), Label(name, name))
        yield replace(held, items=tuple(items))


def _moves(known: tuple[AutoMove, ...], to: str) -> tuple[AutoMove, ...]:
    if to == BY_RULE:
        return known
    return (AutoMove(to),) if to else ()


def _named(held: Label, name: str) -> Label:
    """The English name stays with a Chinese one that did not change."""
    typed = name.strip()
    return held if held.zh == typed else Label(typed, typed)
