"""The pipeline as columns of cards, read page by page: never every record at once (row 4.2).

Counts and sums are of all records of a column, worked out in SQL; cards, what they lack and their
next step are read for those shown only.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from crm_core.clock import CHINA, iso_moment, parse_moment
from crm_core.insight.health import pace
from crm_core.model.query import EVERYTHING, All, Condition, Not, Op, Query, Sort, Test
from crm_core.model.values import Record
from crm_core.permissions import Access, access, visible
from crm_core.rules.gates import Missing, anchor_of, is_closed
from crm_core.rules.stage_plan import Stage, StagePlan
from crm_core.store.ruling.stage_gates import Gates, hours_in
from desktop.services.rules.stage_gates import gates_over
from desktop.services.workspace import Workspace

PAGE = 60
"""Cards of a column read at a time."""
PERIODS = ("any", "month", "quarter", "late")
ENTITIES = ("opportunity", "lead")
_MOST_OWNERS = 30


@dataclass(frozen=True, slots=True)
class Narrow:
    """Which records are shown."""

    owner: str = ""
    """A user's id; empty for everybody's."""
    team: str = ""
    """A team's id: of its people."""
    period: str = "any"
    """Of deals the expected close, of leads when they were received; `late`: close is over."""


@dataclass(frozen=True, slots=True)
class Card:
    """One record as it stands on the board."""

    id: str
    title: str
    customer: str
    owner: str
    amount: int | None
    """Fen; None where there is none or the role may not see it."""
    days: int | None
    """In this stage."""
    hours: int | None
    next_step: str
    next_due: datetime | None
    """Of the next open task, aware."""
    lacking: tuple[Missing, ...]
    tone: str
    record: Record


@dataclass(frozen=True, slots=True)
class Column:
    """One stage."""

    stage: Stage
    """A retired one only where records still stand in it."""
    count: int
    total: int | None
    """Fen, of all its records; None where amounts are not shown."""
    cards: tuple[Card, ...]

    @property
    def more(self) -> bool:
        """Whether there are cards that were not read."""
        return len(self.cards) < self.count


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who owns records on the board."""

    id: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Everything the page shows."""

    entity: str
    columns: tuple[Column, ...]
    owners: tuple[Person, ...]
    """Those with most records first."""
    teams: tuple[tuple[str, str], ...]
    """(id, name)."""
    plan: StagePlan


def read_pipeline(
    workspace: Workspace, entity: str, narrow: Narrow, pages: Mapping[str, int]
) -> Pipeline:
    """Meant for the database thread. `pages` says by stage how many pages are wanted (else 1)."""
    replica, now = workspace.replica, workspace.clock.now()
    spec = replica.registry.entity(entity)
    seen = visible(workspace.actor, spec)
    where = All((seen, _narrowed(workspace, entity, narrow, now)))
    amount = _amount_of(workspace, entity)
    totals = replica.totals(Query(entity, where), by="stage", adding=amount)
    gates = gates_over(workspace)
    stages = _stages(gates.plan, entity, totals)
    found: dict[str, list[Record]] = {}
    for stage in stages:
        one = All((Test("stage", Op.EQ, stage.code), where))
        limit = PAGE * pages.get(stage.code, 1)
        known = totals.get(stage.code)
        rows = replica.find(Query(entity, one, _order(entity, amount), limit)) if known else []
        found[stage.code] = list(rows)
    cards = _Cards(workspace, entity, amount, gates).of([r for rs in found.values() for r in rs])
    columns = []
    for stage in stages:
        known = totals.get(stage.code)
        columns.append(
            Column(
                stage=stage,
                count=known.count if known else 0,
                total=(known.sum if known else 0) if amount else None,
                cards=tuple(cards[str(r["id"])] for r in found[stage.code]),
            )
        )
    teams = replica.find(Query("team", sort=(Sort("name"),)))
    return Pipeline(
        entity=entity,
        columns=tuple(columns),
        owners=_owners(workspace, Query(entity, seen)),
        teams=tuple((str(t["id"]), str(t.get("name") or "")) for t in teams),
        plan=gates.plan,
    )


def _stages(plan: StagePlan, entity: str, held: Collection[str]) -> list[Stage]:
    """Those in use, and behind them those that are gone and still hold records."""
    used = set(plan.codes(entity))
    return [*plan.stages(entity), *(plan.named(entity, one) for one in sorted(set(held) - used))]


def period_bounds(period: str, today: date) -> tuple[date, date] | None:
    """First day, and first day after, of this month or quarter."""
    if period not in ("month", "quarter"):
        return None
    months = 1 if period == "month" else 3
    first = date(today.year, today.month - (today.month - 1) % months, 1)
    later = first.month - 1 + months
    return first, date(first.year + later // 12, later % 12 + 1, 1)


def _narrowed(workspace: Workspace, entity: str, narrow: Narrow, now: datetime) -> Condition:
    parts: list[Condition] = []
    if narrow.owner:
        parts.append(Test("owner", Op.EQ, narrow.owner))
    if narrow.team:
        people = workspace.replica.find(Query("user", Test("team", Op.EQ, narrow.team)))
        parts.append(Test("owner", Op.IN, tuple(str(p["id"]) for p in people)))
    parts.append(_in_period(entity, narrow.period, now))
    return All(tuple(parts))


def _in_period(entity: str, period: str, now: datetime) -> Condition:
    today = now.astimezone(CHINA).date()
    if period == "late" and entity == "opportunity":
        over = (Test("close_on", Op.LT, today.isoformat()), Test("stage", Op.NE, "won"))
        return All((*over, Test("stage", Op.NE, "lost")))
    bounds = period_bounds(period, today)
    if bounds is None:
        return EVERYTHING
    name, (low, high) = "close_on", (day.isoformat() for day in bounds)
    if entity == "lead":
        name, (low, high) = "received_at", (iso_moment(_midnight(day)) for day in bounds)
    return All((Test(name, Op.GE, low), Test(name, Op.LT, high)))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=CHINA)


def _order(entity: str, amount: str) -> tuple[Sort, ...]:
    if entity == "lead":
        return (Sort("received_at", descending=True),)
    return (Sort(amount or "close_on", descending=True),)


def _amount_of(workspace: Workspace, entity: str) -> str:
    """The field that is summed, or empty where the role may not read it."""
    name = "amount" if entity == "opportunity" else "budget"
    spec = workspace.replica.registry.entity(entity)
    shown = access(workspace.actor, spec, spec.field_spec(name)) >= Access.READ
    return name if shown else ""


def _owners(workspace: Workspace, query: Query) -> tuple[Person, ...]:
    counted = workspace.replica.totals(query, by="owner")
    counted.pop("", None)
    most = sorted(counted, key=lambda one: -counted[one].count)[:_MOST_OWNERS]
    names = workspace.replica.titles("user", most)
    return tuple(Person(one, names.get(one, one), counted[one].count) for one in most)


@dataclass(frozen=True, slots=True)
class _Cards:
    """Makes cards of records, asking for everything they show in a few questions."""

    workspace: Workspace
    entity: str
    amount: str
    gates: Gates

    def of(self, records: Sequence[Record]) -> dict[str, Card]:
        replica = self.workspace.replica
        open_ones = [r for r in records if not is_closed(str(r.get("stage")))]
        lacking = self.gates.lacking_for(self.entity, open_ones)
        tasks = self._tasks(open_ones)
        customers = replica.titles("customer", _named(records, "customer"))
        owners = replica.titles("user", _named(records, "owner"))
        cards = {}
        for record in records:
            is_open = not is_closed(str(record.get("stage")))
            task = tasks.get(anchor_of(self.entity, record)[1]) if is_open else None
            made = self._card(record, task)
            cards[made.id] = replace(
                made,
                customer=customers.get(str(record.get("customer")), ""),
                owner=owners.get(str(record.get("owner")), ""),
                lacking=lacking.get(made.id, ()),
            )
        return cards

    def _card(self, record: Record, task: Record | None) -> Card:
        code, due = str(record.get("stage")), task.get("due_at") if task else None
        moment = parse_moment(str(due)) if due else None
        hours = hours_in(record, self.gates.now)
        stage = self.gates.plan.named(self.entity, code)
        amount = record.get(self.amount) if self.amount else None
        late = moment is not None and moment < self.gates.now
        return Card(
            id=str(record["id"]),
            title=str(record.get("name") or ""),
            customer="",
            owner="",
            amount=amount if isinstance(amount, int) else None,
            days=None if hours is None else hours // 24,
            hours=hours,
            next_step=str(task.get("title") or "") if task else "",
            next_due=moment,
            lacking=(),
            tone="neutral"
            if is_closed(code)
            else pace(hours, stage.standard_hours or None, overdue=late),
            record=record,
        )

    def _tasks(self, records: Sequence[Record]) -> dict[str, Record]:
        """By anchor the open task that is due first."""
        link = "lead" if self.entity == "lead" else "customer"
        anchors = sorted({anchor_of(self.entity, r)[1] for r in records} - {""})
        found: dict[str, Record] = {}
        for start in range(0, len(anchors), 400):
            among = Test(link, Op.IN, tuple(anchors[start : start + 400]))
            dated = Not(Test("due_at", Op.EQ, None))
            where = All((among, Test("state", Op.EQ, "open"), dated))
            for task in self.workspace.replica.find(Query("task", where, (Sort("due_at"),))):
                found.setdefault(str(task[link]), task)
        return found


def _named(records: Sequence[Record], name: str) -> set[str]:
    return {str(record[name]) for record in records if record.get(name)}
