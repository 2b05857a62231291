"""Industry templates: fields, layouts and tags of a trade, and a small sample to try them on.

They are data (`resources/templates`), carried out as ordinary acts: each is undone in one step
(row 1.10).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files

from crm_core.model.layout import Layout, layout_of
from crm_core.model.query import Op, Query, Test
from crm_core.model.schema import EntitySpec, Kind, Label
from crm_core.store.changes.unit_of_work import Unit
from crm_core.sync.change import Verb
from crm_core.sync.history import Edit
from desktop.services.commands.layout import FieldWish, add_field, keep_layout, own_fields
from desktop.services.commands.verbs import Done, done, owned
from desktop.services.workspace import Workspace

NAMES = ("medical", "education", "saas", "fmcg")


@dataclass(frozen=True, slots=True)
class OwnField:
    """A field the template brings."""

    entity: str
    name: str
    wish: FieldWish


@dataclass(frozen=True, slots=True)
class SampleRecord:
    """One record of the sample; references name others by their `id` here."""

    entity: str
    id: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Template:
    """One trade."""

    name: str
    label: Label
    about: Label
    fields: tuple[OwnField, ...]
    tags: Mapping[str, tuple[str, ...]]
    """By entity: what its field `tags` suggests."""
    required: Mapping[str, tuple[str, ...]]
    hidden: Mapping[str, tuple[str, ...]]
    sample: tuple[SampleRecord, ...]

    @property
    def entities(self) -> tuple[str, ...]:
        """Those it arranges anew."""
        named = (*(f.entity for f in self.fields), *self.tags, *self.required, *self.hidden)
        return tuple(dict.fromkeys(named))

    @property
    def tag_count(self) -> int:
        """Different tags."""
        return len({tag for tags in self.tags.values() for tag in tags})


def load_template(name: str) -> Template:
    """Read one of `NAMES`."""
    text = files("resources").joinpath("templates", f"{name}.json").read_text(encoding="utf-8")
    found = json.loads(text)
    return Template(
        name=name,
        label=Label(**found["name"]),
        about=Label(**found["about"]),
        fields=tuple(
            OwnField(
                one["entity"], one["name"],
                FieldWish(one["label"], one["label_en"], one["kind"],
                          tuple(one.get("options", ()))),
            )
            for one in found["fields"]
        ),
        tags=_lists(found["tags"]),
        required=_lists(found["required"]),
        hidden=_lists(found["hidden"]),
        sample=tuple(SampleRecord(**one) for one in found["sample"]),
    )  # fmt: skip


def do_apply_template(workspace: Workspace, template: Template) -> Done:
    """Add the fields that are missing and arrange the forms, in one act.

    What the company has of its own stays. KnownError("forbidden").
    """
    registry, added = workspace.replica.registry, 0
    with workspace.write(f"行业模板：{template.label.zh}") as (unit, committed):
        for one in template.fields:
            if one.name not in own_fields(workspace, one.entity):
                add_field(unit, registry.entity(one.entity), one.wish, name=one.name)
                added += 1
        for name in template.entities:
            entity = registry.entity(name)
            kept = workspace.layout(name) or layout_of(entity)
            keep_layout(unit, entity, _with(kept, template, name))
    return done(
        committed,
        f"已应用「{template.label.zh}」模板：{added} 个字段、{template.tag_count} 个标签",
        f"Template “{template.label.en}” applied: {added} fields, {template.tag_count} tags",
    )


def do_load_sample(workspace: Workspace, template: Template) -> Done:
    """Add the sample's records, owned by who loads them; ones in the bin come back."""
    with workspace.write(f"示例数据：{template.label.zh}") as (unit, committed):
        for one in template.sample:
            _load(workspace, unit, template, one)
    number = sum(len(ids) for ids in committed.changed.values())
    return done(
        committed, f"已载入 {number} 条示例数据", f"{number} sample record(s) loaded"
    )  # fmt: skip


def do_remove_sample(workspace: Workspace, template: Template) -> Done:
    """Put what is left of the sample in the bin, in one act."""
    with workspace.write(f"移除示例数据：{template.label.zh}") as (unit, committed):
        for entity, ids in _ids(template).items():
            unit.delete_many(entity, ids)
    number = sum(len(ids) for ids in committed.changed.values())
    return done(
        committed, f"已移除 {number} 条示例数据", f"{number} sample record(s) removed"
    )  # fmt: skip


def sample_loaded(workspace: Workspace, template: Template) -> bool:
    """Whether anything of the sample is here."""
    return any(
        workspace.replica.count(Query(entity, Test("id", Op.IN, tuple(ids))))
        for entity, ids in _ids(template).items()
    )


def _ids(template: Template) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in template.sample:
        found.setdefault(one.entity, []).append(_id(template, one.id))
    return found


def _with(kept: Layout, template: Template, entity: str) -> Layout:
    tags = template.tags.get(entity, ())
    before = kept.suggested.get("tags", ())
    suggested = {**kept.suggested, "tags": tuple(dict.fromkeys((*before, *tags)))} if tags else {}
    return replace(
        kept,
        hidden=kept.hidden | set(template.hidden.get(entity, ())),
        required=kept.required | set(template.required.get(entity, ())),
        suggested=suggested or kept.suggested,
    )


def _load(workspace: Workspace, unit: Unit, template: Template, one: SampleRecord) -> None:
    entity, record_id = unit.registry.entity(one.entity), _id(template, one.id)
    if unit.record(one.entity, record_id) is not None:
        return
    values = _values(entity, template, one)
    if unit.knows(one.entity, record_id):
        title = str(values[entity.title])
        unit.edit([Edit(one.entity, record_id, Verb.SET, entity.title, title)])
        return
    unit.create(one.entity, owned(workspace, entity, values), record_id=record_id)


def _values(entity: EntitySpec, template: Template, one: SampleRecord) -> dict[str, object]:
    """What a sample record holds, as far as this company has the fields."""
    found: dict[str, object] = {}
    for name, value in one.values.items():
        spec = entity.find(name)
        if spec is not None:
            found[name] = _id(template, str(value)) if spec.kind is Kind.REF else value
    return found


def _id(template: Template, local: str) -> str:
    """One id whoever loads the sample, so that two who do have it once."""
    return f"sample-{template.name}-{local}"


def _lists(found: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(some) for name, some in found.items()}
