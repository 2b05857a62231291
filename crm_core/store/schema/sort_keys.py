"""The local columns that put names in Chinese order: one beside each field searched as a name.

They are derived from the field on every write. They never travel, and no record, field list,
condition or export knows them: what reads whole rows selects `shown` columns.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, Table, Text

from crm_core.matching.pinyin import sort_key
from crm_core.model.schema import EntitySpec, Search

_SOURCE = "sort_key_of"


def key_columns(entity: EntitySpec) -> list[Column[Any]]:
    """A column for every name of the entity, indexed where the name is."""
    return [Column(key, Text, info={_SOURCE: name}) for name, key in key_names(entity).items()]


def key_names(entity: EntitySpec) -> dict[str, str]:
    """Field → its key column, of every name of the entity."""
    return {s.name: f"{s.name}_key" for s in entity.fields if s.search is Search.NAME}


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


def _key(value: object) -> str | None:
    return None if value is None else sort_key(str(value))
