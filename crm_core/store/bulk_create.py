"""Creating many records at once: the way of an import, at a fraction of what one by one costs.

The same rows, log, outbox and marks for the indexes come about as by `changelog.apply`; a test
holds the two to each other. What is left out is what cannot be: records that nobody knows yet
have no state to fold into, no conflict, and nothing that waits for them.
"""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from sqlalchemy import select

from crm_core.clock import ZERO_STAMP, stamp_ticks
from crm_core.errors import BugError
from crm_core.model.schema import EntitySpec, Kind
from crm_core.model.values import Value
from crm_core.store import fact_marks, indexer, kept, match_index, oplog, states
from crm_core.store.changelog import Applied
from crm_core.store.encoding import pack
from crm_core.store.rows import among, fetch, insert
from crm_core.store.unit_of_work import Unit
from crm_core.sync.change import Operation, Verb

Made = Mapping[str, Mapping[str, Value]]
"""Id → values in their written form; ids nobody has used."""


def create_clean(unit: Unit, entity_name: str, rows: Made) -> None:
    """Add records whose values were normalised, found whole and permitted already.

    BugError for fields the entity has not, and for ids in use.
    """
    if not rows:
        return
    entity = unit.registry.entity(entity_name)
    _check(unit, entity, rows)
    first = states.next_rec(unit.connection, unit.tables, entity_name)
    recs = {record_id: first + place for place, record_id in enumerate(rows)}
    operations = _operations(unit, entity_name, rows)
    _write_rows(unit, entity, rows, operations, first=first)
    log_rids = oplog.append_creations(unit.connection, unit.tables, operations, recs)
    done = Applied(fresh=operations, log_rids=log_rids)
    done.changed[entity_name].update(rows)
    _mark(unit, entity, recs)
    unit.applied.extend(done)
    if entity_name in unit.held:
        unit.held[entity_name].absent -= rows.keys()
    made = unit.made.setdefault(entity_name, {})
    made.update((record_id, {"id": record_id, **values}) for record_id, values in rows.items())


def _check(unit: Unit, entity: EntitySpec, rows: Made) -> None:
    named: set[str] = set()
    for values in rows.values():
        named.update(values)
    unknown = named - {spec.name for spec in entity.fields}
    if unknown:
        raise BugError(f"{entity.name} has no fields {sorted(unknown)}")
    table = unit.tables.of(entity.name)
    used = select(table.c.id).where(among(unit.connection, table.c.id, list(rows)))
    if fetch(unit.connection, used):
        raise BugError(f"ids of {entity.name} are in use")


def _operations(unit: Unit, entity: str, rows: Made) -> list[Operation]:
    stamps, node, group = unit.hybrid.ticks(len(rows)), unit.hybrid.node, unit.group
    actor, reason, before = unit.actor.user_id, unit.reason, unit.sequence
    made = [
        Operation(
            replica=node, replica_seq=number, entity=entity, id=record_id, verb=Verb.CREATE,
            field="", value=_filled(values), before=None, hlc=stamp, base=ZERO_STAMP, group=group,
            actor=actor, reason=reason,
        )
        for number, ((record_id, values), stamp) in enumerate(
            zip(rows.items(), stamps, strict=True), before + 1
        )
    ]  # fmt: skip
    unit.sequence += len(made)
    return made


def _filled(values: Mapping[str, Value]) -> dict[str, Value]:
    if None not in values.values():
        return dict(values)
    return {name: value for name, value in values.items() if value is not None}


def _write_rows(
    unit: Unit, entity: EntitySpec, rows: Made, operations: Sequence[Operation], *, first: int
) -> None:
    """Only the columns that any of the records fills; the others are empty by themselves."""
    by = unit.tables.words.number(unit.connection, unit.hybrid.node)
    used: set[str] = set().union(*rows.values())
    names = tuple(spec.name for spec in entity.fields if spec.name in used)
    sets = {spec.name for spec in entity.fields if spec.kind is Kind.SET}
    listed = [name for name in names if name in sets]
    made: list[tuple[Any, ...]] = []
    for rec, operation, values in zip(count(first), operations, rows.values(), strict=False):
        if listed:
            packed = {name: pack(values[name]) for name in listed if values.get(name) is not None}
            values = {**values, **packed}
        head = (rec, operation.id, True, stamp_ticks(operation.hlc), by)
        made.append((*head, *map(values.get, names)))
    columns = ("rid", "id", *states.HEAD_COLUMNS[:3], *names)
    insert(unit.connection, unit.tables, unit.tables.of(entity.name), made, columns=columns)
    kept.stir(unit.connection, unit.tables, [entity.name])


def _mark(unit: Unit, entity: EntitySpec, recs: Mapping[str, int]) -> None:
    """Have the records indexed: a few at once, many soon."""
    connection, tables = unit.connection, unit.tables
    fact_marks.mark_rows(connection, tables, entity.name, recs.values())
    if len(recs) <= indexer.AT_ONCE:
        rids = list(recs.values())
        indexer.refresh_rows(connection, tables, unit.registry, {entity.name: rids})
        return
    number = tables.words.number(connection, entity.name)
    # Nothing is marked under these row ids: whatever takes a record out unmarks it.
    marks = [(number, rec) for rec in recs.values()]
    if entity.name in match_index.FILED:
        insert(connection, tables, tables.match_stale, marks)
    if entity.searchable and not tables.lean:
        insert(connection, tables, tables.search_stale, marks)
