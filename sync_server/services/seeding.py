"""Turns the events of a sample into operations of the log, each stamped at its own time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from msgspec.structs import replace

from crm_core.clock import ZERO_STAMP, make_stamp, new_id, successor
from crm_core.model.schema import EntitySpec, Registry
from crm_core.model.values import Record, Value, normalise
from crm_core.store.changes.payloads import payloads
from crm_core.store.replica import Replica
from crm_core.sync.change import Operation, Verb
from crm_core.sync.merge import RecordState, fold, stamp_key
from sync_server.services.sample.book import SampleEvent

_BATCH = 5_000


def seed(replica: Replica, events: Iterable[SampleEvent]) -> int:
    """Apply the events, in their order, as if they had been synced over the years; how many
    operations that made. The replica must be new: the events take its first sequence numbers."""
    teller = _Teller(replica)
    batch: list[Operation] = []
    for event in events:
        batch += teller.operations(event)
        if len(batch) >= _BATCH:
            _receive(replica, batch, teller.sequence)
            batch = []
    _receive(replica, batch, teller.sequence)
    return teller.sequence


def _receive(replica: Replica, batch: list[Operation], sequence: int) -> None:
    replica.receive(batch, remember={"replica_seq": sequence})


@dataclass(slots=True)
class _Teller:
    """Knows every record as far as the story has gone, so that `base` and `before` are true."""

    replica: Replica
    sequence: int = 0
    _last: str = ZERO_STAMP
    _states: dict[tuple[str, str], RecordState] = field(default_factory=dict)

    def operations(self, event: SampleEvent) -> Iterator[Operation]:
        """The operations of one event: one group."""
        registry: Registry = self.replica.registry
        entity = registry.entity(event.entity)
        state = self._states.setdefault((event.entity, event.id), RecordState())
        draft = Operation(
            replica=self.replica.hybrid.node, replica_seq=0, entity=event.entity, id=event.id,
            verb=Verb(event.verb), field="", value=None, before=None, hlc=ZERO_STAMP,
            base=ZERO_STAMP, group=new_id(self.replica.clock), actor=event.actor,
        )  # fmt: skip
        if draft.verb is Verb.CREATE:
            steps = [replace(draft, value=_written(entity, event.values))]
        else:
            steps = list(_sets(entity, state, draft, event.values))
        millis = int(event.at.timestamp() * 1000)
        for step in steps:
            operation = replace(step, replica_seq=self._next(), hlc=self._stamp(millis))
            fold(state, operation, entity)
            yield operation

    def _next(self) -> int:
        self.sequence += 1
        return self.sequence

    def _stamp(self, millis: int) -> str:
        node = self.replica.hybrid.node
        self._last = max(make_stamp(millis, 0, node), successor(self._last, node))
        return self._last


def _written(entity: EntitySpec, values: Record) -> dict[str, Value]:
    clean = {name: normalise(entity.field_spec(name), value) for name, value in values.items()}
    return {name: value for name, value in clean.items() if value is not None}


def _sets(
    entity: EntitySpec, state: RecordState, draft: Operation, values: Record
) -> Iterator[Operation]:
    for name, raw in values.items():
        spec = entity.field_spec(name)
        value, old = normalise(spec, raw), state.values.get(name)
        if value == old:
            continue
        for payload, _ in payloads(spec, old, value):
            base = state.stamp_of(stamp_key(spec, payload))
            yield replace(draft, field=name, value=payload, before=old, base=base)
