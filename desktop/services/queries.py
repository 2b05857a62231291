"""What pages read: one customer as a whole, today's work, names for references. Never writes."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from crm_core.clock import CHINA, iso_moment
from crm_core.model.query import EVERYTHING, All, Condition, Op, Query, Sort, Test
from crm_core.model.schema import Kind
from crm_core.model.values import Record
from desktop.services.timeline import TimelineEntry, timeline_of
from desktop.services.workspace import Workspace

Target = tuple[str, str]
"""(entity, id)"""

_AHEAD_DAYS = 7
_MOST_WORDS = 200


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """Everything the page of one customer shows (360°)."""

    record: Record
    contacts: tuple[Record, ...]
    opportunities: tuple[Record, ...]
    leads: tuple[Record, ...]
    open_tasks: tuple[Record, ...]
    """Earliest due first; those without a date last."""
    timeline: tuple[TimelineEntry, ...]
    """Newest first."""
    titles: Mapping[Target, str]
    """Names for every reference above."""


@dataclass(frozen=True, slots=True)
class Today:
    """What the person at work has to do."""

    overdue: tuple[Record, ...]
    today: tuple[Record, ...]
    upcoming: tuple[Record, ...]
    """Due within a week."""
    undated: tuple[Record, ...]
    titles: Mapping[Target, str]


def customer_page(workspace: Workspace, customer_id: str) -> CustomerPage | None:
    """The page of one customer; None where the record is gone or not on this device."""
    record = workspace.replica.record("customer", customer_id)
    if record is None:
        return None
    contacts = _under(workspace, "contact", customer_id)
    opportunities = _under(workspace, "opportunity", customer_id)
    leads = _under(workspace, "lead", customer_id)
    tasks = _open_tasks(workspace, Test("customer", Op.EQ, customer_id))
    timeline = timeline_of(
        workspace.replica,
        record,
        visits=_under(workspace, "visit", customer_id),
        follow_ups=_under(workspace, "follow_up", customer_id),
        moving=[("opportunity", one) for one in opportunities] + [("lead", one) for one in leads],
    )
    shown = {
        "customer": [record], "contact": contacts, "opportunity": opportunities, "lead": leads,
        "task": tasks,
    }  # fmt: skip
    targets = set(references(workspace, shown)) | {("user", e.actor) for e in timeline if e.actor}
    targets |= {target for entry in timeline for target in entry.references}
    return CustomerPage(
        record=record,
        contacts=tuple(contacts),
        opportunities=tuple(opportunities),
        leads=tuple(leads),
        open_tasks=tuple(tasks),
        timeline=timeline,
        titles=resolve_titles(workspace, targets),
    )


def today(workspace: Workspace) -> Today:
    """Open tasks of the person at work by urgency."""
    me = workspace.actor.user_id
    tasks = _open_tasks(workspace, Test("owner", Op.EQ, me))
    midnight = _next_midnight(workspace.clock.now())
    now, end = workspace.clock.iso(), iso_moment(midnight)
    morning = iso_moment(midnight - timedelta(days=1))
    week = iso_moment(midnight + timedelta(days=_AHEAD_DAYS))
    groups: dict[str, list[Record]] = defaultdict(list)
    for task in tasks:
        due = put_off(task, workspace.clock.now()) or task.get("due_at")
        # A rule that reminds says when it noticed; only the day after is that late.
        since = morning if task.get("kind") == "reminder" else now
        groups[_urgency(due, since, end, week)].append(task)
    return Today(
        overdue=tuple(groups["overdue"]),
        today=tuple(groups["today"]),
        upcoming=tuple(groups["upcoming"]),
        undated=tuple(groups["undated"]),
        titles=resolve_titles(workspace, references(workspace, {"task": tasks})),
    )


def put_off(record: Record, now: datetime) -> str | None:
    """Until when a record is snoozed; None where it is not, or not any more."""
    until = record.get("snoozed_until")
    return str(until) if until and str(until) > iso_moment(now) else None


def resolve_titles(workspace: Workspace, targets: Iterable[Target]) -> dict[Target, str]:
    """Names by (entity, id); records that are not on this device are left out."""
    by_entity: dict[str, set[str]] = defaultdict(set)
    for entity, record_id in targets:
        if record_id and entity in workspace.replica.registry:
            by_entity[entity].add(record_id)
    return {
        (entity, record_id): title
        for entity, ids in by_entity.items()
        for record_id, title in workspace.replica.titles(entity, ids).items()
    }


def references(workspace: Workspace, shown: Mapping[str, Iterable[Record]]) -> list[Target]:
    """Every record the given ones (by entity) point at."""
    found: list[Target] = []
    for entity, rows in shown.items():
        pointing = [
            spec
            for spec in workspace.replica.registry.entity(entity).fields
            if spec.kind is Kind.REF
        ]
        for row in rows:
            found += [(s.target, str(row[s.name])) for s in pointing if row.get(s.name)]
    return found


def children(workspace: Workspace, entity: str, parent_field: str, parent_id: str) -> list[Record]:
    """Records listed under another, newest first."""
    where = Test(parent_field, Op.EQ, parent_id)
    moment = workspace.replica.registry.entity(entity).moment or "id"
    return list(workspace.replica.find(Query(entity, where, (Sort(moment, descending=True),))))


def words_in_use(workspace: Workspace, entity: str, field_name: str) -> tuple[str, ...]:
    """What the last thousand records with something in a set field have in it, most used first."""
    used = Test(field_name, Op.NE, None)
    found = workspace.replica.find(Query(entity, used, (Sort("id", descending=True),), limit=1000))
    counted: Counter[str] = Counter()
    for record in found:
        held = record.get(field_name)
        counted.update(str(item) for item in held) if isinstance(held, list | tuple) else None
    return tuple(word for word, _ in counted.most_common(_MOST_WORDS))


def _under(workspace: Workspace, entity: str, customer_id: str) -> list[Record]:
    return children(workspace, entity, "customer", customer_id)


def _open_tasks(workspace: Workspace, whose: Condition = EVERYTHING) -> list[Record]:
    where = All((Test("state", Op.EQ, "open"), whose))
    found = workspace.replica.find(Query("task", where, (Sort("due_at"),)))
    return sorted(found, key=lambda task: (task["due_at"] is None, str(task["due_at"])))


def _urgency(due: object, now: str, end: str, week: str) -> str:
    if due is None:
        return "undated"
    bounds = ((now, "overdue"), (end, "today"), (week, "upcoming"))
    return next((name for bound, name in bounds if str(due) < bound), "later")


def _next_midnight(now: datetime) -> datetime:
    local = now.astimezone(CHINA)
    return local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
