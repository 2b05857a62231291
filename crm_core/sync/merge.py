"""The merge, pure: a record's state and an operation give the next state.

Commutative, associative and idempotent up to operation identity; the store guarantees that each
operation is folded in at most once. Design rules 2, 3, 7 and 8.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from crm_core.clock import ZERO_STAMP, stamp_node
from crm_core.model.schema import EntitySpec, FieldSpec, Merge
from crm_core.model.values import Value
from crm_core.sync.change import Operation, Payload, Verb


class Outcome(StrEnum):
    """What became of an operation when it was folded in."""

    APPLIED = "applied"
    SUPERSEDED = "superseded"
    """A later write holds the field; this one lives on in history."""
    PENDING = "pending"
    """Its record or field is not known here yet; kept and replayed."""


@dataclass(frozen=True, slots=True)
class Folded:
    """The verdict on one operation. `conflict_with` is the stamp it met without having seen it."""

    outcome: Outcome
    conflict_with: str = ""


@dataclass(slots=True)
class RecordState:
    """One record between operations. `stamps` is sparse: only fields written after creation."""

    values: dict[str, Value] = field(default_factory=dict)
    created: str = ZERO_STAMP
    touched: str = ZERO_STAMP
    """The latest create or set; the record lives while this is later than `deleted`."""
    deleted: str = ZERO_STAMP
    stamps: dict[str, str] = field(default_factory=dict)
    """Field name, or `field/item` for one item of a set, → stamp."""

    @property
    def exists(self) -> bool:
        """Whether a CREATE has been folded in."""
        return self.created != ZERO_STAMP

    @property
    def alive(self) -> bool:
        """An edit newer than the delete revives the record (rule 8)."""
        return self.exists and self.touched > self.deleted

    def stamp_of(self, key: str) -> str:
        """The stamp a field (or `field/item`) carries now."""
        return self.stamps.get(key, self.created)


def stamp_key(spec: FieldSpec, payload: Payload) -> str:
    """Under which key of `RecordState.stamps` a SET payload competes."""
    if spec.merge is Merge.SET and isinstance(payload, dict):
        item = payload.get("add", payload.get("remove"))
        return f"{spec.name}/{item}"
    return spec.name


def fold(state: RecordState, operation: Operation, entity: EntitySpec) -> Folded:
    """Fold `operation` into `state` in place and say what became of it."""
    if operation.verb is Verb.CREATE:
        return _create(state, operation)
    if not state.exists:
        return Folded(Outcome.PENDING)
    if operation.verb is Verb.DELETE:
        return _delete(state, operation)
    spec = entity.find(operation.field)
    if spec is None:
        return Folded(Outcome.PENDING)
    return _set(state, operation, spec)


def _create(state: RecordState, operation: Operation) -> Folded:
    if state.exists:
        # Only a copied database could mint one id twice; keep the state, the log keeps the rest.
        return Folded(Outcome.SUPERSEDED)
    state.values.update(operation.created_values)
    state.created = operation.hlc
    state.touched = max(state.touched, operation.hlc)
    return Folded(Outcome.APPLIED)


def _delete(state: RecordState, operation: Operation) -> Folded:
    unseen = state.touched if operation.base < state.touched else ""
    later = operation.hlc > state.deleted
    state.deleted = max(state.deleted, operation.hlc)
    return Folded(
        Outcome.APPLIED if later and not state.alive else Outcome.SUPERSEDED,
        unseen if unseen and stamp_node(unseen) != operation.replica else "",
    )


def _set(state: RecordState, operation: Operation, spec: FieldSpec) -> Folded:
    key = stamp_key(spec, operation.value)
    current = state.stamp_of(key)
    state.touched = max(state.touched, operation.hlc)
    if spec.merge is Merge.COUNTER and isinstance(operation.value, dict):
        step, total = operation.value.get("add"), state.values.get(spec.name)
        state.values[spec.name] = (total if isinstance(total, int) else 0) + (
            step if isinstance(step, int) else 0
        )
        return Folded(Outcome.APPLIED)
    wins = operation.hlc > current
    met = current if _unseen(operation, current, spec) else ""
    if wins:
        state.stamps[key] = operation.hlc
        state.values[spec.name] = _next_value(state.values.get(spec.name), operation.value)
    return Folded(Outcome.APPLIED if wins else Outcome.SUPERSEDED, met)


def _unseen(operation: Operation, current: str, spec: FieldSpec) -> bool:
    if spec.merge is Merge.SET:
        return False
    return operation.base != current and stamp_node(current) != operation.replica


def _next_value(old: Value, payload: Payload) -> Value:
    if not isinstance(payload, dict):
        return payload
    items = set(old) if isinstance(old, list) else set()
    added, removed = payload.get("add"), payload.get("remove")
    if isinstance(added, str):
        items.add(added)
    if isinstance(removed, str):
        items.discard(removed)
    return sorted(items) or None
