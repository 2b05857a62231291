"""From where on a measure is red, and what to do then: the body of rules of the kind `limit`.

What ships says the same as the measures themselves (rows 6.1, 6.8, 6.9, 6.16), so that a company
sees its limits where its other rules are, changes them, tries them and goes back. Pure data; the
measures take them in `store.measures.limited`.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from crm_core.model.schema import Label
from crm_core.rules.documents import Document, RuleProblem

LIMIT = "limit"


class Side(StrEnum):
    """On which side of the limit a value is red."""

    ABOVE = "above"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class Limit:
    """The limit of one measure; switched off, the measure is never red."""

    measure: str
    """Its id in `insight.catalogue`; one this program does not know is passed over."""
    red: Side
    value: float
    """In the unit of the measure: hours, percent, records."""
    included: bool = False
    """Whether a value that is exactly the limit is red as well."""
    suggestion: str = ""
    """The next step; empty: the one that ships with the measure (row 6.18)."""


def problems(document: Document[Limit]) -> Iterator[RuleProblem]:
    """What is wrong with a limit, each with its place."""
    if not document.body.measure.strip():
        yield RuleProblem("measure", Label("没有写是哪个指标", "it names no measure"))
    if not math.isfinite(document.body.value):
        yield RuleProblem("value", Label("红线要写一个数", "the limit must be a number"))


def _limit(
    measure: str, zh: str, en: str, entity: str, red: Side, value: float, *, included: bool = False
) -> Document[Limit]:
    body = Limit(measure, red, value, included)
    return Document(f"limit-{measure}", LIMIT, Label(zh, en), entity, body)


SHIPPED: tuple[Document[Limit], ...] = (
    _limit("first_response", "首次响应时间", "First response", "lead", Side.ABOVE, 4.0),
    _limit("golden_hours", "黄金四小时响应率", "Answered within 4 h", "lead", Side.BELOW, 80.0),
    _limit("backlog", "未跟进积压", "Backlog", "lead", Side.ABOVE, 5.0, included=True),
    _limit("overdue", "超时线索", "Overdue leads", "lead", Side.ABOVE, 5.0, included=True),
    _limit("overdue_share", "超时占比", "Overdue share", "lead", Side.ABOVE, 30.0),
    _limit("stage_delay", "阶段延迟系数", "Stage delay coefficient", "lead", Side.ABOVE, 0.3),
    _limit("flow_in_time", "分配到首次跟进", "Assignment to follow-up", "lead", Side.ABOVE, 1.5),
    _limit("survival", "线索存活率（7 日）", "Survival, 7 days", "lead", Side.BELOW, 75.0),
    _limit("need_match", "需求匹配度", "Need match", "lead", Side.BELOW, 82.0),
    _limit("immunity", "线索免疫力", "Lead immunity", "lead", Side.BELOW, 100.0),
    _limit("follow_48", "48 小时跟进率", "Followed up in 48 h", "lead", Side.BELOW, 85.0),
    _limit("stage_loss", "环节流失率", "Loss per step", "lead", Side.ABOVE, 33.0),
    _limit("rejection", "退回率", "Rejection rate", "lead", Side.ABOVE, 40.0),
    _limit("compression", "旅程压缩比", "Journey compression", "lead", Side.BELOW, 100.0),
    _limit("stay_excess", "阶段停留偏差率", "Stay beyond standard", "lead", Side.ABOVE, 0.3),
    _limit("tasks_on_time", "任务完成及时率", "Tasks done on time", "task", Side.BELOW, 80.0),
    _limit("funnel_health", "漏斗健康度", "Funnel health", "lead", Side.BELOW, 70.0),
    _limit("journey_health", "旅程健康度", "Journey health", "lead", Side.BELOW, 70.0),
    _limit("silent", "静默线索", "Silent leads", "lead", Side.ABOVE, 5.0, included=True),
    _limit("moved_back", "反复退回", "Moved back", "lead", Side.ABOVE, 0.0),
    _limit("high_risk", "高风险线索", "High risk", "lead", Side.ABOVE, 5.0, included=True),
    _limit("channel_return", "渠道回报", "Channel return", "lead", Side.BELOW, 100.0),
    _limit("handover", "流转时长", "Hand-over time", "lead", Side.ABOVE, 0.5),
    _limit("cross_team_time", "跨团队流转时长", "Time across teams", "approval", Side.ABOVE, 24.0),
    _limit("letters_signed", "确认函完成率", "Letters signed", "lead", Side.BELOW, 60.0),
    _limit("fake_progress", "虚假推进风险", "Fake progress", "lead", Side.ABOVE, 0.0),
)
