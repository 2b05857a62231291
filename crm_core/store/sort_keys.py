"""The local columns that put names in Chinese order: one beside each field searched as a name.

They are derived from the field on every write. They never travel, and no record, field list,
condition or export knows them: what reads whole rows selects `shown` columns.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Column, Engine, Table, Text, bindparam, select

from crm_core.matching.pinyin import sort_key
from crm_core.model.schema import EntitySpec, Search
from crm_core.store.engine import writing

_SOURCE = "sort_key_of"
_FILL_BATCH = 1_000


def key_columns(entity: EntitySpec) -> list[Column[Any]]:
    """A column `<field>_key` for every name of the entity, indexed where the name is."""
    return [
        Column(f"{spec.name}_key", Text, info={_SOURCE: spec.name})
        for spec in entity.fields
        if spec.search is Search.NAME
    ]


def keyed_fields(table: Table) -> dict[str, str]:
    """Field → its key column, by name."""
    return {c.info[_SOURCE]: c.name for c in table.columns if _SOURCE in c.info}


def shown(table: Table) -> list[Column[Any]]:
    """The columns of the table without the keys."""
    return [c for c in table.columns if _SOURCE not in c.info]


def field_column(table: Table, name: str) -> Column[Any] | None:
    """The column of that name; None where there is none or it is a key."""
    column = table.c.get(name)
    return None if column is None or _SOURCE in column.info else column


def order_column(table: Table, name: str) -> Column[Any] | None:
    """The column a list sorted by this field is ordered by; None for an unknown field."""
    key = keyed_fields(table).get(name)
    return field_column(table, name) if key is None else table.c[key]


def keys_of(keyed: Mapping[str, str], values: Mapping[str, object]) -> dict[str, str | None]:
    """The keys of those fields of `keyed` (see `keyed_fields`) that `values` names."""
    return {key: _key(values[name]) for name, key in keyed.items() if name in values}


def fill_missing(engine: Engine, tables: Iterable[Table]) -> None:
    """Give their keys to rows written before there were any.

    In transactions of 1,000 rows: what an interruption leaves undone is done at the next start.
    """
    for table in tables:
        for name, key in keyed_fields(table).items():
            while _fill_some(engine, table, name, key):
                pass


def _fill_some(engine: Engine, table: Table, name: str, key: str) -> bool:
    field, lacking = table.c[name], table.c[key].is_(None)
    wanted = select(table.c.rid, field).where(lacking, field.is_not(None)).limit(_FILL_BATCH)
    update = table.update().where(table.c.rid == bindparam("row")).values({key: bindparam("key")})
    with engine.connect() as connection:
        if connection.execute(wanted.limit(1)).first() is None:
            return False  # Without the write lock: so it is at nearly every start.
    with writing(engine) as connection:
        found = [{"row": rid, "key": _key(value)} for rid, value in connection.execute(wanted)]
        if found:
            connection.execute(update, found)
    return True


def _key(value: object) -> str | None:
    return None if value is None else sort_key(str(value))
