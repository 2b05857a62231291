"""After a refusal the record shows the server's values again, and the text is still there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from crm_core.errors import SyncCode
from crm_core.store.changes.tally import tally
from crm_core.store.engines.engine import writing
from crm_core.store.replica import Replica
from crm_core.sync.protocol import Ack
from tests.builders import (
    FakeClock,
    a_customer,
    a_replica,
    an_actor,
    change,
    create,
    exchange,
    records_of,
)

WANG = an_actor("wang")


@pytest.fixture
def time() -> FakeClock:
    return FakeClock()


@pytest.fixture
def mine(tmp_path: Path, time: FakeClock) -> Iterator[Replica]:
    replica = a_replica(tmp_path / "mine.db", time=time, node="1" * 16)
    yield replica
    replica.close()


def accept_all(replica: Replica) -> None:
    replica.acknowledge([Ack(o.replica_seq) for o in replica.waiting(limit=1000)])


def refuse_all(replica: Replica) -> dict[str, set[str]]:
    verdicts = [Ack(o.replica_seq, refused=SyncCode.FORBIDDEN) for o in replica.waiting(limit=1000)]
    return dict(replica.acknowledge(verdicts).changed)


def accepted_customer(replica: Replica, **fields: object) -> str:
    record_id = create(replica, "customer", a_customer(city="上海", **fields), by=WANG)
    accept_all(replica)
    return record_id


def held(replica: Replica, record_id: str) -> dict[str, object]:
    return records_of(replica)[record_id]


def test_a_refused_edit_gives_back_what_the_server_holds(mine: Replica, time: FakeClock) -> None:
    customer = accepted_customer(mine)
    change(mine, "customer", customer, by=WANG, city="苏州")
    accept_all(mine)
    before = held(mine, customer)
    time.advance(seconds=5)
    change(mine, "customer", customer, by=WANG, city="无锡", remark="院长同意")
    change(mine, "customer", customer, by=WANG, city="南京")
    assert refuse_all(mine) == {"customer": {customer}}
    assert held(mine, customer) == before
    kept = [refusal.operation.value for refusal in mine.refusals()]
    assert set(map(str, kept)) == {"无锡", "院长同意", "南京"}
    assert len(mine.history("customer", customer)) == 5, "history keeps it all"


def test_a_later_edit_counts_from_what_the_server_holds(mine: Replica, time: FakeClock) -> None:
    customer = accepted_customer(mine)
    change(mine, "customer", customer, by=WANG, city="无锡")
    refuse_all(mine)
    time.advance(seconds=5)
    change(mine, "customer", customer, by=WANG, city="南京")
    (waiting,) = mine.waiting(limit=10)
    assert waiting.before == "上海"
    accept_all(mine)
    assert held(mine, customer)["city"] == "南京"


def test_an_older_edit_from_elsewhere_is_not_kept_out_by_a_refused_one(
    mine: Replica, time: FakeClock, tmp_path: Path
) -> None:
    customer = accepted_customer(mine)
    other = a_replica(tmp_path / "other.db", time=time, node="2" * 16)
    exchange(mine, other)
    change(other, "customer", customer, by=an_actor("zhao"), city="苏州")
    time.advance(minutes=1)
    change(mine, "customer", customer, by=WANG, city="无锡")
    refuse_all(mine)
    exchange(other, mine)
    other.close()
    assert held(mine, customer)["city"] == "苏州"
    assert mine.conflicts() == []


def test_items_of_sets_and_deletions_come_back_too(mine: Replica, time: FakeClock) -> None:
    customer = accepted_customer(mine, tags=["老客户", "重点"])
    before = held(mine, customer)
    time.advance(seconds=5)
    change(mine, "customer", customer, by=WANG, tags=["老客户", "试用"])
    with mine.write(WANG) as (unit, _):
        unit.delete("customer", customer)
    assert mine.record("customer", customer) is None
    refuse_all(mine)
    assert held(mine, customer) == before


def test_a_record_the_server_never_took_goes_and_its_text_stays(mine: Replica) -> None:
    customer = create(mine, "customer", a_customer(name="同济医院"), by=WANG)
    change(mine, "customer", customer, by=WANG, city="武汉")
    refuse_all(mine)
    assert customer not in records_of(mine)
    assert mine.search("同济") == []
    texts = [refusal.operation for refusal in mine.refusals()]
    assert texts[-1].created_values["name"] == "同济医院"


def test_with_only_the_newest_history_it_goes_back_to_what_the_author_saw(
    mine: Replica, time: FakeClock
) -> None:
    customer = accepted_customer(mine, tags=["重点"])
    with writing(mine.engine) as connection:
        connection.execute(mine.tables.log.delete())
    time.advance(seconds=5)
    change(mine, "customer", customer, by=WANG, city="无锡", tags=["重点", "试用"])
    change(mine, "customer", customer, by=WANG, city="南京")
    refuse_all(mine)
    assert (held(mine, customer)["city"], held(mine, customer)["tags"]) == ("上海", ["重点"])


def test_a_dismissed_refusal_never_counts_again(mine: Replica, time: FakeClock) -> None:
    customer = accepted_customer(mine)
    change(mine, "customer", customer, by=WANG, city="无锡")
    refuse_all(mine)
    for refusal in mine.refusals():
        mine.dismiss_refusal(refusal.log_rid)
    assert mine.refusals() == []
    assert mine.read(lambda c: tally(c, mine.tables)).inbox == 0
    time.advance(minutes=1)
    change(mine, "customer", customer, by=WANG, level="B")
    (waiting,) = mine.waiting(limit=10)
    moved = Ack(waiting.replica_seq, hlc=mine.hybrid.tick(), base=waiting.base)
    mine.acknowledge([moved])  # Judges the whole record anew.
    assert held(mine, customer)["city"] == "上海"
    assert mine.requeue() > 0
    assert all(o.value != "无锡" for o in mine.waiting(limit=100)), "nor is it ever sent again"


def test_what_waits_is_not_looked_for_in_all_that_ever_happened(mine: Replica) -> None:
    asked: dict[str, Any] = {}

    @event.listens_for(mine.engine, "before_cursor_execute")
    def note(*given: Any) -> None:
        asked[given[2]] = given[3]

    mine.waiting(limit=5)
    mine.refusals()
    mine.waiting_counts()
    event.remove(mine.engine, "before_cursor_execute", note)
    with mine.engine.connect() as connection:
        for statement, given in asked.items():
            if "sync_outbox" in statement:
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
                assert "SCAN sync_log" not in str(plan), statement
