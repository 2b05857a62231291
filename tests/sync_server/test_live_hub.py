"""The hub of the live channel: who pushed does not wait until everybody is told (rule 13)."""

import asyncio
import threading
from collections.abc import Iterator, Sequence

import pytest

from sync_server.services.live import Listener, LiveHub

_PATIENCE = 20.0


class Slow:
    """Works out whom news concerns, once it is allowed to."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.asked: list[tuple[int, int]] = []
        self.fails = False

    def __call__(self, listeners: Sequence[Listener], after: int, until: int) -> Sequence[Listener]:
        self.asked.append((after, until))
        self.begun.set()
        assert self.go_on.wait(_PATIENCE)
        if self.fails:
            raise ValueError("a row of a newer program")
        return [one for one in listeners if one.person == "anna"]


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def hub(slow: Slow) -> Iterator[LiveHub]:
    made = LiveHub(concerned=slow)
    teller = threading.Thread(target=made.tell)
    teller.start()
    yield made
    slow.go_on.set()
    made.close()
    teller.join(_PATIENCE)
    assert not teller.is_alive()


def test_pushes_do_not_wait_and_what_came_meanwhile_is_told_together(
    hub: LiveHub, slow: Slow
) -> None:
    async def work() -> None:
        anna, ben = (hub.stream(_PATIENCE, person=one) for one in ("anna", "ben"))
        assert await anext(anna) == await anext(ben) == b'data: {"seq": 0}\n\n'
        told = asyncio.ensure_future(anext(anna))
        untold = asyncio.ensure_future(anext(ben))
        hub.publish(3)
        assert await asyncio.to_thread(slow.begun.wait, _PATIENCE)
        for sequence in (4, 9, 7):
            hub.publish(sequence)
        assert not told.done()
        slow.go_on.set()
        assert await asyncio.wait_for(told, _PATIENCE) == b'data: {"seq": 9}\n\n'
        while len(slow.asked) < 2:
            await asyncio.sleep(0.005)
        assert not untold.done()
        hub.close()
        assert await asyncio.wait_for(untold, _PATIENCE) == b": goodbye\n\n"

    asyncio.run(work())
    assert slow.asked == [(0, 3), (3, 9)]


def test_where_it_cannot_be_said_everybody_is_told(hub: LiveHub, slow: Slow) -> None:
    slow.fails = True
    slow.go_on.set()

    async def work() -> None:
        ben = hub.stream(_PATIENCE, person="ben")
        await anext(ben)
        for sequence in (1, 2):
            hub.publish(sequence)
            said = f'data: {{"seq": {sequence}}}\n\n'.encode()
            assert await asyncio.wait_for(anext(ben), _PATIENCE) == said

    asyncio.run(work())
