"""Sleep, other networks, costly lines and lines without a hint channel, against a real server."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import httpx
import pytest

from desktop.services.commands.verbs import do_create
from desktop.services.online.sync_loop import Outside, SyncLoop
from desktop.services.online.sync_status import SyncState
from desktop.services.online.vigil import SLEPT_SECONDS, Vigil, local_addresses
from desktop.services.timetable import BLIND_POLL, METERED_POLL, POLL
from desktop.services.workspace import Workspace
from tests.desktop.services.office import Office
from tests.desktop.services.test_sync_loop import NEW, Cable, Watcher


@dataclass(slots=True)
class Machine:
    """A laptop as its loop sees it: its clock, and its address on the network."""

    slept: float = 0.0
    address: str = "10.0.0.5"
    blind_poll: float = BLIND_POLL
    loops: list[SyncLoop] = field(default_factory=list)

    def run(self, workspace: Workspace, watcher: Watcher, *, metered: bool = False) -> SyncLoop:
        """Start a loop that looks often."""
        outside = Outside(
            live_rest=60.0, look=0.02, blind_poll=self.blind_poll,
            wall=lambda: workspace.clock.millis() / 1000 + self.slept,
            route=lambda _host: self.address,
        )  # fmt: skip
        loop = SyncLoop(
            workspace, on_status=watcher.status, on_report=watcher.report, metered=metered,
            outside=outside,
        )  # fmt: skip
        self.loops.append(loop)
        loop.start()
        return loop


@pytest.fixture
def machine() -> Iterator[Machine]:
    made = Machine()
    yield made
    for loop in made.loops:
        assert loop.stop(30)
    assert not [t.name for t in threading.enumerate() if t.name.startswith("suixing-")]


class Counting(Cable):
    """A cable that counts how often each route was asked for, and may block the hint channel."""

    def __init__(self, *, blocked: str = "") -> None:
        super().__init__()
        self.asked: dict[str, int] = {}
        self.blocked = blocked

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked[path] = self.asked.get(path, 0) + 1
        if self.blocked and path.endswith(self.blocked):
            return httpx.Response(502, request=request)
        return super().handle_request(request)


@pytest.mark.parametrize("what", ["slept", "address"])
def test_waking_up_or_changing_networks_begins_afresh_at_once(
    office: Office, machine: Machine, what: str
) -> None:
    line, watcher = Counting(), Watcher()
    machine.run(office.desk("one", transport=line), watcher)
    watcher.wait_until(lambda: bool(watcher.said) and watcher.said[-1].live, "it listens")
    watcher.wait_for_state(SyncState.IDLE)
    pulls, streams = line.asked["/v1/sync/pull"], line.asked["/v1/live"]
    if what == "slept":
        machine.slept = 3600.0
    else:
        machine.address = "172.20.10.2"
    watcher.wait_until(
        lambda: line.asked["/v1/sync/pull"] > pulls and line.asked["/v1/live"] > streams,
        "it exchanged and listened anew",
    )
    watcher.wait_for_state(SyncState.IDLE)
    assert watcher.said[-1].failures == 0


def test_a_network_that_comes_back_is_tried_at_once(office: Office, machine: Machine) -> None:
    line, watcher = Counting(), Watcher()
    anna = office.desk("one", transport=line)
    line.pulled, machine.address = True, ""
    loop = machine.run(anna, watcher)
    watcher.wait_for_state(SyncState.OFFLINE)
    with loop._wake:  # As after a long time away: days to go.
        loop._timetable.due = loop._timetable._not_before = 1e7
    do_create(anna, "customer", NEW)
    line.pulled, machine.address = False, "10.0.0.9"
    watcher.wait_until(
        lambda: watcher.said[-1].state is SyncState.IDLE and watcher.said[-1].waiting == 0,
        "it was sent without waiting for the end of the rest",
    )


def test_without_a_hint_channel_the_device_polls(office: Office, machine: Machine) -> None:
    machine.blind_poll = 0.2
    ben, watcher = office.desk("two", "ben", transport=Counting(blocked="/v1/live")), Watcher()
    machine.run(ben, watcher)
    watcher.wait_for_state(SyncState.IDLE)
    anna = office.desk("one")
    customer = do_create(anna, "customer", NEW).record_id
    anna.client.sync_once()
    watcher.wait_until(
        lambda: any(customer in r.changed.get("customer", ()) for r in watcher.reports),
        "the colleague's record came by polling",
    )
    assert not watcher.said[-1].live


def test_the_end_of_the_hint_channel_is_not_taken_for_quiet(
    office: Office, machine: Machine
) -> None:
    line, watcher = Counting(), Watcher()
    anna = office.desk("one", transport=line)
    machine.run(anna, watcher)
    watcher.wait_until(lambda: bool(watcher.said) and watcher.said[-1].live, "it listens")
    watcher.wait_for_state(SyncState.IDLE)
    line.pulled = True
    anna.client.server.drop_connections()
    watcher.wait_for_state(SyncState.OFFLINE)
    assert not watcher.said[-1].live


def test_working_offline_ends_the_hint_channel_and_plans_nothing(
    office: Office, machine: Machine
) -> None:
    line, watcher = Counting(), Watcher()
    loop = machine.run(office.desk("one", transport=line), watcher)
    watcher.wait_until(lambda: bool(watcher.said) and watcher.said[-1].live, "it listens")
    loop.pause()
    watcher.wait_until(
        lambda: watcher.said[-1].paused and not watcher.said[-1].live, "it is off the line"
    )
    assert watcher.said[-1].next_try == ""
    streams = line.asked["/v1/live"]
    machine.slept = 3600.0
    loop.resume()
    watcher.wait_until(lambda: line.asked["/v1/live"] > streams, "it listens again")


def test_a_costly_line_is_asked_less_often_and_still_sends_what_is_written(
    office: Office, machine: Machine
) -> None:
    anna, watcher = office.desk("one"), Watcher()
    loop = machine.run(anna, watcher, metered=True)
    watcher.wait_for_state(SyncState.IDLE)
    assert anna.metered
    assert watcher.said[-1].metered
    assert loop._timetable.poll == METERED_POLL
    do_create(anna, "customer", NEW)
    watcher.wait_until(lambda: not anna.replica.waiting(limit=1), "it was sent all the same")
    loop.set_metered(False)
    watcher.wait_until(lambda: not watcher.said[-1].metered, "the state says so")
    assert not anna.metered
    assert loop._timetable.poll in (POLL, BLIND_POLL)


def a_vigil(times: dict[str, float], address: Callable[[], str]) -> Vigil:
    return Vigil(lambda: times["wall"], address, monotonic=lambda: times["steady"])


@pytest.mark.parametrize("clock", ["wall", "steady"])
def test_sleep_is_noticed_by_whichever_clock_went_on(clock: str) -> None:
    times = {"wall": 100.0, "steady": 5.0}
    vigil = a_vigil(times, lambda: "10.0.0.5")
    times |= {"wall": 102.0, "steady": 7.0}
    assert vigil.look() == ""
    times[clock] += SLEPT_SECONDS + 1
    assert vigil.look() == "woke"
    assert vigil.look() == ""


def test_a_wall_clock_put_back_is_no_sleep() -> None:
    times = {"wall": 100.0, "steady": 5.0}
    vigil = a_vigil(times, lambda: "")
    times["wall"] = -5000.0
    assert vigil.look() == ""


def test_the_route_to_an_address_is_known_without_sending_anything() -> None:
    assert local_addresses("127.0.0.1").split()[0] == "127.0.0.1"
    assert isinstance(local_addresses("crm.example.com"), str)
