"""Acts of many changes in words, and what taking one back would do, record by record."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crm_core.clock import parse_moment
from crm_core.model.schema import FieldSpec
from crm_core.model.values import Value
from crm_core.store.changes.act_list import ActLine, recent_acts, undo_plan
from crm_core.store.replica import Replica
from crm_core.sync.change import Operation, Verb
from crm_core.sync.history import Edit
from desktop.services.rules.reasons import reason_words
from desktop.services.workspace import Workspace
from desktop.viewmodels.records.history import wording

_MOST_ACTS = 60
_MOST_LINES = 200
"""Of a preview; the numbers beside it are those of the whole act."""


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One act as it is listed."""

    group: str
    title: str
    who: str
    at: datetime
    body: str
    mine: bool


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One record of a preview: what would happen to it, or what is left and why."""

    entity: str
    id: str
    record: str
    what: str


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """What taking an act back would do now."""

    group: str
    undone: tuple[PlanLine, ...]
    kept: tuple[PlanLine, ...]
    records: int
    edits: int
    left: int


def read_batches(workspace: Workspace, language: str, *, many_only: bool) -> tuple[BatchLine, ...]:
    """The newest acts first. Meant for the database thread."""
    replica = workspace.replica
    least = 2 if many_only else 1
    found = replica.read(
        lambda c: recent_acts(c, replica.tables, limit=_MOST_ACTS, least_records=least)
    )
    people = replica.titles("user", {line.actor for line in found})
    return tuple(_line(workspace, line, people, language) for line in found)


def read_plan(workspace: Workspace, group: str, language: str) -> BatchPlan:
    """The preview of one act. Meant for the database thread."""
    replica = workspace.replica
    plan = replica.read(lambda c: undo_plan(c, replica.tables, replica.registry, group))
    by_record: dict[tuple[str, str], list[Edit]] = defaultdict(list)
    for edit in plan.edits:
        by_record[edit.entity, edit.id].append(edit)
    titles = _titles(replica, [*by_record, *((o.entity, o.id) for o in plan.kept)])
    shown = list(by_record.items())[:_MOST_LINES]
    undone = [
        PlanLine(*target, titles.get(target, ""), _undoing(replica, edits, language))
        for target, edits in shown
    ]
    kept = [
        PlanLine(o.entity, o.id, titles.get((o.entity, o.id), ""), _keeping(replica, o, language))
        for o in plan.kept[:_MOST_LINES]
    ]
    return BatchPlan(
        group, tuple(undone), tuple(kept), len(by_record), len(plan.edits), len(plan.kept)
    )


def _line(
    workspace: Workspace, line: ActLine, people: Mapping[str, str], language: str
) -> BatchLine:
    chinese = language.startswith("zh")
    registry = workspace.replica.registry
    parts = []
    for entity, number in sorted(line.records.items(), key=lambda item: -item[1]):
        label = registry.entity(entity).label.text(language) if entity in registry else entity
        parts.append(f"{label} {number}")
    counted = f"{line.operations} 处修改" if chinese else f"{line.operations} changes"
    plain = "一起做的修改" if chinese else "Changes made together"
    return BatchLine(
        group=line.group,
        title=reason_words(line.reason, language) or plain,
        who=people.get(line.actor, line.actor),
        at=parse_moment(line.at),
        body=f"{' · '.join(parts)} · {counted}",
        mine=line.actor == workspace.actor.user_id,
    )


def _titles(replica: Replica, targets: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    ids: dict[str, set[str]] = defaultdict(set)
    for entity, record_id in targets:
        if entity in replica.registry:
            ids[entity].add(record_id)
    return {
        (entity, record_id): title
        for entity, wanted in ids.items()
        for record_id, title in replica.titles(entity, wanted).items()
    }


def _undoing(replica: Replica, edits: Sequence[Edit], language: str) -> str:
    """What happens to one record, in words."""
    chinese = language.startswith("zh")
    label = replica.registry.entity(edits[0].entity).label.text(language)
    if any(edit.verb is Verb.DELETE for edit in edits):
        return f"{label}移到回收站" if chinese else f"{label} goes to the bin"
    present = replica.record(edits[0].entity, edits[0].id) or {}
    told = []
    for edit in edits:
        spec = replica.registry.find(edit.entity, edit.field)
        if spec is not None:
            told.append(_step(replica, spec, (present.get(spec.name), edit.value), language))
    return "；".join(told) if chinese else "; ".join(told)


def _step(replica: Replica, spec: FieldSpec, values: tuple[Value, Value], language: str) -> str:
    """One field from what it holds to what it gets."""
    say: Callable[[Value], str] = wording(replica, spec, values, language)
    now, then = (say(value) or "—" for value in values)
    return f"{spec.label.text(language)} {now} → {then}"


def _keeping(replica: Replica, operation: Operation, language: str) -> str:
    """Which later edit stands, in words."""
    chinese = language.startswith("zh")
    spec = replica.registry.find(operation.entity, operation.field)
    name = spec.label.text(language) if spec is not None else operation.field
    later = [
        o
        for o in replica.history(operation.entity, operation.id)
        if o.field == operation.field and o.hlc > operation.hlc
    ]
    who = ""
    if later:
        actor = max(later, key=lambda o: o.hlc).actor
        who = replica.titles("user", {actor}).get(actor, actor)
    if chinese:
        return f"{name}：之后{who or '又有人'}改过，保持不动"
    return f"{name}: changed since by {who or 'somebody'}, left alone"
