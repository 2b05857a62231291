"""The organisation's records in a SQLite file: the embedded default, served by one process."""

from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from crm_core.errors import KnownError
from crm_core.store.engines.engine import guarded
from crm_core.store.engines.engine_sqlite import open_sqlite
from sync_server.config import DataFolder
from sync_server.services.shelves import lock


@dataclass(frozen=True, slots=True)
class SqliteStorage:
    """See `storage.Storage`."""

    folder: DataFolder

    @property
    def name(self) -> str:
        """The folder."""
        return str(self.folder.root)

    def founded(self) -> bool:
        """Whether the file is there; it appears only when complete."""
        return self.folder.database.exists()

    def engine(self) -> Engine:
        """An engine on the file."""
        return open_sqlite(self.folder.database)

    def serving(self) -> AbstractContextManager[None]:
        """One process at a time."""
        return self.alone()

    def alone(self) -> AbstractContextManager[None]:
        """The lock file beside the data."""
        return lock.held(self.folder.lock)

    def copy_to(self, part: Path) -> None:
        """VACUUM INTO: a copy without free pages."""
        engine = self.engine()
        try:
            # VACUUM cannot run inside a transaction, and the engine's connections begin one.
            with guarded():
                raw = engine.raw_connection()
                try:
                    raw.cursor().execute("VACUUM INTO ?", (str(part),))
                finally:
                    raw.close()
        finally:
            engine.dispose()

    def adopt(self, part: Path, now: datetime) -> str | None:
        """The file takes the place of the former one, which gets another name."""
        aside = self._set_aside(now) if self.founded() else None
        part.replace(self.folder.database)
        return None if aside is None else str(aside)

    def _set_aside(self, now: datetime) -> Path:
        database = self.folder.database
        aside = self.folder.root / f"suixing-before-restore-{now:%Y%m%d-%H%M%S}.db"
        _fold_journal_in(database)
        for ending in ("", "-wal", "-shm"):
            present = database.with_name(f"{database.name}{ending}")
            if present.exists():
                present.replace(aside.with_name(f"{aside.name}{ending}"))
        return aside


def _fold_journal_in(database: Path) -> None:
    """So that one file is the whole of it; a damaged one keeps its journal beside it."""
    engine = open_sqlite(database)
    try:
        with suppress(KnownError), guarded(), engine.connect() as connection:
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        engine.dispose()
