"""Power cuts, full disks, and ending in order: nothing acknowledged is lost, nothing doubled."""

import random
import threading
import time

import httpx
import pytest

from crm_core.sync.change import Operation
from tests.sync_server.conftest import SignsIn, signed_in
from tests.sync_server.live import LiveServer, wait_for
from tests.sync_server.test_push import customer_of


@pytest.mark.slow
def test_killed_at_random_moments_every_operation_is_there_exactly_once(
    live_server: LiveServer, client: httpx.Client
) -> None:
    anna = signed_in(live_server, client, "anna")
    operations: list[Operation] = []
    acknowledged: set[int] = set()
    moments = random.Random(5)
    for _ in range(3):
        killer = threading.Timer(moments.uniform(0.05, 0.6), live_server.kill)
        killer.start()
        try:
            while True:
                fresh = [customer_of(anna, name=f"客户{n}") for n in range(20)]
                operations += fresh
                acks = anna.push(*(o for o in operations if o.replica_seq not in acknowledged))
                acknowledged |= {a.replica_seq for a in acks}
        except httpx.TransportError:
            killer.join()
        live_server.start()
        anna.cursor = 0
        held = [o for o in anna.pull() if o.replica == anna.node]
        assert acknowledged <= {o.replica_seq for o in held}
    unsent = [o for o in operations if o.replica_seq not in acknowledged]
    for start in range(0, len(unsent), 500):
        anna.push(*unsent[start : start + 500])
    anna.cursor = 0
    arrived = [o.key for o in anna.pull() if o.replica == anna.node]
    assert sorted(arrived) == sorted(o.key for o in operations)
    assert len(operations) > 100


def test_asked_to_stop_it_stops_at_once_in_spite_of_open_streams(
    live_server: LiveServer, client: httpx.Client
) -> None:
    anna = signed_in(live_server, client, "anna")
    with client.stream("GET", f"{live_server.url}/v1/live", headers=anna.headers) as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith("data: ")
        began = time.monotonic()
        assert live_server.stop() == 0
        assert time.monotonic() - began < 5
    assert "Traceback" not in live_server.log()


def test_listeners_hear_of_new_things_and_only_that(device: SignsIn) -> None:
    anna, ben = device("anna"), device("ben")
    heard: list[str] = []

    listener = threading.Thread(target=ben.hear, args=(heard, 2))
    listener.start()
    wait_for(lambda: len(heard) == 1, "the stream says where the log stands")
    anna.push(customer_of(anna, name="不该出现在提示里"))
    listener.join(timeout=20)
    assert not listener.is_alive()
    assert heard[0] != heard[1]
    assert all("不该" not in line for line in heard)


def test_a_second_server_on_the_same_data_is_refused(live_server: LiveServer) -> None:
    said = live_server.cli("serve", "--port", "0", fails=True)
    assert "running server" in said
