"""Opening databases: plain or encrypted SQLite, with the pragmas and the error sentences we need.

Plain files go through the same SQLCipher library (without a key), so that client, server and
tests run one SQLite version with FTS5 everywhere.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as cipher
from sqlalchemy import Connection, Engine, create_engine, event, exc
from sqlalchemy.pool import QueuePool

from crm_core.errors import KnownError

KEY_BYTES = 32


def open_sqlite(path: Path, key: bytes | None = None) -> Engine:
    """An engine on the file at `path`, encrypted with the raw 32-byte `key` where one is given.

    Creates the file where there is none. Raises KnownError ("wrong_key", "damaged", "disk_full")
    from `guarded` on first use; opening itself touches nothing.
    """

    def connect() -> Any:
        connection = cipher.connect(str(path), check_same_thread=False, isolation_level=None)
        try:
            if key is not None:
                connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            for pragma in (
                "cache_size = -65536",
                "foreign_keys = OFF",
                "journal_mode = WAL",
                "synchronous = FULL",
                "busy_timeout = 15000",
                "temp_store = MEMORY",
                "secure_delete = ON",
            ):
                connection.execute(f"PRAGMA {pragma}")
        except cipher.Error:
            connection.close()
            raise
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=8)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one consistent state."""
    with guarded(), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection that holds the write lock; commits at the end, or leaves no trace."""
    with guarded(), engine.connect() as connection:
        locked = connection.execution_options(writes=True)
        with locked.begin():
            yield locked


@contextmanager
def guarded() -> Iterator[None]:
    """Turn the failures a person can do something about into KnownErrors."""
    try:
        yield
    except (exc.DBAPIError, cipher.Error, sqlite3.Error) as error:
        known = _known(str(getattr(error, "orig", error)).lower())
        if known is None:
            raise
        raise known from error


def _known(message: str) -> KnownError | None:
    if "file is not a database" in message or "file is encrypted" in message:
        return KnownError(
            "无法打开本机数据库：密钥不对，或文件已损坏。文件没有被改动。"
            "请重新登录，从服务器恢复数据。",
            "The local database cannot be opened: its key is wrong or the file is damaged. "
            "The file was left untouched. Sign in again to restore your data from the server.",
            code="wrong_key",
        )
    if "malformed" in message or "disk i/o error" in message:
        return KnownError(
            "本机数据库已损坏。原文件会原样保留，请重新登录，从服务器恢复数据。",
            "The local database is damaged. The file is kept as it is; sign in again to restore "
            "your data from the server.",
            code="damaged",
        )
    if "disk is full" in message:
        return KnownError(
            "磁盘空间已满，刚才的修改没有保存，您输入的内容还在界面上。请清理磁盘后再保存。",
            "The disk is full, so this change was not saved; what you typed is still on screen. "
            "Free some space and save again.",
            code="disk_full",
        )
    if "locked" in message:
        return KnownError(
            "数据库正被另一个程序占用，修改没有保存，您输入的内容还在。请稍后再试。",
            "Another program holds the database; the change was not saved and what you typed is "
            "still here. Try again in a moment.",
            code="locked",
        )
    if "readonly" in message or "unable to open" in message:
        return KnownError(
            "无法写入数据文件夹，修改没有保存。请检查文件夹权限。",
            "The data folder cannot be written, so nothing was saved. Check its permissions.",
            code="unwritable",
        )
    return None
