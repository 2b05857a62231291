"""Processes that end themselves with SIGKILL at a point of a write; started by `test_killed`.

`serve FOLDER POINT VISIT DATABASE` is the server, `laptop FOLDER NAME URL POINT VISIT` saves and
syncs. An empty POINT lets it live; an empty DATABASE is a file in the folder.
"""

import json
import os
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx
import uvicorn

from crm_core.clock import system_clock
from crm_core.store.engines import faults
from crm_core.store.engines.faults import Fault, Point
from desktop.services.online.guests import MemoryVault
from sync_server.app import build_app, open_server
from sync_server.config import DataFolder
from tests.builders import FakeClock
from tests.passwords import cheap_passwords
from tests.sync_proof.devices import Device
from tests.sync_proof.template import LAPTOPS, node_of
from tests.sync_proof.world import LIMITS, World

TOKENS, PLAN = "tokens.json", "plan.json"
"""Beside the laptops' files: their session, and what to save."""


class KeptVault(MemoryVault):
    """A keyring whose keeper outlives the process."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self.kept.update(json.loads(path.read_text("utf-8")))

    def put(self, name: str, secret: str) -> None:
        """Keep it, at once."""
        super().put(name, secret)
        part = self._path.with_suffix(".part")
        part.write_text(json.dumps(self.kept), encoding="utf-8")
        part.replace(self._path)


def killer(point: str, visit: str) -> Fault | None:
    """A fault that is a power cut: nothing is flushed, closed or caught."""
    left = int(visit or 1)

    def fault(reached: Point) -> None:
        nonlocal left
        if reached.value == point:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return fault if point else None


def serve(folder: Path, point: str, visit: str, database: str) -> None:
    """Serve on a free port, written to `port` when it is listened on."""
    data = DataFolder(folder / "server", database)
    server = open_server(data, clock=system_clock(), passwords=cheap_passwords(), limits=LIMITS)
    faults.plant(server.replica.engine, killer(point, visit))
    listening = socket.create_server(("127.0.0.1", 0))
    part = folder / "port.part"
    part.write_text(str(listening.getsockname()[1]), encoding="ascii")
    part.replace(folder / "port")
    uvicorn.Server(uvicorn.Config(build_app(server), log_level="warning")).run(sockets=[listening])


def laptop(folder: Path, name: str, url: str, point: str, visit: str) -> None:
    """Save what the plan says, then exchange; what the session has become is written down."""
    world = World(folder, FakeClock(system_clock().now()), served=False)
    world.gate.remote = httpx.Client(base_url=url, timeout=30, trust_env=False)
    vault = KeptVault(folder / TOKENS)
    path = folder / f"{name}.db"
    device = Device(world, name, LAPTOPS[name], node_of(name), path, vault)
    plan = json.loads((folder / PLAN).read_text("utf-8"))
    faults.plant(device.replica.engine, killer(point, visit))
    for record, changes in plan.items():
        device.change("customer", [record], changes)
    device.sync()


def main(arguments: Sequence[str]) -> None:
    """Be one or the other."""
    what, folder, *rest = arguments
    if what == "serve":
        point, visit, database = rest
        serve(Path(folder), point, visit, database)
    else:
        name, url, point, visit = rest
        laptop(Path(folder), name, url, point, visit)


if __name__ == "__main__":
    main(sys.argv[1:])
