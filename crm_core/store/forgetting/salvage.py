"""Reading what can still be read of a damaged database: the work that was never sent.

Only reads, row by row, so that one broken page costs no more than its own rows.
"""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

import sqlcipher3.dbapi2 as cipher
from sqlalchemy import Connection, exc, or_, select

from crm_core.model.entities import builtin_registry
from crm_core.store.changes.refusals import CLOSED
from crm_core.store.engines import meta
from crm_core.store.engines.engine import open_sqlite
from crm_core.store.log import oplog
from crm_core.store.schema.tables import Tables
from crm_core.sync.change import Operation

_FAILURES = (exc.DBAPIError, cipher.Error, sqlite3.Error, ValueError)


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What a damaged file still gave."""

    operations: tuple[Operation, ...]
    """Own operations in the order they were made: the unsent ones, or, where the list of those is
    broken, every own one that can be read (sending twice is harmless)."""
    unreadable: int
    """Unsent operations known to have been there and lost."""
    sequence: int
    """The last number this device gave to an operation, as far as it can be told."""


def salvage(path: Path, key: bytes | None, node: str) -> Salvaged:
    """Save what node `node` had not sent from the file at `path`; never raises for damage."""
    engine = open_sqlite(path, key)
    tables = Tables(builtin_registry())
    try:
        with engine.connect() as connection:
            return _read_all(connection, tables, node)
    except _FAILURES:
        return Salvaged((), 0, 0)
    finally:
        engine.dispose()


def is_sound(path: Path, key: bytes | None) -> bool:
    """Whether every page of the file can be read and proves to be what was written.

    Reads the whole file: for when damage is suspected, not for every start.
    """
    engine = open_sqlite(path, key)
    check = "cipher_integrity_check" if key is not None else "quick_check"
    try:
        with engine.connect() as connection:
            found = connection.exec_driver_sql(f"PRAGMA {check}").scalars().all()
    except _FAILURES:
        return False
    finally:
        engine.dispose()
    return not [line for line in found if line != "ok"]


def _read_all(connection: Connection, tables: Tables, node: str) -> Salvaged:
    rids, whole = _unsent_rids(connection, tables)
    if not whole:
        rids = _every_rid(connection)
    found = [_one(connection, tables, rid) for rid in rids]
    own = tuple(o for o in found if o is not None and o.replica == node)
    lost = sum(o is None for o in found) if whole else 0
    highest = max((o.replica_seq for o in own), default=0)
    return Salvaged(own, lost, max(highest, _last_sequence(connection, tables)))


def _unsent_rids(connection: Connection, tables: Tables) -> tuple[list[int], bool]:
    rids: list[int] = []
    try:
        outbox = tables.outbox
        wanted = or_(outbox.c.refused.is_(None), ~outbox.c.refused.startswith(CLOSED))
        statement = select(outbox.c.log_rid).where(wanted).order_by(outbox.c.log_rid)
        rids.extend(connection.scalars(statement))
    except _FAILURES:
        return rids, False
    return rids, True


def _every_rid(connection: Connection) -> list[int]:
    """All row numbers the log may have, without reading the log."""
    try:
        last = connection.exec_driver_sql(
            "SELECT seq FROM sqlite_sequence WHERE name = 'sync_log'"
        ).scalar()
    except _FAILURES:
        return []
    return list(range(1, int(last or 0) + 1))


def _one(connection: Connection, tables: Tables, rid: int) -> Operation | None:
    try:
        found = oplog.read(
            connection, tables, oplog.statement(tables).where(tables.log.c.rid == rid)
        )
    except _FAILURES:
        return None
    return found[0][1] if found else None


def _last_sequence(connection: Connection, tables: Tables) -> int:
    try:
        return meta.read_identity(connection, tables).sequence
    except _FAILURES:
        return 0
