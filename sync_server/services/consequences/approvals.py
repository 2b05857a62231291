"""Of two decisions about one request, made without knowing of each other, the first counts.

First is by effective stamp, as with claims of leads. A step of `following`, so both orders of
arrival end the same; both people are told.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from crm_core.model.values import Record
from crm_core.rules.approvals import (
    APPROVED,
    ENTITY,
    FIRST_DECISION,
    PENDING,
    exemption_of,
    first_decision,
    recheck_of,
)
from crm_core.rules.identity import act_key
from crm_core.store.changes.act_refusals import Refused
from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.log import oplog
from crm_core.store.replica import MakeUnit
from crm_core.sync.change import Operation, Verb
from sync_server.services.audit import SERVER_ACTOR

EXEMPTION = "exemption"
_GRANTED, _AGAIN = ("kind", "reason", "since", "until"), ("due_at", "remark")
"""What whoever grants an exemption says of it, and of the task to look again."""
_WITH_IT = ("state", "decided_at", "decided_by", "comment")
_WORDS = {"approved": "同意", "rejected": "驳回", "withdrawn": "撤回"}


def settle(make: MakeUnit, operations: Sequence[Operation]) -> Iterator[Unit]:
    """Have requests say what was decided first."""
    decided = {
        one.id
        for one in operations
        if one.entity == ENTITY and one.field == "state" and one.value != PENDING
    }
    if not decided:
        return
    unit = make(SERVER_ACTOR, FIRST_DECISION)
    said: dict[str, list[Operation]] = defaultdict(list)
    for _, one in oplog.of_records(unit.connection, unit.tables, ENTITY, decided):
        said[one.id].append(one)
    records = unit.records(ENTITY, decided)
    for record_id, everything in said.items():
        everything.sort(key=lambda one: one.hlc)
        states = [one for one in everything if one.field == "state"]
        first, others = first_decision(states)
        if first is None or not others or record_id not in records:
            continue
        acts = [one for one in everything if one.group == first.group and one.field in _WITH_IT]
        values: dict[str, object] = dict.fromkeys(_WITH_IT)
        values.update({one.field: one.value for one in acts})
        unit.change_many(ENTITY, {record_id: values}, refused=Refused())
        if records[record_id].get("exempt_until"):
            _as_first_said(unit, record_id, first)
        different = [one for one in others if one.value != first.value]
        if different:
            _tell(unit, records[record_id], first, different)
    if unit.applied.fresh:
        yield unit


def _as_first_said(unit: Unit, request: str, first: Operation) -> None:
    """The exemption that several granted or refused at once, as the first decision has it
    (row 6.10): none, or with its end."""
    exemption = exemption_of(request)
    task = recheck_of(exemption)
    if first.value != APPROVED:
        unit.delete_many(EXEMPTION, [exemption], refused=Refused())
        unit.delete_many("task", [task], refused=Refused())
        return
    for entity, record_id, fields in ((EXEMPTION, exemption, _GRANTED), ("task", task, _AGAIN)):
        said: dict[str, object] = {}
        for _, one in oplog.of_records(unit.connection, unit.tables, entity, {record_id}):
            if one.group == first.group:
                written = one.created_values if one.verb is Verb.CREATE else {one.field: one.value}
                said.update((k, v) for k, v in written.items() if k in fields)
        if said and unit.record(entity, record_id) is not None:
            unit.change_many(entity, {record_id: said}, refused=Refused())


def _tell(unit: Unit, record: Record, first: Operation, others: Sequence[Operation]) -> None:
    people = unit.records("user", {one.actor for one in (first, *others)})
    title = str(record.get("title") or "")[:40]
    rows: dict[str, Mapping[str, object]] = {}
    for one in others:
        words = (
            f"{_name(people, first)} 先{_said(first)}，{_name(people, one)} 后{_said(one)}；"
            "两人当时互不知情，先作出的决定有效。"
        )
        for whom in {first.actor, one.actor}:
            rows[act_key("approval", str(record["id"]), one.hlc, whom)] = {
                "title": f"审批「{title}」有两个不同的结论", "kind": "reminder",
                "state": "open", "due_at": unit.clock.iso(), "owner": whom, "remark": words,
            }  # fmt: skip
    unit.create_missing("task", rows)


def _said(one: Operation) -> str:
    return _WORDS.get(str(one.value), str(one.value))


def _name(people: Mapping[str, Record], one: Operation) -> str:
    return str(people.get(one.actor, {}).get("name") or one.actor)
