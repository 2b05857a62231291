"""How a company arranges the fields of its forms: order, sections, what is hidden or asked for.

A layout is an ordinary record of the entity `layout`, one for each kind of record. It changes what
screens show and ask, never what is stored or accepted: a device without it works with the fields as
they are shipped.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from crm_core.model.schema import EntitySpec, FieldSpec, Label

MOST_LETTERS = 16_000


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the fields below it, in order."""

    name: str
    label: Label
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """The arrangement of one entity's fields."""

    sections: tuple[Section, ...] = ()
    hidden: frozenset[str] = frozenset()
    required: frozenset[str] = field(default_factory=frozenset)
    """Asked for by our forms; others may still leave them empty."""
    suggested: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Set field → items offered while typing; any other will do as well."""


def layout_id(entity: str) -> str:
    """The id of the record for an entity: one, whoever makes it, wherever."""
    return f"layout-{entity}"


def layout_text(layout: Layout) -> str:
    """The written form, as the record keeps it."""
    return json.dumps(
        {
            "sections": [
                {"name": s.name, "zh": s.label.zh, "en": s.label.en, "fields": list(s.fields)}
                for s in layout.sections
            ],
            "hidden": sorted(layout.hidden),
            "required": sorted(layout.required),
            "suggested": {name: list(some) for name, some in sorted(layout.suggested.items())},
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def layout_from(text: object) -> Layout | None:
    """Read the written form back; None for what is not one (a newer version, a careless hand)."""
    try:
        found = json.loads(str(text))
        sections = tuple(
            Section(str(one["name"]), Label(str(one["zh"]), str(one["en"])), _texts(one["fields"]))
            for one in found["sections"]
        )
        suggested = {str(n): _texts(some) for n, some in found.get("suggested", {}).items()}
        hidden, required = _texts(found["hidden"]), _texts(found["required"])
        return Layout(sections, frozenset(hidden), frozenset(required), suggested)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def layout_of(entity: EntitySpec) -> Layout:
    """The arrangement an entity has now."""
    names = [*entity.sections, *(s.section for s in entity.fields)]
    sections = [
        Section(name, entity.sections.get(name, Label(name, name)), _of_section(entity, name))
        for name in dict.fromkeys(names)
    ]
    return Layout(tuple(one for one in sections if one.fields))


def lasting(entity: EntitySpec) -> frozenset[str]:
    """The fields no layout can hide: without them there would be no record, or no way to it."""
    needed = {entity.title, entity.owner, entity.moment, *entity.parents}
    return frozenset(needed | {spec.name for spec in entity.fields if spec.required})


def arranged(entity: EntitySpec, layout: Layout) -> EntitySpec:
    """The entity as the layout arranges it; fields it does not name follow in their sections."""
    hidden = layout.hidden - lasting(entity)
    place = {name: one.name for one in layout.sections for name in one.fields}
    named = [entity.find(name) for name in place]
    ordered = [spec for spec in named if spec is not None]
    ordered += [spec for spec in entity.fields if spec.name not in place]
    fields = tuple(_placed(spec, place, layout) for spec in ordered if spec.name not in hidden)
    sections: Mapping[str, Label] = {one.name: one.label for one in layout.sections}
    shown = {spec.name for spec in fields}
    return replace(
        entity,
        fields=fields,
        sections={**sections, **{n: v for n, v in entity.sections.items() if n not in sections}},
        list_fields=tuple(name for name in entity.list_fields if name in shown),
        subtitle=tuple(name for name in entity.subtitle if name in shown),
    )


def _placed(spec: FieldSpec, place: Mapping[str, str], layout: Layout) -> FieldSpec:
    section = place.get(spec.name, spec.section)
    # What only the system writes cannot be asked for.
    asked = spec.required or (spec.name in layout.required and spec.editable)
    suggested = layout.suggested.get(spec.name, ())
    return replace(spec, section=section, required=asked, suggested=suggested)


def _of_section(entity: EntitySpec, name: str) -> tuple[str, ...]:
    return tuple(spec.name for spec in entity.fields if spec.section == name)


def _texts(found: Iterable[object]) -> tuple[str, ...]:
    if not isinstance(found, list):
        raise TypeError("not a list")
    return tuple(str(one) for one in found)
