"""Roles for reading: which there are, what they are called, what one may do. Off the Qt thread."""

from collections.abc import Mapping
from dataclasses import dataclass

from crm_core.model import choices
from crm_core.model.query import Op, Query, Sort, Test
from crm_core.model.schema import EntitySpec
from crm_core.permissions import (
    ADMIN,
    AUDIT,
    ROLES,
    SHARED,
    STRUCTURE,
    Guard,
    RolePolicy,
    Scope,
    policy_of,
)
from crm_core.permissions.stored import guards_of
from crm_core.store.replica import Replica
from desktop.services.workspace import Workspace, organisation

_SHIPPED = {option.code: option.label for option in choices.ROLE}
_WITHOUT_CELLS = STRUCTURE | SHARED | {AUDIT}


@dataclass(frozen=True, slots=True)
class RoleLine:
    """One role and how many people have it."""

    code: str
    name: str
    people: int
    shipped: bool


@dataclass(frozen=True, slots=True)
class Matrix:
    """What a role may do, entity by entity, and the freeze rules of the organisation."""

    role: str
    scope: Scope
    policy: RolePolicy
    entities: tuple[EntitySpec, ...]
    guards: tuple[tuple[Guard, bool], ...]
    """Each rule and whether it is on."""
    fixed: bool
    """An administrator's rights cannot be changed."""
    outside_sales: bool = False
    """Whether its people are outside sales (row 6.19)."""


def role_names(replica: Replica, language: str) -> dict[str, str]:
    """Every role there is: code → name, those shipped first."""
    names = {code: label.text(language) for code, label in _SHIPPED.items()}
    for own in replica.find(Query("role", sort=(Sort("name"),))):
        english = own.get("name_en") if language.startswith("en") else None
        names[str(own["code"])] = str(english or own.get("name") or own["code"])
    return names


def read_roles(workspace: Workspace, language: str) -> tuple[RoleLine, ...]:
    """Every role, with how many people in service have it."""
    replica = workspace.replica
    people = [
        str(u.get("role")) for u in replica.find(Query("user")) if u.get("active") is not False
    ]
    return tuple(
        RoleLine(code, name, people.count(code), code in ROLES)
        for code, name in role_names(replica, language).items()
    )


def read_matrix(workspace: Workspace, role: str) -> Matrix | None:
    """What a role may do; None for one that is gone."""
    replica = workspace.replica
    known = organisation(replica)
    policy = policy_of(role, known)
    if policy is None:
        return None
    off = {str(one["id"]) for one in known.guards if one.get("active") is False}
    every = guards_of([{**one, "active": True} for one in known.guards])
    entities = [entity for entity in replica.registry if entity.name not in _WITHOUT_CELLS]
    own = replica.find(Query("role", Test("code", Op.EQ, role)))
    return Matrix(
        role=role, scope=policy.scope, policy=policy, entities=tuple(entities),
        guards=tuple((guard, guard.id not in off) for guard in every), fixed=role == ADMIN,
        outside_sales=any(one.get("outside_sales") for one in own),
    )  # fmt: skip


def restricted(policy: RolePolicy, entity: str) -> Mapping[str, int]:
    """How many fields of an entity are read-only, masked and hidden for a role."""
    grant = policy.on(entity)
    counts = {"read_only": grant.read_only, "masked": grant.masked, "hidden": grant.hidden}
    return {name: len(fields) for name, fields in counts.items() if fields}
