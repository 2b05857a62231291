"""The organisation's own people and roles: what is shipped, overlaid with what its admins keep.

Records may come from a newer version or a careless hand: what cannot be read takes rights away and
never gives any.
"""

from collections.abc import Collection
from dataclasses import dataclass

from crm_core.model.query import EVERYTHING, Condition
from crm_core.model.query_json import condition_from
from crm_core.model.schema import Label
from crm_core.model.values import Record
from crm_core.permissions.policy import (
    ADMIN,
    GUARDS,
    ROLES,
    Actor,
    Grant,
    Guard,
    Right,
    RolePolicy,
    Scope,
    bound_by,
)
from crm_core.permissions.verdicts import circles_of


@dataclass(frozen=True, slots=True)
class Organisation:
    """What verdicts are made of: the records of these entities, roles' living ones only."""

    users: Collection[Record] = ()
    """Deleted ones too: what they owned does not vanish with them."""
    teams: Collection[Record] = ()
    territories: Collection[Record] = ()
    roles: Collection[Record] = ()
    grants: Collection[Record] = ()
    guards: Collection[Record] = ()

    def actor(self, user_id: str, role: str) -> Actor:
        """The person, with the people around them and what their role may do here."""
        circles = circles_of(user_id, self.users, self.teams, self.territories)
        return Actor(user_id, role, circles, policy_of(role, self))


def grant_id(role: str, entity: str) -> str:
    """The id of the record for one cell of the matrix: one whoever makes it, wherever."""
    return f"grant-{role}-{entity}"


def role_id(code: str) -> str:
    """The id of a role's record."""
    return f"role-{code}"


def policy_of(code: str, records: Organisation) -> RolePolicy | None:
    """What a role may do; None for one that is neither shipped nor kept.

    An administrator's rights cannot be taken away, or nobody could give them back.
    """
    shipped = ROLES.get(code)
    guards = bound_by(guards_of(records.guards), code)
    if code == ADMIN and shipped is not None:
        return RolePolicy(code, shipped.scope, shipped.grants, guards)
    own = next((one for one in _sorted(records.roles) if one.get("code") == code), None)
    if shipped is None and own is None:
        return None
    grants = dict(shipped.grants) if shipped else {}
    for record in _sorted(records.grants):
        if record.get("role") == code:
            grants[str(record.get("entity"))] = grant_of(record)
    scope = shipped.scope if shipped else Scope.OWN
    if own is not None:
        scope = _scope(own.get("scope")) or Scope.OWN
    return RolePolicy(code, scope, grants, guards)


def grant_of(record: Record) -> Grant:
    """One cell of the matrix from its record; rights of a newer version are passed over."""
    scope = record.get("scope")
    return Grant(
        rights=frozenset(Right(one) for one in _texts(record, "rights") if one in set(Right)),
        scope=None if scope is None else _scope(scope) or Scope.OWN,
        read_only=_texts(record, "read_only"),
        masked=_texts(record, "masked"),
        hidden=_texts(record, "hidden"),
    )


def guards_of(records: Collection[Record]) -> tuple[Guard, ...]:
    """The freeze rules: those shipped, replaced or switched off by the record of the same id."""
    found: dict[str, Guard | None] = {guard.id: guard for guard in GUARDS}
    for record in _sorted(records):
        on = record.get("active") is not False
        found[str(record.get("id"))] = _guard(record) if on else None
    return tuple(guard for guard in found.values() if guard is not None)


def _guard(record: Record) -> Guard:
    name = str(record.get("name") or "")
    rights = {Right(one) for one in _texts(record, "rights") if one in set(Right)}
    return Guard(
        id=str(record.get("id")),
        sentence=Label(name, str(record.get("name_en") or "") or name),
        entity=str(record.get("entity")),
        condition=_condition(record),
        fields=_texts(record, "fields"),
        rights=frozenset(rights) or frozenset({Right.EDIT}),
        exempt=_texts(record, "exempt"),
    )


def _condition(record: Record) -> Condition:
    try:
        return condition_from(str(record.get("condition") or ""))
    except ValueError:
        return EVERYTHING


def _texts(record: Record, name: str) -> frozenset[str]:
    found = record.get(name)
    return frozenset(found) if isinstance(found, list) else frozenset()


def _scope(found: object) -> Scope | None:
    return Scope(found) if isinstance(found, str) and found in set(Scope) else None


def _sorted(records: Collection[Record]) -> list[Record]:
    """In an order every device agrees on."""
    return sorted(records, key=lambda record: str(record.get("id")))
