"""A person in the records: who counts as one, what hangs under them, where else they are.

Reads only. A person is a contact, a lead, or a customer of the kind "person".
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, or_, select

from crm_core.errors import SyncCode, SyncError
from crm_core.store.log import aliases, oplog
from crm_core.store.reading.records import chunks
from sync_server.services import people
from sync_server.services.erasure.mentions import Mention, Words, mentions_of, words_of
from sync_server.services.exchange.visibility import visible_targets
from sync_server.services.quarantining.quarantine import wiped
from sync_server.services.server import Server
from sync_server.services.shelves.erasure_journal import Target
from sync_server.services.signing_in.devices import all_devices

ROOTS = ("contact", "lead", "customer")
_SAYING = ("name", "phone", "email", "wechat")
"""The fields by which a person is known."""
_MOST_CANDIDATES = 50


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that may be about the same person; an administrator decides."""

    entity: str
    id: str
    title: str
    why: tuple[str, ...]
    """`phone`, `email`, `name`: what both have."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A device that has, or may have, some of it."""

    node: str
    name: str
    user: str
    """Name of its person."""
    last_contact: int
    """Milliseconds since 1970."""
    revoked: bool
    wiped: bool
    records: int


@dataclass(frozen=True, slots=True)
class Person:
    """What there is about one person."""

    entity: str
    id: str
    title: str
    alive: bool
    """False where the record was deleted; its data is still here."""
    records: dict[str, int]
    """Entity → number of records that belong to the person."""
    files: int
    candidates: tuple[Candidate, ...]
    mentions: tuple[Mention, ...]
    more: bool
    """Whether there are more mentions than these."""
    holders: tuple[Holder, ...]


def look(server: Server, roots: Collection[Target]) -> Person:
    """What there is about the person that these records are; the first names them.

    SyncError: PERSON_UNKNOWN.
    """
    roots = list(dict.fromkeys(roots))
    with server.reading() as connection:
        rows = checked(connection, server, roots)
        its = belongings(connection, server, roots)
        words = words_known(connection, server, roots)
        found, more = mentions_of(connection, server, words, beside=its)
        first = rows[roots[0]]
        return Person(
            entity=roots[0][0], id=roots[0][1], title=str(first["name"] or ""),
            alive=bool(first["alive"]), records=counted(its),
            files=len(addresses(connection, server, its)),
            candidates=tuple(_candidates(connection, server, rows, its)),
            mentions=tuple(found), more=more, holders=tuple(holders(connection, server, its)),
        )  # fmt: skip


def find(server: Server, record_id: str) -> Target:
    """The person with this id. SyncError: PERSON_UNKNOWN."""
    with server.reading() as connection:
        for entity in ROOTS:
            table = server.replica.tables.of(entity)
            if connection.scalar(select(table.c.rid).where(table.c.id == record_id)) is not None:
                checked(connection, server, [(entity, record_id)])
                return entity, record_id
    raise SyncError(SyncCode.PERSON_UNKNOWN, record_id)


def checked(
    connection: Connection, server: Server, roots: Iterable[Target]
) -> dict[Target, Mapping[str, Any]]:
    """The rows of people, deleted ones included. SyncError(PERSON_UNKNOWN) for anything else."""
    found: dict[Target, Mapping[str, Any]] = {}
    for entity, record in roots:
        if entity not in ROOTS:
            raise SyncError(SyncCode.PERSON_UNKNOWN, entity)
        table = server.replica.tables.of(entity)
        row = connection.execute(select(table).where(table.c.id == record)).one_or_none()
        if row is None or (entity == "customer" and row.kind != "person"):
            raise SyncError(SyncCode.PERSON_UNKNOWN, record)
        found[entity, record] = dict(row._mapping)
    return found


def same_person(
    connection: Connection, server: Server, roots: Iterable[Target]
) -> dict[Target, Target]:
    """These records and those they were merged with, in either direction → the one of `roots`.

    A company that a person was merged into stays out of it; what was merged into a person does not.
    """
    tables = server.replica.tables
    found: dict[Target, Target] = {}
    for root in roots:
        found.setdefault(root, root)
        entity = root[0]
        top = aliases.roots(connection, tables, entity, [root[1]])[root[1]]
        if entity == "customer" and top != root[1]:
            table = tables.of(entity)
            kind = connection.scalar(select(table.c.kind).where(table.c.id == top))
            top = top if kind == "person" else root[1]
        for one in (top, *aliases.aliases_of(connection, tables, entity, [top])):
            found.setdefault((entity, one), root)
    return found


def belongings(
    connection: Connection, server: Server, roots: Iterable[Target]
) -> dict[Target, Target]:
    """Everything that hangs under these records, themselves included, deleted ones too: record →
    the one of `roots` it was found under."""
    tables, registry = server.replica.tables, server.replica.registry
    found = same_person(connection, server, roots)
    level = dict(found)
    while level:
        below: dict[Target, Target] = {}
        parents: dict[str, list[str]] = defaultdict(list)
        for entity, record in level:
            parents[entity].append(record)
        for entity, ids in parents.items():
            for child, spec in registry.children_of(entity):
                table = tables.of(child.name)
                column = table.c[spec.name]
                for part in chunks(ids):
                    asked = select(table.c.id, column).where(column.in_(part))
                    for record, parent in connection.execute(asked):
                        below.setdefault((child.name, record), level[entity, parent])
        level = {target: root for target, root in below.items() if target not in found}
        found |= level
    return found


def counted(targets: Iterable[Target]) -> dict[str, int]:
    """How many records, by entity."""
    total: dict[str, int] = defaultdict(int)
    for entity, _ in targets:
        total[entity] += 1
    return dict(sorted(total.items()))


def addresses(connection: Connection, server: Server, targets: Iterable[Target]) -> set[str]:
    """The addresses of the files that these attachments name."""
    table, found = server.replica.tables.of("attachment"), set[str]()
    for part in chunks(sorted(record for entity, record in targets if entity == "attachment")):
        named = select(table.c.sha256).where(table.c.id.in_(part), table.c.sha256.is_not(None))
        found.update(connection.scalars(named))
    return found


def words_known(connection: Connection, server: Server, roots: Iterable[Target]) -> Words:
    """Names, numbers and addresses these people have or ever had."""
    said: dict[str, set[str]] = {name: set() for name in _SAYING}
    for entity, record in same_person(connection, server, roots):
        for o in oplog.of_record(connection, server.replica.tables, entity, record):
            held = [*o.created_values.items(), (o.field, o.value), (o.field, o.before)]
            for name, value in held:
                if name in said and isinstance(value, str):
                    said[name].add(value)
    return words_of(said)


def holders(
    connection: Connection, server: Server, targets: Collection[Target]
) -> list[Holder]:  # fmt: skip
    """The devices that were filled and whose person sees some of these records."""
    replica, found = server.replica, list[Holder]()
    filled = set(connection.scalars(select(server.tables.scope.c.node)))
    farewells = wiped(connection, server)
    for device in all_devices(connection, server.tables):
        actor = people.actor_of(connection, replica.tables, device.user_id, left=True)
        if device.node not in filled or actor is None:
            continue
        seen = visible_targets(connection, replica.tables, replica.registry, actor, targets)
        if seen:
            name = people.described(connection, replica.tables, device.user_id)["name"]
            found.append(
                Holder(device.node, device.name, name, device.last_contact, device.revoked,
                       device.node in farewells, len(seen))
            )  # fmt: skip
    return found


def _candidates(
    connection: Connection,
    server: Server,
    rows: Mapping[Target, Mapping[str, Any]],
    its: Collection[Target],
) -> list[Candidate]:
    found: dict[Target, tuple[str, set[str]]] = {}
    for row in rows.values():
        for entity in ROOTS:
            for other in _alike(connection, server, entity, row):
                target = (entity, str(other["id"]))
                if target not in its:
                    why = found.setdefault(target, (str(other["name"] or ""), set()))[1]
                    why |= _why(row, other)
    listed = [Candidate(*target, title, tuple(sorted(why)))
              for target, (title, why) in sorted(found.items())]  # fmt: skip
    return listed[:_MOST_CANDIDATES]


def _alike(
    connection: Connection, server: Server, entity: str, row: Mapping[str, Any]
) -> list[dict[str, Any]]:
    table = server.replica.tables.of(entity)
    same = [table.c[f] == row[f] for f in ("phone", "email") if f in table.c and row.get(f)]
    if row.get("name"):
        named = table.c.name == row["name"]
        if entity != "customer":
            named &= table.c.customer == row.get("customer", row["id"])
        same.append(named)
    if not same:
        return []
    asked = select(table).where(or_(*same)).limit(_MOST_CANDIDATES + 1)
    if entity == "customer":
        asked = asked.where(table.c.kind == "person")
    return [dict(found._mapping) for found in connection.execute(asked)]


def _why(row: Mapping[str, Any], other: Mapping[str, Any]) -> set[str]:
    return {f for f in ("name", "phone", "email") if row.get(f) and row.get(f) == other.get(f)}
