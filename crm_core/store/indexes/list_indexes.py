"""One index an entity that a list is read from alone: its order, and all that is filtered by.

Such an index covers a list: which records, in which order, is answered from it without touching
the rows, which for 600,000 encrypted ones would take ten seconds. Nothing else needs it, so a
first fill does without; it is made in spare time, like the search index, and only where there is
much to list. Indexes of the tables that an earlier version made in another shape are made anew
then as well.
"""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, Table, inspect

from crm_core.model.schema import EntitySpec, FieldSpec, Kind, Registry
from crm_core.store.engines import meta
from crm_core.store.schema.sort_keys import keyed_fields
from crm_core.store.schema.tables import Tables

_MANY = 5_000
"""Rows from which on it is worth its upkeep."""
_SHORT = frozenset({Kind.CHOICE, Kind.DATE, Kind.MOMENT, Kind.BOOL, Kind.MONEY, Kind.INTEGER})

_LEFT = "indexes_left"
_SHORT_TEXTS = frozenset({"city", "title", "source", "interest"})


def columns_of(entity: EntitySpec, table: Table) -> tuple[str, ...]:
    """What the index of this entity holds: first what its list is ordered by."""
    keyed = keyed_fields(table)
    first = keyed.get(entity.title) or entity.moment or ""
    if not first or not entity.owner:
        return ()
    held = (spec.name for spec in entity.fields if _held(entity, spec) and spec.name not in keyed)
    return tuple(dict.fromkeys((first, *held, "alive")))


def make_one(connection: Connection, tables: Tables, registry: Registry) -> bool:
    """Make the first of the indexes that is missing or of another shape; whether there was one.

    For 600,000 rows that takes some seconds, in which others read on and writers wait.
    """
    for entity in registry:
        if not _many(connection, entity.name):
            continue
        present = {
            str(one["name"]): tuple(one["column_names"])
            for one in inspect(connection).get_indexes(entity.name)
        }
        for name, columns in _wanted(entity, tables.of(entity.name)).items():
            if present.get(name, ()) != columns:
                _make(connection, entity.name, name, columns)
                return True
    return False


def to_leave(
    connection: Connection, tables: Tables, registry: Registry, entities: Collection[str]
) -> Mapping[str, str]:
    """The indexes (and their tables) that a new device makes itself, first of all it does in spare
    time: of records that have names, where there are many, those of the names, of their order
    (which is not worked out yet) and of the owners. They are as long as what they hold, and a fill
    waits for each byte."""
    left: dict[str, str] = {}
    for name in sorted(entities):
        keyed, owner = keyed_fields(tables.of(name)), registry.entity(name).owner
        names = {f"ix_{name}_{field}" for field in (*keyed, *keyed.values(), owner)}
        if keyed and _many(connection, name):
            left |= {index: name for index in tables.index_names(name) if index in names}
    return left


def leave(connection: Connection, tables: Tables, left: Mapping[str, str]) -> None:
    """Note them in the file that is to make them."""
    meta.put(connection, tables, _LEFT, dict(left))


def make_left(connection: Connection, tables: Tables) -> None:
    """Make one of those that `leave` left, perhaps on a server of another version: what is unknown
    here is let be."""
    left = dict(meta.get(connection, tables, _LEFT, {}))
    while left:
        index, name = left.popitem()
        if name not in tables.entities:
            continue
        _, *creations = tables.creation(name, connection.dialect)
        made = dict(zip(tables.index_names(name), creations, strict=True))
        if index in made:
            connection.exec_driver_sql(f'DROP INDEX IF EXISTS "{index}"')
            connection.exec_driver_sql(made[index])
            break
    meta.put(connection, tables, _LEFT, left)


def any_left(connection: Connection, tables: Tables) -> bool:
    """Whether there are such indexes to be made."""
    return bool(meta.get(connection, tables, _LEFT))


def _wanted(entity: EntitySpec, table: Table) -> dict[str, tuple[str, ...]]:
    """Indexes by name: those of the table in the shape they have now, and the list's own."""
    wanted = {
        str(index.name): tuple(column.name for column in index.columns) for index in table.indexes
    }
    columns = columns_of(entity, table)
    if not columns:
        return wanted
    # One that begins like the list's own says nothing more, and would be taken in its place.
    same = {name: () for name, others in wanted.items() if others[0] == columns[0]}
    return {f"li_{entity.name}": columns} | wanted | same


def _make(connection: Connection, entity: str, name: str, columns: tuple[str, ...]) -> None:
    """No columns: do without it."""
    listed = ", ".join(f'"{column}"' for column in columns)
    connection.exec_driver_sql(f'DROP INDEX IF EXISTS "{name}"')
    if columns:
        connection.exec_driver_sql(f'CREATE INDEX "{name}" ON "{entity}" ({listed})')
        _estimate(connection, entity)


def _estimate(connection: Connection, entity: str) -> None:
    """Let the planner know how much each index narrows down; a glance at each is enough."""
    connection.exec_driver_sql("PRAGMA analysis_limit = 400")
    connection.exec_driver_sql(f'ANALYZE "{entity}"')


def _many(connection: Connection, entity: str) -> bool:
    last = connection.exec_driver_sql(f'SELECT max(rid) FROM "{entity}"').scalar()
    return isinstance(last, int) and last >= _MANY


def _held(entity: EntitySpec, spec: FieldSpec) -> bool:
    """Short fields of every kind, and the short texts that the list shows."""
    if spec.custom:
        return False
    shown = spec.name in entity.list_fields
    return spec.kind in _SHORT or spec.name == entity.owner or (shown and _is_short_text(spec))


def _is_short_text(spec: FieldSpec) -> bool:
    return spec.kind is Kind.PHONE or spec.name in _SHORT_TEXTS
