"""The `do_*` verbs every record shares: create, change, delete, take back. The only write path.

Each verb is one transaction with one undo group, asks the permission question inside it, and
answers with `Done`. Verbs of one noun live beside this file (`commands.visits`, `commands.tasks`,
`commands.conflicts`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from crm_core.clock import CHINA, parse_moment
from crm_core.model.number_words import counted
from crm_core.model.schema import EntitySpec
from crm_core.store.changes import changelog
from crm_core.store.changes.unit_of_work import Committed
from crm_core.sync.change import Verb
from crm_core.sync.history import Edit, Version
from desktop.services.workspace import Workspace

_NAMED_FIELDS = 3


@dataclass(frozen=True, slots=True)
class Done:
    """What a verb did, ready for a message with "undo"."""

    group: str
    """Give it to `do_undo` to take everything back; undoing can itself be undone."""
    changed: Mapping[str, frozenset[str]]
    """Entity → ids, for the bus; empty when nothing had to be changed."""
    sentence_zh: str
    sentence_en: str
    record_id: str = ""
    """The record this was about: the new one where one was created."""
    follows: bool = False
    """The program did it of itself after what a person did: taken back together with that."""
    path: str = ""
    """The file that was made, where one was."""

    def sentence(self, language: str) -> str:
        """What was done, in `language`."""
        return self.sentence_zh if language.startswith("zh") else counted(self.sentence_en)


def do_create(
    workspace: Workspace, entity: str, values: Mapping[str, object], *, reason: str = ""
) -> Done:
    """Add a record; whoever creates it owns it unless `values` says otherwise.

    Raises ValueProblem for the first thing wrong with `values`, KnownError("forbidden").
    """
    spec = workspace.replica.registry.entity(entity)
    with workspace.write(reason) as (unit, committed):
        record_id = unit.create(entity, owned(workspace, spec, values))
    title = str(values.get(spec.title) or "")[:40]
    return done(
        committed,
        f"已新建{spec.label.zh}「{title}」",
        f"{spec.label.en} “{title}” created",
        record_id=record_id,
    )


def do_change(
    workspace: Workspace,
    entity: str,
    record_id: str,
    changes: Mapping[str, object],
    *,
    reason: str = "",
) -> Done:
    """Write the fields of `changes` that differ.

    Raises ValueProblem for a bad value, KnownError("gone", "forbidden"), GateClosed where a record
    would leave a stage without what that asks for, StepBack where it would go back unexplained.
    """
    spec = workspace.replica.registry.entity(entity)
    with workspace.write(reason) as (unit, committed):
        written = unit.change(entity, record_id, changes)
    names = sorted({o.field for o in written} & set(changes), key=list(changes).index)
    if not names:
        return done(committed, "没有改动", "Nothing changed", record_id=record_id)
    return done(
        committed,
        f"已修改{_named([spec.field_spec(n).label.zh for n in names], '、', '项')}",
        f"Changed {_named([spec.field_spec(n).label.en for n in names], ', ', ' fields')}",
        record_id=record_id,
    )


def do_change_many(
    workspace: Workspace, entity: str, record_ids: Collection[str], changes: Mapping[str, object]
) -> Done:
    """Write the same fields of many records, taken back together; all of them or none."""
    spec = workspace.replica.registry.entity(entity)
    with workspace.write("批量修改") as (unit, committed):
        for record_id in record_ids:
            unit.change(entity, record_id, changes)
    number = len(committed.changed.get(entity, ()))
    return done(
        committed,
        f"已修改 {number} 条{spec.label.zh}",
        f"{number} {spec.label.en.lower()} records changed",
    )


def do_delete(workspace: Workspace, entity: str, record_id: str) -> Done:
    """Put a record in the bin; an edit newer than the deletion brings it back (rule 8)."""
    spec = workspace.replica.registry.entity(entity)
    title = workspace.replica.titles(entity, [record_id]).get(record_id, "")[:40]
    with workspace.write() as (unit, committed):
        unit.delete(entity, record_id)
    return done(
        committed,
        f"已删除{spec.label.zh}「{title}」",
        f"{spec.label.en} “{title}” deleted",
        record_id=record_id,
    )


def do_delete_many(workspace: Workspace, entity: str, record_ids: Collection[str]) -> Done:
    """Put records in the bin, taken back together; all of them or none."""
    spec = workspace.replica.registry.entity(entity)
    with workspace.write("批量删除") as (unit, committed):
        unit.delete_many(entity, record_ids)
    number = len(committed.changed.get(entity, ()))
    return done(
        committed,
        f"已删除 {number} 条{spec.label.zh}",
        f"{number} {spec.label.en.lower()} records deleted",
    )


def do_undo(workspace: Workspace, group: str) -> Done:
    """Take back everything done under `group`; what others changed since stays theirs."""
    with workspace.write("撤销") as (unit, committed):
        unit.undo(group)
    if not any(committed.changed.values()):
        return done(
            committed,
            "没有可撤销的内容：之后又有人改过，或已经撤销",
            "Nothing to undo: it was changed again since, or taken back already",
        )
    return done(committed, "已撤销", "Undone")


def do_restore_version(
    workspace: Workspace, entity: str, record_id: str, field_name: str, version: Version
) -> Done:
    """Give a field back what an earlier version held (row 5.4), as a new change."""
    spec = workspace.replica.registry.entity(entity).field_spec(field_name)
    when = parse_moment(version.at).astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
    edit = Edit(entity, record_id, Verb.SET, field_name, version.after)
    with workspace.write(f"恢复到{when}的版本") as (unit, committed):
        unit.edit([edit])
    return done(
        committed,
        f"「{spec.label.zh}」已恢复到 {when} 的版本",
        f"{spec.label.en} is back to its version of {when}",
        record_id=record_id,
    )


def do_revive(workspace: Workspace, entity: str, record_id: str) -> Done:
    """Bring a deleted record back as it was."""
    spec = workspace.replica.registry.entity(entity)
    # The row keeps what a deleted record held, also where its history is not on this device.
    replica = workspace.replica
    held = replica.read(lambda c: changelog.states_of(c, replica.tables, entity, [record_id]))
    values = held[record_id].values
    title = str(values.get(spec.title) or "")[:40]
    with workspace.write("从回收站恢复") as (unit, committed):
        if unit.record(entity, record_id) is None:
            unit.edit([Edit(entity, record_id, Verb.SET, spec.title, values.get(spec.title))])
    return done(
        committed,
        f"已恢复{spec.label.zh}「{title}」",
        f"{spec.label.en} “{title}” is back",
        record_id=record_id,
    )


def owned(
    workspace: Workspace, spec: EntitySpec, values: Mapping[str, object]
) -> dict[str, object]:
    """The values with the person at work as owner, where the entity has one and none is given."""
    if not spec.owner or spec.owner in values:
        return dict(values)
    return {**values, spec.owner: workspace.actor.user_id}


def done(committed: Committed, chinese: str, english: str, *, record_id: str = "") -> Done:
    """The answer of a verb whose transaction has committed."""
    changed = {entity: frozenset(ids) for entity, ids in committed.changed.items() if ids}
    return Done(committed.group, changed, chinese, english, record_id)


def _named(labels: Sequence[str], comma: str, counted: str) -> str:
    if len(labels) <= _NAMED_FIELDS:
        return comma.join(labels)
    return f"{comma.join(labels[:_NAMED_FIELDS])} …({len(labels)}{counted})"
