"""Which records a person may see, asked of the database: of a page, of a whole entity."""

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, select, true

from crm_core.model.schema import EntitySpec, Registry
from crm_core.permissions import Actor, visible
from crm_core.store.conditions import compile_condition
from crm_core.store.records import chunks
from crm_core.store.tables import Tables
from sync_server.services.people import EVERYBODY, scope_of

Target = tuple[str, str]
"""(entity, record id)"""


def visible_targets(
    connection: Connection,
    tables: Tables,
    registry: Registry,
    actor: Actor,
    targets: Collection[Target],
    *,
    now: datetime,
) -> set[Target]:
    """Those of `targets` the actor may see now, deleted ones included: a tombstone must travel."""
    found: set[Target] = set()
    for name in {entity for entity, _ in targets}:
        if name not in registry:
            # Its owner cannot be known before the upgrade; only who sees everything gets it.
            if EVERYBODY in scope_of(actor):
                found |= {t for t in targets if t[0] == name}
            continue
        table = tables.of(name)
        seen = compile_condition(visible(actor, registry.entity(name)), table, now)
        for part in chunks(sorted(i for entity, i in targets if entity == name)):
            rows = connection.scalars(select(table.c.id).where(table.c.id.in_(part), seen))
            found |= {(name, record_id) for record_id in rows}
    return found


def owned_by(
    connection: Connection, tables: Tables, registry: Registry, owners: Collection[str]
) -> Iterator[Target]:
    """Every record of these owners, of all entities that have one."""
    for entity in registry:
        if not entity.owner:
            continue
        table = tables.of(entity.name)
        for record_id in connection.scalars(select(table.c.id).where(_of(table, entity, owners))):
            yield entity.name, record_id


def anything_owned_by(
    connection: Connection, tables: Tables, registry: Registry, owners: Collection[str]
) -> bool:
    """Whether there is at least one such record."""
    return next(owned_by(connection, tables, registry, owners), None) is not None


def _of(table: Table, entity: EntitySpec, owners: Collection[str]) -> ColumnElement[bool]:
    if EVERYBODY in owners:
        return true()
    return table.c[entity.owner].in_(sorted(owners))
