"""Opening SQLite files, plain or encrypted, with the pragmas we need.

Plain files go through the same SQLCipher library (without a key), so that client, server and
tests run one SQLite version with FTS5 everywhere.
"""

from functools import cache
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as cipher
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.pool import QueuePool
from sqlalchemy.util import LRUCache

from crm_core.store.engines.failures import gone
from crm_core.store.engines.kept import SHELF, Shelf

KEY_BYTES = 32
_AT_WORK, _AT_REST = 32 << 10, 12 << 10
"""KiB of pages a connection keeps."""
_PRAGMAS = (
    f"cache_size = -{_AT_WORK}",
    "foreign_keys = OFF",
    "journal_mode = WAL",
    "synchronous = FULL",
    "busy_timeout = 15000",
    "temp_store = MEMORY",
    "secure_delete = ON",
)
# Text and numbers the driver binds as they are. For NULL and booleans it looks for an adapter in
# three places and words an AttributeError before it does the same: 1 µs each, most of a log row.
cipher.register_adapter(type(None), dict[None, None]().get)
cipher.register_adapter(bool, int)


def open_sqlite(path: Path, key: bytes | None = None) -> Engine:
    """An engine on the file at `path`, encrypted with the raw 32-byte `key` where one is given.

    Creates the file where there is none, but not once more: what was wiped while somebody still
    read stays gone. Raises KnownError ("wrong_key", "damaged", "disk_full")
    from `guarded` on first use; opening itself touches nothing.
    """

    opened = False

    def connect() -> Any:
        nonlocal opened
        try:
            # Asked for by name alone, SQLite would make it anew where it was wiped meanwhile.
            name = _only_if_there(path) if opened else str(path)
            connection = _connected(name, key, uri=opened)
        except cipher.Error as error:
            if opened and not path.exists():
                raise gone() from error
            raise
        opened = True
        return connection

    engine = create_engine(
        "suixing://", creator=connect, poolclass=QueuePool, pool_size=8,
        pool_use_lifo=True,  # The one used last has the pages, and few caches are ever filled.
        hide_parameters=True,  # Else an error quotes the values it was about.
    )  # fmt: skip
    event.listen(engine, "begin", _begin)
    return engine.execution_options(compiled_cache=_compiled(), **{SHELF: Shelf()})


def _connected(name: str, key: bytes | None, *, uri: bool) -> Any:
    connection = cipher.connect(name, uri=uri, check_same_thread=False, isolation_level=None)
    try:
        if key is not None:
            connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
    except cipher.Error:
        connection.close()
        raise
    return connection


def _only_if_there(path: Path) -> str:
    """The URI by which SQLite opens a file, but creates none."""
    address = path.absolute().as_uri()
    if not address.startswith("file:///"):  # A share of another machine: SQLite takes no host.
        address = address.replace("file://", "file:////", 1)
    return f"{address}?mode=rw"


def ease(engine: Engine) -> None:
    """Let go of most pages that connections keep which nobody uses; those used last stay, and the
    others are read again when somebody asks for them."""
    pool = engine.pool
    assert isinstance(pool, QueuePool)
    # All at once: one given back would be the next one taken.
    idle = [pool.connect() for _ in range(pool.checkedin())]
    for one in idle:
        cursor = one.cursor()
        for size in (_AT_REST, _AT_WORK):
            cursor.execute(f"PRAGMA cache_size = -{size}")
        cursor.close()
        one.close()


class OneDialect(SQLiteDialect_pysqlite):
    """Equal for all files, so that a statement put into words for one serves every other."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OneDialect)

    def __hash__(self) -> int:
        return hash(OneDialect)


registry.register("suixing", __name__, OneDialect.__name__)


@cache
def _compiled() -> LRUCache[Any, Any]:
    """Statements in words, for every file of this process: an engine would keep its own."""
    return LRUCache(500)


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
