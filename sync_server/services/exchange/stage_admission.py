"""Whether what a push says about stages is admitted: the same gates as on laptops (decision 054).

Moves are judged last, when everything else of the batch is folded in: evidence that comes with a
move counts, in whatever order they were written down. Only a version that was in force when the
move was made, or is now, can close a gate.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from crm_core.clock import iso_moment, stamp_moment
from crm_core.errors import SyncCode
from crm_core.model.merging import FOLLOWED, MERGED, UNMERGED
from crm_core.model.query import All, Not, Op, Query, Test, matches
from crm_core.model.values import Record
from crm_core.permissions import Actor
from crm_core.rules.gates import Missing
from crm_core.rules.stage_plan import STAGED, StagePlan, blocker, plan_of
from crm_core.store.changes import states
from crm_core.store.changes.batch import Batch
from crm_core.store.log import oplog
from crm_core.store.reading.totals import totals
from crm_core.store.ruling.stage_gates import MOVED_BACK, OVERRULING, STAGE, Gates
from crm_core.sync.change import SET, Operation
from sync_server.services.admission import Refusal
from sync_server.services.server import Server

_WITH_A_MOVE = frozenset({"stage_since", MOVED_BACK})
"""Fields that rules write because of a move; they stand and fall with it."""
_OF_MERGES = frozenset({MERGED, UNMERGED, FOLLOWED})
_TAKEN_BACK = ("撤销", "恢复到")
"""Reasons of acts that bring back a stage the record was in before."""


@dataclass(slots=True)
class StageMoves:
    """The moves of one batch, held back until the rest of it is folded in."""

    server: Server
    actor: Actor
    _held: list[tuple[Operation, Operation]] = field(default_factory=list)
    _acts: dict[tuple[str, str, str], Refusal | None] = field(default_factory=dict)

    def holds(self, sent: Operation, effective: Operation) -> bool:
        """Whether an operation waits for the end of the batch; `effective` as it was stamped."""
        if sent.verb is not SET or sent.entity not in STAGED:
            return False
        act = (sent.entity, sent.id, sent.group)
        moves = sent.field == STAGE and sent.reason not in _OF_MERGES
        if not moves and not (sent.field in _WITH_A_MOVE and act in self._acts):
            return False
        self._acts.setdefault(act, None)
        self._held.append((sent, effective))
        return True

    def judged(self, batch: Batch) -> Iterator[tuple[Operation, Operation, Refusal | None]]:
        """Each that was held, and why it is refused, in order; folded in by whoever asks."""
        for sent, effective in self._held:
            act = (sent.entity, sent.id, sent.group)
            if sent.field == STAGE and self._acts[act] is None:
                self._acts[act] = self._refusal(batch, sent, effective)
            yield sent, effective, self._acts[act]

    def _refusal(self, batch: Batch, sent: Operation, effective: Operation) -> Refusal | None:
        record = whole(batch, sent.entity, [sent.id]).get(sent.id)
        if record is None or not isinstance(sent.value, str):
            return None
        if self.actor.role in OVERRULING and sent.reason:
            return None
        plan, moment = self._plan(batch, ""), iso_moment(stamp_moment(effective.hlc))
        lacking = _gates(batch, plan, self.server).lacking_to(sent.entity, record, sent.value)
        if not lacking or (sent.reason.startswith(_TAKEN_BACK) and _was_there(batch, sent)):
            return None
        before = self._plan(batch, moment)
        if before.version != plan.version:
            gates = _gates(batch, before, self.server)
            if not gates.lacking_to(sent.entity, record, sent.value):
                return None
        return _refused(plan, sent.entity, record, lacking)

    def _plan(self, batch: Batch, at: str) -> StagePlan:
        teams, book = self.actor.circles.teams, self.server.rule_book
        rules = book.in_force(batch.connection, batch.tables, teams, at=at)
        return plan_of(rules, batch.registry)


def whole(batch: Batch, entity: str, ids: Collection[str]) -> dict[str, Record]:
    """Living records with all their values, as the batch leaves them."""
    loaded = states.load(batch.connection, batch.tables, entity, ids).states
    found: dict[str, Record] = {}
    for record_id in ids:
        state = batch.state(entity, record_id) or loaded.get(record_id)
        if state is not None and state.alive:
            held = loaded[record_id].values if record_id in loaded else {}
            found[record_id] = {**held, **state.values, "id": record_id}
    return found


def _gates(batch: Batch, plan: StagePlan, server: Server) -> Gates:
    now = server.clock.now()

    def count(query: Query, by: str) -> Mapping[str, int]:
        touched = sorted(one for entity, one in batch.states if entity == query.entity)
        where = All((query.where, Not(Test("id", Op.IN, tuple(touched)))))
        here = totals(
            batch.connection, batch.tables, Query(query.entity, where), now, by=by
        )  # fmt: skip
        counted = {name: total.count for name, total in here.items()}
        for record in whole(batch, query.entity, touched).values():
            if matches(query.where, record, now):
                name = str(record.get(by) or "")
                counted[name] = counted.get(name, 0) + 1
        return counted

    return Gates(plan, count, now)


def _was_there(batch: Batch, sent: Operation) -> bool:
    """Whether a record stood in a stage before: it has been through what lies before that."""
    past = oplog.of_record(batch.connection, batch.tables, sent.entity, sent.id)
    past += [one for one in batch.operations if (one.entity, one.id) == (sent.entity, sent.id)]
    return any(
        sent.value in (one.value if one.field == STAGE else None, one.created_values.get(STAGE))
        for one in past
    )


def _refused(
    plan: StagePlan, entity: str, record: Record, lacking: tuple[Missing, ...]
) -> Refusal:  # fmt: skip
    code = lacking[0].requirement.stage or str(record.get(STAGE) or "")
    stage = plan.named(entity, code)
    zh, en = (blocker(stage, lacking, hours=None, language=one) for one in ("zh", "en"))
    return Refusal(
        SyncCode.FORBIDDEN,
        f"{zh}服务器按最新数据判断，没有推进；这项修改已保留，补齐后可再次提交。",
        f"{en} Judged by the server with the newest data: it was not moved on. The change is kept "
        "and can be put in again once that is there.",
    )
