"""What is told of by itself: requests nobody decides, silence, steps back, unproven progress."""

from datetime import timedelta
from pathlib import Path

import pytest

from crm_core.clock import iso_moment
from crm_core.model.query import Query
from crm_core.model.values import Value
from sync_server.services.audit import SERVER_ACTOR
from sync_server.services.ticks import ticking
from tests.builders import an_actor
from tests.sync_proof.world import World
from tests.sync_server.inside import Inside, user_of
from tests.sync_server.pushing import Pusher, a_pusher

ANNA, BEN, BOSS = user_of("anna"), user_of("ben"), user_of("boss")


@pytest.fixture
def world(inside: Inside) -> World:
    """Somebody leads the team of anna and ben, and somebody leads above."""
    made = inside.world
    with made.replica.write(SERVER_ACTOR) as (unit, _):
        unit.create("team", {"name": "总部"}, record_id="team-top")
        unit.change("team", "team-north", {"parent": "team-top"})
        for login, team in (("lead", "team-north"), ("director", "team-top")):
            person = {"name": login, "login": login, "role": "manager", "team": team}
            unit.create("user", person, record_id=f"user-{login}")
    return made


@pytest.fixture
def anna(world: World, tmp_path: Path) -> Pusher:
    return a_pusher(world, tmp_path, an_actor(ANNA))


def told(world: World, words: str, *, state: str = "open") -> set[str]:
    """Whose tasks say so."""
    found = world.replica.find(Query("task"))
    return {str(t["owner"]) for t in found if words in str(t["title"]) and t["state"] == state}


def tick(world: World, **later: float) -> None:
    world.time.advance(**later)
    every = ticking.ticks(world.server)
    while ticking.tick(every):
        pass


def test_a_request_has_two_hours_for_a_word_and_a_day_for_a_decision(
    world: World, anna: Pusher
) -> None:
    """Row 4.7: overdue, the director hears of it as 阻塞项; a decision closes what was told."""
    asked: dict[str, Value] = {
        "title": "法务合同审核", "state": "pending", "asked_by": ANNA, "owner": BEN,
        "asked_at": iso_moment(world.time.moment),
    }  # fmt: skip
    anna.create("approval", "p", asked)
    anna.push()
    tick(world, hours=1.9)
    assert told(world, "法务合同审核") == set()
    tick(world, hours=0.2)
    assert told(world, "2 小时内请先响应审批") == {BEN}
    tick(world, hours=21)
    assert told(world, "阻塞项") == set()
    tick(world, hours=1)
    assert told(world, "阻塞项：「法务合同审核」") == {BEN, "user-director"}
    moment = iso_moment(world.time.moment)
    anna.change("approval", "p", state="approved", decided_at=moment, first_response_at=moment)
    anna.push()
    tick(world, hours=50)
    assert told(world, "法务合同审核") == set()
    assert told(world, "阻塞项", state="done") == {BEN, "user-director"}


def test_a_deal_nobody_touches_for_72_hours_is_a_risk(world: World, anna: Pusher) -> None:
    """Row 4.12: more than 72 hours, from the last interaction on."""
    values = {"name": "质谱仪", "customer": "c", "stage": "demo", "owner": ANNA,
              "stage_since": iso_moment(world.time.moment)}  # fmt: skip
    anna.create("customer", "c", {"name": "瑞金医院", "kind": "organisation", "owner": ANNA})
    anna.create("opportunity", "o", values)
    anna.push()
    tick(world, hours=50)
    called = {"action": "called", "happened_at": iso_moment(world.time.moment), "customer": "c"}
    anna.create("follow_up", "f", called)
    anna.push()
    tick(world, hours=71.9)
    assert told(world, "高风险") == set()
    tick(world, hours=0.2)
    assert told(world, "72 小时没有互动，今天就联系：质谱仪") == {ANNA}
    assert told(world, "72 小时没有互动：质谱仪（") == {"user-lead"}


def test_two_steps_back_are_a_risk_and_one_is_none(world: World, anna: Pusher) -> None:
    anna.create("lead", "l", {"name": "王女士", "stage": "need", "owner": ANNA})
    anna.change("lead", "l", moved_back=1)
    anna.push()
    assert told(world, "高风险") == set()
    anna.change("lead", "l", moved_back=2)
    anna.push()
    assert told(world, "高风险：王女士的阶段已退回2次") == {ANNA}
    assert told(world, "请介入") == {"user-lead"}


@pytest.mark.parametrize(
    ("days", "letter", "risky"),
    [(5, "", True), (5, "open", True), (5, "done", False), (20, "", False)],
)
def test_a_lead_won_too_fast_without_a_signed_letter_is_told_of(
    world: World, anna: Pusher, days: float, letter: str, risky: bool
) -> None:
    """Row 4.11."""
    received = iso_moment(world.time.moment - timedelta(days=days))
    anna.create(
        "lead", "l", {"name": "王女士", "stage": "trial", "owner": ANNA, "received_at": received}
    )
    if letter:
        task = {"title": "客户签署确认函", "kind": "todo", "state": letter, "lead": "l",
                "owner": ANNA}  # fmt: skip
        anna.create("task", "t", task)
    anna.push()
    anna.change("lead", "l", stage="won")
    anna.push()
    assert told(world, "虚假推进风险") == ({"user-lead"} if risky else set())
