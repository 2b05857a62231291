"""How far along the log each device is known to be: what must not be purged under it (rule 12).

The first question of a pull is from a cursor that is on the device's disk; later ones may be a page
ahead of it. Only one in ten minutes is noted, so what is noted mostly lags behind; a device that
comes back from before what was purged is filled anew, whatever was noted of it.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from crm_core.errors import KnownError
from crm_core.store.reading.rows import ask
from sync_server.services.server import Server
from sync_server.services.signing_in.devices import Device, all_devices

_NOTED_EVERY_MS = 600_000


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known of one device."""

    cursor: int
    """It has seen everything up to here."""
    noted: int
    """When, in milliseconds since 1970."""


def progress_of(connection: Connection, server: Server, node: str) -> Progress | None:
    """What is known of a device; None for nothing."""
    table = server.tables.progress.c

    def make() -> Select[Any]:
        return select(table.cursor, table.noted).where(table.node == bindparam("node"))

    rows = ask(connection, server.replica.tables, ("progress",), make, node=node)
    return Progress(*rows[0]) if rows else None


def note(server: Server, node: str, cursor: int, before: Progress | None) -> None:
    """A device asks from `cursor`; written down now and then, and at once where it goes back."""
    now = server.clock.millis()
    if before is not None:
        rested = abs(now - before.noted) >= _NOTED_EVERY_MS
        if cursor == before.cursor or (cursor > before.cursor and not rested):
            return
    # A full disk or a busy database must not keep a device from reading.
    with suppress(KnownError), server.writing() as connection:
        table = server.tables.progress
        connection.execute(table.delete().where(table.c.node == node))
        connection.execute(table.insert().values(node=node, cursor=cursor, noted=now))


@dataclass(frozen=True, slots=True)
class Horizon:
    """Up to where everybody who counts has seen the log."""

    position: int
    expired: tuple[Device, ...]
    """Devices that have been silent for too long to count."""
    holding: Device | None
    """The one that holds it back the furthest; None where nobody does."""


def horizon(connection: Connection, server: Server, *, end: int, silent_ms: int) -> Horizon:
    """The oldest cursor of the devices that hold something and were heard of lately."""
    filled = set(connection.scalars(select(server.tables.scope.c.node)))
    devices = [d for d in all_devices(connection, server.tables) if d.node in filled]
    since = server.clock.millis() - silent_ms
    living = [d for d in devices if not d.revoked and d.last_contact >= since]
    expired = tuple(d for d in devices if not d.revoked and d.last_contact < since)
    position, holding = end, None
    for device in living:
        known = progress_of(connection, server, device.node)
        cursor = known.cursor if known is not None else 0
        if cursor < position:
            position, holding = cursor, device
    return Horizon(position, expired, holding)
