"""Starting over with a server that was put back: what makes way, what stays, what goes."""

from pathlib import Path

from crm_core.store.forgetting.doubts import Part
from crm_core.store.replica import Replica
from tests.builders import (
    FakeClock,
    a_customer,
    an_actor,
    change,
    create,
    exchange,
    log_of,
    records_of,
    two_replicas,
)

BOSS = an_actor()


def a_conflict(one: Replica, two: Replica, time: FakeClock) -> str:
    """A record of `one` that both have edited unseen; `one` has both edits."""
    record = create(one, "customer", a_customer(), by=BOSS)
    exchange(one, two)
    change(one, "customer", record, by=BOSS, city="甲")
    time.advance(seconds=1)
    change(two, "customer", record, by=an_actor("u-li"), city="乙")
    exchange(two, one)
    return record


def test_what_only_this_device_has_stays_and_waits(tmp_path: Path) -> None:
    one, _ = two_replicas(tmp_path, time=FakeClock())
    record = create(one, "customer", a_customer(), by=BOSS)
    change(one, "customer", record, by=BOSS, city="甲")
    assert one.start_over("another") == 0, "it has never been sent"
    applied = one.receive([], part=Part.END_OF_FILL)
    assert applied.changed["customer"] == {record}
    assert records_of(one)[record]["city"] == "甲"
    assert len(one.waiting(limit=9)) == 2
    assert [hit.id for hit in one.search("协和")] == [record]


def test_what_others_wrote_and_the_server_forgot_goes_without_a_trace(tmp_path: Path) -> None:
    time = FakeClock()
    one, two = two_replicas(tmp_path, time=time)
    record = a_conflict(one, two, time)
    forgotten = create(two, "customer", a_customer(name="没有了"), by=BOSS)
    exchange(two, one)
    told = [o for o in log_of(one) if o.replica == one.hybrid.node]
    one.start_over("another")
    one.receive(told[:1], part=Part.FILL)
    assert set(records_of(one)) == {record, forgotten}, "nothing goes before all has been told"
    assert records_of(one)[record]["city"] == "甲", "own work is never away"
    one.receive(told[1:], part=Part.END_OF_FILL)
    assert set(records_of(one)) == {record}
    assert one.conflicts() == []
    assert one.search("没有了") == []
    assert {o.key for o in log_of(one)} == {o.key for o in told}


def test_a_conflict_that_was_dealt_with_is_not_brought_up_again(tmp_path: Path) -> None:
    time = FakeClock()
    one, two = two_replicas(tmp_path, time=time)
    record = a_conflict(one, two, time)
    [conflict] = one.conflicts()
    one.close_conflict(conflict.rid)
    one.start_over("another")
    one.receive(log_of(two), part=Part.END_OF_FILL)
    assert records_of(one)[record]["city"] == "乙"
    assert one.conflicts() == []


def test_without_a_doubt_a_fill_is_like_any_other_news(tmp_path: Path) -> None:
    one, two = two_replicas(tmp_path, time=FakeClock())
    record = create(one, "customer", a_customer(), by=BOSS)
    two.receive(log_of(one), part=Part.END_OF_FILL)
    two.receive(log_of(one), part=Part.FILL)
    assert set(records_of(two)) == {record}
