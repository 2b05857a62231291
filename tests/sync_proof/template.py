"""Worlds made by copying one that was founded, with everybody signed in, once a run."""

import shutil
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from crm_core.store.replica import open_replica
from desktop.services.online.guests import MemoryVault
from sync_server.config import DataFolder
from tests.builders import KEY, FakeClock
from tests.sync_proof.devices import Device
from tests.sync_proof.world import World, found_organisation, new_folder

LAPTOPS = {"anna": "anna", "anna2": "anna", "ben": "ben", "carl": "carl", "boss": "boss"}
"""laptop → login: anna has two; anna and ben are of one team, carl of another, boss sees all."""
FRESH = {f"new-{login}": login for login in ("anna", "ben", "carl", "boss")}
"""Laptops signed in and not filled yet."""


def node_of(name: str) -> str:
    """The node id of a laptop: fixed, so that ties between stamps fall the same way every time."""
    place = (*LAPTOPS, *FRESH).index(name)
    return f"{place + 10:016x}"


@dataclass(slots=True)
class Office:
    """A world and its laptops."""

    world: World
    laptops: dict[str, Device] = field(default_factory=dict)
    fresh: dict[str, Device] = field(default_factory=dict)

    def close(self) -> None:
        """Everything ends, the folder goes."""
        for device in (*self.laptops.values(), *self.fresh.values()):
            device.close()
        self.world.close()


@dataclass(frozen=True, slots=True)
class Template:
    """The founded world on disk, and the tokens of its laptops."""

    folder: Path
    tokens: dict[str, dict[str, str]]

    def copy(self, parent: Path | None = None) -> Office:
        """A world of one's own."""
        folder = new_folder(parent)
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        time = FakeClock()
        # Not before the template was made: signing in is a record too, of the audit log.
        time.advance(minutes=1)
        return _office(World(folder, time), self.tokens)


@cache
def template() -> Template:
    """The template of this run; its folder lies in the system's temporary folder."""
    folder = new_folder()
    time = FakeClock()
    found_organisation(DataFolder(folder / "server"), time)
    office = _office(World(folder, time), {})
    for device in (*office.laptops.values(), *office.fresh.values()):
        _lease(device)
    for device in office.laptops.values():
        device.sync()
    tokens = {d.name: dict(d.vault.kept) for d in _everyone(office)}
    for device in _everyone(office):
        device.close()
    office.world.stop()
    office.world.gate.close()
    return Template(folder, tokens)


def founded_in(database: str, folder: Path, *names: str) -> Office:
    """The same organisation founded in a PostgreSQL database, with these laptops in use."""
    time = FakeClock()
    found_organisation(DataFolder(folder / "server", database), time)
    office = _office(World(folder, time, database=database), {})
    for device in _everyone(office):
        if device.name in names:
            _lease(device)
            device.sync()
    return office


def _lease(device: Device) -> None:
    open_replica(device.path, clock=device.clock, key=KEY, node=device.node).close()
    device.sign_in()


def _everyone(office: Office) -> list[Device]:
    return [*office.laptops.values(), *office.fresh.values()]


def _office(world: World, tokens: dict[str, dict[str, str]]) -> Office:
    office = Office(world)
    for place, names in ((office.laptops, LAPTOPS), (office.fresh, FRESH)):
        for name, login in names.items():
            vault = MemoryVault()
            vault.kept.update(tokens.get(name, {}))
            path = world.folder / f"{name}.db"
            place[name] = Device(world, name, login, node_of(name), path, vault)
    return office
