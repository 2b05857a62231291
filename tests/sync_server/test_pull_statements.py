"""What a pull costs in questions: so many a page on either side, however much is in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine, event

from crm_core.store.replica import open_replica
from crm_core.sync.protocol import PullReply
from sync_server.services.exchange.pull import PullRequest, pull
from sync_server.services.signing_in.sessions import authenticate
from tests.builders import KEY, a_customer, an_actor, records_of
from tests.sync_proof.world import user_of
from tests.sync_server.inside import Inside
from tests.sync_server.pushing import Pusher, a_pusher


@contextmanager
def asked_of(engine: Engine) -> Iterator[list[str]]:
    """What a database is asked meanwhile; many rows written by one statement are one."""
    texts: list[str] = []

    def note(_c: object, _cursor: object, text: str, *_more: object) -> None:
        texts.append(text)

    event.listen(engine, "before_cursor_execute", note)
    yield texts
    event.remove(engine, "before_cursor_execute", note)


def work(anna: Pusher, number: int, turn: str) -> None:
    """So many customers made, then edited, each edit an act of its own."""
    ids = [f"{turn}-{place}" for place in range(number)]
    for one in ids:
        anna.create("customer", one, a_customer(name=f"客户{one}"))
    for one in ids:
        anna.change("customer", one, address=f"{one}号")
    anna.push()


def test_what_a_pull_asks_does_not_grow_with_what_it_brings(inside: Inside, tmp_path: Path) -> None:
    server = inside.world.server
    server = replace(server, limits=replace(server.limits, page_bytes=10**8))
    ben = authenticate(server, inside.enter("ben").session["access"])
    anna = a_pusher(inside.world, tmp_path, an_actor(user_of("anna")))
    laptop = open_replica(
        tmp_path / "ben.db", clock=server.clock, key=KEY, node=ben.device.node, keeps_outbox=True
    )

    def page(cursor: int) -> PullReply:
        return pull(server, ben, PullRequest(cursor, 2_000, every=False))

    def take_in(reply: PullReply) -> None:
        laptop.receive(reply.operations, remember={"cursor": reply.cursor})

    counts, cursor = [], 0
    for number in (2, 3, 90):  # The first brings what is asked once a process.
        work(anna, number, f"c{number}")
        with asked_of(server.replica.engine) as served:
            reply = page(cursor)
        with asked_of(laptop.engine) as received:
            take_in(reply)
        cursor = reply.cursor
        counts.append((len(served), len(received)))
        assert not reply.more
    assert len(records_of(laptop)) == 95
    assert counts[1] == counts[2]
    assert counts[1][0] <= 20
    assert counts[1][1] <= 24
    laptop.close()
    anna.replica.close()
