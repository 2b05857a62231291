"""What records must have when they are so and so: one verdict for all who ask (row 5.3)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_core.model.entities import builtin_registry
from crm_core.model.query import Op, Query, Test
from crm_core.model.query_json import condition_text
from crm_core.model.values import Value
from crm_core.rules.required import (
    SHIPPED,
    Incomplete,
    asked,
    incomplete,
    insist,
    lacking,
    requirements,
)
from crm_core.store.changes.act_refusals import Refused
from crm_core.store.replica import Replica, open_replica
from tests.builders import FakeClock, an_actor

CUSTOMER = builtin_registry().entity("customer")
NOW = FakeClock().clock.now()
HOSPITAL: dict[str, Value] = {"name": "瑞康医院", "kind": "organisation", "industry": "hospital"}
WHOLE = HOSPITAL | {"department": "检验科", "buyer_title": "采购科长"}
ME = an_actor("wang")


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    opened = open_replica(tmp_path / "r.db", clock=FakeClock().clock)
    yield opened
    opened.close()


def test_a_hospital_must_have_its_department_and_the_purchasers_title() -> None:
    assert set(lacking(SHIPPED, CUSTOMER, HOSPITAL, NOW)) == {"department", "buyer_title"}
    assert lacking(SHIPPED, CUSTOMER, WHOLE, NOW) == {}
    assert lacking(SHIPPED, CUSTOMER, {"industry": "school"}, NOW) == {}
    assert asked(SHIPPED, CUSTOMER, WHOLE, NOW) == {"department", "buyer_title"}


def test_nobody_makes_a_record_incomplete_and_an_incomplete_one_hinders_nothing() -> None:
    with pytest.raises(Incomplete, match="医院客户必须填写「科室名称」、「采购负责人职称」"):
        insist(SHIPPED, CUSTOMER, None, HOSPITAL, NOW)
    with pytest.raises(Incomplete):
        insist(SHIPPED, CUSTOMER, {"industry": "school"}, {"industry": "hospital"}, NOW)
    with pytest.raises(Incomplete):
        insist(SHIPPED, CUSTOMER, WHOLE, {"department": None}, NOW)
    insist(SHIPPED, CUSTOMER, HOSPITAL, {"city": "南京"}, NOW)
    insist(SHIPPED, CUSTOMER, HOSPITAL, {"department": "检验科"}, NOW)
    insist(SHIPPED, CUSTOMER, HOSPITAL | {"buyer_title": "科长"}, {"industry": "school"}, NOW)


def test_the_organisations_own_records_replace_and_switch_off() -> None:
    own: dict[str, Value] = {
        "id": "r1", "name": "学校客户", "entity": "customer", "fields": ["city"],
        "condition": condition_text(Test("industry", Op.EQ, "school")),
    }  # fmt: skip
    off: dict[str, Value] = {
        "id": SHIPPED[0].id,
        "name": "医院客户",
        "entity": "customer",
        "active": False,
    }
    found = requirements([own, off])
    assert [one.label.zh for one in found] == ["学校客户"]
    assert set(lacking(found, CUSTOMER, {"industry": "school"}, NOW)) == {"city"}
    strange = requirements([own | {"condition": "[", "id": "r2"}])
    assert lacking(strange, CUSTOMER, {"industry": "school"}, NOW) == {}


def test_the_unit_of_work_asks_where_a_person_is_at_work(replica: Replica) -> None:
    with replica.write(ME) as (unit, _):
        older = unit.create("customer", HOSPITAL)
        school = unit.create("customer", HOSPITAL | {"industry": "school"})
    refused = Refused()
    with replica.write(ME) as (unit, _):
        unit.insists = True
        with pytest.raises(Incomplete):
            unit.create("customer", HOSPITAL)
        unit.create("customer", WHOLE)
        changes = {one: {"industry": "hospital", "city": "南京"} for one in (older, school)}
        unit.change_many("customer", changes, refused=refused)
    assert list(refused) == [school]
    record = replica.record("customer", older)
    assert record is not None
    assert record["city"] == "南京"
    lacks = replica.find(Query("customer", incomplete(SHIPPED[0])))
    assert [one["id"] for one in lacks] == [older]


def test_undo_is_never_refused(replica: Replica) -> None:
    with replica.write(ME) as (unit, _):
        older = unit.create("customer", HOSPITAL)
    with replica.write(ME) as (unit, committed):
        unit.insists = True
        unit.change("customer", older, {"department": "检验科", "buyer_title": "科长"})
    with replica.write(ME) as (unit, _):
        unit.insists = True
        unit.undo(committed.group)
    record = replica.record("customer", older)
    assert record is not None
    assert record["department"] is None
