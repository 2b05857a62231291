"""What follows from a push: a chain of steps in its transaction (decision 051)."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.replica import MakeUnit, Then
from crm_core.sync.change import Operation
from sync_server.services.audit import SERVER_ACTOR
from sync_server.services.exchange import following
from sync_server.services.server import Server
from tests.builders import a_customer, an_actor
from tests.sync_server.inside import Inside
from tests.sync_server.pushing import a_pusher


def leading(entity: str, name: str, value: str, *, after: str) -> Then:
    """A step that writes one field of every record whose field `after` was written."""

    def step(make: MakeUnit, operations: Sequence[Operation]) -> Iterator[Unit]:
        unit = make(SERVER_ACTOR, "test")
        met = [o for o in operations if o.entity == entity and o.field == after]
        unit.change_many(entity, {o.id: {name: value} for o in met})
        if unit.applied.fresh:
            yield unit

    return step


def test_what_one_step_writes_is_news_for_the_others_and_ends(
    inside: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def steps(_server: Server) -> tuple[Then, ...]:
        first = leading("customer", "district", "玄武区", after="city")
        return (first, leading("customer", "city", "南京", after="level"))

    monkeypatch.setattr(following, "parts", steps)
    replica = inside.world.replica
    anna = a_pusher(inside.world, tmp_path, an_actor("user-anna"))
    anna.create("customer", "c1", a_customer(owner="user-anna"))
    anna.change("customer", "c1", level="B")
    anna.push()
    found = replica.record("customer", "c1")
    assert found is not None
    assert (found["city"], found["district"]) == ("南京", "玄武区")
