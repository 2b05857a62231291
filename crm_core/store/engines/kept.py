"""What is asked for with every push and hardly ever changes: kept in memory while it is true.

People, roles, rules in force, days off. A mark in the database changes with every write to one of
`ENTITIES`, in the same transaction, so that every process and every snapshot knows whether what it
keeps is of the state it reads (decision 063).
"""

import secrets
from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

from sqlalchemy import Connection

from crm_core.store.engines import meta
from crm_core.store.engines.noted import SEEN, note
from crm_core.store.schema.tables import Tables

T = TypeVar("T")
SHELF = "kept_shelf"
"""Option of an engine: what is kept."""
ENTITIES = frozenset(
    {"user", "team", "territory", "role", "grant", "guard", "rule_version", "special_day"}
    | {"absence", "custom_field", "duty"}
)
_META = "kept_mark"
_MOST = 5_000
"""Entries before the shelf is cleared."""


class Shelf:
    """What one process keeps of one database; threads share it."""

    def __init__(self) -> None:
        self._held: tuple[str, dict[Hashable, Any]] = "", {}

    def at(self, mark: str) -> dict[Hashable, Any]:
        """What is kept of the state with this mark; empty after a change."""
        held = self._held
        if held[0] != mark or len(held[1]) > _MOST:
            # Changed as one: whoever still fills the former dictionary fills one nobody reads.
            held = self._held = mark, {}
        return held[1]


def once(connection: Connection, tables: Tables, key: Hashable, read: Callable[[], T]) -> T:
    """What `read` gives, read once for each state of `ENTITIES`, on which alone it may rest.

    It is shared: nobody changes it.
    """
    options = connection.get_execution_options()
    shelf: Shelf | None = options.get(SHELF)
    seen: dict[str, Any] | None = options.get(SEEN)
    if shelf is None or seen is None:
        return read()
    if _META not in seen:
        seen[_META] = str(meta.get(connection, tables, _META, ""))
    held = shelf.at(seen[_META])
    if key not in held:
        held[key] = read()
    found: T = held[key]
    return found


def stir(connection: Connection, tables: Tables, entities: Iterable[str]) -> None:
    """Say that records of these have changed; needs the write lock.

    The mark is random and not a number: one of a transaction that was rolled back never comes
    again with other contents.
    """
    if ENTITIES.isdisjoint(entities):
        return
    mark = secrets.token_hex(8)
    meta.put(connection, tables, _META, mark)
    note(connection, _META, mark)
