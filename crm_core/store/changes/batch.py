"""One batch of operations being folded into the records they are about.

Load what they need, fold each, write. What becomes of the log, of late arrivals, conflicts and the
search index is decided in `changelog`, which every batch goes through.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from crm_core.clock import ZERO_STAMP
from crm_core.model.merging import MERGED_INTO
from crm_core.model.schema import EntitySpec, Registry
from crm_core.model.values import Record, Value
from crm_core.store.changes import states
from crm_core.store.changes.states import Loaded
from crm_core.store.engines import kept
from crm_core.store.indexes import indexer
from crm_core.store.log import oplog
from crm_core.store.reading import rows
from crm_core.store.schema.encoding import pack
from crm_core.store.schema.tables import Tables
from crm_core.sync.change import CREATE, SET, Operation
from crm_core.sync.merge import APPLIED, PENDING, RecordState, fold, fold_set, stamp_key, unplaced

Target = tuple[str, str]
"""(entity, record id)"""


class Seen:
    """Records of which a batch has read some fields, as it leaves them; whoever writes one of them
    later holds it whole."""

    def __init__(
        self, states: Mapping[Target, RecordState], fields: Mapping[str, Collection[str]]
    ) -> None:
        self._states, self._fields = states, fields

    def has(self, entity: str, fields: Collection[str]) -> bool:
        """Whether these fields of an entity were read."""
        known = self._fields.get(entity)
        return known is not None and set(fields).issubset(known)

    def parts(self, entity: str, ids: Iterable[str]) -> tuple[dict[str, Record], list[str]]:
        """Of the living ones by id what was read; and the ids it knows nothing of."""
        found, rest = dict[str, Record](), list[str]()
        for one in ids:
            state = self._states.get((entity, one))
            if state is None:
                rest.append(one)
            elif state.alive:
                found[one] = state.values
        return found, rest


NOTHING_SEEN = Seen({}, {})
_NOT_HERE = False, "", ""
"""Of a record that was not here: that it did not live, was not made and not deleted."""


class Batch:
    """The working state of one `apply`: load what the operations are about, fold each, finish.

    The server folds while it judges, so that each operation is judged against the records as the
    earlier ones of its batch leave them, and nothing is folded twice.
    """

    def __init__(self, connection: Connection, tables: Tables, registry: Registry) -> None:
        self.connection = connection
        self.tables = tables
        self.registry = registry
        self._entities = {entity.name: entity for entity in registry}
        self.states: dict[Target, RecordState] = {}
        self.recs: dict[Target, int] = {}
        self.operations: list[Operation] = []
        self._dirty: dict[Target, dict[str, str]] = {}
        """By record, the fields to be written, each with its stamp; empty: it has one, or none."""
        self._items: dict[tuple[Target, str], str] = {}
        """By record and key, the stamps of items of sets: see `RecordState.stamps`."""
        self.created: dict[Target, None] = {}
        self.elided: dict[tuple[str, int], Target] = {}
        """CREATEs whose values the log need not repeat."""
        self.priors: dict[tuple[str, int], str] = {}
        self.pending: list[Operation] = []
        self.conflicts: list[tuple[Operation, str]] = []
        self._loaded: dict[Target, tuple[bool, str, str]] = {}
        """Of the records that were here, whether they lived, and when made and deleted."""
        self._turned: set[Target] = set()
        """Records that live now and did not, or the other way round; known once written."""
        self._read: dict[str, set[str]] = {}
        """By entity, the fields that were read of every record."""

    def load(
        self,
        operations: Iterable[Operation],
        *,
        beside: Collection[str] = (),
        held: Mapping[str, Loaded] | None = None,
    ) -> None:
        """Read the records these operations are about, as far as they need; `beside` names
        further fields to read of each. What is `held` (entity → whole records, read in this very
        transaction) is not read again, and is folded in place."""
        ids: dict[str, set[str]] = defaultdict(set)
        fields: dict[str, set[str]] = defaultdict(set)
        remade: dict[str, set[str]] = defaultdict(set)
        for operation in operations:
            name = operation.entity
            ids[name].add(operation.id)
            fields[name].add(operation.field)
            if operation.verb is CREATE:
                remade[name].add(operation.id)
        for entity, wanted in ids.items():
            if entity not in self._entities:
                continue
            wanted -= self._adopt(entity, wanted, held or {})
            named = self._read[entity] = fields[entity] | set(beside)
            self._take(entity, wanted, fields=sorted(named - {""}))
            again = {i for i in remade[entity] if (entity, i) in self.recs}
            if again:
                self._remake(entity, again)

    def state(self, entity: str, record_id: str) -> RecordState | None:
        """A record as the operations so far leave it; None where it is not here."""
        return self.states.get((entity, record_id))

    @property
    def seen(self) -> Seen:
        """What was read, as the operations leave it."""
        return Seen(self.states, self._read)

    def forget(self, targets: Iterable[Target]) -> None:
        """These were written past this batch: what it has of them is true no more."""
        for target in targets:
            self.states.pop(target, None)

    def fold(self, operation: Operation) -> None:
        """Fold in one operation that is new here."""
        self.operations.append(operation)
        self.refold(operation)

    def refold(self, operation: Operation) -> None:
        """Fold in an operation that the log holds already."""
        entity = self._entities.get(operation.entity)
        if entity is None:
            self.pending.append(operation)
            return
        target = (operation.entity, operation.id)
        state = self.states.get(target)
        if state is None:
            state = self.states[target] = RecordState()
        if operation.verb is SET:
            self._set(target, state, operation, entity)
            return
        existed = state.exists
        folded = fold(state, operation, entity)
        if folded.outcome is PENDING:
            self.pending.append(operation)
        elif operation.verb is CREATE:
            self._note_create(entity, operation, existed=existed)
        else:
            self._dirty.setdefault(target, {})
            if folded.conflict_with:
                self.conflicts.append((operation, folded.conflict_with))

    def fill(self, operation: Operation, names: Collection[str]) -> None:
        """Values of a CREATE found a place late: `names` must be written."""
        dirty = self._dirty.setdefault((operation.entity, operation.id), {})
        for name in names:
            dirty.setdefault(name, "")

    def hold(self, operation: Operation) -> None:
        """Keep an operation, or a part of it, waiting."""
        self.pending.append(operation)

    def write(self, *, keep: Collection[Target] = ()) -> set[Target]:
        """Write the records and their stamps; those touched. `keep`: CREATEs that keep a copy of
        their values in the log."""
        touched = self.created.keys() | self._dirty.keys()
        number = self.tables.words.numbering(self.connection)
        kept.stir(self.connection, self.tables, {entity for entity, _ in touched})
        self._number_new()
        inserts: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        updates: dict[tuple[str, tuple[str, ...], bool], list[Target]] = defaultdict(list)
        fields = {entity: self._fields(entity) for entity in {e for e, _ in self.created}}
        for target, state in self.states.items():  # In order of arrival: lists break ties by rid.
            if target not in touched:
                continue
            entity, record_id = target
            if target in self.created:
                head = states.head(number, state)
                values = (_stored(state.values.get(name)) for name in fields[entity])
                inserts[entity].append((self.recs[target], record_id, *head, *values))
            else:
                lives_on, dirty = self._lives_on(target, state), self._dirty[target]
                names = tuple(dirty) if len(dirty) < 2 else tuple(sorted(dirty))
                updates[entity, names, lives_on].append(target)
        for entity, new in inserts.items():
            columns = ("rid", "id", *states.HEAD_COLUMNS, *fields[entity])
            table = self.tables.of(entity)
            rows.insert(self.connection, self.tables, table, new, columns=columns)
        for (entity, names, lives_on), targets in updates.items():
            self._update(entity, names, targets, lives_on=lives_on)
        self.elided = {k: t for k, t in self.elided.items() if t not in keep}
        self._write_stamps()
        return touched

    # -- inside --------------------------------------------------------------------------------

    def _lives_on(self, target: Target, state: RecordState) -> bool:
        """Whether a record was neither made, deleted nor revived, so that no index on that is
        touched; notes those that live now and did not, or the other way round."""
        alive, created, deleted = self._loaded.get(target, _NOT_HERE)
        same = created is state.created and deleted is state.deleted
        # Nearly always: what lives and was never deleted lives on, unless it becomes an alias.
        if same and alive and deleted == ZERO_STAMP and MERGED_INTO not in self._dirty[target]:
            return True
        lives = state.alive
        if (alive, created, deleted) == (lives, state.created, state.deleted):
            return True
        if alive is not lives:
            self._turned.add(target)
        return False

    def _take(
        self, entity: str, ids: Collection[str], *, fields: Collection[str] | None = None
    ) -> None:
        loaded = states.load(self.connection, self.tables, entity, ids, fields=fields)
        for (record_id, state), rec in zip(
            loaded.states.items(), loaded.recs.values(), strict=True
        ):  # fmt: skip
            target = entity, record_id
            self.states[target], self.recs[target] = state, rec
            self._loaded[target] = state.alive, state.created, state.deleted

    def _adopt(self, entity: str, wanted: Collection[str], held: Mapping[str, Loaded]) -> set[str]:
        """Take over what is held of these records; their ids, and those known not to be here."""
        found = held.get(entity)
        if found is None:
            return set()
        here = found.states.keys() & set(wanted)
        for record_id in here:
            state = self.states[entity, record_id] = found.states[record_id]
            self.recs[entity, record_id] = found.recs[record_id]
            self._loaded[entity, record_id] = state.alive, state.created, state.deleted
        return here | (found.absent & set(wanted))

    def load_whole(self, entity: str, ids: Collection[str]) -> None:
        """Read records with all their values."""
        self._take(entity, ids)

    def _remake(self, entity: str, ids: Collection[str]) -> None:
        """The same ids are made a second time: keep what the first creation gave them."""
        self._take(entity, ids)
        found = oplog.of_records(self.connection, self.tables, entity, ids)
        log = self.tables.log
        for rid, operation in found:
            if operation.verb is CREATE:
                kept = log.update().where(log.c.rid == rid).values(value=operation.value)
                self.connection.execute(kept)

    def _set(
        self, target: Target, state: RecordState, operation: Operation, entity: EntitySpec
    ) -> None:
        name, value = operation.field, operation.value
        spec, held = entity.find(name), state.values.get(name)
        folded = fold_set(state, operation, spec)
        outcome = folded.outcome
        if outcome is PENDING:
            self.pending.append(operation)
            return
        if held != operation.before:
            self.priors[operation.key] = pack(held)
        dirty = self._dirty.get(target)
        if dirty is None:
            dirty = self._dirty[target] = {}
        if outcome is APPLIED and not isinstance(value, dict):
            dirty[name] = operation.hlc
        elif outcome is APPLIED and spec is not None:
            dirty.setdefault(name, "")
            if (key := stamp_key(spec, value)) in state.stamps:
                self._items[target, key] = state.stamps[key]
        if folded.conflict_with:
            self.conflicts.append((operation, folded.conflict_with))

    def _note_create(self, entity: EntitySpec, operation: Operation, *, existed: bool) -> None:
        target = (operation.entity, operation.id)
        if not existed:
            self.created[target] = None
        else:
            self.fill(operation, [spec.name for spec in entity.fields])
        if unplaced(operation, entity):
            self.pending.append(operation)
        elif not existed and self.tables.lean:
            self.elided[operation.key] = target

    def _number_new(self) -> None:
        following: dict[str, int] = {}
        for entity, record_id in self.created:
            if entity not in following:
                following[entity] = states.next_rec(self.connection, self.tables, entity)
            self.recs[entity, record_id] = following[entity]
            following[entity] += 1

    def _fields(self, entity: str) -> tuple[str, ...]:
        return tuple(spec.name for spec in self.registry.entity(entity).fields)

    def _update(
        self,
        entity: str,
        dirty: Sequence[str],
        targets: Sequence[Target],
        *,
        lives_on: bool,
    ) -> None:
        """Write the same fields of several records, and their heads as far as those change."""
        found = [self.states[target] for target in targets]
        number = self.tables.words.numbering(self.connection)
        heads: tuple[str, ...] = states.TOUCH_COLUMNS if lives_on else states.HEAD_COLUMNS
        said: Sequence[tuple[Any, ...]] = states.touches(number, found)
        if not lives_on:
            said = [states.head(number, state) for state in found]
        values = [_column([state.values.get(name) for state in found]) for name in dirty]
        cleared = indexer.cleared_keys(self.tables, entity, dirty)
        recs = [self.recs[target] for target in targets]
        # Column by column: a row put together by itself takes three times as long.
        written = list(
            zip(
                *zip(*said, strict=True),
                *values,
                *([[None] * len(recs)] * len(cleared)),
                recs,
                strict=True,
            )
        )
        columns = (*heads, *dirty, *cleared)
        rows.update(self.connection, self.tables, self.tables.of(entity), columns, written)

    def _write_stamps(self) -> None:
        recs = self.recs
        stamps = [(t[0], recs[t], key, stamp) for (t, key), stamp in self._items.items()]
        for target, dirty in self._dirty.items():
            for name, stamp in dirty.items():
                if stamp:
                    stamps.append((target[0], recs[target], name, stamp))
        states.write_stamps(self.connection, self.tables, stamps)

    def unindexed(self) -> dict[str, list[int]]:
        """The records whose search index no longer fits: (entity → row ids)."""
        stale: dict[str, list[int]] = defaultdict(list)
        lean, indexed = self.tables.lean, dict[str, frozenset[str]]()
        for target in dict.fromkeys((*self.created, *self._dirty)):
            entity = target[0]
            shown = indexed.get(entity)
            if shown is None:
                spec = self._entities[entity]
                shown = indexed[entity] = indexer.indexed_fields(spec, lean=lean)
            if shown and (
                target in self.created
                or target in self._turned
                or not shown.isdisjoint(self._dirty[target])
            ):
                stale[entity].append(self.recs[target])
        return stale


def _column(values: Sequence[Value]) -> Sequence[Value]:
    """`_stored` of each."""
    return [_stored(value) for value in values] if list in set(map(type, values)) else values


def _stored(value: Value) -> Value:
    """A value in the form its column stores: sets as JSON text."""
    return pack(value) if isinstance(value, list) else value
