"""One served organisation for all service tests, and a fresh office for each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desktop.services.office import Office, an_office, served
from tests.sync_server.live import LiveServer


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory, founded: Path) -> Iterator[LiveServer]:
    """Started once; tests leave only records behind."""
    server = served(founded, tmp_path_factory.mktemp("shared") / "data")
    yield server
    server.stop()


@pytest.fixture
def office(shared_server: LiveServer, tmp_path: Path) -> Iterator[Office]:
    """Desktops on the shared server."""
    yield from an_office(shared_server, tmp_path)


@pytest.fixture
def own_office(tmp_path: Path, founded: Path) -> Iterator[Office]:
    """Desktops on a server of their own, which the test may hurt."""
    server = served(founded, tmp_path / "data")
    try:
        yield from an_office(server, tmp_path)
    finally:
        server.stop()
