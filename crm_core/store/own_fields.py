"""The company's own fields as one database has them: which registry, and since which change.

Several processes may serve one database; the number of changes tells each when to look again.
"""

from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import Connection

from crm_core.model.custom import custom_fields
from crm_core.model.entities import builtin_registry
from crm_core.model.schema import FieldSpec, Registry
from crm_core.model.values import Record
from crm_core.store import meta
from crm_core.store.changelog import Applied
from crm_core.store.engine import announce
from crm_core.store.tables import Tables

_CHANGES = "fields"
AGAIN_MS = 5_000
"""How long a server that could not add a column goes on without it before it tries again."""


def changes(connection: Connection, tables: Tables) -> int:
    """How often the company's own fields have changed."""
    found: int = meta.get(connection, tables, _CHANGES, 0)
    return found


def tell_others(connection: Connection, tables: Tables, applied: Applied) -> None:
    """Let other processes on this database know what was applied, once it commits."""
    if "custom_field" in applied.changed:
        meta.put(connection, tables, _CHANGES, changes(connection, tables) + 1)
    if applied.log_rids:
        announce(connection, max(applied.log_rids.values()))


def registry_with(records: Iterable[Record]) -> Registry:
    """Ours, with the fields that the records of `custom_field` add."""
    return _with(tuple(custom_fields(records)))


@lru_cache(maxsize=8)
def _with(fields: tuple[tuple[str, FieldSpec], ...]) -> Registry:
    return builtin_registry().with_fields(fields)


def same_fields(one: Registry, other: Registry) -> bool:
    """Whether both have the same fields everywhere."""
    return {e.name: e.fields for e in one} == {e.name: e.fields for e in other}
