"""Which records a person may see, asked of the database: of a page, of a whole entity."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, or_, select, true

from crm_core.model.schema import EntitySpec, Registry
from crm_core.permissions import Actor, owners_seen
from crm_core.store.records import chunks
from crm_core.store.rows import as_list, ask, listed
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
) -> set[Target]:
    """Those of `targets` the actor may see now, deleted ones included: a tombstone must travel."""
    found: set[Target] = set()
    for name in {entity for entity, _ in targets}:
        if name not in registry:
            # Its owner cannot be known before the upgrade; only who sees everything gets it.
            if sees_everything(actor):
                found |= {t for t in targets if t[0] == name}
            continue
        people = owners_seen(actor, registry.entity(name))
        ids = sorted(i for entity, i in targets if entity == name)
        for part in chunks(ids, _MANY) if people is None or people else ():
            for record_id, *whose in _whose(connection, tables, registry.entity(name), part):
                # `permissions.visible`, which a page asks too often to have it put into words.
                if people is None or whose[0] is None or not people.isdisjoint(whose):
                    found.add((name, record_id))
    return found


def _whose(
    connection: Connection, tables: Tables, entity: EntitySpec, ids: Collection[str]
) -> Sequence[tuple[Any, ...]]:
    """Id, owner and who shares, of records living or dead."""
    table = tables.of(entity.name).c
    names = ["id", *(name for name in (entity.owner, entity.sharer) if name)]

    def make() -> Select[Any]:
        return select(*(table[name] for name in names)).where(listed(connection, table.id, "ids"))

    return ask(connection, tables, ("whose", entity.name), make, ids=as_list(connection, ids))


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
