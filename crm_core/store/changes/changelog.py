"""`apply`: the one door through which every change, typed here or received, reaches the data.

Data, log, field stamps, conflicts, search index and outbox change in the caller's transaction or
not at all.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Connection, literal, select

from crm_core.model.schema import Merge, Registry
from crm_core.store.changes import refusals, states
from crm_core.store.changes.batch import Batch, Target
from crm_core.store.changes.states import Loaded
from crm_core.store.engines import meta
from crm_core.store.engines.faults import Point, reach
from crm_core.store.engines.noted import note, noted
from crm_core.store.indexes import fact_marks, indexer
from crm_core.store.log import acts, conflicts, log_keys, oplog
from crm_core.store.reading.records import chunks
from crm_core.store.reading.rows import ask
from crm_core.store.schema.tables import Tables
from crm_core.sync.change import Operation, Verb
from crm_core.sync.creations import Creations
from crm_core.sync.merge import RecordState, place_late, unplaced


class Made(NamedTuple):
    """Records created at once (`bulk_create`), and where that stands in the log."""

    creations: Creations
    rids: range


@dataclass(slots=True)
class Applied:
    """What a batch did: the records it touched and the operations that were new here."""

    changed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    fresh: list[Operation] = field(default_factory=list)
    log_rids: dict[tuple[str, int], int] = field(default_factory=dict)
    left: int = 0
    """Records that were here and are gone."""
    made: list[Made] = field(default_factory=list)
    """What was created at once: not in `fresh` and `log_rids` besides."""

    @property
    def end(self) -> int:
        """The highest of their positions in the log; 0 for none."""
        return max([*self.log_rids.values(), *(one.rids[-1] for one in self.made)], default=0)

    def extend(self, other: "Applied") -> None:
        """Add the effects of a later batch of the same transaction."""
        for entity, ids in other.changed.items():
            self.changed[entity] |= ids
        self.fresh += other.fresh
        self.log_rids |= other.log_rids
        self.made += other.made


def apply(
    connection: Connection,
    tables: Tables,
    registry: Registry,
    operations: Sequence[Operation],
    *,
    now: str,
    held: Mapping[str, Loaded] | None = None,
    own: bool = False,
) -> Applied:
    """Fold operations in, in the order given; ones already in the log are passed over.

    `now` (ISO moment) dates conflicts found. Operations on records or fields unknown here go to
    the log and to `pending`, and are replayed when their record or field arrives. `held`: see
    `Batch.load`. `own`: all are by one replica, numbered on from where its counter stood when the
    transaction began.
    """
    known = set[tuple[str, int]]()
    if operations and not (own and _are_new(connection, tables, operations[0])):
        known = log_keys.known_keys(connection, tables, operations)
    fresh = list({o.key: o for o in operations if o.key not in known}.values())
    if not fresh:
        return Applied()
    batch = Batch(connection, tables, registry)
    batch.load(fresh, held=held)
    for operation in fresh:
        batch.fold(operation)
    applied = finish(batch, now=now)
    for entity, here in held.items() if held else ():
        here.absent -= applied.changed.get(entity, set())
    return applied


def _are_new(connection: Connection, tables: Tables, first: Operation) -> bool:
    return log_keys.none_from(connection, tables, first.replica, first.replica_seq)


def finish(batch: Batch, *, now: str) -> Applied:
    """Write everything a batch came to: data, log, what waits, conflicts, index."""
    connection, tables = batch.connection, batch.tables
    late = _late(batch)
    changed = batch.write(keep=late)
    reach(connection, Point.BEFORE_LOG)
    log_rids = oplog.append(
        connection, tables, batch.operations,
        recs=batch.recs, priors=batch.priors, elided=batch.elided,
    )  # fmt: skip
    reach(connection, Point.AFTER_LOG)
    applied = Applied(log_rids=log_rids, fresh=batch.operations)
    for entity, record_id in changed:
        applied.changed[entity].add(record_id)
    _keep_pending(batch, log_rids)
    _note_conflicts(batch, now=now)
    stale = batch.unindexed()
    mattering = fact_marks.mattering(
        connection, tables, applied.changed, batch.operations, batch.states
    )
    for entity, ids in mattering.items():
        recs = sorted(batch.recs[entity, one] for one in ids)
        fact_marks.mark_rows(connection, tables, entity, recs)
    if late:
        _place(batch, late)
        replayed = _replay(connection, tables, batch.registry, late, now=now)
        fact_marks.mark(connection, tables, replayed.changed)
        applied.extend(replayed)
        batch.forget((entity, one) for entity, ids in replayed.changed.items() for one in ids)
        indexer.refresh(connection, tables, batch.registry, replayed.changed)
    indexer.refresh_rows(connection, tables, batch.registry, stale)
    return applied


def replay_pending(
    connection: Connection,
    tables: Tables,
    registry: Registry,
    *,
    now: str,
    only: Collection[Target] | None = None,
) -> Applied:
    """Try again what waited for a record or a field unknown until now; all of it, or of `only`."""
    waiting = connection.execute(select(tables.pending.c.entity, tables.pending.c.record))
    targets = {(row.entity, row.record) for row in waiting if row.entity in registry}
    targets &= targets if only is None else set(only)
    applied = _replay(connection, tables, registry, targets, now=now)
    fact_marks.mark(connection, tables, applied.changed)
    indexer.refresh(connection, tables, registry, applied.changed)
    return applied


def settle(
    connection: Connection, tables: Tables, registry: Registry, targets: Collection[Target]
) -> Applied:
    """Judge records anew after stamps in their log have moved (the server's effective stamps).

    An edit that lost to a clock running ahead wins once that clock is put right, on every device.
    """
    applied = Applied()
    batch = Batch(connection, tables, registry)
    for entity_name, record_id in sorted(targets):
        if entity_name not in registry:
            continue
        entity = registry.entity(entity_name)
        batch.load_whole(entity_name, [record_id])
        void = refusals.refused_keys(connection, tables, entity_name, record_id)
        for operation in oplog.of_record(connection, tables, entity_name, record_id):
            if operation.key in void:
                continue
            spec = entity.find(operation.field)
            if spec is None or spec.merge is not Merge.COUNTER:  # Folding counts in only once.
                batch.refold(operation)
        conflicts.settle(connection, tables, entity_name, record_id)
        applied.changed[entity_name].add(record_id)
    batch.write()
    fact_marks.mark(connection, tables, applied.changed)
    indexer.refresh(connection, tables, registry, applied.changed)
    return applied


def states_of(
    connection: Connection, tables: Tables, entity: str, ids: Collection[str]
) -> dict[str, RecordState]:
    """The full states of records, living or dead, by id; unknown ones are left out."""
    return states.load(connection, tables, entity, ids).states


def present(connection: Connection, tables: Tables, targets: Collection[Target]) -> list[Target]:
    """Those of these records of which there is anything here, in order."""
    found: set[Target] = set()
    log, pending = tables.log, tables.pending
    for entity in {entity for entity, _ in targets}:
        number = tables.words.find(connection, entity)
        table = tables.entities.get(entity)
        for part in chunks(sorted(record for name, record in targets if name == entity)):
            rows = [
                select(log.c.record).where(log.c.record.in_(part), log.c.entity == number),
                select(pending.c.record).where(pending.c.record.in_(part)),
            ]
            if table is not None:
                rows.append(select(table.c.id).where(table.c.id.in_(part)))
            for some in rows:
                found |= {(entity, record) for record in connection.scalars(some)}
    return sorted(found)


def turn(connection: Connection, tables: Tables, views: Mapping[str, str]) -> list[Target]:
    """Wipe the entities whose view (`PullReply.views`) is another than the one kept, and keep the
    new one; the records wiped."""
    before: dict[str, str] = meta.get(connection, tables, "views", {})
    if before == dict(views):
        return []
    meta.put(connection, tables, "views", dict(views))
    turned = [n for n in tables.entities if views.get(n, "") != before.get(n, "")]
    targets: list[Target] = []
    for name in turned:
        targets += [(name, record) for record in connection.scalars(select(tables.of(name).c.id))]
    wipe(connection, tables, targets)
    return targets


def wipe(
    connection: Connection, tables: Tables, targets: Iterable[Target], *, but_of: str = ""
) -> None:
    """Remove every trace of records that left this device's scope (design rule 10).

    What waits in the outbox stays: it is the user's work, and the server decides about it. It
    is folded in again should the record come back. So it is with all that node `but_of` wrote.
    """
    by_entity: dict[str, set[str]] = defaultdict(set)
    for entity, record_id in targets:
        by_entity[entity].add(record_id)
    for entity, ids in sorted(by_entity.items()):
        for part in chunks(sorted(ids)):
            _wipe(connection, tables, entity, part, but_of=but_of)


def _wipe(
    connection: Connection, tables: Tables, entity: str, ids: Sequence[str], *, but_of: str
) -> None:
    log, pending = tables.log, tables.pending
    about = oplog.on_record(connection, tables, entity, ids)
    rids = list(connection.scalars(select(log.c.rid).where(about)))
    kept = _own(connection, tables, rids, node=but_of)
    acts.strike(connection, tables, sorted(set(rids) - kept))
    for table in (pending, tables.conflict):
        connection.execute(table.delete().where(table.c.entity == entity, table.c.record.in_(ids)))
    if entity in tables.entities:
        states.take_out(connection, tables, entity, ids)
    for part in chunks(sorted(kept)):
        waits = select(log.c.rid, literal(entity), log.c.record).where(log.c.rid.in_(part))
        connection.execute(pending.insert().from_select(["log_rid", "entity", "record"], waits))
        note(connection, _NOTHING_WAITS, False)


def _own(connection: Connection, tables: Tables, rids: Sequence[int], *, node: str) -> set[int]:
    """Those of these log rows that are in the outbox, or were written by `node`."""
    log, outbox, own = tables.log, tables.outbox, set[int]()
    number = tables.words.find(connection, node) if node else None
    for part in chunks(rids):
        own.update(connection.scalars(select(outbox.c.log_rid).where(outbox.c.log_rid.in_(part))))
        if number is not None:
            written = select(log.c.rid).where(log.c.rid.in_(part), log.c.replica == number)
            own.update(connection.scalars(written))
    return own


def _late(batch: Batch) -> set[Target]:
    """The records created by this batch for which other operations wait."""
    waiting = {(o.entity, o.id) for o in batch.pending if o.verb is not Verb.CREATE}
    late = {target for target in waiting if target in batch.created}
    pending = batch.tables.pending
    columns = select(pending.c.entity, pending.c.record).distinct()
    if not batch.created or not _any_waits(batch):
        return late
    for part in chunks(sorted({record for _, record in batch.created})):
        rows = batch.connection.execute(columns.where(pending.c.record.in_(part)))
        late |= {(row.entity, row.record) for row in rows} & batch.created.keys()
    return late


def _any_waits(batch: Batch) -> bool:
    """Whether anything waits for a record or a field unknown until now."""
    connection, some = batch.connection, batch.tables.pending.c.log_rid
    if not noted(connection, _NOTHING_WAITS):
        found = ask(connection, batch.tables, ("waits",), lambda: select(some).limit(1))
        note(connection, _NOTHING_WAITS, not found)
    return not noted(connection, _NOTHING_WAITS)


_NOTHING_WAITS = "nothing waits"


def _place(batch: Batch, late: Iterable[Target]) -> None:
    for entity, record_id in late:
        recs = {record_id: batch.recs[entity, record_id]}
        oplog.place(batch.connection, batch.tables, entity, recs)


def _keep_pending(batch: Batch, log_rids: dict[tuple[str, int], int]) -> None:
    rows = [{"log_rid": log_rids[o.key], "entity": o.entity, "record": o.id} for o in batch.pending]
    if rows:
        batch.connection.execute(batch.tables.pending.insert(), rows)
        note(batch.connection, _NOTHING_WAITS, False)


def _note_conflicts(batch: Batch, *, now: str) -> None:
    if batch.conflicts and not batch.tables.lean:
        conflicts.record(
            batch.connection, batch.tables, batch.conflicts,
            beside=batch.operations, recs=batch.recs, now=now,
        )  # fmt: skip


def _replay(
    connection: Connection,
    tables: Tables,
    registry: Registry,
    targets: Collection[Target],
    *,
    now: str,
) -> Applied:
    """Fold what waited for these records; the log has the operations already."""
    applied, pending = Applied(), tables.pending
    waiting = connection.execute(select(pending.c.entity, pending.c.record).distinct())
    for entity, record_id in sorted({(row.entity, row.record) for row in waiting} & set(targets)):
        batch = _replay_one(connection, tables, registry, (entity, record_id))
        for name, changed_id in batch.write():
            applied.changed[name].add(changed_id)
        _note_conflicts(batch, now=now)
    return applied


def _replay_one(
    connection: Connection, tables: Tables, registry: Registry, target: Target
) -> Batch:
    pending, log = tables.pending, tables.log
    rows = (
        oplog.statement(tables)
        .join(pending, pending.c.log_rid == log.c.rid)
        .where(pending.c.entity == target[0], pending.c.record == target[1])
    )
    found = oplog.read(connection, tables, rows)
    void = refusals.refused_rids(connection, tables, [rid for rid, _ in found])
    waiting = sorted(
        ((rid, operation) for rid, operation in found if rid not in void),
        key=lambda pair: pair[1].hlc,
    )
    waiting.sort(key=lambda found: found[1].verb is not Verb.CREATE)
    batch = Batch(connection, tables, registry)
    batch.load_whole(target[0], [target[1]])
    for _, operation in waiting:
        _fold_late(batch, operation)
    still = {o.key for o in batch.pending}
    done = [rid for rid, operation in waiting if operation.key not in still]
    for part in chunks(done):
        connection.execute(pending.delete().where(pending.c.log_rid.in_(part)))
    return batch


def _fold_late(batch: Batch, operation: Operation) -> None:
    state = batch.states.get((operation.entity, operation.id))
    if operation.verb is not Verb.CREATE or state is None or operation.hlc > state.created:
        batch.refold(operation)
        return
    entity = batch.registry.entity(operation.entity)
    filled = place_late(state, operation, entity)
    if filled:
        batch.fill(operation, filled)
    if unplaced(operation, entity):
        batch.hold(operation)
