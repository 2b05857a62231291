"""The check of data counts what it says, and shows exactly those records (row 5.7)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crm_core.insight.data_health import Family, Look, Result, Surroundings, of_family, score
from crm_core.insight.health_checks import checks
from crm_core.model.query import All, Op, Query, Test
from crm_core.model.values import Record
from crm_core.rules.required import SHIPPED
from crm_core.store.replica import Replica, open_replica
from crm_core.store.reports.data_health import Inspection, gaps_of, inspect, same_key
from tests.builders import FakeClock, an_actor

ME = an_actor("wang")
GOOD_CODE, BAD_CODE = "91110000802100433B", "91110000802100433C"
USERS: tuple[Record, ...] = (
    {"id": "wang", "active": True, "territory": "t1"},
    {"id": "gone", "active": False, "territory": None},
)
AROUND = Surroundings(USERS, ({"id": "t1", "name": "江苏"},), gaps_of(SHIPPED))


@pytest.fixture
def time() -> FakeClock:
    return FakeClock()


@pytest.fixture
def replica(tmp_path: Path, time: FakeClock) -> Iterator[Replica]:
    opened = open_replica(tmp_path / "r.db", clock=time.clock)
    yield opened
    opened.close()


def add(replica: Replica, entity: str, **values: object) -> str:
    base: dict[str, object] = {"name": "瑞康", "owner": "wang"}
    base |= {"kind": "organisation"} if entity == "customer" else {}
    with replica.write(ME) as (unit, _):
        return unit.create(entity, base | values)


def looked(replica: Replica, around: Surroundings = AROUND, **scope: object) -> dict[str, Result]:
    wanted = Inspection(checks(around), scope)  # type: ignore[arg-type]
    now = replica.clock.now()
    shares: list[float] = []
    found = replica.read(
        lambda c: inspect(c, replica.tables, replica.registry, wanted, now, shares.append)
    )
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    return {one.check.id: one for one in found}


def records_of(replica: Replica, result: Result) -> set[str]:
    check = result.check
    if check.look is not Look.CONDITION:
        return set(result.ids)
    found = replica.find(Query(check.entity, All((check.among, check.where))))
    return {str(one["id"]) for one in found}


def test_an_empty_organisation_is_healthy(replica: Replica) -> None:
    found = looked(replica)
    assert score(found.values()) == 100
    assert {one.bad for one in found.values()} == {0}


def test_every_kind_of_trouble_is_found_and_leads_to_its_records(
    replica: Replica, time: FakeClock
) -> None:
    twin = add(replica, "customer", name="瑞康（医院）", phone="025-83331234", city="南京")
    other = add(replica, "customer", name="瑞康医院", phone="02583331234", city="苏州")
    slip = add(replica, "customer", name="慈安", phone="1381380123", uscc=BAD_CODE, city="杭州")
    lost = add(replica, "customer", name="仁济", uscc=GOOD_CODE, owner="gone", province="浙江",
               city="苏州")  # fmt: skip
    bare = add(replica, "customer", name="同仁", owner=None, industry="hospital")
    contact = add(replica, "contact", birthday="2099-01-01")
    lead = add(replica, "lead", stage="captured", received_at="2026-01-01T00:00:00Z")
    found = looked(replica)
    expected = {
        "duplicate-customer-phone": {twin, other},
        "duplicate-customer-name": {twin, other},
        "invalid-customer-phone": {slip},
        "invalid-customer-uscc": {slip},
        "place-customer": {lost},
        "left-customer": {lost},
        "unowned-customer": {bare},
        "territory-customer": {slip},
        "incomplete-requirement-hospital": {bare},
        "empty-customer-phone": {lost, bare},
        "future-contact-birthday": {contact},
        "stale-lead": {lead},
    }
    for name, ids in expected.items():
        assert records_of(replica, found[name]) == ids, name
        assert found[name].bad == len(ids), name
    assert score(found.values()) < 100
    [first, *_] = of_family(found.values(), Family.DUPLICATE)
    assert first.check.id == "duplicate-customer-phone"
    assert first.red
    assert found["quiet-customer"].bad == 0
    time.advance(hours=24 * 200)
    assert records_of(replica, looked(replica)["quiet-customer"]) == {
        twin, other, slip, lost, bare,
    }  # fmt: skip


def test_a_visit_wakes_a_customer(replica: Replica, time: FakeClock) -> None:
    customer = add(replica, "customer")
    time.advance(hours=24 * 200)
    with replica.write(ME) as (unit, _):
        started = {"customer": customer, "started_at": time.clock.iso(), "owner": "wang"}
        unit.create("visit", started)
    assert looked(replica)["quiet-customer"].bad == 0


def test_what_the_viewer_does_not_read_is_not_judged(replica: Replica) -> None:
    add(replica, "customer", phone="138****1234")
    add(replica, "customer", phone="138****1234", owner="li")
    withheld = replace(AROUND, withheld={"customer": frozenset({"uscc"})})
    found = looked(replica, withheld, customer=Test("owner", Op.EQ, "wang"))
    assert "duplicate-customer-uscc" not in found
    assert found["empty-customer-city"].total == 1
    assert found["duplicate-customer-phone"].total == 0


def test_a_requirement_of_an_unknown_kind_of_record_stops_nothing(replica: Replica) -> None:
    strange = replace(SHIPPED[0], id="x", entity="ship")
    around = replace(AROUND, gaps=gaps_of((*SHIPPED, strange)))
    assert looked(replica, around).keys() == looked(replica).keys()


def test_a_listener_stops_it(replica: Replica) -> None:
    def stop(_share: float) -> None:
        raise InterruptedError

    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=1)
    with pytest.raises(InterruptedError):
        replica.read(
            lambda c: inspect(
                c, replica.tables, replica.registry, Inspection(checks(AROUND)), now, stop
            )
        )


def test_values_are_the_same_however_they_are_written() -> None:
    assert same_key("phone", "+86 138-1380-1234") == same_key("phone", "１３８１３８０１２３４")
    assert same_key("name", "瑞康（南京）") == same_key("name", "瑞康(南京)")
    assert same_key("email", "A@B.cn") == same_key("email", "a@b.cn ")
