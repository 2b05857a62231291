"""What is not understood yet is carried, and shown as soon as it is: design rules 9 and 10."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import func, select

from crm_core.clock import ZERO_STAMP, make_stamp
from crm_core.model.query import Query
from crm_core.permissions import Actor
from crm_core.store.replica import Replica
from crm_core.sync.change import Operation, Payload, Verb
from tests.builders import (
    FakeClock,
    a_custom_field,
    a_customer,
    a_replica,
    an_actor,
    change,
    create,
    log_of,
    records_of,
)
from tests.crm_core.store.conftest import ON_CLIENTS

Opener = Callable[[str], Replica]


def an_operation(
    number: int, verb: Verb, value: Payload, *, field: str = "", base: str = ZERO_STAMP
) -> Operation:
    return Operation(
        replica="f" * 16, replica_seq=number, entity="customer", id="r1", verb=verb, field=field,
        value=value, before=None, hlc=make_stamp(number, 0, "f" * 16), base=base, group="g",
        actor="u-far",
    )  # fmt: skip


def pending(replica: Replica) -> int:
    return replica.read(
        lambda c: c.scalar(select(func.count()).select_from(replica.tables.pending)) or 0
    )


def a_history(source: Replica, me: Actor) -> tuple[str, list[Operation]]:
    """An own field and a customer that uses it, from the first moment and later."""
    create(source, "custom_field", a_custom_field(), by=me)
    create(source, "custom_field", a_custom_field(name="x_marks", value_kind="set"), by=me)
    values = a_customer(x_beds=300, x_marks=["甲", "乙"])
    record_id = create(source, "customer", values, by=me)
    other = create(source, "customer", a_customer(name="二", x_beds=5), by=me)
    change(source, "customer", other, by=me, x_beds=7, x_marks=["丙"], level="B")
    change(source, "customer", record_id, by=me, x_marks=["甲"])
    return record_id, log_of(source)


def test_an_own_field_may_arrive_after_its_values(opened: Opener, me: Actor) -> None:
    source, target = opened("source"), opened("target")
    record_id, operations = a_history(source, me)
    target.receive(operations[2:])
    shown = target.record("customer", record_id)
    assert shown is not None
    assert "x_beds" not in shown
    assert pending(target) > 0
    target.receive(operations[:2])
    assert records_of(target) == records_of(source)
    assert pending(target) == 0
    target.close()
    assert records_of(opened("target")) == records_of(source)


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_any_order_and_cut_shows_the_same(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder, me = tmp_path_factory.mktemp("order"), an_actor()
    source = a_replica(folder / "source.db", time=FakeClock(), node="1" * 16)
    _, operations = a_history(source, me)
    target = a_replica(folder / "target.db", time=FakeClock(), node="2" * 16)
    order = data.draw(st.permutations(operations))
    cut = data.draw(st.integers(0, len(order)))
    target.receive(order[:cut])
    target.receive(order[cut:])
    assert records_of(target) == records_of(source)
    assert records_of(target, "custom_field") == records_of(source, "custom_field")
    source.close()
    target.close()


def test_an_own_field_that_changes_is_taken_up(opened: Opener, me: Actor) -> None:
    replica = opened("growing")
    field_id = create(
        replica, "custom_field", a_custom_field(value_kind="choice", options=["甲"]), by=me
    )
    change(replica, "custom_field", field_id, by=me, label="病床", options=["甲", "乙"])
    spec = replica.registry.entity("customer").field_spec("x_beds")
    assert spec.label.zh == "病床"
    assert [c.code for c in spec.choices] == ["乙", "甲"]
    with replica.write(me) as (unit, _):
        unit.delete("custom_field", field_id)
    assert replica.registry.find("customer", "x_beds") is None


def test_text_left_by_an_earlier_kind_of_field_does_not_stop_reading(
    opened: Opener, me: Actor
) -> None:
    replica = opened("changing")
    field_id = create(replica, "custom_field", a_custom_field(value_kind="text"), by=me)
    record_id = create(replica, "customer", a_customer(x_beds="很多"), by=me)
    change(replica, "custom_field", field_id, by=me, value_kind="set")
    record = replica.record("customer", record_id)
    assert record is not None
    assert record["x_beds"] is None


def test_all_replicas_choose_the_same_of_two_fields_of_one_name(
    opened: Opener, time: FakeClock, me: Actor
) -> None:
    one, two = opened("one"), opened("two")
    create(one, "custom_field", a_custom_field(value_kind="text"), by=me)
    time.advance(seconds=1)
    create(two, "custom_field", a_custom_field(value_kind="integer"), by=me)
    first, second = log_of(one), log_of(two)
    one.receive(second)
    two.receive(first)
    assert one.registry.find("customer", "x_beds") == two.registry.find("customer", "x_beds")


def test_an_unknown_kind_of_record_is_kept(opened: Opener) -> None:
    replica = opened("older")
    operation = replace(an_operation(1, Verb.CREATE, {"name": "新"}), entity="spaceship")
    replica.receive([operation])
    assert pending(replica) == 1
    assert log_of(replica) == [operation]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("tags", "三甲"),
        ("tags", {"add": 5}),
        ("tags", {"add": "甲", "remove": "乙"}),
        ("tags", ["甲"]),
        ("level", {"add": "甲"}),
        ("name", 5),
        ("name", ["甲"]),
        ("annual_purchase", "很多"),
        ("annual_purchase", True),
        ("next_contact_on", "明天"),
        ("x_new", "什么"),
    ],
)
def test_a_value_of_an_unknown_form_waits_and_harms_nobody(
    opened: Opener, field: str, value: Payload
) -> None:
    replica = opened("receiving")
    created = an_operation(1, Verb.CREATE, dict(a_customer()))  # type: ignore[arg-type]
    odd = an_operation(2, Verb.SET, value, field=field)
    replica.receive([created, odd])
    record = replica.record("customer", "r1")
    assert record is not None
    assert record.get(field) == a_customer().get(field)
    assert pending(replica) == 1
    assert odd in replica.history("customer", "r1")


def test_a_create_with_one_odd_value_shows_the_rest(opened: Opener) -> None:
    replica = opened("receiving")
    values = {**a_customer(), "tags": 5, "x_new": "什么"}
    replica.receive([an_operation(1, Verb.CREATE, values)])  # type: ignore[arg-type]
    record = replica.record("customer", "r1")
    assert record is not None
    assert (record["name"], record["tags"]) == ("北京协和医院", None)
    assert pending(replica) == 1
    replica.close()
    assert pending(opened("receiving")) == 1


@ON_CLIENTS
def test_writes_and_deletes_may_come_before_the_record(opened: Opener, me: Actor) -> None:
    source, target = opened("source"), opened("target")
    kept = create(source, "customer", a_customer(), by=me)
    gone = create(source, "customer", a_customer(name="走了"), by=me)
    change(source, "customer", kept, by=me, tags=["甲"], level="C")
    with source.write(me) as (unit, _):
        unit.delete("customer", gone)
    for operation in reversed(log_of(source)):
        target.receive([operation])
    assert records_of(target) == records_of(source)
    assert target.search("走了") == []
    assert pending(target) == 0


def test_leaving_wipes_every_trace(tmp_path: Path, me: Actor) -> None:
    time = FakeClock()
    path = tmp_path / "plain.db"
    source = a_replica(tmp_path / "source.db", time=time, node="1" * 16)
    target = a_replica(path, time=time, node="2" * 16)
    secret = "Zanzibarhospital"
    values = a_customer(name=secret, phone="13987650000", remark=secret * 300)
    record_id = create(source, "customer", values, by=me)
    target.receive(log_of(source))
    change(source, "customer", record_id, by=me, remark=f"{secret} 一")
    time.advance(seconds=1)
    (seen,) = log_of(source)[1:]
    unseen = make_stamp(time.clock.millis() + 1, 0, "7" * 16)
    target.receive([seen, replace(seen, hlc=unseen, replica="7" * 16, actor="u-li")])
    assert target.conflicts()
    assert secret.lower().encode() in path.with_name("plain.db-wal").read_bytes().lower()
    target.receive([], forget=[("customer", record_id)])
    assert target.search(secret) == []
    assert target.conflicts() == []
    assert target.history("customer", record_id) == []
    for table in target.tables.metadata.sorted_tables:
        if table.name not in ("sync_meta", "sync_word"):  # Words are ids of people and devices.
            assert target.read(lambda c, t=table: c.execute(select(t)).all()) == []  # type: ignore[misc]
    target.close()
    for left in tmp_path.glob("plain.db*"):
        assert secret.lower().encode() not in left.read_bytes().lower()
        assert b"13987650000" not in left.read_bytes()


def test_unsent_work_outlives_leaving_and_counts_on_return(opened: Opener, me: Actor) -> None:
    source, target = opened("source"), opened("target")
    record_id = create(source, "customer", a_customer(), by=me)
    target.receive(log_of(source))
    change(target, "customer", record_id, by=me, level="C")
    (unsent,) = target.waiting(limit=5)
    target.receive([], forget=[("customer", record_id)])
    assert target.find(Query("customer")) == []
    assert target.waiting(limit=5) == [unsent]
    target.receive(log_of(source))
    record = target.record("customer", record_id)
    assert record is not None
    assert record["level"] == "C"


def test_two_creates_of_one_id_end_the_same_everywhere(opened: Opener) -> None:
    first = an_operation(1, Verb.CREATE, {"name": "一", "kind": "person", "tags": ["甲"]})
    second = replace(
        an_operation(5, Verb.CREATE, {"name": "二", "kind": "person", "tags": ["乙"]}),
        replica="e" * 16, hlc=make_stamp(5, 0, "e" * 16),
    )  # fmt: skip
    early = an_operation(3, Verb.SET, "A", field="level", base=first.hlc)
    late = an_operation(8, Verb.SET, "B", field="state", base=first.hlc)
    tag = an_operation(9, Verb.SET, {"add": "丙"}, field="tags", base=first.hlc)
    forward, backward = opened("forward"), opened("backward")
    operations = [first, early, late, tag, second]
    for operation in operations:
        forward.receive([operation])
    for operation in reversed(operations):
        backward.receive([operation])
    assert records_of(forward) == records_of(backward)
    assert records_of(forward)["r1"]["tags"] == ["丙", "乙"]
