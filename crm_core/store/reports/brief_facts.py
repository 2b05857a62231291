"""Reads what a daily brief is made of, over what one person may see; on device and server alike.

Counts and few columns come from SQL; nothing reads whole records of a big table.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from sqlalchemy import Connection, select

from crm_core.clock import CHINA, iso_moment
from crm_core.insight import brief_facts as facts
from crm_core.insight.brief_facts import (
    Answered,
    Facts,
    Help,
    HelpWeek,
    Response,
    StageLoad,
    Step,
    answered_between,
)
from crm_core.insight.framing import Standards
from crm_core.insight.moves import (
    LOST,
    Fate,
    Move,
    clock_of,
    left,
    order_of,
    stood_then,
    was_there,
)
from crm_core.insight.response import response_hours
from crm_core.model.query import All, Condition, Op, Query, Sort, Test
from crm_core.model.query import Any as AnyOf
from crm_core.model.schema import Label
from crm_core.model.values import Record
from crm_core.permissions import Actor, visible
from crm_core.rules.stage_plan import STAGED
from crm_core.store.changes.reads import Reads
from crm_core.store.measures import stage_history
from crm_core.store.measures.moves import moves
from crm_core.store.reading import records
from crm_core.store.reading.conditions import compile_condition
from crm_core.store.schema.expressions import living

PERIOD_DAYS = 30
MOST_NAMED = 300
"""Records a door names one by one."""


@dataclass(frozen=True, slots=True)
class _Sight:
    """One consistent state, as one person sees it at one moment."""

    connection: Connection
    reads: Reads
    actor: Actor
    now: datetime
    stages: Standards
    """In force now: a brief speaks of what is to be done today."""

    def before(self, hours: float) -> str:
        """That many hours ago."""
        return iso_moment(self.now - timedelta(hours=hours))

    def scope(self, entity: str) -> Condition:
        """Which records of an entity exist for the person."""
        return visible(self.actor, self.reads.registry.entity(entity))

    def count(self, entity: str, where: Condition) -> int:
        """How many of those meet a condition."""
        seen = Query(entity, All((self.scope(entity), where)))
        return records.count(self.connection, self.reads.tables, seen, self.now)

    def columns(self, query: Query, *names: str) -> list[Record]:
        """Some columns of the answer."""
        table = self.reads.tables.of(query.entity)
        where = All((self.scope(query.entity), query.where))
        statement = select(*(table.c[name] for name in names)).where(
            living(table), compile_condition(where, table, self.now)
        )
        return [dict(row._mapping) for row in self.connection.execute(statement)]

    def named(self, entity: str, stage: str) -> Label:
        """What a stage is called."""
        spec = self.reads.registry.entity(entity).field_spec("stage")
        found = next((one.label for one in spec.choices if one.code == stage), None)
        return found or Label(stage, stage)


def read_facts(reads: Reads, actor: Actor, now: datetime, *, viewer_name: str = "") -> Facts:
    """Everything for a brief at this moment, from one state."""

    def read(connection: Connection) -> Facts:
        stages = stage_history.published(connection, reads.tables).at(_millis(now))
        return _facts(_Sight(connection, reads, actor, now, stages), viewer_name)

    return reads.read(read)


def _facts(sight: _Sight, viewer_name: str) -> Facts:
    longest = max(sight.stages.hours.values(), default=0)
    back = _millis(sight.now - timedelta(days=2 * PERIOD_DAYS, hours=longest))
    found = {
        entity: moves(
            sight.connection, sight.reads.tables, entity, sight.scope(entity), since=back,
            lately=_millis(sight.now - timedelta(days=PERIOD_DAYS)), stages=sight.stages,
        )
        for entity in STAGED
    }  # fmt: skip
    steps = [step for entity in STAGED for step in _steps(sight, entity, found[entity].every)]
    return Facts(
        day=sight.now.astimezone(CHINA).date().isoformat(),
        as_of=iso_moment(sight.now),
        viewer=sight.actor.user_id,
        viewer_name=viewer_name,
        stages=tuple(
            _load(sight, stage, found["lead"].every)
            for stage in order_of(sight.stages, "lead")[:-1]
        ),
        response=_response(sight),
        steps=tuple(steps),
        help=_help(sight),
        period_days=PERIOD_DAYS,
        guessed=sum(one.guessed for one in found.values()),
        unknown=sum(one.unknown for one in found.values()),
    )


def _load(sight: _Sight, stage: str, went: Sequence[Move]) -> StageLoad:
    """Now by SQL; a day ago from those that stand here still and those that left since."""
    hours = clock_of(sight.stages, "lead", stage)
    limit = sight.before(hours)
    over = facts.in_stage_over(stage, limit)
    day_before, then = _millis(sight.now - timedelta(days=1)), sight.before(24)
    in_stage = Test("stage", Op.EQ, stage)
    here_then = All((in_stage, Test("stage_since", Op.LE, then)))
    over_then = facts.in_stage_over(stage, sight.before(24 + hours))
    return StageLoad(
        stage, sight.named("lead", stage),
        waiting=sight.count("lead", in_stage),
        overdue=sight.count("lead", over),
        waiting_before=sight.count("lead", here_then) + was_there(went, stage, day_before),
        overdue_before=sight.count("lead", over_then) + stood_then(went, stage, day_before, hours),
        query=Query("lead", over, (Sort("assigned_at"),)),
    )  # fmt: skip


def _response(sight: _Sight) -> Response:
    query = answered_between(sight.before(24), iso_moment(sight.now))
    by_owner: dict[str, list[float]] = defaultdict(list)
    every: list[float] = []
    names = ("owner", "assigned_at", "received_at", "first_response_at")
    for one in sight.columns(query, *names):
        if (hours := response_hours(one)) is not None:
            every.append(hours)
            by_owner[str(one.get("owner") or "")].append(hours)
    before = [
        hours for one in sight.columns(answered_between(sight.before(48), sight.before(24)), *names)
        if (hours := response_hours(one)) is not None
    ]  # fmt: skip
    people = records.titles(
        sight.connection, sight.reads.tables, "user", "name", [p for p in by_owner if p]
    )
    ranked = [
        Answered(person, people.get(person) or "—", median(hours), len(hours))
        for person, hours in by_owner.items() if person
    ]  # fmt: skip
    ranked.sort(key=lambda one: (one.hours, -one.count, one.name, one.person))
    return Response(
        tuple(ranked), median(every) if every else None, len(every),
        median(before) if before else None, sight.actor.user_id, query,
    )  # fmt: skip


def _steps(sight: _Sight, entity: str, went: Sequence[Move]) -> list[Step]:
    order, now = order_of(sight.stages, entity), _millis(sight.now)
    period = PERIOD_DAYS * 24 * 3_600_000
    gone, gone_before = (
        left(went, order, now - period, now + 1), left(went, order, now - 2 * period, now - period)
    )  # fmt: skip
    found: list[Step] = []
    for stage, following in pairwise(order):
        hours = clock_of(sight.stages, entity, stage)
        stands = Test("stage", Op.EQ, stage)
        stuck = All((stands, Test("stage_since", Op.LT, sight.before(hours))))
        then = All((stands, Test("stage_since", Op.LT, sight.before(hours + PERIOD_DAYS * 24))))
        stuck_then = sight.count(entity, then) + stood_then(went, stage, now - period, hours)
        lost = [m.record for m in went if m.before == stage and m.after == LOST
                and m.at >= now - period]  # fmt: skip
        where = AnyOf((stuck, Test("id", Op.IN, tuple(sorted(set(lost))[:MOST_NAMED]))))
        a, b = gone[stage], gone_before[stage]
        found.append(
            Step(
                entity, stage, sight.named(entity, stage), sight.named(entity, following),
                Fate(a.passed, a.lost, sight.count(entity, stuck)),
                Fate(b.passed, b.lost, stuck_then),
                Query(entity, where, (Sort("stage_since"),)),
            )
        )  # fmt: skip
    return found


def _help(sight: _Sight) -> Help:
    """Full weeks from Monday to Sunday in China, the newest first."""
    here = sight.now.astimezone(CHINA)
    monday = (here - timedelta(days=here.weekday())).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    weeks: list[HelpWeek] = []
    late: list[tuple[str, str]] = []
    for back in range(facts.HELP_WEEKS):
        start, end = (iso_moment(monday - timedelta(weeks=n)) for n in (back + 1, back))
        due = sight.columns(facts.help_tasks(start, end), "id", "due_at", "done_at", "state")
        behind = [one for one in due if _late(one)]
        weeks.append(HelpWeek(len(due), len(behind)))
        late += [(str(one["due_at"]), str(one["id"])) for one in behind]
    cases = tuple(task for _, task in sorted(late, reverse=True)[: facts.HELP_CASES])
    named = tuple(sorted(task for _, task in late)[:MOST_NAMED])
    late_query = Query("task", Test("id", Op.IN, named), (Sort("due_at", descending=True),))
    articles = facts.guides()
    return Help(tuple(weeks), cases, late_query, articles, sight.count("article", articles.where))


def _late(task: Record) -> bool:
    """Done after it was due, or not done although it was."""
    done, due = task.get("done_at"), str(task.get("due_at"))
    return task.get("state") != "done" if not done else str(done) > due


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
