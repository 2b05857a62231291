"""Funnel health beside closings: a point a week of the last twelve, and a point a person."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from crm_core.clock import CHINA, iso_moment
from crm_core.insight.correlation import Point
from crm_core.insight.declared import Group, Period, Question
from crm_core.model.query import All, Op, Test
from crm_core.permissions import Actor, visible
from crm_core.store.changes.reads import Reads
from crm_core.store.measures.measuring import answers
from crm_core.store.reading.conditions import compile_condition
from crm_core.store.reading.records import titles
from crm_core.store.schema.expressions import living

WEEKS = 12
SCORE = "funnel_health"


@dataclass(frozen=True, slots=True)
class ScorePoints:
    """What a line is drawn through."""

    weeks: tuple[Point, ...]
    people: tuple[Point, ...]
    """Mean score of the weeks, closings of all of them together."""
    closed: str
    """The entity whose closings were counted."""
    closings: int
    provisional: bool
    first: str
    """The day the first week begins on."""


Heard = Callable[[float], None]
"""Told how far it is, 0 to 1; may raise to stop."""


def score_points(
    reads: Reads, actor: Actor, now: datetime, report: Heard = lambda _share: None
) -> ScorePoints:
    """Over what one person may see. Weeks without a score have no point."""
    weeks = _weeks(now)
    scope = {one.name: visible(actor, one) for one in reads.registry}
    asked = [Question(SCORE, week, group_by=group) for week in weeks for group in ((), _OWNER)]
    found = []
    for place, question in enumerate(asked):
        report(place / len(asked))
        found += answers(reads, [question], now, scope)
    closed, sold = reads.read(lambda c: _closings(c, reads, actor, weeks, now))
    by_week = [Counter(owner for owner, at in sold if _in(week, at)) for week in weeks]
    every = [
        Point(_named(week), value.value, float(sum(counts.values())))
        for week, answer, counts in zip(weeks, found[::2], by_week, strict=True)
        if (value := answer.of()) is not None and value.value is not None
    ]
    scores: dict[str, list[float]] = {}
    for answer in found[1::2]:
        for value in answer.values:
            if value.value is not None and value.group:
                scores.setdefault(value.group, []).append(value.value)
    names = reads.read(lambda c: titles(c, reads.tables, "user", "name", sorted(scores)))
    total = Counter(owner for owner, _ in sold)
    people = [
        Point(names.get(owner) or "—", sum(some) / len(some), float(total[owner]))
        for owner, some in sorted(scores.items())
    ]
    provisional = any(answer.provisional for answer in found)
    return ScorePoints(
        tuple(every), tuple(people), closed, len(sold), provisional, _named(weeks[0])
    )


_OWNER = (Group.OWNER,)


def _weeks(now: datetime) -> list[Period]:
    """The last twelve whole weeks, Monday to Sunday in China, the oldest first."""
    here = now.astimezone(CHINA)
    monday = (here - timedelta(days=here.weekday())).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    starts = [monday - timedelta(weeks=back) for back in range(WEEKS, 0, -1)]
    return [Period(start, start + timedelta(weeks=1)) for start in starts]


def _closings(
    connection: Connection, reads: Reads, actor: Actor, weeks: list[Period], now: datetime
) -> tuple[str, list[tuple[str, str]]]:
    """(entity, (owner, when) of each): deals won; leads signed where no deal was won."""
    start, end = iso_moment(weeks[0].start), iso_moment(weeks[-1].end)
    within = All((Test("stage", Op.EQ, "won"), Test("stage_since", Op.GE, start),
                  Test("stage_since", Op.LT, end)))  # fmt: skip

    def won(entity: str) -> list[tuple[str, str]]:
        table = reads.tables.of(entity)
        where = All((visible(actor, reads.registry.entity(entity)), within))
        rows = connection.execute(
            select(func.coalesce(table.c.owner, ""), table.c.stage_since).where(
                living(table), compile_condition(where, table, now)
            )
        )
        return [(str(owner), str(at)) for owner, at in rows]

    deals = won("opportunity")
    return ("opportunity", deals) if deals else ("lead", won("lead"))


def _in(week: Period, at: str) -> bool:
    return iso_moment(week.start) <= at < iso_moment(week.end)


def _named(week: Period) -> str:
    return week.start.astimezone(CHINA).date().isoformat()
