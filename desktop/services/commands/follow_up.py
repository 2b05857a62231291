"""The three-field follow-up (rows 3.1, 3.2): what was done, what came of it, what comes next.

Whom a follow-up is about is worked out from whatever record somebody stands on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from crm_core.clock import CHINA, iso_moment
from crm_core.model.query import Op, Query, Test
from crm_core.permissions import Right
from desktop.services.commands.verbs import Done, done, owned
from desktop.services.workspace import Workspace

REASON = "记录跟进"
SUBJECTS = ("lead", "contact", "customer")
"""What a follow-up can be about; of several links of a record the first of these."""
_DUE_HOUR = 9


@dataclass(frozen=True, slots=True)
class About:
    """Whom a follow-up is about."""

    entity: str
    id: str
    title: str
    links: Mapping[str, str] = field(default_factory=dict)
    """The follow-up's references (customer, lead, contact) by field."""
    first: bool = False
    """Nobody has followed them up yet."""


@dataclass(frozen=True, slots=True)
class FollowUpEntry:
    """What is written down; `next_on` is a date as in the schema."""

    links: Mapping[str, str]
    action: str
    conclusion: str = ""
    next_step: str = ""
    next_on: str | None = None


def about(workspace: Workspace, entity: str, record_id: str) -> About | None:
    """Whom a follow-up begun on this record is about; None where it leads to nobody."""
    if entity not in workspace.replica.registry:
        return None
    record = workspace.replica.record(entity, record_id)
    if record is None:
        return None
    links = {name: str(record[name]) for name in SUBJECTS if record.get(name)}
    if entity in SUBJECTS:
        links[entity] = record_id
    subject = entity if entity in links else next((n for n in SUBJECTS if n in links), "")
    if not subject:
        return None
    names = [
        workspace.replica.titles(name, [links[name]]).get(links[name], "")
        for name in dict.fromkeys((subject, "customer"))
        if name in links
    ]
    return About(
        entity=subject,
        id=links[subject],
        title=" · ".join(name for name in names if name),
        links=links,
        first=not workspace.replica.count(
            Query("follow_up", Test(subject, Op.EQ, links[subject]), limit=1)
        ),
    )


def do_log_follow_up(workspace: Workspace, entry: FollowUpEntry) -> Done:
    """Write the follow-up and, where something comes next, its task: both or neither.

    Raises ValueProblem (also where no action is chosen: there is no follow-up without one),
    KnownError("forbidden").
    """
    registry = workspace.replica.registry
    values = {
        **entry.links,
        "action": entry.action or None,
        "conclusion": entry.conclusion,
        "next_step": entry.next_step,
        "next_on": entry.next_on,
        "happened_at": workspace.clock.iso(),
    }
    next_too = _comes_next(workspace, entry)
    with workspace.write(REASON) as (unit, committed):
        made = unit.create("follow_up", owned(workspace, registry.entity("follow_up"), values))
        if next_too:
            links = {n: i for n, i in entry.links.items() if n in ("customer", "lead")}
            task = {
                **links,
                "title": entry.next_step or f"跟进{_name(workspace, entry.links)}",
                "kind": "next",
                "state": "open",
                "due_at": _due(entry.next_on),
            }
            unit.create("task", owned(workspace, registry.entity("task"), task))
    return done(
        committed,
        "已记录跟进" + ("，下一步已列入任务" if next_too else ""),
        "Follow-up logged" + (", with a task for the next step" if next_too else ""),
        record_id=made,
    )


def _comes_next(workspace: Workspace, entry: FollowUpEntry) -> bool:
    wanted = bool(entry.next_step or entry.next_on)
    return wanted and workspace.may(Right.CREATE, "task").allowed


def _name(workspace: Workspace, links: Mapping[str, str]) -> str:
    subject = next((n for n in SUBJECTS if n in links), "")
    if not subject:
        return ""
    return workspace.replica.titles(subject, [links[subject]]).get(links[subject], "")


def _due(day: str | None) -> str | None:
    if day is None:
        return None
    clock = time(_DUE_HOUR, tzinfo=CHINA)
    return iso_moment(datetime.combine(date.fromisoformat(day), clock))
