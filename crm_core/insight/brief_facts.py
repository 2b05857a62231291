"""What the daily brief is made of: counts and hours, each with the question that opens its records.

Pure values; `store.reports.brief_facts` reads them, `insight.brief` draws the conclusions.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from crm_core.insight.moves import Fate
from crm_core.model.query import All, Condition, Not, Op, Query, Sort, Test
from crm_core.model.query import Any as AnyOf
from crm_core.model.schema import Label

HELP_WORDS = ("技术", "答疑", "调试", "参数", "technical", "tech support")
"""A task is technical help (技术答疑) if its title has one of these words (row 6.4)."""
HELP_LIMIT = 0.4
HELP_WEEKS = 2
HELP_CASES = 3
LEAST = 5
"""Fewer records than this carry no conclusion."""
TOP = 5


@dataclass(frozen=True, slots=True)
class StageLoad:
    """One stage of leads: how many stand in it, and how many past its clock; also a day before."""

    stage: str
    label: Label
    waiting: int
    overdue: int
    waiting_before: int
    overdue_before: int
    query: Query


@dataclass(frozen=True, slots=True)
class Answered:
    """How quickly one person answered leads in a day: median hours of `count`."""

    person: str
    name: str
    hours: float
    count: int


@dataclass(frozen=True, slots=True)
class Response:
    """First responses of the last 24 hours, the quickest first."""

    ranked: tuple[Answered, ...]
    median: float | None
    count: int
    median_before: float | None
    """Of the 24 hours before."""
    viewer: str
    query: Query


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a journey: what became of those who left it in the period, and before it."""

    entity: str
    stage: str
    label: Label
    next_label: Label
    now: Fate
    before: Fate
    query: Query
    """Those who are stuck in it, or were lost."""


@dataclass(frozen=True, slots=True)
class HelpWeek:
    """Technical help that was due in one week, and how much of it came late or not at all."""

    due: int
    late: int

    @property
    def share(self) -> float:
        """Part that was late; 0 for a week without any."""
        return self.late / self.due if self.due else 0.0


@dataclass(frozen=True, slots=True)
class Help:
    """The last full weeks of technical help, newest first, and the newest late cases."""

    weeks: tuple[HelpWeek, ...]
    cases: tuple[str, ...]
    """Ids of tasks."""
    late: Query
    articles: Query
    guides: int = 0
    """How many articles there are."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a brief of one day for one viewer is made of."""

    day: str
    as_of: str
    viewer: str
    viewer_name: str
    stages: tuple[StageLoad, ...]
    response: Response
    steps: tuple[Step, ...]
    help: Help
    period_days: int
    guessed: int = 0
    """Moves without history, taken to have come from the stage before."""
    unknown: int = 0
    """Records given up nobody here knows from where."""


def in_stage_over(stage: str, limit: str) -> Condition:
    """Leads of one stage that were past its clock at a moment; `limit`: that moment less the clock.

    In the first stage the clock runs from assignment until somebody answers (row 2.8).
    """
    if stage == "captured":
        return All((Test("stage", Op.EQ, stage), Test("first_response_at", Op.EQ, None),
                    Test("assigned_at", Op.LT, limit)))  # fmt: skip
    return All((Test("stage", Op.EQ, stage), Test("stage_since", Op.LT, limit)))


def answered_between(start: str, end: str) -> Query:
    """Leads answered for the first time within a time."""
    where = All((Test("first_response_at", Op.GE, start), Test("first_response_at", Op.LT, end)))
    return Query("lead", where, (Sort("first_response_at", descending=True),))


def help_tasks(start: str, end: str) -> Query:
    """Technical help that was due within a time; what was given up does not count."""
    named = AnyOf(tuple(Test("title", Op.CONTAINS, word) for word in HELP_WORDS))
    due = (Test("due_at", Op.GE, start), Test("due_at", Op.LT, end))
    where = All((*due, Not(Test("state", Op.EQ, "dropped")), named))
    return Query("task", where, (Sort("due_at", descending=True),))


def guides() -> Query:
    """Articles that say how technical questions are answered: SOPs and FAQs."""
    parts = [Test(name, Op.CONTAINS, word) for name in ("title", "category")
             for word in (*HELP_WORDS, "SOP", "FAQ")]  # fmt: skip
    return Query("article", AnyOf(tuple(parts)), (Sort("title"),))


def place_of(ranked: Sequence[Answered], person: str) -> int | None:
    """The place of a person, from 1; None where they are not ranked."""
    return next((n for n, one in enumerate(ranked, 1) if one.person == person), None)
