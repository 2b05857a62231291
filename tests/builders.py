"""Ready-made things for tests: a clock that is told the time, people, customers, replicas, a hub.

Only what several test modules need; nothing here asserts anything.
"""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import delete

from crm_core.clock import Clock, HybridClock, make_stamp, successor
from crm_core.model.query import Query
from crm_core.permissions import Actor, Circles
from crm_core.store.log import oplog
from crm_core.store.replica import Replica, open_replica
from crm_core.sync.change import Operation
from crm_core.sync.protocol import Ack

START = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
"""A Monday, 09:30 in China."""

KEY = bytes(range(32))


@dataclass(slots=True)
class FakeClock:
    """A clock that stands still until told otherwise, forwards or backwards."""

    moment: datetime = START

    def advance(self, **parts: float) -> None:
        """Move by `timedelta(**parts)`; negative parts go back."""
        self.moment += timedelta(**parts)

    @property
    def clock(self) -> Clock:
        """What the code under test is given."""
        return Clock(now=lambda: self.moment)


def an_actor(
    user_id: str = "u-wang", *, role: str = "admin", colleagues: Iterable[str] = ()
) -> Actor:
    """A person, by default one who may do everything."""
    around = frozenset(colleagues)
    return Actor(user_id, role, Circles(team=around, subtree=around))


def a_customer(**fields: object) -> dict[str, object]:
    """The values of a customer."""
    return {"name": "北京协和医院", "kind": "organisation", "level": "A"} | fields


def a_task(**fields: object) -> dict[str, object]:
    """The values of a task."""
    return {"title": "回电给张主任", "kind": "todo", "state": "open"} | fields


def a_custom_field(**fields: object) -> dict[str, object]:
    """The values of a company's own field on customers."""
    return {
        "entity": "customer",
        "name": "x_beds",
        "value_kind": "integer",
        "label": "床位",
    } | fields


def a_replica(path: Path, *, time: FakeClock, node: str = "", key: bytes | None = None) -> Replica:
    """A device's database at `path`; where there is none, a copy of one just made."""
    if not path.exists():
        path.write_bytes(just_made(key))
    return open_replica(path, clock=time.clock, key=key, node=node, keeps_outbox=True)


@cache
def just_made(key: bytes | None) -> bytes:
    """The file of a database that has its tables and nothing else: copying it is far cheaper."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "new.db")
        made = open_replica(path, clock=FakeClock().clock, key=key, keeps_outbox=True)
        meta = made.tables.meta
        with made.engine.begin() as connection:
            connection.execute(delete(meta).where(meta.c.key == "node"))
        made.close()
        return path.read_bytes()


def two_replicas(folder: Path, *, time: FakeClock) -> tuple[Replica, Replica]:
    """Two devices that know nothing of each other yet."""
    return (
        a_replica(folder / "one.db", time=time, node="1" * 16),
        a_replica(folder / "two.db", time=time, node="2" * 16),
    )


def create(replica: Replica, entity: str, values: Mapping[str, object], *, by: Actor) -> str:
    """Create one record in a transaction of its own; its id."""
    with replica.write(by) as (unit, _):
        return unit.create(entity, values)


def change(replica: Replica, entity: str, record_id: str, *, by: Actor, **changes: object) -> str:
    """Change one record in a transaction of its own; the undo group."""
    with replica.write(by) as (unit, committed):
        unit.change(entity, record_id, changes)
    return committed.group


def exchange(source: Replica, target: Replica) -> None:
    """Give `target` everything the log of `source` holds."""
    target.receive(log_of(source))


def log_of(replica: Replica) -> list[Operation]:
    """Every operation a replica knows, in the order it came to know them."""
    return replica.read(
        lambda c: [o for _, o in oplog.read(c, replica.tables, oplog.after(replica.tables, 0))]
    )


def records_of(replica: Replica, entity: str = "customer") -> dict[str, dict[str, object]]:
    """What a replica shows of one entity, by id, without what is local to it."""
    found: dict[str, dict[str, object]] = {}
    for record in replica.find(Query(entity)):
        found[str(record["id"])] = {k: v for k, v in record.items() if k != "rid"}
    return found


@dataclass(slots=True)
class Hub:
    """A server's replica and its half of the protocol: effective stamps by design rule 6."""

    replica: Replica
    time: FakeClock
    given: dict[tuple[str, int], Ack] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    """Author's stamp → effective stamp."""
    last: str = ""

    def push(self, operations: Sequence[Operation]) -> list[Ack]:
        """Accept a batch, once or again; the acknowledgements."""
        fresh = [self._accept(o) for o in operations if o.key not in self.given]
        self.replica.receive(fresh)
        return [self.given[o.key] for o in operations]

    def pull(self, cursor: int, *, limit: int) -> list[Operation]:
        """What follows the first `cursor` operations."""
        return log_of(self.replica)[cursor : cursor + limit]

    def _accept(self, operation: Operation) -> Operation:
        base = self.moved.get(operation.base, operation.base)
        node = operation.replica
        server_now = make_stamp(self.time.clock.millis(), 0, node)
        effective = operation.hlc
        if effective > server_now:
            hybrid = HybridClock(node, self.time.clock, last=self.last or base)
            effective = hybrid.tick()
        effective = max(effective, successor(base, node))
        self.last = max(self.last, effective)
        self.moved[operation.hlc] = effective
        accepted = operation.with_stamp(effective, base=base)
        moved = effective != operation.hlc or base != operation.base
        self.given[operation.key] = Ack(
            operation.replica_seq, hlc=effective if moved else "", base=base if moved else ""
        )
        return accepted
