"""The measures of channels, of people's own work, and those nothing is recorded for yet."""

from dataclasses import replace

from crm_core.insight.catalogue_first import LEADS, LEADS_UNIT, OVER_TIME, PERCENT, lasting
from crm_core.insight.catalogue_risk import EVENTS_OVER_TIME
from crm_core.insight.declared import (
    TIMES,
    Better,
    Counting,
    Fact,
    Group,
    Measure,
    Shape,
    Span,
    Threshold,
)
from crm_core.model.query import EVERYTHING, Condition, Not, Op, Test
from crm_core.model.schema import Label

YUAN, TIMES_UNIT = Label("元", "yuan"), Label("次", "times")
BY_SOURCE = frozenset({Group.SOURCE})
_PEOPLE = frozenset({Group.OWNER, Group.TEAM}) | TIMES


def counted(
    name: str, label: Label, words: Label, *, unit: Label, rows: tuple[str, ...], fact: Fact,
    entity: str, clock: str, among: Condition = EVERYTHING, groups: frozenset[Group] = OVER_TIME,
    numerator: str = "", scale: float = 1.0, better: Better = Better.HIGH,
) -> Measure:  # fmt: skip
    return Measure(
        id=name,
        label=label,
        definition=words,
        formula=Label("合计", "sum") if numerator else Label("条数", "number"),
        unit=unit,
        shape=Shape.COUNT,
        rows=rows,
        fact=fact,
        entity=entity,
        clock=clock,
        counting=Counting(among=among, numerator=numerator),
        groups=groups,
        scale=scale,
        better=better,
        digits=0,
    )


_WON = Test("won", Op.EQ, 1)

CHANNEL = (
    counted(
        "channel_spend", Label("渠道费用", "Channel cost"),
        Label(
            "期间内开始的渠道费用合计，按来源。",
            "What channels and campaigns cost that began in the period, by source.",
        ),
        unit=YUAN, rows=("6.16",), fact=Fact.EVENT, entity="channel_cost", clock="at",
        groups=BY_SOURCE | TIMES, numerator="took", scale=0.01, better=Better.NEITHER,
    ),
    counted(
        "channel_leads", Label("新增线索", "New leads"),
        Label("期间内获取的线索数。", "Leads received in the period."),
        unit=LEADS_UNIT, rows=("6.16",), fact=Fact.JOURNEY, entity="lead", clock="received",
    ),
    counted(
        "channel_deals", Label("成交线索", "Leads won"),
        Label("期间内签约的线索数。", "Leads won in the period."),
        unit=LEADS_UNIT, rows=("6.16",), fact=Fact.JOURNEY, entity="lead", clock="closed",
        among=_WON,
    ),
    counted(
        "channel_revenue", Label("渠道成交额", "Channel revenue"),
        Label(
            "期间内签约的线索带来的赢单金额；一个客户的赢单只记在它的第一条线索上。",
            "What the customers of leads won in the period bought; counted once, with the "
            "customer's first lead.",
        ),
        unit=YUAN, rows=("6.16",), fact=Fact.JOURNEY, entity="lead", clock="closed", among=_WON,
        numerator="amount", scale=0.01,
    ),
    Measure(
        id="cost_per_lead",
        label=Label("获客成本", "Cost per lead"),
        definition=Label(
            "渠道费用 ÷ 同期同来源的新增线索。",
            "Channel cost ÷ new leads of that source and period.",
        ),
        formula=Label("费用 ÷ 新增线索", "cost ÷ new leads"),
        unit=YUAN,
        shape=Shape.COMPOSITE,
        rows=("6.16",),
        better=Better.LOW,
        suggestion=Label("与成交额一起看，贵而成交多的可留。", "Judge it beside the revenue."),
        groups=BY_SOURCE,
        parts=("channel_spend", "channel_leads"),
        digits=0,
    ),
    Measure(
        id="cost_per_deal",
        label=Label("成交成本", "Cost per deal"),
        definition=Label(
            "渠道费用 ÷ 同期同来源的成交线索。",
            "Channel cost ÷ leads won of that source and period.",
        ),
        formula=Label("费用 ÷ 成交线索", "cost ÷ leads won"),
        unit=YUAN,
        shape=Shape.COMPOSITE,
        rows=("6.16",),
        better=Better.LOW,
        suggestion=Label("成本高于单均利润的渠道先停。", "Stop what costs more than a deal earns."),
        groups=BY_SOURCE,
        parts=("channel_spend", "channel_deals"),
        digits=0,
    ),
    Measure(
        id="channel_return",
        label=Label("渠道回报", "Channel return"),
        definition=Label(
            "渠道成交额 ÷ 渠道费用；低于 100% 即入不敷出。",
            "Channel revenue ÷ channel cost; below 100 % it does not pay.",
        ),
        formula=Label("成交额 ÷ 费用 × 100", "revenue ÷ cost × 100"),
        unit=PERCENT,
        shape=Shape.COMPOSITE,
        rows=("6.16",),
        threshold=Threshold(below=100.0),
        suggestion=Label("减少投放，或换话术再试两周。", "Spend less, or try another page."),
        groups=BY_SOURCE,
        parts=("channel_spend", "channel_revenue"),
        digits=0,
    ),
)  # fmt: skip

WORK = (
    counted(
        "new_high_intent", Label("新增高意向", "New high intent"),
        Label("期间内获取的 A 级线索。", "Leads of grade A received in the period."),
        unit=LEADS_UNIT, rows=("6.15",), fact=Fact.JOURNEY, entity="lead", clock="received",
        among=Test("grade", Op.EQ, "A"),
    ),
    replace(
        counted(
            "week_high_intent", Label("本周新增高意向", "High intent this week"),
            Label(
                "本周（周一起）获取的 A 级线索，不随所选期间变化；数字下列出评分最高的三条。",
                "Leads of grade A received this week, from Monday on, whatever period is chosen; "
                "the three with the highest score are named below the figure.",
            ),
            unit=LEADS_UNIT, rows=("6.15",), fact=Fact.JOURNEY, entity="lead", clock="received",
            among=Test("grade", Op.EQ, "A"), groups=OVER_TIME - TIMES,
        ),
        span=Span.WEEK, first="score",
    ),
    counted(
        "visits", Label("拜访", "Visits"), Label("期间内的拜访次数。", "Visits in the period."),
        unit=TIMES_UNIT, rows=("6.15",), fact=Fact.EVENT, entity="visit", clock="at",
        groups=EVENTS_OVER_TIME,
    ),
    counted(
        "follow_ups", Label("跟进", "Follow-ups"),
        Label("期间内的跟进次数。", "Follow-ups in the period."),
        unit=TIMES_UNIT, rows=("6.15",), fact=Fact.EVENT, entity="follow_up", clock="at",
        groups=EVENTS_OVER_TIME,
    ),
    counted(
        "due_customers", Label("到期客户", "Customers due"),
        Label(
            "“下次联系”日期落在期间内的客户；以本周为期间，即本周到期客户，点开就是名单。",
            "Customers to be contacted in the period; over this week, the week's list.",
        ),
        unit=Label("个", "customers"), rows=("6.25",), fact=Fact.EVENT, entity="customer",
        clock="at", groups=EVENTS_OVER_TIME, better=Better.NEITHER,
    ),
    counted(
        "won_amount", Label("赢单金额", "Won"),
        Label("期间内赢单的商机金额。", "Amount of opportunities won in the period."),
        unit=YUAN, rows=("6.15",), fact=Fact.JOURNEY, entity="opportunity", clock="closed",
        among=_WON, numerator="amount", scale=0.01,
        groups=frozenset({Group.OWNER, Group.TEAM, Group.INDUSTRY, Group.CITY}) | TIMES,
    ),
    counted(
        "kb_calls", Label("知识库调用", "Articles used"),
        Label("期间内知识文章被使用的次数。", "Uses of articles in the period."),
        unit=TIMES_UNIT, rows=("6.19",), fact=Fact.EVENT, entity="usage", clock="at",
        among=Test("action", Op.EQ, "article"), groups=_PEOPLE,
    ),
    counted(
        "reply_uses", Label("话术复用", "Replies re-used"),
        Label("期间内快捷回复被使用的次数。", "Uses of quick replies in the period."),
        unit=TIMES_UNIT, rows=("6.19",), fact=Fact.EVENT, entity="usage", clock="at",
        among=Test("action", Op.EQ, "quick_reply"), groups=_PEOPLE,
    ),
    lasting(
        id="effective_first",
        label=Label("首次有效互动", "First effective contact"),
        definition=Label(
            "期间内首次触达的线索，从首次触达到第一次联系上的时长。",
            "Of leads first met in the period: time from the first attempt to the first contact "
            "that reached somebody.",
        ),
        formula=Label("首次联系上 − 首次触达", "first that reached − first"),
        rows=("6.19",),
        clock="contacted",
        took="effective_wait",
        suggestion=Label("换时段或换方式再联系。", "Try another hour or another way."),
    ),
    lasting(
        id="handover",
        label=Label("流转时长", "Hand-over time"),
        definition=Label(
            "期间内获取的线索，从获取到分配的时长，即市场到销售的流转。",
            "Of leads received in the period: time from receipt to assignment, that is from "
            "marketing to sales.",
        ),
        formula=Label("分配时间 − 获取时间", "assigned − received"),
        rows=("6.19",),
        clock="received",
        took="handover",
        limit=0.5,
        suggestion=Label("给分配规则补兜底，未分配池设提醒。", "Give routing a fallback."),
    ),
    Measure(
        id="letters_signed",
        label=Label("确认函完成率", "Letters signed"),
        definition=Label(
            "期间内结束、要求过“客户签署确认函”的线索中，已签的比例：任务已完成，或线索及其客户商机的"
            "阶段清单里已打勾。",
            "Of the leads ended in the period that were asked for a letter “客户签署确认函”, those "
            "where it is signed: the task is done, or the item of a check list is ticked, on the "
            "lead or on an opportunity of its customer.",
        ),
        formula=Label("已签 ÷ 应签 × 100", "signed ÷ asked for × 100"),
        unit=PERCENT,
        shape=Shape.SHARE,
        rows=("4.11",),
        fact=Fact.JOURNEY,
        entity="lead",
        clock="closed",
        counting=Counting(
            among=Not(Test("letter", Op.EQ, None)), having=Test("letter", Op.EQ, 1)
        ),
        threshold=Threshold(below=60.0),
        suggestion=Label("没有确认函的不算推进。", "No letter, no progress."),
        groups=LEADS,
    ),
    Measure(
        id="fake_progress",
        label=Label("虚假推进风险", "Fake progress"),
        definition=Label(
            "旅程压缩比超过 300%，而确认函完成率低于 60%：推得快，却没有证据。1 为有风险。",
            "Compression above 300 % while fewer than 60 % of the letters are signed: fast, and "
            "nothing to show for it. 1 is a risk.",
        ),
        formula=Label("压缩比 > 300 且 确认函 < 60", "compression > 300 and letters < 60"),
        unit=Label("", ""),
        shape=Shape.COMPOSITE,
        rows=("4.11", "6.5"),
        threshold=Threshold(above=0.0),
        better=Better.LOW,
        suggestion=Label(
            "逐条核对最近推进的线索，缺确认函的退回上一阶段。",
            "Check what moved lately one by one; move back what has no letter.",
        ),
        groups=LEADS,
        parts=("compression", "letters_signed"),
        digits=0,
    ),
)  # fmt: skip


def _absent(name: str, label: Label, row: str, needs: Label) -> Measure:
    return Measure(
        id=name, label=label, definition=needs, formula=Label("—", "—"), unit=Label("", ""),
        shape=Shape.ABSENT, rows=(row,), needs=needs, groups=frozenset(),
    )  # fmt: skip


ABSENT = (
    _absent(
        "tag_campaigns", Label("标签营销回报", "Tag campaigns"), "6.19",
        Label(
            "需要知道一次营销活动发给了谁、谁有回应：活动在随行之外进行，没有系统写入。按标签的"
            "投入产出（费用与赢单）见“报告 · 季度价值”。",
            "Needs to know to whom a campaign went and who answered; campaigns run outside, and "
            "nothing writes that here. What a tag cost and brought is in Reports, the quarter.",
        ),
    ),
)  # fmt: skip

MONEY_MEASURES: tuple[Measure, ...] = (*CHANNEL, *WORK, *ABSENT)
