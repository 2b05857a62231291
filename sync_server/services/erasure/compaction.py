"""Compaction: purging deleted records once every device that counts has seen them deleted.

Design rule 12. What may go is decided in `store.forgetting.purging`, who counts in `progress`. The
history of a purged record goes with it; its id stays, so that a late edit is refused and nobody
keeps it.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from crm_core.store.forgetting import purging
from crm_core.store.forgetting.purging import Bounds
from crm_core.store.reading.records import chunks
from sync_server.services.erasure import erasing, retention
from sync_server.services.exchange import progress
from sync_server.services.exchange.progress import Horizon
from sync_server.services.exchange.pull import log_end
from sync_server.services.server import Server

log = logging.getLogger("log.sync")

_DAY_MS = 86_400_000
_AT_ONCE = 100
"""Records of one transaction: others want to write as well."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How long the server waits."""

    deleted_days: int
    silent_days: int


@dataclass(frozen=True, slots=True)
class Compacted:
    """What was purged, or would be: entity → number of records."""

    horizon: Horizon
    purged: Mapping[str, int] = field(default_factory=dict)
    snapshots: int = 0
    """Snapshots thrown away because they may hold some of it."""


def policy_of(server: Server) -> Policy:
    """The policy this server was started with."""
    return Policy(server.limits.deleted_days, server.limits.silent_days)


def compact(server: Server, policy: Policy, *, dry_run: bool = False) -> Compacted:
    """Purge what may go; with `dry_run` only find it. Safe while serving, and twice at once.

    Audit entries older than the policy's months go with it, whoever has seen them.
    """
    tables = server.replica.tables
    if not dry_run:
        erasing.overwrite_late(server)
    with server.reading() as connection:
        end = log_end(connection, server)
        seen = progress.horizon(connection, server, end=end, silent_ms=policy.silent_days * _DAY_MS)
        before = server.clock.millis() - policy.deleted_days * _DAY_MS
        bounds = purging.bounds(
            connection, tables, deleted_before=max(before, 0) << 16, position=seen.position
        )
        found = purging.candidates(connection, tables, bounds)
    audited = retention.purge_audit(server, dry_run=dry_run)
    if dry_run or not (found or audited):
        return _found(seen, found, audited)
    purged = {entity: _purge(server, entity, ids, bounds) for entity, ids in found.items()}
    purged["audit_entry"] = purged.get("audit_entry", 0) + audited
    with server.reading() as connection:
        last = purging.newest(connection, tables)
    server.live.publish(last)
    dropped = server.snapshots.drop_before(last)
    log.info("purged %s behind position %d", purged, seen.position)
    return Compacted(seen, {entity: n for entity, n in purged.items() if n}, dropped)


def _found(seen: Horizon, found: Mapping[str, list[str]], audited: int) -> Compacted:
    counts = {entity: len(ids) for entity, ids in found.items()}
    if audited:
        counts["audit_entry"] = counts.get("audit_entry", 0) + audited
    return Compacted(seen, counts)


def _purge(server: Server, entity: str, ids: list[str], bounds: Bounds) -> int:
    return sum(server.replica.purge(entity, part, bounds) for part in chunks(ids, _AT_ONCE))
