"""The quarterly value report: before and after, both shown, computed and never typed in (row 6.20).

Pure. A share is numerator ÷ denominator and never above 100 %; a saving is before − after; what
nobody recorded is said to be so, with what would have to be recorded. Rows 7.6 and 6.28 as well.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from crm_core.clock import CHINA
from crm_core.insight.declared import Period
from crm_core.model.schema import Label

MINUTES_A_USE = 6
"""What looking an answer up by oneself takes longer than the library, as shipped; the policy's
`reuse_minutes` replaces it. An assumption, and shown as one."""
LEAST = 5
TABLE = (
    "first_response", "flow_in_time", "golden_hours", "follow_48", "survival", "need_match",
    "tasks_on_time", "conversion", "cycle", "compression",
)  # fmt: skip
"""Measures of the benefit table (row 7.6); the compression beside which NPS is read (6.28)."""


NO_NOTE = Label("", "")


@dataclass(frozen=True, slots=True)
class Side:
    """One period's value with what it is made of; None for no data."""

    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    count: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report."""

    id: str
    label: Label
    unit: Label
    before: Side
    after: Side
    low_is_good: bool = False
    digits: int = 1
    note: Label = NO_NOTE
    """How it is meant, or what would have to be recorded."""

    @property
    def difference(self) -> float | None:
        """After − before, unrounded."""
        if self.before.value is None or self.after.value is None:
            return None
        return self.after.value - self.before.value

    @property
    def percent(self) -> float | None:
        """By how much of the unrounded value before it moved, in percent (decision 5): 161 min to
        48 min are −70.2 %. None where there was nothing before."""
        moved = self.difference
        if moved is None or not self.before.value:
            return None
        return 100 * moved / abs(self.before.value)

    @property
    def better(self) -> bool | None:
        """Whether it moved the right way; None where it did not move or nothing is known."""
        moved = self.difference
        return None if not moved else (moved < 0) is self.low_is_good


@dataclass(frozen=True, slots=True)
class Cared:
    """Customers with a reminder that was due in a period, and how many of them were lost."""

    done: int
    done_lost: int
    undone: int
    undone_lost: int


@dataclass(frozen=True, slots=True)
class Campaign:
    """A tag that money was spent on, and what those who carry it bought in the period."""

    tag: str
    cost: int
    """In cents, as money is kept."""
    revenue: int


def quarter_of(day: date, back: int = 0) -> tuple[int, int]:
    """(year, 1 to 4) of the quarter a day is in, or of one so many before it."""
    whole = day.year * 4 + (day.month - 1) // 3 - back
    return whole // 4, whole % 4 + 1


def period_of(year: int, number: int) -> Period:
    """A quarter from its first moment in China until that of the next."""
    begin = datetime(year, 3 * number - 2, 1, tzinfo=CHINA)
    following = (year + 1, 1) if number == 4 else (year, 3 * number + 1)
    return Period(begin.astimezone(UTC),
                  datetime(*following, 1, tzinfo=CHINA).astimezone(UTC))  # fmt: skip


def churn_line(before: Cared, after: Cared) -> Line:
    """Customers kept by reminders: how many more would be lost at the rate of those nobody did."""
    label = Label("提醒避免的流失", "Churn avoided by reminders")
    note = Label(
        "有提醒且完成的客户 × （提醒未完成者的流失率 − 完成者的流失率），两组各至少 5 位。",
        "Customers whose reminder was done × (loss rate where it was not − where it was), with at "
        "least 5 in each group.",
    )
    return Line(
        "churn", label, Label("位", "customers"), _kept(before), _kept(after), digits=1, note=note
    )


def reuse_line(before: int, after: int, minutes: int) -> Line:
    """Hours the library saved."""
    return Line(
        "reuse", Label("知识复用节省", "Saved by re-using knowledge"), Label("小时", "h"),
        _hours(before, minutes), _hours(after, minutes),
        note=Label(
            f"复用次数 × 每次 {minutes} 分钟（假设，管理员可在策略里改）。",
            f"Uses × {minutes} minutes each (an assumption; an administrator can change it).",
        ),
    )  # fmt: skip


def campaign_line(before: tuple[Campaign, ...], after: tuple[Campaign, ...]) -> Line:
    """What tag campaigns earned for what they cost: revenue ÷ cost."""
    note = Label(
        "标签客户的赢单金额 ÷ 与标签同名的渠道费用；可以大于 1，它不是占比。",
        "Won deals of customers with the tag ÷ the channel cost of the same name; it may exceed 1, "
        "for it is no share.",
    )
    if not before and not after:
        note = Label(
            "没有记录：需要一条与客户标签同名的“渠道费用”。",
            "Not recorded: it needs a channel cost named like a tag of customers.",
        )
    return Line(
        "campaigns", Label("标签活动回报", "Return of tag campaigns"), Label("倍", "×"),
        _return(before), _return(after), digits=2, note=note,
    )  # fmt: skip


def nps_of(scores: list[int]) -> Side:
    """Promoters (9, 10) less detractors (0 to 6), in points; of at least `LEAST` scores."""
    valid = [points for score in scores if (points := recommends(score)) is not None]
    if len(valid) < LEAST:
        return Side(None, count=len(valid))
    total = sum(valid)
    return Side(total / len(valid), total // 100, len(valid), len(valid))


def recommends(score: object) -> int | None:
    """100 for a promoter (9, 10), −100 for a detractor (0 to 6), 0 between; None for no score."""
    if not isinstance(score, int) or not 0 <= score <= 10:
        return None
    return 100 if score >= 9 else -100 if score <= 6 else 0


def _kept(cared: Cared) -> Side:
    if cared.done < LEAST or cared.undone < LEAST:
        return Side(None, count=cared.done + cared.undone)
    without = cared.undone_lost / cared.undone
    with_it = cared.done_lost / cared.done
    return Side(
        max(0.0, without - with_it) * cared.done, cared.done_lost, cared.done,
        cared.done + cared.undone,
    )  # fmt: skip


def _hours(uses: int, minutes: int) -> Side:
    return Side(uses * minutes / 60 if uses else None, count=uses)


def _return(campaigns: tuple[Campaign, ...]) -> Side:
    cost, revenue = sum(c.cost for c in campaigns), sum(c.revenue for c in campaigns)
    return Side(revenue / cost if cost else None, revenue / 100, cost / 100, len(campaigns))
