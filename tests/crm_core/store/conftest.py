"""The databases the contract suite runs on: SQLite, plain and encrypted, and PostgreSQL.

PostgreSQL is lean, as the server is: without search and names in order of sound.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from crm_core.permissions import Actor
from crm_core.store.engines.engine_postgres import open_bare, open_postgres, postgres_url
from crm_core.store.replica import Replica
from tests.builders import KEY, FakeClock, a_replica, an_actor
from tests.postgres import Postgres

BACKENDS = ("plain", "encrypted", "postgresql")

ON_CLIENTS = pytest.mark.parametrize("opened", ["plain", "encrypted"], indirect=True)
"""For tests of what only a laptop's database has: search, the inbox, names in order of sound."""

Opener = Callable[[str], Replica]


@pytest.fixture
def time() -> FakeClock:
    return FakeClock()


@pytest.fixture
def me() -> Actor:
    return an_actor()


@pytest.fixture(scope="session")
def database(postgres: Postgres) -> str:
    """One database; each replica has a schema of its own in it."""
    return postgres.database()


@pytest.fixture(params=BACKENDS)
def opened(request: pytest.FixtureRequest, tmp_path: Path, time: FakeClock) -> Iterator[Opener]:
    """Opens the named database of one backend; asked again, the same one again."""
    with ExitStack() as stack:

        def opener(name: str) -> Replica:
            node = f"{sum(name.encode()):016x}"
            if request.param == "postgresql":
                engine = stack.enter_context(
                    a_schema(request.getfixturevalue("database"), f"test_{name}")
                )
                replica = Replica(engine, clock=time.clock, node=node, keeps_outbox=True, lean=True)
            else:
                key = KEY if request.param == "encrypted" else None
                replica = a_replica(tmp_path / f"{name}.db", time=time, node=node, key=key)
            stack.callback(replica.close)
            return replica

        yield opener


@contextmanager
def a_schema(url: str, name: str) -> Iterator[Engine]:
    """An engine on a schema that is dropped at the end."""
    with open_bare(postgres_url(url)).connect() as connection:
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {name}"))
        yield open_postgres(url, schema=name)
        connection.execute(text(f"DROP SCHEMA IF EXISTS {name} CASCADE"))


@pytest.fixture
def replica(opened: Opener) -> Replica:
    return opened("mine")
