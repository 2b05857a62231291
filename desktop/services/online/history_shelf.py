"""Histories fetched from the server in this run, kept in memory beside the replica, never in it."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from crm_core.sync.change import Operation

MOST_KEPT = 50
"""Records; the one looked at longest ago goes first."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What the server holds of one record's history."""

    operations: tuple[Operation, ...]
    at: str
    """ISO moment of the fetch."""


@dataclass(slots=True)
class HistoryShelf:
    """Fetched histories of this run. Safe to share between threads."""

    _kept: OrderedDict[tuple[str, str], Fetched] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, entity: str, record_id: str) -> Fetched | None:
        """What was fetched for a record, if anything."""
        with self._lock:
            return self._kept.get((entity, record_id))

    def keep(self, entity: str, record_id: str, fetched: Fetched) -> None:
        """Remember it until the program ends, or others push it out."""
        with self._lock:
            self._kept[entity, record_id] = fetched
            self._kept.move_to_end((entity, record_id))
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)

    def drop(self, entity: str, record_id: str) -> None:
        """Forget it: the record is no longer on this device."""
        with self._lock:
            self._kept.pop((entity, record_id), None)
