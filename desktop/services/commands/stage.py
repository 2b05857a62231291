"""Moving a record to another stage: past a gate only with what it asks for, or by who may."""

from crm_core.rules.stage_plan import StagePlan
from crm_core.rules.stages import LOST
from crm_core.store.ruling.stage_gates import OVERRULED, OVERRULING, judging
from desktop.services.commands.verbs import Done, done
from desktop.services.rules.stage_gates import stages_of
from desktop.services.workspace import Workspace


def may_overrule(workspace: Workspace) -> bool:
    """Whether the person at work may move records past a closed gate."""
    return workspace.actor.role in OVERRULING


def do_move_stage(
    workspace: Workspace,
    entity: str,
    record_id: str,
    stage: str,
    *,
    overruling: bool = False,
    reason: str = "",
) -> Done:
    """Raises GateClosed with what is missing, StepBack for a way back without a `reason`,
    KnownError("gone", "forbidden")."""
    by_right = overruling and may_overrule(workspace)
    why = (reason.strip() or OVERRULED) if by_right else reason.strip()
    plan = stages_of(workspace)
    with workspace.write(why) as (unit, committed):
        if by_right:
            unit.gates = judging(
                workspace.rule_book, workspace.actor.circles.teams, overruling=True
            )
        before = str((unit.record(entity, record_id) or {}).get("stage") or "")
        written = unit.change(entity, record_id, {"stage": stage})
    if not written:
        return done(committed, "没有改动", "Nothing changed", record_id=record_id)
    return done(committed, *_said(plan, entity, before, stage), record_id=record_id)


def _said(plan: StagePlan, entity: str, before: str, after: str) -> tuple[str, str]:
    name = plan.named(entity, after).label
    if plan.is_back(entity, before, after):
        return f"已退回「{name.zh}」", f"Back in “{name.en}”"
    if after == LOST:
        return f"已转为「{name.zh}」", f"Now “{name.en}”"
    return f"已进入「{name.zh}」", f"Now in “{name.en}”"
