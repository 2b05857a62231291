"""Counting what the sync indicator shows, in SQL: nothing is loaded to be counted."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from crm_core.store.tables import Tables


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of each."""

    waiting: int
    """Operations the server has not answered."""
    refused: int
    conflicts: int

    @property
    def inbox(self) -> int:
        """What a person has to look at."""
        return self.refused + self.conflicts


def tally(connection: Connection, tables: Tables) -> Tally:
    """Count the outbox, the refused changes and the open conflicts."""
    outbox, conflict = tables.outbox, tables.conflict
    queued, refused = connection.execute(
        select(func.count(), func.count(outbox.c.refused)).select_from(outbox)
    ).one()
    opened = select(func.count()).select_from(conflict).where(conflict.c.closed_at.is_(None))
    return Tally(queued - refused, refused, connection.scalar(opened) or 0)
