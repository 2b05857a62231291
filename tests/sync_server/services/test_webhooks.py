"""Webhooks, against a real HTTP server in this process: signed, retried, dropped as doubles."""

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import select

from crm_core.errors import KnownError
from crm_core.rules.engine import make_rules
from crm_core.rules.firing.automations import Action, Automation, Do, On, Trigger
from crm_core.rules.firing.deciding import LAPTOP
from crm_core.rules.stocked.builtin import BUILTIN_RULES
from crm_core.store.ruling.automating import Automating
from sync_server.services.consequences.webhooks import (
    MOST_ATTEMPTS,
    Config,
    Delivery,
    load_config,
    signature,
)
from tests.builders import an_actor, log_of
from tests.sync_proof.world import World
from tests.sync_server.inside import Inside
from tests.sync_server.pushing import Pusher, a_pusher
from tests.sync_server.services.test_automations import ANNA, LEAD, publish

SECRET = "a secret of the company"


@dataclass(slots=True)
class Receiver:
    """Another program: what it heard, and what it answers."""

    url: str = ""
    answer: int = 200
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    told = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.heard.append((dict(self.headers), body))
            self.send_response(told.answer)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield told
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def world(inside: Inside) -> World:
    return inside.world


@pytest.fixture
def anna(world: World, tmp_path: Path, receiver: Receiver) -> Iterator[Pusher]:
    tell = Action(Do.WEBHOOK, url=receiver.url, fields=("stage", "grade"))
    publish(world, Automation(Trigger(On.CREATED), (tell,)))
    made = a_pusher(world, tmp_path, an_actor(ANNA))
    made.replica.receive(log_of(world.replica))
    yield made
    made.replica.close()


@pytest.fixture
def teller(world: World) -> Iterator[Delivery]:
    made = a_teller(world)
    yield made
    made.close()


def a_teller(world: World, *, private: bool = True) -> Delivery:
    config = Config(SECRET, private)
    return Delivery(world.server, lambda: config, chance=lambda low, high: (low + high) / 2)


def states(world: World) -> list[tuple[str, int, str]]:
    """State, attempts and problem of everything in the outbox."""
    table = world.server.tables.webhook
    with world.server.reading() as connection:
        asked = select(table.c.state, table.c.attempts, table.c.problem)
        return [(r.state, r.attempts, r.problem) for r in connection.execute(asked)]


def test_a_receiver_is_told_once_and_can_tell_who_told_it(
    world: World, anna: Pusher, receiver: Receiver, teller: Delivery
) -> None:
    anna.create("lead", "l1", LEAD | {"grade": "A"})
    anna.push()
    assert teller.deliver() == 1
    ((headers, body),) = receiver.heard
    told = json.loads(body)
    assert (told["entity"], told["record"]) == ("lead", "l1")
    assert told["fields"] == {"stage": "captured", "grade": "A"}
    assert headers["X-Suixing-Delivery"] == told["delivery"]
    seconds = int(headers["X-Suixing-Signature"].split(",")[0].removeprefix("t="))
    assert headers["X-Suixing-Signature"] == signature(SECRET, seconds, body)
    assert headers["X-Suixing-Signature"] != signature("another", seconds, body)
    assert a_teller(world).deliver() == 0


def test_what_fired_on_a_laptop_is_told_by_the_server_once(
    world: World, anna: Pusher, receiver: Receiver, teller: Delivery
) -> None:
    anna.replica.rules = Automating(make_rules(BUILTIN_RULES), LAPTOP)
    anna.create("lead", "l1", LEAD)
    assert len(anna.replica.waiting(limit=9)) > 1
    anna.push()
    assert teller.deliver() == 1
    assert json.loads(receiver.heard[0][1])["rule"] == "rule-0"


def test_a_receiver_that_fails_is_asked_again_later_and_at_last_given_up(
    world: World, anna: Pusher, receiver: Receiver, teller: Delivery
) -> None:
    receiver.answer = 503
    anna.create("lead", "l1", LEAD)
    anna.push()
    assert teller.deliver() == 0
    assert states(world) == [("waiting", 1, "HTTP 503")]
    world.time.advance(seconds=20)
    assert (teller.deliver(), len(receiver.heard)) == (0, 1)
    world.time.advance(seconds=20)
    receiver.answer = 200
    assert (teller.deliver(), len(receiver.heard)) == (1, 2)
    assert receiver.heard[0][0]["X-Suixing-Delivery"] == receiver.heard[1][0]["X-Suixing-Delivery"]
    receiver.answer = 500
    anna.create("lead", "l2", LEAD)
    anna.push()
    for _ in range(MOST_ATTEMPTS + 2):
        teller.deliver()
        world.time.advance(hours=8)
    assert sorted(states(world)) == [("given up", MOST_ATTEMPTS, "HTTP 500"), ("sent", 2, "")]


def test_the_own_network_is_told_nothing_unless_that_is_allowed(
    world: World, anna: Pusher, receiver: Receiver, teller: Delivery
) -> None:
    anna.create("lead", "l1", LEAD)
    anna.push()
    assert a_teller(world, private=False).deliver() == 0
    assert states(world) == [("waiting", 1, "private address")]
    assert receiver.heard == []


def test_of_several_processes_one_tries(
    world: World, anna: Pusher, receiver: Receiver, teller: Delivery
) -> None:
    anna.create("lead", "l1", LEAD)
    anna.push()
    other = a_teller(world)

    def resolve(host: str, _port: int) -> list[str]:
        assert other.deliver() == 0  # While the first one is at it.
        return [host]

    teller.resolve = resolve
    assert teller.deliver() == 1
    assert len(receiver.heard) == 1


def test_the_configuration_is_made_once_and_a_bad_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / "webhooks.json"
    read = partial(load_config, path)
    assert read() == read()
    assert os.name == "nt" or path.stat().st_mode & 0o077 == 0
    for wrong in ("{", "[]", '{"secret": "short"}', '{"secret": 7}'):
        path.write_text(wrong)
        with pytest.raises(KnownError) as caught:
            read()
        assert caught.value.code == "webhooks_config"
