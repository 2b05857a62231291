"""Which clocks have been over for longest: by what of each could be, and no more is read."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from crm_core.clock import iso_moment
from crm_core.model.query import Op, Query, Test
from crm_core.model.values import Record
from crm_core.rules.published import SHIPPED_SET
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.stocked.clocks_shipped import QUOTE
from crm_core.rules.timekeeping.clock_state import Phase
from crm_core.rules.timekeeping.clocks import Measure
from desktop.services.rules.countdowns import count_all, longest_over, tells
from tests.builders import START, a_customer
from tests.desktop.views.desk import Desk, a_desk
from tests.stage_sets import publish


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


def due(**ahead: float) -> str:
    return iso_moment(START + timedelta(**ahead))


def test_the_deals_over_for_longest_are_found_without_reading_all_of_them(desk: Desk) -> None:
    """As if every clock of every deal had been worked out: touched, exempt, in working hours."""
    body = replace(QUOTE.body, measure=Measure.WORKING, limit_hours=20)
    rest = [one for one in SHIPPED_SET.documents if one.id != QUOTE.id]
    publish(desk.workspace.replica, RuleSet([replace(QUOTE, body=body), *rest]))
    dice, now = Random(5), START
    with desk.workspace.write() as (unit, _):
        who = unit.create_many("customer", [a_customer(owner="wang") for _ in range(15)])
        deal = {"owner": "wang", "name": "血球仪"}
        unit.create_many("opportunity", [
            deal | {"stage": dice.choice(("quote", "quote", "need", "won")),
                    "customer": dice.choice(who), "stage_since": due(hours=-dice.randint(-5, 900))}
            for _ in range(120)
        ])  # fmt: skip
        met = [(dice.choice(who), due(hours=-dice.randint(-9, 900))) for _ in range(60)]
        unit.create_many("visit", [{"customer": c, "started_at": at} for c, at in met[:30]])
        called = [{"customer": c, "happened_at": at, "action": "called"} for c, at in met[30:]]
        unit.create_many("follow_up", called)
        away = {"kind": "unreachable", "reason": "出国", "customer": who[0]}
        unit.create("exemption", away | {"since": due(hours=-400), "until": due(hours=-100)})
    deals = desk.workspace.replica.find(Query("opportunity", Test("stage", Op.NE, "won")))
    every = [
        (stands.state.left or timedelta(), str(one.record["id"]), stands.rule.id)
        for one in count_all(desk.workspace, "opportunity", deals, tells).values()
        for stands in [s for s in one.at(now) if s.state.phase is Phase.OVER][:1]
    ]
    assert len(every) > 40
    _all_are_found(desk, deals, every)
    with desk.workspace.replica.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM sync_outbox")  # All is sent: parts are enough.
    _all_are_found(desk, deals, every)


def _all_are_found(
    desk: Desk, deals: Sequence[Record], every: Sequence[tuple[timedelta, str, str]]
) -> None:
    for most in (1, 8, 200):
        found = longest_over(desk.workspace, "opportunity", deals, tells, now=START, most=most)
        lefts = [stands.state.left for _, stands in found]
        assert lefts == sorted(left for left, *_ in every)[:most]
        assert {(s.state.left, str(r["id"]), s.rule.id) for r, s in found} <= set(every)
