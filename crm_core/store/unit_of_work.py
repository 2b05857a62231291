"""One write by one person: edits → operations → permission → apply → rules → one commit.

The only way a program changes data. Views never come here; they call the desktop's `do_*` verbs
or a server service, which do.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from crm_core.clock import ZERO_STAMP, Clock, HybridClock, new_id
from crm_core.errors import BugError, KnownError
from crm_core.model.query import Query
from crm_core.model.schema import EntitySpec, FieldSpec, Merge, Registry
from crm_core.model.values import Record, Value, normalise, problems
from crm_core.permissions import Actor, Right, can
from crm_core.store import changelog, oplog, records
from crm_core.store.changelog import Applied
from crm_core.store.tables import Tables
from crm_core.sync.change import Operation, Payload, Verb
from crm_core.sync.history import Edit, inverse_edits

MAX_RULE_ROUNDS = 5
"""Rules may set off rules; after this many rounds they are going in a circle."""

Rules = Callable[[Sequence[Operation], "Unit"], Iterable[Edit]]
"""Looks at operations just applied and answers with further edits; reads through the unit."""


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

    def record(self, entity: str, record_id: str) -> Record | None:
        """One living record as this transaction sees it."""
        return records.one(self.connection, self.tables.of(entity), record_id)

    def find(self, query: Query) -> list[dict[str, Value]]:
        """Records answering the query as this transaction sees them."""
        return records.find(self.connection, self.tables, query, self.clock.now())

    def create(self, entity_name: str, values: Mapping[str, object], *, record_id: str = "") -> str:
        """Add a record; its id. Raises ValueProblem for the first thing wrong with `values`."""
        entity = self.registry.entity(entity_name)
        clean = self._clean_record(entity, values)
        self._permit(Right.CREATE, entity, clean)
        record_id = record_id or new_id(self.clock)
        kept: dict[str, Value] = {k: v for k, v in clean.items() if v is not None}
        self._apply([self._operation(entity_name, record_id, Verb.CREATE, kept, ZERO_STAMP)])
        return record_id

    def change(
        self, entity_name: str, record_id: str, changes: Mapping[str, object]
    ) -> list[Operation]:
        """Write the fields of `changes` that differ from what the record holds.

        Raises ValueProblem for a bad value, KnownError ("gone") where the record is not here.
        """
        entity = self.registry.entity(entity_name)
        record = self.record(entity_name, record_id)
        if record is None:
            raise _gone(entity)
        self._permit(Right.EDIT, entity, record)
        operations: list[Operation] = []
        for name, raw in changes.items():
            operations += self._set_operations(entity, record, entity.field_spec(name), raw)
        self._apply(operations)
        return operations

    def delete(self, entity_name: str, record_id: str) -> None:
        """Put a record in the bin: a tombstone that a later edit revives."""
        entity = self.registry.entity(entity_name)
        record = self.record(entity_name, record_id)
        if record is None:
            return
        self._permit(Right.DELETE, entity, record)
        base = self._touched(entity_name, record_id)
        self._apply([self._operation(entity_name, record_id, Verb.DELETE, True, base)])

    def edit(self, edits: Iterable[Edit]) -> None:
        """Carry out edits given as data: those of rules, of undo, of a proposal."""
        for edit in edits:
            if edit.verb is Verb.DELETE:
                self.delete(edit.entity, edit.id)
            elif edit.verb is Verb.SET and self.record(edit.entity, edit.id) is None:
                self._revive(edit)
            elif edit.verb is Verb.SET:
                self.change(edit.entity, edit.id, {edit.field: edit.value})
            else:
                raise BugError("an edit sets or deletes; records are created by `create`")

    def undo(self, group: str) -> None:
        """Take back everything done under `group`, as new operations (row 5.4)."""
        operations = oplog.of_group(self.connection, self.tables, group)
        now: dict[tuple[str, str], Record] = {}
        for entity in {o.entity for o in operations}:
            ids = {o.id for o in operations if o.entity == entity}
            rows = changelog.present_values(self.connection, self.tables, entity, ids)
            now |= {(entity, record_id): record for record_id, record in rows.items()}
        self.edit(inverse_edits(operations, now))

    def run_rules(self, rules: Rules) -> None:
        """Let rules react to everything applied so far, and to each other."""
        seen = 0
        for _ in range(MAX_RULE_ROUNDS):
            news = self.applied.fresh[seen:]
            seen = len(self.applied.fresh)
            if not news:
                return
            self.edit(rules(news, self))
        raise BugError("rules keep setting each other off")

    def _clean_record(self, entity: EntitySpec, values: Mapping[str, object]) -> dict[str, Value]:
        unknown = set(values) - {f.name for f in entity.fields}
        if unknown:
            raise BugError(f"{entity.name} has no fields {sorted(unknown)}")
        for problem in problems(entity, values):
            raise problem
        return {f.name: normalise(f, values.get(f.name)) for f in entity.fields}

    def _set_operations(
        self, entity: EntitySpec, record: Record, spec: FieldSpec, raw: object
    ) -> list[Operation]:
        value, old = normalise(spec, raw), record.get(spec.name)
        if value is None and spec.required:
            for problem in problems(entity, {**record, spec.name: None}):
                raise problem
        if value == old:
            return []
        record_id = str(record["id"])
        operations = []
        for payload, key in _payloads(spec, old, value):
            base = self._stamp(entity.name, record_id, key)
            operations.append(
                self._operation(
                    entity.name, record_id, Verb.SET, payload, base, name=spec.name, before=old
                )
            )
        return operations

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
        done = changelog.apply(
            self.connection, self.tables, self.registry, operations, now=self.clock.iso()
        )
        self.applied.extend(done)

    def _permit(self, right: Right, entity: EntitySpec, record: Record) -> None:
        verdict = can(self.actor, right, entity, record)
        if not verdict.allowed:
            raise KnownError(verdict.chinese, verdict.english, code="forbidden")

    def _touched(self, entity: str, record_id: str) -> str:
        return changelog.stamps_of(self.connection, self.tables, entity, record_id).touched

    def _stamp(self, entity: str, record_id: str, key: str) -> str:
        stamps = changelog.stamps_of(self.connection, self.tables, entity, record_id)
        return stamps.stamp_of(key)

    def _revive(self, edit: Edit) -> None:
        state = changelog.stamps_of(self.connection, self.tables, edit.entity, edit.id)
        if not state.exists:
            raise _gone(self.registry.entity(edit.entity))
        base = state.stamp_of(edit.field)
        before = state.values.get(edit.field)
        self._apply(
            [
                self._operation(
                    edit.entity, edit.id, Verb.SET, edit.value, base,
                    name=edit.field, before=before,
                )
            ]
        )  # fmt: skip


def _payloads(spec: FieldSpec, old: Value, new: Value) -> list[tuple[Payload, str]]:
    """What to send for a field going from `old` to `new`, with the stamp key each competes on."""
    if spec.merge is Merge.SET:
        had = set(old) if isinstance(old, list) else set()
        has = set(new) if isinstance(new, list) else set()
        steps: list[dict[str, Value]] = [{"add": item} for item in sorted(has - had)]
        steps += [{"remove": item} for item in sorted(had - has)]
        return [(step, f"{spec.name}/{next(iter(step.values()))}") for step in steps]
    if spec.merge is Merge.COUNTER and isinstance(new, int):
        return [({"add": new - (old if isinstance(old, int) else 0)}, spec.name)]
    return [(new, spec.name)]


def _gone(entity: EntitySpec) -> KnownError:
    return KnownError(
        f"这条{entity.label.zh}已被删除，或不在本机上，修改没有保存。可以在历史中找回。",
        f"This {entity.label.en.lower()} was deleted or is not on this device; nothing was "
        "saved. It can be brought back from history.",
        code="gone",
    )
