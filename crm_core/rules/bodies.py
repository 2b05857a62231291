"""Walking through bodies of rules whatever their kind: their leaves, conditions and troubles."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass

from crm_core.model.query import EVERYTHING, NOTHING
from crm_core.model.schema import Label, Registry
from crm_core.rules.documents import Document, When
from crm_core.rules.wording.condition_words import Named, condition_troubles
from crm_core.rules.wording.form_words import part_of

Step = str | int
Place = tuple[Step, ...]
"""Names of fields and places in lists, from the body inwards."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """Something at the end of the walk: a condition, a value, a list of values."""

    place: Place
    value: object


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something in a rule that is not there any more, and where."""

    place: Place
    label: Label


def leaves(body: object, place: Place = ()) -> Iterator[Leaf]:
    """Everything a body says, in its order."""
    if isinstance(body, When | Label) or not (is_dataclass(body) or _holds_bodies(body)):
        yield Leaf(place, body)
    elif isinstance(body, tuple | list):
        for number, part in enumerate(body):
            yield from leaves(part, (*place, number))
    elif isinstance(body, Mapping):
        for name, part in body.items():
            yield from leaves(part, (*place, str(name)))
    else:
        assert is_dataclass(body)
        for one in fields(body):
            yield from leaves(getattr(body, one.name), (*place, one.name))


def conditions(
    body: object, entity: str, registry: Registry, place: Place = ()
) -> Iterator[tuple[Place, When, str]]:
    """The conditions of a body that ask anything, each with the entity it is about."""
    if isinstance(body, tuple | list):
        for number, part in enumerate(body):
            yield from conditions(part, entity, registry, (*place, number))
    elif is_dataclass(body) and not isinstance(body, type | Label):
        for one in fields(body):
            value, here = getattr(body, one.name), (*place, one.name)
            about = entity_of_part(body, one.name, entity, registry)
            if not isinstance(value, When):
                yield from conditions(value, entity, registry, here)
            elif value.condition not in (EVERYTHING, NOTHING):
                yield here, value, about


def entity_of_part(body: object, name: str, entity: str, registry: Registry) -> str:
    """Which entity a field of a body is about: the rule's own, or another that it names."""
    of = part_of(type(body), name).of
    if of == "@ref":
        through = str(getattr(body, "through", "") or "")
        spec = registry.find(entity, through.rpartition(":")[2]) if through else None
        return spec.target if spec is not None and spec.target else entity
    return str(getattr(body, of, "") or "") if of else entity


def troubles(document: Document[object], registry: Registry, named: Named) -> list[Trouble]:
    """What a rule speaks of that is not there: its entity, fields, options, records, people."""
    found: list[Trouble] = []
    if document.entity and document.entity not in registry:
        return [Trouble((), _no_entity(document.entity))]
    for place, when, about in conditions(document.body, document.entity, registry):
        if about not in registry:
            found += [Trouble(place, _no_entity(about))] if about else []
            continue
        entity = registry.entity(about)
        found += [
            Trouble(place, one.label)
            for one in condition_troubles(when.condition, entity, named)
        ]  # fmt: skip
    return found


def _no_entity(name: str) -> Label:
    return Label(f"没有对象「{name[:40]}」", f"There is no entity “{name[:40]}”")


def written_place(place: Place) -> str:
    """Such as `levels[1].after_hours`."""
    said = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return said.removeprefix(".")


def _holds_bodies(value: object) -> bool:
    """Whether a list or mapping is more than values."""
    if isinstance(value, Mapping):
        return any(is_dataclass(one) or isinstance(one, When | tuple) for one in value.values())
    if isinstance(value, tuple | list):
        return any(is_dataclass(one) or isinstance(one, When) for one in value)
    return False
