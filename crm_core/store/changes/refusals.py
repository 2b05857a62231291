"""Taking back here what the server refused: the record shows the server's values again.

The refused operation stays in the log and in the outbox, where its author finds the text; it only
counts for nothing. A refusal that was dealt with stays marked, so that it never counts again.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection, or_, select

from crm_core.clock import ZERO_STAMP
from crm_core.model.schema import EntitySpec, FieldSpec, Merge, Registry
from crm_core.model.values import Value
from crm_core.store.changes import states
from crm_core.store.changes.batch import Batch, Target
from crm_core.store.indexes import fact_marks, indexer
from crm_core.store.log import oplog
from crm_core.store.reading.records import chunks
from crm_core.store.reading.rows import among
from crm_core.store.schema.tables import Tables
from crm_core.sync.change import Operation, Verb
from crm_core.sync.merge import RecordState, stamp_key

_MANY = 5_000
CLOSED = "closed:"
"""Begins the verdict of a refusal somebody has dealt with."""


def refused_rids(connection: Connection, tables: Tables, rids: Collection[int]) -> set[int]:
    """Those of these log rows that the server refused, dealt with or not."""
    outbox, found = tables.outbox, set[int]()
    named = select(outbox.c.log_rid).where(outbox.c.refused.is_not(None))
    for part in chunks(sorted(rids), _MANY):
        found.update(connection.scalars(named.where(among(connection, outbox.c.log_rid, part))))
    return found


def refused_keys(
    connection: Connection, tables: Tables, entity: str, record_id: str
) -> frozenset[tuple[str, int]]:
    """Identities of the operations on one record that the server refused."""
    log, outbox = tables.log, tables.outbox
    about = oplog.on_record(connection, tables, entity, [record_id])
    rows = (
        select(log.c.replica, log.c.seq)
        .join(outbox, outbox.c.log_rid == log.c.rid)
        .where(about, outbox.c.refused.is_not(None))
    )
    word = tables.words.text
    return frozenset((word(connection, row.replica), row.seq) for row in connection.execute(rows))


def close(connection: Connection, tables: Tables, log_rid: int) -> None:
    """Take a refusal off the list; that the operation counts for nothing stays noted."""
    outbox = tables.outbox
    open_one = (outbox.c.log_rid == log_rid) & ~outbox.c.refused.startswith(CLOSED)
    connection.execute(outbox.update().where(open_one).values(refused=CLOSED + outbox.c.refused))


def withdraw(
    connection: Connection, tables: Tables, registry: Registry, refused: Sequence[Operation]
) -> dict[str, set[str]]:
    """Judge the records of operations refused just now without them; entity → ids changed."""
    changed: dict[str, set[str]] = defaultdict(set)
    by_target: dict[Target, list[Operation]] = defaultdict(list)
    for operation in refused:
        if operation.entity in registry:
            by_target[operation.entity, operation.id].append(operation)
    for (entity, record_id), gone in sorted(by_target.items()):
        keys = refused_keys(connection, tables, entity, record_id)
        history = oplog.of_record(connection, tables, entity, record_id)
        kept = [o for o in history if o.key not in keys]
        if _never_made(gone, kept):
            # The server has no such record. Its operations stay, and wait.
            states.take_out(connection, tables, entity, [record_id])
        else:
            _put_right(connection, tables, registry, gone, kept)
        _drop_conflicts(connection, tables, gone)
        changed[entity].add(record_id)
    fact_marks.mark(connection, tables, changed)
    indexer.refresh(connection, tables, registry, changed)
    return changed


def _never_made(gone: Sequence[Operation], kept: Sequence[Operation]) -> bool:
    return any(o.verb is Verb.CREATE for o in gone) and not any(o.verb is Verb.CREATE for o in kept)


def _put_right(
    connection: Connection,
    tables: Tables,
    registry: Registry,
    gone: Sequence[Operation],
    kept: Sequence[Operation],
) -> None:
    entity_name, record_id = gone[0].entity, gone[0].id
    entity = registry.entity(entity_name)
    batch = Batch(connection, tables, registry)
    batch.load_whole(entity_name, [record_id])
    state = batch.state(entity_name, record_id)
    if state is None:
        return
    stamps: dict[str, str] = {}
    fields: set[str] = set()
    for first in _first_of_each(gone, entity):
        spec = entity.field_spec(first.field)
        key = stamp_key(spec, first.value)
        same = [o for o in kept if o.field == spec.name and stamp_key(spec, o.value) == key]
        state.values[spec.name] = _value(state, spec, first, same, kept, gone)
        stamps[key] = max([o.hlc for o in same] or [_seen(first, kept)])
        fields.add(spec.name)
    _heads(state, gone, kept)
    batch.fill(gone[0], fields)
    batch.write()
    rec = batch.recs[entity_name, record_id]
    states.write_stamps(
        connection, tables,
        [(entity_name, rec, key, max(stamp, state.created)) for key, stamp in stamps.items()],
    )  # fmt: skip


def _first_of_each(gone: Sequence[Operation], entity: EntitySpec) -> list[Operation]:
    """The earliest refused write of each field, or item of a set."""
    first: dict[str, Operation] = {}
    for operation in sorted(gone, key=lambda o: o.hlc):
        spec = entity.find(operation.field)
        if operation.verb is Verb.SET and spec is not None:
            first.setdefault(stamp_key(spec, operation.value), operation)
    return list(first.values())


def _seen(first: Operation, kept: Sequence[Operation]) -> str:
    """The stamp the field carried before `first`; creation's is told by the record itself."""
    return ZERO_STAMP if any(o.verb is Verb.CREATE for o in kept) else first.base


def _value(
    state: RecordState,
    spec: FieldSpec,
    first: Operation,
    same: Sequence[Operation],
    kept: Sequence[Operation],
    gone: Sequence[Operation],
) -> Value:
    """What the field holds without the refused writes."""
    last = max(same, key=lambda o: o.hlc, default=None)
    if spec.merge is Merge.COUNTER:
        total = state.values.get(spec.name)
        steps = [o.value for o in gone if o.field == spec.name and isinstance(o.value, dict)]
        added = [step.get("add") for step in steps]
        return (total if isinstance(total, int) else 0) - sum(
            step for step in added if isinstance(step, int)
        )
    if isinstance(first.value, dict):
        present = state.values.get(spec.name)
        items = {str(one) for one in present} if isinstance(present, list) else set()
        return _with_item(items, first.value, last)
    if last is not None and not isinstance(last.value, dict):
        return last.value
    made = next((o for o in reversed(kept) if o.verb is Verb.CREATE), None)
    return made.created_values.get(spec.name) if made is not None else first.before


def _with_item(items: set[str], refused: Mapping[str, Value], last: Operation | None) -> Value:
    """A set with one item as it was before the refused step, or as the last other step left it."""
    item = str(next(iter(refused.values()), ""))
    if last is not None and isinstance(last.value, dict):
        held = "add" in last.value
    else:
        held = "remove" in refused  # Taking out what was not there is no step; nor is adding twice.
    items = {one for one in items if one != item} | ({item} if held else set())
    return [*sorted(items)] or None


def _heads(state: RecordState, gone: Sequence[Operation], kept: Sequence[Operation]) -> None:
    """When the record was last touched and deleted, without the refused operations."""
    stamps = {o.hlc for o in gone}
    alive = [o.hlc for o in kept if o.verb is not Verb.DELETE]
    if state.touched in stamps:
        seen = [] if any(o.verb is Verb.CREATE for o in kept) else [o.base for o in gone]
        before = [stamp for stamp in seen if stamp not in stamps]
        state.touched = max([state.created, *alive, *before])
    if state.deleted in stamps:
        state.deleted = max([ZERO_STAMP, *(o.hlc for o in kept if o.verb is Verb.DELETE)])


def _drop_conflicts(connection: Connection, tables: Tables, gone: Sequence[Operation]) -> None:
    """What counts for nothing is in conflict with nothing."""
    table = tables.conflict
    keys = [f"{o.replica}:{o.replica_seq}" for o in gone]
    for part in chunks(keys):
        connection.execute(
            table.delete().where(
                table.c.closed_at.is_(None),
                or_(table.c.winner.in_(part), table.c.loser.in_(part)),
            )
        )
