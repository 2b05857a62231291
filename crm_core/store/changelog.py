"""`apply`: the one door through which every change, typed here or received, reaches the data.

Data, log, field stamps, conflicts, search index and outbox change in the caller's transaction or
not at all.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, and_, bindparam, select

from crm_core.model.schema import EntitySpec, Merge, Registry
from crm_core.store import conflicts, oplog, search
from crm_core.store.records import as_record, chunks
from crm_core.store.sort_keys import keyed_fields, keys_of, shown
from crm_core.store.tables import Tables
from crm_core.sync.change import Operation, Verb
from crm_core.sync.merge import Outcome, RecordState, fold, place_late, stamp_key, unplaced

Target = tuple[str, str]
"""(entity, record id)"""


@dataclass(slots=True)
class Applied:
    """What a batch did: the records it touched and the operations that were new here."""

    changed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    fresh: list[Operation] = field(default_factory=list)
    log_rids: dict[tuple[str, int], int] = field(default_factory=dict)

    def extend(self, other: "Applied") -> None:
        """Add the effects of a later batch of the same transaction."""
        for entity, ids in other.changed.items():
            self.changed[entity] |= ids
        self.fresh += other.fresh
        self.log_rids |= other.log_rids


@dataclass(slots=True)
class _Batch:
    """Working state of one `apply`: the records involved and what must be written of them."""

    states: dict[Target, RecordState]
    dirty: dict[Target, set[str]] = field(default_factory=lambda: defaultdict(set))
    stamps: dict[tuple[str, str, str], str] = field(default_factory=dict)
    created: set[Target] = field(default_factory=set)
    pending: list[Operation] = field(default_factory=list)
    conflicts: list[tuple[Operation, str]] = field(default_factory=list)
    were_alive: dict[Target, bool] = field(default_factory=dict)


def apply(
    connection: Connection,
    tables: Tables,
    registry: Registry,
    operations: Sequence[Operation],
    *,
    now: str,
) -> Applied:
    """Fold operations in, in the order given; ones already in the log are passed over.

    `now` (ISO moment) dates conflicts found. Operations on records or fields unknown here go to
    the log and to `pending`, and are replayed when their record or field arrives.
    """
    known = oplog.known_keys(connection, tables, operations)
    fresh = list({o.key: o for o in operations if o.key not in known}.values())
    if not fresh:
        return Applied()
    batch = _Batch(states=load_states(connection, tables, registry, fresh))
    batch.were_alive = {target: state.alive for target, state in batch.states.items()}
    for operation in fresh:
        _fold_one(batch, registry, operation)
    log_rids = oplog.append(connection, tables, fresh)
    _keep_pending(connection, tables, batch.pending, log_rids)
    changed = _write(connection, tables, batch)
    conflicts.record(connection, tables, batch.conflicts, now=now)
    applied = Applied(log_rids=log_rids, fresh=fresh)
    for entity, record_id in changed:
        applied.changed[entity].add(record_id)
    replayed = _replay_for(connection, tables, registry, batch.created, now=now)
    applied.extend(replayed)
    stale = _unindexed(batch, registry)
    for entity_name, ids in replayed.changed.items():
        stale[entity_name] |= ids
    search.refresh(connection, tables, registry, stale)
    return applied


def _unindexed(batch: _Batch, registry: Registry) -> dict[str, set[str]]:
    """The records whose search index no longer fits: (entity → ids)."""
    stale: dict[str, set[str]] = defaultdict(set)
    for target in batch.created | set(batch.dirty):
        entity_name, record_id = target
        shown = search.indexed_fields(registry.entity(entity_name))
        turned = batch.states[target].alive is not batch.were_alive.get(target, False)
        if turned or target in batch.created or batch.dirty.get(target, set()) & shown:
            stale[entity_name].add(record_id)
    return stale


def replay_pending(
    connection: Connection, tables: Tables, registry: Registry, *, now: str
) -> Applied:
    """Try again everything that waited for a record or a field unknown until now."""
    waiting = connection.execute(select(tables.pending.c.entity, tables.pending.c.record))
    targets = {(row.entity, row.record) for row in waiting if row.entity in registry}
    applied = _replay_for(connection, tables, registry, targets, now=now)
    search.refresh(connection, tables, registry, applied.changed)
    return applied


def settle(
    connection: Connection, tables: Tables, registry: Registry, targets: Collection[Target]
) -> Applied:
    """Judge records anew after stamps in their log have moved (the server's effective stamps).

    An edit that lost to a clock running ahead wins once that clock is put right, on every device.
    """
    applied = Applied()
    batch = _Batch(states={})
    for entity_name, record_id in sorted(targets):
        if entity_name not in registry:
            continue
        entity = registry.entity(entity_name)
        operations = oplog.of_record(connection, tables, entity_name, record_id)
        batch.states |= load_states(connection, tables, registry, operations[:1])
        for operation in operations:
            spec = entity.find(operation.field)
            if spec is None or spec.merge is not Merge.COUNTER:  # Folding counts in only once.
                _fold_one(batch, registry, operation)
        conflicts.settle(connection, tables, entity_name, record_id)
        applied.changed[entity_name].add(record_id)
    _write(connection, tables, batch)
    search.refresh(connection, tables, registry, applied.changed)
    return applied


def states_of(
    connection: Connection, tables: Tables, entity: str, ids: Collection[str]
) -> dict[str, RecordState]:
    """The full states of records, living or dead, by id; unknown ones are left out."""
    found: dict[str, RecordState] = {}
    for part in chunks(sorted(ids)):
        states = _load_part(connection, tables, entity, part)
        found.update((record_id, state) for (_, record_id), state in states.items())
    return found


def wipe(connection: Connection, tables: Tables, entity: str, record_id: str) -> None:
    """Remove every trace of a record that left this device's scope (design rule 10).

    What waits in the outbox stays: it is the user's work, and the server decides about it. It
    is folded in again should the record come back.
    """
    search.forget(connection, tables, entity, [record_id])
    log, sent = tables.log, ~tables.log.c.rid.in_(select(tables.outbox.c.log_rid))
    if entity in tables.entities:
        table = tables.of(entity)
        connection.execute(table.delete().where(table.c.id == record_id))
    connection.execute(log.delete().where(log.c.entity == entity, log.c.record == record_id, sent))
    for table in (tables.clock, tables.pending, tables.conflict):
        connection.execute(
            table.delete().where(table.c.entity == entity, table.c.record == record_id)
        )
    kept = oplog.of_record_rids(connection, tables, entity, record_id)
    if kept:
        connection.execute(
            tables.pending.insert(),
            [{"log_rid": rid, "entity": entity, "record": record_id} for rid in kept],
        )


def _fold_one(batch: _Batch, registry: Registry, operation: Operation) -> None:
    if operation.entity not in registry:
        batch.pending.append(operation)
        return
    entity = registry.entity(operation.entity)
    target = (operation.entity, operation.id)
    state = batch.states.setdefault(target, RecordState())
    existed = state.exists
    folded = fold(state, operation, entity)
    if folded.outcome is Outcome.PENDING:
        batch.pending.append(operation)
        return
    if operation.verb is Verb.CREATE:
        _note_create(batch, entity, operation, existed=existed)
        return
    dirty = batch.dirty[target]
    if operation.verb is Verb.SET and folded.outcome is Outcome.APPLIED:
        dirty.add(operation.field)
        key = stamp_key(entity.field_spec(operation.field), operation.value)
        if key in state.stamps:
            batch.stamps[(*target, key)] = state.stamps[key]
    if folded.conflict_with:
        batch.conflicts.append((operation, folded.conflict_with))


def _note_create(batch: _Batch, entity: EntitySpec, operation: Operation, *, existed: bool) -> None:
    target = (operation.entity, operation.id)
    if not existed:
        batch.created.add(target)
    else:
        batch.dirty[target] |= {spec.name for spec in entity.fields}
    if unplaced(operation, entity):
        batch.pending.append(operation)


def load_states(
    connection: Connection, tables: Tables, registry: Registry, operations: Sequence[Operation]
) -> dict[Target, RecordState]:
    """The states of the records these operations are about; unknown records are left out."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for operation in operations:
        if operation.entity in registry:
            wanted[operation.entity].add(operation.id)
    states: dict[Target, RecordState] = {}
    for entity, ids in wanted.items():
        for part in chunks(sorted(ids)):
            states |= _load_part(connection, tables, entity, part)
    return states


def _load_part(
    connection: Connection, tables: Tables, entity: str, ids: Sequence[str]
) -> dict[Target, RecordState]:
    table, clock = tables.of(entity), tables.clock
    states: dict[Target, RecordState] = {}
    for row in connection.execute(select(*shown(table)).where(table.c.id.in_(ids))):
        states[entity, row.id] = RecordState(
            values=as_record(row), created=row.created, touched=row.touched, deleted=row.deleted
        )
    if states:
        stamped = select(clock).where(clock.c.entity == entity, clock.c.record.in_(ids))
        for row in connection.execute(stamped):
            states[entity, row.record].stamps[row.key] = row.stamp
    return states


def _write(connection: Connection, tables: Tables, batch: _Batch) -> set[Target]:
    inserts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    updates: dict[tuple[str, tuple[str, ...]], list[dict[str, Any]]] = defaultdict(list)
    touched = batch.created | set(batch.dirty)
    keyed = {entity: keyed_fields(tables.of(entity)) for entity, _ in touched}
    for target, state in batch.states.items():  # In order of arrival: lists break ties by rid.
        if target not in touched:
            continue
        entity, record_id = target
        head = {
            "alive": state.alive, "created": state.created, "touched": state.touched,
            "deleted": state.deleted,
        }  # fmt: skip
        if target in batch.created:
            row = _insert_row(tables, entity, record_id, head, state)
            inserts[entity].append(row | keys_of(keyed[entity], row))
        else:
            values = {name: state.values.get(name) for name in sorted(batch.dirty[target])}
            row = head | values | keys_of(keyed[entity], values)
            updates[entity, tuple(row)].append(row | {"key_id": record_id})
    for entity, rows in inserts.items():
        connection.execute(tables.of(entity).insert(), rows)
    for (entity, columns), rows in updates.items():
        table = tables.of(entity)
        statement = table.update().where(table.c.id == bindparam("key_id"))
        connection.execute(statement.values({c: bindparam(c) for c in columns}), rows)
    _write_stamps(connection, tables, batch)
    return touched


def _insert_row(
    tables: Tables, entity: str, record_id: str, head: dict[str, Any], state: RecordState
) -> dict[str, Any]:
    row: dict[str, Any] = {
        column.name: state.values.get(column.name)
        for column in tables.of(entity).columns
        if column.name != "rid"
    }
    return row | head | {"id": record_id}


def _write_stamps(connection: Connection, tables: Tables, batch: _Batch) -> None:
    if not batch.stamps:
        return
    clock = tables.clock
    connection.execute(
        clock.delete().where(
            and_(
                clock.c.entity == bindparam("old_entity"),
                clock.c.record == bindparam("old_record"),
                clock.c.key == bindparam("old_key"),
            )
        ),
        [{"old_entity": e, "old_record": r, "old_key": k} for e, r, k in batch.stamps],
    )
    connection.execute(
        clock.insert(),
        [
            {"entity": e, "record": r, "key": k, "stamp": stamp}
            for (e, r, k), stamp in batch.stamps.items()
        ],
    )


def _keep_pending(
    connection: Connection,
    tables: Tables,
    operations: Sequence[Operation],
    log_rids: dict[tuple[str, int], int],
) -> None:
    rows = [{"log_rid": log_rids[o.key], "entity": o.entity, "record": o.id} for o in operations]
    if rows:
        connection.execute(tables.pending.insert(), rows)


def _replay_for(
    connection: Connection, tables: Tables, registry: Registry, targets: set[Target], *, now: str
) -> Applied:
    """Fold what waited for these records; the log has the operations already."""
    applied, pending = Applied(), tables.pending
    waiting = connection.execute(select(pending.c.entity, pending.c.record).distinct())
    for entity, record_id in sorted(targets & {(row.entity, row.record) for row in waiting}):
        batch = _replay_one(connection, tables, registry, entity, record_id)
        for name, changed_id in _write(connection, tables, batch):
            applied.changed[name].add(changed_id)
        conflicts.record(connection, tables, batch.conflicts, now=now)
    return applied


def _replay_one(
    connection: Connection, tables: Tables, registry: Registry, entity: str, record_id: str
) -> _Batch:
    pending, log = tables.pending, tables.log
    waiting = oplog.select_operations(
        connection,
        select(log)
        .join(pending, pending.c.log_rid == log.c.rid)
        .where(pending.c.entity == entity, pending.c.record == record_id)
        .order_by(log.c.hlc),
    )
    waiting.sort(key=lambda found: found[1].verb is not Verb.CREATE)
    batch = _Batch(states=load_states(connection, tables, registry, [o for _, o in waiting]))
    for _, operation in waiting:
        _fold_late(batch, registry, operation)
    still = {o.key for o in batch.pending}
    done = [rid for rid, operation in waiting if operation.key not in still]
    for part in chunks(done):
        connection.execute(pending.delete().where(pending.c.log_rid.in_(part)))
    return batch


def _fold_late(batch: _Batch, registry: Registry, operation: Operation) -> None:
    state = batch.states.get((operation.entity, operation.id))
    if operation.verb is not Verb.CREATE or state is None or operation.hlc > state.created:
        _fold_one(batch, registry, operation)
        return
    entity = registry.entity(operation.entity)
    filled = place_late(state, operation, entity)
    if filled:
        batch.dirty[operation.entity, operation.id] |= filled
    if unplaced(operation, entity):
        batch.pending.append(operation)
