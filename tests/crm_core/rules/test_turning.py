"""Conditions that turn because time passes are named a moment at which they do."""

import random
from datetime import datetime, timedelta

from crm_core.clock import iso_moment
from crm_core.model.query import Ago, All, Any, Condition, Not, Op, Start, Test, Unit, matches
from crm_core.model.values import Record
from crm_core.rules.documents import When
from crm_core.rules.firing.turning import clock_turns_at, turns_at
from crm_core.rules.timekeeping.clocks import Clock
from tests.builders import START

HOUR = timedelta(hours=1)


def by_chance(dice: random.Random, depth: int = 2) -> Condition:
    if depth and dice.random() < 0.6:
        parts = tuple(by_chance(dice, depth - 1) for _ in range(2))
        return dice.choice((All(parts), Any(parts), Not(parts[0])))
    op = dice.choice((Op.LT, Op.LE, Op.GT, Op.GE, Op.EQ, Op.NE))
    operand = dice.choice((Ago(dice.choice((-30, 0.5, 48))), Start(Unit.WEEK, moment=True)))
    return Test(dice.choice(("at", "empty")), op, operand)


def test_between_now_and_the_moment_named_nothing_turns() -> None:
    dice = random.Random(68)
    for _ in range(300):
        condition, now = by_chance(dice), START + dice.random() * 100 * HOUR
        record: Record = {"at": iso_moment(now + dice.uniform(-60, 40) * HOUR), "empty": None}
        at: datetime | None = turns_at(condition, record, now)
        assert at is None or at > now
        end = at or now + 300 * HOUR
        held = matches(condition, record, now)
        moments = [now + (end - now) * part / 40 for part in range(40)]
        assert all(matches(condition, record, one) is held for one in moments)


def test_a_clock_without_such_conditions_is_never_looked_at_for_that() -> None:
    plain = Clock(("received_at",), 2, runs_when=When(Test("grade", Op.EQ, "A")))
    assert clock_turns_at(plain, {"grade": "A"}, {}, START) is None
    old = Clock(("received_at",), 2, runs_when=When(Test("received_at", Op.LT, Ago(60))))
    lead: Record = {"received_at": iso_moment(START)}
    assert clock_turns_at(old, lead, {}, START) == START + 60 * HOUR
