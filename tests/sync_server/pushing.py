"""A laptop beside a server in this process: it writes, and what it wrote is pushed and followed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from crm_core.permissions import Actor
from crm_core.store.changes.batch import Batch
from crm_core.store.replica import Replica
from crm_core.sync.change import Operation
from crm_core.sync.protocol import Ack
from sync_server.services.exchange.following import following
from sync_server.services.server import Server
from tests.builders import a_replica
from tests.sync_proof.world import World

MANY = 100_000


@dataclass(slots=True)
class Pusher:
    """One laptop, no session: operations go straight to where a push is judged."""

    world: World
    replica: Replica
    actor: Actor

    def create(self, entity: str, record: str, values: Mapping[str, object]) -> None:
        """Add a record on the laptop, a second later."""
        self.world.time.advance(seconds=1)
        with self.replica.write(self.actor) as (unit, _):
            unit.create(entity, values, record_id=record)

    def change(self, entity: str, record: str, **changes: object) -> None:
        """Change one on the laptop, a second later."""
        self.world.time.advance(seconds=1)
        with self.replica.write(self.actor) as (unit, _):
            unit.change(entity, record, changes)

    def push(self) -> Sequence[Operation]:
        """Send all that waits; what was sent."""
        waiting = self.replica.waiting(limit=MANY)
        send(self.world.server, waiting)
        self.replica.acknowledge([Ack(o.replica_seq) for o in waiting])
        return waiting


def send(server: Server, operations: Sequence[Operation]) -> None:
    """Apply operations as a push does, and what follows from them."""

    def fold(batch: Batch) -> None:
        batch.load(operations)
        for one in operations:
            batch.fold(one)

    if operations:
        server.replica.judge(fold, following(server))


def a_pusher(world: World, folder: Path, actor: Actor, *, node: str = "1" * 16) -> Pusher:
    """A laptop that knows what the server knows, and runs no rules by itself."""
    replica = a_replica(folder / f"{node}.db", time=world.time, node=node)
    return Pusher(world, replica, actor)
