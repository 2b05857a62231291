"""Each measure of the first dashboard as data: words, unit, which records, how they become values.

A value never travels without the query that opens its records (design promise 6), and recomputing
from those records gives the same value.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from crm_core.clock import iso_moment, parse_moment
from crm_core.model.query import Ago, All, Condition, Not, Op, Query, Sort, Test
from crm_core.model.query import Any as AnyOf
from crm_core.model.schema import Label
from crm_core.model.values import Record

OVERDUE_HOURS = 48.0
"""Row 2.8: a lead nobody has answered for more than 48 hours is overdue."""

GOLDEN_HOURS = 4.0
"""Row 2.17."""

OPEN_STAGES = ("captured", "touched", "need", "proposal", "objection", "trial")

STALE_HOURS: Mapping[str, float] = {
    "touched": 72.0,
    "need": 120.0,
    "proposal": 168.0,
    "objection": 168.0,
    "trial": 336.0,
}
"""Our documented defaults for "too long in this stage" (decision 7 in the feature list)."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One number per group. `reduce` gets the group's records and answers None for "no data"."""

    name: str
    label: Label
    definition: Label
    unit: Label
    entity: str
    where: Condition
    group_by: str
    reduce: Callable[[Sequence[Record]], float | None]
    order: tuple[Sort, ...]
    red_above: float | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One value with the query behind it."""

    measure: str
    group: str
    value: float | None
    count: int
    """How many records the value was made of."""
    red: bool
    query: Query


def response_hours(lead: Record) -> float | None:
    """Hours from assignment (else receipt) to first response; None while there is none.

    A response dated before its assignment (a clock set wrong) counts as immediate.
    """
    start, end = lead.get("assigned_at") or lead.get("received_at"), lead.get("first_response_at")
    if not isinstance(start, str) or not isinstance(end, str):
        return None
    return max(0.0, (parse_moment(end) - parse_moment(start)).total_seconds() / 3600)


def _count(records: Sequence[Record]) -> float:
    return float(len(records))


def _median_response(records: Sequence[Record]) -> float | None:
    hours = [h for h in map(response_hours, records) if h is not None]
    return median(hours) if hours else None


def overdue_condition() -> Condition:
    """Leads past their clock: untouched for over 48 h (strictly), see row 2.8's test vectors."""
    return All(
        (
            Test("stage", Op.EQ, "captured"),
            Test("first_response_at", Op.EQ, None),
            Test("assigned_at", Op.LT, Ago(OVERDUE_HOURS)),
        )
    )


def waiting_too_long(stage: str) -> Condition:
    """Leads of one stage past that stage's clock; for 线索获取 the clock is row 2.8's."""
    if stage == "captured":
        return overdue_condition()
    return All(
        (
            Test("stage", Op.EQ, stage),
            Test("stage_since", Op.LT, Ago(STALE_HOURS[stage])),
        )
    )


def visits_per_rep(days: int) -> Measure:
    """How many visits each rep made in the last `days` days."""
    return Measure(
        name="visits",
        label=Label(f"近 {days} 天拜访", f"Visits, last {days} days"),
        definition=Label(
            f"开始时间在最近 {days} 天内的拜访数，按负责人分组。",
            f"Visits started within the last {days} days, by owner.",
        ),
        unit=Label("次", "visits"),
        entity="visit",
        where=All(
            (
                Test("started_at", Op.GE, Ago(24 * days)),
                Test("started_at", Op.LE, Ago(0)),
            )
        ),
        group_by="owner",
        reduce=_count,
        order=(Sort("started_at", descending=True),),
    )


def first_response_per_rep(days: int) -> Measure:
    """Median hours from assignment to first response, leads assigned in the last `days` days."""
    return Measure(
        name="first_response",
        label=Label("首次响应时间（中位数）", "First response (median)"),
        definition=Label(
            f"最近 {days} 天内分配、已响应的线索，从分配到首次跟进或拜访的小时数的中位数。"
            "超过 4 小时标红（黄金四小时）。",
            f"Median hours from assignment to the first follow-up or visit, for answered leads "
            f"assigned in the last {days} days. Red above 4 hours.",
        ),
        unit=Label("小时", "h"),
        entity="lead",
        where=All(
            (
                Test("assigned_at", Op.GE, Ago(24 * days)),
                Not(Test("first_response_at", Op.EQ, None)),
            )
        ),
        group_by="owner",
        reduce=_median_response,
        order=(Sort("assigned_at", descending=True),),
        red_above=GOLDEN_HOURS,
    )


def golden_share(days: int) -> Measure:
    """Share of leads answered within four hours of assignment (row 2.17), in percent."""
    return Measure(
        name="golden_share",
        label=Label("黄金四小时达成率", "Answered within 4 h"),
        definition=Label(
            f"最近 {days} 天内分配的线索中，4 小时内有首次跟进或拜访的比例；未响应的也算在分母里。",
            f"Share of leads assigned in the last {days} days that had a first follow-up or visit "
            "within 4 hours; unanswered ones count in the denominator.",
        ),
        unit=Label("%", "%"),
        entity="lead",
        where=All(
            (
                Test("assigned_at", Op.GE, Ago(24 * days)),
                Test("assigned_at", Op.LE, Ago(0)),
            )
        ),
        group_by="owner",
        reduce=_golden,
        order=(Sort("assigned_at", descending=True),),
    )


def _golden(records: Sequence[Record]) -> float | None:
    if not records:
        return None
    quick = [r for r in records if (h := response_hours(r)) is not None and h <= GOLDEN_HOURS]
    return 100 * len(quick) / len(records)


def overdue_leads() -> Measure:
    """All leads past the clock of the stage they are in."""
    return Measure(
        name="overdue",
        label=Label("超时线索", "Overdue leads"),
        definition=Label(
            "各阶段超过时限的线索合计；每个阶段的时限见下图。",
            "Leads past the clock of their stage; each stage's clock is in the chart below.",
        ),
        unit=Label("条", "leads"),
        entity="lead",
        where=AnyOf(tuple(waiting_too_long(stage) for stage in OPEN_STAGES)),
        group_by="stage",
        reduce=_count,
        order=(Sort("assigned_at"),),
        red_above=0,
    )


def overdue_by_stage(stage: str) -> Measure:
    """How many leads of one stage are past that stage's clock."""
    hours = OVERDUE_HOURS if stage == "captured" else STALE_HOURS[stage]
    return Measure(
        name=f"overdue_{stage}",
        label=Label("超时线索", "Overdue leads"),
        definition=Label(
            f"在该阶段已超过 {hours:g} 小时的线索数；“线索获取”阶段指分配后 48 小时仍无人跟进。",
            f"Leads past this stage's clock of {hours:g} hours; for “Captured”, leads nobody has "
            "answered 48 hours after assignment.",
        ),
        unit=Label("条", "leads"),
        entity="lead",
        where=waiting_too_long(stage),
        group_by="stage",
        reduce=_count,
        order=(Sort("assigned_at"),),
        red_above=0,
    )


def cells(measure: Measure, records: Sequence[Record], *, groups: Sequence[str] = ()) -> list[Cell]:
    """The measure's value per group; `groups` are shown even when they have no records."""
    by_group: dict[str, list[Record]] = {group: [] for group in groups}
    for record in records:
        by_group.setdefault(str(record.get(measure.group_by) or ""), []).append(record)
    return [_cell(measure, group, members) for group, members in by_group.items()]


def whole(measure: Measure, records: Sequence[Record]) -> Cell:
    """The measure over all its records, ungrouped."""
    query = Query(measure.entity, measure.where, measure.order)
    return _valued(measure, "", records, query)


def _cell(measure: Measure, group: str, members: Sequence[Record]) -> Cell:
    test = Test(measure.group_by, Op.EQ, group or None)
    query = Query(measure.entity, All((measure.where, test)), measure.order)
    return _valued(measure, group, members, query)


def _valued(measure: Measure, group: str, members: Sequence[Record], query: Query) -> Cell:
    value = measure.reduce(members)
    red = measure.red_above is not None and value is not None and value > measure.red_above
    return Cell(measure.name, group, value, len(members), red, query)


def total_measures(days: int) -> tuple[Measure, ...]:
    """The four numbers at the head of the board."""
    return visits_per_rep(days), first_response_per_rep(days), golden_share(days), overdue_leads()


@dataclass(frozen=True, slots=True)
class Board:
    """The first dashboard: visits and first response per rep, overdue leads by stage."""

    totals: tuple[Cell, ...]
    """Visits, median first response, golden-hours share, overdue leads: of everyone."""
    visits: tuple[Cell, ...]
    first_response: tuple[Cell, ...]
    overdue: tuple[Cell, ...]
    as_of: str
    days: int


def team_board(
    find: Callable[[Query], Sequence[Record]],
    *,
    now: datetime,
    people: Sequence[str],
    days: int = 30,
) -> Board:
    """Compute the board from whatever `find` may see; `people` are the reps always listed."""

    def compute(measure: Measure, groups: Sequence[str]) -> tuple[Cell, ...]:
        records = find(Query(measure.entity, measure.where, measure.order))
        return tuple(cells(measure, records, groups=groups))

    def total(measure: Measure) -> Cell:
        return whole(measure, find(Query(measure.entity, measure.where, measure.order)))

    return Board(
        totals=tuple(map(total, total_measures(days))),
        visits=compute(visits_per_rep(days), people),
        first_response=compute(first_response_per_rep(days), people),
        overdue=tuple(
            cell for stage in OPEN_STAGES for cell in compute(overdue_by_stage(stage), (stage,))
        ),
        as_of=iso_moment(now),
        days=days,
    )
