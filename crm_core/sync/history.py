"""Reading the change log as a person does: a field's versions, a state as of a moment, inverses.

History is never rewritten; taking something back is a new operation (design rule 7).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from crm_core.model.schema import EntitySpec, Merge
from crm_core.model.values import Value
from crm_core.sync.change import Operation, Verb, moment_of
from crm_core.sync.merge import RecordState, fold


@dataclass(frozen=True, slots=True)
class Version:
    """One line of a field's history (row 5.4): operator, time, before, after."""

    operation: Operation
    field: str
    before: Value
    after: Value
    at: str
    """The author's time, ISO UTC."""
    current: bool
    """Whether this version is the one the record shows now."""
    lost: bool
    """Overtaken by an edit its author had not seen, and the author's edit did not win."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A change to be made by someone through the normal write path."""

    entity: str
    id: str
    verb: Verb
    field: str = ""
    value: Value = None


def field_versions(
    operations: Iterable[Operation], entity: EntitySpec, field: str
) -> list[Version]:
    """The versions of one field, oldest first, from all operations of one record."""
    spec = entity.field_spec(field)
    relevant = sorted(
        (o for o in operations if o.verb is Verb.CREATE or o.field == field),
        key=lambda o: o.hlc,
    )
    if spec.merge in (Merge.SET, Merge.COUNTER):
        return _folded_versions(relevant, entity, field)
    last = len(relevant) - 1
    return [
        Version(
            operation=operation,
            field=field,
            before=operation.before,
            after=_after(operation, field),
            at=moment_of(operation),
            current=place == last,
            lost=place < last and relevant[place + 1].base < operation.hlc,
        )
        for place, operation in enumerate(relevant)
    ]


def _after(operation: Operation, field: str) -> Value:
    if operation.verb is Verb.CREATE:
        return operation.created_values.get(field)
    return None if isinstance(operation.value, dict) else operation.value


def _folded_versions(
    operations: Sequence[Operation], entity: EntitySpec, field: str
) -> list[Version]:
    state, versions = RecordState(), []
    for place, operation in enumerate(operations):
        before = state.values.get(field)
        fold(state, operation, entity)
        versions.append(
            Version(
                operation=operation,
                field=field,
                before=before,
                after=state.values.get(field),
                at=moment_of(operation),
                current=place == len(operations) - 1,
                lost=False,
            )
        )
    return versions


def as_of(operations: Iterable[Operation], entity: EntitySpec, stamp: str) -> RecordState:
    """The record as it stood at `stamp`, from all its operations."""
    state = RecordState()
    for operation in sorted(operations, key=lambda o: o.hlc):
        if operation.hlc <= stamp:
            fold(state, operation, entity)
    return state


def inverse_edits(
    group: Sequence[Operation], now: Mapping[tuple[str, str], Mapping[str, Value]]
) -> list[Edit]:
    """The edits that take a whole group back, latest first.

    `now` holds the present values of the records by (entity, id). A created record is deleted, a
    changed field gets back what it held before; a field somebody has changed since is left as it
    is, because undoing must not destroy another person's work.
    """
    edits: list[Edit] = []
    created = {(o.entity, o.id) for o in group if o.verb is Verb.CREATE}
    present = {target: dict(values) for target, values in now.items()}
    for operation in sorted(group, key=lambda o: o.hlc, reverse=True):
        target = (operation.entity, operation.id)
        record = present.setdefault(target, {})
        if operation.verb is Verb.CREATE:
            edits.append(Edit(operation.entity, operation.id, Verb.DELETE))
        elif operation.verb is Verb.SET and target not in created:
            edits.extend(_inverse_set(operation, record))
            if operation.value == operation.before:  # Written for no change: it revived a record.
                edits.append(Edit(operation.entity, operation.id, Verb.DELETE))
        elif operation.verb is Verb.DELETE and target not in created:
            edits.extend(_revival(operation, record))
    return edits


def _inverse_set(operation: Operation, record: dict[str, Value]) -> list[Edit]:
    """The edit that takes one SET back, noted in `record` for the earlier ones of the group."""
    present = record.get(operation.field)
    value: Value
    if isinstance(operation.value, dict):
        value = stepped_back(operation.value, present)
    else:
        value = operation.before
        if present != operation.value:
            return []
    if value == present:
        return []
    record[operation.field] = value
    return [Edit(operation.entity, operation.id, Verb.SET, operation.field, value)]


def stepped_back(step: Mapping[str, Value], present: Value) -> Value:
    """What a set or counter held before one step on it."""
    added, removed = step.get("add"), step.get("remove")
    if isinstance(added, int):
        return (present if isinstance(present, int) else 0) - added
    items = set(present) if isinstance(present, list) else set()
    if isinstance(added, str):
        items.discard(added)
    if isinstance(removed, str):
        items.add(removed)
    return sorted(items) or None


def _revival(operation: Operation, record: Mapping[str, Value]) -> list[Edit]:
    """Any write newer than a delete revives; write back a value the record already holds."""
    for name, value in record.items():
        if name != "id" and isinstance(value, str):
            return [Edit(operation.entity, operation.id, Verb.SET, name, value)]
    return []
