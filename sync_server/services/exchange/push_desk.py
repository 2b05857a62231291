"""The judging of pushes: each operation admitted under its effective stamp, or refused.

Pushes taken together are judged one after the other in one batch; what each has to know of the
database is read for all of them before anything is folded in.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

from sqlalchemy import Connection

from crm_core.clock import ZERO_STAMP
from crm_core.model.query import fields_tested
from crm_core.model.values import Record
from crm_core.permissions import Actor, can_bulk
from crm_core.permissions.policy import MOST_AT_ONCE
from crm_core.rules import approvals
from crm_core.store.changes.batch import Batch, Target
from crm_core.store.forgetting import erasing, purging
from crm_core.store.log import log_keys
from crm_core.sync.change import CREATE, Operation
from crm_core.sync.merge import RecordState
from crm_core.sync.protocol import Ack
from sync_server.services import people
from sync_server.services.admission import (
    ERASED,
    PURGED,
    Refusal,
    Rights,
    named_parents,
    refused,
    value_refusal,
)
from sync_server.services.consequences import automations
from sync_server.services.exchange.stage_admission import StageMoves
from sync_server.services.exchange.stamps import Stamper, bases_to_map
from sync_server.services.merging.merge_admission import Merging, is_plain
from sync_server.services.server import Server
from sync_server.services.signing_in.sessions import Principal


@dataclass(slots=True)
class Desk:
    """Where one push is judged: against the records as what was judged before it leaves them."""

    server: Server
    principal: Principal
    operations: Sequence[Operation]
    stamper: Stamper
    language: str
    acks: dict[int, Ack] = field(default_factory=dict)
    fresh: Sequence[Operation] = ()
    """What the log does not hold yet."""
    _uncreated: dict[Target, Refusal] = field(default_factory=dict)
    _purged: Set[Target] = frozenset()
    _erased: Set[Target] = frozenset()
    _again: Set[Target] = frozenset()
    """Records that more than one operation is about."""
    _before: dict[tuple[str, str, str, str], Record | None] = field(default_factory=dict)
    _many: dict[tuple[str, str, str], Refusal] = field(default_factory=dict)
    _merging: Merging = field(default_factory=Merging)
    _actor: Actor = field(init=False)
    _stages: StageMoves = field(init=False)
    _rights: Rights = field(init=False)
    _stored: Mapping[tuple[str, int], Operation] = field(default_factory=dict)

    @property
    def first(self) -> int:
        """The number of the first of those; 0 where there is none."""
        return min((o.replica_seq for o in self.fresh), default=0)

    def sit_down(self, connection: Connection, stored: Mapping[tuple[str, int], Operation]) -> None:
        """Learn who asks and what of it the log holds already. SyncError: DEVICE_REVOKED."""
        tables, who = self.server.replica.tables, self.principal
        self._actor = people.actor_now(connection, tables, who.actor.user_id, left=who.left)
        self._stages = StageMoves(self.server, self._actor)
        now = self.server.clock.now()
        self._rights = Rights(self.server.replica.registry, self._actor, now)
        self._stored = stored
        self.fresh = (
            [o for o in self.operations if o.key not in stored] if stored else self.operations
        )

    def beside(self) -> set[str]:
        """Which fields of the records are looked at beside those written."""
        registry, policy = self.server.replica.registry, self._actor.policy
        names = {name for e in registry for name in (e.owner, e.sharer) if name} | {"author"}
        for guard in policy.guards if policy else ():
            names |= fields_tested(guard.condition)
        return names

    def learn(self, batch: Batch, last: str, purged: Set[Target], erased: Set[Target]) -> None:
        """Read what else is asked of the records, which are loaded. `last`: the stamp of the
        device's operation before `first`; purged and erased: which of them have been."""
        self.stamper.last, self._purged, self._erased = last, purged, erased
        fresh = self.fresh
        named = [(o.entity, o.id) for o in fresh]
        if len(set(named)) < len(named):
            self._again = {target for target, times in Counter(named).items() if times > 1}
        self._merging.learn(batch, [o for o in fresh if not is_plain(o)])
        self._learn_sizes(fresh)
        self._learn_stamps(batch.connection)

    def decide(self, batch: Batch) -> None:
        """Fold in what is admitted, under its effective stamp; fills `acks`."""
        for operation in self.operations:
            held = self._stored.get(operation.key) if self._stored else None
            if held is not None:
                self.stamper.last = max(self.stamper.last, held.hlc)
                self._accept(operation, held)
            elif operation.replica_seq not in self.acks:
                self._judge(batch, operation)
        for sent, effective, refusal in self._stages.judged(batch):
            if refusal is not None:
                self._refuse(sent, refusal)
                continue
            batch.fold(effective)
            self._accept(sent, effective)

    def _judge(self, batch: Batch, operation: Operation) -> None:
        state = batch.states.get((operation.entity, operation.id))
        refusal = self._refusal(batch, operation, state)
        if refusal is not None:
            if operation.verb is CREATE:
                self._uncreated[operation.entity, operation.id] = refusal
            self._refuse(operation, refusal)
            return
        effective = self.stamper.restamped(operation, state)
        if not self._stages.holds(operation, effective):
            batch.fold(effective)
            self._accept(operation, effective)

    def _refuse(self, sent: Operation, refusal: Refusal) -> None:
        detail = refusal.sentence(self.language)
        self.acks[sent.replica_seq] = Ack(sent.replica_seq, refused=refusal.code, detail=detail)

    def _accept(self, sent: Operation, held: Operation) -> None:
        number = sent.replica_seq
        changed = held is not sent and (held.hlc != sent.hlc or held.base != sent.base)
        self.acks[number] = Ack(number, held.hlc, held.base) if changed else Ack(number)

    def _refusal(
        self, batch: Batch, operation: Operation, state: RecordState | None
    ) -> Refusal | None:
        actor, target = self._actor, (operation.entity, operation.id)
        registry = self.server.replica.registry
        if self._erased and self._erased & {target, *named_parents(registry, operation)}:
            return ERASED
        if target in self._purged:
            return PURGED
        if self._uncreated and operation.verb is not CREATE and target in self._uncreated:
            return self._uncreated[target]
        if not is_plain(operation):
            unlinked = self._merging.refusal(actor, batch, operation)
            if unlinked is not None:
                return unlinked
        if self._many and operation.verb is not CREATE:
            many = self._many.get((operation.actor, operation.group, operation.entity))
            if many is not None:
                return many
        record = self._as_before(operation, state)
        verdict = self._rights.refusal(operation, record)
        if verdict is None and operation.entity == approvals.ENTITY:
            verdict = refused(approvals.against(actor, operation, record))
        return verdict or value_refusal(registry, operation)

    def _as_before(self, operation: Operation, state: RecordState | None) -> Record | None:
        """The record by which an operation is judged.

        A person's one act is judged by the record as it was before it: handing a record over must
        not forbid the other fields changed in the same breath.
        """
        if operation.verb is CREATE:
            return operation.created_values
        here = state is not None and state.created != ZERO_STAMP
        if not self._again or (operation.entity, operation.id) not in self._again:
            return state.values if state is not None and here else None
        act = (operation.actor, operation.group, operation.entity, operation.id)
        if act not in self._before:
            self._before[act] = dict(state.values) if state is not None and here else None
        return self._before[act]

    def _learn_sizes(self, operations: Sequence[Operation]) -> None:
        """Which acts touch more records at once than their author may."""
        groups = Counter([o.group for o in operations])
        if max(groups.values(), default=0) <= MOST_AT_ONCE:
            return
        sizes = Counter((o.actor, o.group, o.entity) for o in operations)
        large = {act for act, size in sizes.items() if size > MOST_AT_ONCE}
        acts: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        for one in operations if large else ():
            act = (one.actor, one.group, one.entity)
            if act in large and one.verb is not CREATE:
                acts[act].add(one.id)
        for act, ids in acts.items():
            if act[2] not in self.server.replica.registry:
                continue
            entity = self.server.replica.registry.entity(act[2])
            refusal = refused(can_bulk(self._actor, entity, len(ids)))
            if refusal is not None:
                self._many[act] = refusal

    def _learn_stamps(self, connection: Connection) -> None:
        for operation in self.operations if self._stored else ():
            if operation.key in self._stored:
                self.stamper.met_before(operation, self._stored[operation.key])
        node = self.principal.device.node
        wanted = bases_to_map(list(self.operations), node, self.stamper.renamed) - {ZERO_STAMP}
        tables = self.server.replica.tables
        self.stamper.renamed.update(log_keys.renamed(connection, tables, node, wanted))


def judge_all(batch: Batch, desks: Sequence[Desk]) -> None:
    """Judge pushes of different devices, about different records, in this order."""
    connection, tables = batch.connection, batch.tables
    stored = log_keys.known(connection, tables, [o for desk in desks for o in desk.operations])
    for desk in desks:
        desk.sit_down(connection, stored)
    fresh = [o for desk in desks for o in desk.fresh]
    # What is sent again after a restore may be older than what came since: it stays so.
    before = {desk.principal.device.node: desk.first for desk in desks}
    last = log_keys.stamps_before(connection, tables, before)
    beside = {name for desk in desks for name in desk.beside()}
    batch.load(fresh, beside=beside | automations.looked_at(desks[0].server, batch, fresh))
    purged = _purged(batch, fresh)
    parents = {p for o in fresh for p in named_parents(batch.registry, o)}
    erased = erasing.erased(connection, tables, purged | parents)
    for desk in desks:
        desk.learn(batch, last[desk.principal.device.node], purged, erased)
    for desk in desks:
        desk.decide(batch)


def _purged(batch: Batch, operations: Sequence[Operation]) -> set[Target]:
    """Which of the records that are not here were here once: they must not come back."""
    targets = {(o.entity, o.id) for o in operations}
    absent = [target for target in targets if target not in batch.states]
    return purging.gone_among(batch.connection, batch.tables, absent)
