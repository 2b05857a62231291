"""Verbs of the calendar: move something to another moment or day, export days to a file."""

import os
from datetime import date, datetime, timedelta
from pathlib import Path

from crm_core.clock import CHINA, iso_moment, parse_moment
from crm_core.errors import KnownError
from crm_core.permissions import Right
from desktop.services.agenda import read_agenda
from desktop.services.commands.verbs import Done, done
from desktop.services.papers.calendar_file import calendar_file
from desktop.services.workspace import Workspace

_DAY_FIELDS = {"follow_up": "next_on", "opportunity": "close_on"}


def do_move_item(workspace: Workspace, entity: str, record_id: str, to: datetime | date) -> Done:
    """Move a visit (with its end), a task, a next step or an expected closing.

    `to` is a moment in China for what has one, else a day. KnownError("gone", "forbidden").
    """
    with workspace.write("改期") as (unit, committed):
        held = unit.record(entity, record_id) or {}
        unit.change(entity, record_id, _moved(entity, held, to))
    title = workspace.replica.titles(entity, [record_id]).get(record_id, "")[:40]
    when = f"{to:%m-%d %H:%M}" if isinstance(to, datetime) else f"{to:%m-%d}"
    return done(
        committed, f"「{title}」改到 {when}", f"“{title}” moved to {when}", record_id=record_id
    )


def _moved(entity: str, held: object, to: datetime | date) -> dict[str, object]:
    if not isinstance(to, datetime):
        return {_DAY_FIELDS[entity]: to.isoformat()}
    if entity == "task":
        return {"due_at": iso_moment(to)}
    get = getattr(held, "get", lambda _: None)
    changes: dict[str, object] = {"started_at": iso_moment(to)}
    if get("ended_at") and get("started_at"):
        length = parse_moment(str(get("ended_at"))) - parse_moment(str(get("started_at")))
        changes["ended_at"] = iso_moment(to + length)
    return changes


def do_export_days(workspace: Workspace, first: date, days: int, path: Path, language: str) -> Done:
    """Write days to an .ics file, whole or not at all, and note that it was done.

    Kinds of records the person may not export are left out; KnownError("forbidden") where that
    is all of them, "file_unwritable".
    """
    agenda = read_agenda(workspace, first, days)
    kinds = {item.entity for item in agenda.items} or {"visit"}
    verdicts = {kind: workspace.may(Right.EXPORT, kind) for kind in kinds}
    allowed = [item for item in agenda.items if verdicts[item.entity].allowed]
    refused = next((one for one in verdicts.values() if not one.allowed), None)
    if refused is not None and not allowed:
        raise KnownError(refused.chinese, refused.english, code="forbidden")
    content = calendar_file(allowed, now=workspace.clock.now(), language=language)
    _write(path, content)
    told = {
        "kind": "exported", "at": workspace.clock.iso(), "about": "calendar",
        "detail": f"ics · records: {len(allowed)}", "owner": workspace.actor.user_id,
    }  # fmt: skip
    with workspace.write("导出") as (unit, committed):
        unit.create("audit_entry", told)
    changed = {name: frozenset(ids) for name, ids in committed.changed.items() if ids}
    last = first + timedelta(days=days - 1)
    span = f"{first:%m-%d}" if days == 1 else f"{first:%m-%d} – {last:%m-%d}"
    # Without a group: that something was taken out cannot be taken back.
    return Done(
        "", changed,
        f"已导出日历 {span}，共 {len(allowed)} 项",
        f"Calendar {span} exported, {len(allowed)} entries",
    )  # fmt: skip


def _write(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        try:
            beside.write_bytes(content)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise KnownError(
            f"无法写入“{path.name}”（{error.strerror}），没有导出。请换一个位置。",
            f"“{path.name}” cannot be written ({error.strerror}); nothing was exported. Choose "
            "another place.",
            code="file_unwritable",
        ) from error


def at_minutes(day: date, minutes: int) -> datetime:
    """A moment of a day in China, kept within it and rounded to five minutes."""
    kept = min(max(round(minutes / 5) * 5, 0), 24 * 60 - 5)
    return datetime(day.year, day.month, day.day, kept // 60, kept % 60, tzinfo=CHINA)
