"""The measures of process and risk: what is done in time, what is silent, what turns back."""

from crm_core.insight.catalogue_first import LEADS, LEADS_UNIT, OVER_TIME, PERCENT
from crm_core.insight.declared import (
    TIMES,
    Better,
    Counting,
    Fact,
    Group,
    Measure,
    Shape,
    Threshold,
)
from crm_core.insight.framing import HOUR, OPEN
from crm_core.model.query import All, Condition, Not, Op, Test
from crm_core.model.query import Any as AnyOf
from crm_core.model.schema import Label

POINTS, NONE = Label("分", "points"), Label("", "")
EVENTS = frozenset(
    {Group.OWNER, Group.TEAM, Group.SOURCE, Group.INDUSTRY, Group.CITY, Group.ACTION}
)
EVENTS_OVER_TIME = EVENTS | TIMES
PEOPLE = frozenset({Group.OWNER, Group.TEAM, Group.SOURCE, Group.INDUSTRY, Group.CITY})
# Said so that the index on `closed` is used: nearly every lead was received before now.
OPEN_LEADS = All((Not(Test("received", Op.GE, "@at")), Test("closed", Op.GE, "@at")))
WORK = All((Test("action", Op.NE, "dropped"), Test("action", Op.NE, "reminder")))
"""Tasks somebody has: not given up, and no mere notice."""
SILENT = Test("silent_since", Op.LT, "@now-72h")
TURNED = Test("backs", Op.GE, 2)


def within(column: str, hours: int) -> Counting:
    """Journeys that got there in time after the first contact, of those that could have."""
    quick: Condition = All((Not(Test(column, Op.EQ, None)), Test(column, Op.LE, hours * HOUR)))
    decided = AnyOf((quick, Test("contacted", Op.LE, f"@now-{hours}h")))
    met = All((Test("contacted", Op.LT, OPEN), decided))
    return Counting(among=met, having=quick)


STAY_EXCESS = Measure(
    id="stay_excess",
    label=Label("阶段停留偏差率", "Stay beyond standard"),
    definition=Label(
        "与阶段延迟系数相同的阶段，只计超出部分：提前的不抵消超时的。豁免时间不计。",
        "The stages of the delay coefficient, but only what is beyond the standard counts: being "
        "early elsewhere makes up for nothing. Exemptions are left out.",
    ),
    formula=Label("超出标准的时长 ÷ 标准时长", "time beyond the standard ÷ standard"),
    unit=NONE,
    shape=Shape.EXCESS,
    rows=("6.9", "6.10"),
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
        numerator="charged",
        denominator="standard",
    ),
    threshold=Threshold(above=0.3),
    better=Better.LOW,
    suggestion=Label(
        "客户临时失联的，标注豁免并写明原因；其余约定下一步日期。",
        "Mark exempt, with the reason, whoever is out of reach; agree on dates with the rest.",
    ),
    groups=LEADS,
    digits=2,
)

TASKS_ON_TIME = Measure(
    id="tasks_on_time",
    label=Label("任务完成及时率", "Tasks done on time"),
    definition=Label(
        "期间内到期（到现在为止）的任务中，按时完成的比例；取消的任务和系统提醒不计。",
        "Of the tasks due in the period until now, those done by then; dropped ones and notices "
        "are left out.",
    ),
    formula=Label("按时完成 ÷ 已到期 × 100", "done on time ÷ due × 100"),
    unit=PERCENT,
    shape=Shape.SHARE,
    rows=("6.9",),
    fact=Fact.EVENT,
    entity="task",
    clock="at",
    counting=Counting(
        among=All((WORK, Test("at", Op.LT, "@now"))),
        having=All((Not(Test("took", Op.EQ, None)), Test("took", Op.LE, 0))),
    ),
    threshold=Threshold(below=80.0),
    suggestion=Label(
        "把已过期的任务今天处理完或改期，并说明原因。",
        "Do the overdue tasks today, or move them and say why.",
    ),
    groups=EVENTS_OVER_TIME,
)

ACTIONS_DONE = Measure(
    id="actions_done",
    label=Label("动作完成率", "Actions done"),
    definition=Label(
        "期间内到期的任务中已完成的比例；以今天为期间，即今日目标达成率。",
        "Of the tasks due in the period, those that are done; over today, the day's target.",
    ),
    formula=Label("已完成 ÷ 期间内到期 × 100", "done ÷ due × 100"),
    unit=PERCENT,
    shape=Shape.SHARE,
    rows=("6.5", "6.15"),
    fact=Fact.EVENT,
    entity="task",
    clock="at",
    counting=Counting(among=WORK, having=Test("action", Op.EQ, "done")),
    suggestion=Label("先做承诺过日期的。", "Do first what was promised for a date."),
    groups=EVENTS_OVER_TIME,
)

TOUCHES_WEEK = Measure(
    id="touches_week",
    label=Label("近 7 天互动次数", "Contacts in 7 days"),
    definition=Label(
        "期末前 7 天内，与线索有关且联系上的跟进和拜访次数。",
        "Follow-ups that reached somebody and visits, about leads, in the 7 days before the end.",
    ),
    formula=Label("跟进与拜访次数", "follow-ups and visits"),
    unit=Label("次", "contacts"),
    shape=Shape.COUNT,
    rows=("6.9",),
    fact=Fact.EVENT,
    entity="follow_up",
    also=("visit",),
    counting=Counting(
        among=All(
            (
                Test("at", Op.GE, "@at-7d"),
                Test("at", Op.LT, "@at"),
                Test("effective", Op.EQ, 1),
                Not(Test("journey", Op.EQ, None)),
            )
        )
    ),
    groups=PEOPLE,
    digits=0,
)

OPEN_LEADS_NOW = Measure(
    id="open_leads",
    label=Label("在办线索", "Open leads"),
    definition=Label(
        "期末已获取且没有结束的线索数。", "Leads received and not ended at the end of the period."
    ),
    formula=Label("在办条数", "number open"),
    unit=LEADS_UNIT,
    shape=Shape.COUNT,
    rows=("6.16",),
    fact=Fact.JOURNEY,
    entity="lead",
    counting=Counting(among=OPEN_LEADS),
    better=Better.NEITHER,
    groups=LEADS,
    digits=0,
)

FUNNEL_HEALTH = Measure(
    id="funnel_health",
    label=Label("漏斗健康度", "Funnel health"),
    definition=Label(
        "三项输入：阶段停留偏差率（40 分）、任务完成及时率（35 分）、客户互动频率（25 分，每条在办"
        "线索每周互动一次为满分）。停留每超出标准 1% 扣 1 分；豁免期间不扣分；没有数据的一项由其余"
        "分摊。低于 70 分标红。",
        "Three inputs: stay beyond the standard (40 points), tasks on time (35), frequency of "
        "contact (25; once a week for each open lead is full). Each percent beyond the standard "
        "costs a point; exemptions cost nothing; an input without data leaves its weight to the "
        "others. Red below 70.",
    ),
    formula=Label(
        "40% × 停留 + 35% × 及时 + 25% × 互动", "40 % stay + 35 % on time + 25 % contact"
    ),
    unit=POINTS,
    shape=Shape.COMPOSITE,
    rows=("6.9", "6.10"),
    threshold=Threshold(below=70.0),
    suggestion=Label(
        "打开得分最低的一项，和本人一起定三件本周要补的事。",
        "Open the lowest input and agree with the person on three things for this week.",
    ),
    groups=PEOPLE,
    parts=("stay_excess", "tasks_on_time", "touches_week", "open_leads"),
    digits=0,
)

CONTINUITY = Measure(
    id="continuity",
    label=Label("连贯性", "Continuity"),
    definition=Label(
        "期间内首次触达的线索中，48 小时内进入方案提供的比例。",
        "Of the leads first met in the period, those that got to the proposal within 48 hours.",
    ),
    formula=Label("48 小时内到方案 ÷ 已满 48 小时或已到方案 × 100", "in 48 h ÷ decided × 100"),
    unit=PERCENT,
    shape=Shape.SHARE,
    rows=("6.2",),
    fact=Fact.JOURNEY,
    entity="lead",
    clock="contacted",
    counting=within("demo_wait", 48),
    suggestion=Label("首次触达时就约好演示时间。", "Fix the demo in the first conversation."),
    groups=OVER_TIME,
)

BRIEF = Measure(
    id="brief_in_time",
    label=Label("技术说明及时率", "Technical brief in time"),
    definition=Label(
        "期间内首次触达的线索中，24 小时内发送资料、预约或做了演示的比例。",
        "Of the leads first met in the period, those that were sent material, or given or booked "
        "a demo, within 24 hours.",
    ),
    formula=Label("24 小时内说明 ÷ 已满 24 小时或已说明 × 100", "in 24 h ÷ decided × 100"),
    unit=PERCENT,
    shape=Shape.SHARE,
    rows=("6.2",),
    fact=Fact.JOURNEY,
    entity="lead",
    clock="contacted",
    counting=within("brief_wait", 24),
    suggestion=Label("备好一份可直接发送的技术说明。", "Keep a technical brief ready to send."),
    groups=OVER_TIME,
)

JOURNEY_HEALTH = Measure(
    id="journey_health",
    label=Label("旅程健康度", "Journey health"),
    definition=Label(
        "三个维度的均值：连贯性、内容匹配、角色到位（技术说明及时率）。看的是流程，不是人。"
        "没有数据的维度不参与。",
        "Mean of three dimensions: continuity, content match and role (technical brief in time). "
        "It shows the process, not people. One without data has no say.",
    ),
    formula=Label("有数据的维度的均值", "mean of the dimensions with data"),
    unit=POINTS,
    shape=Shape.COMPOSITE,
    rows=("6.2",),
    threshold=Threshold(below=70.0),
    suggestion=Label("先补最低的维度。", "Mend the lowest dimension first."),
    groups=PEOPLE,
    parts=("continuity", "content_match", "brief_in_time"),
    digits=0,
)


_ANY, _FIVE = Threshold(above=0.0), Threshold(above=5.0, strict=False)
"""Turning back twice is rare and always a sign; of silent leads, five are too many (row 2.14)."""


def _risk(
    name: str, zh: str, en: str, *, words: Label, risky: Condition, limit: Threshold = _FIVE
) -> Measure:
    return Measure(
        id=name,
        label=Label(zh, en),
        definition=words,
        formula=Label("条数", "number of leads"),
        unit=LEADS_UNIT,
        shape=Shape.COUNT,
        rows=("4.12",),
        fact=Fact.JOURNEY,
        entity="lead",
        counting=Counting(among=All((OPEN_LEADS, risky))),
        threshold=limit,
        better=Better.LOW,
        suggestion=Label(
            "今天就联系；联系不上的标注“客户临时失联”，两周后系统会提醒复查。",
            "Get in touch today; mark whoever is out of reach, and you are reminded in two weeks.",
        ),
        groups=LEADS,
        digits=0,
        only_now=True,
    )


SILENT_LEADS = _risk(
    "silent", "静默线索", "Silent leads",
    words=Label(
        "在办线索中，超过 72 小时没有任何跟进或拜访的条数；豁免期间不算静默。",
        "Open leads without any follow-up or visit for more than 72 hours; nobody is silent "
        "while exempt.",
    ),
    risky=SILENT,
)  # fmt: skip
MOVED_BACK = _risk(
    "moved_back", "反复退回", "Moved back",
    words=Label(
        "在办线索中，阶段被退回 2 次及以上的条数。",
        "Open leads whose stage was moved back twice or more.",
    ),
    risky=TURNED, limit=_ANY,
)  # fmt: skip
HIGH_RISK = _risk(
    "high_risk", "高风险线索", "High risk",
    words=Label(
        "在办线索中，阶段退回 2 次及以上，或超过 72 小时没有互动的条数。",
        "Open leads moved back twice or more, or without contact for more than 72 hours.",
    ),
    risky=AnyOf((SILENT, TURNED)),
)  # fmt: skip

RISK_MEASURES: tuple[Measure, ...] = (
    STAY_EXCESS, TASKS_ON_TIME, ACTIONS_DONE, TOUCHES_WEEK, OPEN_LEADS_NOW, FUNNEL_HEALTH,
    CONTINUITY, BRIEF, JOURNEY_HEALTH, SILENT_LEADS, MOVED_BACK, HIGH_RISK,
)  # fmt: skip
