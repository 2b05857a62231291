"""Which records a person may see, asked of the database: of a page, of a whole entity."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, or_, select, true

from crm_core.model.schema import EntitySpec, Registry
from crm_core.permissions import Actor, owners_seen
from crm_core.store.log.log_marks import Mark, Place
from crm_core.store.reading.records import chunks
from crm_core.store.reading.rows import as_list, ask, listed
from crm_core.store.schema.tables import Tables
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
        ids = sorted(i for entity, i in targets if entity == name)
        for part in chunks(ids, _MANY):
            found |= {(name, one) for one in _seen(connection, tables, registry, actor, name, part)}
    return found


def visible_places(
    connection: Connection, tables: Tables, registry: Registry, actor: Actor, marks: Iterable[Mark]
) -> set[Place]:
    """`visible_targets` of what log rows are about; records that are not here nobody sees."""
    recs: dict[int, set[int]] = defaultdict(set)
    found: set[Place] = set()
    word = tables.words.texts(connection)
    for mark in marks:
        if mark.rec is not None:
            recs[mark.entity].add(mark.rec)
        elif word[mark.entity] not in registry and sees_everything(actor):
            found.add(mark.place)
    for number, some in recs.items():
        for part in chunks(sorted(some), _MANY):
            seen = _seen(connection, tables, registry, actor, word[number], part, by="rid")
            found.update((number, rec) for rec in seen)
    return found


def _seen(
    connection: Connection,
    tables: Tables,
    registry: Registry,
    actor: Actor,
    name: str,
    keys: Collection[Any],
    *,
    by: str = "id",
) -> set[Any]:
    """Those of the records, by id or row id, living or dead, that the actor sees: the condition
    `permissions.visible`, which a page asks too often to have it put into words each time."""
    entity = registry.entity(name)
    people = owners_seen(actor, entity)
    if people is not None and not people:
        return set()
    rows = whose_are(connection, tables, entity, keys, by=by)
    if people is None:
        return {row[0] for row in rows}
    return {key for key, *whose in rows if whose[0] is None or not people.isdisjoint(whose)}


def whose_are(
    connection: Connection, tables: Tables, entity: EntitySpec, keys: Collection[Any], *, by: str
) -> list[tuple[Any, ...]]:
    """Of records, by `id` or `rid`: that key, the owner and the sharer, as far as there are such
    fields."""
    table = tables.of(entity.name).c
    names = [by, *(one for one in (entity.owner, entity.sharer) if one)]

    def make() -> Select[Any]:
        return select(*(table[one] for one in names)).where(listed(connection, table[by], "keys"))

    return ask(connection, tables, ("whose", entity.name, by), make, keys=as_list(connection, keys))


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
