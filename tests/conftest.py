"""What tests stand on: Qt drawn offscreen, an organisation, a PostgreSQL where one is asked for.

Qt's own warnings fail tests (see pyproject). Cyclic garbage is looked for between tests, on the
main thread, as the desktop does (see `desktop.collecting`).
"""

import gc
import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.collecting import collect_as_due
from tests.postgres import Postgres, a_postgres
from tests.sync_server.live import LiveServer

_PLENTY = 4 * 2**30

# The suite has ten minutes; what needs more examples asks for them itself. How long one takes says
# how busy the machine is.
settings.register_profile(
    "suite", max_examples=40, deadline=None, suppress_health_check=(HealthCheck.too_slow,)
)
settings.load_profile("suite")

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# Five seconds are short on a machine with other work; a test that passes waits no longer for it.
for _wait in (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitSignals, QtBot.waitExposed):
    _wait.__kwdefaults__ = {**(_wait.__kwdefaults__ or {}), "timeout": 30_000}


def pytest_configure(config: pytest.Config) -> None:
    """No search for garbage on any thread …"""
    gc.disable()
    gc.set_threshold(50_000, 1, 100)
    _write_to_memory()


def _write_to_memory() -> None:
    """Files of tests go to memory where there is plenty: they outlive processes all the same."""
    memory = Path("/dev/shm")
    if memory.is_dir() and shutil.disk_usage(memory).free > _PLENTY:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported and collected stays to the end: no search goes through it again."""
    gc.collect()
    gc.freeze()


def pytest_runtest_logfinish(nodeid: str) -> None:
    """… but here, after tests that left much behind, and now and then everywhere."""
    collect_as_due()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """A window that a test gave up goes with it: it would be spoken to without its data."""
    yield
    app = QApplication.instance()
    if isinstance(app, QApplication) and item.get_closest_marker("window_of_module") is None:
        for left in app.topLevelWidgets():
            if left.parent() is None:
                left.hide()
                left.deleteLater()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with boss (admin), anna and ben (team north), carl (south); copy it."""
    server = LiveServer(tmp_path_factory.mktemp("founded") / "data")
    server.found()
    server.add_user("anna", team="north")
    server.add_user("ben", team="north")
    server.add_user("carl", team="south")
    return server.folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL server for all tests of this process."""
    with a_postgres() as server:
        yield server
