"""Does somebody have this customer already? Asked before one is created (row 5.1).

A person does not see what colleagues elsewhere work on, and must not learn it here: only a whole
telephone number or a valid credit code is answered, and only with whose it is and since when: no
name, no id, no likeness. How often one may ask is bounded (`api.rates`), and an answer that told
something the asker could not see goes to the audit log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from crm_core.clock import CHINA, stamp_from_ticks, stamp_moment
from crm_core.errors import SyncCode, SyncError
from crm_core.matching.filing import exact_keys
from crm_core.permissions import Right, can
from crm_core.store.indexes.match_index import holders
from sync_server.services import audit, people
from sync_server.services.exchange import scope
from sync_server.services.server import Server
from sync_server.services.signing_in.sessions import Principal

_MOST = 3


@dataclass(frozen=True, slots=True)
class Taken:
    """Somebody has it."""

    by: str
    """`phone` or `uscc`: what is the same."""
    owner: str
    """The name of whose it is; empty for nobody's."""
    since: str
    """The day it was added, in China."""


def check(
    server: Server, principal: Principal, entity: str, values: Mapping[str, str]
) -> list[Taken]:
    """Who has a record of this entity with this very phone or credit code; the oldest first.

    SyncError: FORBIDDEN for somebody who may not create one.
    """
    replica = server.replica
    with server.reading() as connection:
        actor = people.actor_now(connection, replica.tables, principal.actor.user_id)
        if not can(actor, Right.CREATE, replica.registry.entity(entity)).allowed:
            raise SyncError(SyncCode.FORBIDDEN, "not for this role to create")
        held = holders(connection, replica.tables, replica.registry, values)
        ids = [record for name, record in held if name == entity]
        taken = _told(connection, server, entity, ids, values)
        targets = [(entity, record) for record in ids]
        strange = set(targets) - scope.visible_now(connection, server, actor, targets)
    if strange:
        asker = principal.actor.user_id
        told = ", ".join(sorted({one.by for one in taken}))
        audit.note(
            server, "checked", by=asker, owner=asker, device=principal.device.node,
            about=entity, detail=told,
        )  # fmt: skip
    return taken


def _told(
    connection: Connection,
    server: Server,
    entity: str,
    ids: Sequence[str],
    values: Mapping[str, str],
) -> list[Taken]:
    tables, user = server.replica.tables, server.replica.tables.of("user")
    table, wanted = tables.of(entity), exact_keys(values)
    fields = [name for name in ("phone", "uscc") if name in table.c]
    columns = (table.c[name] for name in ("owner", "created_at", *fields))
    rows = connection.execute(
        select(*columns).where(table.c.id.in_(ids)).order_by(table.c.created_at).limit(_MOST)
    )
    found = []
    for row in rows.all():
        same = wanted & exact_keys(dict(row._mapping))
        name = connection.scalar(select(user.c.name).where(user.c.id == row.owner))
        added = stamp_moment(stamp_from_ticks(row.created_at, "0" * 16))
        since = added.astimezone(CHINA).date().isoformat()
        found += [Taken(key.partition(":")[0], name or "", since) for key in sorted(same)]
    return found
