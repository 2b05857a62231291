"""Verbs of the desk: a comment with its mentions, and a use of an article or a quick reply."""

import re
from collections.abc import Mapping
from uuid import NAMESPACE_URL, uuid5

from crm_core.clock import CHINA
from crm_core.model.query import Query
from crm_core.permissions import Right
from crm_core.store.changes.unit_of_work import Unit
from desktop.services.commands.verbs import Done, done, owned
from desktop.services.workspace import Workspace

COMMENTED = ("customer", "contact", "lead", "opportunity", "visit", "task")
"""What a comment can be about: the references of the entity."""
_MENTION = re.compile(r"[@＠]([^\s@＠]{1,20})")
_TITLE = 60


def do_comment(workspace: Workspace, entity: str, record_id: str, text: str) -> Done:
    """Say something about a record; whoever is named with @ gets a task that leads there.

    Raises ValueProblem for an empty or too long text, KnownError("forbidden").
    """
    links = _links(workspace, entity, record_id)
    named = mentioned(workspace, text)
    registry, now = workspace.replica.registry, workspace.clock.iso()
    told: list[str] = []
    with workspace.write("评论") as (unit, committed):
        values = {**links, "text": text, "at": now}
        made = unit.create("comment", owned(workspace, registry.entity("comment"), values))
        for user_id, name in named.items():
            if _tell(workspace, unit, user_id, links=links, text=text):
                told.append(name)
    return done(
        committed,
        "已评论" + (f"，已告知{'、'.join(told)}" if told else ""),
        "Comment added" + (f"; {', '.join(told)} will see a task" if told else ""),
        record_id=made,
    )


def mentioned(workspace: Workspace, text: str) -> dict[str, str]:
    """Colleagues named with @: id → name. The longest name that fits is meant."""
    found: dict[str, str] = {}
    written = _MENTION.findall(text)
    if not written:
        return found
    people = {str(u["id"]): str(u.get("name") or "") for u in workspace.replica.find(Query("user"))}
    for words in written:
        fitting = [(len(name), i) for i, name in people.items() if name and words.startswith(name)]
        if fitting:
            user_id = max(fitting)[1]
            found[user_id] = people[user_id]
    return found


def do_note_use(
    workspace: Workspace, entity: str, record_id: str, about: tuple[str, str] = ("", "")
) -> Done:
    """Count a use of an article or a quick reply: once for a person and the record it was used
    for, and once a day where it was for none (row 4.15)."""
    today = workspace.clock.now().astimezone(CHINA).date().isoformat()
    me = workspace.actor.user_id
    key = ":".join((entity, record_id, me, *(about if about[1] else ("", today))))
    use = str(uuid5(NAMESPACE_URL, f"suixing:use:{key}"))
    with workspace.write("使用") as (unit, committed):
        if unit.record("usage", use) is None:
            values = {entity: record_id, "user": me, "used_at": workspace.clock.iso()}
            unit.create("usage", values, record_id=use)
    counted = any(committed.changed.values())
    if counted:
        return done(committed, "已记一次使用", "Use counted", record_id=use)
    return done(committed, "已经记过了", "Counted already", record_id=use)


def _links(workspace: Workspace, entity: str, record_id: str) -> dict[str, str]:
    links = {entity: record_id}
    record = workspace.replica.record(entity, record_id) or {}
    customer = record.get("customer")
    return links | ({"customer": str(customer)} if customer else {})


def _tell(
    workspace: Workspace, unit: Unit, user_id: str, *, links: Mapping[str, str], text: str
) -> bool:
    """A task for somebody who was named, where the person may give them one."""
    if user_id == workspace.actor.user_id:
        return False
    me = workspace.account.user_name
    task = {
        "title": f"{me}提到您：{' '.join(text.split())[:_TITLE]}",
        "kind": "reminder",
        "state": "open",
        "due_at": workspace.clock.iso(),
        "owner": user_id,
        **{name: one for name, one in links.items() if name in ("customer", "lead", "visit")},
    }
    if not workspace.may(Right.CREATE, "task", task).allowed:
        return False
    unit.create("task", task)
    return True
