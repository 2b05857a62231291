"""Of two decisions made offline the first counts, in both orders of arrival (rows 4.7, 4.8)."""

from pathlib import Path

import pytest

from crm_core.model.query import Op, Query, Test
from crm_core.rules.approvals import FIRST_DECISION, exemption_of
from tests.builders import an_actor
from tests.sync_server.inside import Inside
from tests.sync_server.pushing import Pusher, a_pusher, send

BEN, BOSS = an_actor("user-ben"), an_actor("user-boss")


@pytest.mark.parametrize("first_arrives_last", [False, True])
def test_the_first_by_stamp_counts_and_both_are_told(
    inside: Inside, tmp_path: Path, first_arrives_last: bool
) -> None:
    world = inside.world
    one = a_pusher(world, tmp_path, BEN, node="1" * 16)
    two = a_pusher(world, tmp_path, BOSS, node="2" * 16)
    asked = {
        "title": "折扣 8 折", "state": "pending", "asked_by": "user-anna", "owner": "user-ben",
        "asked_at": world.time.clock.iso(),
    }  # fmt: skip
    one.create("approval", "p1", asked)
    two.replica.receive(one.push())
    for laptop, state, words in ((one, "approved", "同意，本月有效"), (two, "rejected", "太低")):
        laptop.change("approval", "p1", state=state, comment=words, decided_by=laptop.actor.user_id)
    order: list[Pusher] = [two, one] if first_arrives_last else [one, two]
    for laptop in order:
        laptop.push()
    found = world.replica.record("approval", "p1")
    assert found is not None
    assert (found["state"], found["comment"]) == ("approved", "同意，本月有效")
    assert found["decided_by"] == "user-ben"
    told = world.replica.find(Query("task", Test("kind", Op.EQ, "reminder")))
    ours = [task for task in told if "两个不同的结论" in str(task["title"])]
    assert {task["owner"] for task in ours} == {"user-ben", "user-boss"}
    assert "先同意" in str(ours[0]["remark"])
    last = world.replica.history("approval", "p1")[-1]
    send(world.server, [])
    assert last.reason in (FIRST_DECISION, "")


@pytest.mark.parametrize("refused_first", [False, True])
def test_two_who_grant_one_request_make_one_exemption_as_the_first_said(
    inside: Inside, tmp_path: Path, refused_first: bool
) -> None:
    """Row 6.10: its id follows from the request; the first decision says its end, or that there is
    none."""
    world = inside.world
    one = a_pusher(world, tmp_path, BEN, node="1" * 16)
    two = a_pusher(world, tmp_path, BOSS, node="2" * 16)
    now = world.time.clock.iso()
    one.create("lead", "l1", {"name": "林女士", "stage": "captured", "owner": "user-anna"})
    asked = {
        "title": "豁免申请", "state": "pending", "asked_by": "user-anna", "owner": "user-ben",
        "asked_at": now, "lead": "l1", "exempt_kind": "unreachable", "exempt_until": now,
    }  # fmt: skip
    one.create("approval", "p1", asked)
    two.replica.receive(one.push())
    made = exemption_of("p1")
    ends = ((one, "2027-01-01T00:00:00.000Z"), (two, "2027-02-02T00:00:00.000Z"))
    for laptop, end in ends:
        world.time.advance(seconds=1)
        with laptop.replica.write(laptop.actor) as (unit, _):
            refusing = refused_first and laptop is one
            state = {"state": "rejected" if refusing else "approved"}
            unit.change("approval", "p1", state | {"decided_by": laptop.actor.user_id})
            if not refusing:
                values = {"kind": "unreachable", "reason": "失联", "since": now, "until": end}
                unit.create("exemption", values | {"lead": "l1"}, record_id=made)
    two.push()
    one.push()
    found = world.replica.find(Query("exemption"))
    if refused_first:
        assert found == []
    else:
        assert [(e["id"], e["until"]) for e in found] == [(made, "2027-01-01T00:00:00Z")]
    told = world.replica.find(Query("task", Test("kind", Op.EQ, "reminder")))
    assert any("两个不同的结论" in str(task["title"]) for task in told) is refused_first
