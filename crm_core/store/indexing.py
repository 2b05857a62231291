"""What a database finds by its indexes, and how those are brought up to date in spare time."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager

from sqlalchemy import Connection

from crm_core.store.changes.reads import Reads
from crm_core.store.indexes import (
    indexer,
    likely,
    list_indexes,
    match_clusters,
    match_index,
    search,
)
from crm_core.store.indexes.fact_layout import FACTS_AT_ONCE
from crm_core.store.indexes.likely import Asked, Found
from crm_core.store.indexes.match_clusters import Cluster, Group
from crm_core.store.indexes.search import ANYBODY, Asker, Hit


class Indexing(Reads):
    """The part of a `Replica` that search index and key index are asked of."""

    def _writing(self) -> AbstractContextManager[Connection]:
        """The write lock and a transaction; see `Replica`."""
        raise NotImplementedError

    def search(
        self,
        typed: str,
        *,
        entities: Collection[str] = (),
        limit: int = 20,
        asker: Asker = ANYBODY,
    ) -> list[Hit]:
        """Records found by what a person typed."""
        if 0 < self.read(lambda c: indexer.stale_count(c, self.tables)) <= indexer.AT_ONCE:
            self._index_few()
        return self.read(
            lambda c: search.find(
                c, self.tables, self.registry, typed, entities=entities, limit=limit, asker=asker
            )
        )

    def likely(self, asked: Asked, *, asker: Asker = ANYBODY) -> Found:
        """Records that may be the one that is about to be added, best first (row 5.1)."""
        found = self.read(
            lambda c: likely.find(c, self.tables, self.registry, asked, asker.withheld)
        )
        if found.complete or not self._file_few():
            return found
        return self.likely(asked, asker=asker)

    def holders(self, values: Mapping[str, object]) -> Sequence[tuple[str, str]]:
        """(entity, id) of living records that have this very telephone number or credit code."""
        return self.read(lambda c: match_index.holders(c, self.tables, self.registry, values))

    def keep_groups(
        self,
        entity: str,
        groups: Sequence[Group],
        *,
        mark: int,
        instead_of: Collection[int] | None = None,
    ) -> None:
        """Keep what a scan found; see `match_clusters.keep`."""
        with self._writing() as connection:
            match_clusters.keep(
                connection, self.tables, entity, groups, mark=mark, instead_of=instead_of
            )

    def clusters(self, entity: str, *, bands: Collection[str]) -> list[Cluster]:
        """Records that the last scan took for one."""
        title = self.registry.entity(entity).title
        return self.read(
            lambda c: match_clusters.listed(c, self.tables, entity, title, bands=bands)
        )

    def forget_cluster(self, number: int) -> None:
        """A group was dealt with."""
        with self._writing() as connection:
            match_clusters.forget_cluster(connection, self.tables, number)

    def index_some(self, limit: int = 500) -> int:
        """Index up to `limit` records that a big batch left for later; how many still wait.

        Then duplicates' keys are filed (so many more a call as they are quicker), then the indexes
        that lists are read from are made, one a call: each counts as one.
        """
        if not self.tables.lean and self.read(lambda c: list_indexes.any_left(c, self.tables)):
            with self._writing() as connection:
                list_indexes.make_left(connection, self.tables)
            return 1
        left = self.read(lambda c: indexer.stale_count(c, self.tables))
        if left:
            self._index_few(limit)
            return max(left - limit, 1)
        if self.file_some(limit):
            return 1
        if self.tables.lean:
            return 0
        if self.keep_facts(limit):
            return 1
        with self._writing() as connection:
            return int(list_indexes.make_one(connection, self.tables, self.registry))

    def _index_few(self, limit: int = indexer.AT_ONCE) -> None:
        with self._writing() as connection:
            indexer.index_some(connection, self.tables, self.registry, limit)

    def _file_few(self) -> bool:
        """File what waits, where that is little; whether it was."""
        if self.read(lambda c: match_index.stale_count(c, self.tables)) > indexer.AT_ONCE:
            return False
        with self._writing() as connection:
            match_index.file_some(connection, self.tables, self.registry, indexer.AT_ONCE)
        return True

    def file_some(self, limit: int = 500) -> int:
        """File keys of up to `limit` records that wait; how many that were, or 1 where all of them
        are to be filed anew."""
        if not self.read(lambda c: match_index.renewed(c, self.tables)):
            with self._writing() as connection:
                match_index.renew(connection, self.tables)
            return 1
        if not self.read(lambda c: match_index.stale_count(c, self.tables)):
            return 0
        with self._writing() as connection:
            return match_index.file_some(connection, self.tables, self.registry, limit)

    def keep_facts(self, limit: int = FACTS_AT_ONCE) -> int:
        """Make the facts of measures for up to `limit` records that wait; 0 when none did.

        Before a board is read, and in spare time.
        """
        from crm_core.store.measures import facts  # A window opens without what measures need.

        if not self.read(lambda c: facts.waiting(c, self.tables)):
            return 0
        with self._writing() as connection:
            return facts.keep_some(connection, self.tables, limit)
