"""Names are listed by their sound, through every way a row is written, and nobody sees the key."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect, text

from crm_core.clock import ZERO_STAMP, make_stamp
from crm_core.matching.pinyin import sort_key
from crm_core.model.entities import builtin_registry
from crm_core.model.query import Op, Query, Sort, Test
from crm_core.model.schema import EntitySpec, FieldSpec, Search
from crm_core.permissions import Actor
from crm_core.store.replica import Replica
from crm_core.sync.change import Operation, Verb
from tests.builders import (
    FakeClock,
    a_custom_field,
    a_customer,
    a_replica,
    change,
    create,
    log_of,
    two_replicas,
)
from tests.crm_core.store.conftest import ON_CLIENTS

BY_NAME = Query("customer", sort=(Sort("name"),))
SURNAMES = ["于", "张", "丁", "陈", "何", "任"]
IN_ORDER = ["陈", "丁", "何", "任", "于", "张"]
ODD = ["陈光", "A座", "a座", "重庆", "10", "9", "Ä", "𠮷"]
FREE = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=6)
NAMES = st.none() | st.sampled_from(SURNAMES + ODD) | FREE
NAMED = [e for e in builtin_registry() if any(f.search is Search.NAME for f in e.fields)]


def names(replica: Replica, query: Query = BY_NAME) -> list[object]:
    """The names of the answer, in its order."""
    return [record["name"] for record in replica.find(query)]


def named_field(entity: EntitySpec) -> FieldSpec:
    """The field its records are called by."""
    return next(f for f in entity.fields if f.search is Search.NAME)


def with_customers(replica: Replica, me: Actor, listed: list[str]) -> list[str]:
    """Their ids."""
    with replica.write(me) as (unit, _):
        return unit.create_many("customer", [a_customer(name=name) for name in listed])


def without_keys(replica: Replica) -> None:
    """Turn the database into one made before there were sort keys."""
    with replica.engine.begin() as connection:
        for entity in NAMED:
            key = f"{named_field(entity).name}_key"
            connection.execute(text(f'DROP INDEX IF EXISTS "ix_{entity.name}_{key}"'))
            connection.execute(text(f'ALTER TABLE "{entity.name}" DROP COLUMN "{key}"'))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replica]:
    replica = a_replica(tmp_path_factory.mktemp("order") / "order.db", time=FakeClock())
    yield replica
    replica.close()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(listed=st.lists(NAMES, max_size=12), descending=st.booleans())
def test_sql_orders_as_the_sort_key_does(
    shared: Replica, listed: list[str | None], descending: bool
) -> None:
    first = int(str(shared.meta("used", 0)))
    shared.receive(
        [
            Operation(
                replica="9" * 16, replica_seq=first + n, entity="customer", id=f"r{n}",
                verb=Verb.CREATE, field="", value={"name": name}, before=None,
                hlc=make_stamp(n, 0, "9" * 16), base=ZERO_STAMP, group="g", actor="u",
            )
            for n, name in enumerate(listed, 1)
        ],
        remember={"used": first + len(listed)},
    )  # fmt: skip
    found = names(shared, Query("customer", sort=(Sort("name", descending=descending),)))
    ids = [str(r["id"]) for r in shared.find(Query("customer"))]
    shared.receive([], forget=[("customer", record_id) for record_id in ids])
    some = [name for name in listed if name is not None]
    nothing: list[object] = [None] * (len(listed) - len(some))
    spoken = sorted(some, key=sort_key, reverse=descending)  # Stable either way, as rid is.
    assert found == ([*spoken, *nothing] if descending else [*nothing, *spoken])


@ON_CLIENTS
def test_a_list_of_names_is_in_chinese_order(replica: Replica, me: Actor) -> None:
    with_customers(replica, me, SURNAMES)
    assert names(replica) == IN_ORDER
    backwards = Query("customer", sort=(Sort("name", descending=True),))
    assert names(replica, backwards) == IN_ORDER[::-1]


@ON_CLIENTS
def test_a_renamed_record_moves_and_an_undone_one_moves_back(replica: Replica, me: Actor) -> None:
    ids = with_customers(replica, me, SURNAMES)
    group = change(replica, "customer", ids[SURNAMES.index("张")], by=me, name="安")
    assert names(replica) == ["安", *IN_ORDER[:-1]]
    with replica.write(me) as (unit, _):
        unit.undo(group)
    assert names(replica) == IN_ORDER


@ON_CLIENTS
def test_other_changes_leave_the_place_alone(replica: Replica, me: Actor) -> None:
    ids = with_customers(replica, me, SURNAMES)
    for record_id in ids:
        change(replica, "customer", record_id, by=me, level="B")
    assert names(replica) == IN_ORDER


def test_what_arrives_is_ordered_in_whatever_order_it_arrives(
    tmp_path: Path, time: FakeClock, me: Actor
) -> None:
    mine, yours = two_replicas(tmp_path, time=time)
    ids = with_customers(mine, me, SURNAMES)
    change(mine, "customer", ids[0], by=me, name="白")
    yours.receive(log_of(mine)[::-1])  # The edit first: it waits and is replayed.
    assert names(yours) == names(mine) == ["白", "陈", "丁", "何", "任", "张"]
    mine.close()
    yours.close()


def test_databases_made_before_are_filled_in(tmp_path: Path, time: FakeClock, me: Actor) -> None:
    path = tmp_path / "old.db"
    old = a_replica(path, time=time)
    with_customers(old, me, SURNAMES * 400)
    create(old, "product", {"name": "听诊器"}, by=me)
    without_keys(old)
    old.close()
    new = a_replica(path, time=time)
    while new.index_some():
        pass
    assert names(new) == [name for name in IN_ORDER for _ in range(400)]
    indexes = {i["name"] for i in inspect(new.engine).get_indexes("customer")}
    assert "ix_customer_name_key" in indexes
    assert names(new, Query("product", sort=(Sort("name"),))) == ["听诊器"]
    new.close()


def test_a_big_batch_is_indexed_soon_even_if_the_program_ends_before(
    tmp_path: Path, time: FakeClock, me: Actor
) -> None:
    path = tmp_path / "half.db"
    half = a_replica(path, time=time)
    with half.write(me) as (unit, _):
        unit.create_many("customer", [a_customer(name=name) for name in SURNAMES * 50])
    assert half.index_some(limit=100) == 50 * len(SURNAMES) - 100
    half.close()
    whole = a_replica(path, time=time)
    while whole.index_some():
        pass
    assert names(whole) == [name for name in IN_ORDER for _ in range(50)]
    whole.close()


def test_the_key_is_nobodys_business(replica: Replica, me: Actor) -> None:
    ids = with_customers(replica, me, SURNAMES)
    fields = {f.name for f in replica.registry.entity("customer").fields} | {"id", "rid"}
    assert set(replica.record("customer", ids[0]) or {}) == fields
    assert all(set(record) == fields for record in replica.find(BY_NAME))
    with replica.write(me) as (unit, _):
        assert set(unit.record("customer", ids[0]) or {}) == fields
    assert not any("name_key" in str(operation.as_json()) for operation in log_of(replica))
    unknown = Test("name_key", Op.CONTAINS, "chen")
    assert replica.count(Query("customer", unknown)) == 0
    assert names(replica, Query("customer", sort=(Sort("name_key"),))) == SURNAMES


def test_a_companys_own_field_may_be_called_a_key(replica: Replica, me: Actor) -> None:
    for own in ("x_door", "x_door_key"):
        create(replica, "custom_field", a_custom_field(name=own, value_kind="text"), by=me)
    values = a_customer(name="钥匙", x_door="东门", x_door_key="在门卫处")
    record_id = create(replica, "customer", values, by=me)
    assert (replica.record("customer", record_id) or {})["x_door_key"] == "在门卫处"


@ON_CLIENTS
@pytest.mark.parametrize("entity", NAMED, ids=lambda e: e.name)
def test_every_name_has_a_key_indexed_where_the_name_is(
    replica: Replica, entity: EntitySpec
) -> None:
    spec = named_field(entity)
    key, indexes = f"{spec.name}_key", inspect(replica.engine).get_indexes(entity.name)
    assert any(key in index["column_names"] for index in indexes) is spec.indexed
    assert key in {c["name"] for c in inspect(replica.engine).get_columns(entity.name)}
