"""One write by one person: edits → operations → permission → apply → rules → one commit.

The only way a program changes data. Views never come here; they call the desktop's `do_*` verbs
or a server service, which do.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from sqlalchemy import Connection

from crm_core.clock import ZERO_STAMP, Clock, HybridClock, new_id
from crm_core.errors import BugError, KnownError
from crm_core.model.query import Query
from crm_core.model.schema import EntitySpec, FieldSpec, Registry
from crm_core.model.values import Record, Value, cleaned
from crm_core.permissions import Actor, Right, can, can_bulk
from crm_core.rules.firing.sight import Ledger
from crm_core.rules.required import ENTITY, Needed, insist, requirements
from crm_core.store.changes import act_refusals, changelog, states
from crm_core.store.changes.act_list import undo_plan
from crm_core.store.changes.act_refusals import Refused, exists, gone
from crm_core.store.changes.batch import NOTHING_SEEN, Seen
from crm_core.store.changes.changelog import Applied
from crm_core.store.changes.payloads import differing, payloads
from crm_core.store.changes.states import Loaded
from crm_core.store.changes.waves import waves
from crm_core.store.reading import records
from crm_core.store.schema.tables import Tables
from crm_core.sync.change import Operation, Payload, Verb
from crm_core.sync.creations import Creations
from crm_core.sync.history import Edit
from crm_core.sync.merge import RecordState

MAX_RULE_ROUNDS = 8
"""Rules may set off rules; after this many rounds they are going in a circle."""

Rules = Callable[[Sequence[Operation], "Unit"], Iterable[Edit]]
"""Looks at operations just applied and answers with further edits; reads through the unit."""

Gates = Callable[["Unit", str, Record, Record], Mapping[str, Value]]
"""(unit, entity, record before, changes of its stage) → what else is to be written."""


@dataclass(slots=True)
class Committed:
    """What a finished write did; filled in when the transaction has committed."""

    group: str
    changed: dict[str, set[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Unit:
    """An open write transaction. Reads see what it has written so far."""

    connection: Connection
    tables: Tables
    registry: Registry
    hybrid: HybridClock
    clock: Clock
    actor: Actor
    reason: str
    group: str
    sequence: int
    """The last replica_seq given out."""
    applied: Applied = field(default_factory=Applied)
    _touched: dict[str, set[str]] = field(default_factory=dict)
    """By entity, the records this act changed or deleted."""
    _found: dict[tuple[str, str], Record] = field(default_factory=dict)
    held: dict[str, Loaded] = field(default_factory=dict)
    """By entity, the records read so far, as what was written since left them."""
    seen: Seen = NOTHING_SEEN  # What else of them was read in this transaction (`judge`).
    made: dict[str, list[Creations]] = field(default_factory=dict)
    """By entity, records just created at once (`bulk_create`): rules need not read them again."""
    _begun: datetime | None = None
    insists: bool = False  # A person is at work, who can be asked for what is missing (row 5.3).
    _needed: tuple[Needed, ...] | None = None
    gates: Gates | None = None  # Asked before a record goes to another stage (row 4.2).
    ledger: Ledger = field(default_factory=Ledger)
    """What automations did in this act."""
    _heard: int = 0
    """Of what was applied, so many operations have been shown to rules."""
    _heard_made: int = 0
    """The same of what was created at once."""

    def record(self, entity: str, record_id: str) -> Record | None:
        """One living record as this transaction sees it."""
        return records.one(self.connection, self.tables, entity, record_id)

    def records(self, entity: str, ids: Collection[str]) -> Mapping[str, Record]:
        """Living records by id as this transaction sees them."""
        return self.parts(entity, ids)

    def parts(
        self, entity: str, ids: Collection[str], fields: Collection[str] | None = None
    ) -> Mapping[str, Record]:
        """The same, with at least these fields; None: all."""
        for made in self.made.get(entity, ()):
            if made.records.keys() >= set(ids):
                return {one: {"id": one, **made.records[one]} for one in ids}
        held = self.held[entity].states if entity in self.held else {}
        here: dict[str, Record] = {
            one: dict(held[one].values) for one in ids if one in held and held[one].alive
        }
        rest = [one for one in ids if one not in held]
        if fields is not None and rest and self.seen.has(entity, fields):
            found, rest = self.seen.parts(entity, rest)
            here |= found
        return here | records.by_ids(self.connection, self.tables, entity, rest, fields)

    def knows(self, entity: str, record_id: str) -> bool:
        """Whether there is, or was, a record with this id."""
        return bool(self.states_of(entity, [record_id]))

    def find(self, query: Query) -> list[dict[str, Value]]:
        """Records answering the query as this transaction sees them."""
        return records.find(self.connection, self.tables, query, self.clock.now())

    def known(self, entity: str, ids: Collection[str]) -> frozenset[str]:
        """Those of these ids of which there is, or was, a record."""
        return frozenset(self.states_of(entity, ids))

    def written_after(self, entity: str, record_id: str, name: str, stamp: str) -> bool:
        """Whether a field was written later than a stamp."""
        state = self.states_of(entity, [record_id]).get(record_id)
        return state is not None and state.stamp_of(name) > stamp

    def was_moved(self, entity: str, record_id: str, key: str) -> bool:
        """Whether a key (`field/item`) was written since the record was created."""
        state = self.states_of(entity, [record_id]).get(record_id)
        return state is not None and key in state.stamps

    def create(self, entity_name: str, values: Mapping[str, object], *, record_id: str = "") -> str:
        """Add a record; its id. Raises ValueProblem for the first thing wrong with `values`."""
        return self.create_many(entity_name, [values], record_ids=[record_id])[0]

    def create_many(
        self,
        entity_name: str,
        rows: Sequence[Mapping[str, object]],
        *,
        record_ids: Sequence[str] = (),
    ) -> list[str]:
        """Add records in one go; their ids. Ids left out or empty are made up.

        Raises ValueProblem for the first thing wrong, KnownError ("exists") for an id in use.
        """
        given = list(record_ids) or [""] * len(rows)
        if self.states_of(entity_name, {i for i in given if i}):
            raise exists(self.registry.entity(entity_name))
        return self._create_new(entity_name, rows, given)

    def _create_new(
        self, entity_name: str, rows: Sequence[Mapping[str, object]], given: Sequence[str]
    ) -> list[str]:
        entity = self.registry.entity(entity_name)
        ids, operations = [], []
        for values, wished in zip(rows, given, strict=True):
            clean = self._clean_record(entity, values)
            self._insist_on_all(entity, None, clean)
            kept: dict[str, Value] = {k: v for k, v in clean.items() if v is not None}
            self._permit(Right.CREATE, entity, clean, fields=kept)
            ids.append(wished or new_id(self.clock))
            operations.append(self._operation(entity_name, ids[-1], Verb.CREATE, kept, ZERO_STAMP))
        self._apply(operations)
        return ids

    def create_missing(self, entity: str, rows: Mapping[str, Mapping[str, object]]) -> int:
        """Add those of the records (id → values) that were never here; how many. What is done under
        an id worked out from its cause is so done once (`rules.identity`)."""
        known = self.known(entity, rows)
        fresh = {one: values for one, values in rows.items() if one not in known}
        self._create_new(entity, list(fresh.values()), list(fresh))
        return len(fresh)

    def change(
        self, entity_name: str, record_id: str, changes: Mapping[str, object]
    ) -> list[Operation]:
        """Write the fields of `changes` that differ from what the record holds.

        Raises ValueProblem for a bad value, KnownError ("gone") where the record is not here.
        """
        return self.change_many(entity_name, {record_id: changes})

    def change_many(
        self,
        entity_name: str,
        changes: Mapping[str, Mapping[str, object]],
        *,
        refused: Refused | None = None,
    ) -> list[Operation]:
        """`change` for many records (id → field → value) at the cost of a few statements.

        With `refused`, records that cannot be changed are noted there and passed over.
        """
        entity = self.registry.entity(entity_name)
        return self._write_fields(entity, changes, revive=False, refused=refused)

    def values_of(self, entity: str, ids: Collection[str]) -> Mapping[str, Record]:
        """Living records by id, to be changed next: they are not read again for that."""
        found = self.states_of(entity, ids)
        return {one: state.values for one, state in found.items() if state.alive}

    def delete(self, entity_name: str, record_id: str) -> None:
        """Put a record in the bin: a tombstone that a later edit revives."""
        self.delete_many(entity_name, [record_id])

    def delete_many(
        self,
        entity_name: str,
        record_ids: Collection[str],
        *,
        refused: Refused | None = None,
    ) -> None:
        """Put records in the bin; ones already gone are passed over. `refused`: `change_many`."""
        entity = self.registry.entity(entity_name)
        found = self.states_of(entity_name, record_ids)
        operations = []
        for record_id in dict.fromkeys(record_ids):
            state = found.get(record_id)
            if state is None or not state.alive:
                continue
            try:
                self._permit(Right.DELETE, entity, self._before(entity, record_id, state))
            except KnownError as error:
                act_refusals.note(refused, record_id, error)
                continue
            operations.append(
                self._operation(entity_name, record_id, Verb.DELETE, True, state.touched)
            )
        self._permit_bulk(entity, operations)
        self._apply(operations)

    def edit(self, edits: Iterable[Edit], *, refused: Refused | None = None) -> None:
        """Carry out edits given as data: those of rules, of undo, of a proposal.

        A SET on a deleted record brings it back. `refused`: `change_many`.
        """
        for wave in waves(edits):
            entity_name, verb = wave[0].entity, wave[0].verb
            if verb is Verb.DELETE:
                self.delete_many(entity_name, [edit.id for edit in wave], refused=refused)
            elif verb is Verb.SET:
                changes: dict[str, dict[str, object]] = {}
                for edit in wave:
                    changes.setdefault(edit.id, {})[edit.field] = edit.value
                entity = self.registry.entity(entity_name)
                self._write_fields(entity, changes, revive=True, refused=refused)
            else:
                raise BugError("an edit sets or deletes; records are created by `create`")

    def undo(self, group: str, *, part: tuple[int, int] | None = None) -> None:
        """Take back everything done under `group`, as new operations (row 5.4); with `part`, what
        is numbered within that.

        Fields and records unknown here, and records someone else has deleted since, stay as
        they are.
        """
        plan = undo_plan(
            self.connection, self.tables, self.registry, group, states_of=self.states_of, part=part
        )
        self.edit(plan.edits)

    def run_rules(self, rules: Rules) -> None:
        """Let rules react to everything applied since they last did, and to each other."""
        self.settled(rules, self._news())

    def settled(self, rules: Rules, operations: Sequence[Operation]) -> Sequence[Operation]:
        """These operations, and all that the rules make of them until nothing more follows. What
        the person may not do themselves does not follow: it is no reason to refuse their act."""
        news, found = operations, list[Sequence[Operation]]()
        for _ in range(MAX_RULE_ROUNDS):
            if not news:
                return found[0] if len(found) == 1 else list(chain.from_iterable(found))
            found.append(news)
            self.edit(rules(news, self), refused={})
            news = self._news()
        raise BugError("rules keep setting each other off")

    def _news(self) -> Sequence[Operation]:
        fresh, self._heard = self.applied.fresh[self._heard :], len(self.applied.fresh)
        made = [one.creations for one in self.applied.made[self._heard_made :]]
        self._heard_made += len(made)
        if not made:
            return fresh
        if len(made) == 1 and not fresh:
            return made[0]
        return sorted(chain(fresh, *made), key=lambda one: one.replica_seq)

    def _clean_record(self, entity: EntitySpec, values: Mapping[str, object]) -> dict[str, Value]:
        found = cleaned(entity, values)
        if unknown := values.keys() - found.keys():
            raise BugError(f"{entity.name} has no fields {sorted(unknown)}")
        return found

    def _write_fields(
        self,
        entity: EntitySpec,
        changes: Mapping[str, Mapping[str, object]],
        *,
        revive: bool,
        refused: Refused | None = None,
    ) -> list[Operation]:
        found = self.states_of(entity.name, changes)
        operations: list[Operation] = []
        for record_id, fields in changes.items():
            state = found.get(record_id)
            try:
                if state is None or not (state.alive or revive):
                    raise gone(entity)
                before = self._before(entity, record_id, state)
                new = differing(entity, state.values, fields, alive=state.alive)
                self._permit(Right.EDIT, entity, before, fields=new.keys())
                if not revive:
                    self._insist_on_all(entity, state.values, new)
                    if self.gates and "stage" in new:
                        held = {**state.values, "id": record_id}
                        new |= self.gates(self, entity.name, held, new)
            except KnownError as error:
                act_refusals.note(refused, record_id, error)
                continue
            for name, value in new.items():
                spec = entity.field_spec(name)
                operations += self._set_operations(entity, record_id, state, spec, value)
        self._permit_bulk(entity, operations)
        self._apply(operations)
        return operations

    def _set_operations(
        self, entity: EntitySpec, record_id: str, state: RecordState, spec: FieldSpec, value: Value
    ) -> list[Operation]:
        old = state.values.get(spec.name)
        return [
            self._operation(
                entity.name, record_id, Verb.SET, payload, state.stamp_of(key),
                name=spec.name, before=old,
            )
            for payload, key in payloads(spec, old, value)
        ]  # fmt: skip

    def _operation(
        self, entity: str, record_id: str, verb: Verb, value: Payload, base: str,
        *, name: str = "", before: Value = None,
    ) -> Operation:  # fmt: skip
        self.sequence += 1
        return Operation(
            replica=self.hybrid.node, replica_seq=self.sequence, entity=entity, id=record_id,
            verb=verb, field=name, value=value, before=before, hlc=self.hybrid.tick(), base=base,
            group=self.group, actor=self.actor.user_id, reason=self.reason,
        )  # fmt: skip

    def _apply(self, operations: Sequence[Operation]) -> None:
        for entity in {operation.entity for operation in operations} & self.made.keys():
            del self.made[entity]
        done = changelog.apply(
            self.connection, self.tables, self.registry, operations,
            now=self.clock.iso(), held=self.held, own=True,
        )  # fmt: skip
        self.applied.extend(done)

    def _permit(
        self, right: Right, entity: EntitySpec, record: Record, *, fields: Collection[str] = ()
    ) -> None:
        # One act is judged by one moment, too: asking the time costs something for every record.
        self._begun = self._begun or self.clock.now()
        act_refusals.insist(can(self.actor, right, entity, record, fields=fields, now=self._begun))

    def _insist_on_all(
        self, entity: EntitySpec, before: Record | None, changes: Mapping[str, object]
    ) -> None:
        if not self.insists:
            return
        if self._needed is None:
            self._needed = requirements(self.find(Query(ENTITY)))
        insist(self._needed, entity, before, changes, self.clock.now())

    def _before(self, entity: EntitySpec, record_id: str, state: RecordState) -> Record:
        """The record as it was before this act: one act is judged by one state, here and there."""
        return self._found.setdefault((entity.name, record_id), dict(state.values))

    def _permit_bulk(self, entity: EntitySpec, operations: Sequence[Operation]) -> None:
        touched = self._touched.setdefault(entity.name, set())
        touched.update(operation.id for operation in operations)
        act_refusals.insist(can_bulk(self.actor, entity, len(touched)))

    def states_of(self, entity: str, ids: Collection[str]) -> dict[str, RecordState]:
        """The states of those that are here, dead ones too, as this transaction sees them."""
        held = self.held.setdefault(entity, Loaded())
        lacking = set(ids) - held.states.keys() - held.absent
        if lacking:
            held.take(states.load(self.connection, self.tables, entity, lacking))
        return {i: held.states[i] for i in ids if i in held.states}
