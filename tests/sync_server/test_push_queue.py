"""Pushes that wait at once are taken in one transaction, each with its own answer."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Self

import pytest
from sqlalchemy import event

from crm_core.clock import ZERO_STAMP, make_stamp
from crm_core.errors import SyncCode
from crm_core.model.query import Query
from crm_core.model.values import Value
from crm_core.store.engines import faults
from crm_core.store.engines.faults import Point
from crm_core.sync.change import Operation, Verb
from crm_core.sync.protocol import PushMessage
from sync_server.services.exchange.push import Verdicts, push
from sync_server.services.push_queue import PushQueue
from sync_server.services.server import Server
from sync_server.services.signing_in.devices import Device
from sync_server.services.signing_in.sessions import Principal
from tests.builders import an_actor, log_of
from tests.sync_proof.network import ServerDown
from tests.sync_server.inside import Inside

LONGEST_SECONDS = 20.0


def wait_for(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + LONGEST_SECONDS
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.001)


# -- the queue alone ---------------------------------------------------------------------------


@dataclass(eq=False)
class Job:
    """Something to be done; `bad` makes the transaction it is in fail."""

    name: str
    bad: bool = False
    apart: bool = False

    def fits(self, together: Sequence[Self]) -> bool:
        return not self.apart and not together[0].apart


@dataclass
class Bench:
    """A queue, and what was done in which transaction; the first one waits until told."""

    queue: PushQueue = field(default_factory=PushQueue)
    done: list[list[str]] = field(default_factory=list)
    held: threading.Event = field(default_factory=threading.Event)
    opened: threading.Event = field(default_factory=threading.Event)

    def run(self, gather: Callable[[], list[Job]]) -> None:
        self.opened.set()
        assert self.held.wait(LONGEST_SECONDS)
        jobs = gather()
        if any(job.bad for job in jobs):
            raise ValueError("+".join(job.name for job in jobs))
        self.done.append([job.name for job in jobs])

    def all_at_once(self, *jobs: Job) -> list[Future[None]]:
        """What becomes of these, which wait in this order when the first transaction begins."""
        with ThreadPoolExecutor(len(jobs)) as pool:
            coming = []
            for place, job in enumerate(jobs, 1):
                coming.append(pool.submit(self.queue.take, job, self.run))
                wait_for(partial(self.queue.holds, place))
            assert self.opened.wait(LONGEST_SECONDS)
            self.held.set()
        return coming


def test_all_that_wait_are_done_in_one_transaction() -> None:
    bench = Bench()
    coming = bench.all_at_once(*map(Job, "abcde"))
    assert [one.exception() for one in coming] == [None] * 5
    assert bench.done == [["a", "b", "c", "d", "e"]]
    assert bench.queue.holds(0)


def test_one_that_fails_fails_alone_and_the_others_are_done_by_themselves() -> None:
    bench = Bench()
    a, b, c = bench.all_at_once(Job("a"), Job("b", bad=True), Job("c"))
    assert (a.exception(), str(b.exception()), c.exception()) == (None, "b", None)
    assert sorted(bench.done) == [["a"], ["c"]]
    assert bench.queue.holds(0)


def test_one_that_must_be_apart_waits_for_its_turn_and_is_not_passed_over() -> None:
    bench = Bench()
    bench.all_at_once(Job("a"), Job("b", apart=True), Job("c"), Job("d", apart=True), Job("e"))
    assert bench.done == [["a", "c", "e"], ["b"], ["d"]]


def test_who_leads_may_be_cut_off_without_holding_up_the_others() -> None:
    bench, down = Bench(), [True]

    def run(gather: Callable[[], list[Job]]) -> None:
        bench.opened.set()
        assert bench.held.wait(LONGEST_SECONDS)
        if down.pop() if down else False:
            gather()
            raise ServerDown
        bench.done.append([job.name for job in gather()])

    bench.run = run  # type: ignore[method-assign]
    a, b, c = bench.all_at_once(*map(Job, "abc"))
    assert isinstance(a.exception(), ServerDown)
    assert (b.exception(), c.exception()) == (None, None)
    assert bench.done == [["b", "c"]]


# -- pushes ------------------------------------------------------------------------------------

ANNA, BEN = an_actor("user-anna", role="rep"), an_actor("user-ben", role="rep")


@dataclass
class Laptop:
    """A device that pushes; it numbers what it sends."""

    server: Server
    number: int
    principal: Principal = field(init=False)
    sent: int = 0

    def __post_init__(self) -> None:
        actor = (ANNA, BEN)[self.number % 2]
        node = f"{self.number + 1:016x}"
        device = Device(node, actor.user_id, "测试机", 0, 0, revoked=False)
        self.principal = Principal(actor, device)

    def create(self, entity: str, record: str, **values: Value) -> Operation:
        return self._operation(entity, record, Verb.CREATE, "", {"name": record, **values})

    def set(self, entity: str, record: str, name: str, value: Value) -> Operation:
        return self._operation(entity, record, Verb.SET, name, value)

    def push(self, *operations: Operation) -> Verdicts:
        message = PushMessage(operations, self.server.clock.millis())
        return push(self.server, self.principal, message, language="zh")

    def _operation(
        self, entity: str, record: str, verb: Verb, name: str, value: Value | dict[str, Value]
    ) -> Operation:
        self.sent += 1
        node = self.principal.device.node
        return Operation(
            replica=node, replica_seq=self.sent, entity=entity, id=record, verb=verb, field=name,
            value=value, before=None, hlc=make_stamp(self.server.clock.millis(), self.sent, node),
            base=ZERO_STAMP, group=f"{node}:{self.sent}", actor=self.principal.actor.user_id,
        )  # fmt: skip


@dataclass
class Crowd:
    """Laptops whose pushes wait together, and how many transactions there were."""

    server: Server
    commits: int = 0

    @contextmanager
    def counting(self, fault: faults.Fault | None = None) -> Iterator[None]:
        """Count transactions that commit; `fault` may end them."""

        def reached(point: Point) -> None:
            if fault is not None:
                fault(point)
            self.commits += point is Point.AFTER_COMMIT

        faults.plant(self.server.replica.engine, reached)
        yield
        faults.plant(self.server.replica.engine, None)

    def at_once(
        self, *pushes: Callable[[], Verdicts], fault: faults.Fault | None = None
    ) -> list[Future[Verdicts]]:
        """Have all wait for the write lock at once, in this order."""
        self.commits = 0
        with ThreadPoolExecutor(len(pushes)) as pool:
            with self.server.replica._write_lock, self.counting():
                coming = []
                for place, one in enumerate(pushes, 1):
                    coming.append(pool.submit(one))
                    wait_for(partial(self.server.pushes.holds, place))
            with self.counting(fault):
                pool.shutdown()
        return coming


@pytest.fixture
def crowd(inside: Inside) -> Crowd:
    return Crowd(inside.world.server)


def keys(crowd: Crowd) -> list[tuple[str, int]]:
    """Everything the log has of laptops."""
    own = crowd.server.replica.hybrid.node
    return sorted(o.key for o in log_of(crowd.server.replica) if o.replica != own)


def test_pushes_of_many_are_one_transaction_and_each_hears_of_its_own(crowd: Crowd) -> None:
    laptops = [Laptop(crowd.server, number) for number in range(6)]

    def one(laptop: Laptop) -> Callable[[], Verdicts]:
        lead = laptop.create("lead", f"lead-{laptop.number}", stage="captured")
        bad = laptop.create("customer", f"customer-{laptop.number}", amount="many")
        return partial(laptop.push, lead, *([bad] if laptop.number == 2 else []))

    coming = crowd.at_once(*map(one, laptops))
    assert crowd.commits == 1
    answers = [one.result().acks for one in coming]
    assert [[a.replica_seq for a in acks] for acks in answers] == [[1], [1], [1, 2], [1], [1], [1]]
    assert [a.refused for acks in answers for a in acks] == [
        None, None, None, SyncCode.INVALID_VALUE, None, None, None,
    ]  # fmt: skip
    assert {str(one["id"]) for one in crowd.server.replica.find(Query("lead"))} == {
        f"lead-{number}" for number in range(6)
    }
    explained = crowd.server.replica.find(Query("firing"))
    assert len({str(one["record"]) for one in explained}) == 6


def test_what_a_push_asks_does_not_grow_with_those_beside_it(crowd: Crowd) -> None:
    """A lead that gets an explanation is some fifty statements, and ten of ten laptops no more."""
    asked: list[str] = []
    engine = crowd.server.replica.engine

    def leads(first: int, number: int) -> list[Callable[[], Verdicts]]:
        laptops = [Laptop(crowd.server, first + place) for place in range(number)]
        return [
            partial(one.push, one.create("lead", f"lead-{one.number}", stage="captured"))
            for one in laptops
        ]

    def note(_c: object, _cursor: object, text: str, *_more: object) -> None:
        asked.append(text)

    crowd.at_once(*leads(0, 2))  # Two people, and what is read once a process.
    counts = []
    for number in (1, 10):
        asked.clear()
        event.listen(engine, "before_cursor_execute", note)
        crowd.at_once(*leads(10 * number, number))
        event.remove(engine, "before_cursor_execute", note)
        # The numbers of new devices are given one by one.
        counts.append(sum("sync_word" not in text for text in asked))
    assert counts[1] <= counts[0] + 2
    assert counts[0] <= 56


def test_the_same_push_sent_twice_at_once_is_taken_once(crowd: Crowd) -> None:
    laptop = Laptop(crowd.server, 0)
    lead = laptop.create("lead", "lead-1", stage="captured")
    first, again = crowd.at_once(lambda: laptop.push(lead), lambda: laptop.push(lead))
    assert crowd.commits == 2
    assert first.result().acks == again.result().acks
    assert keys(crowd) == [lead.key]


def test_two_batches_of_one_device_keep_their_order(crowd: Crowd) -> None:
    laptop = Laptop(crowd.server, 0)
    made, other = (laptop.create("lead", one, stage="captured") for one in ("lead-1", "lead-2"))
    crowd.at_once(lambda: laptop.push(made), lambda: laptop.push(other))
    assert crowd.commits == 2
    stamps = {o.id: o.hlc for o in log_of(crowd.server.replica) if o.verb is Verb.CREATE}
    assert stamps["lead-1"] < stamps["lead-2"]


def test_of_two_who_take_a_lead_at_once_the_first_has_it(inside: Inside, crowd: Crowd) -> None:
    anna, ben, other = (Laptop(crowd.server, number) for number in (0, 1, 2))
    anna.push(anna.create("lead", "lead-1", stage="captured"))
    takes = []
    for one in (anna, ben):
        inside.world.time.advance(seconds=1)
        takes.append(one.set("lead", "lead-1", "owner", one.principal.actor.user_id))
    inside.world.time.advance(seconds=1)
    third = other.create("lead", "lead-2", stage="captured")
    crowd.at_once(
        lambda: anna.push(takes[0]), lambda: ben.push(takes[1]), lambda: other.push(third)
    )
    assert crowd.commits == 2  # The third goes with the first.
    assert crowd.server.replica.by_ids("lead", ["lead-1"])["lead-1"]["owner"] == "user-anna"


def test_who_may_do_what_is_changed_apart(crowd: Crowd) -> None:
    """What changes rights is no part of a batch in which others are judged by them."""
    anna, ben = Laptop(crowd.server, 0), Laptop(crowd.server, 1)
    away = anna.create("absence", "away", user="user-anna")
    lead = ben.create("lead", "lead-1", stage="captured")
    crowd.at_once(lambda: anna.push(away), lambda: ben.push(lead))
    assert crowd.commits == 2


def test_what_ends_a_transaction_of_several_is_met_by_each_alone(crowd: Crowd) -> None:
    laptops = [Laptop(crowd.server, number) for number in range(3)]
    leads = [one.create("lead", f"lead-{one.number}", stage="captured") for one in laptops]
    hits = iter([True])

    def fault(point: Point) -> None:
        if point is Point.AFTER_LOG and next(hits, False):
            raise ValueError

    pairs = zip(laptops, leads, strict=True)
    coming = crowd.at_once(*(partial(one.push, lead) for one, lead in pairs), fault=fault)
    assert [[a.refused for a in one.result().acks] for one in coming] == [[None]] * 3
    assert crowd.commits == 3
    assert keys(crowd) == sorted(lead.key for lead in leads)


@pytest.mark.parametrize("point", [p for p in Point if p is not Point.BEFORE_CURSOR])
def test_a_server_that_dies_has_all_or_nothing(inside: Inside, point: Point) -> None:
    crowd = Crowd(inside.world.server)
    laptops = [Laptop(crowd.server, number) for number in range(3)]
    leads = [one.create("lead", f"lead-{one.number}", stage="captured") for one in laptops]

    def dead(reached: Point) -> None:
        if reached is point:
            raise ServerDown

    pushes = [partial(one.push, lead) for one, lead in zip(laptops, leads, strict=True)]
    coming = crowd.at_once(*pushes, fault=dead)
    assert all(isinstance(one.exception(), ServerDown) for one in coming)
    inside.world.restart()
    crowd = Crowd(inside.world.server)
    assert keys(crowd) in ([], sorted(lead.key for lead in leads))
    for laptop in laptops:
        laptop.server = crowd.server
    again = [one() for one in pushes]
    assert [[a.refused for a in one.acks] for one in again] == [[None]] * 3
    assert keys(crowd) == sorted(lead.key for lead in leads)
    firings = crowd.server.replica.find(Query("firing"))
    assert sorted(str(one["record"]) for one in firings) == sorted(lead.id for lead in leads)
