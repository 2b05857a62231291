"""What is left of a value for somebody who may see only that there is one."""

import hashlib
import json
from collections.abc import Mapping

from crm_core.model.schema import EntitySpec, FieldSpec, Kind, Registry
from crm_core.model.values import Value
from crm_core.permissions.policy import Access, Actor
from crm_core.permissions.verdicts import withheld_from

_STARS = "****"
_PARTLY = frozenset({Kind.TEXT, Kind.LONG_TEXT, Kind.PHONE, Kind.EMAIL})
"""Kinds of which a part can be shown; of the others, masked is hidden."""


def shown(spec: FieldSpec, level: Access, value: Value) -> Value:
    """The value as somebody with this access gets it: 138****5678, 王**, w***@example.com."""
    if level >= Access.READ or value is None:
        return value
    if level is Access.HIDDEN or spec.kind not in _PARTLY or not isinstance(value, str):
        return None
    if spec.kind is Kind.PHONE:
        return _phone(value)
    name, at, domain = value.partition("@")
    if spec.kind is Kind.EMAIL and at:
        return f"{name[:1]}***@{domain}"
    return f"{value[:1]}**"


def _phone(value: str) -> str:
    digits = [place for place, char in enumerate(value) if char.isdigit()]
    if len(digits) < 8:
        return _STARS
    keep_last = digits[-4]
    keep_first = digits[2] if len(digits) >= 11 else -1
    return f"{value[: keep_first + 1]}{_STARS}{value[keep_last:]}"


def signature(entity: EntitySpec, levels: Mapping[str, Access]) -> str:
    """A name for which fields are withheld how far; empty where none is."""
    said = sorted((name, int(level)) for name, level in levels.items())
    if not said:
        return ""
    return hashlib.sha256(json.dumps([entity.name, said]).encode()).hexdigest()[:16]


def signatures(actor: Actor, registry: Registry) -> dict[str, str]:
    """By entity, the signature of what is withheld from the actor; entities given whole are left
    out."""
    found = {entity.name: signature(entity, withheld_from(actor, entity)) for entity in registry}
    return {name: one for name, one in found.items() if one}
