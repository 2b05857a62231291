"""What a new record starts with, so that the form asks for nothing it could know."""

from crm_core.clock import Clock
from crm_core.model.schema import EntitySpec, Kind
from crm_core.model.values import Value


def starting_values(entity: EntitySpec, *, user_id: str, clock: Clock) -> dict[str, Value]:
    """Owner is whoever creates it; required options start with the first, required moments now."""
    values: dict[str, Value] = {}
    for spec in entity.fields:
        if spec.name == entity.owner:
            values[spec.name] = user_id
        elif spec.kind is Kind.CHOICE and spec.required and spec.choices:
            values[spec.name] = spec.choices[0].code
        elif spec.kind is Kind.MOMENT and spec.required:
            values[spec.name] = clock.iso()
        elif spec.kind is Kind.BOOL and spec.name == "active":
            values[spec.name] = True
    return values


def can_be_typed(entity: EntitySpec) -> bool:
    """Whether a form can create it: nothing required is kept from typing."""
    return all(spec.editable for spec in entity.fields if spec.required)
