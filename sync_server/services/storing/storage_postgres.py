"""The organisation's records in PostgreSQL: one schema, which appears and is replaced whole."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, text

from crm_core.clock import system_clock
from crm_core.store.engines.engine import guarded, reading, writing
from crm_core.store.engines.engine_postgres import (
    SCHEMA,
    check_settings,
    open_bare,
    open_postgres,
    postgres_url,
    serving_lock,
)
from crm_core.store.engines.engine_sqlite import open_sqlite
from crm_core.store.engines.transfer import copy_tables
from crm_core.store.replica import Replica
from crm_core.store.schema.tables import Tables
from sync_server.services.schema.tables import ServerTables

_DRAFT = f"{SCHEMA}_part"


@dataclass(frozen=True, slots=True)
class PostgresStorage:
    """See `storage.Storage`."""

    url: str

    @property
    def name(self) -> str:
        """The address, its password hidden."""
        return postgres_url(self.url).render_as_string().replace("+psycopg", "", 1)

    def founded(self) -> bool:
        """Whether the schema is there; it appears only when complete."""
        with self._bare() as connection:
            return _has_schema(connection, SCHEMA)

    def engine(self) -> Engine:
        """An engine on the schema."""
        return open_postgres(self.url)

    def serving(self) -> AbstractContextManager[None]:
        """Any number of processes."""
        return serving_lock(self.url, alone=False)

    def alone(self) -> AbstractContextManager[None]:
        """None but this one."""
        return serving_lock(self.url, alone=True)

    def copy_to(self, part: Path) -> None:
        """Read one snapshot into a file that a SQLite server could serve."""
        with closing(Replica(self.engine(), clock=system_clock(), lean=True)) as replica:
            tables = _all_tables(replica.tables)
            with _file(part) as file:
                _create(file, tables)
                with reading(replica.engine) as source, writing(file) as target:
                    copy_tables(source, target, tables)

    def adopt(self, part: Path, now: datetime) -> str | None:
        """Load the file into a new schema; it and the former one change names in one step."""
        with self._bare() as connection:
            check_settings(connection)
            connection.execute(text(f"DROP SCHEMA IF EXISTS {_DRAFT} CASCADE"))
            connection.execute(text(f"CREATE SCHEMA {_DRAFT}"))
            self._load(part)
            aside = f"{SCHEMA}_before_restore_{now:%Y%m%d_%H%M%S}"
            former = _has_schema(connection, SCHEMA)
            away = f"ALTER SCHEMA {SCHEMA} RENAME TO {aside}; " if former else ""
            connection.execute(
                text(f"BEGIN; {away}ALTER SCHEMA {_DRAFT} RENAME TO {SCHEMA}; COMMIT")
            )
        part.unlink()
        return f"{self.name} ({aside})" if former else None

    def _load(self, part: Path) -> None:
        engine = open_postgres(self.url, schema=_DRAFT)
        try:
            with closing(Replica(open_sqlite(part), clock=system_clock(), lean=True)) as replica:
                tables = _all_tables(replica.tables)
                _create(replica.engine, tables)  # A backup may be from before some of them.
                _create(engine, tables)
                with reading(replica.engine) as source, writing(engine) as target:
                    copy_tables(source, target, tables)
        finally:
            engine.dispose()

    @contextmanager
    def _bare(self) -> Iterator[Connection]:
        with guarded(), open_bare(postgres_url(self.url)).connect() as connection:
            yield connection


def _has_schema(connection: Connection, name: str) -> bool:
    found = text("SELECT count(*) FROM pg_namespace WHERE nspname = :name")
    return bool(connection.scalar(found, {"name": name}))


@contextmanager
def _file(path: Path) -> Iterator[Engine]:
    engine = open_sqlite(path)
    try:
        yield engine
    finally:
        engine.dispose()


def _all_tables(tables: Tables) -> list[Table]:
    return [*tables.metadata.sorted_tables, *ServerTables().metadata.sorted_tables]


def _create(engine: Engine, tables: list[Table]) -> None:
    with guarded():
        for metadata in {table.metadata for table in tables}:
            metadata.create_all(engine)
