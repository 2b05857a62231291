"""Deciding about what waits in the sync inbox: same-field conflicts and refused changes."""

from enum import StrEnum

from crm_core.model.values import Value
from crm_core.store.changes.outbox import Refusal
from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.log.conflicts import Conflict
from crm_core.sync.change import Operation, Payload, Verb
from crm_core.sync.history import Edit
from desktop.services.commands.verbs import Done, done
from desktop.services.workspace import Workspace


class Side(StrEnum):
    """Which text of a conflict a person keeps."""

    MINE = "mine"
    THEIRS = "theirs"
    EDITED = "edited"


def sides(workspace: Workspace, conflict: Conflict) -> tuple[Operation, Operation]:
    """(mine, theirs). For someone who made neither, "mine" is the one that lost.

    Between two devices of one person, "mine" is what was written on this one.
    """
    winner, loser, me = conflict.winner, conflict.loser, workspace.actor.user_id
    if winner.actor == loser.actor == me:
        here = winner.replica == workspace.replica.hybrid.node
        return (winner, loser) if here else (loser, winner)
    return (winner, loser) if winner.actor == me else (loser, winner)


def do_resolve_conflict(
    workspace: Workspace, conflict: Conflict, side: Side, *, edited: object = None
) -> Done:
    """Keep one side, or what the person wrote from both (`edited`), and close the conflict.

    Raises ValueProblem for a bad `edited`, KnownError("gone", "forbidden"); the conflict then
    stays open.
    """
    mine, theirs = sides(workspace, conflict)
    with workspace.write("处理同步冲突") as (unit, committed):
        if side is Side.EDITED:
            _write_edited(unit, conflict, edited)
        else:
            _let_win(unit, mine if side is Side.MINE else theirs, conflict.field)
    workspace.replica.close_conflict(conflict.rid)
    words = {
        Side.MINE: ("已保留我的内容", "Kept mine"),
        Side.THEIRS: ("已保留对方的内容", "Kept theirs"),
        Side.EDITED: ("已保存合并后的内容", "Saved the merged text"),
    }
    return done(committed, *words[side], record_id=conflict.record)


def do_dismiss_conflict(workspace: Workspace, conflict: Conflict) -> Done:
    """Leave the record as it is and take the conflict off the inbox; history keeps both."""
    workspace.replica.close_conflict(conflict.rid)
    return Done("", {}, "已忽略冲突，历史中保留双方内容", "Dismissed; history keeps both versions",
                conflict.record)  # fmt: skip


def do_put_again(workspace: Workspace, refusal: Refusal) -> Done:
    """Write what the server refused once more, as a new change, and take the refusal off the list.

    For a right that was given meanwhile. Raises ValueProblem, KnownError("gone", "forbidden");
    the refusal then stays.
    """
    operation = refusal.operation
    with workspace.write("再次提交") as (unit, committed):
        if operation.verb is Verb.CREATE:
            unit.create(operation.entity, operation.created_values)
        elif operation.verb is Verb.DELETE:
            unit.delete(operation.entity, operation.id)
        else:
            record = unit.record(operation.entity, operation.id)
            present = record.get(operation.field) if record is not None else None
            value = _with_step(present, operation.value)
            unit.change(operation.entity, operation.id, {operation.field: value})
    workspace.replica.dismiss_refusal(refusal.log_rid)
    return done(committed, "已再次提交", "Put in again", record_id=operation.id)


def _with_step(present: Value, payload: Payload) -> Value:
    """The value to write for a payload: itself, or what a step makes of what is there."""
    if not isinstance(payload, dict):
        return payload
    added, removed = payload.get("add"), payload.get("remove")
    if isinstance(added, int):
        return (present if isinstance(present, int) else 0) + added
    items = set(present) if isinstance(present, list) else set()
    items = (items | {str(added)}) if added is not None else items - {str(removed)}
    return sorted(items) or None


def do_dismiss_refusal(workspace: Workspace, refusal: Refusal) -> Done:
    """Take a change the server refused off the inbox; history keeps it."""
    workspace.replica.dismiss_refusal(refusal.log_rid)
    return Done("", {}, "已忽略，历史中保留您的内容", "Dismissed; history keeps what you wrote",
                refusal.operation.id)  # fmt: skip


def _write_edited(unit: Unit, conflict: Conflict, edited: object) -> None:
    unit.change(conflict.entity, conflict.record, {conflict.field: edited})


def _let_win(unit: Unit, operation: Operation, field: str) -> None:
    if operation.verb is Verb.DELETE:
        unit.delete(operation.entity, operation.id)
        return
    for name, value in _values(operation, field).items():
        unit.edit([Edit(operation.entity, operation.id, Verb.SET, name, value)])


def _values(operation: Operation, field: str) -> dict[str, Value]:
    if operation.verb is Verb.CREATE:
        return {field: operation.created_values.get(field)} if field else {}
    value = operation.value
    return {} if isinstance(value, dict) else {operation.field: value}
