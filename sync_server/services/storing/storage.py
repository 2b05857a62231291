"""Where the records of one organisation are: a SQLite file in its folder, or PostgreSQL.

What differs between the two, and nothing else: founding, serving, backup and restore are written
once above it. A complete organisation always arrives as one SQLite file (`adopt`) and leaves as
one (`copy_to`), so a backup of either goes back into either.
"""

from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine

from crm_core.clock import Clock
from crm_core.store.changes.unit_of_work import Rules
from crm_core.store.replica import Replica
from sync_server.config import DataFolder
from sync_server.services.storing.storage_postgres import PostgresStorage
from sync_server.services.storing.storage_sqlite import SqliteStorage


class Storage(Protocol):
    """One organisation's database."""

    @property
    def name(self) -> str:
        """What to call it in a sentence; never a password."""

    def founded(self) -> bool:
        """Whether an organisation is there."""

    def engine(self) -> Engine:
        """An engine on it."""

    def serving(self) -> AbstractContextManager[None]:
        """Held while this process serves. KnownError: "server_running"."""

    def alone(self) -> AbstractContextManager[None]:
        """Held while nobody may serve, found or restore. KnownError: "server_running"."""

    def copy_to(self, part: Path) -> None:
        """Write one consistent state to a new SQLite file; others may write meanwhile."""

    def adopt(self, part: Path, now: datetime) -> str | None:
        """Put the organisation in the SQLite file `part` in the place of what is here, at once.

        The file is used up. Where the former one is kept; None where there was none. Call `alone`.
        """


def storage_of(folder: DataFolder) -> Storage:
    """The storage a data folder names."""
    return PostgresStorage(folder.url) if folder.url else SqliteStorage(folder)


def open_replica_of(storage: Storage, *, clock: Clock, rules: Rules) -> Replica:
    """The organisation's records. KnownError: those of the store."""
    engine = storage.engine()
    try:
        return Replica(engine, clock=clock, rules=rules, lean=True)
    except BaseException:
        engine.dispose()
        raise
