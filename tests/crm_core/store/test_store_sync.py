"""Devices and a hub, clocks a year apart, duplicates and crashes: all end the same."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crm_core.permissions import Actor
from crm_core.store.replica import Replica
from crm_core.sync.protocol import Ack, PushMessage
from crm_core.sync.wire import push_bytes, push_from
from tests.builders import (
    FakeClock,
    Hub,
    a_customer,
    a_replica,
    an_actor,
    change,
    create,
    log_of,
    records_of,
)
from tests.crm_core.store.conftest import ON_CLIENTS

Opener = Callable[[str], Replica]
SKEWS = (-365, 0, 365)
STEPS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(["level", "tag", "delete", "push", "lost_ack", "pull", "pull_twice"]),
        st.sampled_from("ABC"),
    ),
    max_size=14,
)


@ON_CLIENTS
def test_only_writes_unseen_on_both_sides_conflict(opened: Opener, time: FakeClock) -> None:
    one, two, third = opened("one"), opened("two"), opened("third")
    wang, li = an_actor("wang"), an_actor("li")
    record_id = create(one, "customer", a_customer(level="A", remark="原"), by=wang)
    two.receive(log_of(one))
    change(two, "customer", record_id, by=li, level="B")
    one.receive(log_of(two))
    change(one, "customer", record_id, by=wang, level="C")
    for operation in reversed(log_of(one)):
        third.receive([operation])
    assert third.conflicts() == []
    time.advance(seconds=1)
    change(one, "customer", record_id, by=wang, remark="一")
    time.advance(seconds=1)
    change(two, "customer", record_id, by=li, remark="二")
    for source, target in ((one, two), (two, one), (one, third), (two, third)):
        target.receive(log_of(source))
    for replica in (one, two, third):
        (conflict,) = replica.conflicts()
        assert (conflict.winner.value, conflict.loser.value) == ("二", "一")
        assert conflict.field == "remark"
        assert replica.newer_conflicts(0) == (1, conflict.rid)
        assert replica.newer_conflicts(conflict.rid) == (0, conflict.rid)
        assert [v.lost for v in replica.field_history("customer", record_id, "remark")] == [
            False, True, False,
        ]  # fmt: skip
        replica.close_conflict(conflict.rid)
        assert replica.conflicts() == []


@ON_CLIENTS
def test_an_edit_newer_than_the_delete_revives(opened: Opener, time: FakeClock, me: Actor) -> None:
    one, two = opened("one"), opened("two")
    record_id = create(one, "customer", a_customer(), by=me)
    two.receive(log_of(one))
    with one.write(me) as (unit, _):
        unit.delete("customer", record_id)
    time.advance(seconds=1)
    change(two, "customer", record_id, by=an_actor("li"), level="C")
    for source, target in ((one, two), (two, one)):
        target.receive(log_of(source))
    assert records_of(one) == records_of(two)
    assert records_of(one)[record_id]["level"] == "C"
    assert len(two.conflicts()) == 1


@ON_CLIENTS
@pytest.mark.parametrize("ahead", [365, 0])
def test_a_clock_a_year_ahead_wins_only_until_it_is_put_right(
    opened: Opener, time: FakeClock, me: Actor, ahead: int
) -> None:
    one, two = opened("one"), opened("two")
    record_id = create(two, "customer", a_customer(level="A"), by=me)
    one.receive(log_of(two))
    time.advance(days=ahead)
    change(one, "customer", record_id, by=me, level="B")
    time.advance(days=-ahead)
    (ahead_of_time,) = one.waiting(limit=5)
    effective = f"{time.clock.millis():012x}-0005-{one.hybrid.node}"
    time.advance(hours=1)
    change(two, "customer", record_id, by=an_actor("li"), level="C")
    one.receive(log_of(two))
    one.acknowledge([Ack(ahead_of_time.replica_seq, hlc=effective, base=ahead_of_time.base)])
    two.receive([ahead_of_time.with_stamp(effective, base=ahead_of_time.base)])
    assert records_of(one) == records_of(two)
    assert records_of(one)[record_id]["level"] == "C"
    for replica in (one, two):
        (conflict,) = replica.conflicts()
        assert conflict.winner.value == "C"


@ON_CLIENTS
def test_what_is_written_while_an_edit_is_under_way_stays_upon_it(
    opened: Opener, time: FakeClock, me: Actor
) -> None:
    """The server puts a slow clock's edit later; the edits made upon it must not fall before it."""
    one, server = opened("one"), opened("two")
    record_id = create(one, "customer", a_customer(level="A"), by=me)
    one.acknowledge([Ack(o.replica_seq) for o in one.waiting(limit=5)])
    for city in ("上海", "苏州", "无锡"):
        change(one, "customer", record_id, by=me, city=city)
    first, *_ = one.waiting(limit=5)
    ahead = f"{time.clock.millis() + 60_000:012x}-0000-{one.hybrid.node}"
    one.acknowledge([Ack(first.replica_seq, hlc=ahead, base=first.base)])
    assert records_of(one)[record_id]["city"] == "无锡"
    waiting = one.waiting(limit=5)
    assert [o.value for o in waiting] == ["苏州", "无锡"]
    assert ahead == waiting[0].base < waiting[0].hlc == waiting[1].base < waiting[1].hlc
    assert push_from(push_bytes(PushMessage(waiting, 0, ""))).operations == waiting
    server.receive(log_of(one))
    assert records_of(server) == records_of(one)
    assert one.conflicts() == server.conflicts() == []


class Net:
    """Three devices with clocks a year apart around one hub, sharing customer r1."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.time, self.cursors = folder, FakeClock(), [0, 0, 0]
        self.clocks = [FakeClock() for _ in SKEWS]
        self.devices = [
            a_replica(folder / f"{n}.db", time=clock, node=f"{n + 1:x}" * 16)
            for n, clock in enumerate(self.clocks)
        ]
        self.hub = Hub(a_replica(folder / "hub.db", time=self.time, node="f" * 16), self.time)
        with self.hub.replica.write(an_actor()) as (unit, _):
            unit.create("customer", a_customer(), record_id="r1")
        for n in range(3):
            self.pull(n)

    def pull(self, n: int, *, keep: bool = True) -> None:
        operations = self.hub.pull(self.cursors[n], limit=10_000)
        self.devices[n].receive(operations)
        self.cursors[n] += len(operations) if keep else 0

    def push(self, n: int, *, lost: bool = False) -> None:
        acks = self.hub.push(self.devices[n].waiting(limit=1000))
        self.devices[n].acknowledge([] if lost else acks)

    def step(self, n: int, verb: str, value: str) -> None:
        self.time.advance(seconds=1)
        for clock, skew in zip(self.clocks, SKEWS, strict=True):
            clock.moment = self.time.moment
            clock.advance(days=skew)
        if verb in ("push", "lost_ack"):
            self.push(n, lost=verb == "lost_ack")
        elif verb in ("pull", "pull_twice"):
            self.pull(n, keep=verb == "pull")
        elif self.devices[n].record("customer", "r1"):
            self.write(n, verb, value)

    def write(self, n: int, verb: str, value: str) -> None:
        with self.devices[n].write(an_actor(f"u{n}")) as (unit, _):
            if verb == "delete":
                unit.delete("customer", "r1")
            else:
                new = {"level": value} if verb == "level" else {"tags": [value]}
                unit.change("customer", "r1", new)

    def finish(self) -> list[Replica]:
        """Everyone hears everything, and a fresh device joins; all replicas, the hub's first."""
        for n in [0, 1, 2, 0, 1, 2]:
            self.push(n)
            self.pull(n)
        fresh = a_replica(self.folder / "fresh.db", time=self.time, node="e" * 16)
        fresh.receive(log_of(self.hub.replica))
        return [self.hub.replica, *self.devices, fresh]


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(STEPS)
def test_all_devices_and_a_fresh_one_end_the_same(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, str, str]]
) -> None:
    net = Net(tmp_path_factory.mktemp("net"))
    for step in steps:
        net.step(*step)
    replicas = net.finish()
    stamps = {o.key: o.hlc for o in log_of(replicas[0])}
    for replica in replicas:
        assert records_of(replica) == records_of(replicas[0])
        assert {o.key: o.hlc for o in log_of(replica)} == stamps
        assert replica is net.hub.replica or replica.waiting(limit=1) == []
        replica.close()
