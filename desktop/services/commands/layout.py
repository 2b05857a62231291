"""Verbs of an administrator on fields: add, rename and retire one, and arrange a form."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from crm_core.matching.pinyin import reading
from crm_core.model.custom import NAME_PATTERN, arrangement_of
from crm_core.model.layout import Layout, layout_id, layout_text
from crm_core.model.query import Op, Query, Test
from crm_core.model.schema import EntitySpec
from crm_core.model.values import Record
from crm_core.store.changes.unit_of_work import Unit
from crm_core.sync.change import Verb
from crm_core.sync.history import Edit
from desktop.services.commands.verbs import Done, done
from desktop.services.workspace import Workspace

_LETTERS = 30


@dataclass(frozen=True, slots=True)
class FieldWish:
    """A company's own field, as an administrator fills it in."""

    label: str = ""
    label_en: str = ""
    kind: str = "text"
    """Of `schema.Kind`; it cannot change later."""
    options: tuple[str, ...] = ()
    """In their order."""
    retired: tuple[str, ...] = ()
    """Options that stay in records that have them, and are offered to nobody."""


def do_create_field(workspace: Workspace, entity_name: str, wish: FieldWish) -> Done:
    """Add a field to an entity; every device has it after the next exchange.

    ValueProblem where the label is missing, KnownError("forbidden").
    """
    entity = workspace.replica.registry.entity(entity_name)
    with workspace.write("自定义字段") as (unit, committed):
        made = add_field(unit, entity, wish)
    return done(
        committed,
        f"已为{entity.label.zh}添加字段「{wish.label}」",
        f"Field “{wish.label_en or wish.label}” added to {entity.label.en.lower()}",
        record_id=made,
    )


def add_field(unit: Unit, entity: EntitySpec, wish: FieldWish, *, name: str = "") -> str:
    """Add a field within a bigger act; the record's id."""
    taken = {str(r["name"]) for r in unit.find(_fields_of(entity.name))}
    taken |= {spec.name for spec in entity.fields}
    values = {
        "entity": entity.name,
        "name": name or _name_for(wish.label, taken),
        "value_kind": wish.kind,
        **_described(wish),
    }
    return unit.create("custom_field", values)


def do_change_field(workspace: Workspace, field_id: str, wish: FieldWish) -> Done:
    """Rename a field, or give it other options; its kind stays."""
    with workspace.write("自定义字段") as (unit, committed):
        unit.change("custom_field", field_id, _described(wish))
    return done(
        committed,
        f"已修改字段「{wish.label}」",
        f"Field “{wish.label_en or wish.label}” changed",
        record_id=field_id,
    )


def do_retire_field(workspace: Workspace, field_id: str) -> Done:
    """Take a field off every screen. What was entered stays, and is there again with the field."""
    record = workspace.replica.record("custom_field", field_id) or {}
    with workspace.write("停用自定义字段") as (unit, committed):
        unit.delete("custom_field", field_id)
    label = str(record.get("label") or "")
    return done(
        committed,
        f"已停用字段「{label}」，已填内容保留",
        f"Field “{label}” retired; what was entered is kept",
    )


def do_arrange(workspace: Workspace, entity_name: str, layout: Layout) -> Done:
    """Arrange the fields of an entity, on every device after the next exchange."""
    entity = workspace.replica.registry.entity(entity_name)
    with workspace.write("调整布局") as (unit, committed):
        keep_layout(unit, entity, layout)
    return done(
        committed,
        f"已调整{entity.label.zh}的布局",
        f"Layout of {entity.label.en.lower()} changed",
    )


def keep_layout(unit: Unit, entity: EntitySpec, layout: Layout) -> None:
    """Keep a layout within a bigger act."""
    record_id, text = layout_id(entity.name), layout_text(layout)
    if unit.record("layout", record_id) is not None:
        unit.change("layout", record_id, {"body": text})
        return
    values = {"name": entity.label.zh, "entity": entity.name, "body": text}
    if unit.knows("layout", record_id):
        # It lies in the bin: a first layout that was undone.
        unit.edit([Edit("layout", record_id, Verb.SET, "body", text)])
        return
    unit.create("layout", values, record_id=record_id)


def do_reset_layout(workspace: Workspace, entity_name: str) -> Done:
    """Go back to the arrangement the product ships."""
    entity = workspace.replica.registry.entity(entity_name)
    with workspace.write("恢复默认布局") as (unit, committed):
        if unit.record("layout", layout_id(entity_name)) is not None:
            unit.change("layout", layout_id(entity_name), {"body": None})
    return done(
        committed,
        f"{entity.label.zh}已恢复默认布局",
        f"{entity.label.en} is arranged as shipped again",
    )


def own_fields(workspace: Workspace, entity: str) -> dict[str, Record]:
    """The company's own fields of an entity: field name → record."""
    return {str(r["name"]): r for r in workspace.replica.find(_fields_of(entity))}


def wish_of(record: Record) -> FieldWish:
    """What a field's record says, to be changed."""
    options = record.get("options")
    listed = [str(o) for o in options] if isinstance(options, list) else []
    order, retired = arrangement_of(record.get("arrangement"))
    ordered = [o for o in order if o in listed] + [o for o in listed if o not in order]
    return FieldWish(
        label=str(record.get("label") or ""),
        label_en=str(record.get("label_en") or ""),
        kind=str(record.get("value_kind") or ""),
        options=tuple(o for o in ordered if o not in retired),
        retired=tuple(o for o in ordered if o in retired),
    )


def _fields_of(entity: str) -> Query:
    return Query("custom_field", Test("entity", Op.EQ, entity))


def _described(wish: FieldWish) -> dict[str, object]:
    every = list(dict.fromkeys((*wish.options, *wish.retired)))
    told = {"order": every, "retired": list(wish.retired)}
    return {
        "label": wish.label.strip(),
        "label_en": wish.label_en.strip() or None,
        "options": every or None,
        "arrangement": json.dumps(told, ensure_ascii=False) if every else None,
    }


def _name_for(label: str, taken: set[str]) -> str:
    """A name from how the label sounds; `x_chuangwei` for 床位."""
    sound = "_".join(reading(label).syllables).lower()
    plain = re.sub(r"[^a-z0-9_]+", "", sound).strip("_")[:_LETTERS].strip("_")
    first = f"x_{plain}" if NAME_PATTERN.fullmatch(f"x_{plain}") else "x_field"
    names: Sequence[str] = (first, *(f"{first}_{n}" for n in range(2, 1_000)))
    return next(name for name in names if name not in taken)
