"""What moves on by itself: a record whose stage says so, once all it waits for is there (row 4.3).

Pure: (operations just applied, what can be looked up, the stages in force) → moves, each with what
it was decided by. Who calls writes them, in the transaction of the operations.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crm_core.model.query import All, Op, Query, Test
from crm_core.model.schema import Label
from crm_core.model.values import Record
from crm_core.rules.engine import Lookup
from crm_core.rules.gates import Missing, Requirement, anchor_of, is_closed, missing
from crm_core.rules.stage_plan import STAGED, Move, Stage, StagePlan
from crm_core.sync.change import Operation, Verb
from crm_core.sync.history import Edit

_MOST = 50
"""Open deals of one customer that are looked at because something of that customer changed."""
_LINKS = ("lead", "opportunity", "customer")


@dataclass(frozen=True, slots=True)
class Advance:
    """One record that goes on by itself."""

    entity: str
    record: Record
    before: Stage
    after: Stage
    met: tuple[Requirement, ...]
    """What had to be there, and is."""
    act: str
    """The act that brought the last of it: rules which the move sets off follow from that."""

    @property
    def edit(self) -> Edit:
        """The change itself."""
        return Edit(self.entity, str(self.record["id"]), Verb.SET, "stage", self.after.code)

    @property
    def why(self) -> Label:
        """In a sentence."""
        zh = "、".join(one.label.zh for one in self.met)
        en = ", ".join(one.label.en for one in self.met)
        return Label(
            f"「{self.before.label.zh}」的条件已满足（{zh}），自动进入「{self.after.label.zh}」",
            f"All “{self.before.label.en}” waits for is there ({en}): on to "
            f"“{self.after.label.en}” by itself",
        )


def advances(
    plan: StagePlan, operations: Sequence[Operation], lookup: Lookup
) -> tuple[Advance, ...]:
    """The records that these operations let move on. A step back by hand is not undone by this:
    only news about what is waited for sets it off, never the change of the stage itself, and
    nothing goes where these operations took it from, or to. What has gone on may go on from there,
    by the same news: whoever calls asks again."""
    if not any(one.moves for entity in STAGED for one in plan.stages(entity)):
        return ()
    found: dict[tuple[str, str], Advance] = {}
    been = {
        (one.entity, one.id, stage) for one in operations if one.field == "stage"
        for stage in (one.value, one.before) if isinstance(stage, str)
    }  # fmt: skip
    for act, entity, record in _touched(plan, operations, lookup):
        key = entity, str(record["id"])
        if key not in found:
            advance = _advance(plan, entity, record, lookup, act)
            if advance is not None and (*key, advance.after.code) not in been:
                found[key] = advance
    return tuple(found.values())


def _touched(
    plan: StagePlan, operations: Sequence[Operation], lookup: Lookup
) -> Iterator[tuple[str, str, Record]]:
    """Every open record that something these operations wrote may be waited for by, and in which
    act."""
    seen: set[tuple[str, str]] = set()
    for one in operations:
        if one.verb is Verb.DELETE or (one.entity, one.id) in seen or one.field in _OWN_DOING:
            continue
        seen.add((one.entity, one.id))
        held = lookup.record(one.entity, one.id)
        if held is None:
            continue
        if one.entity in STAGED:
            yield from ((one.group, *found) for found in _open(plan, one.entity, [held]))
        for link in _LINKS:
            target = held.get(link)
            if isinstance(target, str) and one.entity not in STAGED:
                linked = _open(plan, *_linked(link, target, lookup))
                yield from ((one.group, *found) for found in linked)


_OWN_DOING = ("stage", "stage_since", "moved_back")


def _linked(link: str, target: str, lookup: Lookup) -> tuple[str, list[Record]]:
    if link != "customer":
        held = lookup.record(link, target)
        return link, [] if held is None else [held]
    query = Query("opportunity", Test("customer", Op.EQ, target), limit=_MOST)
    return "opportunity", [dict(one) for one in lookup.find(query)]


def _open(
    plan: StagePlan, entity: str, records: Sequence[Record]
) -> Iterator[tuple[str, Record]]:  # fmt: skip
    for record in records:
        stage = plan.find(entity, str(record.get("stage") or ""))
        if stage is not None and stage.moves and not stage.retired and not is_closed(stage.code):
            yield entity, record


def _advance(
    plan: StagePlan, entity: str, record: Record, lookup: Lookup, act: str
) -> Advance | None:  # fmt: skip
    stage = plan.named(entity, str(record.get("stage") or ""))
    for move in stage.moves:
        after = plan.find(entity, move.to)
        if after is None or after.retired or after.code == stage.code:
            continue
        if not lacking(entity, record, move, lookup):
            return Advance(entity, record, stage, after, move.asked, act)
    return None


def lacking(entity: str, record: Record, move: Move, lookup: Lookup) -> tuple[Missing, ...]:
    """What a move still waits for."""
    counts = {
        one.id: len(_found(entity, record, one, lookup)) for one in move.asked if one.entity
    }  # fmt: skip
    return missing(move.asked, record, counts, lookup.clock.now())


def _found(entity: str, record: Record, one: Requirement, lookup: Lookup) -> Sequence[object]:
    name, anchor = anchor_of(entity, record, one.entity)
    if not anchor:
        return ()
    where = All((Test(name, Op.EQ, anchor), one.where))
    return lookup.find(Query(one.entity, where, limit=one.least))
