"""Verbs of approvals: ask, answer first, decide, withdraw; each can be taken back (rows 4.7, 4.8).

Offline they count here at once and are provisional: of two decisions the first by the server's
stamp stands, and both people are told.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crm_core.errors import KnownError
from crm_core.model.values import Record
from crm_core.rules.approvals import APPROVED, ENTITY, PENDING, WITHDRAWN, may_decide
from crm_core.store.changes.unit_of_work import Unit
from desktop.services.commands.verbs import Done, done
from desktop.services.rules.exempting import Exempting, grant, until_words
from desktop.services.workspace import Workspace

_REASON = "审批"


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of whom."""

    title: str
    approver: str
    """A user's id."""
    entity: str = ""
    record: str = ""
    """What it is about."""
    rule: str = ""
    request: str = ""
    more: Mapping[str, object] = field(default_factory=dict)
    """Further fields of the request: what an exemption asks for."""


def do_ask_approval(workspace: Workspace, asked: Request) -> Done:
    """Ask somebody. KnownError ("forbidden"), ValueProblem; "approver" for oneself."""
    me = workspace.actor.user_id
    if asked.approver == me:
        raise KnownError(
            "不能请自己审批，请另选审批人。没有提交。",
            "Nobody approves their own request; choose somebody else. Nothing was sent.",
            code="approver",
        )
    held = workspace.replica.record(asked.entity, asked.record) if asked.entity else None
    values: dict[str, object] = {
        "title": asked.title, "state": PENDING, "rule": asked.rule or None,
        "request": asked.request or None, "asked_by": me, "asked_at": workspace.clock.iso(),
        "owner": asked.approver, "customer": (held or {}).get("customer"), **asked.more,
    }  # fmt: skip
    if asked.entity:
        values[asked.entity] = asked.record
    with workspace.write("申请审批") as (unit, committed):
        made = unit.create(ENTITY, values)
    return done(
        committed, f"已提交审批「{asked.title[:40]}」", f"Asked: {asked.title[:40]}",
        record_id=made,
    )  # fmt: skip


def do_respond_approval(workspace: Workspace, approval: str) -> Done:
    """Say that it has been seen: the first clock stops."""
    with workspace.write(_REASON) as (unit, committed):
        _decidable(workspace, unit, approval)
        unit.change(ENTITY, approval, {"first_response_at": workspace.clock.iso()})
    return done(committed, "已响应，等待结论", "Seen; the decision follows", record_id=approval)


def do_decide_approval(
    workspace: Workspace, approval: str, decision: str, comment: str = "", *, until: str = ""
) -> Done:
    """Approve or reject. KnownError ("gone", "forbidden").

    Approving a request for an exemption grants it in the same act (row 6.10), to another end where
    `until` says so; KnownError ("until") where that is over.
    """
    with workspace.write(_REASON) as (unit, committed):
        record = _decidable(workspace, unit, approval)
        exempt = decision == APPROVED and bool(record.get("exempt_until"))
        end = until or str(record.get("exempt_until"))
        if exempt:
            grant(workspace, unit, _exempting(unit, record, end), request=approval)
        unit.change(ENTITY, approval, decided(workspace, record, decision, comment))
    title = str(record.get("title") or "")[:40]
    yes = decision == APPROVED
    if exempt:
        words = until_words(end)
        return done(
            committed, f"已同意，豁免到 {words}，期间不计时",
            f"Approved: exempt until {words}, no time counts", record_id=approval,
        )  # fmt: skip
    return done(
        committed,
        f"{'已同意' if yes else '已驳回'}「{title}」",
        f"{'Approved' if yes else 'Rejected'}: {title}",
        record_id=approval,
    )


def decided(workspace: Workspace, record: Record, decision: str, comment: str) -> Record:
    """What is written of a request that the person decides now."""
    now = workspace.clock.iso()
    return {
        "state": decision, "decided_at": now, "decided_by": workspace.actor.user_id,
        "comment": comment.strip() or None,
        "first_response_at": record.get("first_response_at") or now,
    }  # fmt: skip


def do_withdraw_approval(workspace: Workspace, approval: str) -> Done:
    """Who asked needs it no longer."""
    with workspace.write(_REASON) as (unit, committed):
        record = unit.record(ENTITY, approval)
        if record is not None and record.get("asked_by") != workspace.actor.user_id:
            raise KnownError(
                "只有申请人可以撤回，没有改动。",
                "Only who asked may withdraw; nothing was changed.",
                code="forbidden",
            )
        unit.change(ENTITY, approval, {"state": WITHDRAWN})
    return done(committed, "已撤回审批", "Request withdrawn", record_id=approval)


def _exempting(unit: Unit, request: Record, until: str) -> Exempting:
    """What a request asks for, about the record as it is now."""
    entity = next((one for one in ("lead", "opportunity") if request.get(one)), "")
    held = unit.record(entity, str(request[entity])) if entity else None
    if held is None:
        raise KnownError(
            "要豁免的记录不在本机上，不能同意。没有改动。",
            "The record to be exempted is not on this device; nothing was changed.", code="gone",
        )  # fmt: skip
    reason = str(request.get("request") or request.get("title") or "")
    return Exempting(
        entity, held, str(request.get("exempt_kind") or "other"), reason, until,
        whole_customer=bool(request.get("exempt_all")),
    )  # fmt: skip


def _decidable(workspace: Workspace, unit: Unit, approval: str) -> Record:
    record = unit.record(ENTITY, approval)
    if record is None:
        raise KnownError(
            "这项审批已被删除，或不在本机上，没有改动。",
            "The request was deleted or is not on this device; nothing was changed.",
            code="gone",
        )
    verdict = may_decide(workspace.actor, record)
    if not verdict.allowed:
        raise KnownError(verdict.chinese, verdict.english, code="forbidden")
    return record
