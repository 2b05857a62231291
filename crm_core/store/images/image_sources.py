"""Where the rows of an image come from: a SQLite file it is attached to, or any other database.

Only moves rows; which ones is decided in `image`.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    MetaData,
    Select,
    Table,
    Text,
    func,
    select,
    type_coerce,
)

from crm_core.model.schema import Registry
from crm_core.store.engines.engine import reading
from crm_core.store.images.blank import Layout, open_image, read_layout
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

    def layout(self, registry: Registry) -> Layout:
        """How its tables are made in this state."""

    def seen(self, table: Table) -> Table:
        """The table as statements about the source must name it."""

    def copy(self, table: Table, rows: Select[Any], masks: Mapping[str, Mask] = NO_MASKS) -> None:
        """Put the rows into the image's table of the same name; columns by name, those of `masks`
        as these leave them."""

    def copy_whole(self, table: Table) -> None:
        """Put all rows of a table into the image, in the order they have."""


@contextmanager
def open_source(source: Engine, path: Path) -> Iterator[Source]:
    """The source beside the blank at `path`, which is written when the block ends."""
    if source.dialect.name == "sqlite":
        with _image(path, attached=_file_of(source)) as image:
            yield _Attached(image)
    else:
        with _image(path) as image, reading(source) as connection:
            yield _Streamed(image, connection)


@contextmanager
def _image(path: Path, *, attached: str = "") -> Iterator[Connection]:
    # It is written from beginning to end: pages that are full go to the system and leave their room
    # to the next.
    engine = open_image(path, "cache_size = -4096", "busy_timeout = 15000")
    try:
        with engine.connect() as connection:
            if attached:
                connection.exec_driver_sql(f"ATTACH ? AS {_SCHEMA} KEY ''", (attached,))
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

    def layout(self, registry: Registry) -> Layout:
        return read_layout(self.connection, registry, _SCHEMA)

    def seen(self, table: Table) -> Table:
        known = self._metadata.tables.get(f"{_SCHEMA}.{table.name}")
        return table.to_metadata(self._metadata, schema=_SCHEMA) if known is None else known

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


class _Streamed:
    """The source is another database: its rows pass through here, a few at a time."""

    def __init__(self, image: Connection, connection: Connection) -> None:
        self.image = image
        self.connection = connection

    def seen(self, table: Table) -> Table:
        return table

    def layout(self, registry: Registry) -> Layout:
        return read_layout(self.connection, registry)

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


def _as_it_is(value: Any) -> Any:
    return value


def _plain(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """JSON as the text it is kept as."""
    return type_coerce(column, Text()) if isinstance(column.type, JsonText) else column
