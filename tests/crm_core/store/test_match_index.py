"""The key index: filed at once or soon, gone with its record, renewed with its keys."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from crm_core.matching import filing
from crm_core.permissions import Actor
from crm_core.store.replica import Replica
from tests.builders import FakeClock, a_customer, a_replica, an_actor, change, create

HOSPITAL = {"name": "上海瑞金医院", "phone": "13912345678", "city": "上海"}


@pytest.fixture
def replica(tmp_path: Path, time: FakeClock) -> Replica:
    return a_replica(tmp_path / "mine.db", time=time)


def kept(replica: Replica) -> tuple[int, int]:
    """Rows of keys and of records."""
    key, record = replica.tables.match_key, replica.tables.match_record
    count = select(
        select(func.count()).select_from(key).scalar_subquery(),
        select(func.count()).select_from(record).scalar_subquery(),
    )
    keys, records = replica.read(lambda c: c.execute(count).one())
    return keys, records


def delete(replica: Replica, entity: str, record: str) -> None:
    with replica.write(an_actor()) as (unit, _):
        unit.delete(entity, record)


def test_a_deleted_record_leaves_the_index(replica: Replica, me: Actor) -> None:
    made = create(replica, "customer", a_customer(**HOSPITAL), by=me)
    assert all(kept(replica))
    delete(replica, "customer", made)
    assert kept(replica) == (0, 0)


def test_a_record_that_leaves_leaves_nothing(replica: Replica, me: Actor) -> None:
    made = create(replica, "customer", a_customer(**HOSPITAL), by=me)
    assert all(kept(replica))
    replica.receive([], forget=[("customer", made)])
    assert kept(replica) == (0, 0)


def test_other_keys_than_before_have_everything_filed_anew(
    replica: Replica, me: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(replica, "customer", a_customer(**HOSPITAL), by=me)
    while replica.index_some():
        pass
    before = kept(replica)
    monkeypatch.setattr(filing, "scheme", lambda: "another")
    assert replica.index_some() == 1
    assert kept(replica) == (0, 0)
    while replica.index_some():
        pass
    assert kept(replica) == before


def test_a_file_from_before_is_filed_when_there_is_time(
    tmp_path: Path, time: FakeClock, me: Actor
) -> None:
    old = a_replica(tmp_path / "old.db", time=time)
    create(old, "customer", a_customer(**HOSPITAL), by=me)
    before = kept(old)
    with old.engine.begin() as connection:
        for name in ("match_key", "match_record", "match_stale", "match_cluster"):
            connection.exec_driver_sql(f"DROP TABLE {name}")
        connection.exec_driver_sql("DELETE FROM sync_meta WHERE key LIKE 'match_%'")
    old.close()
    new = a_replica(tmp_path / "old.db", time=time)
    while new.index_some():
        pass
    assert kept(new) == before
    new.close()


def test_a_lean_database_files_whole_numbers_and_codes_alone(replica: Replica, me: Actor) -> None:
    lean = Replica(replica.engine, clock=replica.clock, lean=True)
    made = create(lean, "customer", a_customer(**HOSPITAL, uscc="913100001322118475"), by=me)
    create(lean, "customer", a_customer(name="无号码"), by=me)
    assert kept(lean)[1] == 1
    for values in ({"phone": "0086 139 1234 5678"}, {"uscc": "91310000-1322118475"}):
        assert lean.holders(values) == [("customer", made)]
    for values in ({"phone": "139****5678"}, {"phone": "5678"}, {"name": "上海瑞金医院"}, {}):
        assert lean.holders(values) == []
    change(lean, "customer", made, by=me, phone="13700001111")
    assert lean.holders({"phone": "13912345678"}) == []
    delete(lean, "customer", made)
    assert lean.holders({"phone": "13700001111"}) == []
