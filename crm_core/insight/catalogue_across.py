"""The measures of what goes beyond one team, and of what customers say of it all."""

from crm_core.insight.catalogue_first import PERCENT, lasting
from crm_core.insight.catalogue_money import TIMES_UNIT, counted
from crm_core.insight.declared import (
    TIMES,
    Better,
    Counting,
    Fact,
    Group,
    Measure,
    Shape,
)
from crm_core.model.query import Not, Op, Test
from crm_core.model.schema import Label

_PEOPLE = frozenset({Group.OWNER, Group.TEAM, Group.INDUSTRY, Group.CITY}) | TIMES

ACROSS = (
    counted(
        "cross_team", Label("跨团队协作次数", "Requests across teams"),
        Label(
            "期间内向其他团队或上级提出的审批、支持请求数。",
            "Requests for a decision or help put to another team or a leader in the period.",
        ),
        unit=TIMES_UNIT, rows=("6.14", "6.19"), fact=Fact.EVENT, entity="approval", clock="at",
        groups=_PEOPLE, better=Better.NEITHER,
    ),
    lasting(
        id="cross_team_time",
        label=Label("跨团队流转时长", "Time across teams"),
        definition=Label(
            "期间内提出、已有决定的请求，从提出到决定的时长；主值为中位数，旁列均值和九成线。"
            "法务等请求应在 24 小时内有结果。",
            "Of the requests made in the period that are decided: from asking to the decision. The "
            "value is the median; legal and the like should decide within 24 hours.",
        ),
        formula=Label("决定时间 − 提交时间", "decided − asked"),
        rows=("6.19", "4.7"),
        fact=Fact.EVENT,
        entity="approval",
        clock="at",
        took="took",
        limit=24.0,
        suggestion=Label(
            "打开最久的几条，看等在谁那里；常见请求写成标准条款。",
            "See whom the longest waited for; make common asks clauses.",
        ),
        groups=_PEOPLE,
    ),
    Measure(
        id="cross_team_refused",
        label=Label("跨团队驳回率", "Requests refused"),
        definition=Label(
            "期间内提出、已有决定的请求中，被驳回的比例。",
            "Of the requests made in the period that are decided, those that were refused.",
        ),
        formula=Label("驳回 ÷ 已决定 × 100", "refused ÷ decided × 100"),
        unit=PERCENT,
        shape=Shape.SHARE,
        rows=("6.14",),
        fact=Fact.EVENT,
        entity="approval",
        clock="at",
        counting=Counting(
            among=Test("action", Op.IN, ("approved", "rejected")),
            having=Test("action", Op.EQ, "rejected"),
        ),
        better=Better.LOW,
        suggestion=Label("把常被驳回的原因写进清单。", "Put the reasons on the check list."),
        groups=_PEOPLE,
    ),
    Measure(
        id="nps",
        label=Label("净推荐值 NPS", "NPS"),
        definition=Label(
            "期间内的客户评分：9–10 分占比减去 0–6 分占比；按月看，与成交周期、旅程压缩比对照。",
            "Ratings by customers in the period: share of 9 and 10 minus share of 0 to 6; by "
            "month beside the deal cycle and the compression of journeys.",
        ),
        formula=Label("（推荐 − 贬损）÷ 评分 × 100", "(promoters − detractors) ÷ ratings × 100"),
        unit=Label("分", "points"),
        shape=Shape.RATE,
        rows=("6.28",),
        fact=Fact.EVENT,
        entity="rating",
        clock="at",
        counting=Counting(among=Not(Test("took", Op.EQ, None)), numerator="took"),
        suggestion=Label(
            "回访打 0–6 分的客户，问清是哪一步让他失望。",
            "Call who gave 0 to 6 and ask which step let them down.",
        ),
        groups=_PEOPLE,
        digits=0,
    ),
)  # fmt: skip
