"""What makes one set of rules another: rules added, taken away, and changed field by field."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from crm_core.model.schema import Label
from crm_core.rules.bodies import Leaf, Place, leaves
from crm_core.rules.documents import Document
from crm_core.rules.ruleset import RuleSet


class Turn(StrEnum):
    """What became of a rule."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One thing a rule says otherwise; None where it said nothing."""

    place: Place
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Change:
    """One rule that differs."""

    turn: Turn
    document: Document[object]
    """As it is after; where it was taken away, as it was."""
    fields: tuple[FieldChange, ...] = ()


ACTIVE, NAME, ENTITY, POSITION = ("active",), ("name",), ("entity",), ("position",)
HEAD: Mapping[Place, Label] = {
    ACTIVE: Label("启用", "Switched on"),
    NAME: Label("名称", "Name"),
    ENTITY: Label("对象", "Entity"),
    POSITION: Label("次序", "Order"),
}


def difference(before: RuleSet, after: RuleSet) -> tuple[Change, ...]:
    """Every rule that differs, in the order of the later set; those taken away at the end."""
    found: list[Change] = []
    for document in after.documents:
        earlier = before.one(document.id)
        if earlier is None:
            found.append(Change(Turn.ADDED, document))
        elif earlier != document and (changed := changes_of(earlier, document)):
            found.append(Change(Turn.CHANGED, document, changed))
    unread = {str(one.raw.get("id")) for one in after.unread}
    gone = [
        one for one in before.documents if after.one(one.id) is None and one.id not in unread
    ]  # fmt: skip
    return (*found, *(Change(Turn.REMOVED, one) for one in gone))


def changes_of(
    before: Document[object], after: Document[object]
) -> tuple[FieldChange, ...]:  # fmt: skip
    """What one rule says otherwise: its head first, then its body."""
    head: list[FieldChange] = [
        FieldChange(place, one, other)
        for place, one, other in (
            (ACTIVE, before.active, after.active),
            (NAME, before.label.zh, after.label.zh),
            (ENTITY, before.entity, after.entity),
            (POSITION, before.position, after.position),
        )
        if one != other
    ]
    if before.kind != after.kind:
        return (*head, FieldChange((), before.kind, after.kind))
    was, now = _by_place(before.body), _by_place(after.body)
    body = [
        FieldChange(place, was.get(place), now.get(place))
        for place in dict.fromkeys((*was, *now))
        if was.get(place) != now.get(place)
    ]
    return (*head, *body)


Describe = Callable[[Document[object], FieldChange, str], str]
"""(rule, change, language) → the change in words."""


def change_sentence(change: Change, language: str, describe: Describe) -> str:
    """What became of a rule, in one line."""
    name = change.document.label.text(language)
    chinese = language.startswith("zh")
    if change.turn is Turn.ADDED:
        return f"新增「{name}」" if chinese else f"“{name}” added"
    if change.turn is Turn.REMOVED:
        return f"去掉「{name}」" if chinese else f"“{name}” taken away"
    said = [describe(change.document, one, language) for one in change.fields]
    comma = "；" if chinese else "; "
    return f"「{name}」：{comma.join(said)}" if chinese else f"“{name}”: {comma.join(said)}"


def _by_place(body: object) -> dict[Place, object]:
    return {leaf.place: leaf.value for leaf in map(_plain, leaves(body))}


def _plain(leaf: Leaf) -> Leaf:
    """Lists of values alike whatever they are made of."""
    return Leaf(leaf.place, tuple(leaf.value)) if isinstance(leaf.value, list) else leaf
