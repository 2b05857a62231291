"""Asking whoever is on duty for help with a record that does not go on (rows 4.13, 4.16)."""

from datetime import timedelta

from crm_core.clock import iso_moment
from crm_core.errors import KnownError
from crm_core.model.query import All, Op, Query, Test
from crm_core.model.values import Value
from crm_core.rules.duty import OnDuty, when_words
from crm_core.rules.firing.acting import TITLE_LENGTH, anchors
from crm_core.rules.stage_plan import blocker
from crm_core.store.ruling.stage_gates import STAGE, hours_in
from desktop.services.commands.verbs import Done, done
from desktop.services.rules.stage_gates import gates_over
from desktop.services.workspace import Workspace

ANSWER_HOURS = 2
"""Within which a first word is expected, counted from when they are on duty (as in row 4.7)."""
_MOST_ASKED = 2_000


def do_ask_duty(workspace: Workspace, entity: str, record_id: str, user: str = "") -> Done:
    """Give somebody on duty for the record's stage a task about it; the first of them, or `user`.

    KnownError ("gone", "no_roster", "nobody", "asked" where one is open already).
    """
    gates, record = gates_over(workspace), workspace.replica.record(entity, record_id)
    if record is None:
        raise KnownError(
            "这条记录已经不在了，没有改动。", "This record is gone. Nothing was changed.",
            code="gone",
        )  # fmt: skip
    stage = gates.plan.named(entity, str(record.get(STAGE) or ""))
    found = gates.helping(stage)
    turn = next((one for one in found.first if user in ("", one.user)), None) if found else None
    if found is None or turn is None:
        raise _nobody(found)
    lacking = gates.lacking_of(entity, record, () if stage.retired else stage.asked)
    name = str(record.get("name") or "")
    why = blocker(stage, lacking, hours=hours_in(record, gates.now), language="zh", who=name)
    due = max(gates.now, turn.begin) + timedelta(hours=ANSWER_HOURS)
    title = f"「{stage.label.zh}」请{found.role}协助：{name}"[:TITLE_LENGTH]
    _only_once(workspace, title, turn.user, found.name(turn.user))
    values: dict[str, Value] = {
        "title": title,
        "kind": "todo", "state": "open", "due_at": iso_moment(due), "owner": turn.user,
        "asked_by": workspace.actor.user_id, "remark": why if lacking else None,
        **anchors(workspace.replica.registry.entity(entity), record),
    }  # fmt: skip
    with workspace.write("请值守人协助") as (unit, committed):
        made = unit.create("task", {k: v for k, v in values.items() if v is not None})
    who = found.name(turn.user)
    zh, en = (when_words(due, gates.now, one) for one in ("zh", "en"))
    return done(
        committed, f"已请{who}协助，{zh} 前答复", f"{who} was asked, to answer by {en}",
        record_id=made,
    )  # fmt: skip


def _nobody(found: OnDuty | None) -> KnownError:
    if found is None:
        return KnownError(
            "这个阶段没有值守排班，没有改动。",
            "This stage has no roster. Nothing was changed.", code="no_roster",
        )  # fmt: skip
    return KnownError(
        f"{found.role}现在没有人值守，之后也没有排班。没有改动。",
        f"Nobody of {found.role} is on duty, now or soon. Nothing was changed.", code="nobody",
    )  # fmt: skip


def _only_once(workspace: Workspace, title: str, user: str, who: str) -> None:
    """KnownError ("asked") where the same is asked of them already and not done."""
    mine = Test("asked_by", Op.EQ, workspace.actor.user_id)
    same = All((mine, Test("owner", Op.EQ, user), Test("state", Op.EQ, "open")))
    asked = workspace.replica.find(Query("task", same, limit=_MOST_ASKED))
    if any(one.get("title") == title for one in asked):
        raise KnownError(
            f"已经请过{who}，任务还没有完成。没有再建。",
            f"{who} has been asked already and has not finished. Nothing was added.",
            code="asked",
        )
