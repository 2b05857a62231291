"""The check list of the stage a record is in: what is ticked off, with what evidence (row 4.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from crm_core.errors import KnownError
from crm_core.model.query import All, Op, Query, Test
from crm_core.model.schema import Label
from crm_core.model.values import Record
from crm_core.rules.gates import TICK
from crm_core.rules.identity import act_key
from crm_core.rules.stage_plan import Stage
from crm_core.rules.stages import CheckItem, Evidence
from crm_core.store.changes.unit_of_work import Unit
from crm_core.sync.change import Verb
from crm_core.sync.history import Edit
from desktop.services.commands.verbs import Done, done
from desktop.services.papers.attachments import attach_taken, taken_in
from desktop.services.rules.stage_gates import stages_of
from desktop.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Tick:
    """One item, and how it stands."""

    item: CheckItem
    record: Record | None = None
    """What is kept of it; None for one nobody has touched."""

    @property
    def done(self) -> bool:
        """Whether it counts: ticked off, with the evidence it asks for."""
        if self.record is None or not self.record.get("done_at"):
            return False
        wanted = {Evidence.NOTE: "note", Evidence.FILE: "attachment"}.get(self.item.evidence)
        return wanted is None or bool(self.record.get(wanted))


@dataclass(frozen=True, slots=True)
class Group:
    """One action with its items."""

    label: Label
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class CheckList:
    """What the stage of one record has to be ticked off."""

    entity: str
    record: Record
    stage: Stage
    groups: tuple[Group, ...]

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """All items."""
        return tuple(tick for group in self.groups for tick in group.ticks)

    @property
    def done(self) -> int:
        """How many count."""
        return sum(tick.done for tick in self.ticks)


def checklist_of(workspace: Workspace, entity: str, record_id: str) -> CheckList | None:
    """Read on the database thread; None for a record that is not here."""
    record = workspace.replica.record(entity, record_id)
    if record is None:
        return None
    stage = stages_of(workspace).named(entity, str(record.get("stage") or ""))
    where = All((Test(entity, Op.EQ, record_id), Test("stage", Op.EQ, stage.code)))
    kept = {str(one.get("item")): one for one in workspace.replica.find(Query(TICK, where))}
    groups = (
        Group(action.label, tuple(Tick(item, kept.get(item.id)) for item in action.items))
        for action in stage.actions
    )
    return CheckList(entity, record, stage, tuple(group for group in groups if group.ticks))


def tick_id(entity: str, record_id: str, stage: str, item: str) -> str:
    """The id of a tick: two devices that tick the same thing make one record."""
    return act_key("checklist", f"{entity}/{record_id}", stage, item)


def do_tick(
    workspace: Workspace,
    entity: str,
    record_id: str,
    item: CheckItem,
    *,
    note: str = "",
    paths: Sequence[Path] = (),
    stage: str = "",
) -> Done:
    """Tick an item off, with what came of it and a file where there are some.

    `stage`: that asks for it, where the record is in another. Raises KnownError ("gone",
    "forbidden", "evidence" where the item asks for some that is neither given nor there, and those
    of `do_attach`).
    """
    record = workspace.replica.record(entity, record_id)
    if record is None:
        raise _not_here()
    code = stage or str(record.get("stage") or "")
    tick = tick_id(entity, record_id, code, item.id)
    with taken_in(workspace, paths) as made, workspace.write("阶段清单") as (unit, committed):
        values: dict[str, object] = {
            "done_at": workspace.clock.iso(), "done_by": workspace.actor.user_id,
        }  # fmt: skip
        if note.strip():
            values["note"] = note.strip()
        links = _links(record)
        attach_taken(workspace, unit, made, links)
        if made:
            values["attachment"] = _newest(unit, str(made[0]["sha256"]))
        _insist(item, values, unit.record(TICK, tick) or {})
        _write(unit, tick, values, first={
            "label": item.label.zh, "stage": code, "item": item.id, entity: record_id,
            "owner": record.get("owner") or workspace.actor.user_id,
        })  # fmt: skip
    return done(
        committed, f"已完成「{item.label.zh}」", f"Done: {item.label.en}", record_id=tick
    )  # fmt: skip


def do_untick(workspace: Workspace, tick: str) -> Done:
    """It is not done after all; note and file stay with it."""
    with workspace.write("阶段清单") as (unit, committed):
        unit.change(TICK, tick, {"done_at": None, "done_by": None})
    return done(committed, "已取消完成", "Not done any more", record_id=tick)


def _write(unit: Unit, tick: str, values: dict[str, object], *, first: dict[str, object]) -> None:
    if not unit.knows(TICK, tick):
        unit.create(TICK, first | values, record_id=tick)
        return
    if unit.record(TICK, tick) is None:  # It was deleted: whoever ticks it off brings it back.
        unit.edit([Edit(TICK, tick, Verb.SET, "label", str(first["label"]))])
    unit.change(TICK, tick, values)


def _links(record: Record) -> dict[str, str]:
    """Under what a file is kept: the customer of the record, where there is one."""
    customer = record.get("customer")
    return {"customer": str(customer)} if customer else {}


def _newest(unit: Unit, address: str) -> str:
    found = unit.find(Query("attachment", Test("sha256", Op.EQ, address)))
    return str(found[-1]["id"])


def _insist(item: CheckItem, values: dict[str, object], held: Record) -> None:
    wanted = {Evidence.NOTE: "note", Evidence.FILE: "attachment"}.get(item.evidence)
    if wanted is None or values.get(wanted) or held.get(wanted):
        return
    zh, en = ("结果说明", "a note") if wanted == "note" else ("凭证文件", "a file")
    raise KnownError(
        f"「{item.label.zh}」需要附上{zh}才算完成。没有改动。",
        f"“{item.label.en}” counts only with {en}. Nothing was changed.",
        code="evidence",
    )


def _not_here() -> KnownError:
    return KnownError(
        "这条记录已被删除，或不在本机上，没有改动。",
        "The record was deleted or is not on this device; nothing was changed.",
        code="gone",
    )
