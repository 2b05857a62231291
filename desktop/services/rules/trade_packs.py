"""Packs of rules by trade: stages, scores, pools, routes, clocks, automations, what must be filled.

Data (`resources/packs`, in the YAML rules are exported in; `needed` of `resources/templates`). A
pack is written down as drafts in one act, which one step takes back, and counts once it is
published like any other rule; what must be filled counts at once (row 1.10, decision 064).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from crm_core.model.custom import custom_fields
from crm_core.model.schema import Label, Registry
from crm_core.permissions import Right
from crm_core.rules.difference import Change, Turn, change_sentence, difference
from crm_core.rules.documents import Document
from crm_core.rules.required import ENTITY
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.texts.yaml_text import rules_from
from crm_core.rules.wording.change_words import change_words
from crm_core.rules.wording.rule_words import sentence_of
from crm_core.rules.wording.speaking import Speaker
from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.ruling.rule_book import RULE
from crm_core.store.ruling.rule_writing import keep_rules
from crm_core.sync.change import Verb
from crm_core.sync.history import Edit
from desktop.services.commands.layout import add_field, own_fields
from desktop.services.commands.verbs import Done, done
from desktop.services.rules.industry_templates import OwnField, Template
from desktop.services.rules.rule_book import draft_of
from desktop.services.rules.rule_lines import namer
from desktop.services.workspace import Workspace

_MOST_CHANGES = 4
"""Of one rule; where more differs, the whole of it is easier to read."""


@dataclass(frozen=True, slots=True)
class Pack:
    """The rules of a trade."""

    trade: str
    documents: tuple[Document[object], ...]
    needed: tuple[Mapping[str, object], ...]
    """Values of records of `requirement`, with the id they get."""

    @property
    def rules(self) -> RuleSet:
        """As a set."""
        return RuleSet(self.documents)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a pack would do here, before anything is written."""

    fields: tuple[OwnField, ...]
    """Fields of the trade that are missing."""
    rules: tuple[str, ...]
    """What the draft would say otherwise, a sentence a rule."""
    needed: tuple[Label, ...]
    """Who would have to fill more than now."""
    may_ask: bool
    """Whether this person may ask for that; who may not leaves it to an administrator."""
    present: int
    """Rules of the pack that the draft says word for word already."""

    @property
    def nothing(self) -> bool:
        """Whether it is all there."""
        return not (self.fields or self.rules or (self.needed and self.may_ask))


@cache
def load_pack(trade: str) -> Pack:
    """The pack of one of `industry_templates.NAMES`."""
    room = files("resources")
    text = room.joinpath("packs", f"{trade}.yaml").read_text(encoding="utf-8")
    found = json.loads(room.joinpath("templates", f"{trade}.json").read_text(encoding="utf-8"))
    needed = tuple(_needed(trade, one) for one in found["needed"])
    return Pack(trade, tuple(rules_from(text)), needed)


def registry_with(template: Template, registry: Registry) -> Registry:
    """A registry in which the fields of a trade are there."""
    return registry.with_fields(
        custom_fields(
            {
                "name": one.name, "entity": one.entity, "value_kind": one.wish.kind,
                "label": one.wish.label, "label_en": one.wish.label_en,
                "options": list(one.wish.options),
            }
            for one in template.fields
        )
    )  # fmt: skip


def preview(workspace: Workspace, template: Template, language: str) -> Preview:
    """What the pack of a trade adds and changes; not for the Qt thread."""
    pack, before = load_pack(template.name), draft_of(workspace)
    named = {one.id: one for one in pack.documents}
    after = RuleSet([*named.values(), *(d for d in before.documents if d.id not in named)])
    labels = {one.id: one.label for one in after.documents}
    registry = registry_with(template, workspace.replica.registry)
    speaker = Speaker(registry, language, namer(workspace), labels)
    changes = [one for one in difference(before, after) if one.document.id in named]
    return Preview(
        fields=_missing(workspace, template),
        rules=tuple(_sentence(one, speaker) for one in changes),
        needed=tuple(_label(one) for one in pack.needed if not _asked(workspace, one)),
        may_ask=_may_ask(workspace),
        present=len(named) - len(changes),
    )  # fmt: skip


def do_apply_pack(workspace: Workspace, template: Template) -> Done:
    """Write the pack down as drafts, with the fields it speaks of and what must be filled; one act.

    What must be filled is left out for whoever may not ask for it. KnownError("forbidden") for
    whoever may not write rules.
    """
    pack, label = load_pack(template.name), template.label
    with workspace.write(f"行业规则包：{label.zh}") as (unit, committed):
        for one in _missing(workspace, template):
            add_field(unit, workspace.replica.registry.entity(one.entity), one.wish, name=one.name)
        keep_rules(unit, pack.documents)
        for needed in pack.needed if _may_ask(workspace) else ():
            _ask_for(unit, needed)
    number = len(committed.changed.get(RULE, ()))
    return done(
        committed,
        f"「{label.zh}」规则包：已写入 {number} 条规则草稿，发布后生效",
        f"Rules for {label.en}: {number} written as drafts; they count once they are published",
    )


def do_remove_pack(workspace: Workspace, template: Template) -> Done:
    """Take out of the draft what says word for word what the pack says, and what it asked to be
    filled; what was changed since stays. Rules that ship say what they ship with."""
    pack, label = load_pack(template.name), template.label
    draft = draft_of(workspace)
    untouched = [one.id for one in pack.documents if draft.one(one.id) == one]
    with workspace.write(f"移除行业规则包：{label.zh}") as (unit, committed):
        unit.delete_many(RULE, [one for one in untouched if unit.record(RULE, one) is not None])
        ids = [str(one["id"]) for one in pack.needed] if _may_ask(workspace) else []
        unit.delete_many(ENTITY, [one for one in ids if unit.record(ENTITY, one) is not None])
    kept = len(pack.documents) - len(untouched)
    return done(
        committed,
        f"已移除「{label.zh}」规则包：{len(untouched)} 条规则，另有 {kept} 条您改过的保留",
        f"Rules for {label.en} removed: {len(untouched)}; {kept} that were changed stay",
    )


def _sentence(change: Change, speaker: Speaker) -> str:
    """A new rule with what it says; of a changed one what differs, or where that is a lot, what it
    says then."""
    name, said = change.document.label.text(speaker.language), sentence_of(change.document, speaker)
    if change.turn is Turn.ADDED:
        return speaker.choose(f"新增「{name}」：{said}", f"“{name}” added: {said}")
    if len(change.fields) > _MOST_CHANGES:
        return speaker.choose(f"「{name}」改为：{said}", f"“{name}” says then: {said}")
    return change_sentence(
        change, speaker.language, lambda rule, field, _: change_words(rule, field, speaker)
    )


def _missing(workspace: Workspace, template: Template) -> tuple[OwnField, ...]:
    there = {one: own_fields(workspace, one) for one in {f.entity for f in template.fields}}
    return tuple(one for one in template.fields if one.name not in there[one.entity])


def _needed(trade: str, one: Mapping[str, object]) -> Mapping[str, object]:
    condition = json.dumps(one["condition"], ensure_ascii=False, separators=(",", ":"))
    return {**one, "id": f"pack-{trade}-{one['id']}", "condition": condition, "active": True}


def _label(one: Mapping[str, object]) -> Label:
    return Label(str(one["name"]), str(one["name_en"]))


def _may_ask(workspace: Workspace) -> bool:
    return workspace.may(Right.CREATE, ENTITY).allowed


def _asked(workspace: Workspace, one: Mapping[str, object]) -> bool:
    return workspace.replica.record(ENTITY, str(one["id"])) is not None


def _ask_for(unit: Unit, one: Mapping[str, object]) -> None:
    """What must be filled; one somebody changed or switched off stays as they left it."""
    record_id = str(one["id"])
    values = {name: value for name, value in one.items() if name != "id"}
    if unit.record(ENTITY, record_id) is not None:
        return
    if unit.knows(ENTITY, record_id):
        name = str(values["name"])
        unit.edit([Edit(ENTITY, record_id, Verb.SET, "name", name)])
        return
    unit.create(ENTITY, values, record_id=record_id)
