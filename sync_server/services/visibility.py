"""Which records a person may see, asked of the database: of a page, of a whole entity."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, or_, select, true

from crm_core.model.schema import EntitySpec, Registry
from crm_core.permissions import Actor, visible
from crm_core.store.conditions import compile_condition
from crm_core.store.records import chunks
from crm_core.store.rows import among, fetch
from crm_core.store.tables import Tables
from sync_server.services.people import EVERYBODY, NOBODY, Owners, sees_everything

_MANY = 5_000
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
            if sees_everything(actor):
                found |= {t for t in targets if t[0] == name}
            continue
        table = tables.of(name)
        seen = compile_condition(visible(actor, registry.entity(name)), table, now)
        for part in chunks(sorted(i for entity, i in targets if entity == name), _MANY):
            these = select(table.c.id).where(among(connection, table.c.id, part), seen)
            found |= {(name, record_id) for (record_id,) in fetch(connection, these)}
    return found


def owned_by(
    connection: Connection, tables: Tables, registry: Registry, owners: Mapping[str, Owners]
) -> Iterator[Target]:
    """Every record of these owners, by entity; one without owners is everybody's."""
    for name, people in owners.items():
        if name not in registry or not people:
            continue
        table = tables.of(name)
        theirs = _of(table, registry.entity(name), people)
        for record_id in connection.scalars(select(table.c.id).where(theirs)):
            yield name, record_id


def anything_owned_by(
    connection: Connection, tables: Tables, registry: Registry, owners: Mapping[str, Owners]
) -> bool:
    """Whether there is at least one such record."""
    return next(owned_by(connection, tables, registry, owners), None) is not None


def _of(table: Table, entity: EntitySpec, owners: Owners) -> ColumnElement[bool]:
    if EVERYBODY in owners or not entity.owner:
        return true()
    column = table.c[entity.owner]
    theirs: ColumnElement[bool] = column.in_(sorted(owners - {NOBODY}))
    if entity.sharer:
        theirs = or_(theirs, table.c[entity.sharer].in_(sorted(owners - {NOBODY})))
    return or_(column.is_(None), theirs) if NOBODY in owners else theirs
