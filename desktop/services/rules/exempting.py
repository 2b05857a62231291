"""What an exemption is made of, granted from the page of a record or by approving a request.

While one lasts no clock of the record runs and nobody is told (row 6.10). It belongs to the owner
of the record, whoever grants it: whom it concerns has it on their device, or offline would not be
online. The verbs are in `commands.exemption` and `commands.approvals`.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from crm_core.clock import CHINA, iso_moment, parse_moment
from crm_core.errors import KnownError
from crm_core.model.entities_exemption import EXEMPTION_KIND
from crm_core.model.query import All, Condition, Op, Query, Sort, Test
from crm_core.model.query import Any as AnyOf
from crm_core.model.schema import Label
from crm_core.model.values import Record
from crm_core.permissions import Right, Verdict
from crm_core.rules.approvals import ENTITY as REQUEST
from crm_core.rules.approvals import PENDING, exemption_of, recheck_of
from crm_core.store.changes.unit_of_work import Unit
from crm_core.sync.change import Verb
from crm_core.sync.history import Edit
from desktop.services.workspace import Workspace

ENTITY = "exemption"
RECHECK = timedelta(days=14)
"""Row 6.10: after so long somebody looks again, however long the exemption is."""
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Exempting:
    """What is exempted, why, and until when."""

    entity: str
    record: Record
    kind: str
    reason: str
    until: str
    """ISO moment."""
    whole_customer: bool = False
    """Every record of the customer, not this one alone."""

    @property
    def kind_words(self) -> tuple[str, str]:
        """The kind in both languages."""
        found = kind_label(self.kind)
        return found.zh, found.en


def kind_label(code: str) -> Label:
    """What a kind of exemption is called; its code where nobody knows it."""
    found = next((one.label for one in EXEMPTION_KIND if one.code == code), None)
    return found or Label(code, code)


def may_exempt(workspace: Workspace, entity: str, record: Record) -> Verdict:
    """Whether the person may grant one about this record; otherwise they may ask for it."""
    edit = workspace.may(Right.EDIT, entity, record)
    return edit if not edit.allowed else workspace.may(Right.CREATE, ENTITY, _owned(record))


def grant(workspace: Workspace, unit: Unit, asked: Exempting, *, request: str = "") -> str:
    """Write the exemption and the task to look again; its id, which follows from that of the
    `request` that is granted. KnownError as `check`, "forbidden"."""
    check(workspace, asked)
    verdict = may_exempt(workspace, asked.entity, asked.record)
    if not verdict.allowed:
        raise KnownError(verdict.chinese, verdict.english, code="forbidden")
    me, record = workspace.actor.user_id, asked.record
    values = {
        **_about(asked), **_owned(record), "kind": asked.kind, "reason": asked.reason.strip(),
        "since": workspace.clock.iso(), "until": asked.until,
    }  # fmt: skip
    values |= {} if record.get("owner") else {"owner": me}
    if not request:
        made = unit.create(ENTITY, values)
        unit.create("task", _recheck(workspace, asked), record_id=recheck_of(made))
        return made
    made = exemption_of(request)
    _put(unit, ENTITY, made, values | {"ended_at": None})
    _put(unit, "task", recheck_of(made), _recheck(workspace, asked) | {"done_at": None})
    return made


def _put(unit: Unit, entity: str, record_id: str, values: dict[str, Any]) -> None:
    """Write a record whose id is known: one that was taken back comes back."""
    if not unit.knows(entity, record_id):
        unit.create(entity, values, record_id=record_id)
    else:
        unit.edit(Edit(entity, record_id, Verb.SET, *one) for one in values.items())


def requested(workspace: Workspace, entity: str, record: Record) -> list[Record]:
    """The requests to exempt a record that wait for a decision, the oldest first, as far as they
    are sent here: one asks for itself or for all of its customer."""
    about: list[Condition] = [Test(entity, Op.EQ, str(record["id"]))]
    customer = record.get("customer")
    if isinstance(customer, str):
        of_all = (Test("customer", Op.EQ, customer), Test("exempt_all", Op.EQ, True))
        about.append(All(of_all))
    waiting = (Test("state", Op.EQ, PENDING), Test("exempt_until", Op.NE, None))
    where = All((AnyOf(tuple(about)), *waiting))
    return list(workspace.replica.find(Query(REQUEST, where, sort=(Sort("asked_at"),))))


def until_words(until: str) -> str:
    """The end as people read it."""
    return f"{parse_moment(until).astimezone(CHINA):%m-%d %H:%M}"


def check(workspace: Workspace, asked: Exempting) -> None:
    """KnownError: "reason" without one, "until" for an end that is over or too far."""
    if not asked.reason.strip():
        raise KnownError(
            "请写明原因，没有保存。", "Say why; nothing was saved.", code="reason"
        )  # fmt: skip
    now = workspace.clock.now()
    try:
        fits = now < parse_moment(asked.until) <= now + LONGEST
    except ValueError:
        fits = False
    if not fits:
        raise KnownError(
            "结束时间要在现在之后、一年之内，例如「下周五 18:00」。没有保存。",
            "The end has to lie ahead, within a year, such as “Friday 18:00”. Nothing was saved.",
            code="until",
        )


def _about(asked: Exempting) -> dict[str, object]:
    customer = asked.record.get("customer")
    if asked.whole_customer and customer:
        return {"customer": customer}
    return {asked.entity: asked.record["id"], "customer": customer}


def _owned(record: Record) -> Record:
    owner = record.get("owner")
    return {"owner": owner} if owner else {}


def _recheck(workspace: Workspace, asked: Exempting) -> dict[str, object]:
    until = min(parse_moment(asked.until), workspace.clock.now() + RECHECK)
    name = str(asked.record.get("name") or "")[:80]
    return {
        "title": f"复查豁免：{name}（{asked.kind_words[0]}）", "kind": "reminder", "state": "open",
        "due_at": iso_moment(until), "owner": asked.record.get("owner") or workspace.actor.user_id,
        "customer": asked.record.get("customer"), "remark": asked.reason.strip(),
        **({"lead": asked.record["id"]} if asked.entity == "lead" else {}),
    }  # fmt: skip
