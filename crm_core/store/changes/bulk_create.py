"""Creating many records at once: the way of an import, at a fraction of what one by one costs.

The same rows, log, outbox and marks for the indexes come about as by `changelog.apply`; a test
holds the two to each other. What is left out is what cannot be: records that nobody knows yet
have no state to fold into, no conflict, and nothing that waits for them.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from operator import itemgetter
from typing import Any

from sqlalchemy import Table, insert, literal, select

from crm_core.clock import ZERO_STAMP, stamp_ticks
from crm_core.errors import BugError
from crm_core.model.schema import EntitySpec, Kind
from crm_core.model.values import Value
from crm_core.store.changes import states
from crm_core.store.changes.changelog import Applied
from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.engines import kept
from crm_core.store.engines.engine import CLASHES
from crm_core.store.indexes import fact_marks, indexer, match_index
from crm_core.store.log import oplog
from crm_core.store.reading import rows
from crm_core.store.schema.encoding import pack
from crm_core.sync.change import Operation, Verb

Made = Mapping[str, Mapping[str, Value]]
"""Id → values in their written form; ids nobody has used."""
Columns = dict[str, Sequence[Value]]


@dataclass(frozen=True, slots=True)
class _Numbers:
    """What the first of some records is numbered by; the others follow one by one."""

    many: int
    rec: int
    tick: int

    @property
    def recs(self) -> range:
        return range(self.rec, self.rec + self.many)

    @property
    def ticks(self) -> range:
        return range(self.tick, self.tick + self.many)


def create_clean(unit: Unit, entity_name: str, made: Made) -> None:
    """Add records whose values were normalised, found whole and permitted already.

    BugError for fields the entity has not, and for ids in use.
    """
    if not made:
        return
    entity = unit.registry.entity(entity_name)
    columns = _columns(entity, made)
    operations = _operations(unit, entity_name, made, columns)
    rec = states.next_rec(unit.connection, unit.tables, entity_name)
    numbers = _Numbers(len(made), rec, stamp_ticks(operations[0].hlc))
    _write_rows(unit, entity, made, columns, numbers)
    log_rids = oplog.append_creations(unit.connection, unit.tables, operations, first_rec=rec)
    done = Applied(fresh=operations, log_rids=log_rids)
    done.changed[entity_name].update(made)
    _mark(unit, entity, numbers.recs)
    unit.applied.extend(done)
    if entity_name in unit.held:
        unit.held[entity_name].absent -= made.keys()
    unit.made.setdefault(entity_name, {}).update(made)


def _columns(entity: EntitySpec, made: Made) -> Columns:
    """Field by field, as far as any of the records fills it: the others are empty by themselves."""
    used: set[str] = set().union(*made.values())
    names = tuple(spec.name for spec in entity.fields if spec.name in used)
    if len(names) < len(used):
        raise BugError(f"{entity.name} has no fields {sorted(used - set(names))}")
    if len(names) > 1 and sum(map(len, made.values())) == len(names) * len(made):
        read: Iterator[tuple[Value, ...]] = map(itemgetter(*names), made.values())
    else:
        read = (tuple(map(values.get, names)) for values in made.values())
    return dict(zip(names, zip(*read, strict=True), strict=True)) if names else {}


def _operations(unit: Unit, entity: str, made: Made, columns: Columns) -> list[Operation]:
    stamps, node, group = unit.hybrid.ticks(len(made)), unit.hybrid.node, unit.group
    actor, reason, before = unit.actor.user_id, unit.reason, unit.sequence
    full = all(_full(column) for column in columns.values())
    operations = [
        Operation(
            replica=node, replica_seq=number, entity=entity, id=record_id, verb=Verb.CREATE,
            field="", value=dict(values) if full else _filled(values), before=None, hlc=stamp,
            base=ZERO_STAMP, group=group, actor=actor, reason=reason,
        )
        for number, ((record_id, values), stamp) in enumerate(
            zip(made.items(), stamps, strict=True), before + 1
        )
    ]  # fmt: skip
    unit.sequence += len(operations)
    return operations


def _full(column: Collection[Value]) -> bool:
    return all(column) or None not in column  # Mostly true at once: a look at each costs more.


def _filled(values: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in values.items() if value is not None}


def _write_rows(
    unit: Unit, entity: EntitySpec, made: Made, columns: Columns, numbers: _Numbers
) -> None:
    by = unit.tables.words.number(unit.connection, unit.hybrid.node)
    sets = {spec.name for spec in entity.fields if spec.kind is Kind.SET}
    written: list[Sequence[Any]] = [
        [None if value is None else pack(value) for value in column] if name in sets else column
        for name, column in columns.items()
    ]
    head = (numbers.recs, made, repeat(True), numbers.ticks, repeat(by))
    names = ("rid", "id", *states.HEAD_COLUMNS[:3], *columns)
    table = unit.tables.of(entity.name)
    try:
        rows.insert(
            unit.connection, unit.tables, table, list(zip(*head, *written, strict=False)),
            columns=names,
        )  # fmt: skip
    except CLASHES as error:
        raise BugError(f"ids of {entity.name} are in use") from error
    kept.stir(unit.connection, unit.tables, [entity.name])


def _mark(unit: Unit, entity: EntitySpec, recs: range) -> None:
    """Have the records indexed: a few at once, many soon."""
    connection, tables = unit.connection, unit.tables
    fact_marks.mark_rows(connection, tables, entity.name, recs)
    if len(recs) <= indexer.AT_ONCE:
        indexer.refresh_rows(connection, tables, unit.registry, {entity.name: list(recs)})
        return
    # Nothing is marked under these row ids: whatever takes a record out unmarks it.
    if entity.name in match_index.FILED:
        _mark_all(unit, entity, tables.match_stale, recs)
    if entity.searchable and not tables.lean:
        _mark_all(unit, entity, tables.search_stale, recs)


def _mark_all(unit: Unit, entity: EntitySpec, marks: Table, recs: range) -> None:
    """In one statement: handed over one by one, each costs twice as much."""
    number = unit.tables.words.number(unit.connection, entity.name)
    rid = unit.tables.of(entity.name).c.rid
    these = select(literal(number), rid).where(rid.between(recs[0], recs[-1]))
    unit.connection.execute(insert(marks).from_select(["entity", "rec"], these))
