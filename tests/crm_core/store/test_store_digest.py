"""Hashes of records: the same from every engine, and another for every difference one can see."""

from pathlib import Path

import pytest
from sqlalchemy import select, update

from crm_core.permissions import Actor
from crm_core.store.forgetting import digest
from crm_core.store.replica import Replica
from crm_core.sync.digest import PARTS, Sums, part_of
from tests.builders import (
    FakeClock,
    a_custom_field,
    a_customer,
    a_replica,
    change,
    create,
    exchange,
)
from tests.crm_core.store.conftest import Opener


def sums_in(replica: Replica) -> dict[str, Sums]:
    """Of every entity."""
    return replica.read(
        lambda c: {
            entity.name: digest.sums_of(
                c, replica.tables, digest.Reading(entity, [spec.name for spec in entity.fields])
            )
            for entity in replica.registry
        }
    )


def told(replica: Replica) -> dict[str, list[object]]:
    """The same, to be compared."""
    return {name: list(sums.parts()) for name, sums in sums_in(replica).items()}


def customers(replica: Replica, *ids: str) -> dict[str, int]:
    """The hashes of these customers."""
    entity = replica.registry.entity("customer")
    fields = [spec.name for spec in entity.fields]
    reading = digest.Reading(entity, fields)
    return replica.read(lambda c: digest.hashes_of(c, replica.tables, reading, ids))


def a_life(replica: Replica, time: FakeClock, me: Actor) -> str:
    """A customer that was edited and tagged, one that was deleted, a custom field."""
    create(replica, "custom_field", a_custom_field(), by=me)
    kept = create(replica, "customer", a_customer(tags=["重点", "a"]), by=me)
    gone = create(replica, "customer", a_customer(name="旧客户"), by=me)
    time.advance(seconds=1)
    change(replica, "customer", kept, by=me, city="武汉", x_beds=120, tags=["a", "复购"])
    with replica.write(me) as (unit, _):
        unit.delete("customer", gone)
    return kept


def test_every_engine_hashes_the_same_records_alike(
    opened: Opener, tmp_path: Path, time: FakeClock, me: Actor
) -> None:
    one, other = opened("one"), a_replica(tmp_path / "other.db", time=time, node="f" * 16)
    create(other, "team", {"name": "先来的"}, by=me)  # Words and rows get other numbers there.
    exchange(other, one)
    a_life(one, time, me)
    exchange(one, other)
    assert told(one) == told(other)
    assert [s.total().count for n, s in sums_in(one).items() if n == "customer"] == [2]
    other.close()


@pytest.mark.parametrize(
    "changes",
    [
        {"city": "汉口"}, {"city": None}, {"alive": False}, {"x_beds": 121}, {"tags": ["a"]},
        {"touched_at": 7}, {"deleted_at": 7, "deleted_by": 1}, {"created_at": 7},
    ],
    ids=lambda changes: next(iter(changes)),
)  # fmt: skip
def test_whatever_differs_is_noticed(
    tmp_path: Path, time: FakeClock, me: Actor, changes: dict[str, object]
) -> None:
    replica = a_replica(tmp_path / "one.db", time=time)
    kept = a_life(replica, time, me)
    before = customers(replica, kept)
    table = replica.tables.of("customer")
    with replica.engine.begin() as connection:
        connection.execute(update(table).where(table.c.id == kept).values(changes))
    assert customers(replica, kept).keys() == before.keys()
    assert customers(replica, kept) != before
    replica.close()


def test_a_field_stamp_counts_unless_creation_was_later(
    tmp_path: Path, time: FakeClock, me: Actor
) -> None:
    replica = a_replica(tmp_path / "one.db", time=time)
    kept = a_life(replica, time, me)
    before, clock, table = customers(replica, kept), replica.tables.clock, replica.tables
    with replica.engine.begin() as connection:
        rec = connection.scalar(select(table.of("customer").c.rid).where(
            table.of("customer").c.id == kept
        ))  # fmt: skip
        number = table.words.find(connection, "customer")
        old = {"entity": number, "rec": rec, "key": "remark", "at": 5, "by": 1}
        connection.execute(clock.insert().values(old))
    assert customers(replica, kept) == before
    with replica.engine.begin() as connection:
        connection.execute(update(clock).where(clock.c.key == "city").values(at=clock.c.at + 1))
    assert customers(replica, kept) != before
    replica.close()


def test_sums_without_some_records_are_the_sums_of_the_others() -> None:
    hashed = {f"record-{n}": n * 2_654_435_761 % 2**64 for n in range(1_000)}
    every, some = Sums(), Sums()
    for record, value in hashed.items():
        every.add(record, value)
        if not record.endswith("7"):
            some.add(record, value)
    left = every.without({r: v for r, v in hashed.items() if r.endswith("7")})
    assert left.parts() == some.parts()
    assert left.total() == some.total() != every.total()
    assert {part_of(record) for record in hashed} <= set(range(PARTS))


def test_records_about_which_something_unknown_waits_are_named(
    tmp_path: Path, time: FakeClock, me: Actor
) -> None:
    new = a_replica(tmp_path / "new.db", time=time, node="1" * 16)
    old = a_replica(tmp_path / "old.db", time=time, node="2" * 16)
    kept = a_life(new, time, me)
    known = [o for o in new.history("customer", kept)]
    old.receive(known)
    assert old.read(lambda c: digest.passed_over(c, old.tables)) == {"customer": [kept]}
    exchange(new, old)
    assert old.read(lambda c: digest.passed_over(c, old.tables)) == {}
    for replica in (new, old):
        replica.close()
