"""Push: judge a batch operation by operation and apply the admitted ones in one transaction.

Pushes that wait for the write lock of one process are taken together (`push_queue`, decision 067):
one transaction, one look at what follows, an answer to each.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

from crm_core.clock import stamp_node
from crm_core.errors import SyncCode, SyncError
from crm_core.model.merging import MERGED, MERGED_INTO
from crm_core.store.changes.batch import Batch, Target
from crm_core.store.engines import kept
from crm_core.sync.change import Operation
from crm_core.sync.protocol import Ack, PushMessage
from sync_server.services.exchange import following
from sync_server.services.exchange.push_desk import Desk, judge_all
from sync_server.services.exchange.stamps import Stamper, residual_skew
from sync_server.services.merging import twins
from sync_server.services.server import Server
from sync_server.services.signing_in.sessions import Principal

MOST_TOGETHER = 150
"""Operations that are taken beside those of the first push: more of them gain nothing."""


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
    skew = residual_skew(server_ms=now, device_ms=message.device_ms)

    def desk() -> Desk:
        return Desk(server, principal, operations, Stamper(now, skew), language)

    sent = Sent(node, desk, operations)
    server.pushes.take(sent, partial(_apply, server))
    return Verdicts(list(sent.desk.acks.values()), now)


def _apply(server: Server, gather: Callable[[], Sequence["Sent"]]) -> None:
    """One transaction of whatever waits once it holds the write lock."""

    def decide(batch: Batch) -> None:
        judge_all(batch, [one.seated() for one in gather()])

    applied = server.replica.judge(decide, following.following(server))
    if applied.log_rids:
        server.live.publish(max(applied.log_rids.values()))


@dataclass
class Sent:
    """One push on its way."""

    node: str
    seat: Callable[[], Desk]
    """A desk where nothing has been judged yet: a push may be judged twice before it is taken."""
    operations: Sequence[Operation]
    desk: Desk = field(init=False)

    @cached_property
    def targets(self) -> frozenset[Target]:
        """What it is about; asked only where others wait as well."""
        return frozenset((o.entity, o.id) for o in self.operations)

    @cached_property
    def apart(self) -> bool:
        """Whether others must see what came of it, or it what came of others."""
        return any(map(_decides_on_others, self.operations)) or bool(
            twins.identifying(self.operations)
        )

    def seated(self) -> Desk:
        """A new desk for it."""
        self.desk = self.seat()
        return self.desk

    def fits(self, together: Sequence["Sent"]) -> bool:
        """Whether it may be judged in one batch with these, the first of which is taken anyhow.

        Not two of one device: the second may be the first, sent again. Not two about one record:
        the server's stamps and what follows from the first belong between them.
        """
        if self.apart or together[0].apart:
            return False
        if sum(len(one.operations) for one in (*together[1:], self)) > MOST_TOGETHER:
            return False
        return all(
            one.node != self.node and one.targets.isdisjoint(self.targets) for one in together
        )


def _decides_on_others(one: Operation) -> bool:
    """Whether the verdict on another person's operation may hang on this one: it changes who may
    do what, or which record is which."""
    merges = one.reason == MERGED or MERGED_INTO in (one.field, *one.created_values)
    return merges or one.entity in kept.ENTITIES
