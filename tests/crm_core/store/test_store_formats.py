"""Databases of every earlier storage format are opened, upgraded whole, and go on syncing."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_core.store.replica import Replica, open_replica
from crm_core.sync.change import Verb
from tests.builders import KEY, FakeClock, a_replica, an_actor, change, log_of, records_of

FORMATS = Path(__file__).parents[2] / "data" / "formats"
EXPECTED = json.loads((FORMATS / "1" / "expected.json").read_text(encoding="utf-8"))
IDS: list[str] = EXPECTED["ids"]


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    shutil.copy(FORMATS / "1" / "laptop.db", tmp_path / "laptop.db")
    time = FakeClock()
    time.advance(hours=1)
    replica = a_replica(tmp_path / "laptop.db", time=time, key=KEY)
    yield replica
    replica.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Replica]:
    shutil.copy(FORMATS / "1" / "server.db", tmp_path / "server.db")
    time = FakeClock()
    time.advance(hours=1)
    replica = open_replica(tmp_path / "server.db", clock=time.clock, lean=True)
    yield replica
    replica.close()


def test_every_record_is_as_it_was(laptop: Replica) -> None:
    # Fields added since are there and empty.
    known = {id_: set(row) for id_, row in EXPECTED["customers"].items()}
    found = {
        id_: {k: v for k, v in row.items() if v is not None or k in known[id_]}
        for id_, row in records_of(laptop).items()
    }
    assert found == EXPECTED["customers"]
    assert laptop.record("customer", IDS[2]) is None
    assert laptop.hybrid.node == "1" * 16


def test_history_conflicts_and_the_outbox_came_along(laptop: Replica) -> None:
    levels = laptop.field_history("customer", IDS[0], "level")
    assert {(v.before, v.after, v.operation.actor) for v in levels} == {
        (None, "A", "u-wang"), ("A", "B", "u-wang"), ("A", "C", "u-li"),
    }  # fmt: skip
    current = EXPECTED["customers"][IDS[0]]["level"]
    assert levels[-1].after == current
    assert levels[0].operation.reason == "首次录入"
    [conflict] = laptop.conflicts()
    assert conflict.winner.value == current
    assert {conflict.winner.value, conflict.loser.value} == {"B", "C"}
    [waiting] = laptop.waiting(limit=9)
    assert (waiting.id, waiting.field, waiting.value) == (IDS[4], "remark", "离线写的备注")


def test_what_a_newer_version_wrote_still_waits(laptop: Replica, server: Replica) -> None:
    for replica in (laptop, server):
        carried = {(o.entity, o.field): o.value for o in log_of(replica) if o.replica == "9" * 16}
        assert carried == {("drone", ""): {"name": "x"}, ("customer", "shoe_size"): 42}


def test_search_and_order_are_built_anew(laptop: Replica) -> None:
    while laptop.index_some():
        pass
    assert [hit.id for hit in laptop.search("dyrmyy")] == [IDS[0]]
    assert {hit.id for hit in laptop.search("0007")} == {IDS[7]}


def test_an_act_of_the_old_format_is_undone(laptop: Replica) -> None:
    [group] = {o.group for o in laptop.history("customer", IDS[1]) if o.verb is Verb.SET}
    assert (laptop.record("customer", IDS[1]) or {})["tags"] == ["老客户", "重点"]
    with laptop.write(an_actor()) as (unit, _):
        unit.undo(group)
    record = laptop.record("customer", IDS[1])
    assert record is not None
    assert record["tags"] is None


def test_both_sides_go_on_from_where_they_were(laptop: Replica, server: Replica) -> None:
    server.receive(laptop.waiting(limit=9))
    change(laptop, "customer", IDS[5], by=an_actor(), level="B")
    server.receive(laptop.waiting(limit=9))
    ours, theirs = records_of(laptop), records_of(server)
    assert ours == theirs
    assert {o.key for o in log_of(laptop)} == {o.key for o in log_of(server)}


def test_opening_again_changes_nothing(laptop: Replica, tmp_path: Path) -> None:
    before = records_of(laptop), log_of(laptop)
    laptop.close()
    again = a_replica(tmp_path / "laptop.db", time=FakeClock(), key=KEY)
    assert (records_of(again), log_of(again)) == before
    again.close()
