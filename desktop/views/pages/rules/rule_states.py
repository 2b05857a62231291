"""How a rule stands, as a chip; and the groups its kinds are listed in."""

from collections.abc import Iterable, Mapping, Sequence

from crm_core.model.choices_rules import RULE_KIND
from crm_core.model.schema import Label
from crm_core.rules.difference import Turn
from desktop.services.rules.rule_lines import Origin, RuleLine
from desktop.views.theme.tokens import Tone

ALL, DIFFERENT = "all", "different"
GROUPS: Mapping[str, tuple[str, ...]] = {
    "score": ("score",),
    "route": ("route", "pool"),
    "clock": ("clock",),
    "stage": ("stage",),
    "automation": ("automation",),
    "approval": ("approval",),
    "limit": ("limit",),
}
"""What is listed together → kinds of rules."""
_NAMES: Mapping[str, Label] = {
    ALL: Label("全部", "All"),
    DIFFERENT: Label("未发布的改动", "Not published yet"),
    "score": Label("评分", "Scores"),
    "route": Label("分配与线索池", "Routes and pools"),
    "clock": Label("时限", "Clocks"),
    "stage": Label("阶段", "Stages"),
    "automation": Label("自动化", "Automations"),
    "approval": Label("审批", "Approvals"),
    "limit": Label("指标红线", "Limits"),
}
LISTED: tuple[str, ...] = (ALL, DIFFERENT, *GROUPS)


def group_name(group: str, language: str) -> str:
    """What a group is called."""
    return _NAMES[group].text(language)


def kind_name(kind: str, language: str) -> str:
    """What a kind of rule is called."""
    found = next((one.label for one in RULE_KIND if one.code == kind), None)
    return found.text(language) if found is not None else kind


def belongs(line: RuleLine, group: str) -> bool:
    """Whether a rule is listed in a group."""
    if group == ALL:
        return True
    if group == DIFFERENT:
        return line.turn is not None
    return line.kind in GROUPS[group]


def matching(lines: Iterable[RuleLine], group: str, typed: str) -> list[RuleLine]:
    """Those of a group whose name or sentence has every word that was typed."""
    words = typed.casefold().split()
    found = []
    for line in lines:
        said = f"{line.label.zh} {line.label.en} {line.sentence} {line.id}".casefold()
        if belongs(line, group) and all(word in said for word in words):
            found.append(line)
    return found


def counted(lines: Sequence[RuleLine]) -> dict[str, tuple[int, int]]:
    """Group → (rules, of those that differ from what is in force)."""
    found = {}
    for group in LISTED:
        some = [one for one in lines if belongs(one, group)]
        found[group] = (len(some), sum(one.turn is not None for one in some))
    return found


def chip_of(line: RuleLine) -> tuple[Label, Tone]:
    """The one thing to know of a rule."""
    if line.origin is Origin.UNREAD:
        return Label("无法读取", "Cannot be read"), Tone.BAD
    if line.turn is Turn.REMOVED:
        return Label("发布后去掉", "Goes when published"), Tone.WARN
    if line.wrong and line.active:
        return Label("需要修正", "Needs putting right"), Tone.BAD
    if line.turn is Turn.ADDED:
        return Label("新增 · 未发布", "New, not published"), Tone.ACCENT
    if line.turn is Turn.CHANGED:
        return Label("已改 · 未发布", "Changed, not published"), Tone.WARN
    if not line.active:
        return Label("停用", "Off"), Tone.NEUTRAL
    if line.origin is Origin.SHIPPED:
        return Label("随附", "As shipped"), Tone.NEUTRAL
    if line.origin is Origin.CHANGED:
        return Label("已调整", "Adjusted"), Tone.GOOD
    return Label("自定义", "Own"), Tone.GOOD
