"""Who is who, read from the records: the actor behind a user id, and whose records they see."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Connection, select

from crm_core.errors import SyncCode, SyncError
from crm_core.model.schema import Registry
from crm_core.model.values import Record
from crm_core.permissions import ADMIN, Actor, Organisation, owners_seen, signatures
from crm_core.store.engines import kept
from crm_core.store.schema.tables import Tables

EVERYBODY = "*"
"""Stands for every owner in a scope."""
NOBODY = ""
"""Stands for records without an owner, which all see who see any."""

Owners = frozenset[str]


class Sight(NamedTuple):
    """By entity, whose records somebody sees, and the signature of what is withheld."""

    people: Mapping[str, Owners]
    views: Mapping[str, str]


def actor_of(
    connection: Connection, tables: Tables, user_id: str, *, left: bool = False
) -> Actor | None:
    """The person with circles and rights; None where the record is gone or no longer active,
    with `left` only where there never was one."""

    def read() -> Actor | None:
        user = tables.of("user")
        asked = select(user.c.alive, user.c.active, user.c.role).where(user.c.id == user_id)
        own = connection.execute(asked).one_or_none()
        if own is None or not (left or (own.alive and own.active is not False)):
            return None
        there = kept.once(connection, tables, "who", lambda: organisation(connection, tables))
        return there.actor(user_id, str(own.role))

    return kept.once(connection, tables, ("actor", user_id, left), read)


def organisation(connection: Connection, tables: Tables) -> Organisation:
    """What verdicts are made of, as this state has it.

    Colleagues who were deleted still count: what they owned does not vanish with them.
    """

    def rows(name: str, *columns: str, dead: bool = False) -> list[Record]:
        table = tables.of(name)
        asked = select(*(table.c[column] for column in ("id", *columns)))
        found = connection.execute(asked if dead else asked.where(table.c.alive.is_(True)))
        return [dict(row._mapping) for row in found]

    return Organisation(
        users=rows("user", "team", "territory", dead=True),
        teams=rows("team", "parent", dead=True),
        territories=rows("territory", "parent", dead=True),
        roles=rows("role", "code", "scope"),
        grants=rows("grant", "role", "entity", "scope", "rights", "read_only", "masked", "hidden"),
        guards=rows(
            "guard", "name", "name_en", "entity", "fields", "rights", "condition", "exempt",
            "active",
        ),
    )  # fmt: skip


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
    told = {"name": row.name, "role": row.role, "login": row.login}
    return {"id": user_id} | {name: str(value or "") for name, value in told.items()}


def owners_of(actor: Actor, registry: Registry) -> dict[str, Owners]:
    """By entity, whose records the actor sees: nobody's for an entity they do not see at all."""
    found: dict[str, Owners] = {}
    for entity in registry:
        people = owners_seen(actor, entity)
        if people is None:
            found[entity.name] = frozenset({EVERYBODY})
        else:
            found[entity.name] = people | {NOBODY} if people else frozenset()
    return found


def sight_of(connection: Connection, tables: Tables, registry: Registry, actor: Actor) -> Sight:
    """What somebody sees, worked out once for each state of people and rights; `actor` is of this
    state (`actor_now`)."""
    key = ("sight", actor.user_id, registry)
    return kept.once(
        connection,
        tables,
        key,
        lambda: Sight(owners_of(actor, registry), signatures(actor, registry)),
    )


def sees_everything(actor: Actor) -> bool:
    """Whether nothing is kept from the actor, not even what this program does not know yet."""
    return actor.role == ADMIN
