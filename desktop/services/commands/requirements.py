"""Verbs of an administrator on what records must have when they are so and so (row 5.3)."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm_core.model.query import Condition
from crm_core.model.query_json import condition_text
from crm_core.rules.required import ENTITY, SHIPPED, Needed
from desktop.services.commands.verbs import Done, done
from desktop.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class NewRequirement:
    """What a new one says."""

    name: str
    """Who is meant, as people say it."""
    entity: str
    when: Condition
    fields: Sequence[str]


def do_create_requirement(workspace: Workspace, new: NewRequirement) -> Done:
    """Add a requirement; every device asks for it after the next exchange.

    KnownError("forbidden") for whoever is not an administrator.
    """
    with workspace.write("条件必填") as (unit, committed):
        record = unit.create(
            ENTITY,
            {
                "name": new.name, "entity": new.entity, "fields": sorted(new.fields),
                "condition": condition_text(new.when), "active": True,
            },
        )  # fmt: skip
    return done(
        committed,
        f"已要求「{new.name}」填写 {len(new.fields)} 个字段",
        f"“{new.name}” must now have {len(new.fields)} fields",
        record_id=record,
    )


def do_switch_requirement(workspace: Workspace, requirement_id: str, on: bool) -> Done:
    """Switch a requirement on or off, one that ships with the product as well."""
    shipped = next((one for one in SHIPPED if one.id == requirement_id), None)
    with workspace.write("条件必填") as (unit, committed):
        if shipped is not None and not unit.knows(ENTITY, requirement_id):
            unit.create(ENTITY, _record(shipped) | {"active": on}, record_id=requirement_id)
        else:
            unit.change(ENTITY, requirement_id, {"active": on})
    return done(
        committed,
        "条件必填已启用" if on else "条件必填已停用",
        "Requirement switched on" if on else "Requirement switched off",
    )


def _record(one: Needed) -> dict[str, object]:
    return {
        "name": one.label.zh, "name_en": one.label.en, "entity": one.entity,
        "condition": condition_text(one.when), "fields": sorted(one.fields),
    }  # fmt: skip
