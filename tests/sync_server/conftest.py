"""Servers and devices for tests; every process is ended, whatever the test did."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.sync_server.live import LiveDevice, LiveServer

SignsIn = Callable[[str], LiveDevice]


@pytest.fixture
def live_server(tmp_path: Path) -> Iterator[LiveServer]:
    """A founded organisation, served: boss (admin), anna and ben (team north), carl (south)."""
    server = LiveServer(tmp_path / "data")
    server.found()
    server.add_user("anna", team="north")
    server.add_user("ben", team="north")
    server.add_user("carl", team="south")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """One HTTP client, closed at the end."""
    with httpx.Client(timeout=30, trust_env=False) as opened:
        yield opened


@pytest.fixture
def device(live_server: LiveServer, client: httpx.Client) -> SignsIn:
    """Sign a person in on a new device."""

    def signed_in(login: str) -> LiveDevice:
        made = LiveDevice(live_server, login, client)
        made.sign_in()
        return made

    return signed_in
