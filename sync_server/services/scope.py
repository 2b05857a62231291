"""Whose records each device was last sent; tells when it must be filled again (rule 10).

A change of team or role moves whole owners in or out of a device's scope. The device is then sent
back to cursor 0: everything it may see comes again (it passes over what it has), and records of
owners it lost are taken from it. Nothing is remembered as sent before the device asks from 0, so a
lost reply costs a repetition, never a record.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from crm_core.permissions import Actor
from sync_server.services.people import EVERYBODY, scope_of
from sync_server.services.server import Server
from sync_server.services.visibility import anything_owned_by, owned_by, visible_targets


@dataclass(frozen=True, slots=True)
class DeviceScope:
    """The owners a device is being sent, all it ever was, and how far its fill reaches."""

    people: frozenset[str]
    ever: frozenset[str]
    fill_until: int
    """Log position up to which the device's own operations are sent as well."""


def device_scope(connection: Connection, server: Server, node: str) -> DeviceScope | None:
    """What the device was last filled with; None for one that never asked."""
    table = server.tables.scope
    row = connection.execute(select(table).where(table.c.node == node)).one_or_none()
    if row is None:
        return None
    return DeviceScope(frozenset(row.people), frozenset(row.ever), row.fill_until)


def begin_fill(server: Server, actor: Actor, node: str, log_end: int) -> None:
    """The device asks from the beginning: from now on it is sent what the actor sees now."""
    table, people = server.tables.scope, scope_of(actor)
    with server.writing() as connection:
        before = device_scope(connection, server, node)
        ever = sorted({*people, *(before.ever if before else ())})
        connection.execute(table.delete().where(table.c.node == node))
        connection.execute(
            table.insert().values(node=node, people=list(people), ever=ever, fill_until=log_end)
        )


def must_refill(connection: Connection, server: Server, actor: Actor, held: DeviceScope) -> bool:
    """Whether a device must start again from 0: owners with records came into or left its scope."""
    moved = frozenset(scope_of(actor)) ^ held.people
    if not moved:
        return False
    replica = server.replica
    return anything_owned_by(connection, replica.tables, replica.registry, moved)


def follow(server: Server, actor: Actor, node: str, held: DeviceScope) -> None:
    """Note owners who came or went without any record to send or to take back: a new colleague."""
    people = frozenset(scope_of(actor))
    if people == held.people:
        return
    table = server.tables.scope
    with server.writing() as connection:
        connection.execute(
            table.update()
            .where(table.c.node == node)
            .values(people=sorted(people), ever=sorted(held.ever | people))
        )


def lost_records(
    connection: Connection, server: Server, actor: Actor, held: DeviceScope
) -> list[tuple[str, str]]:
    """Records a device may hold from an earlier scope and may not see now."""
    lost = held.ever - set(scope_of(actor))
    if not lost or EVERYBODY in scope_of(actor):
        return []
    replica = server.replica
    targets = set(owned_by(connection, replica.tables, replica.registry, lost))
    return sorted(targets - visible_now(connection, server, actor, targets))


def visible_now(
    connection: Connection, server: Server, actor: Actor, targets: Collection[tuple[str, str]]
) -> set[tuple[str, str]]:
    """Those of `targets` the actor may see at this moment, deleted ones included."""
    replica = server.replica
    return visible_targets(
        connection, replica.tables, replica.registry, actor, targets, now=server.clock.now()
    )
