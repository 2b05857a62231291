"""A server opened in this process, and the device of a manager who pushes to it."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from argon2 import PasswordHasher

from benchmarks.sync.company import Company, found_company
from benchmarks.sync.customers import EDITED
from crm_core.clock import ZERO_STAMP, HybridClock, new_id, system_clock
from crm_core.model.query import EVERYTHING, Op, Query, Test
from crm_core.model.schema import Label
from crm_core.model.values import Value
from crm_core.rules.documents import Document, When
from crm_core.rules.pools import Member, Pool
from crm_core.rules.published import SHIPPED_SET, written_set
from crm_core.rules.routing import Route
from crm_core.rules.ruleset import RuleSet
from crm_core.sync.change import Operation, Verb
from crm_core.sync.protocol import PushMessage
from sync_server.app import open_server
from sync_server.auth import Passwords
from sync_server.config import Limits
from sync_server.services import people
from sync_server.services.audit import SERVER_ACTOR
from sync_server.services.exchange.push import push
from sync_server.services.server import Server
from sync_server.services.signing_in.devices import Device
from sync_server.services.signing_in.sessions import Principal

_NODE = "b" * 16
Make = Callable[[int], tuple[str, str, str, Value | dict[str, Value]]]
"""Number → (entity, id, field, value); no field: a CREATE."""


@dataclass(slots=True)
class Desk:
    """Who pushes, and to which server."""

    company: Company
    server: Server
    principal: Principal
    clock: HybridClock = field(default_factory=lambda: HybridClock(_NODE, system_clock()))
    sent: int = 0

    def lead(self, number: int) -> tuple[str, str, str, Value | dict[str, Value]]:
        """A lead nobody has yet."""
        values: dict[str, Value] = {
            "name": f"线索{number}", "stage": "captured", "source": "抖音直播",
            "phone": f"139{number:08d}", "received_at": self.server.clock.iso(),
        }  # fmt: skip
        return "lead", new_id(self.server.clock), "", values

    def edit(self, number: int) -> tuple[str, str, str, Value | dict[str, Value]]:
        """A field of one customer."""
        ids = self.company.customer_ids
        return "customer", ids[number % len(ids)], EDITED, f"改过 {number} 次"

    def push(self, make: Make, number: int) -> float:
        """Push so many at once; milliseconds of the processor. RuntimeError if any is refused."""
        act = new_id(self.server.clock)
        operations = [self._operation(make, act) for _ in range(number)]
        message = PushMessage(operations, self.server.clock.millis(), self.server.lineage)
        begun = time.process_time()
        verdicts = push(self.server, self.principal, message, language="zh")
        spent = time.process_time() - begun
        if any(one.refused is not None for one in verdicts.acks):
            raise RuntimeError("refused")
        return 1000 * spent

    def _operation(self, make: Make, act: str) -> Operation:
        self.sent += 1
        entity, record, name, value = make(self.sent)
        verb = Verb.SET if name else Verb.CREATE
        return Operation(
            replica=_NODE, replica_seq=self.sent, entity=entity, id=record, verb=verb, field=name,
            value=value, before=None, hlc=self.clock.tick(), base=ZERO_STAMP, group=act,
            actor=self.principal.actor.user_id,
        )  # fmt: skip


@contextmanager
def a_desk(folder: Path, *, customers: int, database: str = "") -> Iterator[Desk]:
    """A company with a manager and eight reps, its server opened here; a pool of the reps gives
    leads out."""
    company = found_company(folder, records=customers, reps=8, database=database)
    with closing_server(company) as server:
        user = str(server.replica.find(Query("user", Test("login", Op.EQ, "manager0")))[0]["id"])
        with server.reading() as connection:
            actor = people.actor_now(connection, server.replica.tables, user)
        publish(server, [])
        yield Desk(company, server, Principal(actor, Device(_NODE, user, "", 0, 0, revoked=False)))


@contextmanager
def closing_server(company: Company) -> Iterator[Server]:
    """The server on a company's data, without a port."""
    hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    keeper = Passwords(hasher, hasher.hash("nobody"))
    server = open_server(company.folder, clock=system_clock(), passwords=keeper, limits=Limits())
    with closing(server.replica):
        yield server


def publish(server: Server, more: Sequence[Document[object]]) -> None:
    """Put in force what ships, a pool of all reps that gives leads out, and `more`."""
    reps = server.replica.find(Query("user", Test("role", Op.EQ, "rep")))
    members = tuple(Member(str(one["id"])) for one in reps)
    own: Mapping[str, Document[object]] = {
        "bench-pool": Document("bench-pool", "pool", Label("全部", "All"), "lead",
                               Pool(members, capacity=10**6)),
        "bench-route": Document("bench-route", "route", Label("全部", "All"), "lead",
                                Route(When(EVERYTHING), pool="bench-pool")),
    }  # fmt: skip
    body = written_set(RuleSet([*SHIPPED_SET.documents, *own.values(), *more]))
    with server.replica.write(SERVER_ACTOR) as (unit, _):
        values = {"name": "基准", "published_at": server.clock.iso(), "body": body}
        unit.create("rule_version", values)
