"""Who may see and change what: one pure definition, asked by the server and by the desktop.

Roles are data. `can` answers for one verb on one entity or field; `visible` gives the condition a
record must meet to be sent to, or shown to, a person (design rule 10).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from crm_core.model.query import EVERYTHING, NOTHING, Condition, Op, Test
from crm_core.model.query import Any as AnyOf
from crm_core.model.schema import EntitySpec
from crm_core.model.values import Record


class Scope(StrEnum):
    """Whose records a role works with."""

    OWN = "own"
    TEAM = "team"
    ALL = "all"


class Right(StrEnum):
    """What can be done with a record."""

    SEE = "see"
    CREATE = "create"
    EDIT = "edit"
    DELETE = "delete"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class RolePolicy:
    """What one role may do: its scope, and the rights it has on each entity (`*` for the rest)."""

    scope: Scope
    rights: Mapping[str, frozenset[Right]]

    def on(self, entity: str) -> frozenset[Right]:
        """The rights on one entity."""
        return self.rights.get(entity, self.rights["*"])


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who asks: who they are, their role, and the people of their team and below."""

    user_id: str
    role: str
    colleagues: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Allowed or not, and if not, why, in both languages."""

    allowed: bool
    chinese: str = ""
    english: str = ""


_ALLOWED = Verdict(allowed=True)
_WORK = frozenset({Right.SEE, Right.CREATE, Right.EDIT, Right.DELETE})
_READ = frozenset({Right.SEE})
_ADMINISTERED = {
    **dict.fromkeys(("territory", "role", "grant", "guard", "policy"), _READ),
    "audit_entry": frozenset({Right.SEE, Right.CREATE}),
}

ROLES: Mapping[str, RolePolicy] = {
    "rep": RolePolicy(
        Scope.TEAM,
        {
            "*": _WORK,
            "team": _READ,
            "user": _READ,
            "product": _READ,
            "competitor": _READ,
            "custom_field": _READ,
            **_ADMINISTERED,
        },
    ),
    "manager": RolePolicy(
        Scope.TEAM,
        {
            "*": _WORK | {Right.EXPORT},
            "team": _READ,
            "user": _READ,
            "custom_field": _READ,
            **_ADMINISTERED,
        },
    ),
    "admin": RolePolicy(Scope.ALL, {"*": frozenset(Right)}),
}
"""The roles the product ships with. A rep works with the records of the own team; a manager's
colleagues include every team below (row 5.6: seeing is not exporting)."""


def can(actor: Actor, right: Right, entity: EntitySpec, record: Record | None = None) -> Verdict:
    """Whether the actor may do this with the entity and, where given, this record.

    `record` holds the values before the change; a record of nobody is open to all who see it.
    """
    policy = ROLES.get(actor.role)
    if policy is None or right not in policy.on(entity.name):
        return Verdict(
            allowed=False,
            chinese=f"您的角色不能对「{entity.label.zh}」做这个操作。",
            english=f"Your role may not do this with {entity.label.en.lower()} records.",
        )
    if record is not None and not _in_scope(policy.scope, actor, entity, record):
        return Verdict(
            allowed=False,
            chinese="这条记录不在您的数据范围内。",
            english="This record is outside what you may work with.",
        )
    return _ALLOWED


def _in_scope(scope: Scope, actor: Actor, entity: EntitySpec, record: Record) -> bool:
    if scope is Scope.ALL or not entity.owner:
        return True
    owner = record.get(entity.owner)
    if owner is None or owner == actor.user_id:
        return True
    # What a hostile client sends as an owner need not be text.
    return scope is Scope.TEAM and isinstance(owner, str) and owner in actor.colleagues


def visible(actor: Actor, entity: EntitySpec) -> Condition:
    """The condition under which records of `entity` exist for this actor."""
    policy = ROLES.get(actor.role)
    if policy is None or Right.SEE not in policy.on(entity.name):
        return NOTHING
    if policy.scope is Scope.ALL or not entity.owner:
        return EVERYTHING
    people = {actor.user_id}
    if policy.scope is Scope.TEAM:
        people |= actor.colleagues
    return AnyOf(
        (
            Test(entity.owner, Op.EQ, None),
            Test(entity.owner, Op.IN, tuple(sorted(people))),
        )
    )


def colleagues_of(user_id: str, users: list[Record], teams: list[Record]) -> frozenset[str]:
    """The people of a user's team and of every team below it, the user included."""
    own = next((u.get("team") for u in users if u.get("id") == user_id), None)
    reached = {str(own)} if own else set()
    while True:
        below = {str(t["id"]) for t in teams if t.get("parent") in reached} - reached
        if not below:
            break
        reached |= below
    return frozenset(str(u["id"]) for u in users if u.get("team") in reached) | {user_id}
