"""Snapshots for first fills: made per scope, kept in the data folder, given to whom they fit.

Which snapshot fits is worked out from the person's rights each time it is asked for, by manifest
and by byte range alike; the name of a snapshot opens nothing. Making one reads a state of its own
and holds up no writer.
"""

import hashlib
import json
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import replace
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, select

from crm_core.errors import SyncCode, SyncError
from crm_core.model.query import EVERYTHING, Condition, Op, Test
from crm_core.model.query import Any as AnyOf
from crm_core.model.schema import Merge, Registry
from crm_core.permissions import Actor, signatures, visible, withheld_from
from crm_core.permissions.policy import SHARED
from crm_core.store.engines.meta import FORMAT_MAJOR
from crm_core.store.images import image
from crm_core.store.images.image import CONTENTS, View, write_image
from crm_core.store.log import log_keys
from crm_core.sync.snapshot import Manifest
from sync_server.services import people
from sync_server.services.exchange import scope
from sync_server.services.exchange.pull import log_end
from sync_server.services.server import Server
from sync_server.services.signing_in.sessions import Principal

Seen = Mapping[str, Condition]
"""By entity, which of its records a person may see."""


class Instead(StrEnum):
    """What a device is told where there is no snapshot for it to fetch."""

    PREPARING = "preparing"
    """Ask again in a moment."""
    LOG = "log"
    """So little has happened that the log itself is quicker, and brings all of history along."""


_PATIENCE_SECONDS = 2.0
"""A request waits this long for a snapshot being made before the device is told to ask again."""


def prepare(server: Server) -> None:
    """Make ready, before anybody asks, what every snapshot begins as, where devices are filled from
    snapshots at all."""
    with server.reading() as connection:
        end = log_end(connection, server)
    if end > server.limits.snapshot_after:
        image.prepare(server.replica.engine, server.replica.registry)


def begin(server: Server, principal: Principal, *, having: str = "") -> Manifest | Instead:
    """The snapshot this device is to be filled from, or what to do instead.

    `having` names one the device has a part of: it goes on with that where it still fits. From
    here on the device counts as being sent what the person may see now. SyncError: DEVICE_REVOKED.
    """
    with server.reading() as connection:
        actor, seen, key = _scope(connection, server, principal)
        end = log_end(connection, server)
        own = _highest_own(connection, server, principal.device.node)
    if end <= server.limits.snapshot_after or _counts(server.replica.registry):
        return Instead.LOG
    found = _fitting(server, key, end, having)
    if found is None:
        made = server.snapshots.make(
            key, lambda: _fitting(server, key, end), lambda path: _write(server, actor, seen, path)
        )
        found = _result(made)
    if found is None:
        return Instead.PREPARING
    scope.begin_fill(server, actor, principal.device.node, end)
    return replace(found, highest_own=own)


def _counts(registry: Registry) -> bool:
    """Whether any field is a counter. A row does not tell which steps its sum holds: those that
    come again, with a change of team or from the outbox, would count twice without the log."""
    return any(spec.merge is Merge.COUNTER for entity in registry for spec in entity.fields)


def frames_of(server: Server, principal: Principal, snapshot: str) -> Path:
    """The file with the frames of a snapshot. SyncError(SNAPSHOT_GONE) for any that is not the
    person's own."""
    with server.reading() as connection:
        _, _, key = _scope(connection, server, principal)
    path = server.snapshots.frames(key, snapshot)
    if path is None:
        raise SyncError(SyncCode.SNAPSHOT_GONE)
    return path


def _fitting(server: Server, key: str, end: int, having: str = "") -> Manifest | None:
    """One that saves work: what has happened since is less than making another one costs."""
    shelf, most = server.snapshots, server.limits.snapshot_delta
    begun = shelf.manifest(key, having) if having else None
    newest = begun or shelf.newest(key)
    if newest is None or newest.lineage != server.lineage or newest.format_major != FORMAT_MAJOR:
        return None
    # A device in the middle of one is better off with a longer delta than from the beginning.
    delta = max(0, end - newest.position)
    return newest if delta <= (4 * most if begun else most) else None


def _result(made: Future[Manifest | None]) -> Manifest | None:
    try:
        return made.result(timeout=_PATIENCE_SECONDS)
    except TimeoutError:
        return None


def _write(server: Server, actor: Actor, seen: Seen, path: Path) -> Manifest:
    """Write the image; its manifest but for the frames."""
    registry = server.replica.registry
    view = View(
        seen,
        {entity.name: withheld_from(actor, entity) for entity in registry},
        signatures(actor, registry),
    )
    now = server.clock.now()
    position = write_image(server.replica.engine, path, registry, view, now)
    return Manifest(
        snapshot="", format_major=FORMAT_MAJOR, pages=0, frames=(), position=position,
        lineage=server.lineage,
    )  # fmt: skip


def _scope(connection: Connection, server: Server, principal: Principal) -> tuple[Actor, Seen, str]:
    actor = people.actor_now(connection, server.replica.tables, principal.actor.user_id)
    seen = _seen(connection, server, actor)
    return actor, seen, scope_key(server, actor, seen)


def _seen(connection: Connection, server: Server, actor: Actor) -> Seen:
    """What the person may see, said alike for all who may see the same.

    Views of a list, boards and briefs are kept for oneself: who has none of their own shares a
    snapshot with the team, and it must not hold one that somebody makes while it is written.
    """
    registry = server.replica.registry
    seen = {entity.name: visible(actor, entity) for entity in registry}
    teams = tuple(sorted(actor.circles.teams))
    for entity in registry:
        mine = AnyOf((Test(entity.owner, Op.EQ, None), Test(entity.owner, Op.IN, (actor.user_id,))))
        shared = entity.name in SHARED and seen[entity.name] != EVERYTHING
        if not entity.owner or not (shared or seen[entity.name] == mine):
            continue
        table = server.replica.tables.of(entity.name)
        own = select(table.c.rid).where(table.c[entity.owner] == actor.user_id).limit(1)
        if connection.execute(own).first() is None:
            others = (Test(entity.owner, Op.IN, teams),) if shared else ()
            seen[entity.name] = AnyOf((Test(entity.owner, Op.EQ, None), *others))
    return seen


def scope_key(server: Server, actor: Actor, seen: Seen) -> str:
    """A name for exactly what this person may see, under this registry, of this lineage."""
    registry = server.replica.registry
    said = [
        [server.lineage, FORMAT_MAJOR, CONTENTS],
        signatures(actor, registry),
        _said(registry),
        [[entity.name, repr(seen[entity.name])] for entity in registry],
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


@lru_cache(maxsize=4)
def _said(registry: Registry) -> str:
    """All fields of a registry, in short: they are put into words once, not for each question."""
    words = repr([(entity.name, entity.fields) for entity in registry])
    return hashlib.sha256(words.encode()).hexdigest()


def _highest_own(connection: Connection, server: Server, node: str) -> int:
    return log_keys.highest(connection, server.replica.tables, node)
