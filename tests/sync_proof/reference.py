"""The merge told a second time, from design section 3 and not from the code: the slow way.

Takes all operations of one record at once and says what must be shown; order does not matter.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from crm_core.clock import ZERO_STAMP
from crm_core.model.schema import EntitySpec, FieldSpec, Merge
from crm_core.model.values import Value
from crm_core.sync.change import Operation, Verb
from crm_core.sync.merge import RecordState


@dataclass(frozen=True, slots=True)
class Told:
    """What one record must look like: its values, the stamp of each, whether it lives."""

    values: dict[str, Value] = field(default_factory=dict)
    stamps: dict[str, str] = field(default_factory=dict)
    created: str = ZERO_STAMP
    touched: str = ZERO_STAMP
    deleted: str = ZERO_STAMP
    alive: bool = False


def told_again(operations: Iterable[Operation], entity: EntitySpec) -> Told | None:
    """The record after all these operations; None where it was never created."""
    every = sorted(operations, key=lambda o: o.hlc)
    creations = [o for o in every if o.verb is Verb.CREATE]
    if not creations:
        return None
    creation = creations[-1]
    edits = [o for o in every if o.verb is Verb.SET and entity.find(o.field) is not None]
    deleted = max((o.hlc for o in every if o.verb is Verb.DELETE), default=ZERO_STAMP)
    touched = max(o.hlc for o in (*creations, *edits))
    values, stamps = dict[str, Value](), dict[str, str]()
    for spec in entity.fields:
        later = [o for o in edits if o.field == spec.name and o.hlc > creation.hlc]
        first = creation.created_values.get(spec.name)
        if spec.merge is Merge.SET:
            values[spec.name] = _set(first, later)
        else:
            values[spec.name] = _last(first, later)
            stamps[spec.name] = later[-1].hlc if later else creation.hlc
    return Told(values, stamps, creation.hlc, touched, deleted, alive=touched > deleted)


def _last(first: Value, later: Sequence[Operation]) -> Value:
    if not later:
        return first
    value = later[-1].value
    assert not isinstance(value, dict)
    return value


def _set(first: Value, later: Sequence[Operation]) -> Value:
    """The last word on each item alone counts."""
    items = {str(item): True for item in first} if isinstance(first, list) else {}
    for operation in later:
        assert isinstance(operation.value, dict)
        for word, item in operation.value.items():
            items[str(item)] = word == "add"
    return sorted(item for item, there in items.items() if there) or None


def shown(state: RecordState, entity: EntitySpec) -> Told:
    """A state of the store in the same words."""
    plain: list[FieldSpec] = [s for s in entity.fields if s.merge is not Merge.SET]
    return Told(
        values={spec.name: state.values.get(spec.name) for spec in entity.fields},
        stamps={spec.name: state.stamp_of(spec.name) for spec in plain},
        created=state.created, touched=state.touched, deleted=state.deleted, alive=state.alive,
    )  # fmt: skip
