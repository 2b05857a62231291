"""Offline equals online: the clocks of a laptop beside those of a real server (decision 059)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from crm_core.clock import iso_moment
from crm_core.model.query import Op, Query, Test
from crm_core.model.values import Value
from crm_core.rules.documents import Document
from crm_core.rules.published import SHIPPED_SET, written_set
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.stocked.clocks_shipped import FIRST_FOLLOW_UP, QUOTE
from crm_core.rules.timekeeping.clock_state import ClockState, Phase
from crm_core.rules.timekeeping.clocks import Clock, Measure
from desktop.services.commands.verbs import do_create
from desktop.services.online.signing_in import Credentials, sign_in
from desktop.services.rules.countdowns import Counted, read_counted
from desktop.services.workspace import Workspace
from sync_server.services.audit import SERVER_ACTOR
from sync_server.services.clocks.clock_keeping import Keeping
from sync_server.services.ticks import ticking
from tests.desktop.services.office import a_setup
from tests.sync_proof.network import Line
from tests.sync_proof.template import template
from tests.sync_proof.world import PASSWORD, World, user_of

ANNA = user_of("anna")


@pytest.fixture
def world() -> Iterator[World]:
    office = template().copy()
    yield office.world
    office.close()


@pytest.fixture
def anna(world: World, tmp_path: Path) -> Iterator[Workspace]:
    setup = replace(a_setup(tmp_path / "anna", world.time.clock), transport=Line(world.gate))
    opened = sign_in(setup, Credentials("http://server", "anna", PASSWORD, "笔记本"))
    yield opened
    opened.close()


def publish(world: World, changed: Document[Clock], *, trial: str | None = None) -> None:
    """Put a set in force in which this clock stands in place of the one that ships."""
    rest = (one for one in SHIPPED_SET.documents if one.id != changed.id)
    rules = RuleSet([changed, *rest])
    values = {
        "name": "时限", "published_at": world.time.clock.iso(), "body": written_set(rules),
        "trial_team": trial,
    }  # fmt: skip
    with world.replica.write(SERVER_ACTOR) as (unit, _):
        unit.create("rule_version", values)


def working(rule_hours: float) -> Document[Clock]:
    body = replace(FIRST_FOLLOW_UP.body, measure=Measure.WORKING, limit_hours=rule_hours)
    levels = (replace(body.levels[0], after_hours=6), replace(body.levels[1], after_hours=8))
    return replace(FIRST_FOLLOW_UP, body=replace(body, levels=levels))


def some_records(world: World, anna: Workspace) -> dict[str, list[str]]:
    """Leads and deals of every sort, written on the laptop."""

    def at(hours: float) -> str:
        return iso_moment(world.time.moment + timedelta(hours=hours))

    def make(entity: str, **values: Value) -> str:
        return do_create(anna, entity, values).record_id

    def lead(name: str, age: float, **more: Value) -> str:
        stamp = {"received_at": at(-age), "assigned_at": at(-age), "owner": ANNA}
        return make("lead", name=name, **({"stage": "captured"} | stamp | more))

    customer = make("customer", name="瑞金医院", kind="organisation", owner=ANNA)
    silent, called = lead("失联", 20, customer=customer), lead("打过", 20)
    make("exemption", kind="unreachable", reason="出国", since=at(-10), until=at(20), lead=silent,
         owner=ANNA)  # fmt: skip
    make("follow_up", action="called", happened_at=at(-3), lead=called, owner=ANNA)
    deal = {"customer": customer, "owner": ANNA, "stage": "quote"}
    return {
        "lead": [
            lead("刚来", 0.2), lead("快了", 37), lead("超了", 60), silent, called,
            lead("没人认领", 2, owner=None, assigned_at=None), lead("重点", 90, grade="A"),
            lead("将来", -5), lead("赢了", 50, stage="won"),
        ],
        "opportunity": [
            make("opportunity", name="血球仪", stage_since=at(-80), **deal),
            make("opportunity", name="质谱仪", stage_since=at(-2), **deal),
        ],
    }  # fmt: skip


def of_server(world: World, entity: str, ids: list[str]) -> dict[tuple[str, str], ClockState]:
    """(clock, record) → how the server says it stands; only clocks that run."""
    with world.replica.write(SERVER_ACTOR) as (unit, _):
        keeping = Keeping.of(world.server, unit)
        held = unit.records(entity, ids)
        runs = keeping.runs(entity, list(held.values()))
        return {key: run.standing(held[key[1]]) for key, (_, run) in runs.items()}


def of_laptop(read: dict[str, Counted], world: World) -> dict[tuple[str, str], ClockState]:
    """The same, as the laptop says; only clocks that tell somebody, which are the server's."""
    return {
        (one.rule.id, record): one.state
        for record, counted in read.items()
        for one in counted.running(world.time.moment)
        if one.rule.body.levels
    }


def test_the_laptop_says_offline_what_the_server_says(world: World, anna: Workspace) -> None:
    publish(world, replace(QUOTE, body=replace(QUOTE.body, limit_hours=60)))
    publish(world, working(8), trial="team-north")  # Anna's own team tries working hours.
    with world.replica.write(SERVER_ACTOR) as (unit, _):
        unit.create("special_day", {"name": "厂庆", "day": "2026-03-03", "kind": "off"})
    anna.client.sync_once()
    every = some_records(world, anna)
    unsent = read_counted(anna, "lead", every["lead"])
    assert all(
        one.state.provisional for c in unsent.values() for one in c.running(anna.clock.now())
    )
    for _ in range(3):
        anna.client.sync_once()
    # From here on the laptop hears nothing, and what it read once it never reads again.
    read = {entity: read_counted(anna, entity, ids) for entity, ids in every.items()}
    compared, phases = 0, set()
    for hours in (0, 1.4, 9, 11, 30, 200):
        world.time.advance(hours=hours)
        for entity, ids in every.items():
            server, laptop = of_server(world, entity, ids), of_laptop(read[entity], world)
            assert laptop == server, (hours, entity)
            compared += len(laptop)
            phases |= {one.phase for one in laptop.values()}
    assert compared > 60
    assert phases == {Phase.RUNNING, Phase.PAUSED, Phase.OVER}


def test_the_level_reached_offline_is_how_often_the_server_has_fired(
    world: World, anna: Workspace
) -> None:
    received = {"received_at": world.time.clock.iso(), "assigned_at": world.time.clock.iso()}
    values = {"name": "王女士", "stage": "captured", "owner": ANNA, **received}
    lead = do_create(anna, "lead", values).record_id
    anna.client.sync_once()
    anna.client.sync_once()
    counted, every = read_counted(anna, "lead", [lead])[lead], ticking.ticks(world.server)
    for hours, level in ((35, 0), (1.1, 1), (10, 1), (3, 2)):
        world.time.advance(hours=hours)
        while ticking.tick(every):
            pass
        fired = world.replica.find(Query("firing", Test("rule", Op.EQ, FIRST_FOLLOW_UP.id)))
        [stands] = [one for one in counted.at(world.time.moment) if one.rule == FIRST_FOLLOW_UP]
        assert (stands.state.level, len(fired)) == (level, level), hours


def test_what_is_withheld_makes_a_clock_provisional_and_it_says_why(
    world: World, anna: Workspace
) -> None:
    with world.replica.write(SERVER_ACTOR) as (unit, _):
        unit.create("grant", {"role": "rep", "entity": "follow_up", "rights": []})
        hidden = {"role": "rep", "entity": "lead", "rights": ["see", "create", "edit"]}
        unit.create("grant", {**hidden, "masked": ["grade"]})
    anna.client.sync_once()
    anna.refresh_actor()
    moment = world.time.clock.iso()
    values = {"name": "王", "stage": "captured", "received_at": moment, "owner": ANNA}
    lead = do_create(anna, "lead", values).record_id
    anna.client.sync_once()
    counted = read_counted(anna, "lead", [lead])[lead]
    said = {
        one.rule.id: [d.zh for d in one.state.doubts] for one in counted.running(anna.clock.now())
    }
    assert any("您看不到「跟进" in words for words in said[FIRST_FOLLOW_UP.id]), said
