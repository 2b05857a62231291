"""What a database lacks of its tables is created, at every start; nothing is ever taken away."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Column, Connection, Engine, inspect, text

from crm_core.store.schema.sort_keys import keyed_fields
from crm_core.store.schema.tables import Tables


def bring_up_to_date(engine: Engine, tables: Tables) -> bool:
    """Create what is missing and add missing columns; only ever adds (rule 9).

    Whether a table that was there got a sort key: its rows must be indexed anew.
    """
    present = _present(engine)
    if not tables.names <= present.keys():
        _create(engine, tables, present)
        present = _present(engine)
    return _add_columns(engine, tables, tables.entities, present)


def add_fields(engine: Engine, tables: Tables, entities: Collection[str]) -> None:
    """The same where nothing but these entities has got more fields: opening a file asks for each
    table's columns once."""
    present = _present(engine, entities)
    _add_columns(engine, tables, entities, present)


def _add_columns(
    engine: Engine, tables: Tables, entities: Iterable[str], present: Mapping[str, set[str]]
) -> bool:
    keyless = False
    behind = [name for name in entities if not tables.columns[name] <= present[name]]
    if not behind:
        return False
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            # While this waits for readers, every new reader waits behind it.
            connection.execute(text("SET LOCAL lock_timeout = '2s'"))
        for table in map(tables.of, behind):
            missing = [c for c in table.columns if c.name not in present[table.name]]
            keyless = keyless or any(c.name in keyed_fields(table).values() for c in missing)
            for column in missing:
                kind = column_type(column, connection)
                connection.execute(
                    text(f'ALTER TABLE "{table.name}" ADD COLUMN "{column.name}" {kind}')
                )
            for index in table.indexes:
                index.create(connection, checkfirst=True)
    return keyless


def _create(engine: Engine, tables: Tables, present: Collection[str]) -> None:
    """The tables that are missing, with their indexes, in one transaction."""
    with engine.begin() as connection:
        for name, statements in tables.creations(connection.dialect).items():
            for statement in statements if name not in present else ():
                connection.exec_driver_sql(statement)


def _present(engine: Engine, only: Collection[str] = ()) -> dict[str, set[str]]:
    """The columns of every table that is there, or of some; opening a file should not ask for
    each."""
    if engine.dialect.name != "sqlite":
        found = inspect(engine).get_multi_columns()
        return {
            name: {column["name"] for column in columns} for (_, name), columns in found.items()
        }
    columns: dict[str, set[str]] = defaultdict(set)
    with engine.connect() as connection:
        some = f" AND m.name IN ({', '.join('?' * len(only))})" if only else ""
        for table, column in connection.exec_driver_sql(
            "SELECT m.name, c.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c "
            f"WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%'{some}",
            tuple(only),
        ):
            columns[table].add(column)
    return dict(columns)


def column_type(column: Column[Any], connection: Connection) -> str:
    """The type of a column as this database writes it."""
    return column.type.compile(connection.dialect)
