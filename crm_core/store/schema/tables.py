"""Tables, generated from the registry, and the fixed tables of the sync log.

Every entity table has `rid INTEGER PRIMARY KEY` (local, fast) and `id TEXT UNIQUE` (synced).
"""

from collections.abc import Hashable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Dialect,
    Executable,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.sql.compiler import DDLCompiler
from sqlalchemy.types import TypeDecorator, TypeEngine

from crm_core.model.merging import MERGED_INTO
from crm_core.model.schema import EntitySpec, FieldSpec, Kind, Registry
from crm_core.store.schema.blob_tables import blob_table
from crm_core.store.schema.encoding import pack, unpack
from crm_core.store.schema.entity_tables import EntityTables
from crm_core.store.schema.fact_tables import fact_tables
from crm_core.store.schema.field_indexes import index_fields
from crm_core.store.schema.match_tables import cluster_table, filed_table, key_table, stale_table
from crm_core.store.schema.sort_keys import key_columns, key_names
from crm_core.store.schema.words import Worded, Words


class JsonText(TypeDecorator[Any]):
    """A value or payload kept as compact JSON text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Any) -> str | None:
        """Python → column."""
        return None if value is None else pack(value)

    def process_result_value(self, value: Any, _dialect: Any) -> Any:
        """Column → Python."""
        return None if value is None else unpack(value)


class SetText(JsonText):
    """A set field's column. Text left there by an earlier kind of the same custom field is None."""

    cache_ok = True

    def process_result_value(self, value: Any, _dialect: Any) -> Any:
        """Column → Python."""
        return self.read(value)

    @staticmethod
    def read(stored: str | None) -> list[str] | None:
        """The items in a column's text."""
        try:
            found = None if stored is None else unpack(stored)
        except ValueError:
            return None
        return found if isinstance(found, list) else None


_TYPES: dict[Kind, type[TypeEngine[Any]]] = {
    Kind.INTEGER: BigInteger,
    Kind.MONEY: BigInteger,
    Kind.BOOL: Boolean,
    Kind.SET: SetText,
}

_WHERE = "where"
_HEADS = (
    "rid", "id", "alive", "created_at", "created_by", "touched_at", "touched_by", "deleted_at",
    "deleted_by",
)  # fmt: skip
"""What every entity's table has before its fields, see `_entity`."""
ROW_ID = BigInteger().with_variant(Integer(), "sqlite")


def column_for(spec: FieldSpec) -> Column[Any]:
    """The column that holds one field."""
    return Column(spec.name, _TYPES.get(spec.kind, Text)())


class Schema:
    """The tables for one registry, shared by every database of it: made once, never edited.

    Stamps are kept as two integers: `…_at` (`clock.stamp_ticks`) and `…_by`, the number of the
    node among the `words`. In an entity table NULL for `touched` means "as created", for
    `deleted` "never". `lean` tables serve programs that neither list nor search: no sort keys, no
    indexes but those that sync itself needs.
    """

    def __init__(self, registry: Registry, *, lean: bool = False) -> None:
        self._metadata = MetaData()
        self.lean = lean
        self.entities = EntityTables(registry, self._entity)
        self.columns = {entity.name: frozenset(self._column_names(entity)) for entity in registry}
        """The columns of each entity's table, by name."""
        self.word = Table(
            "sync_word",
            self._metadata,
            Column("num", Integer, primary_key=True, autoincrement=False),
            Column("text", Text, unique=True, nullable=False),
        )
        self.log = self._log()
        self.act = self._act()
        self.clock = Table(
            "sync_clock",
            self._metadata,
            Column("entity", Integer, primary_key=True, autoincrement=False),
            Column("rec", ROW_ID, primary_key=True, autoincrement=False),
            Column("key", Text, primary_key=True),
            Column("at", BigInteger, nullable=False),
            Column("by", Integer, nullable=False),
            sqlite_with_rowid=False,
        )
        self.outbox = Table(
            "sync_outbox",
            self._metadata,
            Column("log_rid", ROW_ID, primary_key=True, autoincrement=False),
            Column("refused", Text),
            Column("detail", Text),
        )
        self.pending = Table(
            "sync_pending",
            self._metadata,
            Column("log_rid", ROW_ID, primary_key=True, autoincrement=False),
            Column("entity", Text, nullable=False),
            Column("record", Text, nullable=False),
        )
        self.doubt = Table(
            "sync_doubt", self._metadata,
            Column("entity", Integer, primary_key=True, autoincrement=False),
            Column("record", Text, primary_key=True), sqlite_with_rowid=False,
        )  # fmt: skip
        self.purged = Table(
            "sync_purged",
            self._metadata,
            Column("entity", Integer, primary_key=True, autoincrement=False),
            Column("record", Text, primary_key=True),
            Column("position", BigInteger, nullable=False, index=True),
            sqlite_with_rowid=False,
        )
        # What was erased, and other records rewritten on that occasion (see `erasing`).
        self.erased = Table(
            "sync_erased", self._metadata,
            Column("entity", Integer, primary_key=True, autoincrement=False),
            Column("record", Text, primary_key=True),
            Column("position", BigInteger, nullable=False, index=True),
            Column("whole", Boolean, nullable=False), sqlite_with_rowid=False,
        )  # fmt: skip
        self.conflict = self._conflict()
        self.meta = Table(
            "sync_meta", self._metadata,
            Column("key", Text, primary_key=True), Column("value", JsonText),
        )  # fmt: skip
        self.blob = blob_table(self._metadata)
        self.search_stale = stale_table(self._metadata, "search_stale", ROW_ID)
        self.match_key = key_table(self._metadata, ROW_ID)
        self.match_filed = filed_table(self._metadata, ROW_ID)
        self.match_stale = stale_table(self._metadata, "match_stale", ROW_ID)
        self.match_cluster = cluster_table(self._metadata, ROW_ID)
        self.facts = fact_tables(self._metadata, ROW_ID)
        self.statements: dict[Hashable, str] = {}
        """Texts of statements put into words before, see `rows`; the first word is the dialect."""
        self.worded: dict[Hashable, Worded] = {}
        self._creations: dict[str, dict[str, tuple[str, ...]]] = {}

    def of(self, entity: str) -> Table:
        """The table of one entity."""
        return self.entities[entity]

    @property
    def metadata(self) -> MetaData:
        """All tables, made."""
        for name in self.entities:
            self.of(name)
        return self._metadata

    @property
    def names(self) -> frozenset[str]:
        """The tables, by name."""
        return frozenset((*self.entities, *self._metadata.tables))

    def creations(self, dialect: Dialect) -> Mapping[str, tuple[str, ...]]:
        """What creates each table and its indexes."""
        tables = self.metadata.sorted_tables
        return {table.name: self.creation(table.name, dialect) for table in tables}

    def creation(self, name: str, dialect: Dialect) -> tuple[str, ...]:
        """What creates a table and its indexes: put into words once, not for every database."""
        known = self._creations.setdefault(dialect.name, {})
        if name not in known:
            known[name] = tuple(_creation(self._named(name), dialect))
        return known[name]

    def index_names(self, table: str) -> list[str]:
        """The indexes of a table, in the order of `creations`."""
        return sorted(str(index.name) for index in self._named(table).indexes)

    def upsert(self, table: Table, dialect: str) -> Executable:
        """INSERT that replaces a row of the same primary key."""
        key = [column.name for column in table.primary_key]
        if dialect == "postgresql":
            from sqlalchemy.dialects.postgresql import insert as into  # No desktop needs it.

            insert = into(table)
            values = {c.name: insert.excluded[c.name] for c in table.columns if c.name not in key}
            if not values:
                return insert.on_conflict_do_nothing(index_elements=key)
            return insert.on_conflict_do_update(index_elements=key, set_=values)
        # Marks are nothing but a key: one that is there stays, and its page is not written anew.
        bare = len(key) == len(table.columns)
        return sqlite.insert(table).prefix_with("OR IGNORE" if bare else "OR REPLACE")

    def _named(self, name: str) -> Table:
        return self.of(name) if name in self.entities else self._metadata.tables[name]

    def _column_names(self, entity: EntitySpec) -> Iterator[str]:
        yield from _HEADS
        yield from (spec.name for spec in entity.fields)
        yield from () if self.lean else key_names(entity).values()

    def _entity(self, entity: EntitySpec) -> Table:
        table = Table(
            entity.name,
            self._metadata,
            Column("rid", ROW_ID, primary_key=True),
            Column("id", Text, unique=True, nullable=False),
            Column("alive", Boolean, nullable=False),
            Column("created_at", BigInteger, nullable=False),
            Column("created_by", Integer, nullable=False),
            Column("touched_at", BigInteger),
            Column("touched_by", Integer),
            Column("deleted_at", BigInteger),
            Column("deleted_by", Integer),
            *(column_for(spec) for spec in entity.fields),
            *(() if self.lean else key_columns(entity)),
        )
        if not self.lean:
            index_fields(table, entity)
        if (into := table.c.get(MERGED_INTO)) is not None:
            _partial(f"ix_{entity.name}_merged", into, where=into.is_not(None))
        return table

    def _log(self) -> Table:
        table = Table(
            "sync_log",
            self._metadata,
            Column("rid", ROW_ID, primary_key=True),
            Column("replica", Integer, nullable=False),
            Column("seq", BigInteger, nullable=False),
            Column("act", BigInteger, nullable=False),
            Column("entity", Integer, nullable=False),
            Column("rec", ROW_ID),
            Column("record", Text),
            Column("verb", SmallInteger, nullable=False),
            Column("field", Integer),
            Column("value", JsonText),
            Column("before", JsonText),
            Column("prior", Text),
            Column("at", BigInteger, nullable=False),
            Column("base_at", BigInteger),
            Column("base_by", Integer),
            Column("authored", BigInteger),
            UniqueConstraint("replica", "seq"),
            sqlite_autoincrement=True,
        )
        Index("ix_sync_log_rec", table.c.rec, table.c.entity)
        unknown, moved = table.c.record.is_not(None), table.c.authored.is_not(None)
        _partial("ix_sync_log_record", table.c.record, where=unknown)
        _partial("ix_sync_log_authored", table.c.replica, table.c.authored, where=moved)
        return table

    def _act(self) -> Table:
        table = Table(
            "sync_act", self._metadata,
            Column("replica", Integer, primary_key=True, autoincrement=False),
            Column("first", BigInteger, primary_key=True, autoincrement=False),
            Column("last", BigInteger, nullable=False),
            Column("actor", Integer, nullable=False),
            Column("reason", Text),
            Column("id", Text),
            sqlite_with_rowid=False,
        )  # fmt: skip
        named = table.c.id.is_not(None)
        _partial("ix_sync_act_id", table.c.id, where=named)
        return table

    def _conflict(self) -> Table:
        return Table(
            "sync_conflict",
            self._metadata,
            Column("rid", ROW_ID, primary_key=True),
            Column("entity", Text, nullable=False),
            Column("record", Text, nullable=False),
            Column("field", Text, nullable=False),
            Column("winner", Text, nullable=False),
            Column("loser", Text, nullable=False),
            Column("found_at", Text, nullable=False),
            Column("closed_at", Text),
            UniqueConstraint("entity", "record", "field", "loser"),
        )


def _partial(name: str, *columns: Column[Any], where: ColumnElement[bool]) -> Index:
    """An index of the rows of which `where` holds.

    PostgreSQL's own keyword for it would load that dialect on every laptop: see `_with_condition`.
    """
    return Index(name, *columns, sqlite_where=where, info={_WHERE: where})


@compiles(CreateIndex, "postgresql")
def _with_condition(create: CreateIndex, compiler: DDLCompiler, **options: Any) -> str:
    text = str(compiler.visit_create_index(create, **options))  # type: ignore[no-untyped-call]
    where = create.element.info.get(_WHERE)
    if where is None:
        return text
    said = compiler.sql_compiler.process(where, include_table=False, literal_binds=True)
    return f"{text} WHERE {said}"


def _creation(table: Table, dialect: Dialect) -> Iterator[str]:
    yield str(CreateTable(table).compile(dialect=dialect))
    for index in sorted(table.indexes, key=lambda made: str(made.name)):
        yield str(CreateIndex(index).compile(dialect=dialect))


@lru_cache(maxsize=8)
def _schema(registry: Registry, lean: bool) -> Schema:
    return Schema(registry, lean=lean)


class Tables(Schema):
    """The tables of one database, and what is remembered of it. Rebuilt when the registry grows."""

    def __init__(self, registry: Registry, *, lean: bool = False) -> None:
        vars(self).update(vars(_schema(registry, lean)))
        self.words = Words(self.word)
