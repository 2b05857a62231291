"""Tables, generated from the registry, and the fixed tables of the sync log.

Every entity table has `rid INTEGER PRIMARY KEY` (local, fast) and `id TEXT UNIQUE` (synced).
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Engine,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    inspect,
    literal_column,
    text,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

from crm_core.model.schema import EntitySpec, FieldSpec, Kind, Registry
from crm_core.store.blob_tables import blob_table
from crm_core.store.encoding import pack, unpack
from crm_core.store.sort_keys import fill_missing, key_columns, keyed_fields


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

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        """Column → Python."""
        try:
            found = super().process_result_value(value, dialect)
        except ValueError:
            return None
        return found if isinstance(found, list) else None


_TYPES: dict[Kind, type[TypeEngine[Any]]] = {
    Kind.INTEGER: BigInteger,
    Kind.MONEY: BigInteger,
    Kind.BOOL: Boolean,
    Kind.SET: SetText,
}

ROW_ID = BigInteger().with_variant(Integer(), "sqlite")


def column_for(spec: FieldSpec) -> Column[Any]:
    """The column that holds one field."""
    return Column(spec.name, _TYPES.get(spec.kind, Text)())


class Tables:
    """The tables for one registry. Rebuilt, never edited, when the registry grows."""

    def __init__(self, registry: Registry) -> None:
        self.metadata = MetaData()
        self.entities = {entity.name: self._entity(entity) for entity in registry}
        self.log = self._log()
        self.clock = Table(
            "sync_clock",
            self.metadata,
            Column("entity", Text, primary_key=True),
            Column("record", Text, primary_key=True),
            Column("key", Text, primary_key=True),
            Column("stamp", Text, nullable=False),
            sqlite_with_rowid=False,
        )
        self.outbox = Table(
            "sync_outbox",
            self.metadata,
            Column("log_rid", ROW_ID, primary_key=True, autoincrement=False),
            Column("refused", Text),
            Column("detail", Text),
        )
        self.pending = Table(
            "sync_pending",
            self.metadata,
            Column("log_rid", ROW_ID, primary_key=True, autoincrement=False),
            Column("entity", Text, nullable=False),
            Column("record", Text, nullable=False),
        )
        self.conflict = self._conflict()
        self.meta = Table(
            "sync_meta",
            self.metadata,
            Column("key", Text, primary_key=True),
            Column("value", JsonText),
        )
        self.blob = blob_table(self.metadata)
        self.search_doc = Table(
            "search_doc",
            self.metadata,
            Column("rid", ROW_ID, primary_key=True),
            Column("entity", Text, nullable=False),
            Column("record", Text, nullable=False),
            UniqueConstraint("entity", "record"),
        )

    def of(self, entity: str) -> Table:
        """The table of one entity."""
        return self.entities[entity]

    def _entity(self, entity: EntitySpec) -> Table:
        table = Table(
            entity.name,
            self.metadata,
            Column("rid", ROW_ID, primary_key=True),
            Column("id", Text, unique=True, nullable=False),
            Column("alive", Boolean, nullable=False),
            Column("created", Text, nullable=False),
            Column("touched", Text, nullable=False),
            Column("deleted", Text, nullable=False),
            *(column_for(spec) for spec in entity.fields),
            *key_columns(entity),
        )
        keyed = keyed_fields(table)
        for spec in entity.fields:
            if spec.indexed and not spec.custom:
                Index(f"ix_{entity.name}_{spec.name}", table.c[spec.name])
                if spec.name in keyed:
                    Index(f"ix_{entity.name}_{keyed[spec.name]}", table.c[keyed[spec.name]])
        return table

    def _log(self) -> Table:
        table = Table(
            "sync_log",
            self.metadata,
            Column("rid", ROW_ID, primary_key=True),
            Column("replica", Text, nullable=False),
            Column("replica_seq", BigInteger, nullable=False),
            Column("entity", Text, nullable=False),
            Column("record", Text, nullable=False),
            Column("verb", Text, nullable=False),
            Column("field", Text, nullable=False),
            Column("value", JsonText),
            Column("before", JsonText),
            Column("hlc", Text, nullable=False),
            Column("base", Text, nullable=False),
            Column("grp", Text, nullable=False),
            Column("actor", Text, nullable=False),
            Column("reason", Text, nullable=False),
            Column("authored", Text, nullable=False),
            UniqueConstraint("replica", "replica_seq"),
            sqlite_autoincrement=True,
        )
        Index("ix_sync_log_record", table.c.record)
        Index("ix_sync_log_grp", table.c.grp)
        Index(
            "ix_sync_log_authored",
            table.c.replica,
            table.c.authored,
            sqlite_where=table.c.authored != literal_column("''"),
        )
        return table

    def _conflict(self) -> Table:
        return Table(
            "sync_conflict",
            self.metadata,
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


def bring_up_to_date(engine: Engine, tables: Tables) -> None:
    """Create what is missing, add missing columns and fill in keys; only ever adds (rule 9)."""
    tables.metadata.create_all(engine)
    present = inspect(engine)
    with engine.begin() as connection:
        for table in tables.entities.values():
            existing = {column["name"] for column in present.get_columns(table.name)}
            missing = _missing(table, existing)
            for column in missing:
                kind = column.type.compile(engine.dialect)
                connection.execute(
                    text(f'ALTER TABLE "{table.name}" ADD COLUMN "{column.name}" {kind}')
                )
            for index in table.indexes if missing else ():
                index.create(connection, checkfirst=True)
    fill_missing(engine, tables.entities.values())


def _missing(table: Table, existing: set[str]) -> Iterable[Column[Any]]:
    return [column for column in table.columns if column.name not in existing]
