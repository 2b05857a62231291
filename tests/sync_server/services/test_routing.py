"""Leads get scores, grades and owners in the push that brings them; two claims have one winner."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pytest

from crm_core.model.query import EVERYTHING, Op, Query, Test
from crm_core.model.schema import Label
from crm_core.model.values import Value
from crm_core.rules.documents import Document, When
from crm_core.rules.pools import Member, Pool
from crm_core.rules.published import SHIPPED_SET, written_set
from crm_core.rules.routing import CLAIMED, UNASSIGNED, Route
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.scoring import BY_HAND
from sync_server.services.audit import SERVER_ACTOR
from sync_server.services.consequences.routing import give_all
from sync_server.services.ticks.waiting_leads import Waiting
from tests.builders import an_actor, log_of
from tests.sync_server.inside import Inside
from tests.sync_server.pushing import Pusher, a_pusher

ANNA, BEN, CARL = "user-anna", "user-ben", "user-carl"
Records = dict[str, dict[str, Value]]


def publish(inside: Inside, *documents: Document[object]) -> None:
    """Put a set in force: what ships, with these in place or beside."""
    mine = {one.id for one in documents}
    kept = [one for one in SHIPPED_SET.documents if one.id not in mine]
    text = written_set(RuleSet([*kept, *documents]))
    with inside.world.replica.write(SERVER_ACTOR) as (unit, _):
        now = inside.world.time.clock.iso()
        values = {"name": "试用", "author": ANNA, "published_at": now, "body": text}
        unit.create("rule_version", values)
    inside.world.time.advance(seconds=1)


def a_pool(*users: str, capacity: int = 1000) -> Document[object]:
    body = Pool(tuple(map(Member, users)), capacity=capacity)
    return Document("pool-all", "pool", Label("大家", "Everybody"), "lead", body)


TO_ALL: Document[object] = Document(
    "route-all", "route", Label("都去", "All"), "lead", Route(When(EVERYTHING), pool="pool-all")
)


@pytest.fixture
def ann(inside: Inside, tmp_path: Path) -> Pusher:
    return a_pusher(inside.world, tmp_path, an_actor(ANNA))


def arrive(pusher: Pusher, lead: str = "lead-1", **values: object) -> None:
    """A lead is entered on a laptop and pushed."""
    pusher.create("lead", lead, {"name": "李女士", "stage": "captured", **values})
    pusher.push()


def leads(inside: Inside, *ids: str) -> Records:
    return inside.world.replica.by_ids("lead", ids or ["lead-1"])


def told(inside: Inside) -> list[dict[str, Value]]:
    """Reminders, by whom they are for."""
    found = inside.world.replica.find(Query("task", Test("kind", Op.EQ, "reminder")))
    return sorted(found, key=lambda one: str(one["owner"]))


def test_a_lead_of_nobody_waits_in_the_pool_the_product_ships(inside: Inside, ann: Pusher) -> None:
    arrive(ann, need="price", phone="13800138000", source="老客户介绍")
    lead = leads(inside)["lead-1"]
    assert (lead["owner"], lead["pool"]) == (None, UNASSIGNED)
    assert (lead["score"], lead["grade"], lead["grade_reason"]) == (55, "B", None)
    [firing] = inside.world.replica.find(Query("firing"))
    assert (firing["rule"], firing["record"], firing["owner"]) == ("route-rest", "lead-1", None)
    assert "领取" in str(firing["why"])
    ann.change("lead", "lead-1", remark="晚上打")
    ann.push()
    assert inside.world.replica.count(Query("firing")) == 1
    assert told(inside) == []


def test_it_is_given_to_somebody_of_its_pool_who_is_told(inside: Inside, ann: Pusher) -> None:
    publish(inside, a_pool(ANNA, BEN, CARL), TO_ALL)
    with inside.world.replica.write(SERVER_ACTOR) as (unit, _):
        away = {"user": ANNA, "from_on": "2026-03-01", "until_on": "2026-03-02"}
        unit.create("absence", away)
        unit.create("lead", {"name": "旧的", "stage": "captured", "owner": BEN})
    arrive(ann, source="展会")
    lead = leads(inside)["lead-1"]
    assert (lead["owner"], lead["pool"]) == (CARL, "pool-all")
    assert lead["assigned_at"] is not None
    [task] = told(inside)
    assert (task["owner"], task["title"]) == (CARL, "新线索分给您：李女士（展会）")
    [firing] = inside.world.replica.find(Query("firing"))
    version = inside.world.replica.find(Query("rule_version"))[0]["id"]
    assert (firing["version"], firing["owner"]) == (version, CARL)


def test_a_lead_that_has_an_owner_is_left_alone(inside: Inside, ann: Pusher) -> None:
    publish(inside, a_pool(BEN), TO_ALL)
    arrive(ann, owner=ANNA)
    assert leads(inside)["lead-1"]["owner"] == ANNA
    ann.change("lead", "lead-1", owner=None)
    ann.push()
    assert leads(inside)["lead-1"]["owner"] == BEN


def test_who_gives_a_lead_back_does_not_get_it_again(inside: Inside, ann: Pusher) -> None:
    publish(inside, a_pool(ANNA), TO_ALL)
    arrive(ann, owner=ANNA)
    ann.change("lead", "lead-1", owner=None)
    ann.push()
    lead = leads(inside)["lead-1"]
    assert (lead["owner"], lead["pool"]) == (None, "pool-all")


def test_many_at_once_are_shared_out_and_said_as_a_number(inside: Inside, ann: Pusher) -> None:
    publish(inside, a_pool(ANNA, BEN), TO_ALL)
    with ann.replica.write(ann.actor, "导入 线索.csv") as (unit, _):
        rows = [{"name": f"线索{n}", "stage": "captured"} for n in range(40)]
        ids = unit.create_many("lead", rows)
    ann.push()
    owners = [one["owner"] for one in leads(inside, *ids).values()]
    assert (owners.count(ANNA), owners.count(BEN)) == (20, 20)
    assert [one["title"] for one in told(inside)] == ["分给您 20 条新线索，请尽快首次跟进"] * 2


def test_an_import_at_the_server_and_room_again_are_looked_for_by_every_process(
    inside: Inside, ann: Pusher
) -> None:
    publish(inside, a_pool(ANNA, capacity=2), TO_ALL)
    replica, time = inside.world.replica, inside.world.time
    with replica.write(SERVER_ACTOR, "导入") as (unit, _):
        rows = [{"name": f"线索{n}", "stage": "captured"} for n in range(3)]
        ids = unit.create_many("lead", rows)
    one, other = Waiting(inside.world.server), Waiting(inside.world.server)
    found = other._takeable(time.clock.now())
    assert len(found) == 3
    assert one.look() == 2
    # The other had looked before the first one wrote.
    assert give_all(inside.world.server, found) == 0
    assert [one["pool"] for one in leads(inside, *ids).values()] == ["pool-all"] * 3
    assert len(told(inside)) == 2
    assert one.look() == other.look() == 0
    done = next(one for one in leads(inside, *ids).values() if one["owner"] == ANNA)
    with replica.write(SERVER_ACTOR) as (unit, _):
        unit.change("lead", str(done["id"]), {"stage": "touched"})
    assert one.look() == 0
    time.advance(seconds=31)
    assert [one.look(), other.look()] == [1, 0]
    assert all(one["owner"] == ANNA for one in leads(inside, *ids).values())
    firings = [str(one["record"]) for one in replica.find(Query("firing"))]
    assert sorted(firings) == sorted([*ids, next(i for i in ids if firings.count(i) == 2)])


def test_what_somebody_gave_back_waits_for_others(inside: Inside, ann: Pusher) -> None:
    publish(inside, a_pool(ANNA, BEN), TO_ALL)
    with inside.world.replica.write(SERVER_ACTOR) as (unit, _):
        away = {"user": BEN, "from_on": "2026-03-01", "until_on": "2026-03-02"}
        absence = unit.create("absence", away)
    arrive(ann, owner=ANNA)
    ann.change("lead", "lead-1", owner=None)
    ann.push()
    waiting = Waiting(inside.world.server)
    assert waiting.look() == 0
    with inside.world.replica.write(SERVER_ACTOR) as (unit, _):
        unit.delete("absence", absence)
    inside.world.time.advance(seconds=31)
    assert waiting.look() == 1
    assert leads(inside)["lead-1"]["owner"] == BEN


def test_a_grade_somebody_decided_is_kept(inside: Inside, ann: Pusher) -> None:
    arrive(ann, "one", need="price", owner=ANNA)
    arrive(ann, "two", need="price", grade="A", owner=ANNA)
    found = leads(inside, "one", "two")
    assert [found[i]["grade"] for i in ("one", "two")] == ["C", "A"]
    assert found["two"]["grade_reason"] == BY_HAND
    ann.replica.receive(log_of(inside.world.replica))
    ann.change("lead", "one", grade="A", grade_reason="展会上见过")
    ann.change("lead", "one", source="展会", budget=100)
    ann.push()
    lead = leads(inside, "one")["one"]
    assert (lead["grade"], lead["score"], lead["grade_reason"]) == ("A", 55, "展会上见过")


def claimed(inside: Inside, folder: Path, order: Collection[str]) -> tuple[object, list[object]]:
    """Anna takes a lead first, Ben a moment later; they come online in some order."""
    with inside.world.replica.write(SERVER_ACTOR) as (unit, _):
        unit.create("lead", {"name": "李女士", "stage": "captured"}, record_id="lead-1")
    log = log_of(inside.world.replica)
    people: dict[str, Pusher] = {}
    for number, user in enumerate((ANNA, BEN), start=1):
        people[user] = a_pusher(inside.world, folder, an_actor(user), node=f"{number:016x}")
        people[user].replica.receive(log)
    for user, pusher in people.items():
        inside.world.time.advance(seconds=1)
        with pusher.replica.write(pusher.actor, CLAIMED) as (unit, _):
            unit.change("lead", "lead-1", {"owner": user})
    for user in order:
        people[user].push()
    return leads(inside)["lead-1"]["owner"], [one["owner"] for one in told(inside)]


@pytest.mark.parametrize("order", [(ANNA, BEN), (BEN, ANNA)])
def test_of_two_claims_offline_the_first_stands_and_the_other_hears_of_it(
    inside: Inside, tmp_path: Path, order: tuple[str, str]
) -> None:
    assert claimed(inside, tmp_path, order) == (ANNA, [BEN])
    [task] = told(inside)
    assert str(task["title"]).startswith("「李女士」已由 ")


def test_a_rule_with_everything_gone_still_takes_the_push(inside: Inside, ann: Pusher) -> None:
    lost = replace(a_pool("nobody"), body=Pool((Member("nobody"),), fallback="pool-all"))
    person: Document[object] = Document(
        "route-eve", "route", Label("", ""), "lead", Route(When(), person="eve"), position=-1
    )
    publish(inside, lost, person, TO_ALL)
    arrive(ann)
    lead = leads(inside)["lead-1"]
    assert (lead["owner"], lead["pool"]) == (None, "pool-all")
