"""Moving a record to another stage: past a gate only with what it asks for, or by who may."""

from crm_core.permissions import ADMIN
from desktop.services.commands import Done, do_change
from desktop.services.workspace import Workspace

OVERRULING = frozenset({"manager", ADMIN})
"""Roles that may move a record although something is missing; the history says that they did."""


def may_overrule(workspace: Workspace) -> bool:
    """Whether the person at work may move records past a closed gate."""
    return workspace.actor.role in OVERRULING


def do_move_stage(
    workspace: Workspace, entity: str, record_id: str, stage: str, *, overruling: bool = False
) -> Done:
    """Raises GateClosed with what is missing, KnownError("gone", "forbidden")."""
    by_right = overruling and may_overrule(workspace)
    reason = "越过阶段条件" if by_right else ""
    return do_change(
        workspace, entity, record_id, {"stage": stage}, reason=reason, gated=not by_right
    )
