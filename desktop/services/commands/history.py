"""Going back in time: a whole record to how it stood at a moment, as one new change."""

from collections.abc import Mapping
from datetime import datetime

from crm_core.clock import CHINA
from crm_core.model.values import Value
from crm_core.sync.change import Verb
from crm_core.sync.history import Edit
from desktop.services.commands.verbs import Done, done
from desktop.services.workspace import Workspace


def do_restore_record(
    workspace: Workspace,
    entity: str,
    record_id: str,
    values: Mapping[str, Value],
    moment: datetime,
) -> Done:
    """Give every field of `values` that differs back what it held at `moment`; nothing else moves.

    A record in the bin comes back with it. Raises ValueProblem where a field has become required
    since, KnownError("gone", "forbidden").
    """
    spec = workspace.replica.registry.entity(entity)
    when = moment.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
    with workspace.write(f"恢复到{when}的样子") as (unit, committed):
        record = unit.record(entity, record_id)
        edits = [
            Edit(entity, record_id, Verb.SET, name, value)
            for name, value in values.items()
            if record is None or record.get(name) != value
        ]
        unit.edit(edits)
    number = len(edits)
    title = workspace.replica.titles(entity, [record_id]).get(record_id, "")[:40]
    if not number:
        return done(committed, "没有需要恢复的内容", "Nothing to bring back", record_id=record_id)
    return done(
        committed,
        f"{spec.label.zh}「{title}」的 {number} 个字段已恢复到 {when}",
        f"{number} field(s) of {spec.label.en.lower()} “{title}” are back to {when}",
        record_id=record_id,
    )
