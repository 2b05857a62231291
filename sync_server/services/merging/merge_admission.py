"""Whether what a push says about merging is admitted: may they, is there such a record, was the
merge itself admitted of which this is a part.

A merge that is refused (rights taken away meanwhile, a record erased) leaves nothing of itself:
what it moved, and what its survivor took, are refused with it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from crm_core.errors import SyncCode
from crm_core.model.merging import MERGED, MERGED_INTO, mergeable
from crm_core.model.schema import Kind
from crm_core.model.values import Record
from crm_core.permissions import Actor, can_merge, can_unmerge
from crm_core.store.changes import states
from crm_core.store.changes.batch import Batch
from crm_core.store.log import aliases, log_keys
from crm_core.sync.change import CREATE, SET, Operation
from sync_server.services.admission import Refusal, refused

_NO_SUCH = Refusal(
    SyncCode.INVALID_VALUE,
    "要合并到的那条记录不在服务器上，没有合并；两条记录都保持原样。",
    "The record to merge into is not on the server; nothing was merged and both stay as they are.",
)
_NOT_MERGED = Refusal(
    SyncCode.FORBIDDEN,
    "这次合并没有被接受，或已被取消，所以随它移动的内容也保持原样。",
    "The merge was not accepted, or was taken back, so what it moved stays where it was.",
)

Target = tuple[str, str]
"""(entity, record id)"""


@dataclass(slots=True)
class Merging:
    """What one batch needs to know about records it does not write itself."""

    _survivors: dict[Target, Record] = field(default_factory=dict)
    """Those merges lead to, or led to until now, as the database has them."""
    _links: dict[Target, str] = field(default_factory=dict)
    _taking: set[Target] = field(default_factory=set)
    """Records that something was merged into: theirs are no moves."""
    _begun: dict[tuple[str, int], bool] = field(default_factory=dict)

    def learn(self, batch: Batch, operations: Iterable[Operation]) -> None:
        """Read them; what `is_plain` need not be among the operations."""
        into: dict[str, set[str]] = defaultdict(set)
        out_of: dict[str, set[str]] = defaultdict(set)
        parts: dict[str, set[str]] = defaultdict(set)
        left: dict[str, set[str]] = defaultdict(set)
        first: set[tuple[str, int]] = set()
        for one in operations:
            if (former := _left(batch, one)) is not None:
                left[one.entity].add(former)
            if (survivor := _survivor(batch, one)) is not None:
                into[one.entity].add(survivor)
            elif one.reason == MERGED:
                first.add(_first(one))
                parts[one.entity].add(one.id)
                if (moved := _moved_from(batch, one)) is not None:
                    out_of[moved[0]].add(moved[1])
        for entity in into.keys() | left.keys():
            ids = into[entity] | left[entity]
            owner = batch.registry.entity(entity).owner
            loaded = states.load(batch.connection, batch.tables, entity, ids, fields=[owner])
            found = loaded.states.items()
            self._survivors |= {(entity, i): dict(state.values) for i, state in found}
        for entity, ids in out_of.items():
            links = aliases.links(batch.connection, batch.tables, entity, ids)
            self._links |= {(entity, one): into_ for one, into_ in links.items()}
        self._taking = {(entity, one) for entity, ids in into.items() for one in ids}
        for entity, ids in parts.items():
            if entity in batch.registry and mergeable(batch.registry.entity(entity)):
                below = aliases.direct(batch.connection, batch.tables, entity, ids)
                self._taking |= {(entity, one) for one in below.values()}
        known = log_keys.rids_of(batch.connection, batch.tables, first)
        self._begun = {key: key in known for key in first}

    def refusal(self, actor: Actor, batch: Batch, operation: Operation) -> Refusal | None:
        """Why an operation is no merge, or no part of one; None where nothing is against it. Not
        asked of what `is_plain`."""
        former, survivor = _left(batch, operation), _survivor(batch, operation)
        if former is not None and former != survivor:
            record = self._record(batch, operation.entity, former)
            entity = batch.registry.entity(operation.entity)
            if record is not None and (no := refused(can_unmerge(actor, entity, record))):
                return no
        if survivor is not None:
            return self._of_link(actor, batch, operation, survivor)
        if operation.reason != MERGED:
            return None
        moved = _moved_from(batch, operation)
        if moved is not None and (operation.entity, operation.id) not in self._taking:
            state = batch.state(*moved)
            into = self._links.get(moved) if state is None else state.values.get(MERGED_INTO)
            return None if into is not None else _NOT_MERGED
        key = _first(operation)
        written = self._begun.get(key) or any(o.key == key for o in batch.operations)
        return None if written or operation.key == key else _NOT_MERGED

    def _of_link(
        self, actor: Actor, batch: Batch, operation: Operation, survivor: str
    ) -> Refusal | None:
        record = self._record(batch, operation.entity, survivor)
        if record is None or survivor == operation.id:
            return _NO_SUCH
        return refused(can_merge(actor, batch.registry.entity(operation.entity), record))

    def _record(self, batch: Batch, entity: str, survivor: str) -> Record | None:
        state = batch.state(entity, survivor)
        if state is not None and state.exists:
            return dict(state.values)
        return self._survivors.get((entity, survivor))


def is_plain(one: Operation) -> bool:
    """Whether nothing about merging is to be asked of it, as of nearly every operation."""
    return one.verb is SET and one.field != MERGED_INTO and one.reason != MERGED


def _left(batch: Batch, operation: Operation) -> str | None:
    """The record from which an operation parts its own, which was merged into it."""
    if operation.field != MERGED_INTO:
        return None
    state = batch.state(operation.entity, operation.id)
    into = state.values.get(MERGED_INTO) if state is not None else None
    return into if isinstance(into, str) else None


def _survivor(batch: Batch, operation: Operation) -> str | None:
    """The record an operation merges its own into."""
    if operation.field != MERGED_INTO and operation.verb is not CREATE:
        return None
    if operation.entity not in batch.registry:
        return None
    if not mergeable(batch.registry.entity(operation.entity)):
        return None
    value: object = operation.value if operation.field == MERGED_INTO else None
    value = operation.created_values.get(MERGED_INTO, value)
    return value if isinstance(value, str) else None


def _moved_from(batch: Batch, operation: Operation) -> Target | None:
    """The record something pointed at before an operation of a merge."""
    spec = batch.registry.find(operation.entity, operation.field)
    if spec is None or spec.kind is not Kind.REF or spec.name == MERGED_INTO:
        return None
    if spec.target not in batch.registry or not mergeable(batch.registry.entity(spec.target)):
        return None
    return (spec.target, operation.before) if isinstance(operation.before, str) else None


def _first(operation: Operation) -> tuple[str, int]:
    """The key of the first operation of an act."""
    node, _, number = operation.group.rpartition(":")
    return node, int(number) if number.isascii() and number.isdigit() else 0
