"""Logging a visit: the visit, what was promised, the follow-up and the customer, in one act."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from crm_core.store.unit_of_work import Unit
from desktop.services.attachments import attach_taken, taken_in
from desktop.services.commands import Done, done, owned
from desktop.services.workspace import Workspace

VOICE_REASON = "语音速记"
TYPED_REASON = "记录拜访"


@dataclass(frozen=True, slots=True)
class TaskDraft:
    """Something to do that came out of a visit."""

    title: str
    kind: str = "next"
    """A code of the task's `kind`: promise, next, reminder, todo."""
    due_at: str | None = None
    """ISO moment; without a zone it is China time. None when nobody said when."""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class FollowUpDraft:
    """The three-field follow-up (row 3.1)."""

    action: str
    conclusion: str = ""
    next_step: str = ""
    next_on: str | None = None


@dataclass(frozen=True, slots=True)
class VisitDraft:
    """A visit as proposed or typed; nothing is written until `do_log_visit`."""

    customer_id: str
    started_at: str
    ended_at: str | None = None
    contact_id: str | None = None
    new_contact: str = ""
    """The name of a person to be added to the customer's contacts, in the same act."""
    lead_id: str | None = None
    purpose: str | None = None
    place: str = ""
    latitude: str | None = None
    longitude: str | None = None
    datum: str | None = None
    photos: tuple[Path, ...] = ()
    """Attached to the visit in the same act."""
    summary: str = ""
    products: tuple[str, ...] = ()
    budget_min: int | None = None
    """Fen."""
    budget_max: int | None = None
    """Fen."""
    concerns: tuple[str, ...] = ()
    objections: tuple[str, ...] = ()
    competitors: tuple[str, ...] = ()
    sentiment: str | None = None
    captured_by: str = "typed"
    transcript: str = ""
    tasks: tuple[TaskDraft, ...] = ()
    follow_up: FollowUpDraft | None = None
    customer_changes: Mapping[str, object] = field(default_factory=dict)


def do_log_visit(workspace: Workspace, draft: VisitDraft) -> Done:
    """Write the whole draft as one group: all of it, or nothing and the draft is still yours.

    `Done.record_id` is the visit's. Raises ValueProblem, KnownError("forbidden", "gone", and for
    photos those of `do_attach`).
    """
    reason = VOICE_REASON if draft.captured_by == "voice" else TYPED_REASON
    with taken_in(workspace, draft.photos) as photos, workspace.write(reason) as (unit, committed):
        draft = _with_new_contact(workspace, unit, draft)
        visit_id = _create(workspace, unit, "visit", _visit_values(draft))
        links = {"customer": draft.customer_id, "lead": draft.lead_id, "visit": visit_id}
        for task in draft.tasks:
            _create(workspace, unit, "task", _task_values(task) | links)
        if draft.follow_up is not None:
            follow_up = _follow_up_values(draft.follow_up, draft) | links
            _create(workspace, unit, "follow_up", follow_up)
        attach_taken(workspace, unit, photos, {"customer": draft.customer_id, "visit": visit_id})
        if draft.customer_changes:
            unit.change("customer", draft.customer_id, draft.customer_changes)
    number = len(draft.tasks)
    return done(
        committed,
        "已记录拜访" + (f"，生成 {number} 项任务" if number else ""),
        "Visit logged" + (f" with {number} task{'s' * (number > 1)}" if number else ""),
        record_id=visit_id,
    )


def _create(workspace: Workspace, unit: Unit, entity: str, values: Mapping[str, object]) -> str:
    return unit.create(entity, owned(workspace, unit.registry.entity(entity), values))


def _with_new_contact(workspace: Workspace, unit: Unit, draft: VisitDraft) -> VisitDraft:
    """The draft with its new contact created and named, where it has one."""
    if not draft.new_contact:
        return draft
    person = {"name": draft.new_contact, "customer": draft.customer_id}
    return replace(draft, contact_id=_create(workspace, unit, "contact", person))


def _visit_values(draft: VisitDraft) -> dict[str, object]:
    return {
        "customer": draft.customer_id,
        "contact": draft.contact_id,
        "lead": draft.lead_id,
        "purpose": draft.purpose,
        "started_at": draft.started_at,
        "ended_at": draft.ended_at,
        "place": draft.place,
        "latitude": draft.latitude,
        "longitude": draft.longitude,
        "datum": draft.datum,
        "summary": draft.summary,
        "products": draft.products,
        "budget_min": draft.budget_min,
        "budget_max": draft.budget_max,
        "concerns": draft.concerns,
        "objections": draft.objections,
        "competitors": draft.competitors,
        "sentiment": draft.sentiment,
        "captured_by": draft.captured_by,
        "transcript": draft.transcript,
    }


def _task_values(task: TaskDraft) -> dict[str, object]:
    return {
        "title": task.title,
        "kind": task.kind,
        "state": "open",
        "due_at": task.due_at,
        "remark": task.remark,
    }


def _follow_up_values(follow_up: FollowUpDraft, draft: VisitDraft) -> dict[str, object]:
    return {
        "action": follow_up.action,
        "conclusion": follow_up.conclusion,
        "next_step": follow_up.next_step,
        "next_on": follow_up.next_on,
        "happened_at": draft.started_at,
        "contact": draft.contact_id,
    }
