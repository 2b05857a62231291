"""The records as they stood at a moment of the past, moved on operation by operation.

What a replay looks at in place of a database: the same questions (`Sight`, `Lookup`) answered from
memory, at the clock of the moment replayed. Nothing a rule decides is ever written into it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from crm_core.clock import Clock
from crm_core.model.merging import MERGED_INTO
from crm_core.model.query import All, Any, Condition, Op, Query, Test
from crm_core.model.schema import Kind, Merge, Registry
from crm_core.model.values import Record, Value
from crm_core.permissions import ADMIN, Actor, Circles
from crm_core.rules.firing.compiled import compiled
from crm_core.sync.change import Operation, Verb

Held = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Partial:
    """How much of what happened is not known here."""

    estimated: int = 0
    """Records whose history is not on this device: when they were created and answered is known,
    what they held meanwhile is what they hold now."""
    known_from: datetime | None = None
    """The oldest act this device has, where that is later than the beginning."""


@dataclass(frozen=True, slots=True)
class Feed:
    """What was there, and what happened then, oldest first."""

    since: datetime
    until: datetime
    start: Mapping[str, Mapping[str, Held]]
    """Entity → id → the record as it was at the beginning."""
    operations: tuple[Operation, ...]
    partial: Partial = Partial()


class Past:
    """One moment of it, and the way to the next."""

    def __init__(
        self, registry: Registry, start: Mapping[str, Mapping[str, Held]], now: datetime
    ) -> None:
        self.registry = registry
        self.now = now
        self.clock = Clock(now=lambda: self.now)
        self.actor = Actor("", ADMIN, Circles())
        self.happened: set[str] = set()
        """Ids of firings, so that what happens once is not said twice."""
        self._held: dict[str, dict[str, Held]] = defaultdict(dict)
        for entity, records in start.items():
            self._held[entity] = dict(records)
        self._moved: set[tuple[str, str, str]] = set()
        self._by: dict[tuple[str, str], dict[Value, dict[str, None]]] = {}
        self._checks: dict[Condition, Callable[[Record], bool]] = {}

    # -- moving on -----------------------------------------------------------------------------

    def apply(self, operation: Operation) -> None:
        """Let it happen; what concerns records nobody knows here is passed over."""
        records = self._held[operation.entity]
        if operation.verb is Verb.CREATE:
            made: Held = {**operation.created_values, "id": operation.id}
            records[operation.id] = made
            self._indexed(operation.entity, operation.id, {}, made)
            return
        held = records.get(operation.id)
        if held is None:
            return
        if operation.verb is Verb.DELETE:
            del records[operation.id]
            self._indexed(operation.entity, operation.id, held, {})
            return
        name = operation.field
        before = held.get(name)
        held[name] = after = self._after(operation, before)
        if (operation.entity, name) in self._by and before != after:
            self._indexed(operation.entity, operation.id, {name: before}, {name: after})

    def _after(self, operation: Operation, before: Value) -> Value:
        value = operation.value
        if not isinstance(value, dict):
            return value
        spec = self.registry.find(operation.entity, operation.field)
        if spec is not None and spec.merge is Merge.COUNTER:
            step = value.get("add")
            return (before if isinstance(before, int) else 0) + (
                step if isinstance(step, int) else 0
            )
        items = list(before) if isinstance(before, list) else []
        for word, item in value.items():
            self._moved.add((operation.entity, operation.id, f"{operation.field}/{item}"))
            if word == "add" and item not in items:
                items.append(str(item))
            elif word == "remove" and item in items:
                items.remove(str(item))
        return items

    # -- looking -------------------------------------------------------------------------------

    def get(self, entity: str, record_id: str) -> Record | None:
        """One living record."""
        found = self._held[entity].get(record_id)
        return found if found is not None and not found.get(MERGED_INTO) else None

    def record(self, entity: str, record_id: str) -> Record | None:
        """One living record."""
        return self.get(entity, record_id)

    def records(self, entity: str, ids: Collection[str]) -> Mapping[str, Record]:
        """Living records by id."""
        found = ((one, self.get(entity, one)) for one in ids)
        return {one: record for one, record in found if record is not None}

    def holds(self, entity: str) -> bool:
        """Whether there is any record of an entity."""
        return bool(self._held[entity])

    def every(self, entity: str) -> Iterable[Record]:
        """All living records of an entity."""
        return [one for one in self._held[entity].values() if not one.get(MERGED_INTO)]

    def at(self, entity: str, field: str, value: Value) -> list[Record]:
        """The living records in which a field holds this; at the cost of those alone."""
        key = (entity, field)
        if key not in self._by:
            index: dict[Value, dict[str, None]] = defaultdict(dict)
            for record_id, held in self._held[entity].items():
                if (found := held.get(field)) is not None and not isinstance(found, list):
                    index[found][record_id] = None
            self._by[key] = index
        ids = self._by[key].get(value, ())
        return [one for one in (self.get(entity, i) for i in ids) if one is not None]

    def find(self, query: Query) -> list[Held]:
        """Records answering a query, in no order but that of a limit's first."""
        some = self._candidates(query.entity, query.where)
        asked = self.every(query.entity) if some is None else some
        check = self._check(query.where)
        found: list[Held] = []
        for one in asked:
            if check(one):
                found.append(dict(one))
                if query.limit is not None and len(found) >= query.limit:
                    break
        return found

    def parts(
        self, entity: str, ids: Collection[str], _fields: Collection[str]
    ) -> Mapping[str, Record]:
        """The records whole: they are at hand."""
        return self.records(entity, ids)

    def known(self, entity: str, ids: Collection[str]) -> frozenset[str]:
        """Those of these ids of which there is a record, or that have happened."""
        held = self._held[entity]
        return frozenset(one for one in ids if one in self.happened or one in held)

    def was_moved(self, entity: str, record_id: str, key: str) -> bool:
        """Whether an item was put into or taken out of a set within what is replayed."""
        return (entity, record_id, key) in self._moved

    def written_after(self, _entity: str, _record_id: str, _name: str, _stamp: str) -> bool:
        """Nothing: what comes later has not happened yet."""
        return False

    def _check(self, condition: Condition) -> Callable[[Record], bool]:
        if condition not in self._checks:
            asked = compiled(condition)
            self._checks[condition] = lambda record: asked(record, self.now)
        return self._checks[condition]

    def _candidates(self, entity: str, condition: Condition) -> list[Record] | None:
        """Records among which the answers are, where an index says so; None: any."""
        match condition:
            case Test("id", Op.EQ, str(value)):
                found = self.get(entity, value)
                return [found] if found is not None else []
            case Test(field, Op.EQ, str(value)):
                spec = self.registry.find(entity, field)
                indexed = spec is not None and spec.kind is Kind.REF
                return self.at(entity, field, value) if indexed else None
            case All(parts):
                some = [c for part in parts if (c := self._candidates(entity, part)) is not None]
                return min(some, key=len, default=None)
            case Any(parts) if parts:
                every = [self._candidates(entity, part) for part in parts]
                if any(one is None for one in every):
                    return None
                return list(
                    {str(r["id"]): r for one in every for r in one or ()}.values()
                )  # fmt: skip
        return None

    def _indexed(self, entity: str, record_id: str, before: Record, after: Record) -> None:
        for (about, field), index in self._by.items():
            if about != entity:
                continue
            old, new = before.get(field), after.get(field)
            if old is not None and not isinstance(old, list):
                index.get(old, {}).pop(record_id, None)
            if new is not None and not isinstance(new, list):
                index.setdefault(new, {})[record_id] = None
