"""The company's own fields and stages as one database has them: which registry, since which change.

Several processes may serve one database; the number of changes tells each when to look again.
"""

from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import Connection

from crm_core.model.custom import custom_fields
from crm_core.model.entities import builtin_registry
from crm_core.model.schema import Choice, FieldSpec, Registry
from crm_core.model.values import Record
from crm_core.rules.stage_plan import offered
from crm_core.store.changes.changelog import Applied
from crm_core.store.engines import meta
from crm_core.store.engines.engine import announce
from crm_core.store.ruling import rule_book
from crm_core.store.schema.tables import Tables

_CHANGES = "fields"
KEPT_IN = frozenset({"custom_field", rule_book.VERSION})
"""The entities that say how the registry differs from ours."""
AGAIN_MS = 5_000
"""How long a server that could not add a column goes on without it before it tries again."""


def changes(connection: Connection, tables: Tables) -> int:
    """How often the company's own fields have changed."""
    found: int = meta.get(connection, tables, _CHANGES, 0)
    return found


def tell_others(connection: Connection, tables: Tables, applied: Applied) -> None:
    """Let other processes on this database know what was applied, once it commits."""
    if not KEPT_IN.isdisjoint(applied.changed):
        meta.put(connection, tables, _CHANGES, changes(connection, tables) + 1)
    if end := applied.end:
        announce(connection, end)


def registry_of(connection: Connection, tables: Tables, records: Iterable[Record]) -> Registry:
    """Ours, with the fields that the records of `custom_field` add and the stages published."""
    stages = tuple(offered(rule_book.published(connection, tables)).items())
    return _with(tuple(custom_fields(records)), stages)


@lru_cache(maxsize=8)
def _with(
    fields: tuple[tuple[str, FieldSpec], ...], stages: tuple[tuple[str, tuple[Choice, ...]], ...]
) -> Registry:
    grown = builtin_registry().with_fields(fields)
    return grown.with_choices("stage", dict(stages)) if stages else grown


def same_fields(one: Registry, other: Registry) -> bool:
    """Whether both have the same fields everywhere."""
    return not changed(one, other)


def changed(one: Registry, other: Registry) -> list[str]:
    """The entities whose fields are others."""
    return [e.name for e in other if e.name not in one or e.fields != one.entity(e.name).fields]
