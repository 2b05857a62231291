"""The key index: filed at once or soon, gone with its record, renewed with its keys."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import func, select

from crm_core.matching import filing
from crm_core.permissions import Access, Actor
from crm_core.store.indexes.likely import Asked, Found
from crm_core.store.indexes.search import Asker
from crm_core.store.replica import Replica
from tests.builders import FakeClock, a_customer, a_replica, an_actor, change, create

HOSPITAL = {"name": "上海瑞金医院", "phone": "13912345678", "city": "上海"}


@pytest.fixture
def replica(tmp_path: Path, time: FakeClock) -> Replica:
    return a_replica(tmp_path / "mine.db", time=time)


def ids(replica: Replica, entity: str = "customer", **values: str) -> list[str]:
    return [one.id for one in replica.likely(Asked(entity, values)).likely]


def kept(replica: Replica) -> tuple[int, int]:
    """Rows of keys and of records."""
    key, record = replica.tables.match_key, replica.tables.match_filed
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
        for name in ("match_key", "match_filed", "match_stale", "match_cluster"):
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


def test_a_record_is_found_the_moment_it_is_there(replica: Replica, me: Actor) -> None:
    made = create(replica, "customer", a_customer(**HOSPITAL), by=me)
    assert ids(replica, phone="+86 139 1234 5678", name="瑞金医院") == [made]
    assert ids(replica, name="南京第一医院", phone="13800138000") == []
    found = replica.likely(Asked("customer", HOSPITAL))
    assert found.complete
    assert found.likely[0].likeness.exact == "phone"
    assert found.likely[0].likeness.reasons
    assert replica.likely(Asked("customer", HOSPITAL, but=made)).likely == ()


def test_kinds_that_may_be_one_are_looked_at_together(replica: Replica, me: Actor) -> None:
    values = {"name": "瑞金医院", "phone": "13912345678", "stage": "captured"}
    lead = create(replica, "lead", values, by=me)
    customer = create(replica, "customer", a_customer(**HOSPITAL), by=me)
    assert ids(replica, **HOSPITAL) == [customer, lead]
    assert ids(replica, "lead", name="瑞金医院", phone="13912345678")[0] == lead


def test_what_changed_is_filed_anew_and_what_was_deleted_is_gone(
    replica: Replica, me: Actor
) -> None:
    made = create(replica, "customer", a_customer(**HOSPITAL), by=me)
    change(replica, "customer", made, by=me, phone="13700001111", name="华山医院")
    assert ids(replica, phone="13912345678", name="上海瑞金医院") == []
    assert ids(replica, phone="13700001111", name="华山医院") == [made]
    delete(replica, "customer", made)
    assert kept(replica) == (0, 0)
    assert ids(replica, phone="13700001111", name="华山医院") == []


def many(replica: Replica, me: Actor, phones: Sequence[str]) -> None:
    with replica.write(me) as (unit, _):
        unit.create_many(
            "customer",
            [a_customer(name=f"客户{n:04}商行", phone=phone) for n, phone in enumerate(phones)],
        )


def test_a_big_batch_is_filed_soon_and_says_so_until_then(replica: Replica, me: Actor) -> None:
    many(replica, me, [f"139{number:08}" for number in range(300)])
    asked = Asked("customer", {"name": "客户0007商行", "phone": "13900000007"})
    assert replica.likely(asked) == Found((), complete=False)
    while replica.index_some():
        pass
    found = replica.likely(asked)
    assert found.complete
    assert found.likely[0].title == "客户0007商行"


def test_a_number_that_hundreds_share_brings_no_more_than_a_few(
    replica: Replica, me: Actor
) -> None:
    many(replica, me, ["021-64370045"] * 250)
    while replica.index_some():
        pass
    found = replica.likely(Asked("customer", {"name": "瑞昌五金", "phone": "021-64370045"}))
    assert len(found.likely) <= 3


def test_nobody_learns_a_hidden_number_by_trying(replica: Replica, me: Actor) -> None:
    create(replica, "customer", a_customer(**HOSPITAL), by=me)
    hidden = Asker(withheld={"customer": {"phone": Access.HIDDEN, "name": Access.READ}})
    asked = Asked("customer", {"name": "完全另一家", "phone": "13912345678"})
    assert replica.likely(asked, asker=hidden).likely == ()
