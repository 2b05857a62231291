"""Whom a hint reaches (design rule 13): who sees what was written, and nobody else."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crm_core.store.log import oplog
from sync_server.services.exchange.circles import concerned
from sync_server.services.exchange.pull import log_end
from sync_server.services.live import Listener
from tests.builders import a_customer, an_actor
from tests.sync_proof.world import user_of
from tests.sync_server.inside import Inside
from tests.sync_server.pushing import Pusher, a_pusher

PEOPLE = ("boss", "anna", "ben", "carl")
Heard = Callable[[Callable[[], object]], list[str]]


@pytest.fixture
def ann(inside: Inside, tmp_path: Path) -> Iterator[Pusher]:
    pusher = a_pusher(inside.world, tmp_path, an_actor(user_of("anna")))
    yield pusher
    pusher.replica.close()


@pytest.fixture
def heard(inside: Inside) -> Heard:
    """The logins a hint reaches after something was done; "anna2" is the device that did it."""
    server, loop = inside.world.server, asyncio.new_event_loop()
    nodes = {login: f"{place:016x}" for place, login in enumerate(PEOPLE, 10)} | {"anna2": "1" * 16}
    listeners = {
        login: Listener(user_of(login.rstrip("2")), node, loop, asyncio.Event())
        for login, node in nodes.items()
    }
    loop.close()

    def after(deed: Callable[[], object]) -> list[str]:
        with server.reading() as connection:
            before = log_end(connection, server)
        deed()
        with server.reading() as connection:
            end = log_end(connection, server)
        reached = concerned(server, list(listeners.values()), before, end)
        return sorted(name for name, one in listeners.items() if one in reached)

    return after


def test_only_who_sees_a_record_is_told_of_it(ann: Pusher, heard: Heard) -> None:
    def write(record: str, owner: str) -> Callable[[], object]:
        ann.create("customer", record, a_customer(owner=user_of(owner)))
        return ann.push

    assert heard(write("c1", "anna")) == ["anna", "ben", "boss"]  # One team.
    assert heard(write("c2", "carl")) == ["boss", "carl"]


def test_who_loses_a_record_is_told_as_well(ann: Pusher, heard: Heard) -> None:
    ann.create("customer", "c1", a_customer(owner=user_of("ben")))
    ann.push()
    ann.change("customer", "c1", owner=user_of("carl"))
    assert heard(ann.push) == ["anna", "ben", "boss", "carl"]


def test_what_everybody_sees_and_what_changes_rights_everybody_is_told(
    ann: Pusher, heard: Heard
) -> None:
    everybody = ["anna", "ben", "boss", "carl"]
    ann.create("product", "p1", {"name": "输液泵", "code": "P-1"})
    assert heard(ann.push) == everybody  # Not the device that wrote it: it has it.
    ann.create("territory", "t1", {"name": "华东"})
    assert heard(ann.push) == sorted([*everybody, "anna2"])


def test_what_is_purged_everybody_is_told(heard: Heard, inside: Inside) -> None:
    """Positions of the log that hold no operation are news of which nobody knows whose it is."""
    server = inside.world.server

    def purge() -> None:
        with server.writing() as connection:
            tables = server.replica.tables
            position = oplog.end(connection, tables) + 1
            gone = {"entity": 1, "record": "c1", "position": position}
            connection.execute(tables.purged.insert(), gone)

    assert heard(purge) == ["anna", "anna2", "ben", "boss", "carl"]
