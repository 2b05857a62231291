"""One simulated rep at the level of the wire: real tokens, real operations, no replica."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field

import httpx

from benchmarks.sync.company import PASSWORD
from benchmarks.sync.customers import EDITED
from crm_core.clock import ZERO_STAMP, HybridClock, iso_moment, new_id, system_clock
from crm_core.model.values import Value
from crm_core.sync import protocol, wire
from crm_core.sync.change import Operation, Verb
from crm_core.sync.protocol import PullReply, PushMessage
from desktop.services.online.server import PROTOCOL_HEADER


@dataclass(slots=True)
class Rep:
    """A device that is signed in and knows how far it has read."""

    http: httpx.AsyncClient
    login: str
    user_id: str = ""
    access: str = ""
    lineage: str = ""
    cursor: int = 0
    sequence: int = 0
    clock: HybridClock = field(default_factory=lambda: HybridClock("", system_clock()))
    customers: list[str] = field(default_factory=list)
    _pulling: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def sign_in(self) -> None:
        """A new device of this login."""
        body = {"login": self.login, "password": PASSWORD, "device_name": "基准"}
        reply = await self.http.post("/v1/session", json=body, headers=PROTOCOL_HEADER)
        session = reply.raise_for_status().json()
        self.access, self.lineage = session["access"], session["lineage"]
        self.user_id = session["user"]["id"]
        self.clock.node = session["node"]

    async def push(self, operations: Sequence[Operation]) -> None:
        """Send a batch; RuntimeError unless everything in it was taken."""
        message = PushMessage(operations, self.clock.clock.millis(), self.lineage)
        headers = self._headers() | {"Content-Type": protocol.MEDIA_TYPE}
        body = wire.push_bytes(message)
        reply = await self.http.post("/v1/sync/push", content=body, headers=headers)
        acks, _, _ = wire.acks_from(reply.raise_for_status().content)
        refused = [ack.refused for ack in acks if ack.refused is not None]
        if refused or len(acks) != len(operations):
            raise RuntimeError(f"not all taken: {refused}")

    async def pull(self) -> list[Operation]:
        """Everything new; one exchange at a time."""
        came: list[Operation] = []
        async with self._pulling:
            while True:
                page = await self._page()
                came += page.operations
                self.cursor = page.cursor
                if not page.more:
                    return came

    async def begin(self) -> None:
        """Read everything once, remembering the customers in view."""
        for operation in await self.pull():
            if operation.entity == "customer" and operation.verb is Verb.CREATE:
                self.customers.append(operation.id)

    async def hints(self) -> AsyncIterator[None]:
        """Something new, as the live channel says it."""
        headers = self._headers() | {"Accept": "text/event-stream"}
        timeout = httpx.Timeout(10.0, read=90.0, pool=None)
        async with self.http.stream("GET", "/v1/live", headers=headers, timeout=timeout) as reply:
            reply.raise_for_status()
            async for line in reply.aiter_lines():
                if line.startswith("data:"):
                    yield None

    # -- what a rep does ----------------------------------------------------------------------

    def edit(self, number: int) -> list[Operation]:
        """A field of one customer changed."""
        customer = self.customers[number % len(self.customers)]
        return [self._operation("customer", customer, f"改过 {self.sequence} 次", new_id_of(self))]

    def visit(self, number: int) -> list[Operation]:
        """A visit logged: the visit, a follow-up, a task for the next week; one act."""
        customer, act = self.customers[number % len(self.customers)], new_id_of(self)
        now, owner = iso_moment(self.clock.clock.now()), self.user_id
        visit = new_id_of(self)
        about: Mapping[str, Value] = {"customer": customer, "owner": owner}
        rows: list[tuple[str, str, Mapping[str, Value]]] = [
            ("visit", visit, {"purpose": "regular", "started_at": now,
                              "summary": "主任同意试用两周，月底前给报价。"}),
            ("follow_up", new_id_of(self), {"action": "visited", "happened_at": now, "visit": visit,
                                            "conclusion": "同意试用", "next_step": "月底前报价"}),
            ("task", new_id_of(self), {"title": "月底前报价", "kind": "promise", "state": "open",
                                       "due_at": now, "visit": visit}),
        ]  # fmt: skip
        return [self._operation(name, i, {**values, **about}, act) for name, i, values in rows]

    def _operation(
        self, entity: str, record: str, value: str | dict[str, Value], act: str
    ) -> Operation:
        """A CREATE of a record, or the customer field set."""
        self.sequence += 1
        creates = isinstance(value, dict)
        stamp = self.clock.last
        return Operation(
            replica=self.clock.node, replica_seq=self.sequence, entity=entity, id=record,
            verb=Verb.CREATE if creates else Verb.SET, field="" if creates else EDITED,
            value=value, before=None, hlc=self.clock.tick(),
            base=ZERO_STAMP if creates else stamp, group=act, actor=self.user_id,
        )  # fmt: skip

    async def _page(self) -> PullReply:
        asked: dict[str, str | int] = {
            "cursor": self.cursor,
            "limit": 1000,
            "node": self.clock.node,
        }
        reply = await self.http.get("/v1/sync/pull", params=asked, headers=self._headers())
        page = wire.page_from(reply.raise_for_status().content)
        for operation in page.operations:
            self.clock.observe(operation.hlc)
        return page

    def _headers(self) -> dict[str, str]:
        return PROTOCOL_HEADER | {"Authorization": f"Bearer {self.access}"}


def new_id_of(rep: Rep) -> str:
    """A fresh id by the rep's clock."""
    return new_id(rep.clock.clock)


async def signed_in(reps: Sequence[Rep], *, at_once: int = 8) -> None:
    """Sign all in and let each read everything once, a few at a time."""
    gate = asyncio.Semaphore(at_once)

    async def one(rep: Rep) -> None:
        async with gate:
            await rep.sign_in()
            await rep.begin()

    await asyncio.gather(*(one(rep) for rep in reps))
