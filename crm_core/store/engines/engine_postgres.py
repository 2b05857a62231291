"""Opening PostgreSQL: one database an organisation, its tables in a schema of their own.

Reads are snapshots (REPEATABLE READ, read only) and run side by side. Writers take one advisory
lock when they begin, so that positions of the log become visible in their order (design rule 5).
Nothing but the server imports this module: the desktop carries no PostgreSQL.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool, QueuePool

from crm_core.errors import KnownError
from crm_core.store.engines.engine import HEARING, READS, SHAPING, TURN, guarded
from crm_core.store.engines.kept import SHELF, Shelf
from crm_core.store.engines.notices import hear_on

SCHEMA = "suixing"
_WRITE_LOCK, _SERVE_LOCK, _SHAPE_LOCK = 7_310_001, 7_310_002, 7_310_003
"""Keys of advisory locks, which PostgreSQL keeps apart by database."""
_POOL = 8
"""Connections a process may hold: eight processes stay below PostgreSQL's usual hundred."""
_SETTINGS = {
    "lock_timeout": "15s",
    # A process that hangs in a transaction loses it, and with it the write lock.
    "idle_in_transaction_session_timeout": "30s",
    "jit": "off",  # Our statements are many and small.
}
_CONNECT = {
    "application_name": "suixing",
    "client_encoding": "utf8",
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "tcp_user_timeout": 30_000,
}


def postgres_url(given: str) -> URL:
    """The address as SQLAlchemy takes it. KnownError ("database_url") for anything else."""
    try:
        url = make_url(given)
    except ArgumentError:
        url = None
    if url is None or url.drivername not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise KnownError(
            "--database 要写成 postgresql://用户@主机/数据库，没有做任何改动。",
            "Write --database as postgresql://user@host/database; nothing was changed.",
            code="database_url",
        )
    return url.set(drivername="postgresql+psycopg")


def open_postgres(url: str, *, schema: str = SCHEMA) -> Engine:
    """An engine on the tables in `schema`; opening itself touches nothing.

    KnownError: "database_url"; from `guarded` on first use "database_unreachable", "no_database",
    "database_refused", "locked".
    """
    parsed = postgres_url(url)
    engine = create_engine(
        parsed,
        hide_parameters=True,
        connect_args=_arguments(schema),
        poolclass=QueuePool,
        pool_size=_POOL,
        max_overflow=0,
        pool_pre_ping=True,
        execution_options={
            READS: {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
            SHELF: Shelf(),
            TURN: threading.Lock(),
            SHAPING: lambda: _shape_lock(parsed),
            HEARING: lambda heard, stop: hear_on(open_bare(parsed), heard, stop),
        },
    )
    event.listen(engine, "begin", _begin)
    return engine


def _arguments(schema: str, **settings: str) -> dict[str, Any]:
    said = {"search_path": schema, **_SETTINGS, **settings}
    return _CONNECT | {"options": " ".join(f"-c {name}={value}" for name, value in said.items())}


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("writes", False):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITE_LOCK})")


def check_settings(connection: Connection) -> None:
    """KnownError ("database_settings") where text would not be compared byte by byte.

    Stamps, ids and names in order of sound are; any other order would silently lose to it.
    """
    encoding, provider, collate, ctype = connection.execute(text(_LOCALE)).one()
    plain = {"C", "POSIX"}
    if encoding == "UTF8" and ((provider == "c" and {collate, ctype} <= plain) or collate == "b:C"):
        return
    raise KnownError(
        f"这个数据库的编码和排序规则是 {encoding}、{collate}，随行需要 UTF8 和 C，没有做任何改动。"
        "请用 createdb --template=template0 --encoding=UTF8 --locale=C 新建一个。",
        f"This database uses {encoding} and {collate}; Suixing needs UTF8 and C. Nothing was "
        "changed. Make one with: createdb --template=template0 --encoding=UTF8 --locale=C",
        code="database_settings",
    )


_LOCALE = """
SELECT pg_encoding_to_char(encoding), datlocprovider::text,
       CASE WHEN datlocprovider = 'c' THEN datcollate
            ELSE datlocprovider::text || ':' || coalesce(to_jsonb(d)->>'datlocale', '') END,
       datctype
FROM pg_database d WHERE datname = current_database()
"""


@contextmanager
def _shape_lock(url: URL) -> Iterator[None]:
    with guarded(), open_bare(url).connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _SHAPE_LOCK})
        yield


@contextmanager
def serving_lock(url: str, *, alone: bool) -> Iterator[None]:
    """Serve beside others, or be `alone` to found or restore; ends when the process does.

    KnownError: "server_running".
    """
    way = "pg_try_advisory_lock" if alone else "pg_try_advisory_lock_shared"
    with guarded(), open_bare(postgres_url(url)).connect() as connection:
        if not connection.scalar(text(f"SELECT {way}(:key)"), {"key": _SERVE_LOCK}):
            raise KnownError(
                "这个数据库正由运行中的服务器或另一条命令使用，没有做任何改动。"
                "请先停止所有服务器进程，或等那条命令做完。",
                "A running server or another command is using this database; nothing was changed. "
                "Stop every server process, or wait for the command to finish.",
                code="server_running",
            )
        yield


def open_bare(url: URL) -> Engine:
    """An engine outside any schema, pool and transaction: for locks, and for schemas themselves.

    A session's locks live as long as its connection.
    """
    return create_engine(
        url,
        connect_args=_arguments("pg_catalog", lock_timeout="60s"),
        poolclass=NullPool,
        pool_reset_on_return=None,  # Nothing to roll back, and what is broken is left alone.
        isolation_level="AUTOCOMMIT",
    )
