"""The daily brief on this device: made at any time, also offline, over what its person may see."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from crm_core.clock import parse_moment
from crm_core.errors import KnownError
from crm_core.insight.brief import Brief, brief_of
from crm_core.insight.brief_json import brief_from, brief_text
from crm_core.model.entities_brief import brief_id
from crm_core.model.query import Op, Query, Sort, Test
from crm_core.permissions import Right
from crm_core.store.reports.brief_facts import read_facts
from desktop.services.commands.verbs import Done, done
from desktop.services.workspace import Workspace

BRIEF = "brief"
MOST_KEPT = 60
"""Earlier briefs that are listed."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An earlier brief; `brief` is None where this version cannot read it."""

    record_id: str
    day: str
    origin: str
    brief: Brief | None
    sent: int
    channels: int


def brief_now(workspace: Workspace) -> Brief:
    """Today's brief, as of this moment. Reads a good deal: not on the Qt thread."""
    facts = read_facts(
        workspace.replica, workspace.actor, workspace.clock.now(),
        viewer_name=workspace.account.user_name,
    )  # fmt: skip
    return brief_of(facts)


def kept_briefs(workspace: Workspace) -> tuple[Kept, ...]:
    """This person's own, the newest first; those they read on another day."""
    mine = Test("owner", Op.EQ, workspace.actor.user_id)
    query = Query(BRIEF, mine, (Sort("day", descending=True),), MOST_KEPT)
    found: list[Kept] = []
    for one in workspace.replica.find(query):
        try:
            brief = brief_from(one.get("body"))
        except ValueError:
            brief = None
        sent, channels = one.get("sent"), one.get("channels")
        found.append(
            Kept(
                str(one["id"]), str(one.get("day")), str(one.get("origin") or ""), brief,
                sent if isinstance(sent, int) else 0, channels if isinstance(channels, int) else 0,
            )
        )  # fmt: skip
    return tuple(found)


def do_keep_brief(workspace: Workspace, brief: Brief) -> Done:
    """Keep a brief for later; a second of the same day takes the place of the first."""
    record_id, me = brief_id(brief.day, workspace.actor.user_id), workspace.actor.user_id
    values: Mapping[str, object] = {
        "day": brief.day, "made_at": brief.as_of, "origin": "device", "body": brief_text(brief),
        "owner": me,
    }  # fmt: skip
    if workspace.replica.record(BRIEF, record_id) is not None:
        raise KnownError(
            f"{brief.day} 的简报已经留存，没有重复保存。",
            f"The brief of {brief.day} is kept already; nothing was saved twice.",
            code="kept",
        )
    with workspace.write("留存简报") as (unit, committed):
        unit.create(BRIEF, values, record_id=record_id)
    return done(
        committed, f"已留存 {brief.day} 的简报", f"The brief of {brief.day} is kept",
        record_id=record_id,
    )  # fmt: skip


def case_words(workspace: Workspace, brief: Brief) -> Mapping[str, str]:
    """What the late cases of a brief are called, as far as this person may read them."""
    wanted = [task for one in brief.conclusions for task in one.cases]
    if not wanted or "title" in workspace.withheld("task"):
        return {}
    tasks = workspace.replica.by_ids("task", wanted)
    owners = workspace.replica.titles("user", {str(t.get("owner")) for t in tasks.values()})
    return {
        task: _case(one.get("title"), owners.get(str(one.get("owner"))), one, brief)
        for task, one in tasks.items()
    }


def _case(title: object, owner: str | None, task: Mapping[str, object], brief: Brief) -> str:
    due = task.get("due_at")
    until = task.get("done_at") or brief.as_of
    late = ""
    if isinstance(due, str) and isinstance(until, str):
        hours = (parse_moment(until) - parse_moment(due)).total_seconds() / 3600
        late = f" · +{hours / 24:.1f} d" if hours >= 24 else f" · +{max(hours, 0):.1f} h"
    return f"{title or '—'} · {owner or '—'}{late}"


def brief_paper(workspace: Workspace, brief: Brief, language: str) -> bytes:
    """The page as PDF; titles of tasks stand in it only where they may leave the program.

    KnownError: "no_font", "not_printed".
    """
    from crm_core.store.reports.brief_paper import (
        brief_pdf,  # Typesetting is loaded when it is wanted.
    )

    words = case_words(workspace, brief) if workspace.may(Right.EXPORT, "task").allowed else {}
    return brief_pdf(brief, language, told=lambda task: words.get(task, ""))


def save_brief(workspace: Workspace, brief: Brief, language: str, path: Path) -> Path:
    """Write the PDF, whole or not at all. KnownError: "file_unwritable" and `brief_paper`'s."""
    content = brief_paper(workspace, brief, language)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise KnownError(
            f"无法写入“{path.name}”（{error.strerror}），没有保存。请换个位置或关闭正在打开它的程序。",
            f"“{path.name}” cannot be written ({error.strerror}); nothing was saved. Choose "
            "another place, or close the program that has it open.",
            code="file_unwritable",
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return path
