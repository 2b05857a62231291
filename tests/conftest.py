"""What every test stands on: Qt drawn offscreen, a PostgreSQL where one is asked for.

Qt's own warnings fail tests (see pyproject). Cyclic garbage is looked for between tests, on the
main thread, as the desktop does (see `desktop.collecting`).
"""

import gc
import os
from collections.abc import Iterator

import pytest

from tests.postgres import Postgres, a_postgres

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


_OBJECTS, _TESTS = 50_000, 100


def pytest_configure(config: pytest.Config) -> None:
    """No search for garbage on any thread …"""
    gc.disable()


def pytest_runtest_logfinish(nodeid: str) -> None:
    """… but here, after tests that left much behind, and now and then everywhere."""
    young, rounds, _ = gc.get_count()
    if young > _OBJECTS:
        gc.collect(2 if rounds > _TESTS else 1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL server for all tests of this process."""
    with a_postgres() as server:
        yield server
