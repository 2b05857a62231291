"""Reads the quarterly value report over what one person may see: a quarter and the one before."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, case, func, select

from crm_core.clock import CHINA, iso_moment
from crm_core.insight.catalogue import MEASURES
from crm_core.insight.declared import Better, Period, Question, Shape, Value
from crm_core.insight.value_report import (
    MINUTES_A_USE,
    TABLE,
    Campaign,
    Cared,
    Line,
    Side,
    campaign_line,
    churn_line,
    nps_of,
    reuse_line,
)
from crm_core.model.query import All, Condition, Not, Op, Query, Sort, Test
from crm_core.model.query import Any as AnyOf
from crm_core.model.schema import Kind, Label
from crm_core.permissions import Actor, visible
from crm_core.store.changes.reads import Reads
from crm_core.store.measures.measuring import answers
from crm_core.store.reading.conditions import compile_condition
from crm_core.store.schema.expressions import living

_REMINDERS = ("reminder", "promise")


@dataclass(frozen=True, slots=True)
class ValueReport:
    """Both periods and the lines."""

    before: Period
    after: Period
    lines: tuple[Line, ...]
    provisional: bool


@dataclass(frozen=True, slots=True)
class _Sight:
    """One consistent state as one person sees it."""

    connection: Connection
    reads: Reads
    actor: Actor
    now: datetime

    def where(self, entity: str, condition: Condition) -> Condition:
        """The condition among what the person sees."""
        return All((visible(self.actor, self.reads.registry.entity(entity)), condition))

    def count(self, query: Query) -> int:
        """How many records answer."""
        table = self.reads.tables.of(query.entity)
        where = compile_condition(self.where(query.entity, query.where), table, self.now)
        asked = select(func.count()).select_from(table).where(living(table), where)
        return self.connection.scalar(asked) or 0


def read_report(reads: Reads, actor: Actor, now: datetime, after: Period) -> ValueReport:
    """The report of a quarter; `after` is that quarter."""
    before = _quarter_before(after)
    scope = {one.name: visible(actor, one) for one in reads.registry}
    names = (*TABLE, "nps")
    wanted = [Question(name, period) for name in names for period in (before, after)]
    found = answers(reads, wanted, now, scope)
    lines = [
        _measured(name, found[2 * place].of(), found[2 * place + 1].of())
        for place, name in enumerate(names)
    ]
    rated = lines.pop()
    lines += reads.read(lambda c: _recorded(_Sight(c, reads, actor, now), before, after))
    # Ratings know when they were given; a number on the customer only knows how it stands.
    known = rated.before.value is not None or rated.after.value is not None
    lines.append(rated if known else reads.read(lambda c: _nps(_Sight(c, reads, actor, now))))
    provisional = any(answer.provisional for answer in found)
    return ValueReport(before, after, tuple(lines), provisional)


def _quarter_before(after: Period) -> Period:
    last = after.start.astimezone(CHINA)
    month, year = (last.month - 3, last.year) if last.month > 3 else (10, last.year - 1)
    begin = last.replace(year=year, month=month)
    return Period(begin.astimezone(after.start.tzinfo), after.start)


def _measured(name: str, before: Value | None, after: Value | None) -> Line:
    measure = MEASURES[name]
    # Only of a share do its sums say something; of the others, how many there were.
    spread = measure.shape is not Shape.SHARE
    return Line(
        name, measure.label, measure.unit, _side(before, spread), _side(after, spread),
        low_is_good=measure.better is Better.LOW, digits=measure.digits,
        note=measure.formula if measure.shape is Shape.SHARE else measure.definition,
    )  # fmt: skip


def _side(value: Value | None, spread: bool) -> Side:
    if value is None:
        return Side(None)
    if spread:
        return Side(value.value, count=value.count)
    return Side(value.value, value.numerator, value.denominator, value.count)


def _recorded(sight: _Sight, before: Period, after: Period) -> list[Line]:
    policy = sight.reads.record("policy", "policy") or {}
    minutes = policy.get("reuse_minutes")
    each = minutes if isinstance(minutes, int) else MINUTES_A_USE
    uses = [sight.count(Query("usage", _within("used_at", one))) for one in (before, after)]
    return [
        churn_line(_cared(sight, before), _cared(sight, after)),
        reuse_line(uses[0], uses[1], each),
        campaign_line(_campaigns(sight, before), _campaigns(sight, after)),
    ]


def _within(field: str, period: Period) -> Condition:
    return All((Test(field, Op.GE, iso_moment(period.start)),
                Test(field, Op.LT, iso_moment(period.end))))  # fmt: skip


def _cared(sight: _Sight, period: Period) -> Cared:
    """By customers: one whose reminders were all left undone counts as undone."""
    tables = sight.reads.tables
    task, customer = tables.of("task"), tables.of("customer")
    among = All((
        _within("due_at", period), Not(Test("customer", Op.EQ, None)),
        AnyOf(tuple(Test("kind", Op.EQ, kind) for kind in _REMINDERS)),
    ))  # fmt: skip
    where = compile_condition(sight.where("task", among), task, sight.now)
    seen = compile_condition(sight.where("customer", All()), customer, sight.now)
    rows = sight.connection.execute(
        select(
            customer.c.id, customer.c.state, func.max(case((task.c.state == "done", 1), else_=0))
        )
        .select_from(task.join(customer, task.c.customer == customer.c.id))
        .where(living(task), living(customer), where, seen)
        .group_by(customer.c.id, customer.c.state)
    ).all()
    done = [state for _, state, did in rows if did]
    undone = [state for _, state, did in rows if not did]
    return Cared(len(done), done.count("lost"), len(undone), undone.count("lost"))


def _campaigns(sight: _Sight, period: Period) -> tuple[Campaign, ...]:
    """Channel costs of the period named like a tag that customers carry."""
    found: list[Campaign] = []
    costs = sight.reads.find(Query("channel_cost", _days("starts_on", period), (Sort("source"),)))
    by_name: dict[str, int] = {}
    for one in costs:
        amount = one.get("amount")
        name = str(one.get("source"))
        by_name[name] = by_name.get(name, 0) + (amount if isinstance(amount, int) else 0)
    for name, cost in by_name.items():
        tagged = Query("customer", Test("tags", Op.HAS, name))
        if sight.count(tagged):
            found.append(Campaign(name, cost, _revenue(sight, name, period)))
    return tuple(found)


def _revenue(sight: _Sight, tag: str, period: Period) -> int:
    tables = sight.reads.tables
    deal, customer = tables.of("opportunity"), tables.of("customer")
    won = All((Test("stage", Op.EQ, "won"), _within("stage_since", period)))
    where = compile_condition(sight.where("opportunity", won), deal, sight.now)
    carries = compile_condition(Test("tags", Op.HAS, tag), customer, sight.now)
    total = sight.connection.scalar(
        select(func.sum(deal.c.amount))
        .select_from(deal.join(customer, deal.c.customer == customer.c.id))
        .where(living(deal), living(customer), where, carries)
    )
    return int(total or 0)


def _days(field: str, period: Period) -> Condition:
    first, last = (one.astimezone(CHINA).date() for one in (period.start, period.end))
    return All((Test(field, Op.GE, first.isoformat()), Test(field, Op.LT, last.isoformat())))


def _nps(sight: _Sight) -> Line:
    """As it stands: an imported field of customers called NPS (row 6.28)."""
    label, unit = Label("客户推荐值 NPS（当前）", "NPS, as it stands"), Label("分", "points")
    spec = next(
        (one for one in sight.reads.registry.entity("customer").fields
         if one.kind is Kind.INTEGER and "nps" in f"{one.name} {one.label.zh}".lower()),
        None,
    )  # fmt: skip
    if spec is None:
        note = Label(
            "没有记录：在“更多 · 客户评分”里记下或导入 0–10 分，就会在这里与旅程压缩比对照。",
            "Not recorded: write ratings of 0 to 10 down, or import them, under More, Customer "
            "ratings; they are then shown beside the compression of journeys.",
        )
        return Line("nps", label, unit, Side(None), Side(None), digits=0, note=note)
    table = sight.reads.tables.of("customer")
    where = compile_condition(sight.where("customer", All()), table, sight.now)
    column = table.c[spec.name]
    rows = sight.connection.scalars(select(column).where(living(table), where, column.is_not(None)))
    note = Label(
        "（9–10 分 − 0–6 分）÷ 全部评分；只有当前值，没有上季的。",
        "(9 and 10 − 0 to 6) ÷ all scores; only the present is known.",
    )
    now = nps_of([int(score) for score in rows])
    return replace(Line("nps", label, unit, Side(None), now, digits=0), note=note)
