"""The measures of answering: how soon a lead is met, what waits, what has waited too long."""

from crm_core.insight.declared import (
    Better,
    Counting,
    Fact,
    Group,
    Measure,
    Shape,
    Threshold,
)
from crm_core.insight.framing import HOUR
from crm_core.model.query import EVERYTHING, All, Condition, Not, Op, Test
from crm_core.model.query import Any as AnyOf
from crm_core.model.schema import Label

LEADS = frozenset(
    {Group.OWNER, Group.TEAM, Group.SOURCE, Group.INDUSTRY, Group.CITY, Group.GRADE, Group.STAGE}
)
OVER_TIME = LEADS | {Group.DAY, Group.WEEK, Group.MONTH}
HOURS, PERCENT, LEADS_UNIT = Label("小时", "h"), Label("%", "%"), Label("条", "leads")


def answered_within(column: str, hours: int, since: str = "assigned") -> Counting:
    """Leads answered within so many hours, of those that were or had the time to be."""
    quick: Condition = All((Not(Test(column, Op.EQ, None)), Test(column, Op.LE, hours * HOUR)))
    decided = AnyOf((quick, Test(since, Op.LE, f"@now-{hours}h")))
    return Counting(among=decided, having=quick)


def lasting(
    *, id: str, label: Label, definition: Label, formula: Label, rows: tuple[str, ...], clock: str,
    took: str, suggestion: Label, among: Condition = EVERYTHING, limit: float | None = None,
    fact: Fact = Fact.JOURNEY, entity: str = "lead", groups: frozenset[Group] = OVER_TIME,
    unit: Label = HOURS, scale: float = 1.0,
) -> Measure:  # fmt: skip
    """A measure of how long something took: the column `took` of facts, in hours where nothing
    else is said; the less the better, red above `limit`."""
    return Measure(
        id=id, label=label, definition=definition, formula=formula, unit=unit, rows=rows,
        shape=Shape.DURATION, fact=fact, entity=entity, clock=clock,
        counting=Counting(among=among, numerator=took), threshold=Threshold(above=limit),
        better=Better.LOW, suggestion=suggestion, groups=groups, scale=scale,
    )  # fmt: skip


FIRST_RESPONSE = lasting(
    id="first_response",
    label=Label("首次响应时间", "First response"),
    definition=Label(
        "期间内分配、已有首次跟进或拜访的线索，从分配到首次跟进的时长。主值为中位数，旁列均值和九成线。",
        "Leads assigned in the period that were answered: time from assignment to the first "
        "follow-up or visit. The value is the median, with mean and 90th percentile beside it.",
    ),
    formula=Label("首次跟进时间 − 分配时间", "first follow-up − assignment"),
    rows=("2.17", "6.16"),
    clock="assigned",
    took="wait",
    limit=4.0,
    suggestion=Label(
        "先看今天还没人联系的线索，逐条指定负责人，并在 30 分钟内打第一通电话。",
        "Open today's unanswered leads, name who takes each, and call within 30 minutes.",
    ),
)

GOLDEN_HOURS = Measure(
    id="golden_hours",
    label=Label("黄金四小时响应率", "Answered within 4 h"),
    definition=Label(
        "期间内分配的线索中，4 小时内有首次跟进或拜访的比例。分配不足 4 小时且尚未响应的不计。",
        "Share of leads assigned in the period that were answered within 4 hours. Leads younger "
        "than that and still unanswered are left out.",
    ),
    formula=Label("4 小时内响应 ÷ 已满 4 小时或已响应 × 100", "answered in 4 h ÷ decided × 100"),
    unit=PERCENT,
    shape=Shape.SHARE,
    rows=("2.17",),
    fact=Fact.JOURNEY,
    entity="lead",
    clock="assigned",
    counting=answered_within("wait", 4),
    threshold=Threshold(below=80.0),
    suggestion=Label(
        "把没达成的线索按来源和时段看一遍，给高峰时段加人或改派。",
        "Look at the missed ones by source and hour; add people at the peak or route elsewhere.",
    ),
    groups=OVER_TIME,
)

BACKLOG = Measure(
    id="backlog",
    label=Label("未跟进积压", "Backlog"),
    definition=Label(
        "已分配、未结束、还没有任何跟进的线索数。一人达到 5 条即为超载。",
        "Open leads that were assigned and never answered. Five or more of one person is too much.",
    ),
    formula=Label("未跟进线索条数", "number of unanswered leads"),
    unit=LEADS_UNIT,
    shape=Shape.COUNT,
    rows=("2.14", "6.16"),
    fact=Fact.JOURNEY,
    entity="lead",
    counting=Counting(
        among=All(
            (
                Test("assigned", Op.LT, "@at"),
                Test("responded", Op.GE, "@at"),
                Test("closed", Op.GE, "@at"),
            )
        )
    ),
    threshold=Threshold(above=5.0, strict=False),
    better=Better.LOW,
    suggestion=Label(
        "把超出的线索改派给手头较空的同事，或放回公共池。",
        "Hand the surplus to who has room, or back to the pool.",
    ),
    groups=LEADS,
    digits=0,
)

IN_STAGE = All(
    (Test("ended", Op.EQ, 0), Test("entered", Op.LT, "@at"), Test("until", Op.GE, "@at"))
)

OVERDUE = Measure(
    id="overdue",
    label=Label("超时线索", "Overdue leads"),
    definition=Label(
        "在当前阶段停留超过该阶段标准时长的线索数。标准按进入该阶段时生效的阶段规则；出厂为"
        "线索获取 48 小时，首次触达 72 小时，需求确认 120 小时，方案提供与异议处理 168 小时，"
        "试用体验 336 小时。没有标准的阶段不算超时。",
        "Leads that have been in their stage for longer than its standard, by the stage rules in "
        "force when they came into it; as shipped captured 48 h, first touch 72 h, need 120 h, "
        "proposal and objections 168 h, trial 336 h. A stage without a standard is never late.",
    ),
    formula=Label("停留时长 > 阶段标准的条数", "number with stay > standard"),
    unit=LEADS_UNIT,
    shape=Shape.COUNT,
    rows=("2.8", "6.16", "6.17"),
    fact=Fact.STAGE,
    entity="lead",
    counting=Counting(among=All((IN_STAGE, Test("over", Op.EQ, 1)))),
    # As of those nobody answered (row 2.14): more than one person catches up with in a day.
    threshold=Threshold(above=5.0, strict=False),
    better=Better.LOW,
    suggestion=Label(
        "从停得最久的开始，逐条确认下一步和日期；没有下一步的退回或放弃。",
        "Begin with the longest; agree on a next step and a date, or let the lead go.",
    ),
    groups=LEADS,
    digits=0,
)

OVERDUE_SHARE = Measure(
    id="overdue_share",
    label=Label("超时占比", "Overdue share"),
    definition=Label(
        "各阶段在办线索中，停留超过该阶段标准时长的占比。",
        "Of the leads open in a stage, the share that is past its standard.",
    ),
    formula=Label("超时条数 ÷ 在办条数 × 100", "overdue ÷ open × 100"),
    unit=PERCENT,
    shape=Shape.SHARE,
    rows=("6.17",),
    fact=Fact.STAGE,
    entity="lead",
    counting=Counting(among=IN_STAGE, having=Test("over", Op.EQ, 1)),
    threshold=Threshold(above=30.0),
    better=Better.LOW,
    suggestion=Label(
        "看占比最高的阶段缺什么资料或审批，先补上。",
        "See what the worst stage lacks, and provide that first.",
    ),
    groups=LEADS,
)

STAGE_DELAY = Measure(
    id="stage_delay",
    label=Label("阶段延迟系数", "Stage delay coefficient"),
    definition=Label(
        "期间内离开的阶段，加上尚未离开但已超过标准的阶段：实际停留相对标准时长多出的比例。"
        "标准按进入阶段时生效的阶段规则。严格大于 0.3 标红，正好 0.3 不红。",
        "Stages left in the period, and those not left that are past their standard: how much "
        "longer the stay was than the standard, by the stage rules in force when it began. Red "
        "strictly above 0.3.",
    ),
    formula=Label(
        "（实际耗时合计 − 标准耗时合计）÷ 标准耗时合计",
        "(sum of actual − sum of standard) ÷ standard",
    ),
    unit=Label("", ""),
    shape=Shape.EXCESS,
    rows=("6.1",),
    fact=Fact.STAGE,
    entity="lead",
    counting=Counting(
        among=All(
            (
                Test("ended", Op.EQ, 0),
                Test("until", Op.GE, "@start"),
                Test("entered", Op.LT, "@at"),
                Test("standard", Op.GT, 0),
                AnyOf((Test("until", Op.LT, "@at"), Test("over", Op.EQ, 1))),
            )
        ),
        numerator="stayed",
        denominator="standard",
    ),
    threshold=Threshold(above=0.3),
    better=Better.LOW,
    suggestion=Label(
        "打开标红阶段，看卡在谁那里、等什么；能并行的先并行。",
        "See who holds the red stage and why; do at once what can be.",
    ),
    groups=LEADS,
    digits=2,
)

FIRST: tuple[Measure, ...] = (
    FIRST_RESPONSE,
    GOLDEN_HOURS,
    BACKLOG,
    OVERDUE,
    OVERDUE_SHARE,
    STAGE_DELAY,
)
