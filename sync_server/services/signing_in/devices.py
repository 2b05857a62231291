"""Devices: leasing node ids, contact, revocation. A node id is one device's identity for ever."""

import re
from contextlib import suppress
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from crm_core.clock import new_node_id
from crm_core.errors import KnownError
from crm_core.store.log import log_keys
from sync_server.services.schema.tables import ServerTables
from sync_server.services.server import Server

_NODE = re.compile(r"[0-9a-f]{16}")
_CONTACT_EVERY_MS = 300_000


@dataclass(frozen=True, slots=True)
class Laptop:
    """What a device says about itself when it signs in."""

    name: str = ""
    asked: str = ""
    """The node id it was leased before, where it has one."""
    program: str = ""
    """Version of the program."""
    platform: str = ""


@dataclass(frozen=True, slots=True)
class Device:
    """One laptop as the server knows it. Moments in milliseconds since 1970."""

    node: str
    user_id: str
    name: str
    created: int
    last_contact: int
    revoked: bool
    program: str = ""
    platform: str = ""


def is_node(text: str) -> bool:
    """Whether this has the form of a device's number."""
    return _NODE.fullmatch(text) is not None


def find_device(connection: Connection, tables: ServerTables, node: str) -> Device | None:
    """The device of a node id, or None."""
    table = tables.device
    row = connection.execute(select(table).where(table.c.node == node)).one_or_none()
    return None if row is None else Device(*row)


def all_devices(connection: Connection, tables: ServerTables) -> list[Device]:
    """Every device with what it said about itself, the one heard of last first."""
    return _told(connection, tables)


def devices_of(connection: Connection, tables: ServerTables, user_id: str) -> list[Device]:
    """The devices of one person, the one heard of last first."""
    return _told(connection, tables, user_id)


def _told(connection: Connection, tables: ServerTables, user_id: str = "") -> list[Device]:
    table, state = tables.device, tables.device_state
    joined = table.outerjoin(state, state.c.node == table.c.node)
    rows = connection.execute(
        select(*table.c, state.c.program, state.c.platform)
        .select_from(joined)
        .where((table.c.user_id == user_id) | (not user_id))
        .order_by(table.c.last_contact.desc(), table.c.node)
    )
    return [
        replace(
            Device(r.node, r.user_id, r.name, r.created, r.last_contact, r.revoked),
            program=r.program or "", platform=r.platform or "",
        )
        for r in rows
    ]  # fmt: skip


def note_laptop(connection: Connection, tables: ServerTables, node: str, laptop: Laptop) -> None:
    """Keep which program it runs, where it says so."""
    if laptop.program or laptop.platform:
        _note_state(connection, tables, node, program=laptop.program, platform=laptop.platform)


def _note_state(connection: Connection, tables: ServerTables, node: str, **known: str) -> None:
    table = tables.device_state
    changed = connection.execute(table.update().where(table.c.node == node).values(**known))
    if not changed.rowcount:
        fresh = {"program": "", "platform": ""} | known
        connection.execute(table.insert().values(node=node, **fresh))


def rename(connection: Connection, tables: ServerTables, node: str, name: str) -> None:
    """Call a device something else; KnownError ("no_device") for an unknown one."""
    table = tables.device
    if not connection.execute(
        table.update().where(table.c.node == node).values(name=name)
    ).rowcount:
        raise _no_device(node)


def lease(connection: Connection, server: Server, user_id: str, *, asked: str, name: str) -> str:
    """A node id for this user's device: the one asked for where it may keep it, else a new one.

    A node id the server has never seen is granted too: after a restore from a backup, devices
    leased since must be able to send their work again under the identity it was written with.
    """
    table, now = server.tables.device, server.clock.millis()
    device = find_device(connection, server.tables, asked) if asked else None
    if device is not None and device.user_id == user_id and not device.revoked:
        connection.execute(
            table.update().where(table.c.node == asked).values(name=name, last_contact=now)
        )
        return asked
    fresh = device is None and _NODE.fullmatch(asked) and not _in_log(connection, server, asked)
    node = asked if fresh else new_node_id()
    connection.execute(
        table.insert().values(
            node=node, user_id=user_id, name=name, created=now, last_contact=now, revoked=False
        )
    )
    return node


def note_contact(server: Server, device: Device) -> None:
    """Remember that a device was heard of, at most once in five minutes."""
    now, table = server.clock.millis(), server.tables.device
    if now - device.last_contact < _CONTACT_EVERY_MS:
        return
    # A full disk or a busy database must not keep a device from reading.
    with suppress(KnownError), server.writing() as connection:
        connection.execute(
            table.update().where(table.c.node == device.node).values(last_contact=now)
        )


def is_guest(connection: Connection, tables: ServerTables, node: str) -> bool:
    """Whether a device is an administrator's look at somebody else's data (`guests`)."""
    table = tables.guest
    return connection.scalar(select(table.c.node).where(table.c.node == node)) is not None


def revoke(connection: Connection, tables: ServerTables, node: str) -> None:
    """Never talk to a device again; KnownError ("no_device") for an unknown one.

    Its tokens stay, so that it is told it was revoked and wipes itself.
    """
    table = tables.device
    if connection.execute(table.update().where(table.c.node == node).values(revoked=True)).rowcount:
        return
    raise _no_device(node)


def _no_device(node: str) -> KnownError:
    return KnownError(
        f"没有设备 {node}。用 device list 查看所有设备。",
        f"There is no device {node}. See all with: device list",
        code="no_device",
    )


def revoke_all_of(connection: Connection, tables: ServerTables, user_id: str) -> None:
    """Revoke every device of a user."""
    table = tables.device
    connection.execute(table.update().where(table.c.user_id == user_id).values(revoked=True))


def _in_log(connection: Connection, server: Server, node: str) -> bool:
    if node == server.replica.hybrid.node:
        return True
    return log_keys.knows_replica(connection, server.replica.tables, node)
