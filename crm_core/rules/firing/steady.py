"""A state that stands still while automations are decided: each record of it is read once, those
that will be asked for one by one together."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from crm_core.model.query import Query
from crm_core.model.values import Record, Value
from crm_core.rules.firing.sight import Sight


class Steady:
    """A `Sight` of one moment, over another that must not change meanwhile."""

    def __init__(self, below: Sight) -> None:
        self._below = below
        self.clock, self.registry, self.actor = below.clock, below.registry, below.actor
        self._read: dict[str, dict[str, Record | None]] = defaultdict(dict)
        self._expected: dict[str, set[str]] = defaultdict(set)
        self._written: dict[str, set[str]] = defaultdict(set)
        self._stamped: dict[str, set[str]] = defaultdict(set)

    def expect(self, entity: str, ids: Iterable[str]) -> None:
        """These may be asked for: they are read with the first of them, if any is."""
        self._expected[entity].update(ids)

    def expect_writing(self, entity: str, record_id: str) -> None:
        """It may be asked when this one was written: read with the first that is asked about."""
        self._written[entity].add(record_id)

    def records(self, entity: str, ids: Collection[str]) -> Mapping[str, Record]:
        """Living records by id; nobody changes them."""
        read = self._read[entity]
        lacking = {one for one in ids if one not in read}
        if lacking:
            lacking |= self._expected[entity] - read.keys()
            found = self._below.records(entity, lacking)
            read.update((one, found.get(one)) for one in lacking)
        return {one: held for one in ids if (held := read[one]) is not None}

    def parts(
        self, entity: str, ids: Collection[str], fields: Collection[str]
    ) -> Mapping[str, Record]:
        """Living records by id, with at least these fields of them."""
        if self._read[entity].keys() >= set(ids):
            return self.records(entity, ids)
        return self._below.parts(entity, ids, fields)

    def find(self, query: Query) -> list[dict[str, Value]]:
        """Records answering a query."""
        return self._below.find(query)

    def known(self, entity: str, ids: Collection[str]) -> frozenset[str]:
        """Those of these ids of which there is, or was, a record."""
        return self._below.known(entity, ids)

    def was_moved(self, entity: str, record_id: str, key: str) -> bool:
        """Whether an item (`field/item`) was ever put into or taken out of a record's set."""
        self._together(entity, record_id)
        return self._below.was_moved(entity, record_id, key)

    def written_after(self, entity: str, record_id: str, name: str, stamp: str) -> bool:
        """Whether a field was written later than a stamp."""
        self._together(entity, record_id)
        return self._below.written_after(entity, record_id, name, stamp)

    def _together(self, entity: str, record_id: str) -> None:
        """Have the stamps read of all that may be asked about: who is asked whether it knows them
        reads them at once."""
        if record_id not in self._stamped[entity]:
            more = {record_id} | self._written[entity]
            self._stamped[entity] |= more
            self._below.known(entity, more)
