"""How things stand with a customer or a deal, as a number with every reason for it (promise 6).

Pure: told what there is and what time it is. The weights are ours and written here only.
"""

from dataclasses import dataclass

from crm_core.model.schema import Label

GOOD, FAIR = 75, 45
"""Scores from which a customer is shown as well, and as fair; below that, in trouble."""
_CONTACT = ((14, 0), (30, 15), (60, 35))
"""(days since the last contact up to, points it costs); longer or never costs `_LONG_AGO`."""
_LONG_AGO = 50
_PROMISE, _MOST_PROMISES = 15, 45
_TASK, _MOST_TASKS = 5, 15
_NOTHING_NEXT = 10


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """What the health of a customer is worked out from."""

    days_since_contact: int | None
    """Since the last visit or follow-up; None: never."""
    overdue_promises: int = 0
    overdue_tasks: int = 0
    """Without the promises."""
    something_next: bool = False
    """A task with a date, or a date for the next contact, lies ahead."""
    days_known: int | None = None
    """Since the record was made; None: not known, which counts as long ago."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One reason, and how many points it costs."""

    label: Label
    cost: int


@dataclass(frozen=True, slots=True)
class Health:
    """0 to 100, its tone (good, warn, bad), and why."""

    score: int
    tone: str
    signs: tuple[Sign, ...]

    def explained(self, language: str) -> str:
        """Every reason on a line of its own, with its points."""
        return "\n".join(
            f"{sign.label.text(language)}   {-sign.cost if sign.cost else '✓'}"
            for sign in self.signs
        )


def customer_health(facts: CustomerFacts) -> Health:
    """100 minus what each sign costs, never below 0."""
    signs = (_contact(facts), *_late(facts), _next(facts.something_next))
    score = max(0, 100 - sum(sign.cost for sign in signs))
    tone = "good" if score >= GOOD else "warn" if score >= FAIR else "bad"
    return Health(score, tone, signs)


def pace(days: int | None, limit: int | None, *, overdue: bool) -> str:
    """The tone of a card on the pipeline: slow beyond the limit, stuck beyond twice the limit or
    with an overdue task."""
    if overdue:
        return "bad"
    if days is None or not limit or days < limit:
        return "good"
    return "bad" if days >= 2 * limit else "warn"


def _contact(facts: CustomerFacts) -> Sign:
    """A customer nobody has met yet is as quiet as it is old: a new one is in no trouble."""
    days = facts.days_since_contact
    quiet = facts.days_known if days is None else days
    cost = _LONG_AGO
    if quiet is not None:
        cost = next((points for most, points in _CONTACT if quiet <= most), _LONG_AGO)
    if days is None:
        return Sign(Label("还没有联系过", "Never contacted"), cost)
    words = Label("今天联系过", "Contacted today")
    if days:
        words = Label(f"上次联系在 {days} 天前", f"Last contact {days} days ago")
    return Sign(words, cost)


def _late(facts: CustomerFacts) -> tuple[Sign, ...]:
    promises, tasks = facts.overdue_promises, facts.overdue_tasks
    return (
        Sign(
            Label(f"逾期的承诺 {promises} 项", f"Overdue promises: {promises}"),
            min(_MOST_PROMISES, _PROMISE * promises),
        ),
        Sign(
            Label(f"逾期的任务 {tasks} 项", f"Overdue tasks: {tasks}"),
            min(_MOST_TASKS, _TASK * tasks),
        ),
    )


def _next(something: bool) -> Sign:
    if something:
        return Sign(Label("下一步已安排", "A next step is planned"), 0)
    return Sign(Label("没有安排下一步", "No next step is planned"), _NOTHING_NEXT)
