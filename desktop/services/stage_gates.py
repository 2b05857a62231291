"""What is missing before records move on, read from this device (row 4.2). Never writes.

The verdict itself is `crm_core.rules.gates`; it is provisional where others hold records this
device does not see.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Protocol

from crm_core.errors import KnownError
from crm_core.model.query import All, Op, Query, Test
from crm_core.model.values import Record
from crm_core.rules.gates import (
    GATES,
    LOST,
    STAGES,
    Missing,
    Requirement,
    anchor_of,
    blocker,
    missing,
    on_the_way,
    requirements,
)
from crm_core.store.reads import Reads
from crm_core.store.totals import Total, totals
from crm_core.store.unit_of_work import Unit

_AT_ONCE = 400
"""Ids in one condition."""


class Counts(Protocol):
    """Whoever can say how many records there are: a replica, or an act under way."""

    def totals(self, query: Query, *, by: str) -> dict[str, Total]:
        """Counts of the answer by what stands in the field `by`."""


class GateClosed(KnownError):
    """A stage cannot be left yet; `lacking` says what it waits for."""

    def __init__(self, entity: str, record: Record, lacking: tuple[Missing, ...]) -> None:
        stage = next(s for s in STAGES[entity] if s.code == record.get("stage"))
        tails = ("按本机的数据判断；没有改动。", "Judged by this device; nothing was changed.")
        super().__init__(
            f"{blocker(stage, lacking, days=None, language='zh')}{tails[0]}",
            f"{blocker(stage, lacking, days=None, language='en')} {tails[1]}",
            code="gate",
        )
        self.record = record
        self.lacking = lacking


def lacking_for(
    replica: Reads, entity: str, records: Sequence[Record]
) -> dict[str, tuple[Missing, ...]]:
    """By id, what each record still needs to leave its stage forwards."""
    asked = {
        str(r["id"]): requirements(entity, str(r.get("stage"))) for r in records if r.get("id")
    }
    wanted = {one.id: one for several in asked.values() for one in several if one.entity}
    anchors = {str(r["id"]): anchor_of(entity, r) for r in records}
    counts = {one.id: _counted(replica, one, anchors) for one in wanted.values()}
    return {
        record_id: missing(
            asked[record_id],
            record,
            {name: by_record.get(record_id, 0) for name, by_record in counts.items()},
        )
        for record_id, record in ((str(r["id"]), r) for r in records)
    }


def lacking_to(replica: Counts, entity: str, record: Record, stage: str) -> tuple[Missing, ...]:
    """What a record needs before it may go to `stage`; empty where the way is open."""
    asked = on_the_way(entity, str(record.get("stage") or ""), stage)
    anchors = {str(record["id"]): anchor_of(entity, record)}
    counts = {
        one.id: _counted(replica, one, anchors).get(str(record["id"]), 0)
        for one in asked
        if one.entity
    }
    return missing(asked, record, counts)


def check_gate(replica: Reads, entity: str, record_id: str, changes: Mapping[str, object]) -> None:
    """Raise GateClosed where `changes` would move a record over a gate that is not open.

    What is written in the same act counts.
    """
    stage = changes.get("stage")
    if entity not in GATES or not isinstance(stage, str) or stage == LOST:
        return
    record = replica.record(entity, record_id)
    if record is None:
        return
    fresh = {**record, **{k: v for k, v in changes.items() if k != "stage"}}
    lacking = lacking_to(replica, entity, fresh, stage)  # type: ignore[arg-type]
    if lacking:
        raise GateClosed(entity, record, lacking)


def check_gate_in(unit: Unit, entity: str, record_id: str, changes: Mapping[str, object]) -> None:
    """`check_gate` in the middle of an act: what the act wrote before counts as well."""
    stage = changes.get("stage")
    record = unit.record(entity, record_id)
    if entity not in GATES or not isinstance(stage, str) or stage == LOST or record is None:
        return
    lacking = lacking_to(_Underway(unit), entity, record, stage)
    if lacking:
        raise GateClosed(entity, record, lacking)


class _Underway:
    """Counts as an open transaction sees them."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def totals(self, query: Query, *, by: str) -> dict[str, Total]:
        unit = self._unit
        return totals(unit.connection, unit.tables, query, unit.clock.now(), by=by)


def _counted(
    replica: Counts, one: Requirement, anchors: Mapping[str, tuple[str, str]]
) -> dict[str, int]:
    """How many related records there are for each record, by its id."""
    by_field: dict[str, set[str]] = defaultdict(set)
    for name, anchor in anchors.values():
        if anchor:
            by_field[name].add(anchor)
    found: dict[tuple[str, str], int] = {}
    for name, ids in by_field.items():
        listed = sorted(ids)
        for start in range(0, len(listed), _AT_ONCE):
            among = Test(name, Op.IN, tuple(listed[start : start + _AT_ONCE]))
            query = Query(one.entity, All((among, one.where)))
            for anchor, total in replica.totals(query, by=name).items():
                found[name, anchor] = total.count
    return {record_id: found.get(anchor, 0) for record_id, anchor in anchors.items()}
