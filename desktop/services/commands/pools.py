"""Verbs of pools: claim a lead, give it back, take it over; each taken back as one (rows 2.7, 2.9).

A claim holds here at once and is provisional: of two made offline the server lets the first stand
and tells the other (decision 053).
"""

from crm_core.errors import KnownError
from crm_core.model.values import Record
from crm_core.rules.pools import Pool, may_claim
from crm_core.rules.routing import CLAIMED, ROUTED, TAKEN_OVER, pool_of
from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.ruling.office import office
from desktop.services.commands.verbs import Done, done
from desktop.services.rules.lead_pools import may_take_over
from desktop.services.rules.rule_book import rules_in
from desktop.services.workspace import Workspace

GIVEN_BACK = "退回线索池"
_MOST = 150


def do_claim(workspace: Workspace, lead: str) -> Done:
    """Take a lead of nobody. KnownError ("gone", "taken", "not_member", "forbidden")."""
    with workspace.write(CLAIMED) as (unit, committed):
        record = _living(unit, lead)
        _claimable(workspace, unit, record)
        unit.change(ROUTED, lead, {"owner": workspace.actor.user_id})
    name = str(record.get("name") or "")[:40]
    return done(
        committed,
        f"已领取「{name}」；联网后由服务器确认，先领先得",
        f"“{name}” claimed; the server confirms it once online, the first claim wins",
        record_id=lead,
    )


def do_give_back(workspace: Workspace, lead: str, reason: str) -> Done:
    """Leave a lead to the others of its pool. KnownError ("gone", "no_reason", "forbidden")."""
    said = _reason(reason)
    with workspace.write(f"{GIVEN_BACK}：{said}") as (unit, committed):
        record = _living(unit, lead)
        mine = record.get("owner") == workspace.actor.user_id
        if not mine and not may_take_over(workspace, record):
            raise _forbidden()
        unit.change(ROUTED, lead, {"owner": None})
    name = str(record.get("name") or "")[:40]
    return done(committed, f"「{name}」已退回线索池", f"“{name}” given back", record_id=lead)


def do_take_over(workspace: Workspace, lead: str, reason: str) -> Done:
    """Take a lead over from a colleague, with the reason in its history (row 2.9).

    KnownError ("gone", "no_reason", "forbidden").
    """
    said = _reason(reason)
    with workspace.write(f"{TAKEN_OVER}：{said}") as (unit, committed):
        record = _living(unit, lead)
        if not may_take_over(workspace, record):
            raise _forbidden()
        unit.change(ROUTED, lead, {"owner": workspace.actor.user_id})
    name = str(record.get("name") or "")[:40]
    return done(committed, f"已接管「{name}」", f"“{name}” taken over", record_id=lead)


def _living(unit: Unit, lead: str) -> Record:
    record = unit.record(ROUTED, lead)
    if record is None:
        raise KnownError(
            "这条线索已经不在了，没有改动。", "This lead is gone. Nothing was changed.", code="gone"
        )
    return record


def _claimable(workspace: Workspace, unit: Unit, record: Record) -> None:
    if record.get("owner"):
        raise KnownError(
            "这条线索刚被别人领取，没有改动。",
            "Somebody else has just claimed this lead. Nothing was changed.",
            code="taken",
        )
    rules = rules_in(workspace, unit)
    pool = pool_of(rules, record.get("pool"))
    there = office(unit.connection, unit.tables, rules, unit.clock.now(), known=False)
    body = pool.body if pool is not None else Pool()
    if not may_claim(body, workspace.actor.user_id, there):
        raise KnownError(
            "您不是这个线索池的成员，不能领取。没有改动。",
            "You are not of this pool, so you cannot claim from it. Nothing was changed.",
            code="not_member",
        )


def _reason(reason: str) -> str:
    said = " ".join(reason.split())[:_MOST]
    if not said:
        raise KnownError(
            "请写明原因。没有改动。", "Please give a reason. Nothing was changed.", code="no_reason"
        )
    return said


def _forbidden() -> KnownError:
    return KnownError(
        "您不能改动这条线索的负责人。没有改动。",
        "You may not change whose lead this is. Nothing was changed.",
        code="forbidden",
    )
