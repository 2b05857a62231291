"""What each device was last sent; tells when it must be filled again (rule 10).

A change of team, role or rights moves whole owners in or out of a device's scope, or withholds
other fields. The device is then sent back to cursor 0: everything it may see comes again (it passes
over what it has), and records it lost are taken from it. Nothing is remembered as sent before the
device asks from 0, so a lost reply costs a repetition, never a record. Of an entity of which other
fields are withheld than before, a device drops all it has before it takes any of it (`views`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection, select

from crm_core.model.schema import EntitySpec, Merge, Registry
from crm_core.model.values import Value
from crm_core.permissions import Access, Actor, shown, signatures, withheld_from
from crm_core.sync.change import Operation, Payload, Verb
from sync_server.services.exchange.visibility import anything_owned_by, owned_by, visible_targets
from sync_server.services.people import (
    EVERYBODY,
    NOBODY,
    Owners,
    Sight,
    owners_of,
    sight_of,
)
from sync_server.services.server import Server

Owned = Mapping[str, Owners]
"""By entity, the owners."""


@dataclass(frozen=True, slots=True)
class DeviceScope:
    """Whose records a device is being sent, all it ever was, and how far its fill reaches."""

    people: Owned
    ever: Owned
    views: Mapping[str, str]
    """By entity, the signature of what is withheld (`permissions.signatures`)."""
    fill_until: int
    """Log position up to which the device's own operations are sent as well."""


def device_scope(connection: Connection, server: Server, node: str) -> DeviceScope | None:
    """What the device was last filled with; None for one that never asked."""
    table = server.tables.scope
    row = connection.execute(select(table).where(table.c.node == node)).one_or_none()
    if row is None:
        return None
    registry = server.replica.registry
    people, views = _unpacked(row.people, registry)
    return DeviceScope(people, _unpacked(row.ever, registry)[0], views, row.fill_until)


def begin_fill(server: Server, actor: Actor, node: str, log_end: int) -> None:
    """The device asks from the beginning: from now on it is sent what the actor sees now."""
    table, registry = server.tables.scope, server.replica.registry
    people, views = owners_of(actor, registry), signatures(actor, registry)
    with server.writing() as connection:
        before = device_scope(connection, server, node)
        ever = _joined(people, before.ever if before else {})
        connection.execute(table.delete().where(table.c.node == node))
        connection.execute(
            table.insert().values(
                node=node, people=_packed(people, views), ever=_packed(ever, {}),
                fill_until=log_end,
            )
        )  # fmt: skip


def must_refill(connection: Connection, server: Server, actor: Actor, held: DeviceScope) -> bool:
    """Whether a device must start again from 0: owners with records came into or left its scope,
    or other fields are withheld than before."""
    replica = server.replica
    now, views = sight_of(connection, replica.tables, replica.registry, actor)
    if now == held.people and views == held.views:
        return False
    moved = {name: now[name] ^ held.people.get(name, frozenset()) for name in now}
    turned = {
        name: frozenset({EVERYBODY})
        for name in {*views, *held.views}
        if views.get(name) != held.views.get(name)
    }
    for owners in (moved, turned):
        if anything_owned_by(connection, replica.tables, replica.registry, owners):
            return True
    return False


def follow(server: Server, sight: Sight, node: str, held: DeviceScope) -> None:
    """Note owners who came or went without any record to send or to take back: a new colleague."""
    people, views = sight
    if people == held.people and views == held.views:
        return
    table = server.tables.scope
    with server.writing() as connection:
        connection.execute(
            table.update()
            .where(table.c.node == node)
            .values(people=_packed(people, views), ever=_packed(_joined(people, held.ever), {}))
        )


def lost_records(
    connection: Connection, server: Server, actor: Actor, held: DeviceScope
) -> list[tuple[str, str]]:
    """Records a device may hold from an earlier scope and may not see now."""
    replica = server.replica
    now = owners_of(actor, replica.registry)
    lost = {
        name: owners - now.get(name, frozenset())
        for name, owners in held.ever.items()
        if EVERYBODY not in now.get(name, frozenset())
    }
    targets = set(owned_by(connection, replica.tables, replica.registry, lost))
    return sorted(targets - visible_now(connection, server, actor, targets))


def visible_now(
    connection: Connection, server: Server, actor: Actor, targets: Collection[tuple[str, str]]
) -> set[tuple[str, str]]:
    """Those of `targets` the actor may see at this moment, deleted ones included."""
    replica = server.replica
    return visible_targets(connection, replica.tables, replica.registry, actor, targets)


def for_the_eyes_of(
    actor: Actor, registry: Registry, operations: Sequence[Operation]
) -> list[Operation]:
    """The operations as the actor may read them: values withheld, everything else as it was.

    That there was a change, by whom and when, is sent: stamps and history stay the same for all,
    and so the sums by which devices are compared.
    """
    levels: dict[str, dict[str, Access]] = {}
    for name in {operation.entity for operation in operations}:
        if name in registry and (found := withheld_from(actor, registry.entity(name))):
            levels[name] = found
    if not levels:
        return list(operations)
    return [
        _withheld(one, registry.entity(one.entity), levels[one.entity])
        if one.entity in levels
        else one
        for one in operations
    ]


def _withheld(operation: Operation, entity: EntitySpec, levels: Mapping[str, Access]) -> Operation:
    if operation.verb is Verb.CREATE:
        return replace(operation, value=_left_of(operation.created_values, entity, levels))
    level = levels.get(operation.field)
    if operation.verb is not Verb.SET or level is None:
        return operation
    spec = entity.field_spec(operation.field)
    payload: Payload
    if spec.merge is Merge.SET:
        payload = {"remove": ""}
    elif spec.merge is Merge.COUNTER:
        payload = {"add": 0}
    else:
        held = operation.value
        payload = None if isinstance(held, dict) else shown(spec, level, held)
    return replace(operation, value=payload, before=shown(spec, level, operation.before))


def _left_of(
    values: Mapping[str, Value], entity: EntitySpec, levels: Mapping[str, Access]
) -> dict[str, Value]:
    left: dict[str, Value] = {}
    for name, value in values.items():
        level = levels.get(name)
        kept = value if level is None else shown(entity.field_spec(name), level, value)
        if kept is not None:
            left[name] = kept
    return left


def _joined(one: Owned, other: Owned) -> dict[str, Owners]:
    names = {*one, *other}
    return {n: one.get(n, frozenset()) | other.get(n, frozenset()) for n in names}


def _packed(owned: Owned, views: Mapping[str, str]) -> dict[str, Any]:
    """As JSON, each circle of owners said once: they are long and nearly all the same."""
    circles: dict[Owners, int] = {}
    of = {name: circles.setdefault(owners, len(circles)) for name, owners in owned.items()}
    return {"circles": [sorted(one) for one in circles], "of": of, "views": dict(views)}


def _unpacked(stored: Any, registry: Registry) -> tuple[dict[str, Owners], dict[str, str]]:
    """Read it; a list is what earlier servers kept: one circle for every entity with an owner."""
    if isinstance(stored, list):
        circle = frozenset(stored) if EVERYBODY in stored else frozenset({*stored, NOBODY})
        everything = frozenset({EVERYBODY})
        return {e.name: circle if e.owner else everything for e in registry}, {}
    circles = [frozenset(one) for one in stored["circles"]]
    return {name: circles[place] for name, place in stored["of"].items()}, stored["views"]
