"""Servers and devices for tests; every process is ended, whatever the test did."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from sync_server.config import DataFolder
from tests.builders import FakeClock
from tests.postgres import Postgres
from tests.sync_proof.world import World, found_organisation
from tests.sync_server.inside import Inside
from tests.sync_server.live import LiveDevice, LiveServer

SignsIn = Callable[[str], LiveDevice]

ON_SQLITE = pytest.mark.parametrize("shared_server", ["sqlite"], indirect=True)
"""For tests of what is answered before any database is asked, or lies in files beside it."""


@pytest.fixture(scope="session")
def founded_database(
    tmp_path_factory: pytest.TempPathFactory, founded: Path, postgres: Postgres
) -> str:
    """The same organisation in PostgreSQL, moved there by backup and restore; a template."""
    folder, database = tmp_path_factory.mktemp("moved"), postgres.database()
    LiveServer(founded).cli("backup", str(folder / "founded.db"))
    LiveServer(folder, database=database).cli("restore", str(folder / "founded.db"))
    return database


@pytest.fixture
def live_server(tmp_path: Path, founded: Path) -> Iterator[LiveServer]:
    """The founded organisation, served by a process of its own."""
    server = LiveServer(Path(shutil.copytree(founded, tmp_path / "data")))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def shared_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, founded: Path
) -> Iterator[LiveServer]:
    """One process for all tests that neither stop it nor move people between teams."""
    folder = tmp_path_factory.mktemp("shared") / "data"
    server = LiveServer(Path(shutil.copytree(founded, folder)))
    if request.param == "postgresql":
        template = request.getfixturevalue("founded_database")
        server.database = request.getfixturevalue("postgres").database(template=template)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def founded_inside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Boss, anna, ben and carl, founded once for the servers of this process; copy it."""
    folder = tmp_path_factory.mktemp("founded-inside")
    found_organisation(DataFolder(folder / "server"), FakeClock())
    return folder


@pytest.fixture
def inside(tmp_path: Path, founded_inside: Path) -> Iterator[Inside]:
    """An organisation of this test's own, whose server is in this process."""
    made = Inside(World(Path(shutil.copytree(founded_inside, tmp_path / "inside"))))
    yield made
    made.world.close()


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """One HTTP client, closed at the end."""
    with httpx.Client(timeout=30, trust_env=False) as opened:
        yield opened


@pytest.fixture
def device(shared_server: LiveServer, client: httpx.Client) -> SignsIn:
    """Sign a person in on a new device of the shared server."""
    return lambda login: signed_in(shared_server, client, login)


@pytest.fixture
def own_device(live_server: LiveServer, client: httpx.Client) -> SignsIn:
    """Sign a person in on a new device of this test's own server."""
    return lambda login: signed_in(live_server, client, login)


def signed_in(server: LiveServer, client: httpx.Client, login: str) -> LiveDevice:
    """A new device of a person."""
    made = LiveDevice(server, login, client)
    made.sign_in()
    return made
