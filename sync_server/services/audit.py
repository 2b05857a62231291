"""The audit log: what was done with accounts, devices and data, as records of `audit_entry`.

They are records like any others: synced, shown on the admin page, never changed afterwards. What
a person typed (a password, a wrong login) is never part of one.
"""

import logging
from dataclasses import dataclass

from crm_core.errors import KnownError
from crm_core.permissions import Actor
from crm_core.store.changes.unit_of_work import Unit
from sync_server.services.server import Server

SERVER_ACTOR = Actor("server", "admin")
"""Writes the server makes by itself, or at its own command line, in history."""
AT_THE_SERVER = "server"
"""`by` of what was done at the command line, where nobody has signed in."""
_LONGEST = 1000

log = logging.getLogger("log.server")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing worth keeping; `kind` is one of `choices.AUDIT`."""

    kind: str
    by: str
    """User id of who did it; `AT_THE_SERVER` for the command line."""
    owner: str
    """User id of the person it concerns, or of who did it, or `AT_THE_SERVER`; never empty."""
    device: str = ""
    """Node id."""
    about: str = ""
    """What it was done to, as people call it: a login, a device's name."""
    detail: str = ""


def enter(unit: Unit, event: Event) -> str:
    """Write an event in the transaction of what it tells of: both happen, or neither."""
    return unit.create("audit_entry", values_of(unit, event))


def values_of(unit: Unit, event: Event) -> dict[str, object]:
    """The record of an event, where many are written at once."""
    values = {
        "kind": event.kind, "at": unit.clock.iso(), "owner": event.owner, "device": event.device,
        "about": event.about[:200], "detail": event.detail[:_LONGEST],
    }  # fmt: skip
    return {name: value for name, value in values.items() if value}


def note(
    server: Server, kind: str, *,
    by: str, owner: str, device: str = "", about: str = "", detail: str = "",
) -> None:  # fmt: skip
    """Write an event that has happened already, such as a sign-in.

    It must not undo or hinder that: where the disk is full, it is told to the log of the server.
    """
    event = Event(kind, by, owner, device, about, detail)
    try:
        with server.replica.write(SERVER_ACTOR, by) as (unit, _):
            enter(unit, event)
    except KnownError as error:
        log.warning("no audit entry %s about device %s: %s", kind, device or "-", error.code)
