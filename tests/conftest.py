"""What every test stands on: Qt drawn offscreen, a PostgreSQL where one is asked for.

Qt's own warnings fail tests (see pyproject).
"""

import os
from collections.abc import Iterator

import pytest

from tests.postgres import Postgres, a_postgres

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL server for all tests of this process."""
    with a_postgres() as server:
        yield server
