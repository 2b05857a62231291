"""Creating many records at once: the way of an import, at a fraction of what one by one costs.

The same rows, log, outbox and marks for the indexes come about as by `changelog.apply`; a test
holds the two to each other. What is left out is what cannot be: records that nobody knows yet
have no state to fold into, no conflict, and nothing that waits for them. Records are given field
by field and stay so (decision 088).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, insert, literal, select

from crm_core.errors import BugError
from crm_core.model.schema import EntitySpec, Kind
from crm_core.model.values import Value
from crm_core.store.changes import states
from crm_core.store.changes.changelog import Applied, Made
from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.engines import kept
from crm_core.store.engines.engine import CLASHES
from crm_core.store.indexes import fact_marks, indexer, match_index
from crm_core.store.log import log_creations
from crm_core.store.reading import rows
from crm_core.store.schema.encoding import pack
from crm_core.sync.creations import Act, Creations

Columns = Mapping[str, Sequence[Value]]
"""Field → its values, one for each record."""


def _nobody() -> None:
    return None


def create_clean(unit: Unit, entity_name: str, made: Mapping[str, Mapping[str, Value]]) -> None:
    """`create_columns` for records given one by one: id → values."""
    used = set[str]().union(*made.values())
    create_columns(
        unit, entity_name, list(made),
        {name: [values.get(name) for values in made.values()] for name in sorted(used)},
    )  # fmt: skip


def create_columns(
    unit: Unit,
    entity_name: str,
    ids: Sequence[str],
    columns: Columns,
    *,
    bound: Callable[[], object] = _nobody,
) -> None:
    """Add records whose values were normalised, found whole and permitted already; `ids` nobody
    has used. `bound` hears that the values were handed over: what is left is the database's.

    BugError for fields the entity has not, and for ids in use.
    """
    if not ids:
        return
    entity = unit.registry.entity(entity_name)
    creations = _creations(unit, entity_name, ids, _in_order(entity, columns))
    rec = states.next_rec(unit.connection, unit.tables, entity_name)
    recs = range(rec, rec + len(ids))
    _write_rows(unit, entity, creations, recs)
    bound()
    rids = log_creations.append(unit.connection, unit.tables, creations, recs)
    done = Applied(made=[Made(creations, rids)])
    done.changed[entity_name].update(ids)
    _mark(unit, entity, recs)
    unit.applied.extend(done)
    if entity_name in unit.held:
        unit.held[entity_name].absent -= set(ids)
    unit.made.setdefault(entity_name, []).append(creations)


def _in_order(entity: EntitySpec, columns: Columns) -> Columns:
    """The fields that any record fills: the others are empty by themselves."""
    if unknown := columns.keys() - {spec.name for spec in entity.fields}:
        raise BugError(f"{entity.name} has no fields {sorted(unknown)}")
    return {
        spec.name: column
        for spec in entity.fields
        if (column := columns.get(spec.name)) and not _empty(column)
    }


def _empty(column: Collection[Value]) -> bool:
    return not any(column) and all(value is None for value in column)


def _creations(unit: Unit, entity: str, ids: Sequence[str], columns: Columns) -> Creations:
    act = Act(
        replica=unit.hybrid.node, seq=unit.sequence + 1, tick=unit.hybrid.reserve(len(ids)),
        group=unit.group, actor=unit.actor.user_id, reason=unit.reason,
    )  # fmt: skip
    unit.sequence += len(ids)
    return Creations(act, entity, ids, columns)


def _write_rows(unit: Unit, entity: EntitySpec, creations: Creations, recs: range) -> None:
    act, many = creations.act, len(creations)
    by = unit.tables.words.number(unit.connection, act.replica)
    sets = {spec.name for spec in entity.fields if spec.kind is Kind.SET}
    alive, made_at, made_by = states.HEAD_COLUMNS[:3]
    written: dict[str, Sequence[Any]] = {
        "rid": recs, "id": creations.ids, alive: rows.Same([True] * many),
        made_at: range(act.tick, act.tick + many), made_by: rows.Same([by] * many),
    }  # fmt: skip
    for name, column in creations.columns.items():
        written[name] = _packed(column) if name in sets else column
    table = unit.tables.of(entity.name)
    try:
        rows.insert_columns(unit.connection, unit.tables, table, written)
    except CLASHES as error:
        raise BugError(f"ids of {entity.name} are in use") from error
    kept.stir(unit.connection, unit.tables, [entity.name])


def _packed(column: Sequence[Value]) -> list[str | None]:
    """Sets as they are stored. What rows of a file say there is mostly the same again and again,
    and the same list: known by itself, as long as the column holds it."""
    distinct = dict(zip(map(id, column), column, strict=True))
    known = {key: None if value is None else pack(value) for key, value in distinct.items()}
    return list(map(known.__getitem__, map(id, column)))


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
