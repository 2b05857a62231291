"""Effective stamps (design rule 6), pure: a device's clock is neither trusted nor refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crm_core.clock import ZERO_STAMP, make_stamp, stamp_millis, stamp_node, successor
from crm_core.sync.change import Operation
from crm_core.sync.merge import RecordState

SKEW_TOLERANCE_MS = 5_000
"""A difference up to this is the network and a human; beyond it the device's clock is corrected."""
_MOMENT = 17
"""Characters of a stamp that say when, before who."""


def residual_skew(*, server_ms: int, device_ms: int) -> int:
    """How far a device's stamps must be moved, in milliseconds; 0 within the tolerance."""
    skew = server_ms - device_ms
    return skew if abs(skew) > SKEW_TOLERANCE_MS else 0


@dataclass(slots=True)
class Stamper:
    """Gives the operations of one batch of one device their effective stamps, in order.

    effective = max(min(corrected, now), base + 1), growing with every operation of the device.
    Stamps the server has changed before are known from `renamed` (author's → effective), so that
    an edit made upon such a write offline still names what its author saw.
    """

    now_ms: int
    skew_ms: int
    renamed: dict[str, str] = field(default_factory=dict)
    last: str = ZERO_STAMP
    """The stamp of the device's operation before the next: none is given twice, in whatever
    batch."""
    _now: str = field(init=False)

    def __post_init__(self) -> None:
        self._now = make_stamp(self.now_ms, 0, "")

    def restamped(self, operation: Operation, state: RecordState | None) -> Operation:
        """The operation as the log will hold it; `state`: its record as it is here."""
        sent = operation.hlc
        node = sent[_MOMENT + 1 :]
        now = f"{self._now}{node}"
        # A base from the future that nobody wrote must not carry the operation there.
        base = self.renamed.get(operation.base, operation.base)
        if base > now:
            touched = ZERO_STAMP if state is None else max(state.touched, state.deleted)
            base = min(base, max(now, touched))
        effective = sent if not self.skew_ms else self._corrected(operation)
        if effective > now:
            effective = now
        if effective[:_MOMENT] <= base[:_MOMENT]:
            effective = max(effective, successor(base, node))
        if effective <= self.last:
            effective = successor(self.last, node)
        self.last = effective
        if effective != sent or sent in self.renamed:
            self.renamed[sent] = effective
        if effective == sent and base == operation.base:
            return operation
        return operation.with_stamp(effective, base=base)

    def met_before(self, sent: Operation, stored: Operation) -> None:
        """The device sent again what the log holds already, perhaps under another stamp."""
        self.renamed[sent.hlc] = stored.hlc

    def _corrected(self, operation: Operation) -> str:
        if not self.skew_ms or operation.authored:
            return operation.hlc
        counter = int(operation.hlc[13:17], 16)
        moved = stamp_millis(operation.hlc) + self.skew_ms
        return make_stamp(moved, counter, stamp_node(operation.hlc))


def bases_to_map(operations: list[Operation], node: str, known: Mapping[str, str]) -> set[str]:
    """The bases that are stamps of this very device and not yet among `known`."""
    return {o.base for o in operations if stamp_node(o.base) == node}.difference(known)
