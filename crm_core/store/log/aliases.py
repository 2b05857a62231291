"""Aliases: records merged into others. Which there are, where each leads, what each brought along.

Reads only. Every answer is worked out from rows and the log, never from the order in which things
arrived here: two databases that hold the same say the same (decision 046).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, select, true

from crm_core.clock import stamp_ticks
from crm_core.model.merging import FOLLOWED, MERGED_INTO, references_to
from crm_core.model.schema import FieldSpec, Registry
from crm_core.store.log import oplog
from crm_core.store.reading.records import chunks
from crm_core.store.reading.rows import as_list, ask, listed
from crm_core.store.schema.tables import Tables
from crm_core.sync.change import Operation, Verb


def links(
    connection: Connection, tables: Tables, entity: str, ids: Collection[str]
) -> dict[str, str]:
    """Alias → the record it was merged into, for those of the ids that are aliases."""
    table = tables.of(entity)

    def make() -> Select[Any]:
        these = listed(connection, table.c.id, "ids")
        into = table.c[MERGED_INTO]
        return select(table.c.id, into).where(these, into.is_not(None))

    asked = as_list(connection, sorted(ids))
    return dict(ask(connection, tables, ("links", entity), make, ids=asked))


def links_above(
    connection: Connection, tables: Tables, entity: str, ids: Collection[str]
) -> dict[str, str]:
    """The links that lead on from these records, and from where those lead, to the end."""
    found: dict[str, str] = {}
    level = set(ids)
    while level:
        above = links(connection, tables, entity, level)
        found |= above
        level = set(above.values()) - found.keys()
    return found


def root_of(links: Mapping[str, str], record_id: str) -> str:
    """Where a record is met: the end of its links. In a circle, which lasts only until the server
    opens it, a record is where it is."""
    seen, at = {record_id}, record_id
    while (following := links.get(at)) is not None:
        if following in seen:
            return record_id
        seen.add(following)
        at = following
    return at


def roots(
    connection: Connection, tables: Tables, entity: str, ids: Collection[str]
) -> dict[str, str]:
    """Where each of these records is met; itself where it is no alias."""
    above = links_above(connection, tables, entity, ids)
    return {one: root_of(above, one) for one in ids}


def direct(
    connection: Connection, tables: Tables, entity: str, ids: Collection[str]
) -> dict[str, str]:
    """The records merged into one of these themselves → which."""
    table, found = tables.of(entity), dict[str, str]()
    into = table.c[MERGED_INTO]
    for part in chunks(sorted(ids)):
        rows = select(table.c.id, into).where(into.in_(part), into.is_not(None))
        found.update((row[0], row[1]) for row in connection.execute(rows))
    return found


def aliases_of(
    connection: Connection, tables: Tables, entity: str, ids: Collection[str]
) -> dict[str, str]:
    """Every record that leads to one of these, near or far → the one it was merged into."""
    found: dict[str, str] = {}
    level = set(ids)
    while level:
        below = direct(connection, tables, entity, level)
        new = {one: into for one, into in below.items() if one not in found and one not in ids}
        found |= new
        level = set(new)
    return found


def ever_linked(
    connection: Connection, tables: Tables, entity: str, ids: Collection[str]
) -> dict[str, list[Operation]]:
    """Everything that was ever written to the links of these records, by record, oldest first."""
    log, found = tables.log, defaultdict[str, list[Operation]](list)
    number = tables.words.find(connection, MERGED_INTO)
    if number is None:
        return found
    for part in chunks(sorted(ids)):
        about = oplog.on_record(connection, tables, entity, part)
        rows = oplog.statement(tables).where(about, log.c.field == number)
        for _, operation in oplog.read(connection, tables, rows):
            found[operation.id].append(operation)
    for operations in found.values():
        operations.sort(key=lambda o: o.hlc)
    return found


@dataclass(frozen=True, slots=True)
class Pointing:
    """One record that points at another of the kind that can be merged."""

    entity: str
    field: str
    id: str
    at: str
    """Where it points now."""


def pointing_at(
    connection: Connection,
    tables: Tables,
    entity: str,
    spec: FieldSpec,
    ids: Collection[str],
    *,
    since: str = "",
) -> list[Pointing]:
    """The living records of `entity` that point at one of these by a field; only those created
    after the stamp `since`, where it is given."""
    table, found = tables.of(entity), list[Pointing]()
    column = table.c[spec.name]
    lately = table.c.created_at > stamp_ticks(since) if since else true()
    for part in chunks(sorted(ids)):
        rows = select(table.c.id, column).where(column.in_(part), table.c.alive.is_(True), lately)
        found += [Pointing(entity, spec.name, row[0], row[1]) for row in connection.execute(rows)]
    return found


def origins(
    connection: Connection, tables: Tables, target: str, pointing: Sequence[Pointing]
) -> dict[Pointing, str]:
    """Where each of these was put by a person, merges passed over; one of which this database
    knows no write is left out.

    A merge moves what points at an alias, and so does the server after it; neither is anybody's
    word about where it belongs. Nor is it where the end of a merge moves back what had come to that
    record by a merge of its own. `target` is the entity pointed at.
    """
    written = _written(connection, tables, pointing)
    places = {
        place
        for one, steps in written.items()
        for o in steps
        for place in (o.before, _value(o, one.field))
        if isinstance(place, str)
    }
    ever = _ever_from(connection, tables, target, places)
    acts = [one for operations in ever.values() for one in operations]
    merged = {(one.group, one.id) for one in acts if one.value is not None}
    ended = {(one.group, one.id) for one in acts if one.value is None}
    found: dict[Pointing, str] = {}
    for one, steps in written.items():
        # Of a record whose creation is not here, the first write known tells what it had before.
        put: object = steps[0].before
        for step in steps:
            there = _value(step, one.field)
            back = (step.group, there) in ended and _led(ever, put, there, step.hlc)
            if not back and not _moved(step, merged):
                put = there
        if isinstance(put, str):
            found[one] = put
    return found


def _ever_from(
    connection: Connection, tables: Tables, entity: str, ids: Collection[str]
) -> dict[str, list[Operation]]:
    """`ever_linked`, of these records and of all that they ever led to."""
    found: dict[str, list[Operation]] = {}
    asked, level = set[str](), set(ids)
    while level:
        ever = ever_linked(connection, tables, entity, level)
        found |= ever
        asked |= level
        into = {o.value for operations in ever.values() for o in operations}
        level = {one for one in into if isinstance(one, str)} - asked
    return found


def _led(ever: Mapping[str, Sequence[Operation]], put: object, to: str | None, hlc: str) -> bool:
    """Whether a record was, or led by its links, to another just before a stamp."""
    at, seen = put, set[str]()
    while isinstance(at, str) and at != to and at not in seen:
        seen.add(at)
        at = next((o.value for o in reversed(ever.get(at, ())) if o.hlc < hlc), None)
    return at is not None and at == to


def _moved(operation: Operation, merged: Collection[tuple[str, str]]) -> bool:
    """Whether a write of a reference only followed a merge, or changed nothing."""
    if operation.verb is not Verb.SET:
        return False
    if operation.reason == FOLLOWED or operation.value == operation.before:
        return True  # Written for no change, it only revived the record.
    before = operation.before  # A pushed one may be anything.
    return isinstance(before, str) and (operation.group, before) in merged


def _value(operation: Operation, field: str) -> str | None:
    value: object = operation.value
    if operation.verb is Verb.CREATE:
        value = operation.created_values.get(field)
    return value if isinstance(value, str) else None


def _written(
    connection: Connection, tables: Tables, pointing: Iterable[Pointing]
) -> dict[Pointing, list[Operation]]:
    """By record, what gave the field its values, in stamp order."""
    by_entity: dict[tuple[str, str], dict[str, Pointing]] = defaultdict(dict)
    for one in pointing:
        by_entity[one.entity, one.field][one.id] = one
    found: dict[Pointing, list[Operation]] = defaultdict(list)
    for (entity, field), wanted in by_entity.items():
        for _, operation in oplog.of_records(connection, tables, entity, wanted):
            if operation.verb is Verb.CREATE or operation.field == field:
                found[wanted[operation.id]].append(operation)
    for steps in found.values():
        steps.sort(key=lambda o: o.hlc)
    return found


def misplaced(
    connection: Connection, tables: Tables, target: str, pointing: Sequence[Pointing]
) -> dict[Pointing, str]:
    """Those that do not point where the record a person put them under is met now, and where that
    is."""
    put = origins(connection, tables, target, pointing)
    at = roots(connection, tables, target, set(put.values()))
    return {one: at[origin] for one, origin in put.items() if at[origin] != one.at}


def belonging(
    connection: Connection, tables: Tables, registry: Registry, target: str, alias: str
) -> list[Pointing]:
    """What would go back with an alias whose merge is taken back, as far as the history that is
    here tells: what a person had put under it, or under what was merged into it."""
    links_ = links_above(connection, tables, target, [alias])
    root, found = root_of(links_, alias), list[Pointing]()
    for entity, spec in references_to(registry, target):
        at = pointing_at(connection, tables, entity.name, spec, [root])
        put = origins(connection, tables, target, at)
        above = links_above(connection, tables, target, set(put.values()))
        above.pop(alias, None)
        found += [one for one, origin in put.items() if root_of(above, origin) == alias]
    return found


def never_parted(
    connection: Connection, tables: Tables, entity: str, groups: Sequence[Collection[str]]
) -> Iterator[int]:
    """The places of those groups of which no two were ever merged: nobody took them apart."""
    ever = ever_linked(connection, tables, entity, {one for group in groups for one in group})
    for place, group in enumerate(groups):
        inside = set(group)
        if not any(
            operation.value in inside or operation.before in inside
            for one in group
            for operation in ever.get(one, ())
            if isinstance(operation.value, str | None) and isinstance(operation.before, str | None)
        ):
            yield place
