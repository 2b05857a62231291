"""Real processes, really killed: server and laptop, at every point of a write.

The stories tell the same within one process, faster; here nothing is left to close a file.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

import httpx
import pytest

from crm_core.clock import system_clock
from crm_core.store.engines.faults import Point
from tests.builders import log_of
from tests.processes import Surroundings, begin, text_of
from tests.sync_proof import killed
from tests.sync_proof.devices import Device
from tests.sync_proof.killed import PLAN, TOKENS
from tests.sync_proof.ledger import Ledger
from tests.sync_proof.story import Story
from tests.sync_proof.template import founded_in, template
from tests.sync_proof.world import World

LONGEST_SECONDS = 60.0
COMPLAINTS = "complaints"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows"),
]


def started(world: World, *words: str) -> BaseProcess:
    """One of the processes of `killed`."""
    within = Surroundings(dict(os.environ), errors=str(world.folder / COMPLAINTS))
    return begin(be, *words, within=within)


def be(*words: str) -> None:
    """What `killed` does, in a process of its own."""
    killed.main(words)


@contextmanager
def serving(world: World, point: str = "", visit: int = 1) -> Iterator[BaseProcess]:
    """The organisation served by a process, reached by every laptop of the world."""
    port = world.folder / "port"
    port.unlink(missing_ok=True)
    words = ("serve", str(world.folder), point, str(visit), world.database)
    process = started(world, *words)
    try:
        end = time.monotonic() + LONGEST_SECONDS
        while not port.exists():
            assert process.is_alive(), text_of(world.folder / COMPLAINTS)
            assert time.monotonic() < end, "the server does not come up"
            time.sleep(0.02)
        url = f"http://127.0.0.1:{port.read_text(encoding='ascii')}"
        with httpx.Client(base_url=url, timeout=30, trust_env=False) as client:
            world.gate.remote = client
            yield process
    finally:
        world.gate.remote = None
        process.kill()
        process.join()


def died(process: BaseProcess) -> bool:
    """Whether it was killed, not ended."""
    process.join(LONGEST_SECONDS)
    return process.exitcode == -signal.SIGKILL


def note_everything(ledger: Ledger, device: Device) -> None:
    """Take down all that was ever committed on a laptop, by whichever process."""
    for operation in log_of(device.replica):
        if operation.replica == device.node:
            ledger.written.setdefault(operation.key, operation)


@pytest.fixture(params=["sqlite"])
def told(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Story]:
    """A world whose clock shows the real time, its server not running."""
    if request.param == "postgresql":
        database = request.getfixturevalue("postgres").database()
        office = founded_in(database, tmp_path, "anna", "ben")
    else:
        office = template().copy(tmp_path)
    office.world.time.moment = system_clock().now()
    office.world.stop()
    yield Story(office)
    office.close()


@pytest.mark.parametrize(
    "told", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True
)
def test_a_server_killed_at_every_point_has_all_it_acknowledged_once(told: Story) -> None:
    anna, kills = told.laptops("anna")[0], 0
    record = told.customer(anna)
    with serving(told.world):  # The session of the template has expired by the real clock.
        told.sync("anna")
    # A server receives no pages, so it never comes before a cursor.
    for point in [p for p in Point if p is not Point.BEFORE_CURSOR]:
        told.world.time.moment = system_clock().now()
        told.change(anna, record, city=told.text(), remark=told.text())
        with serving(told.world, point.value) as server:
            told.sync("anna")
            kills += died(server)
        told.change(anna, record, name=told.text())
    assert kills == len(Point) - 1
    judged(told, "anna", "ben")


def test_a_laptop_killed_at_every_point_loses_nothing_it_saved(told: Story) -> None:
    anna, ben = told.laptops("anna", "ben")
    record, kills = told.customer(anna), 0
    with serving(told.world):
        told.sync("anna", "ben")
        for point in Point:
            told.world.time.moment = system_clock().now()
            told.change(anna, record, city=told.text())
            told.sync("anna")
            kills += killed_laptop(told, ben, point, record)
            note_everything(told.ledger, ben)
        assert kills == len(Point)
    judged(told, "anna", "ben")


def killed_laptop(told: Story, device: Device, point: Point, record: str) -> bool:
    """Let a process save and sync in place of a laptop, and be killed; whether it was."""
    device.close()
    folder, remote = told.world.folder, told.world.gate.remote
    assert remote is not None
    plan = {record: {"remark": told.text(), "name": told.text()}}
    (folder / PLAN).write_text(json.dumps(plan), encoding="utf-8")
    (folder / TOKENS).write_text(json.dumps(device.vault.kept), encoding="utf-8")
    words = (str(folder), device.name, str(remote.base_url), point.value, "1")
    process = started(told.world, "laptop", *words)
    process.join(LONGEST_SECONDS)
    device.vault.kept.update(json.loads((folder / TOKENS).read_text("utf-8")))
    return process.exitcode == -signal.SIGKILL


def judged(told: Story, *names: str) -> None:
    """Every promise, asked of the data the processes have left."""
    told.world.time.moment = system_clock().now()
    told.world.start()
    told.ends_well(*names, fresh="anna")
