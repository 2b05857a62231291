"""What follows on the server from merges: nothing keeps pointing at an alias, nothing in a circle.

Runs in the transaction of every push, over what it brought. Whoever merges moves what they see; the
server moves the rest, what arrives late from devices that did not know, and back what a merge that
ended had moved. Where each record belongs is worked out from the log (`store.log.aliases`), so the
order in which devices came makes no difference (decision 046).
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Select, or_, select

from crm_core.model.merging import (
    FOLLOWED,
    LINKED,
    MERGED_INTO,
    followed_fields,
    mergeable,
    references_to,
)
from crm_core.model.schema import EntitySpec, Registry
from crm_core.store.changes import states
from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.log import aliases
from crm_core.store.log.aliases import Pointing
from crm_core.store.reading.records import chunks
from crm_core.store.reading.rows import as_list, ask, listed
from crm_core.store.replica import MakeUnit
from crm_core.sync.change import DELETE, SET, Operation, Verb, by_entity
from crm_core.sync.history import Edit
from sync_server.services import audit
from sync_server.services.merging import late_edits, twins

_MANY = 5_000
Ids = dict[str, set[str]]
"""Entity → ids."""


def follow(make: MakeUnit, operations: Sequence[Operation]) -> Iterator[Unit]:
    """Write what follows from operations just applied, as acts of the server's own."""
    operations = list(operations)  # What is yielded is added to the one given.
    for linked in twins.link(make, operations):
        yield linked
        operations += linked.applied.fresh
    unit = make(audit.SERVER_ACTOR, FOLLOWED)
    turned = _turned(unit.registry, operations)
    for entity in filter(mergeable, unit.registry):
        ids = turned.get(entity.name)
        if ids is None:
            continue
        ids |= _open_circles(unit, entity.name, ids)
        _revive(unit, entity, ids, operations)
    late_edits.carry(unit, operations)
    moves = _of_links(unit, turned)
    for target, found in _of_records(unit, operations).items():
        moves[target] |= found
    for target, pointing in moves.items():
        _move(unit, target, pointing)
    _tell(unit, operations)
    if unit.applied.fresh:
        yield unit


def _turned(registry: Registry, operations: Sequence[Operation]) -> Ids:
    """Records that became aliases of others, or ceased to be; empty for an entity of which records
    were only deleted."""
    found: Ids = defaultdict(set)
    known = {entity.name for entity in registry if mergeable(entity)}
    for one in operations:
        if (one.verb is SET and one.field != MERGED_INTO) or one.entity not in known:
            continue
        if one.verb is DELETE:
            found[one.entity] |= set()
        if one.field == MERGED_INTO or MERGED_INTO in one.created_values:
            found[one.entity].add(one.id)
    return found


def _mergeable(registry: Registry, one: Operation) -> bool:
    """Whether an operation is on what can be merged here; a newer client may know of more."""
    return one.entity in registry and mergeable(registry.entity(one.entity))


# -- links -------------------------------------------------------------------------------------


def _open_circles(unit: Unit, entity: str, ids: Collection[str]) -> set[str]:
    """Of links that go in a circle, take back the one made last; the records those began at."""
    opened: set[str] = set()
    while True:
        above = aliases.links_above(unit.connection, unit.tables, entity, set(ids) | opened)
        circle = next((c for one in sorted(ids) if (c := _circle(above, one))), None)
        if circle is None:
            return opened
        held = states.load(unit.connection, unit.tables, entity, circle).states
        last = max(circle, key=lambda one: held[one].stamp_of(MERGED_INTO))
        unit.edit([Edit(entity, last, Verb.SET, MERGED_INTO, None)])
        opened.add(last)


def _circle(links: dict[str, str], begin: str) -> list[str]:
    """The records of the circle that links lead into from here; none where they end."""
    path: list[str] = []
    at: str | None = begin
    while at is not None and at not in path:
        path.append(at)
        at = links.get(at)
    return [] if at is None else path[path.index(at) :]


def _revive(
    unit: Unit, spec: EntitySpec, turned: Collection[str], operations: Sequence[Operation]
) -> None:
    """A merge is an edit of both: one newer than the deletion of the record it leads to brings
    that back (rule 8), in whichever order the two arrive."""
    entity = spec.name
    deleted = {o.id for o in operations if o.entity == entity and o.verb is DELETE}
    into = set(aliases.links(unit.connection, unit.tables, entity, turned).values())
    held = states.load(unit.connection, unit.tables, entity, into | deleted).states
    dead = {one for one, state in held.items() if not state.alive and not state.merged}
    below = aliases.direct(unit.connection, unit.tables, entity, dead)
    merged = states.load(unit.connection, unit.tables, entity, below).states
    edits = []
    for one in sorted(dead):
        stamps = [merged[a].stamp_of(MERGED_INTO) for a, at in below.items() if at == one]
        if stamps and max(stamps) > held[one].deleted:
            title = held[one].values.get(spec.title)
            edits.append(Edit(entity, one, Verb.SET, spec.title, title))
    unit.edit(edits)


# -- what points at them -----------------------------------------------------------------------


def _of_links(unit: Unit, turned: Ids) -> dict[str, set[Pointing]]:
    """By entity pointed at, what may have to move because links have changed."""
    found: dict[str, set[Pointing]] = defaultdict(set)
    for target, ids in turned.items():
        places = _places(unit, target, ids)
        for entity, spec in references_to(unit.registry, target):
            at = aliases.pointing_at(unit.connection, unit.tables, entity.name, spec, places)
            found[target].update(at)
    return found


def _places(unit: Unit, target: str, ids: Collection[str]) -> set[str]:
    """Where the belongings of these records can be: with them, with whatever they were ever merged
    into, and where that has gone since."""
    ever = aliases.ever_linked(unit.connection, unit.tables, target, ids)
    places = set(ids)
    for operations in ever.values():
        if len(operations) > 1:  # The first link finds everything where it was.
            parts = {part for o in operations for part in (o.value, o.before)}
            places |= {part for part in parts if isinstance(part, str)}
    return places | set(aliases.roots(unit.connection, unit.tables, target, places).values())


def _of_records(unit: Unit, operations: Sequence[Operation]) -> dict[str, set[Pointing]]:
    """By entity pointed at, records just written that point at an alias, or whose author's word on
    where they belong a merge has overruled."""
    found: dict[str, set[Pointing]] = defaultdict(set)
    asked: dict[str, set[Pointing]] = defaultdict(set)
    written: Ids = defaultdict(set)
    said: dict[tuple[str, str, str], set[object]] = defaultdict(set)
    turned: set[tuple[str, str]] = set()
    known = {name: some for name, some in by_entity(operations).items() if name in unit.registry}
    followed = {
        (name, spec.name)
        for name in known for spec in followed_fields(unit.registry, unit.registry.entity(name))
    }  # fmt: skip
    for name, some in known.items():
        written[name] = {one.id for one in some}
        for one in some:
            if one.field == MERGED_INTO:
                turned.add((name, one.id))
            elif (name, one.field) in followed and isinstance(one.value, str | None):
                said[name, one.field, one.id].add(one.value)
    for name, ids in written.items():
        entity = unit.registry.entity(name)
        for pointing, restored in _pointing(unit, entity, ids):
            target = entity.field_spec(pointing.field).target
            overruled = said.get((name, pointing.field, pointing.id), set()) - {pointing.at}
            # What was in the bin or an alias itself stayed behind when a merge ended.
            late = restored or (name, pointing.id) in turned
            (found if overruled or late else asked)[target].add(pointing)
    for target, those in asked.items():
        linked = aliases.links(unit.connection, unit.tables, target, {one.at for one in those})
        found[target] |= {one for one in those if one.at in linked}
    return found


def _pointing(
    unit: Unit, entity: EntitySpec, ids: Collection[str]
) -> Iterator[tuple[Pointing, bool]]:
    """Where these records point, and whether they were in the bin once."""
    table, specs = unit.tables.of(entity.name), followed_fields(unit.registry, entity)
    if not specs:
        return

    def make() -> Select[Any]:
        columns = select(table.c.id, table.c.deleted_at, *(table.c[spec.name] for spec in specs))
        pointing = or_(*(table.c[spec.name].is_not(None) for spec in specs))
        these = listed(unit.connection, table.c.id, "ids")
        return columns.where(these, table.c.alive.is_(True), pointing)

    key = ("followed", entity.name, *(spec.name for spec in specs))
    for part in chunks(sorted(ids), _MANY):
        given = as_list(unit.connection, part)
        for row in ask(unit.connection, unit.tables, key, make, ids=given):
            for spec, at in zip(specs, row[2:], strict=True):
                if at is not None:
                    yield Pointing(entity.name, spec.name, row[0], at), row[1] is not None


def _move(unit: Unit, target: str, pointing: Collection[Pointing]) -> None:
    listed = sorted(pointing, key=lambda one: (one.entity, one.id, one.field))
    wrong = aliases.misplaced(unit.connection, unit.tables, target, listed)
    changes: dict[str, dict[str, dict[str, object]]] = defaultdict(lambda: defaultdict(dict))
    for one, there in wrong.items():
        changes[one.entity][one.id][one.field] = there
    for entity, fields in changes.items():
        unit.change_many(entity, fields)


# -- what is told ------------------------------------------------------------------------------


def _tell(unit: Unit, operations: Sequence[Operation]) -> None:
    """The audit log: which record, into which, by whom; no name."""
    entries = []
    for one in operations:
        if one.field != MERGED_INTO or not _mergeable(unit.registry, one):
            continue
        made = "linked" if one.reason == LINKED else "merged"
        kind, other = (made, one.value) if one.value else ("unmerged", one.before)
        about = f"{one.entity} {one.id}"
        event = audit.Event(
            kind, one.actor, one.actor, device=one.replica, about=about, detail=str(other or "")
        )
        entries.append(audit.values_of(unit, event))
    unit.create_many("audit_entry", entries)
