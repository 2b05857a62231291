"""The measures of journeys: how they run, where they stop, what comes of them."""

from crm_core.insight.catalogue_first import (
    HOURS,
    LEADS,
    OVER_TIME,
    PERCENT,
    answered_within,
    lasting,
)
from crm_core.insight.declared import Better, Counting, Fact, Measure, Shape, Threshold
from crm_core.insight.framing import HOUR
from crm_core.model.query import All, Not, Op, Test
from crm_core.model.query import Any as AnyOf
from crm_core.model.schema import Label

POINTS, DAYS, NONE = Label("分", "points"), Label("天", "days"), Label("", "")
LEFT = All((Test("ended", Op.EQ, 0),))

FLOW = Measure(
    id="flow_in_time",
    label=Label("分配到首次跟进", "Assignment to follow-up"),
    definition=Label(
        "期间内分配且已跟进的线索，从分配到首次跟进的平均时长；目标不超过 1.5 小时。",
        "Mean time from assignment to the first follow-up of leads assigned in the period that "
        "were answered; at most 1.5 hours.",
    ),
    formula=Label("时长合计 ÷ 线索数", "sum of waits ÷ leads"),
    unit=HOURS,
    shape=Shape.RATE,
    rows=("6.8",),
    fact=Fact.JOURNEY,
    entity="lead",
    clock="assigned",
    counting=Counting(among=Not(Test("wait", Op.EQ, None)), numerator="wait"),
    threshold=Threshold(above=1.5),
    better=Better.LOW,
    suggestion=Label(
        "让新线索分配即弹出提醒，并看谁的首次跟进最慢。",
        "Have new leads pop up at once, and see whose first follow-up is slowest.",
    ),
    groups=OVER_TIME,
    scale=1 / HOUR,
)

SURVIVAL = Measure(
    id="survival",
    label=Label("线索存活率（7 日）", "Survival, 7 days"),
    definition=Label(
        "期间内获取、已满 7 天的线索中，7 天内有过跟进或拜访且没有放弃的比例；正好 75% 算达标。",
        "Of the leads received in the period that are 7 days old, those that were followed up "
        "within 7 days and not dropped; exactly 75 % is enough.",
    ),
    formula=Label("7 日内有互动且未放弃 ÷ 已满 7 日 × 100", "alive after 7 days ÷ received × 100"),
    unit=PERCENT,
    shape=Shape.SHARE,
    rows=("6.8", "6.16"),
    fact=Fact.JOURNEY,
    entity="lead",
    clock="received",
    counting=Counting(among=Test("received", Op.LE, "@now-7d"), having=Test("survived", Op.EQ, 1)),
    threshold=Threshold(below=75.0),
    suggestion=Label(
        "看流失最多的来源：要么首次联系太晚，要么获客口径不对。",
        "See the source that loses most: too slow, or wrong people.",
    ),
    groups=OVER_TIME,
)

NEED_MATCH = Measure(
    id="need_match",
    label=Label("需求匹配度", "Need match"),
    definition=Label(
        "期间内签约、且标注了意向产品的线索中，客户实际购买的产品与意向一致的比例。",
        "Of the leads won in the period that named a product of interest, those whose customer "
        "bought that.",
    ),
    formula=Label("意向与成交一致 ÷ 有意向的成交 × 100", "as wanted ÷ won with a wish × 100"),
    unit=PERCENT,
    shape=Shape.SHARE,
    rows=("6.8",),
    fact=Fact.JOURNEY,
    entity="lead",
    clock="closed",
    counting=Counting(among=Not(Test("matched", Op.EQ, None)), having=Test("matched", Op.EQ, 1)),
    threshold=Threshold(below=82.0),
    suggestion=Label(
        "抽查不一致的签约，在需求确认时补问一句真正要解决的问题。",
        "Look into the mismatches; ask at need confirmation what is really to be solved.",
    ),
    groups=OVER_TIME,
)

IMMUNITY = Measure(
    id="immunity",
    label=Label("线索免疫力", "Lead immunity"),
    definition=Label(
        "存活率、需求匹配度、分配到首次跟进三项中达标的占比；没有数据的一项不参与。",
        "Share of its three limits that are met: survival, need match, time to follow-up. One "
        "without data has no say.",
    ),
    formula=Label("达标项数 ÷ 有数据的项数 × 100", "limits met ÷ limits with data × 100"),
    unit=POINTS,
    shape=Shape.COMPOSITE,
    rows=("6.8",),
    threshold=Threshold(below=100.0),
    suggestion=Label("打开没有达标的那一项。", "Open the limit that is not met."),
    groups=OVER_TIME,
    parts=("survival", "need_match", "flow_in_time"),
    digits=0,
)

FOLLOW_48 = Measure(
    id="follow_48",
    label=Label("48 小时跟进率", "Followed up in 48 h"),
    definition=Label(
        "期间内分配的线索中，48 小时内有首次跟进的比例；未满 48 小时且未跟进的不计。"
        "低于 85% 标红。",
        "Share of leads assigned in the period that were followed up within 48 hours; younger "
        "ones without are left out. Red below 85 %.",
    ),
    formula=Label("48 小时内跟进 ÷ 已满 48 小时或已跟进 × 100", "in 48 h ÷ decided × 100"),
    unit=PERCENT,
    shape=Shape.SHARE,
    rows=("6.16",),
    fact=Fact.JOURNEY,
    entity="lead",
    clock="assigned",
    counting=answered_within("wait", 48),
    threshold=Threshold(below=85.0),
    suggestion=Label(
        "对没有达标的顾问，当天收回没有跟进的线索并改派。",
        "Take back today what those below the limit left lying.",
    ),
    groups=OVER_TIME,
)

GOLDEN_VISIT = Measure(
    id="golden_visit",
    label=Label("黄金四小时首访率", "First visit within 4 h"),
    definition=Label(
        "期间内分配的线索中，4 小时内有首次拜访的比例，可按城市看。",
        "Share of leads assigned in the period that were first visited within 4 hours, by city.",
    ),
    formula=Label("4 小时内首访 ÷ 已满 4 小时或已拜访 × 100", "visited in 4 h ÷ decided × 100"),
    unit=PERCENT,
    shape=Shape.SHARE,
    rows=("2.17",),
    fact=Fact.JOURNEY,
    entity="lead",
    clock="assigned",
    counting=answered_within("visit_wait", 4),
    suggestion=Label("把线索派给离得最近的人。", "Give leads to whoever is nearest."),
    groups=OVER_TIME,
)

HIGH_INTENT = Measure(
    id="high_intent",
    label=Label("高意向线索占比", "High-intent share"),
    definition=Label(
        "期间内获取的线索中，等级为 A 的比例。",
        "Share of grade A among leads received in the period.",
    ),
    formula=Label("A 级线索 ÷ 全部线索 × 100", "grade A ÷ all × 100"),
    unit=PERCENT,
    shape=Shape.SHARE,
    rows=("6.16",),
    fact=Fact.JOURNEY,
    entity="lead",
    clock="received",
    counting=Counting(having=Test("grade", Op.EQ, "A")),
    suggestion=Label("把预算移向 A 级多的来源。", "Spend where most of grade A comes from."),
    groups=OVER_TIME,
)

NODE_HOURS = lasting(
    id="node_hours",
    label=Label("节点停留时长", "Hours per stage"),
    definition=Label(
        "期间内离开的阶段的停留时长（豁免时间不计），看中位数、均值和九成线；旅程热力图的每一格。",
        "How long leads stayed in the stages they left in the period, exemptions left out: "
        "median, mean and 90th percentile; each cell of the journey heat map.",
    ),
    formula=Label("离开时间 − 进入时间 − 豁免", "left − entered − exempt"),
    rows=("6.6", "6.7", "6.14"),
    fact=Fact.STAGE,
    clock="until",
    among=LEFT,
    took="stayed",
    suggestion=Label("看最慢的人在该节点停多久。", "See how long the slowest stay there."),
)

STAGE_LOSS = Measure(
    id="stage_loss",
    label=Label("环节流失率", "Loss per step"),
    definition=Label(
        "期间内离开该阶段的线索中，被放弃的比例。",
        "Of the leads that left the stage in the period, those that were dropped.",
    ),
    formula=Label("放弃 ÷ 离开 × 100", "dropped ÷ left × 100"),
    unit=PERCENT,
    shape=Shape.SHARE,
    rows=("6.16", "6.17"),
    fact=Fact.STAGE,
    entity="lead",
    clock="until",
    counting=Counting(among=LEFT, having=Test("lost", Op.EQ, 1)),
    threshold=Threshold(above=33.0),
    better=Better.LOW,
    suggestion=Label(
        "听三条流失线索的录音，写下放弃的原因再改话术。",
        "Listen to three that were lost, write down why, then change what is said.",
    ),
    groups=OVER_TIME,
)

REJECTION = Measure(
    id="rejection",
    label=Label("退回率", "Rejection rate"),
    definition=Label(
        "期间内离开该阶段的线索中，被退回前一阶段或放弃的比例。超过 40% 标红（案例为 41%）。",
        "Of the leads that left the stage in the period, those moved back or dropped. Red above "
        "40 % (the case had 41 %).",
    ),
    formula=Label("退回或放弃 ÷ 离开 × 100", "back or dropped ÷ left × 100"),
    unit=PERCENT,
    shape=Shape.SHARE,
    rows=("6.14",),
    fact=Fact.STAGE,
    entity="lead",
    clock="until",
    counting=Counting(among=LEFT, having=AnyOf((Test("back", Op.EQ, 1), Test("lost", Op.EQ, 1)))),
    threshold=Threshold(above=40.0),
    better=Better.LOW,
    suggestion=Label(
        "把退回最多的阶段的准入条件写成清单。",
        "Write what the stage with most rejections asks for as a checklist.",
    ),
    groups=OVER_TIME,
)

TRIAL_RATE = Measure(
    id="trial_rate",
    label=Label("试用转化率", "Trial conversion"),
    definition=Label(
        "期间内离开试用体验的线索中，签约的比例。",
        "Of the leads that left the trial in the period, those that were won.",
    ),
    formula=Label("试用后签约 ÷ 离开试用 × 100", "won after trial ÷ left trial × 100"),
    unit=PERCENT,
    shape=Shape.SHARE,
    rows=("6.16",),
    fact=Fact.STAGE,
    entity="lead",
    clock="until",
    counting=Counting(
        among=All((LEFT, Test("stage", Op.EQ, "trial"))),
        having=All((Test("back", Op.EQ, 0), Test("lost", Op.EQ, 0))),
    ),
    suggestion=Label(
        "试用结束当天就约决策人。", "Meet the decision maker on the day the trial ends."
    ),
    groups=OVER_TIME,
)

CONVERSION = Measure(
    id="conversion",
    label=Label("跟进转化率", "Conversion"),
    definition=Label(
        "期间内结束的线索中，签约的比例；按周看趋势。",
        "Of the leads that ended in the period, those that were won; by week as a trend.",
    ),
    formula=Label("签约 ÷（签约 + 放弃）× 100", "won ÷ (won + dropped) × 100"),
    unit=PERCENT,
    shape=Shape.SHARE,
    rows=("6.15",),
    fact=Fact.JOURNEY,
    entity="lead",
    clock="closed",
    counting=Counting(having=Test("won", Op.EQ, 1)),
    suggestion=Label("对照赢单的旅程，看少做了哪一步。", "Compare with journeys that were won."),
    groups=OVER_TIME,
)

CYCLE = lasting(
    id="cycle",
    label=Label("成交周期", "Deal cycle"),
    definition=Label(
        "期间内签约的线索，从获取到签约的天数。",
        "Days from receipt to signing of the leads won in the period.",
    ),
    formula=Label("签约时间 − 获取时间", "signed − received"),
    rows=("6.5", "6.16"),
    clock="closed",
    took="cycle",
    unit=DAYS,
    suggestion=Label("先缩短停留最久的阶段。", "Shorten the longest stage first."),
    scale=1 / 24,
)

COMPRESSION = Measure(
    id="compression",
    label=Label("旅程压缩比", "Journey compression"),
    definition=Label(
        "前一期平均成交周期 ÷ 本期平均成交周期；87 天缩短到 32 天为 272%。",
        "Mean deal cycle of the period before ÷ that of this one; 87 to 32 days is 272 %.",
    ),
    formula=Label("前期均值 ÷ 本期均值 × 100", "mean before ÷ mean now × 100"),
    unit=PERCENT,
    shape=Shape.COMPOSITE,
    rows=("6.5", "6.28"),
    groups=LEADS,
    parts=("cycle", "cycle@previous"),
    digits=0,
    suggestion=Label(
        "低于 100% 说明变慢了，看哪个阶段停得更久。",
        "Below 100 % is slower: see which stage takes longer.",
    ),
    threshold=Threshold(below=100.0),
)

JOURNEY_MEASURES: tuple[Measure, ...] = (
    FLOW, SURVIVAL, NEED_MATCH, IMMUNITY, FOLLOW_48, GOLDEN_VISIT, HIGH_INTENT, NODE_HOURS,
    STAGE_LOSS, REJECTION, TRIAL_RATE, CONVERSION, CYCLE, COMPRESSION,
)  # fmt: skip
