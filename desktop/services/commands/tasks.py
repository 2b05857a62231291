"""Verbs of tasks: done, dropped, opened again, moved, snoozed (as leads and quotes can be)."""

from crm_core.clock import CHINA, parse_moment
from desktop.services.commands.verbs import Done, done
from desktop.services.workspace import Workspace

_WORDS = {
    "done": ("已完成", "Done"),
    "dropped": ("已取消", "Dropped"),
    "open": ("已重新打开", "Opened again"),
}


def do_finish_task(workspace: Workspace, task_id: str, *, state: str = "done") -> Done:
    """Close a task as "done" or "dropped", or open it again with "open".

    Raises KnownError("gone", "forbidden").
    """
    done_at = workspace.clock.iso() if state == "done" else None
    with workspace.write() as (unit, committed):
        unit.change("task", task_id, {"state": state, "done_at": done_at})
    chinese, english = _WORDS[state]
    title = workspace.replica.titles("task", [task_id]).get(task_id, "")[:40]
    return done(committed, f"{chinese}「{title}」", f"{english}: {title}", record_id=task_id)


def do_reschedule_task(workspace: Workspace, task_id: str, due_at: str | None) -> Done:
    """Move a task to another moment (ISO; without a zone it is China time) or to none."""
    with workspace.write() as (unit, committed):
        unit.change("task", task_id, {"due_at": due_at})
    return done(committed, "已改期", "Rescheduled", record_id=task_id)


def do_snooze(workspace: Workspace, entity: str, record_id: str, until: str | None) -> Done:
    """Keep a record out of the day until `until` (ISO moment; None: show it again).

    What is due stays due: being late is measured by `due_at`, which this leaves alone.
    """
    with workspace.write("稍后提醒") as (unit, committed):
        unit.change(entity, record_id, {"snoozed_until": until})
    title = workspace.replica.titles(entity, [record_id]).get(record_id, "")[:40]
    if until is None:
        return done(committed, f"「{title}」回到今天", f"“{title}” is back", record_id=record_id)
    when = f"{parse_moment(until).astimezone(CHINA):%m-%d %H:%M}"
    return done(
        committed,
        f"「{title}」推到 {when} 再提醒",
        f"“{title}” comes back on {when}",
        record_id=record_id,
    )
