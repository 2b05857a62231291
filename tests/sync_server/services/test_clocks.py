"""Clocks on the server: kept with every push, fired once whoever ticks, closed by themselves."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from crm_core.clock import iso_moment
from crm_core.model.query import Ago, Op, Query, Test
from crm_core.model.schema import Label
from crm_core.model.values import Record, Value
from crm_core.rules.documents import Document, When
from crm_core.rules.firing.automations import Action, Automation, Do, On, Trigger
from crm_core.rules.pools import Pool
from crm_core.rules.published import SHIPPED_SET, written_set
from crm_core.rules.routing import UNASSIGNED
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.stocked.clocks_shipped import FIRST_FOLLOW_UP
from crm_core.rules.timekeeping.clocks import Clock, Level
from crm_core.store.engines.faults import Point
from sync_server.app import open_server
from sync_server.services.audit import SERVER_ACTOR
from sync_server.services.server import Server
from sync_server.services.ticks import clock_pass, daily_list, ticking
from sync_server.services.ticks.clock_firing import MOST_SINGLE
from tests.builders import an_actor
from tests.passwords import cheap_passwords
from tests.stage_sets import publish as in_force
from tests.sync_proof.network import ServerDown
from tests.sync_proof.world import LIMITS, World
from tests.sync_server.inside import Inside, user_of
from tests.sync_server.pushing import Pusher, a_pusher

ANNA = user_of("anna")
BEN = user_of("ben")


@pytest.fixture
def anna(inside: Inside, tmp_path: Path) -> Pusher:
    return a_pusher(inside.world, tmp_path, an_actor(ANNA))


@pytest.fixture
def beside(inside: Inside) -> Iterator[Server]:
    """Another server process on the same file, as it were."""
    world = inside.world
    server = open_server(
        world.data, clock=world.time.clock, passwords=cheap_passwords(), limits=LIMITS
    )
    yield server
    server.replica.close()


def tick(server: Server) -> int:
    every = ticking.ticks(server)
    total = 0
    while done := ticking.tick(every):
        total += done
    return total


def a_lead(world: World, **more: Value) -> dict[str, Value]:
    at = iso_moment(world.time.moment)
    return {
        "name": "王女士", "phone": "13812345678", "stage": "captured", "owner": ANNA,
        "source": "抖音", "province": "江苏", "received_at": at, "assigned_at": at, **more,
    }  # fmt: skip


def reminders(server: Server, **where: str) -> list[dict[str, Value]]:
    found = server.replica.find(Query("task", Test("kind", Op.EQ, "reminder")))
    return [one for one in found if all(one[name] == value for name, value in where.items())]


def rows(server: Server) -> list[tuple[str, str, int]]:
    table = server.tables.clocks.open
    asked = select(table.c.rule, table.c.record, table.c.level).order_by(table.c.rule)
    with server.reading() as connection:
        return [(row.rule, row.record, row.level) for row in connection.execute(asked)]


def test_48_hours_are_not_late_and_48_01_are_once_for_owner_and_leader(
    anna: Pusher, inside: Inside, beside: Server
) -> None:
    world, server = inside.world, inside.world.server
    anna.create("lead", "l", a_lead(world))
    received = anna.replica.record("lead", "l")
    assert received is not None
    anna.push()
    assert ("clock-first-follow-up", "l", 0) in rows(server)
    world.time.moment += timedelta(hours=48) - timedelta(seconds=1)
    tick(server)
    assert [one["title"] for one in reminders(server)] == ["还剩 0 小时，王女士 还没有首次跟进"]
    world.time.advance(minutes=1)
    for one in (server, beside, server, beside):
        tick(one)
    late = [one for one in reminders(server) if str(one["title"]).startswith("超过 48 小时")]
    assert {str(one["owner"]) for one in late} == {ANNA, user_of("boss")}
    assert len(late) == 2
    assert late[0]["title"] == "超过 48 小时未首次跟进：王女士 138****5678 来源：抖音（anna）"
    assert late[0]["lead"] == "l"
    [fired] = server.replica.find(Query("firing", Test("record", Op.EQ, "l")))[1:]
    why = json.loads(str(fired["why"]))
    assert (fired["owner"], why["level"], len(why["told"])) == (ANNA, 1, 2)


def test_a_follow_up_stops_it_and_closes_what_was_told(anna: Pusher, inside: Inside) -> None:
    world, server = inside.world, inside.world.server
    anna.create("lead", "l", a_lead(world))
    anna.push()
    world.time.advance(hours=37)
    tick(server)
    assert [one["state"] for one in reminders(server)] == ["open"]
    happened = iso_moment(world.time.moment)
    anna.create("follow_up", "f", {"action": "called", "happened_at": happened, "lead": "l"})
    anna.push()
    assert [one["state"] for one in reminders(server)] == ["done"]
    assert [row for row in rows(server) if row[0] == "clock-first-follow-up"] == []
    world.time.advance(hours=100)
    tick(server)
    assert len(reminders(server)) == 1


def test_an_exemption_holds_it_up_for_its_time(anna: Pusher, inside: Inside) -> None:
    world, server = inside.world, inside.world.server
    anna.create("lead", "l", a_lead(world))
    since, until = world.time.moment, world.time.moment + timedelta(days=14)
    silent: dict[str, Value] = {
        "kind": "unreachable", "reason": "出国", "since": iso_moment(since),
        "until": iso_moment(until), "lead": "l", "owner": ANNA,
    }  # fmt: skip
    anna.create("exemption", "e", silent)
    anna.push()
    world.time.advance(hours=72)
    tick(server)
    assert reminders(server) == []
    anna.change("exemption", "e", ended_at=iso_moment(world.time.moment))
    anna.push()
    world.time.advance(hours=47)
    tick(server)
    assert len(reminders(server)) == 1  # A word at 36 hours, and nothing at 119.
    world.time.advance(hours=2)
    tick(server)
    assert len(reminders(server)) == 3


def test_unclaimed_leads_come_to_whoever_leads_and_end_with_the_claim(
    anna: Pusher, inside: Inside
) -> None:
    world, server = inside.world, inside.world.server
    anna.create("lead", "l", a_lead(world, owner=None, assigned_at=None))
    anna.push()
    world.time.advance(minutes=30)
    tick(server)
    [told] = reminders(server)
    assert told["title"] == "30 分钟内无人认领：王女士（抖音）"
    assert told["owner"] == user_of("boss")  # Nobody leads here: an administrator hears of it.
    anna.change("lead", "l", owner=ANNA)
    anna.push()
    assert [one["state"] for one in reminders(server)] == ["done"]
    # A pool may say for itself how long, and who hears of it.
    pools = (
        replace(one, body=replace(one.body, claim_minutes=10, lead=BEN))
        if isinstance(one.body, Pool) and one.id == UNASSIGNED
        else one
        for one in SHIPPED_SET.documents
    )
    in_force(world.replica, RuleSet(pools), iso_moment(world.time.moment))
    anna.create("lead", "m", a_lead(world, owner=None, assigned_at=None))
    anna.push()
    world.time.advance(minutes=10)
    tick(server)
    [told] = [one for one in reminders(server) if one["lead"] == "m"]
    assert (told["title"], told["owner"]) == ("10 分钟内无人认领：王女士（抖音）", BEN)
    world.time.advance(minutes=21)
    tick(server)
    assert len([one for one in reminders(server) if one["lead"] == "m"]) == 1


def test_a_clock_that_jumps_fires_nothing_twice(anna: Pusher, inside: Inside) -> None:
    world, server = inside.world, inside.world.server
    anna.create("lead", "l", a_lead(world))
    anna.push()
    world.time.advance(days=3)
    tick(server)
    before = len(reminders(server))
    for hours in (-100, 30, 500, -480):
        world.time.advance(hours=hours)
        world.restart()
        server = world.server
        with server.writing() as connection:
            clock_pass.begin_anew(connection, server)
        tick(server)
    assert before == 2
    assert len([t for t in reminders(server) if t["lead"] == "l"]) == before


def test_many_at_once_become_one_task_for_whoever_leads(anna: Pusher, inside: Inside) -> None:
    world, server = inside.world, inside.world.server
    with anna.replica.write(anna.actor) as (unit, _):
        leads = [a_lead(world, name=f"线索{n}") for n in range(MOST_SINGLE + 1)]
        unit.create_many("lead", leads)
    anna.push()
    world.time.advance(hours=49)
    tick(server)
    titles = {str(one["title"]) for one in reminders(server)}
    assert len(reminders(server)) == 2
    assert all(title.startswith(f"首次跟进时限：{MOST_SINGLE + 1} 条线索") for title in titles)


def test_what_was_due_long_ago_is_history(anna: Pusher, inside: Inside) -> None:
    world, server = inside.world, inside.world.server
    old = iso_moment(world.time.moment - timedelta(days=40))
    anna.create("lead", "l", a_lead(world, received_at=old, assigned_at=old))
    anna.push()
    tick(server)
    assert reminders(server) == []


def publish(server: Server, *rules: object, trial_team: str | None = None) -> None:
    with server.replica.write(SERVER_ACTOR) as (unit, _):
        unit.create(
            "rule_version",
            {
                "name": "试行", "published_at": server.clock.iso(), "trial_team": trial_team,
                "body": written_set(RuleSet(rules)),  # type: ignore[arg-type]
            },
        )  # fmt: skip


def test_a_rule_that_is_published_counts_for_what_is_there_and_only_its_team(
    anna: Pusher, inside: Inside
) -> None:
    world, server = inside.world, inside.world.server
    anna.create("lead", "l", a_lead(world))
    anna.create("lead", "south", a_lead(world, owner=user_of("carl")))
    anna.push()
    quick = replace(FIRST_FOLLOW_UP, body=replace(FIRST_FOLLOW_UP.body, limit_hours=2, levels=(
        replace(FIRST_FOLLOW_UP.body.levels[1], after_hours=2),)))  # fmt: skip
    publish(server, quick, trial_team="team-north")
    world.time.advance(hours=3)
    tick(server)
    assert {str(one["lead"]) for one in reminders(server)} == {"l"}
    publish(server)
    tick(server)
    assert rows(server) == []


def test_a_rule_with_fields_nobody_knows_hinders_nobody(anna: Pusher, inside: Inside) -> None:
    world, server = inside.world, inside.world.server
    odd = replace(FIRST_FOLLOW_UP, id="odd", body=replace(
        FIRST_FOLLOW_UP.body, start=("nowhere",), stop_fields=("gone",)))  # fmt: skip
    away = replace(FIRST_FOLLOW_UP, id="away", entity="spaceship")
    publish(server, odd, away, FIRST_FOLLOW_UP)
    anna.create("lead", "l", a_lead(world))
    anna.push()
    world.time.advance(hours=49)
    tick(server)
    assert {str(f["rule"]) for f in server.replica.find(Query("firing"))} == {FIRST_FOLLOW_UP.id}


def test_the_morning_list_is_made_once_a_day_and_not_before_nine(
    anna: Pusher, inside: Inside
) -> None:
    world, server = inside.world, inside.world.server
    received: Record = a_lead(world, province=None)
    anna.create("lead", "l", received)
    anna.create("lead", "there", a_lead(world))
    anna.push()
    world.time.moment = world.time.moment.replace(hour=0, minute=59)
    assert daily_list.make(server) == 0
    world.time.moment = world.time.moment.replace(hour=1, minute=0)
    assert [daily_list.make(server) for _ in range(3)] == [1, 0, 0]
    [made] = reminders(server)
    assert made["title"] == "地址缺失线索 1 条，请安排补全"
    assert made["remark"] == "王女士（anna）"
    world.time.advance(days=1)
    assert daily_list.make(server) == 1


def test_a_condition_that_turns_with_time_begins_a_clock(inside: Inside, anna: Pusher) -> None:
    world, old = inside.world, Test("received_at", Op.LT, Ago(60))
    body = replace(FIRST_FOLLOW_UP.body, runs_when=When(old), strict=False)
    publish(world.server, replace(FIRST_FOLLOW_UP, body=body))
    tick(world.server)
    anna.create("lead", "l1", a_lead(world))
    anna.push()
    assert rows(world.server) == [(FIRST_FOLLOW_UP.id, "l1", 0)]
    world.time.advance(hours=59)
    assert tick(world.server) == 0
    world.time.advance(hours=2)
    tick(world.server)
    # 36 hours only warned; at 61 the 48 are over, and the clock has begun.
    [fired] = world.replica.find(Query("firing"))
    assert (fired["rule"], fired["record"]) == (FIRST_FOLLOW_UP.id, "l1")


def test_what_time_brings_about_has_clocks_as_well(inside: Inside, anna: Pusher) -> None:
    world, mine = inside.world, Label("办", "Do")
    made = Automation(
        Trigger(On.MOMENT, field="received_at", hours=1), (Action(Do.TASK, title="回电"),)
    )
    clock = Clock(("due_at",), 2, (Level(2, ("owner",), mine),))
    publish(
        world.server,
        Document("timed", "automation", mine, "lead", made),
        Document("late", "clock", mine, "task", clock),
    )
    anna.create("lead", "l1", a_lead(world))
    anna.push()
    world.time.advance(hours=1, minutes=1)
    tick(world.server)
    [task] = world.replica.find(Query("task"))
    assert rows(world.server) == [("late", task["id"], 0)]


def test_a_clock_that_has_said_everything_waits_for_nothing_when_it_is_held_up(
    inside: Inside, anna: Pusher
) -> None:
    world, held_up = inside.world, When(Test("grade", Op.EQ, "C"))
    levels = (
        Level(1, ("owner",), Label("快到了", "Soon")),
        Level(2, ("owner",), Label("到", "Due")),
    )
    clock = Clock(("received_at",), 2, levels, pauses_when=held_up)
    publish(world.server, Document("quick", "clock", Label("快", "Quick"), "lead", clock))
    anna.create("lead", "l1", a_lead(world))
    world.time.advance(hours=3)  # The warning is passed over: its hours are over.
    anna.push()
    tick(world.server)
    assert (len(reminders(world.server)), rows(world.server)) == (1, [])
    anna.change("lead", "l1", grade="C", grade_reason="试")
    anna.push()
    assert rows(world.server) == []
    anna.change("lead", "l1", grade="B")
    exempt = {"kind": "holiday", "reason": "休假", "lead": "l1", "owner": ANNA}
    since, until = (iso_moment(world.time.moment + timedelta(hours=n)) for n in (-3, 1))
    anna.create("exemption", "e", {**exempt, "since": since, "until": until})
    anna.push()
    assert (tick(world.server), rows(world.server)) == (0, [])


@pytest.mark.parametrize("point", [Point.BEFORE_COMMIT, Point.AFTER_COMMIT])
def test_a_server_that_dies_in_a_tick_fires_nothing_twice(
    point: Point, inside: Inside, anna: Pusher
) -> None:
    """`make.py bench rules --only killed` does it to four real processes, by chance."""
    world = inside.world
    for number in range(3):
        anna.create("lead", f"l{number}", a_lead(world))
    anna.push()
    world.time.advance(hours=49)
    for visit in (1, 2, 3):
        world.die_at(point, visit=visit)
        with suppress(ServerDown):
            tick(world.server)
        world.restart()
        world.time.advance(minutes=-30 if visit == 2 else 1)
    tick(world.server)
    fired = world.replica.find(Query("firing", Test("rule", Op.EQ, FIRST_FOLLOW_UP.id)))
    assert sorted(str(one["record"]) for one in fired) == ["l0", "l1", "l2"]
    assert len(reminders(world.server, owner=ANNA)) == 3
