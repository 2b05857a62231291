"""The day of the person at work as lines ready to draw: tasks by urgency, leads nobody answered,
deals whose clocks are over (rows 3.10, 4.12), birthdays (row 3.17).

What is left of leads and deals is worked out by the published clocks, exemptions taken out, as on
their pages and on the server (rows 2.8, 2.18, decision 059). Reads only; which keys do what belongs
to the page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from math import inf

from crm_core.clock import CHINA, iso_moment, parse_moment
from crm_core.model.query import Ago, All, Any, Not, Op, Query, Sort, Test
from crm_core.model.schema import Label
from crm_core.model.values import Record
from crm_core.permissions import visible
from crm_core.rules.stocked.clocks_shipped import QUOTE
from crm_core.rules.timekeeping.clocks import Measure
from crm_core.store.ruling.clock_reads import Stands
from desktop.services.queries import Target, put_off, today
from desktop.services.rules.approvals import waiting_for_me
from desktop.services.rules.countdowns import Counted, awaits_answer, count_all, longest_over, tells
from desktop.services.workspace import Workspace

MOST_LEADS = 8
"""Leads listed on the page; the rest is one key away."""
_BIRTHDAYS_AHEAD = 3
_MOST_QUOTES = 8
_TOMORROW_HOUR = 9


class Section(StrEnum):
    """The parts of the day, in the order of the page."""

    OVERDUE = "overdue"
    TODAY = "today"
    LEADS = "leads"
    QUOTES = "quotes"
    BIRTHDAYS = "birthdays"
    UPCOMING = "upcoming"
    UNDATED = "undated"


@dataclass(frozen=True, slots=True)
class Timing:
    """The clock a line is about."""

    name: Label
    limit_hours: float
    spent_hours: float
    working: bool
    """Hours are working hours."""
    warned: bool
    """A level of it is reached (row 2.18)."""


@dataclass(frozen=True, slots=True)
class Line:
    """A task, a lead that waits for its first response, a quote, or a contact's birthday."""

    section: Section
    entity: str
    id: str
    title: str
    kind: str
    """A task's kind (promise, next, reminder, todo); "lead", "quote", "deal" (some other clock of
    one is over) or "birthday" otherwise."""
    customer: str
    """Customer id, or "" where none is named."""
    about: str
    """The customer's name; for a lead what it asks for and where it came from."""
    due: datetime | None
    """When the task is due or comes back, or when the clock of a lead is over (aware)."""
    promised: datetime | None = None
    """When it is due in truth, however long it was put off; a quote: since when nothing moved."""
    snoozed: bool = False
    """Put off by the person, until `due`."""
    interest: str = ""
    """Leads only: what it asks for."""
    hours_left: float = 0.0
    """Leads and deals: of their clock, in its own unit, negative once they are over."""
    clock: Timing | None = None
    """Leads and deals: what counts; None where no clock does."""


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
    """Of them, how many have waited longer than their clock gives them."""
    team_overdue: int
    """Overdue tasks of others, for those who lead (row 4.17: seen before the meeting)."""
    approvals: int = 0
    """Requests that wait for the person's decision."""

    aside: tuple[str, ...] = ()
    """Ids of leads nobody has answered that do not count now: exempt (row 6.10) or put off."""

    def count(self, section: Section) -> int:
        """How many lines a part of the day has."""
        return sum(line.section is section for line in self.lines)


def read_day(workspace: Workspace) -> Day:
    """What the person at work has to do now. Meant for the database thread."""
    found = today(workspace)
    now = workspace.clock.now()
    waiting = workspace.replica.find(waiting_leads(workspace))
    every = _waiting_lines(workspace, waiting, now)
    me = workspace.actor.user_id
    off = {
        str(x["id"]): until for x in waiting if x.get("owner") == me and (until := put_off(x, now))
    }
    leads = [line for line in every if line.id not in off]
    counting = {line.id for line in leads}
    snoozed = [_snoozed(line, off[line.id], now) for line in every if line.id in off]
    tasks = {
        Section.OVERDUE: found.overdue,
        Section.TODAY: found.today,
        Section.UPCOMING: found.upcoming,
        Section.UNDATED: found.undated,
    }
    lines = [
        _task_line(section, record, found.titles, now)
        for section, records in tasks.items()
        for record in records
    ]
    lines += [*leads[:MOST_LEADS], *snoozed, *_quotes(workspace, now), *_birthdays(workspace, now)]
    order = list(Section)
    return Day(
        now=now.astimezone(CHINA),
        name=workspace.account.user_name,
        lines=tuple(sorted(lines, key=lambda x: order.index(x.section))),
        done_today=_done_since_midnight(workspace, now),
        leads_waiting=len(leads),
        leads_over=sum(lead.hours_left < 0 for lead in every),
        team_overdue=(
            0 if _is_rep(workspace) else workspace.replica.count(team_overdue(workspace))
        ),
        approvals=waiting_for_me(workspace),
        aside=tuple(one for x in waiting if (one := str(x["id"])) not in counting),
    )


def _waiting_lines(workspace: Workspace, waiting: Sequence[Record], now: datetime) -> list[Line]:
    owners = workspace.replica.titles("user", {str(x["owner"]) for x in waiting if x.get("owner")})
    owners.pop(workspace.actor.user_id, None)
    timed = count_all(workspace, "lead", waiting, awaits_answer)
    lines = (_lead_line(lead, owners, timed.get(str(lead["id"])), now) for lead in waiting)
    return sorted((line for line in lines if line is not None), key=_urgency)


def _urgency(line: Line) -> float:
    """Longest overdue first, then by the time that is left, then those nothing counts for."""
    return line.hours_left if line.clock is not None else inf


def waiting_leads(workspace: Workspace, aside: Sequence[str] = ()) -> Query:
    """Leads which nobody has answered, longest waiting first (row 2.8): a rep's own, and for
    everyone else all they may see. `aside`: ids of those that do not count now."""
    lead = workspace.replica.registry.entity("lead")
    waiting = (
        Test("first_response_at", Op.EQ, None),
        Test("received_at", Op.NE, None),
        Test("stage", Op.NE, "won"),
        Test("stage", Op.NE, "lost"),
    )
    mine = (Test("owner", Op.EQ, workspace.actor.user_id),) if _is_rep(workspace) else ()
    counting = (Not(Test("id", Op.IN, tuple(aside))),) if aside else ()
    where = All((*waiting, *mine, *counting, visible(workspace.actor, lead)))
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


def _task_line(section: Section, task: Record, titles: Mapping[Target, str], now: datetime) -> Line:
    customer, lead = str(task.get("customer") or ""), str(task.get("lead") or "")
    due, until = _moment(task.get("due_at")), put_off(task, now)
    return Line(
        section=section,
        entity="task",
        id=str(task["id"]),
        title=str(task.get("title") or ""),
        kind=str(task.get("kind") or "todo"),
        customer=customer,
        about=titles.get(("customer", customer)) or titles.get(("lead", lead), ""),
        due=_moment(until) or due,
        promised=due,
        snoozed=until is not None,
    )


def _moment(written: object) -> datetime | None:
    return parse_moment(str(written)).astimezone(CHINA) if written else None


def _snoozed(line: Line, until: str, now: datetime) -> Line:
    """A lead in the part of the day in which it comes back."""
    back = _moment(until)
    later = back is None or back.date() > now.astimezone(CHINA).date()
    section = Section.UPCOMING if later else Section.TODAY
    return replace(line, section=section, promised=line.due, due=back, snoozed=True)


def _quotes(workspace: Workspace, now: datetime) -> list[Line]:
    """Own deals of which some clock is over, longest first: a quote nobody has answered for three
    days (row 3.10), one nobody has touched (row 4.12), whatever the company counts."""
    mine = (Test("owner", Op.EQ, workspace.actor.user_id),)
    where = All((*mine, Test("stage", Op.NE, "won"), Test("stage", Op.NE, "lost")))
    found = workspace.replica.find(Query("opportunity", where, (Sort("stage_since"),)))
    waiting = [one for one in found if put_off(one, now) is None]
    over = longest_over(workspace, "opportunity", waiting, tells, now=now, most=_MOST_QUOTES)
    names = workspace.replica.titles("customer", {str(one.get("customer")) for one, _ in over})
    return [
        Line(
            section=Section.QUOTES, entity="opportunity", id=str(one["id"]),
            title=str(one.get("name") or ""),
            kind="quote" if stands.rule.id == QUOTE.id else "deal",
            customer=str(one.get("customer") or ""),
            about=names.get(str(one.get("customer")), ""), due=None,
            promised=_moment(one.get("stage_since")),
            hours_left=stands.state.hours_left or 0.0, clock=_timing(stands),
        )
        for one, stands in over
    ]  # fmt: skip


def _timing(stands: Stands) -> Timing:
    clock, found = stands.rule.body, stands.state
    return Timing(
        stands.rule.label, clock.limit_hours,
        found.spent / timedelta(hours=1) if found.spent is not None else 0.0,
        clock.measure is Measure.WORKING, found.level > 0,
    )  # fmt: skip


def _birthdays(workspace: Workspace, now: datetime) -> list[Line]:
    """Own contacts whose birthday is today or within three days."""
    today_ = now.astimezone(CHINA).date()
    days = [today_ + timedelta(days=ahead) for ahead in range(_BIRTHDAYS_AHEAD + 1)]
    soon = Any(tuple(Test("birthday", Op.CONTAINS, f"-{day:%m-%d}") for day in days))
    where = All((Test("owner", Op.EQ, workspace.actor.user_id), soon))
    found = workspace.replica.find(Query("contact", where))
    names = workspace.replica.titles("customer", {str(one.get("customer")) for one in found})
    lines = [
        Line(
            section=Section.BIRTHDAYS, entity="contact", id=str(one["id"]),
            title=str(one.get("name") or ""), kind="birthday",
            customer=str(one.get("customer") or ""),
            about=names.get(str(one.get("customer")), ""), due=_birthday(one, days),
        )
        for one in found
    ]  # fmt: skip
    return sorted(lines, key=lambda line: str(line.due))


def _birthday(contact: Record, days: Sequence[date]) -> datetime:
    written = str(contact.get("birthday"))
    day = next((one for one in days if written.endswith(f"-{one:%m-%d}")), days[0])
    return datetime.combine(day, time(_TOMORROW_HOUR), tzinfo=CHINA)


def _lead_line(
    lead: Record, owners: Mapping[str, str], timed: Counted | None, now: datetime
) -> Line | None:
    """`owners` are the names of those whose leads are not one's own; None for a lead that is exempt
    (row 6.10)."""
    running = timed.running(now) if timed is not None else []
    if running and running[0].state.paused:
        return None
    stands = running[0] if running else None
    due = stands.state.due if stands is not None else None
    words = (owners.get(str(lead.get("owner"))), lead.get("interest"), lead.get("source"))
    return Line(
        section=Section.LEADS,
        entity="lead",
        id=str(lead["id"]),
        title=str(lead.get("name") or ""),
        kind="lead",
        customer=str(lead.get("customer") or ""),
        about=" · ".join(str(word) for word in words if word),
        due=due.astimezone(CHINA) if due is not None else None,
        interest=str(lead.get("interest") or ""),
        hours_left=(stands.state.hours_left or 0.0) if stands is not None else 0.0,
        clock=_timing(stands) if stands is not None else None,
    )


def _done_since_midnight(workspace: Workspace, now: datetime) -> int:
    midnight = now.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    mine = (
        Test("owner", Op.EQ, workspace.actor.user_id),
        Test("state", Op.EQ, "done"),
        Test("done_at", Op.GE, iso_moment(midnight)),
    )
    return workspace.replica.count(Query("task", All(mine)))
