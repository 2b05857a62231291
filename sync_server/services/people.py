"""Who is who, read from the records: the actor behind a user id, and whose records they see."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from crm_core.errors import SyncCode, SyncError
from crm_core.model.values import Record
from crm_core.permissions import ROLES, Actor, Scope, colleagues_of
from crm_core.store.tables import Tables

EVERYBODY = "*"
"""Stands for every owner in a scope."""


def actor_of(
    connection: Connection, tables: Tables, user_id: str, *, left: bool = False
) -> Actor | None:
    """The person with role and colleagues; None where the record is gone or no longer active,
    with `left` only where there never was one.

    Colleagues who were deleted still count: what they owned does not vanish with them.
    """
    user, team = tables.of("user"), tables.of("team")
    own = connection.execute(select(user).where(user.c.id == user_id)).one_or_none()
    if own is None or not (left or (own.alive and own.active is not False)):
        return None
    users: list[Record] = [
        {"id": r.id, "team": r.team} for r in connection.execute(select(user.c.id, user.c.team))
    ]
    teams: list[Record] = [
        {"id": r.id, "parent": r.parent}
        for r in connection.execute(select(team.c.id, team.c.parent))
    ]
    return Actor(user_id, str(own.role), colleagues_of(user_id, users, teams))


def actor_now(connection: Connection, tables: Tables, user_id: str, *, left: bool = False) -> Actor:
    """`actor_of` in this very state, not a moment ago when the token was checked.

    SyncError: DEVICE_REVOKED for somebody who has left.
    """
    actor = actor_of(connection, tables, user_id, left=left)
    if actor is None:
        raise SyncError(SyncCode.DEVICE_REVOKED)
    return actor


def described(connection: Connection, tables: Tables, user_id: str) -> dict[str, str]:
    """The user's id, name and role, as a device is told at sign-in."""
    user = tables.of("user")
    row = connection.execute(select(user).where(user.c.id == user_id)).one()
    return {"id": user_id, "name": str(row.name), "role": str(row.role)}


def scope_of(actor: Actor) -> Sequence[str]:
    """The owners whose records the actor works with, sorted; `EVERYBODY` alone for all."""
    policy = ROLES.get(actor.role)
    if policy is None:
        return []
    if policy.scope is Scope.ALL:
        return [EVERYBODY]
    return sorted({actor.user_id} | (actor.colleagues if policy.scope is Scope.TEAM else set()))
