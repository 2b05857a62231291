"""An image without a record: every table and index as the source has them, and what a device has
beyond that. Making them takes longer than moving the rows of many an organisation, so a blank is
made once, and every image of the same tables begins as its copy.

Nothing here comes from a record; it is kept in memory.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlcipher3.dbapi2 as cipher
from sqlalchemy import Connection, Engine, Table, create_engine
from sqlalchemy.pool import StaticPool
from sqlalchemy.schema import CreateTable

from crm_core.model.schema import Registry
from crm_core.store.engines.engine import reading
from crm_core.store.indexes import indexer
from crm_core.store.schema.tables import Tables
from crm_core.sync.snapshot import PAGE, RESERVED

_HEADER = 100
_LEAF = 13


@dataclass(frozen=True, slots=True)
class Layout:
    """How the tables of a source are made, as far as an image depends on it."""

    statements: tuple[tuple[str, str], ...] = ()
    """Of SQLite, what made each of its tables and indexes, by name: rows of a table that is the
    same to the letter are moved without a look at them."""
    columns: tuple[tuple[str, str], ...] = ()
    """Of another database: table and column, in order."""
    filled: frozenset[str] = frozenset()
    """The entities of which there is any record."""


@dataclass(frozen=True, slots=True)
class Blank:
    """What every image begins as."""

    file: bytes
    filled: frozenset[str]
    """As in `Layout`."""
    columns: Mapping[str, tuple[str, ...]]
    """By table of an entity, the columns it shares with the source's."""
    later: Mapping[str, tuple[tuple[str, str], ...]]
    """By entity that has records, what completes its table once these are there: name of a column
    or an index, and statement."""


def open_image(path: Path, *settings: str) -> Engine:
    """The database at `path`, over one connection. A file that is not finished is thrown away, so
    it needs no journal."""

    def connect() -> Any:
        raw = cipher.connect(str(path), check_same_thread=False, isolation_level=None)
        for setting in ("journal_mode = OFF", "synchronous = OFF", *settings):
            raw.execute(f"PRAGMA {setting}")
        return raw

    return create_engine("sqlite://", creator=connect, poolclass=StaticPool, hide_parameters=True)


def layout_of(source: Engine, registry: Registry) -> Layout:
    """How the source's tables are made at this moment."""
    with reading(source) as connection:
        return read_layout(connection, registry)


def read_layout(connection: Connection, registry: Registry, schema: str = "") -> Layout:
    """The same, over a connection that has it open, as `schema` where that is not its only one."""
    named = f"{schema}." if schema else ""
    # One statement for all: an organisation uses a few of its entities.
    filled = " UNION ALL ".join(
        f"SELECT '{entity.name}' WHERE EXISTS (SELECT 1 FROM {named}\"{entity.name}\")"
        for entity in registry
    )
    here = frozenset(name for (name,) in connection.exec_driver_sql(filled))
    if connection.dialect.name == "sqlite":
        known = f"SELECT name, sql FROM {named}sqlite_master WHERE sql IS NOT NULL"
        made = tuple((name, said) for name, said in connection.exec_driver_sql(known))
        return Layout(statements=made, filled=here)
    known = (
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"
    )
    columns = tuple((table, column) for table, column in connection.exec_driver_sql(known))
    return Layout(columns=columns, filled=here)


@lru_cache(maxsize=4)
def blank(layout: Layout, registry: Registry) -> Blank:
    """The blank for a source of this layout. KnownError ("disk_full", "unwritable"), by `guarded`,
    where it cannot be written down."""
    with TemporaryDirectory(prefix="suixing-blank-") as folder:
        path = Path(folder) / "blank"
        write_empty(path)
        engine = open_image(path)
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql("BEGIN")
                columns, later = _Laying(connection, layout, registry).lay_out()
                connection.exec_driver_sql("COMMIT")
        finally:
            engine.dispose()
        return Blank(path.read_bytes(), layout.filled, columns, later)


def write_empty(path: Path) -> None:
    """An empty database whose pages leave `RESERVED` bytes free; SQLite has no other way to ask."""
    path.unlink(missing_ok=True)
    connection = cipher.connect(str(path), isolation_level=None)
    try:
        for setting in (f"page_size = {PAGE}", "journal_mode = OFF", "synchronous = OFF"):
            connection.execute(f"PRAGMA {setting}")
        for statement in ("CREATE TABLE t (a)", "DROP TABLE t", "VACUUM"):
            connection.execute(statement)
    finally:
        connection.close()
    page = bytearray(path.read_bytes())
    if len(page) != PAGE or page[20] or page[_HEADER] != _LEAF:
        raise AssertionError("an empty database is one page with an empty leaf")
    page[20] = RESERVED
    page[_HEADER + 5 : _HEADER + 7] = (PAGE - RESERVED).to_bytes(2, "big")
    path.write_bytes(page)


def names_of(image: Connection, table: str) -> list[str]:
    """The columns of a table of an image, in order."""
    rows = image.exec_driver_sql(f'PRAGMA main.table_info("{table}")')
    return [str(row[1]) for row in rows]


class _Laying:
    """The tables of one blank being made."""

    def __init__(self, image: Connection, layout: Layout, registry: Registry) -> None:
        self._image = image
        self._layout = layout
        self._registry = registry
        self._made = dict(layout.statements)
        self._columns = frozenset(layout.columns)
        self._tables = Tables(registry)
        self._lean = Tables(registry, lean=True)

    def lay_out(self) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[tuple[str, str], ...]]]:
        """Make all there is to make; `Blank.columns` and `Blank.later`."""
        columns = {entity.name: self._entity(entity.name) for entity in self._registry}
        lean = self._lean
        for table in (lean.word, lean.clock, lean.pending, lean.log, lean.act):
            self._create(table)
        lean.facts.past.create(self._image)
        later = self._complete()
        indexer.create(self._image)
        return columns, later

    def _create(self, table: Table) -> None:
        """As the source has it to the letter: only then are whole rows moved without a look."""
        if self._made:
            self._image.exec_driver_sql(self._made[table.name])
        else:
            self._image.execute(CreateTable(table))

    def _entity(self, name: str) -> tuple[str, ...]:
        """The table of an entity, and those indexes that are moved with it."""
        table = self._lean.of(name)
        self._create(table)
        _, *indexes = self._tables.creation(name, self._image.dialect)
        same = set(indexes).intersection(self._made.values())
        for index in sorted(same):
            self._image.exec_driver_sql(index)
        if self._made:
            return tuple(one for one in names_of(self._image, name) if one in table.c)
        return tuple(c.name for c in table.columns if (name, c.name) in self._columns)

    def _complete(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """What a device's database has beyond the source's; columns and indexes of records when
        these are there, which takes less."""
        found = self._image.exec_driver_sql("SELECT name FROM main.sqlite_master")
        present = set(found.scalars())
        later: dict[str, tuple[tuple[str, str], ...]] = {}
        for name, (creation, *indexes) in self._tables.creations(self._image.dialect).items():
            named = zip(self._tables.index_names(name), indexes, strict=True)
            lacking = [(index, said) for index, said in named if index not in present]
            if name in self._tables.entities:
                lacking = [*self._missing_columns(name), *lacking]
            elif name not in present:
                self._image.exec_driver_sql(creation)
            if name in self._layout.filled:
                later[name] = tuple(lacking)
                continue
            for _, said in lacking:
                self._image.exec_driver_sql(said)
        return later

    def _missing_columns(self, entity: str) -> list[tuple[str, str]]:
        table, existing = self._tables.of(entity), set(names_of(self._image, entity))
        return [
            (
                column.name,
                f'ALTER TABLE "{table.name}" ADD COLUMN "{column.name}" '
                f"{column.type.compile(self._image.dialect)}",
            )
            for column in table.columns
            if column.name not in existing
        ]
