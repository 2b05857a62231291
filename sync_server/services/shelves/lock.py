"""One process a data folder that serves, founds or restores.

The operating system drops the lock when the process dies.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crm_core.errors import KnownError
from crm_core.store.engines.engine import guarded


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock file; KnownError: "server_running" where another process holds it,
    "unwritable" where the folder cannot be written.

    An exclusive SQLite transaction is the one file lock that is the same on every system.
    """
    with guarded():
        connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        with guarded():
            _take(connection)
        yield
    finally:
        connection.close()


def _take(connection: sqlite3.Connection) -> None:
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        raise KnownError(
            "这个数据文件夹正由一个运行中的服务器或另一条命令使用，没有做任何改动。"
            "请先停止服务器，或等那条命令做完。",
            "A running server or another command is using this data folder; nothing was changed. "
            "Stop the server, or wait for the command to finish.",
            code="server_running",
        ) from error
