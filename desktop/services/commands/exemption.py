"""Verbs of exemptions: grant one with a reason and an end, end it, ask whoever leads (row 6.10)."""

from collections.abc import Sequence

from crm_core.clock import CHINA, parse_moment
from crm_core.errors import KnownError
from crm_core.model.values import Record
from crm_core.rules.approvals import APPROVED, Approval, may_decide, recheck_of
from crm_core.rules.approvals import ENTITY as REQUEST
from crm_core.store.changes.unit_of_work import Unit
from desktop.services.commands.approvals import Request, decided, do_ask_approval
from desktop.services.commands.verbs import Done, done
from desktop.services.rules.approvals import proposed_approver
from desktop.services.rules.exempting import ENTITY, Exempting, check, grant, requested, until_words
from desktop.services.workspace import Workspace


def do_exempt(workspace: Workspace, asked: Exempting) -> Done:
    """Hold up the clocks of a record, and remind of looking again in two weeks. Whoever has asked
    for that, and waits for this person's word, has it granted so: it is one exemption.

    KnownError: "reason" without one, "until" for an end that is over or too far, "forbidden".
    """
    waiting = [one for one in _answered(asked, requested(workspace, asked.entity, asked.record))
               if may_decide(workspace.actor, one).allowed]  # fmt: skip
    request = str(waiting[0]["id"]) if waiting else ""
    with workspace.write("豁免") as (unit, committed):
        made = grant(workspace, unit, asked, request=request)
        for one in waiting:
            unit.change(REQUEST, str(one["id"]), decided(workspace, one, APPROVED, asked.reason))
    end = until_words(asked.until)
    zh = "，等待批准的申请一并同意" if waiting else ""
    en = "; the request that waited is granted" if waiting else ""
    return done(
        committed, f"已豁免到 {end}，期间不计时，到时提醒复查{zh}",
        f"Exempt until {end}; a task asks to look again{en}", record_id=made,
    )  # fmt: skip


def _answered(asked: Exempting, requests: Sequence[Record]) -> list[Record]:
    """The requests for no more than is granted: one for all of a customer is not answered by
    exempting one record of it."""
    whole = asked.whole_customer and asked.record.get("customer")
    return [one for one in requests if whole or not one.get("exempt_all")]


def do_end_exemption(workspace: Workspace, exemption: str) -> Done:
    """Let the clocks run on from now; KnownError ("gone", "forbidden")."""
    now = workspace.clock.iso()
    with workspace.write("豁免提前结束") as (unit, committed):
        unit.change(ENTITY, exemption, {"ended_at": now})
        _close(unit, recheck_of(exemption), now)
    return done(
        committed, "豁免已结束，时限继续计时", "The exemption is over; the clocks run on",
        record_id=exemption,
    )  # fmt: skip


def do_ask_exemption(workspace: Workspace, asked: Exempting) -> Done:
    """Ask whoever leads to grant it. KnownError as `do_exempt`; "approver" where nobody leads,
    "asked" where a request waits already."""
    check(workspace, asked)
    if requested(workspace, asked.entity, asked.record):
        raise KnownError(
            "已经有一个豁免申请在等待批准，没有再提交。",
            "A request for an exemption waits already; nothing was sent.", code="asked",
        )  # fmt: skip
    approver = proposed_approver(workspace, Approval(("lead", "role:admin")))
    if not approver:
        raise KnownError(
            "没有找到可以批准的主管，请直接联系管理员。没有提交。",
            "Nobody here could grant it; ask an administrator. Nothing was sent.", code="approver",
        )  # fmt: skip
    end = f"{parse_moment(asked.until).astimezone(CHINA):%Y-%m-%d %H:%M}"
    name = str(asked.record.get("name") or "")[:60]
    all_ = asked.whole_customer and bool(asked.record.get("customer"))
    request = Request(
        f"豁免申请：{name}（{asked.kind_words[0]}，到 {end} 止）", approver, asked.entity,
        str(asked.record["id"]), request=asked.reason.strip(),
        more={"exempt_kind": asked.kind, "exempt_until": asked.until, "exempt_all": all_},
    )  # fmt: skip
    return do_ask_approval(workspace, request)


def _close(unit: Unit, task: str, now: str) -> None:
    held = unit.record("task", task)
    if held is not None and held.get("state") == "open":
        unit.change("task", task, {"state": "done", "done_at": now})
