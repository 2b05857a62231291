"""Of two decisions made offline the first counts, in both orders of arrival (rows 4.7, 4.8)."""

from pathlib import Path

import pytest

from crm_core.model.query import Op, Query, Test
from crm_core.rules.approvals import FIRST_DECISION
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
