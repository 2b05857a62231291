"""A server and laptops in this process that only exchange: cheap enough for merges by the dozen."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from sqlalchemy import text

from crm_core.permissions import Actor, Verdict
from crm_core.store.changes.batch import Batch
from crm_core.store.changes.unit_of_work import Committed, Unit
from crm_core.store.engines.engine_postgres import SCHEMA, open_bare, open_postgres, postgres_url
from crm_core.store.engines.engine_sqlite import open_sqlite
from crm_core.store.log import log_keys, oplog
from crm_core.store.replica import Replica
from crm_core.sync.change import Operation
from crm_core.sync.protocol import Ack
from desktop.services.workspace import Workspace
from sync_server.services.merging import merges
from tests.builders import FakeClock, a_replica, an_actor, records_of
from tests.postgres import Postgres

LAPTOPS = ("one", "two", "three")
MANY = 10_000
WHERE = {
    "contact": ("customer",), "visit": ("customer", "contact"), "task": ("customer",),
    "comment": ("customer", "contact"),
}  # fmt: skip
"""What is compared of what points at customers and contacts."""


@dataclass(slots=True)
class Laptop:
    """What the verbs of the desktop need of a workspace, without its server and its secrets."""

    replica: Replica
    actor: Actor
    cursor: int = 0

    @contextmanager
    def write(self, reason: str = "") -> Iterator[tuple[Unit, Committed]]:
        """One act of the person."""
        with self.replica.write(self.actor, reason) as opened:
            yield opened

    def may_write(self, *_: object) -> Verdict:
        """Everything, in these tests."""
        return Verdict(allowed=True)

    @property
    def desk(self) -> Workspace:
        """As the verbs see it."""
        return cast("Workspace", self)


@dataclass(slots=True)
class Circle:
    """The server and everybody's laptop."""

    folder: Path
    time: FakeClock = field(default_factory=FakeClock)
    server: Replica = field(init=False)
    laptops: dict[str, Laptop] = field(default_factory=dict)
    database: str = ""
    """`postgresql://…` where the server's records lie there."""

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        engine = open_sqlite(self.folder / "server.db")
        if self.database:
            engine = open_postgres(self.database)
        self.server = Replica(engine, clock=self.time.clock, node="f" * 16, lean=True)
        for place, name in enumerate(LAPTOPS, start=1):
            replica = a_replica(
                self.folder / f"{name}.db", time=self.time, node=f"{place:016x}"
            )  # fmt: skip
            self.laptops[name] = Laptop(replica, an_actor(f"u-{name}"))

    def close(self) -> None:
        """Everything ends."""
        for laptop in self.laptops.values():
            laptop.replica.close()
        self.server.close()

    def desk(self, name: str) -> Workspace:
        """Somebody's workspace; a second passes before they do anything."""
        self.time.advance(seconds=1)
        return self.laptops[name].desk

    def create(
        self, name: str, entity: str, rows: Mapping[str, Mapping[str, object]]
    ) -> None:  # fmt: skip
        """Add records (id → values) on one laptop."""
        with self.desk(name).write("新建") as (unit, _):
            unit.create_many(entity, list(rows.values()), record_ids=list(rows))

    def push(self, name: str) -> None:
        """Send all that waits."""
        laptop = self.laptops[name]
        waiting = laptop.replica.waiting(limit=MANY)
        if waiting:
            self.time.advance(seconds=1)
            self.server.judge(lambda batch: self.fold(batch, waiting), merges.follow)
            laptop.replica.acknowledge([Ack(o.replica_seq) for o in waiting])

    def pull(self, name: str) -> None:
        """Receive all that is new."""
        laptop = self.laptops[name]
        rows = oplog.after(self.server.tables, laptop.cursor)
        found = self.server.read(lambda c: oplog.read(c, self.server.tables, rows))
        if found:
            laptop.cursor = found[-1][0]
            own = laptop.replica.hybrid.node
            laptop.replica.receive([o for _, o in found if o.replica != own])

    def sync(self, *names: str) -> None:
        """Whole exchanges, one laptop after the other."""
        for name in names or LAPTOPS:
            self.push(name)
            self.pull(name)

    def settle(self) -> dict[str, dict[str, dict[str, object]]]:
        """Let everybody exchange until all have all; what they then show, which must be one."""
        self.sync()
        self.sync()
        shown = [seen(one.replica) for one in self.laptops.values()]
        for one in shown:
            assert one == seen(self.server)
        return shown[0]

    @staticmethod
    def fold(batch: Batch, operations: list[Operation]) -> None:
        """Take in what is new of these, whatever they are."""
        known = log_keys.known_keys(batch.connection, batch.tables, operations)
        fresh = [o for o in operations if o.key not in known]
        batch.load(fresh)
        for operation in fresh:
            batch.fold(operation)


def empty_database(postgres: Postgres) -> str:
    """A database with room for a server's records."""
    url = postgres.database()
    with open_bare(postgres_url(url)).connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {SCHEMA}"))
    return url


def seen(replica: Replica) -> dict[str, dict[str, dict[str, object]]]:
    """What a database shows, by entity and id: customers whole, of the rest where it belongs."""
    found = {"customer": records_of(replica)}
    for entity, names in WHERE.items():
        rows = records_of(replica, entity).items()
        found[entity] = {one: {name: row[name] for name in names} for one, row in rows}
    return found
