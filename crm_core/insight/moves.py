"""How records went through their stages: who left a stage within a time, for where, and who stood.

Pure: the moves come from the log (`store.measures.moves`). A record that went on to a later
stage passed; one given up was lost; one that still stands there past the clock of
its stage is stuck. What moved back counts as neither, for it comes by again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from crm_core.insight.framing import Standards
from crm_core.model.schema import Label

LOST = "lost"
WON = "won"
HOUR_MS = 3_600_000
NO_CLOCK = 24.0 * 36_500
"""Hours that stand for a stage in which nothing is ever stuck."""


def order_of(stages: Standards, entity: str) -> tuple[str, ...]:
    """The stages of a journey, first to last; the last is that it was won."""
    return (*(stage for stage in stages.order[entity] if stage not in stages.ends), WON)


def clock_of(stages: Standards, entity: str, stage: str) -> float:
    """Hours after which a record of this stage is stuck: its standard."""
    return stages.hours.get((entity, stage)) or NO_CLOCK


@dataclass(frozen=True, slots=True)
class Move:
    """One change of stage. Moments are milliseconds since 1970."""

    record: str
    at: int
    before: str
    after: str
    since: int
    """When the record came into `before`, as far as is known; else when it was created."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of those who were in a stage within a time."""

    passed: int = 0
    lost: int = 0
    stuck: int = 0

    @property
    def total(self) -> int:
        """Everybody whose fate is known."""
        return self.passed + self.lost + self.stuck

    @property
    def broken(self) -> int:
        """Those the step lost, for good or for now."""
        return self.lost + self.stuck

    @property
    def share(self) -> float | None:
        """Part of them lost or stuck, 0 to 1; None without anybody."""
        return self.broken / self.total if self.total else None


def left(moves: Iterable[Move], order: Sequence[str], start: int, end: int) -> dict[str, Fate]:
    """By stage, how many passed and were lost from `start` up to `end`; stuck ones are not here."""
    rank = {stage: place for place, stage in enumerate(order)}
    counts: dict[str, list[int]] = {stage: [0, 0] for stage in order if stage != WON}
    for move in moves:
        if not start <= move.at < end or move.before not in counts:
            continue
        if move.after == LOST:
            counts[move.before][1] += 1
        elif rank.get(move.after, -1) > rank[move.before]:
            counts[move.before][0] += 1
    return {stage: Fate(passed, lost) for stage, (passed, lost) in counts.items()}


def stood_then(moves: Iterable[Move], stage: str, then: int, hours: float) -> int:
    """How many that have left `stage` since stood in it at `then` for over `hours` already."""
    limit = then - hours * HOUR_MS
    return sum(
        1 for move in moves
        if move.before == stage and move.at > then and move.since < limit
    )  # fmt: skip


def was_there(moves: Iterable[Move], stage: str, then: int) -> int:
    """How many that have left `stage` since were in it at `then`."""
    return sum(1 for m in moves if m.before == stage and m.at > then and m.since <= then)


ADVICE: Mapping[tuple[str, str], Label] = {
    ("lead", "captured"): Label(
        "先打前 10 条最久没人跟进的，开场一句：“您昨天咨询的事，我来负责，方便两分钟吗？”",
        "Call the ten that have waited longest: “I am looking after what you asked about; do you "
        "have two minutes?”",
    ),
    ("lead", "touched"): Label(
        "首次触达后约定需求沟通：“我发您三个问题，您挑着回，周几方便细聊？”",
        "Agree on a talk about needs: “Here are three questions; which day suits you?”",
    ),
    ("lead", "need"): Label(
        "需求确认后 48 小时内给出一页方案，先讲结果再讲功能。",
        "Send a one-page proposal within 48 hours of confirming the need; results before features.",
    ),
    ("lead", "proposal"): Label(
        "给看过方案的人打电话，不等回复：“方案里哪一条最拿不准？”",
        "Call whoever has the proposal: “Which part are you least sure of?”",
    ),
    ("lead", "objection"): Label(
        "把异议写下来，当天请主管或技术一起回；附一个同类成功案例。",
        "Write the objection down and answer it the same day with an expert and a similar case.",
    ),
    ("lead", "trial"): Label(
        "试用第 3 天主动回访：“最常用的一步顺不顺？”并约定结束日。",
        "Call on day three of the trial: “Does the step you use most work?”, and agree on its end.",
    ),
    ("opportunity", "contact"): Label(
        "一周内见到第二位决策人，问清“这件事谁来拍板”。",
        "Meet a second decision maker within a week; ask who decides.",
    ),
    ("opportunity", "need"): Label(
        "把需求写成一页纸请对方确认，再约演示。",
        "Have the need confirmed on one page, then book the demo.",
    ),
    ("opportunity", "demo"): Label(
        "演示后 24 小时内给定制报价，报价前确认决策人、预算和会议纪要。",
        "Quote within 24 hours of the demo; confirm decision makers, budget and minutes first.",
    ),
    ("opportunity", "quote"): Label(
        "报价 72 小时没回音就打电话：“请确认是否收到报价单？”",
        "No answer 72 hours after the quote: call and ask whether it arrived.",
    ),
    ("opportunity", "negotiate"): Label(
        "列出还没谈拢的条款，请主管带一个让步方案再谈一次。",
        "List the open terms and go back with one concession your leader agreed to.",
    ),
}
"""A suggested step for whoever reads that a stage loses people (row 6.18)."""
_PLAIN = Label(
    "从停得最久的开始，逐条确认下一步和日期；没有下一步的退回或放弃。",
    "Begin with the longest; agree on a next step and a date, or let it go.",
)


def advice_for(entity: str, stage: str) -> Label:
    """What is suggested; a plain word for a stage of the company's own."""
    return ADVICE.get((entity, stage), _PLAIN)
