"""A record as it stood at a moment, from all of its history or from only the newest part of it.

A device filled by a snapshot holds the operations since then. What came before them is read off
backwards: an operation tells what its field held before it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from crm_core.model.schema import EntitySpec, Merge
from crm_core.model.values import Value
from crm_core.sync.change import Operation, Verb
from crm_core.sync.history import as_of, stepped_back


@dataclass(frozen=True, slots=True)
class Standing:
    """What a record held at a moment."""

    values: Mapping[str, Value]
    alive: bool
    """Whether it was there: created, and not in the bin."""
    known: bool
    """False where the history at hand does not reach back to the moment."""


def merged_history(
    local: Iterable[Operation], fetched: Iterable[Operation]
) -> tuple[list[Operation], frozenset[tuple[str, int]]]:
    """Both histories as one, in stamp order, and which of its operations only the server had."""
    held = {operation.key: operation for operation in local}
    added = {o.key: o for o in fetched if o.key not in held}
    whole = sorted([*held.values(), *added.values()], key=lambda o: o.hlc)
    return whole, frozenset(added)


def reaches_back(operations: Iterable[Operation]) -> bool:
    """Whether these are all operations of a record: they begin with its creation."""
    return any(operation.verb is Verb.CREATE for operation in operations)


def standing(
    operations: Sequence[Operation],
    entity: EntitySpec,
    stamp: str,
    *,
    present: Mapping[str, Value],
    alive: bool,
) -> Standing:
    """The record at `stamp`; `present` and `alive` say what it holds now."""
    if reaches_back(operations):
        state = as_of(operations, entity, stamp)
        return Standing(dict(state.values), state.alive, known=True)
    later = sorted((o for o in operations if o.hlc > stamp), key=lambda o: o.hlc, reverse=True)
    values = {spec.name: present.get(spec.name) for spec in entity.fields}
    was_alive = alive
    for operation in later:
        if operation.verb is Verb.DELETE:
            was_alive = True
        spec = entity.find(operation.field)
        if operation.verb is not Verb.SET or spec is None:
            continue
        if isinstance(operation.value, dict):
            values[spec.name] = stepped_back(operation.value, values.get(spec.name))
        elif spec.merge not in (Merge.SET, Merge.COUNTER):
            values[spec.name] = _held(operations, operation, stamp)
    known = any(o.hlc <= stamp for o in operations)
    return Standing(values, was_alive, known)


def _held(operations: Sequence[Operation], first: Operation, stamp: str) -> Value:
    """What a plain field held at `stamp`, `first` being the earliest write after it met so far."""
    earlier = [
        o for o in operations if o.verb is Verb.SET and o.field == first.field and o.hlc <= stamp
    ]
    if not earlier:
        return first.before
    last = max(earlier, key=lambda o: o.hlc)
    return None if isinstance(last.value, dict) else last.value
