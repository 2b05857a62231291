"""What every test stands on: Qt drawn offscreen, a PostgreSQL where one is asked for.

Qt's own warnings fail tests (see pyproject). Cyclic garbage is looked for between tests, on the
main thread, as the desktop does (see `desktop.collecting`).
"""

import gc
import os
from collections.abc import Iterator

import pytest

from desktop.collecting import collect_as_due
from tests.postgres import Postgres, a_postgres

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def pytest_configure(config: pytest.Config) -> None:
    """No search for garbage on any thread …"""
    gc.disable()
    gc.set_threshold(50_000, 1, 100)


def pytest_runtest_logfinish(nodeid: str) -> None:
    """… but here, after tests that left much behind, and now and then everywhere."""
    collect_as_due()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL server for all tests of this process."""
    with a_postgres() as server:
        yield server
