"""Devices that send leads when their time has come, and a reader that waits for owners.

The load shares the machine with what is measured, so it is cheap: bodies are made beforehand, each
device has one connection that stays, and nothing of HTTP is spoken but what a push needs.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx
import psycopg
from sqlalchemy import make_url

from benchmarks.sync.processor import Processor
from benchmarks.sync.rep import Rep, new_id_of
from crm_core.clock import ZERO_STAMP, iso_moment, make_stamp
from crm_core.model.values import Value
from crm_core.sync import protocol, wire
from crm_core.sync.change import Operation, Verb
from crm_core.sync.protocol import PushMessage

_LOOK_SECONDS, _PATIENCE_SECONDS = 0.02, 120.0
_OWNED = "SELECT id FROM suixing.lead WHERE owner IS NOT NULL AND id = ANY(%s)"


@dataclass(slots=True)
class Flooded:
    """Seconds of each lead, from when it should have been sent."""

    acknowledged: list[float] = field(default_factory=list)
    decided: list[float] = field(default_factory=list)
    offered_seconds: float = 0.0
    seconds: float = 0.0
    """From the first lead to the last owner."""


@dataclass(slots=True)
class _Lead:
    """One push, ready to be sent."""

    id: str
    due: float
    """Seconds after the beginning."""
    body: bytes


@dataclass(slots=True)
class _Device:
    """A connection, and what is sent over it, one after the other."""

    leads: list[_Lead]
    reader: asyncio.StreamReader = field(init=False)
    writer: asyncio.StreamWriter = field(init=False)
    acknowledged: dict[str, float] = field(default_factory=dict)
    replies: list[bytes] = field(default_factory=list)

    async def connect(self, url: str) -> None:
        """Open the connection; what a process makes at its first request is not a lead's cost."""
        at = urlsplit(url)
        self.reader, self.writer = await asyncio.open_connection(at.hostname, at.port)
        head = f"GET /v1/health HTTP/1.1\r\nHost: {at.netloc}\r\nX-Suixing-Protocol: 2\r\n\r\n"
        self.writer.write(head.encode("ascii"))
        await _reply(self.reader)

    async def send(self, begun: float) -> None:
        """Send each when its time has come, and the one before is answered."""
        for lead in self.leads:
            await asyncio.sleep(max(0.0, begun + lead.due - time.monotonic()))
            self.writer.write(lead.body)
            self.replies.append(await _reply(self.reader))
            self.acknowledged[lead.id] = time.monotonic() - begun - lead.due
        self.writer.close()

    def check(self) -> None:
        """RuntimeError unless everything was taken."""
        for reply in self.replies:
            acks, _, _ = wire.acks_from(reply)
            if [one.refused for one in acks] != [None]:
                raise RuntimeError("a lead was refused")


async def flooded(
    logins: Sequence[str], url: str, database: str, used: Processor, rate: int, seconds: int
) -> Flooded:
    """Send `rate` leads a second by as many devices as there are logins."""
    async with httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as http:
        reps = [Rep(http, login) for login in logins]
        for rep in reps:
            await rep.sign_in()
    devices = [_Device([]) for _ in reps]
    for device in devices:
        await device.connect(url)
    begins = time.time() + 1.0 + rate * seconds / 2_000  # Time to make them.
    for number in range(rate * seconds):
        place, due = number % len(reps), number / rate
        devices[place].leads.append(_lead(reps[place], url, number, due, begins + due))
    await asyncio.sleep(max(0.0, begins - time.time()))
    used.begin()
    begun = time.monotonic()
    sending = asyncio.gather(*(device.send(begun) for device in devices))
    leads = [lead for device in devices for lead in device.leads]
    seen = await _watch(leads, database, begun)
    await sending
    used.end()
    for device in devices:
        device.check()
    return Flooded(
        [took for device in devices for took in device.acknowledged.values()],
        [seen[lead.id] - lead.due for lead in leads if lead.id in seen],
        offered_seconds=float(seconds),
        seconds=max(seen.values(), default=0.0),
    )


async def _watch(leads: Sequence[_Lead], database: str, begun: float) -> dict[str, float]:
    """By lead, when its owner was read first."""
    seen: dict[str, float] = {}
    waiting, last = {lead.id: lead.due for lead in leads}, max(lead.due for lead in leads)
    address = make_url(database).render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
        while waiting and time.monotonic() - begun < last + _PATIENCE_SECONDS:
            now = time.monotonic() - begun
            asked = [one for one, due in waiting.items() if due <= now][:500]
            found = await (await connection.execute(_OWNED, [asked])).fetchall()
            now = time.monotonic() - begun
            for (one,) in found:
                del waiting[one]
                seen[one] = now
            await asyncio.sleep(_LOOK_SECONDS)
    return seen


def _lead(rep: Rep, url: str, number: int, due: float, moment: float) -> _Lead:
    """A lead nobody has, entered at `moment` (seconds since 1970)."""
    rep.sequence += 1
    milliseconds = int(1000 * moment)
    values: dict[str, Value] = {
        "name": f"线索{number}", "stage": "captured", "source": "抖音直播",
        "phone": f"139{number:08d}", "received_at": iso_moment(rep.clock.clock.now()),
    }  # fmt: skip
    lead = Operation(
        replica=rep.clock.node, replica_seq=rep.sequence, entity="lead", id=new_id_of(rep),
        verb=Verb.CREATE, field="", value=values, before=None,
        hlc=make_stamp(milliseconds, 0, rep.clock.node), base=ZERO_STAMP,
        group=f"{rep.clock.node}:{rep.sequence}", actor=rep.user_id,
    )  # fmt: skip
    packed = wire.push_bytes(PushMessage([lead], milliseconds, rep.lineage))
    head = (
        f"POST /v1/sync/push HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\n"
        f"Authorization: Bearer {rep.access}\r\nX-Suixing-Protocol: 2\r\n"
        f"Content-Type: {protocol.MEDIA_TYPE}\r\nContent-Length: {len(packed)}\r\n\r\n"
    )
    return _Lead(lead.id, due, head.encode("ascii") + packed)


async def _reply(reader: asyncio.StreamReader) -> bytes:
    """The body of a reply. RuntimeError for any but 200."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = int(head.split("content-length:", 1)[1].split("\r\n", 1)[0])
    body = await reader.readexactly(length)
    if " 200 " not in head.split("\r\n", 1)[0]:
        raise RuntimeError(head.split("\r\n", 1)[0])
    return body
