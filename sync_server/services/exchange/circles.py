"""Whom news concerns: who sees a record that was written, or saw it until then (rule 13).

A hint that reaches everybody makes everybody ask: five hundred laptops after each edit of one of
them. What is said here need not be exact, as a device asks by itself now and then; in doubt it is
everybody.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from crm_core.errors import KnownError
from crm_core.model.schema import EntitySpec
from crm_core.store.engines import kept
from crm_core.store.reading.rows import fetch
from crm_core.store.schema.encoding import unpack
from sync_server.services.exchange.visibility import whose_are
from sync_server.services.live import Listener
from sync_server.services.people import EVERYBODY, NOBODY, Owners, actor_of, owners_of
from sync_server.services.server import Server

_MOST = 1_000
"""Operations that are looked at one by one; more are news for everybody."""

_Writers = Mapping[tuple[str, str], Collection[str]]
"""(entity, owner or NOBODY) → the nodes that wrote."""


def concerned(
    server: Server, listeners: Sequence[Listener], after: int, until: int
) -> Sequence[Listener]:
    """Those of the listeners who see something of what the log got at `(after, until]`, beyond
    what their own device wrote there."""
    try:
        with server.reading() as connection:
            writers = _writers(connection, server, after, until)
            if writers is None:
                return listeners
            return [one for one in listeners if _hears(connection, server, one, writers)]
    except KnownError:
        return listeners


def _writers(connection: Connection, server: Server, after: int, until: int) -> _Writers | None:
    """Whose records were written, and by which devices; None: everybody is to look."""
    tables, registry = server.replica.tables, server.replica.registry
    log = tables.log.c
    if until - after > _MOST:
        return None
    asked = select(log.entity, log.rec, log.field, log.before, log.prior, log.replica)
    rows = fetch(connection, asked.where(log.rid > after, log.rid <= until))
    if len(rows) < until - after:
        return None  # What was purged or erased has positions too.
    word = tables.words.texts(connection)
    by_entity: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        by_entity[row[0]].append(row)
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for number, written in by_entity.items():
        name = word[number]
        if name in kept.ENTITIES or name not in registry or any(row[1] is None for row in written):
            return None
        entity = registry.entity(name)
        owners = _owners(connection, server, entity, {row[1] for row in written})
        for _, rec, field, before, prior, by in written:
            people = owners.get(rec, {EVERYBODY})
            if field is not None and word[field] in (entity.owner, entity.sharer):
                people = people | _people(unpack(prior) if prior else unpack(before or "null"))
            for person in people:
                found[name, person].add(word[by])
    return found


def _owners(
    connection: Connection, server: Server, entity: EntitySpec, recs: Collection[int]
) -> dict[int, set[str]]:
    """By row, whose a record is and with whom it is shared."""
    if not entity.owner:
        return {}
    rows = whose_are(connection, server.replica.tables, entity, sorted(recs), by="rid")
    return {rec: set().union(*map(_people, whose)) or {NOBODY} for rec, *whose in rows}


def _people(held: Any) -> set[str]:
    """The people in a field that names some."""
    several = held if isinstance(held, list) else [held]
    return {str(one) for one in several if one}


def _hears(connection: Connection, server: Server, listener: Listener, writers: _Writers) -> bool:
    circles = _circles(connection, server, listener.person)
    if circles is None:
        return True  # Somebody who left is to learn of it.
    for (name, owner), nodes in writers.items():
        seen = circles.get(name, frozenset())
        if (owner in seen or EVERYBODY in seen or (seen and owner == EVERYBODY)) and (
            len(nodes) > 1 or listener.node not in nodes
        ):
            return True
    return False


def _circles(connection: Connection, server: Server, person: str) -> Mapping[str, Owners] | None:
    """By entity, whose records somebody sees."""
    tables, registry = server.replica.tables, server.replica.registry

    def read() -> Mapping[str, Owners] | None:
        actor = actor_of(connection, tables, person)
        return None if actor is None else owners_of(actor, registry)

    return kept.once(connection, tables, ("circles", person), read)
