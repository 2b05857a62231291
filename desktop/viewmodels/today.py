"""The day of the person at work as lines ready to draw: tasks by urgency, leads nobody answered.

Reads only; the clock is the workspace's. Which keys do what belongs to the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from crm_core.clock import CHINA, iso_moment, parse_moment
from crm_core.model.query import Ago, All, Op, Query, Sort, Test
from crm_core.model.values import Record
from crm_core.permissions import visible
from desktop.services.queries import LEAD_SILENCE_HOURS, Target, today
from desktop.services.workspace import Workspace

MOST_LEADS = 8
"""Leads listed on the page; the rest is one key away."""
WARNED_HOURS = LEAD_SILENCE_HOURS - 36.0
"""Row 2.18: a lead with fewer hours left than this is about to be missed."""
_TOMORROW_HOUR = 9


class Section(StrEnum):
    """The parts of the day, in the order of the page."""

    OVERDUE = "overdue"
    TODAY = "today"
    LEADS = "leads"
    UPCOMING = "upcoming"
    UNDATED = "undated"


@dataclass(frozen=True, slots=True)
class Line:
    """One task, or one lead that waits for its first response."""

    section: Section
    entity: str
    id: str
    title: str
    kind: str
    """A task's kind (promise, next, reminder, todo); "lead" for a lead."""
    customer: str
    """Customer id, or "" where none is named."""
    about: str
    """The customer's name; for a lead what it asks for and where it came from."""
    due: datetime | None
    """When the task is due, or when the 48 hours of a lead are over (aware)."""
    hours_left: float = 0.0
    """Leads only: of the 48 hours, negative once they are over."""


@dataclass(frozen=True, slots=True)
class Day:
    """Everything the page shows."""

    now: datetime
    """Aware, in China."""
    name: str
    lines: tuple[Line, ...]
    """In the order of `Section`."""
    done_today: int
    leads_waiting: int
    """All of them; `lines` holds the `MOST_LEADS` most urgent."""

    leads_over: int
    """Of them, how many have waited longer than 48 hours."""
    team_overdue: int
    """Overdue tasks of others, for those who lead (row 4.17: seen before the meeting)."""

    def count(self, section: Section) -> int:
        """How many lines a part of the day has."""
        return sum(line.section is section for line in self.lines)


def read_day(workspace: Workspace) -> Day:
    """What the person at work has to do now. Meant for the database thread."""
    found = today(workspace)
    now = workspace.clock.now()
    waiting = workspace.replica.find(waiting_leads(workspace))
    owners = workspace.replica.titles("user", {str(x["owner"]) for x in waiting if x.get("owner")})
    owners.pop(workspace.actor.user_id, None)
    leads = sorted((_lead_line(lead, owners, now) for lead in waiting), key=_urgency)
    tasks = {
        Section.OVERDUE: found.overdue,
        Section.TODAY: found.today,
        Section.UPCOMING: found.upcoming,
        Section.UNDATED: found.undated,
    }
    lines = [
        _task_line(section, record, found.titles)
        for section, records in tasks.items()
        for record in records
    ]
    order = list(Section)
    return Day(
        now=now.astimezone(CHINA),
        name=workspace.account.user_name,
        lines=tuple(sorted([*lines, *leads[:MOST_LEADS]], key=lambda x: order.index(x.section))),
        done_today=_done_since_midnight(workspace, now),
        leads_waiting=len(leads),
        leads_over=sum(lead.hours_left < 0 for lead in leads),
        team_overdue=(
            0 if _is_rep(workspace) else workspace.replica.count(team_overdue(workspace))
        ),
    )


def _urgency(line: Line) -> float:
    """Longest overdue first, then by the time that is left."""
    return line.hours_left


def waiting_leads(workspace: Workspace) -> Query:
    """Leads which nobody has answered, longest waiting first (row 2.8): a rep's own, and for
    everyone else all they may see."""
    lead = workspace.replica.registry.entity("lead")
    waiting = (
        Test("first_response_at", Op.EQ, None),
        Test("received_at", Op.NE, None),
        Test("stage", Op.NE, "won"),
        Test("stage", Op.NE, "lost"),
    )
    mine = (Test("owner", Op.EQ, workspace.actor.user_id),) if _is_rep(workspace) else ()
    where = All((*waiting, *mine, visible(workspace.actor, lead)))
    return Query("lead", where, (Sort("received_at"),))


def team_overdue(workspace: Workspace) -> Query:
    """Overdue tasks of others in the person's scope, longest overdue first (row 4.17)."""
    task = workspace.replica.registry.entity("task")
    late = (
        Test("state", Op.EQ, "open"),
        Test("due_at", Op.LT, Ago(0)),
        Test("owner", Op.NE, workspace.actor.user_id),
    )
    return Query("task", All((*late, visible(workspace.actor, task))), (Sort("due_at"),))


def tomorrow_morning(now: datetime) -> str:
    """Nine o'clock tomorrow in China, as an ISO moment: where a task goes that is put off."""
    local = now.astimezone(CHINA) + timedelta(days=1)
    return iso_moment(local.replace(hour=_TOMORROW_HOUR, minute=0, second=0, microsecond=0))


def _is_rep(workspace: Workspace) -> bool:
    return workspace.actor.role == "rep"


def _task_line(section: Section, task: Record, titles: Mapping[Target, str]) -> Line:
    customer, lead = str(task.get("customer") or ""), str(task.get("lead") or "")
    due = task.get("due_at")
    return Line(
        section=section,
        entity="task",
        id=str(task["id"]),
        title=str(task.get("title") or ""),
        kind=str(task.get("kind") or "todo"),
        customer=customer,
        about=titles.get(("customer", customer)) or titles.get(("lead", lead), ""),
        due=parse_moment(str(due)).astimezone(CHINA) if due else None,
    )


def _lead_line(lead: Record, owners: Mapping[str, str], now: datetime) -> Line:
    """`owners` are the names of those whose leads are not one's own."""
    over = parse_moment(str(lead["received_at"])) + timedelta(hours=LEAD_SILENCE_HOURS)
    words = (owners.get(str(lead.get("owner"))), lead.get("interest"), lead.get("source"))
    return Line(
        section=Section.LEADS,
        entity="lead",
        id=str(lead["id"]),
        title=str(lead.get("name") or ""),
        kind="lead",
        customer=str(lead.get("customer") or ""),
        about=" · ".join(str(word) for word in words if word),
        due=over.astimezone(CHINA),
        hours_left=(over - now).total_seconds() / 3600,
    )


def _done_since_midnight(workspace: Workspace, now: datetime) -> int:
    midnight = now.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    mine = (
        Test("owner", Op.EQ, workspace.actor.user_id),
        Test("state", Op.EQ, "done"),
        Test("done_at", Op.GE, iso_moment(midnight)),
    )
    return workspace.replica.count(Query("task", All(mine)))
