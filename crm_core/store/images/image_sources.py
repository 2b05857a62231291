"""Where the rows of an image come from: a SQLite file it is attached to, or any other database.

Only moves rows; which ones is decided in `image`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import sqlcipher3.dbapi2 as cipher
from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    MetaData,
    Select,
    Table,
    Text,
    create_engine,
    func,
    inspect,
    select,
    type_coerce,
)
from sqlalchemy.pool import StaticPool
from sqlalchemy.schema import CreateTable

from crm_core.store.engines.engine import reading
from crm_core.store.schema.tables import JsonText

_SCHEMA = "src"
_ROWS = 2_000


Mask = Callable[[Any], Any]
"""What is left of one stored value."""
NO_MASKS: Mapping[str, Mask] = {}


class Source(Protocol):
    """One consistent state of a database, and the image beside it."""

    image: Connection
    """Where the rows go, in one transaction."""
    connection: Connection
    """Where questions about the source are asked."""

    @property
    def statements(self) -> Collection[str]:
        """What made its tables and indexes: an index that the image has to the letter is moved with
        a whole table. None where that cannot be."""

    def seen(self, table: Table) -> Table:
        """The table as statements about the source must name it."""

    def filled(self, tables: Sequence[Table]) -> frozenset[str]:
        """The names of those of these tables that hold anything."""

    def create(self, table: Table) -> list[str]:
        """Make the table in the image; the columns it shares with the source's, in order."""

    def copy(self, table: Table, rows: Select[Any], masks: Mapping[str, Mask] = NO_MASKS) -> None:
        """Put the rows into the image's table of the same name; columns by name, those of `masks`
        as these leave them."""

    def copy_whole(self, table: Table) -> None:
        """Put all rows of a table made by `create` into the image, in the order they have."""


@contextmanager
def open_source(source: Engine, path: Path) -> Iterator[Source]:
    """The source beside the empty database at `path`, which is written when the block ends."""
    if source.dialect.name == "sqlite":
        with _image(path, attached=_file_of(source)) as image:
            yield _Attached(image)
    else:
        with _image(path) as image, reading(source) as connection:
            yield _Streamed(image, connection)


@contextmanager
def _image(path: Path, *, attached: str = "") -> Iterator[Connection]:
    def connect() -> Any:
        raw = cipher.connect(str(path), check_same_thread=False, isolation_level=None)
        # A file that is not finished is thrown away, so it needs no journal. It is written from
        # beginning to end: pages that are full go to the system and leave their room to the next.
        for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -4096"):
            raw.execute(f"PRAGMA {setting}")
        if attached:
            raw.execute(f"ATTACH ? AS {_SCHEMA} KEY ''", (attached,))
            raw.execute("PRAGMA busy_timeout = 15000")
        return raw

    engine = create_engine("sqlite://", creator=connect, poolclass=StaticPool, hide_parameters=True)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            yield connection
            connection.exec_driver_sql("COMMIT")
    finally:
        engine.dispose()


def _file_of(engine: Engine) -> str:
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("PRAGMA database_list")
        return next(str(row[2]) for row in rows if row[1] == "main")


class _Attached:
    """The source is a SQLite file: SQLite itself moves the rows."""

    def __init__(self, image: Connection) -> None:
        self.image = self.connection = image
        self._metadata = MetaData()
        known = f"SELECT name, sql FROM {_SCHEMA}.sqlite_master WHERE sql IS NOT NULL"
        self._made: dict[str, str] = {name: sql for name, sql in image.exec_driver_sql(known)}

    @property
    def statements(self) -> Collection[str]:
        return self._made.values()

    def seen(self, table: Table) -> Table:
        known = self._metadata.tables.get(f"{_SCHEMA}.{table.name}")
        return table.to_metadata(self._metadata, schema=_SCHEMA) if known is None else known

    def filled(self, tables: Sequence[Table]) -> frozenset[str]:
        return _filled(self.connection, tables, f"{_SCHEMA}.")

    def create(self, table: Table) -> list[str]:
        """As the source has it to the letter: only then are whole rows moved without a look."""
        self.image.exec_driver_sql(self._made[table.name])
        names = names_of(self.image, table.name)
        return [name for name in names if name in table.c]

    def copy(self, table: Table, rows: Select[Any], masks: Mapping[str, Mask] = NO_MASKS) -> None:
        columns = list(rows.selected_columns)
        raw: Any = self.image.connection.driver_connection
        for name, mask in masks.items():
            raw.create_function(f"mask_{name}", 1, mask, deterministic=True)
        left = [
            getattr(func, f"mask_{column.name}")(column) if column.name in masks else column
            for column in columns
        ]
        names = [column.name for column in columns]
        self.image.execute(table.insert().from_select(names, rows.with_only_columns(*left)))

    def copy_whole(self, table: Table) -> None:
        name = f'"{table.name}"'
        self.image.exec_driver_sql(f"INSERT INTO main.{name} SELECT * FROM {_SCHEMA}.{name}")


def names_of(image: Connection, table: str) -> list[str]:
    """The columns of a table of an image, in order."""
    rows = image.exec_driver_sql(f'PRAGMA main.table_info("{table}")')
    return [str(row[1]) for row in rows]


class _Streamed:
    """The source is another database: its rows pass through here, a few at a time."""

    def __init__(self, image: Connection, connection: Connection) -> None:
        self.image = image
        self.connection = connection

    def seen(self, table: Table) -> Table:
        return table

    def filled(self, tables: Sequence[Table]) -> frozenset[str]:
        return _filled(self.connection, tables, "")

    @property
    def statements(self) -> Collection[str]:
        return ()

    def create(self, table: Table) -> list[str]:
        self.image.execute(CreateTable(table))
        present = {c["name"] for c in inspect(self.connection).get_columns(table.name)}
        return [column.name for column in table.columns if column.name in present]

    def copy(self, table: Table, rows: Select[Any], masks: Mapping[str, Mask] = NO_MASKS) -> None:
        columns = list(rows.selected_columns)
        kept = [masks.get(column.name, _as_it_is) for column in columns]
        plain = rows.with_only_columns(*(_plain(column) for column in columns))
        names = ", ".join(f'"{column.name}"' for column in columns)
        marks = ", ".join("?" * len(columns))
        insert = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'
        found = self.connection.execute(plain.execution_options(yield_per=_ROWS))
        for part in found.partitions():
            self.image.exec_driver_sql(
                insert,
                [tuple(m(v) for m, v in zip(kept, row, strict=True)) for row in part]
                if masks
                else [tuple(row) for row in part],
            )

    def copy_whole(self, table: Table) -> None:
        self.copy(table, select(*table.columns).order_by(*table.primary_key))


def _filled(connection: Connection, tables: Sequence[Table], schema: str) -> frozenset[str]:
    """One statement for all: an organisation uses a few of its entities."""
    asked = " UNION ALL ".join(
        f"SELECT '{table.name}' WHERE EXISTS (SELECT 1 FROM {schema}\"{table.name}\")"
        for table in tables
    )
    return frozenset(name for (name,) in connection.exec_driver_sql(asked))


def _as_it_is(value: Any) -> Any:
    return value


def _plain(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """JSON as the text it is kept as."""
    return type_coerce(column, Text()) if isinstance(column.type, JsonText) else column
