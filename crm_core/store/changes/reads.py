"""What a database answers: records, history, inboxes. Nothing here writes; `replica` does."""

from array import array
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from sqlalchemy import Connection, Engine

from crm_core.clock import Clock
from crm_core.model.merging import mergeable
from crm_core.model.query import Query
from crm_core.model.schema import Registry
from crm_core.model.values import Record, Value
from crm_core.store.changes import outbox
from crm_core.store.changes.outbox import Refusal
from crm_core.store.engines import meta
from crm_core.store.engines.engine import reading
from crm_core.store.log import aliases, conflicts, oplog
from crm_core.store.log.conflicts import Conflict
from crm_core.store.reading import grouping, records
from crm_core.store.reading.totals import Total, totals
from crm_core.store.schema.tables import Tables
from crm_core.sync.change import Operation
from crm_core.sync.history import Version, field_versions

T = TypeVar("T")


class Reads:
    """The asking half of a `Replica`, which opens the engine and keeps registry and tables."""

    engine: Engine
    clock: Clock
    registry: Registry
    tables: Tables

    def read(self, question: Callable[[Connection], T]) -> T:
        """Ask anything of one consistent state."""
        with reading(self.engine) as connection:
            return question(connection)

    def find(self, query: Query) -> list[dict[str, Value]]:
        """The records that answer the query, in its order."""
        return self.read(lambda c: records.find(c, self.tables, query, self.clock.now()))

    def row_ids(self, query: Query) -> "array[int]":
        """Local row ids of the answer: what a virtual list holds."""
        return self.read(lambda c: records.row_ids(c, self.tables, query, self.clock.now()))

    def rows(self, entity: str, rids: Sequence[int]) -> list[dict[str, Value]]:
        """A page of records by local row id."""
        return self.read(lambda c: records.by_rids(c, self.tables, entity, rids))

    def ids_at(self, entity: str, rids: Sequence[int]) -> list[str]:
        """Ids by local row id: what a list holds, for an act on all of it."""
        return self.read(lambda c: records.ids_at(c, self.tables.of(entity), rids))

    def by_ids(self, entity: str, ids: Collection[str]) -> dict[str, dict[str, Value]]:
        """Living records by id."""
        return self.read(lambda c: records.by_ids(c, self.tables, entity, ids))

    def count(self, query: Query) -> int:
        """How many records answer the query."""
        return self.read(lambda c: records.count(c, self.tables, query, self.clock.now()))

    def totals(self, query: Query, *, by: str, adding: str = "") -> dict[str, Total]:
        """Counts (and sums of `adding`) of the answer by what stands in the field `by`."""
        now = self.clock.now()
        return self.read(lambda c: totals(c, self.tables, query, now, by=by, adding=adding))

    def tallies(
        self, query: Query, name: str, *, letters: int = 0, total: str = ""
    ) -> list[grouping.Tallied]:
        """The records of the answer by the values of a field; see `grouping`."""
        now = self.clock.now()
        return self.read(
            lambda c: grouping.tallies(
                c, self.tables, query, name, now=now, letters=letters, total=total
            )
        )

    def record(self, entity: str, record_id: str) -> Record | None:
        """One living record, or None."""
        return self.read(lambda c: records.one(c, self.tables, entity, record_id))

    def titles(self, entity: str, ids: Collection[str]) -> dict[str, str]:
        """Display names by id; of a record that is not here, that of one here which was merged
        into it."""
        spec = self.registry.entity(entity)
        found = self.read(lambda c: records.titles(c, self.tables, entity, spec.title, ids))
        absent = set(ids) - found.keys() if mergeable(spec) else set[str]()
        if absent:
            below = self.read(lambda c: aliases.direct(c, self.tables, entity, absent))
            named = self.read(lambda c: records.titles(c, self.tables, entity, spec.title, below))
            found |= {below[one]: named[one] for one in sorted(named)}
        return found

    def history(self, entity: str, record_id: str) -> list[Operation]:
        """Everything known to have happened to one record, in stamp order."""
        return self.read(lambda c: oplog.of_record(c, self.tables, entity, record_id))

    def field_history(self, entity: str, record_id: str, name: str) -> list[Version]:
        """The versions of one field, oldest first (row 5.4)."""
        operations = self.history(entity, record_id)
        return field_versions(operations, self.registry.entity(entity), name)

    def conflicts(self, *, actor: str = "", limit: int | None = None) -> list[Conflict]:
        """What waits in the sync inbox; see `conflicts.open_conflicts`."""
        return self.read(
            lambda c: conflicts.open_conflicts(c, self.tables, actor=actor, limit=limit)
        )

    def newer_conflicts(self, rid: int) -> tuple[int, int]:
        """How many conflicts wait that are newer than the one of this number, and the newest."""
        return self.read(lambda c: conflicts.newer(c, self.tables, rid))

    def meta(self, key: str, default: object = None) -> object:
        """A fact the database keeps about itself."""
        return self.read(lambda c: meta.get(c, self.tables, key, default))

    def waiting(self, *, limit: int, skip: int = 0) -> list[Operation]:
        """The oldest operations the server has not acknowledged, beyond the first `skip`."""
        return self.read(lambda c: outbox.waiting(c, self.tables, limit=limit, skip=skip))

    def waiting_counts(self) -> dict[str, int]:
        """How many operations wait, by entity."""
        return self.read(lambda c: outbox.waiting_counts(c, self.tables))

    def refusals(self) -> list[Refusal]:
        """What the server did not accept, with its reason."""
        return self.read(lambda c: outbox.refusals(c, self.tables))
