"""Verbs of exemptions: grant one with a reason and an end, end it, ask whoever leads (row 6.10).

While one lasts no clock of the record runs and nobody is told. It belongs to the owner of the
record, whoever grants it: whom it concerns has it on their device, or offline would not be online.
"""

from dataclasses import dataclass
from datetime import timedelta

from crm_core.clock import CHINA, iso_moment, parse_moment
from crm_core.errors import KnownError
from crm_core.model.entities_exemption import EXEMPTION_KIND
from crm_core.model.values import Record
from crm_core.permissions import Right, Verdict
from crm_core.rules.approvals import Approval
from crm_core.rules.identity import act_key
from crm_core.store.unit_of_work import Unit
from desktop.services.approvals import proposed_approver
from desktop.services.commands import Done, done
from desktop.services.commands_approvals import Request, do_ask_approval
from desktop.services.workspace import Workspace

ENTITY = "exemption"
RECHECK = timedelta(days=14)
"""Row 6.10: after so long somebody looks again, however long the exemption is."""
LONGEST = timedelta(days=366)
_RULE = "exemption-recheck"


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
        found = next((one.label for one in EXEMPTION_KIND if one.code == self.kind), None)
        return (found.zh, found.en) if found is not None else (self.kind, self.kind)


def may_exempt(workspace: Workspace, entity: str, record: Record) -> Verdict:
    """Whether the person may grant one about this record; otherwise they may ask for it."""
    edit = workspace.may(Right.EDIT, entity, record)
    return edit if not edit.allowed else workspace.may(Right.CREATE, ENTITY, _owned(record))


def do_exempt(workspace: Workspace, asked: Exempting) -> Done:
    """Hold up the clocks of a record, and remind of looking again in two weeks.

    KnownError: "reason" without one, "until" for an end that is over or too far, "forbidden".
    """
    _check(workspace, asked)
    verdict = may_exempt(workspace, asked.entity, asked.record)
    if not verdict.allowed:
        raise KnownError(verdict.chinese, verdict.english, code="forbidden")
    me, record = workspace.actor.user_id, asked.record
    values = {
        **_about(asked), **_owned(record), "kind": asked.kind, "reason": asked.reason.strip(),
        "since": workspace.clock.iso(), "until": asked.until,
    }  # fmt: skip
    with workspace.write("豁免") as (unit, committed):
        made = unit.create(ENTITY, values | ({} if record.get("owner") else {"owner": me}))
        unit.create("task", _recheck(workspace, asked), record_id=_task_of(made))
    end = f"{parse_moment(asked.until).astimezone(CHINA):%m-%d %H:%M}"
    return done(
        committed, f"已豁免到 {end}，期间不计时，到时提醒复查",
        f"Exempt until {end}; a task asks to look again", record_id=made,
    )  # fmt: skip


def do_end_exemption(workspace: Workspace, exemption: str) -> Done:
    """Let the clocks run on from now; KnownError ("gone", "forbidden")."""
    now = workspace.clock.iso()
    with workspace.write("豁免提前结束") as (unit, committed):
        unit.change(ENTITY, exemption, {"ended_at": now})
        _close(unit, _task_of(exemption), now)
    return done(
        committed, "豁免已结束，时限继续计时", "The exemption is over; the clocks run on",
        record_id=exemption,
    )  # fmt: skip


def do_ask_exemption(workspace: Workspace, asked: Exempting) -> Done:
    """Ask whoever leads to grant it. KnownError as `do_exempt`; "approver" where nobody leads."""
    _check(workspace, asked)
    approver = proposed_approver(workspace, Approval(("lead", "role:admin")))
    if not approver:
        raise KnownError(
            "没有找到可以批准的主管，请直接联系管理员。没有提交。",
            "Nobody here could grant it; ask an administrator. Nothing was sent.", code="approver",
        )  # fmt: skip
    end = f"{parse_moment(asked.until).astimezone(CHINA):%Y-%m-%d %H:%M}"
    name = str(asked.record.get("name") or "")[:60]
    request = Request(
        f"豁免申请：{name}", approver, asked.entity, str(asked.record["id"]),
        request=f"{asked.kind_words[0]}，到 {end} 止。{asked.reason.strip()}",
    )  # fmt: skip
    return do_ask_approval(workspace, request)


def _check(workspace: Workspace, asked: Exempting) -> None:
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


def _task_of(exemption: str) -> str:
    return act_key(_RULE, exemption, "granted")


def _close(unit: Unit, task: str, now: str) -> None:
    held = unit.record("task", task)
    if held is not None and held.get("state") == "open":
        unit.change("task", task, {"state": "done", "done_at": now})
