"""One serving process a data folder: a lock the operating system drops when the process dies."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crm_core.errors import KnownError


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock file; KnownError ("server_running") where another process holds it.

    An exclusive SQLite transaction is the one file lock that is the same on every system.
    """
    connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise KnownError(
                "这个数据文件夹正由一个运行中的服务器使用，没有做任何改动。请先停止它。",
                "A running server is using this data folder; nothing was changed. Stop it first.",
                code="server_running",
            ) from error
        yield
    finally:
        connection.close()
