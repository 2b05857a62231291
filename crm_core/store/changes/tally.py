"""Counting what the sync indicator shows, in SQL: nothing is loaded to be counted."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from crm_core.store.changes.refusals import CLOSED
from crm_core.store.schema.tables import Tables


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
    said = select(outbox.c.refused, func.count()).group_by(outbox.c.refused)
    verdicts = {verdict: number for verdict, number in connection.execute(said)}
    waiting = verdicts.pop(None, 0)
    refused = sum(n for verdict, n in verdicts.items() if not verdict.startswith(CLOSED))
    opened = select(func.count()).select_from(conflict).where(conflict.c.closed_at.is_(None))
    return Tally(waiting, refused, connection.scalar(opened) or 0)
