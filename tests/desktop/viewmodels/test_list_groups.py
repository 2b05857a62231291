"""Groups: every record is in exactly one, whatever it holds, and each is counted and summed."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_core.model.query import All, Op, Query, Test, matches
from crm_core.model.values import Record
from crm_core.store.replica import Replica
from desktop.viewmodels.lists.list_groups import (
    Groups,
    group_by,
    group_detail,
    group_label,
    header_number,
    place_of,
    read_groups,
)
from tests.builders import START, FakeClock, a_replica, an_actor

NAMES = ("level", "owner", "next_contact_on:day", "next_contact_on:week", "next_contact_on:month")
LEAD_NAMES = ("received_at:day", "received_at:week", "received_at:month", "stage")


@pytest.fixture(scope="module")
def replica(tmp_path_factory: pytest.TempPathFactory) -> Replica:
    """Customers and leads at the edges of days, weeks and months, and with nothing filled in."""
    made = a_replica(Path(tmp_path_factory.mktemp("groups")) / "r.db", time=FakeClock())
    with made.write(an_actor()) as (unit, _):
        unit.create("user", {"name": "王敏", "login": "wang", "role": "rep"}, record_id="wang")
    days = (None, "2025-12-31", "2026-01-01", "2026-03-01", "2026-03-02", "2026-03-08")
    hours = (None, "2026-02-28T15:59:59Z", "2026-02-28T16:00:00Z", "2026-03-01T15:59:59Z")
    with made.write(an_actor()) as (unit, _):
        for place in range(24):
            unit.create(
                "customer",
                {"name": f"客户{place}", "kind": "organisation", "level": (*"AC", None)[place % 3],
                 "owner": ("wang", "zhao")[place % 2], "next_contact_on": days[place % 6],
                 "annual_purchase": place * 100},
            )  # fmt: skip
            unit.create(
                "lead",
                {"name": f"线索{place}", "stage": "touched", "received_at": hours[place % 4]},
            )
    return made


def groups_of(replica: Replica, entity: str, text: str, query: Query | None = None) -> Groups:
    by = group_by(replica.registry.entity(entity), text)
    assert by is not None
    return read_groups(replica, by, query or Query(entity), {})


@pytest.mark.parametrize(
    ("entity", "text"),
    [*(("customer", name) for name in NAMES), *(("lead", name) for name in LEAD_NAMES)],
)
def test_every_record_is_in_the_one_group_that_counts_it(
    replica: Replica, entity: str, text: str
) -> None:
    groups = groups_of(replica, entity, text)
    records: list[Record] = list(replica.find(Query(entity)))
    inside = Counter(
        place
        for record in records
        for place, group in enumerate(groups.groups)
        if matches(group.where, record, START)
    )
    assert inside == {place: group.count for place, group in enumerate(groups.groups)}
    assert groups.records == len(records)
    rows = groups.numbers()
    assert [place_of(row) for row in rows if row < 0] == list(range(len(groups.groups)))
    assert sorted(row for row in rows if row >= 0) == sorted(int(str(r["rid"])) for r in records)


def test_what_narrows_the_list_narrows_its_groups(replica: Replica) -> None:
    query = Query("customer", Test("owner", Op.EQ, "wang"))
    groups = groups_of(replica, "customer", "level", query)
    assert groups.records == 12
    assert groups.of_group(0).where == All((query.where, groups.groups[0].where))


def test_groups_are_named_summed_and_in_order(replica: Replica) -> None:
    groups = groups_of(replica, "customer", "level")
    labels = [group_label(groups.by, group, "zh_CN") for group in groups.groups]
    assert labels == ["A 重点", "C 观察", "（无）"]
    assert group_detail(groups.by, groups.groups[0], "zh_CN") == "8 条 · 年采购额 ¥84"
    owners = groups_of(replica, "customer", "owner")
    assert {group_label(owners.by, group, "en") for group in owners.groups} == {"王敏", "…"}
    months = groups_of(replica, "customer", "next_contact_on:month")
    assert [group_label(months.by, group, "zh") for group in months.groups] == [
        "2026 年 3 月", "2026 年 1 月", "2025 年 12 月", "（无）",
    ]  # fmt: skip
    week = groups_of(replica, "customer", "next_contact_on:week").groups[0]
    assert group_label(groups_of(replica, "customer", "next_contact_on:week").by, week, "en") == (
        "2026-03-02 – 03-08"
    )


@pytest.mark.parametrize("text", ["", "gone", "remark", "name", "tags:day"])
def test_what_cannot_be_grouped_by_is_left_alone(replica: Replica, text: str) -> None:
    assert group_by(replica.registry.entity("customer"), text) is None


@given(st.integers(0, 10**6))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_headers_are_told_from_records_and_from_nothing(place: int) -> None:
    assert place_of(header_number(place)) == place
    assert header_number(place) < -1
    assert place_of(place) == place_of(-1) == -1
