"""Verbs on the rules of the organisation: write them, publish a set, withdraw it, roll back.

A rule that is written is a draft; engines obey published sets only (decision 050). Everything here
is one act, and taken back as one. KnownError("forbidden") for whoever may not write rules.
"""

from collections.abc import Iterable, Sequence

from crm_core.errors import KnownError
from crm_core.model.query import Query
from crm_core.rules.documents import Document
from crm_core.rules.stocked.shipped import SHIPPED
from crm_core.store.ruling.rule_book import RULE, VERSION
from crm_core.store.ruling.rule_versions import body_text
from crm_core.store.ruling.rule_writing import (
    fits,
    keep_rule,
    keep_rules,
    publish,
    publishable,
    take_over,
)
from desktop.services.commands.verbs import Done, done
from desktop.services.rules.rule_book import draft_of
from desktop.services.workspace import Workspace


def do_save_rule(workspace: Workspace, document: Document[object]) -> Done:
    """Write a rule down as a draft: a new one, a changed one, or one that ships made the
    organisation's own."""
    with workspace.write("规则") as (unit, committed):
        keep_rule(unit, document)
    name = document.label
    return done(
        committed,
        f"已保存规则「{name.zh}」（草稿，发布后生效）",
        f"Rule “{name.en}” saved as a draft; it counts once it is published",
        record_id=document.id,
    )


def do_save_rules(
    workspace: Workspace, documents: Sequence[Document[object]], *, note: str = "导入规则"
) -> Done:
    """Write many down at once, as one act; those not named stay as they are."""
    with workspace.write(note) as (unit, committed):
        keep_rules(unit, documents)
    number = len(committed.changed.get(RULE, ()))
    return done(
        committed,
        f"已写入 {number} 条规则草稿，{len(documents) - number} 条没有变化",
        f"{number} rules written as drafts, {len(documents) - number} unchanged",
    )


def do_switch_rule(workspace: Workspace, document: Document[object], on: bool) -> Done:
    """Switch a rule of the draft on or off."""
    with workspace.write("规则") as (unit, committed):
        if unit.record(RULE, document.id) is None:
            keep_rule(unit, document)
        unit.change(RULE, document.id, {"active": on})
    name = document.label
    return done(
        committed,
        f"规则「{name.zh}」已{'启用' if on else '停用'}（发布后生效）",
        f"Rule “{name.en}” switched {'on' if on else 'off'}; it counts once it is published",
        record_id=document.id,
    )


def do_drop_rule(workspace: Workspace, rule_id: str) -> Done:
    """Take a draft away: an own rule is gone, one that ships is again as it ships."""
    shipped = any(one.id == rule_id for one in SHIPPED)
    title = workspace.replica.titles(RULE, [rule_id]).get(rule_id, "")[:40]
    with workspace.write("规则") as (unit, committed):
        if unit.record(RULE, rule_id) is not None:
            unit.delete(RULE, rule_id)
    if shipped:
        return done(committed, f"「{title}」已恢复为随附的内容", f"“{title}” is as it ships again")
    return done(committed, f"已删除规则「{title}」", f"Rule “{title}” deleted")


def do_order_rules(workspace: Workspace, ordered: Sequence[Document[object]]) -> Done:
    """Let rules be looked at in this order."""
    with workspace.write("规则次序") as (unit, committed):
        for place, document in enumerate(ordered, start=1):
            if document.position == place:
                continue
            if unit.record(RULE, document.id) is None:
                keep_rule(unit, document)
            unit.change(RULE, document.id, {"position": place})
    return done(committed, "规则次序已调整", "The rules are in another order")


def do_publish(workspace: Workspace, note: str, trial_team: str = "") -> Done:
    """Publish the draft, for everybody or on trial with one team.

    KnownError ("rules_too_large") beyond what a version can hold.
    """
    text = publishable(draft_of(workspace))
    words = (
        ("已发布规则", "Rules published") if not trial_team else ("已试行规则", "Rules on trial")
    )
    return _publish(workspace, note, text, trial_team=trial_team, words=words)


def do_roll_back(workspace: Workspace, version: str, note: str) -> Done:
    """Publish an older version again, for everybody. The draft stays as it is.

    KnownError ("gone") where this device has it no more.
    """
    text = workspace.replica.read(lambda c: body_text(c, workspace.replica.tables, version))
    if not text:
        raise KnownError(
            "这个版本已经不在了，没有改动。", "That version is gone. Nothing was changed.",
            code="gone",
        )  # fmt: skip
    return _publish(workspace, note, text, words=("已恢复到旧版本", "An older version is back"))


def do_withdraw(workspace: Workspace, version: str, withdrawn: bool = True) -> Done:
    """Have nobody go by a version any more (or again); the one before it is in force."""
    with workspace.write("规则版本") as (unit, committed):
        unit.change(VERSION, version, {"withdrawn": withdrawn})
    return done(
        committed,
        "已撤回这个版本，之前的版本重新生效" if withdrawn else "这个版本重新生效",
        "Version withdrawn; the one before it is in force again"
        if withdrawn
        else "The version is in force again",
        record_id=version,
    )


def do_take_over_draft(workspace: Workspace, documents: Iterable[Document[object]]) -> Done:
    """Make the draft say exactly what a version says: rules it has not are taken away."""
    own = [str(one["id"]) for one in workspace.replica.find(Query(RULE))]
    with workspace.write("规则草稿") as (unit, committed):
        take_over(unit, documents, own)
    return done(committed, "草稿已换成这个版本", "The draft says what that version says")


def _publish(
    workspace: Workspace,
    note: str,
    text: str,
    *,
    words: tuple[str, str],
    trial_team: str = "",
) -> Done:
    fits(text)
    with workspace.write(f"发布规则：{note}"[:200]) as (unit, committed):
        record = publish(
            unit, text, note=note, author=workspace.actor.user_id, at=workspace.clock.iso(),
            trial_team=trial_team,
        )  # fmt: skip
    return done(
        committed, f"{words[0]}「{note[:40]}」", f"{words[1]}: “{note[:40]}”", record_id=record
    )
