"""Exit conditions of stages as data, and the pure verdict: what is missing to move on (row 4.2).

Each requirement asks either for a field of the record itself or for so many related records; how
many there are is counted by the caller. Until stages are edited by administrators, these are the
product's own defaults. A verdict made on a laptop is about the records that laptop holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as with_default

from crm_core.model import choices
from crm_core.model.query import EVERYTHING, Condition, Not, Op, Test
from crm_core.model.query import Any as AnyOf
from crm_core.model.schema import Choice, Label
from crm_core.model.values import Record, Value


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that must be there before a record leaves a stage."""

    id: str
    label: Label
    """What must be there, such as 决策人参与至少 2 位."""
    field: str = ""
    """A field of the record itself that must be filled."""
    entity: str = ""
    """Or: records of this kind which share the anchor (`anchor_of`)…"""
    where: Condition = EVERYTHING
    """… answer this …"""
    least: int = 1
    """… and are at least so many."""
    initial: Mapping[str, Value] = with_default(default_factory=dict)
    """What a new related record starts with, so that it satisfies the requirement."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A requirement that is not met."""

    requirement: Requirement
    have: int = 0

    def sentence(self, language: str) -> str:
        """What is missing, in a few words, with how far it has come."""
        words = self.requirement.label.text(language)
        if self.requirement.least < 2:
            return words
        return f"{words} ({self.have}/{self.requirement.least})"


_QUOTED = Test("action", Op.EQ, "quoted")

_OPPORTUNITY: Mapping[str, tuple[Requirement, ...]] = {
    "contact": (
        Requirement("person", Label("至少一位联系人", "A contact person"), entity="contact"),
        Requirement("need", Label("意向产品", "Products wanted"), field="products"),
    ),
    "need": (
        Requirement(
            "decision", Label("决策人至少 1 位", "A decision maker"), entity="contact",
            where=Test("part", Op.EQ, "decision"), initial={"part": "decision"},
        ),
    ),
    "demo": (
        Requirement(
            "decisions", Label("决策人参与至少 2 位", "At least 2 decision makers"),
            entity="contact", where=Test("part", Op.EQ, "decision"), least=2,
            initial={"part": "decision"},
        ),
        Requirement("budget", Label("预算范围已确认（金额）", "Budget confirmed"), field="amount"),
        Requirement(
            "minutes", Label("演示的会议纪要", "Minutes of a demo"), entity="visit",
            where=Test("purpose", Op.EQ, "demo"), initial={"purpose": "demo"},
        ),
    ),
    "quote": (
        Requirement(
            "quoted", Label("已报价的跟进记录", "A follow-up that quoted"), entity="follow_up",
            where=_QUOTED, initial={"action": "quoted"},
        ),
        Requirement("close", Label("预计成交日期", "Expected close"), field="close_on"),
    ),
    "negotiate": (
        Requirement("amount", Label("成交金额", "The amount"), field="amount"),
    ),
}  # fmt: skip

_LEAD: Mapping[str, tuple[Requirement, ...]] = {
    "captured": (
        Requirement("touch", Label("首次跟进", "A first follow-up"), entity="follow_up"),
    ),
    "touched": (Requirement("need", Label("需求类型", "Kind of need"), field="need"),),
    "need": (Requirement("interest", Label("意向产品", "Product wanted"), field="interest"),),
    "proposal": (
        Requirement(
            "sent", Label("已发送资料或报价", "Material or a quote sent"), entity="follow_up",
            where=AnyOf((Test("action", Op.EQ, "sent"), _QUOTED)), initial={"action": "sent"},
        ),
    ),
    "objection": (Requirement("budget", Label("预算", "Budget"), field="budget"),),
    "trial": (
        Requirement("customer", Label("已关联客户", "Linked to a customer"), field="customer"),
    ),
}  # fmt: skip

GATES: Mapping[str, Mapping[str, tuple[Requirement, ...]]] = {
    "opportunity": _OPPORTUNITY,
    "lead": _LEAD,
}
"""Entity → stage → what must be there to leave it forwards."""
STAGES: Mapping[str, tuple[Choice, ...]] = {
    "opportunity": choices.OPPORTUNITY_STAGE,
    "lead": choices.LEAD_STAGE,
}
LOST = "lost"
"""May be entered from any stage, whatever is missing."""

STALE_DAYS: Mapping[str, Mapping[str, int]] = {
    "opportunity": {"contact": 14, "need": 21, "demo": 21, "quote": 14, "negotiate": 30},
    "lead": {"captured": 2, "touched": 3, "need": 5, "proposal": 7, "objection": 7, "trial": 14},
}
"""From so many days in a stage on a card is shown as slow; from twice as many as stuck."""


def anchor_of(entity: str, record: Record) -> tuple[str, str]:
    """(REF field, id) by which related records are found: a deal's customer, the lead itself."""
    if entity == "lead":
        return "lead", str(record.get("id") or "")
    return "customer", str(record.get("customer") or "")


def requirements(entity: str, stage: str) -> tuple[Requirement, ...]:
    """What must be there to leave a stage forwards."""
    return GATES.get(entity, {}).get(stage, ())


def on_the_way(entity: str, before: str, after: str) -> tuple[Requirement, ...]:
    """Everything asked between two stages; nothing for a step back, a loss, or a stage unknown."""
    codes = [stage.code for stage in STAGES.get(entity, ())]
    if before not in codes or after not in codes or after == LOST or before == LOST:
        return ()
    passed = codes[codes.index(before) : codes.index(after)]
    found = [one for stage in passed for one in requirements(entity, stage)]
    return tuple({one.id: one for one in found}.values())


def missing(
    asked: tuple[Requirement, ...], record: Record, counts: Mapping[str, int]
) -> tuple[Missing, ...]:
    """Those not met. `counts` says by requirement id how many related records there are."""
    found = []
    for one in asked:
        if one.field:
            have, enough = 0, record.get(one.field) not in (None, "", [])
        else:
            have = counts.get(one.id, 0)
            enough = have >= one.least
        if not enough:
            found.append(Missing(one, have))
    return tuple(found)


def blocker(stage: Choice, lacking: tuple[Missing, ...], *, days: int | None, language: str) -> str:
    """Why a record stays where it is, in one sentence (row 4.13)."""
    name = stage.label.text(language)
    things = [one.sentence(language) for one in lacking]
    if language.startswith("zh"):
        since = f"已 {days} 天" if days else ""
        return f"在「{name}」{since}，还差：{'、'.join(things)}。"
    since = f" for {days} days" if days else ""
    return f"In “{name}”{since}; missing: {', '.join(things).lower()}."


def is_closed(entity: str, stage: str) -> bool:
    """Whether nothing is expected to move any more."""
    return stage in ("won", LOST) and entity in STAGES


def open_condition() -> Condition:
    """Records that are neither won nor lost."""
    return Not(AnyOf((Test("stage", Op.EQ, "won"), Test("stage", Op.EQ, LOST))))
