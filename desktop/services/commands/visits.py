"""Logging a talk: the visit or the call, what was promised, what moves and changes, in one act."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from crm_core.model.schema import Merge
from crm_core.store.changes.unit_of_work import Unit
from desktop.services.commands.verbs import Done, done, owned
from desktop.services.commands.wordings import Pair, keep_wordings
from desktop.services.papers.attachments import attach_taken, taken_in
from desktop.services.workspace import Workspace

VOICE_REASON = "语音记录"


class Form(StrEnum):
    """What a talk is written down as."""

    VISIT = "visit"
    FOLLOW_UP = "follow_up"
    """A call, a chat, an e-mail: nobody went anywhere."""


_TYPED_REASONS = {Form.VISIT: "记录拜访", Form.FOLLOW_UP: "记录跟进"}


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
class Change:
    """A field of an existing record that the talk changes; sets gain the items of `value`."""

    entity: str
    id: str
    field: str
    value: object


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """A customer nobody had yet, added in the same act; the person has looked for doubles."""

    name: str
    kind: str = "organisation"


@dataclass(frozen=True, slots=True)
class VisitDraft:
    """A visit or call as proposed or typed; nothing is written until `do_log_visit`."""

    customer_id: str
    """May be empty where there is a `new_customer`."""
    started_at: str
    form: Form = Form.VISIT
    new_customer: NewCustomer | None = None
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
    changes: tuple[Change, ...] = ()
    """Of other records: a deal's stage, sum, products and competitors."""
    learnt: tuple[Pair, ...] = ()
    """What corrections taught, for the company's list of words."""


def do_log_visit(workspace: Workspace, draft: VisitDraft) -> Done:
    """Write the whole draft as one group: all of it, or nothing and the draft is still yours.

    `Done.record_id` is that of the visit, or of the follow-up. Raises ValueProblem, GateClosed for
    a stage, KnownError("forbidden", "gone", and for photos those of `do_attach`).
    """
    reason = VOICE_REASON if draft.captured_by == "voice" else _TYPED_REASONS[draft.form]
    with taken_in(workspace, draft.photos) as photos, workspace.write(reason) as (unit, committed):
        draft = _with_new_contact(workspace, unit, _with_new_customer(workspace, unit, draft))
        made, links = _talk(workspace, unit, draft)
        for task in draft.tasks:
            _create(workspace, unit, "task", _task_values(task) | links)
        attach_taken(workspace, unit, photos, {"customer": draft.customer_id, **_visit_of(links)})
        if draft.customer_changes:
            unit.change("customer", draft.customer_id, draft.customer_changes)
        for change in draft.changes:
            _change(unit, change)
        keep_wordings(workspace, unit, draft.learnt)
    return done(committed, *_said(draft), record_id=made)


def _talk(workspace: Workspace, unit: Unit, draft: VisitDraft) -> tuple[str, dict[str, object]]:
    """Write the visit with its follow-up, or the follow-up alone; its id, and what tasks hang
    under."""
    links: dict[str, object] = {"customer": draft.customer_id, "lead": draft.lead_id}
    if draft.form is Form.FOLLOW_UP:
        follow_up = draft.follow_up or FollowUpDraft("called")
        values = _follow_up_values(follow_up, draft) | _heard(draft) | links
        return _create(workspace, unit, "follow_up", values), links
    visit_id = _create(workspace, unit, "visit", _visit_values(draft))
    links["visit"] = visit_id
    if draft.follow_up is not None:
        _create(workspace, unit, "follow_up", _follow_up_values(draft.follow_up, draft) | links)
    return visit_id, links


def _visit_of(links: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in links.items() if name == "visit"}


def _change(unit: Unit, change: Change) -> None:
    """Stages only through their gates, which what was written before in this act may open."""
    spec = unit.registry.entity(change.entity).field_spec(change.field)
    value = change.value
    if spec.merge is Merge.SET:
        before = (unit.record(change.entity, change.id) or {}).get(change.field)
        held = [str(one) for one in before] if isinstance(before, list) else []
        value = [*held, *(one for one in _texts(value) if one not in held)]
    changes = {change.field: value}
    unit.change(change.entity, change.id, changes)


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]


def _said(draft: VisitDraft) -> tuple[str, str]:
    number, moved = len(draft.tasks), any(one.field == "stage" for one in draft.changes)
    visit = draft.form is Form.VISIT
    zh = ["已记录拜访" if visit else "已记录跟进"]
    en = ["Visit logged" if visit else "Follow-up logged"]
    if number:
        zh.append(f"生成 {number} 项任务")
        en.append(f"{number} task{'s' * (number > 1)}")
    if moved:
        zh.append("商机已推进")
        en.append("deal moved on")
    return "，".join(zh), " with ".join((en[0], ", ".join(en[1:]))) if en[1:] else en[0]


def _create(workspace: Workspace, unit: Unit, entity: str, values: Mapping[str, object]) -> str:
    return unit.create(entity, owned(workspace, unit.registry.entity(entity), values))


def _with_new_customer(workspace: Workspace, unit: Unit, draft: VisitDraft) -> VisitDraft:
    """The draft with its new customer created and named, where it has one."""
    new = draft.new_customer
    if new is None:
        return draft
    values = {"name": new.name, "kind": new.kind, "state": "prospect"}
    return replace(draft, customer_id=_create(workspace, unit, "customer", values))


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
        **_heard(draft),
    }


def _heard(draft: VisitDraft) -> dict[str, object]:
    """What was said, as visits and calls both keep it (`model.declaring.said`)."""
    return {
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
