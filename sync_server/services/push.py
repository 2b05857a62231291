"""Push: judge a batch operation by operation and apply the admitted ones in one transaction."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from crm_core.clock import ZERO_STAMP, stamp_node
from crm_core.errors import SyncCode, SyncError
from crm_core.model.query import fields_tested
from crm_core.model.values import Record
from crm_core.permissions import Actor, can_bulk
from crm_core.permissions.policy import MOST_AT_ONCE
from crm_core.rules import approvals
from crm_core.store import erasing, log_keys, purging
from crm_core.store.batch import Batch
from crm_core.sync.change import Operation, Verb
from crm_core.sync.protocol import Ack, PushMessage
from sync_server.services import following, people
from sync_server.services.admission import (
    ERASED,
    PURGED,
    Refusal,
    Rights,
    named_parents,
    refused,
    value_refusal,
)
from sync_server.services.merge_admission import Merging
from sync_server.services.server import Server
from sync_server.services.sessions import Principal
from sync_server.services.stage_admission import StageMoves
from sync_server.services.stamps import Stamper, bases_to_map, residual_skew


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The answer to a batch. Everything acknowledged in it is on disk."""

    acks: Sequence[Ack]
    server_ms: int


def push(server: Server, principal: Principal, message: PushMessage, *, language: str) -> Verdicts:
    """Apply a batch. SyncError, with nothing applied: WRONG_DEVICE, DEVICE_REVOKED."""
    operations, node = message.operations, principal.device.node
    if principal.guest:
        raise SyncError(SyncCode.FORBIDDEN, "a look at somebody else's data writes nothing")
    if any(o.replica != node or stamp_node(o.hlc) != node for o in operations):
        raise SyncError(SyncCode.WRONG_DEVICE, "an operation carries another node id")
    now = server.clock.millis()
    stamper = Stamper(now, residual_skew(server_ms=now, device_ms=message.device_ms))
    desk = _Desk(server, principal, stamper, language)
    then = following.following(server)
    applied = server.replica.judge(lambda batch: desk.decide(batch, operations), then)
    if applied.log_rids:
        server.live.publish(max(applied.log_rids.values()))
    return Verdicts(list(desk.acks.values()), now)


@dataclass(slots=True)
class _Desk:
    """Where one batch is judged: against the records as its own earlier operations leave them."""

    server: Server
    principal: Principal
    stamper: Stamper
    language: str
    acks: dict[int, Ack] = field(default_factory=dict)
    _uncreated: dict[tuple[str, str], Refusal] = field(default_factory=dict)
    _purged: set[tuple[str, str]] = field(default_factory=set)
    _erased: set[tuple[str, str]] = field(default_factory=set)
    _before: dict[tuple[str, str, str, str], Record | None] = field(default_factory=dict)
    _many: dict[tuple[str, str, str], Refusal] = field(default_factory=dict)
    _merging: Merging = field(default_factory=Merging)
    _stages: StageMoves = field(init=False)
    _rights: Rights = field(init=False)

    def decide(self, batch: Batch, operations: Sequence[Operation]) -> None:
        """Fold in what is admitted, under its effective stamp; fills `acks`."""
        replica, connection = self.server.replica, batch.connection
        who = self.principal
        actor = people.actor_now(connection, replica.tables, who.actor.user_id, left=who.left)
        self._stages = StageMoves(self.server, actor)
        self._rights = Rights(replica.registry, actor, self.server.clock.now())
        stored = log_keys.known(connection, replica.tables, operations)
        # What is sent again after a restore may be older than what came since: it stays so.
        first = min((o.replica_seq for o in operations if o.key not in stored), default=0)
        node = self.principal.device.node
        last = log_keys.stamps_before(connection, replica.tables, {node: first})
        self.stamper.last = last[node]
        beside = {name for e in replica.registry for name in (e.owner, e.sharer) if name}
        beside |= {"author"}
        for guard in actor.policy.guards if actor.policy else ():
            beside |= fields_tested(guard.condition)
        fresh = [o for o in operations if o.key not in stored]
        batch.load(fresh, beside=beside)
        self._merging.learn(batch, fresh)
        self._learn_sizes(actor, fresh)
        self._learn_stamps(connection, operations, stored)
        self._learn_purged(batch, fresh)
        for operation in operations:
            if operation.key in stored:
                self.stamper.last = max(self.stamper.last, stored[operation.key].hlc)
                self._accept(operation, stored[operation.key])
            elif operation.replica_seq not in self.acks:
                self._judge(actor, batch, operation)
        for sent, effective, refusal in self._stages.judged(batch):
            if refusal is not None:
                self._refuse(sent, refusal)
                continue
            batch.fold(effective)
            self._accept(sent, effective)

    def _judge(self, actor: Actor, batch: Batch, operation: Operation) -> None:
        refusal = self._refusal(actor, batch, operation)
        if refusal is not None:
            if operation.verb is Verb.CREATE:
                self._uncreated[operation.entity, operation.id] = refusal
            self._refuse(operation, refusal)
            return
        state = batch.state(operation.entity, operation.id)
        touched = ZERO_STAMP if state is None else max(state.touched, state.deleted)
        effective = self.stamper.restamped(operation, touched=touched)
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

    def _refusal(self, actor: Actor, batch: Batch, operation: Operation) -> Refusal | None:
        target = (operation.entity, operation.id)
        registry = self.server.replica.registry
        if self._erased and self._erased & {target, *named_parents(registry, operation)}:
            return ERASED
        if target in self._purged:
            return PURGED
        if operation.verb is not Verb.CREATE and target in self._uncreated:
            return self._uncreated[target]
        unlinked = self._merging.refusal(actor, batch, operation)
        if unlinked is not None:
            return unlinked
        if self._many and operation.verb is not Verb.CREATE:
            many = self._many.get((operation.actor, operation.group, operation.entity))
            if many is not None:
                return many
        # A person's one act is judged by the record as it was before it: handing a record over
        # must not forbid the other fields changed in the same breath.
        act = (operation.actor, operation.group, *target)
        if operation.verb is Verb.CREATE:
            record: Record | None = operation.created_values
        elif act in self._before:
            record = self._before[act]
        else:
            record = self._before[act] = _record(batch, operation)
        verdict = self._rights.refusal(operation, record)
        if verdict is None and operation.entity == approvals.ENTITY:
            verdict = refused(approvals.against(actor, operation, record))
        return verdict or value_refusal(registry, operation)

    def _learn_sizes(self, actor: Actor, operations: Sequence[Operation]) -> None:
        """Which acts touch more records at once than their author may."""
        if len(operations) <= MOST_AT_ONCE:
            return
        acts: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        for one in operations:
            if one.verb is not Verb.CREATE:
                acts[one.actor, one.group, one.entity].add(one.id)
        for act, ids in acts.items():
            if act[2] not in self.server.replica.registry:
                continue
            entity = self.server.replica.registry.entity(act[2])
            refusal = refused(can_bulk(actor, entity, len(ids)))
            if refusal is not None:
                self._many[act] = refusal

    def _learn_purged(self, batch: Batch, operations: Sequence[Operation]) -> None:
        """Which of the records that are not here were here once: they must not come back."""
        absent: dict[str, set[str]] = defaultdict(set)
        for operation in operations:
            if batch.state(operation.entity, operation.id) is None:
                absent[operation.entity].add(operation.id)
        for entity, ids in absent.items():
            found = purging.purged(batch.connection, batch.tables, entity, ids)
            self._purged |= {(entity, record) for record in found}
        parents = {p for o in operations for p in named_parents(batch.registry, o)}
        self._erased = erasing.erased(batch.connection, batch.tables, self._purged | parents)

    def _learn_stamps(
        self,
        connection: Connection,
        operations: Sequence[Operation],
        stored: Mapping[tuple[str, int], Operation],
    ) -> None:
        for operation in operations:
            if operation.key in stored:
                self.stamper.met_before(operation, stored[operation.key])
        node = self.principal.device.node
        wanted = bases_to_map(list(operations), node, self.stamper.renamed) - {ZERO_STAMP}
        tables = self.server.replica.tables
        self.stamper.renamed.update(log_keys.renamed(connection, tables, node, wanted))


def _record(batch: Batch, operation: Operation) -> Record | None:
    state = batch.state(operation.entity, operation.id)
    return dict(state.values) if state is not None and state.exists else None
