"""The merge, pure: a record's state and an operation give the next state.

Commutative, associative and idempotent up to operation identity; the store guarantees that each
operation is folded in at most once. Design rules 2, 3, 7 and 8.
"""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field

from crm_core.clock import ZERO_STAMP, stamp_node
from crm_core.model.merging import MERGED_INTO
from crm_core.model.schema import EntitySpec, FieldSpec, Kind, Merge
from crm_core.model.values import Value, has_form
from crm_core.sync.change import CREATE, DELETE, Operation, Payload


class Outcome(StrEnum):
    """What became of an operation when it was folded in."""

    APPLIED = "applied"
    SUPERSEDED = "superseded"
    """A later write holds the field; this one lives on in history."""
    PENDING = "pending"
    """Its record or field is not known here yet; kept and replayed."""


class Folded(Struct, frozen=True, gc=False):
    """The verdict on one operation. `conflict_with` is the stamp it met without having seen it."""

    outcome: Outcome
    conflict_with: str = ""


APPLIED, SUPERSEDED, PENDING = Outcome
"""By themselves, as `CREATE` and others of `change`."""
_APPLIED, _SUPERSEDED, _PENDING = Folded(APPLIED), Folded(SUPERSEDED), Folded(PENDING)
_ITEMS, _COUNTER, _TEXT = Merge.SET, Merge.COUNTER, Kind.TEXT


class RecordState(Struct):
    """One record between operations. `stamps` is sparse: only fields written after creation.

    A msgspec Struct, like operations: every record an exchange touches is made one of.
    """

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
        """An edit newer than the delete revives the record (rule 8); an alias of another is out
        of sight, whatever is written to it, until that ends (decision 046)."""
        return (
            self.touched > self.deleted
            and self.created != ZERO_STAMP
            and not self.values.get(MERGED_INTO)
        )

    @property
    def merged(self) -> bool:
        """Whether the record is an alias of another."""
        return bool(self.values.get(MERGED_INTO))

    def stamp_of(self, key: str) -> str:
        """The stamp a field (or `field/item`) carries now."""
        created = self.created
        stamp = self.stamps.get(key, created)
        return stamp if stamp > created else created


def stamp_key(spec: FieldSpec, payload: Payload) -> str:
    """Under which key of `RecordState.stamps` a SET payload competes."""
    if spec.merge is _ITEMS and isinstance(payload, dict):
        item = payload.get("add", payload.get("remove"))
        return f"{spec.name}/{item}"
    return spec.name


def fold(state: RecordState, operation: Operation, entity: EntitySpec) -> Folded:
    """Fold `operation` into `state` in place and say what became of it."""
    if operation.verb is CREATE:
        return _create(state, operation, entity)
    if not state.exists:
        return _PENDING
    if operation.verb is DELETE:
        return _delete(state, operation)
    return fold_set(state, operation, entity.find(operation.field))


def fold_set(state: RecordState, operation: Operation, spec: FieldSpec | None) -> Folded:
    """`fold` of a SET on a field; None for one that is unknown here."""
    value, hlc = operation.value, operation.hlc
    if spec is None or state.created == ZERO_STAMP:
        return _PENDING
    # Of a text in a field for one nothing else is to be asked.
    if not ((spec.kind is _TEXT and type(value) is str) or _fits(spec, value)):
        return _PENDING
    if hlc > state.touched:
        state.touched = hlc
    if isinstance(value, dict):
        return _step(state, operation, spec, value)
    # By far the commonest write, of which a sync folds thousands: the last writer of a field.
    name, current = spec.name, state.created
    written = state.stamps.get(name)
    if written is not None and written > current:
        current = written
    wins = hlc > current
    if wins:
        state.stamps[name], state.values[name] = hlc, value
    if operation.base < current and stamp_node(current) != operation.replica:
        return Folded(APPLIED if wins else SUPERSEDED, current)
    return _APPLIED if wins else _SUPERSEDED


def _fits(spec: FieldSpec, payload: Payload) -> bool:
    """Whether a SET payload has the shape its field merges by."""
    if not isinstance(payload, dict):
        return spec.merge is not _ITEMS and has_form(spec, payload)
    if spec.merge is _COUNTER:
        step = payload.get("add")
        return isinstance(step, int) and not isinstance(step, bool)
    words = [word for word in ("add", "remove") if isinstance(payload.get(word), str)]
    return spec.merge is _ITEMS and len(words) == len(payload) == 1


def unplaced(operation: Operation, entity: EntitySpec) -> frozenset[str]:
    """The fields of a CREATE that cannot be shown here yet: unknown, or of an unknown form."""
    return frozenset(
        name
        for name, value in operation.created_values.items()
        if (spec := entity.find(name)) is None or not has_form(spec, value)
    )


def place_late(state: RecordState, operation: Operation, entity: EntitySpec) -> frozenset[str]:
    """Fill in what `unplaced` held back of a CREATE folded in earlier, under all later writes.

    Gives the names whose values changed by that.
    """
    if state.created != operation.hlc:
        return frozenset()
    held = unplaced(operation, entity)
    created = {
        name: value
        for name, value in operation.created_values.items()
        if name not in held and entity.field_spec(name).merge is not _COUNTER
    }
    kept = {key: stamp for key, stamp in state.stamps.items() if stamp > state.created}
    values = _laid_over(state.values, created, kept)
    changed = {name for name in created if state.values.get(name) != values.get(name)}
    state.values.update({name: values.get(name) for name in changed})
    return frozenset(changed)


def _create(state: RecordState, operation: Operation, entity: EntitySpec) -> Folded:
    held = unplaced(operation, entity)
    created = {k: v for k, v in operation.created_values.items() if k not in held}
    if operation.hlc <= state.created:
        # The same id made twice (fixed ids, a copied database): the later one counts everywhere.
        state.touched = max(state.touched, operation.hlc)
        return _SUPERSEDED
    kept = {key: stamp for key, stamp in state.stamps.items() if stamp > operation.hlc}
    values = _laid_over(state.values, created, kept)
    state.values.clear()
    state.values.update(values)
    state.stamps = kept
    state.created = operation.hlc
    state.touched = max(state.touched, operation.hlc)
    return _APPLIED


def _laid_over(
    old: Mapping[str, Value], created: Mapping[str, Value], kept: Mapping[str, str]
) -> dict[str, Value]:
    """The values of a CREATE under the writes that are later than it."""
    values = dict(created)
    for key in kept:
        name, _, item = key.partition("/")
        if not item:
            values[name] = old.get(name)
            continue
        present = old.get(name)
        step = "add" if isinstance(present, list) and item in present else "remove"
        values[name] = _next_item(values.get(name), {step: item})
    return values


def _delete(state: RecordState, operation: Operation) -> Folded:
    unseen = state.touched if operation.base < state.touched else ""
    later = operation.hlc > state.deleted
    state.deleted = max(state.deleted, operation.hlc)
    return Folded(
        APPLIED if later and not state.alive else SUPERSEDED,
        unseen if unseen and stamp_node(unseen) != operation.replica else "",
    )


def _step(
    state: RecordState, operation: Operation, spec: FieldSpec, step: Mapping[str, Value]
) -> Folded:
    """One step of a counter, or on one item of a set."""
    if spec.merge is _COUNTER:
        by, total = step.get("add"), state.values.get(spec.name)
        state.values[spec.name] = (total if isinstance(total, int) else 0) + (
            by if isinstance(by, int) else 0
        )
        return _APPLIED
    key = stamp_key(spec, operation.value)
    if operation.hlc <= state.stamp_of(key):
        return _SUPERSEDED
    state.stamps[key] = operation.hlc
    state.values[spec.name] = _next_item(state.values.get(spec.name), step)
    return _APPLIED


def _next_item(old: Value, payload: Mapping[str, Value]) -> Value:
    """A set with one item added or removed."""
    items = set(old) if isinstance(old, list) else set()
    added, removed = payload.get("add"), payload.get("remove")
    if isinstance(added, str):
        items.add(added)
    if isinstance(removed, str):
        items.discard(removed)
    return sorted(items) or None
