"""The part of a `Replica` that keeps what waits for the server or for a person's decision."""

from collections.abc import Collection
from contextlib import AbstractContextManager

from sqlalchemy import Connection

from crm_core.clock import HybridClock
from crm_core.store.changes import outbox
from crm_core.store.changes.reads import Reads
from crm_core.store.forgetting import doubts
from crm_core.store.log import conflicts


class Inbox(Reads):
    """What is to be sent again, and what was seen and need not be shown any more."""

    hybrid: HybridClock

    def _writing(self) -> AbstractContextManager[Connection]:
        """The write lock and a transaction."""
        raise NotImplementedError

    def requeue(self, keys: Collection[tuple[str, int]] | None = None) -> int:
        """Send again what this device made: everything, or the operations of `keys`; how many.

        For work saved from a damaged file.
        """
        with self._writing() as connection:
            return outbox.requeue(connection, self.tables, self.hybrid.node, keys)

    def start_over(self, lineage: str) -> int:
        """The server was put back to a backup, see `doubts`; how many operations are sent again."""
        with self._writing() as connection:
            return doubts.begin(connection, self.tables, self.hybrid.node, lineage)

    def dismiss_refusal(self, log_rid: int) -> None:
        """Take a refusal off the inbox; history keeps it."""
        with self._writing() as connection:
            outbox.dismiss_refusal(connection, self.tables, log_rid)

    def close_conflict(self, rid: int) -> None:
        """Take a conflict off the inbox; history keeps both versions."""
        with self._writing() as connection:
            conflicts.close(connection, self.tables, rid, now=self.clock.iso())
