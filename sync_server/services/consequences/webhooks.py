"""Tells other programs what automations say they should hear: an outbox, delivered at least once.

A row is written in the transaction of the firing, so nothing is told that did not happen, and
nothing that happened goes untold (decision 051). Receivers drop doubles by `X-Suixing-Delivery`,
and know the sender by `X-Suixing-Signature`: `t=<seconds>,v1=<HMAC-SHA256 of "t.body">`.
"""

import hashlib
import hmac
import json
import logging
import random
import secrets
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Row, Table, delete, select, update

from crm_core.errors import KnownError
from crm_core.rules.firing.sight import Webhook
from crm_core.store.changes.unit_of_work import Unit
from sync_server.services.server import Server

WAITING, SENT, GIVEN_UP = "waiting", "sent", "given up"
MOST_ATTEMPTS = 12
FIRST_MS, LONGEST_MS = 30_000, 6 * 3_600_000
"""After a failure: half a minute, then twice as long each time, with some chance in it."""
_LEASE_MS = 60_000
"""So long nobody else tries a delivery that somebody has begun."""
_AT_ONCE = 20
_SHORTEST = 16
_PATIENCE_SECONDS = 10.0
_KEPT_MS = 30 * 86_400_000
log = logging.getLogger("log.rules")
Resolve = Callable[[str, int], Sequence[str]]
"""(host, port) → its addresses."""


@dataclass(frozen=True, slots=True)
class Config:
    """What `webhooks.json` says."""

    secret: str
    private_addresses: bool = False
    """Whether addresses inside the company's own network may be told anything."""


def load_config(path: Path) -> Config:
    """The configuration; where there is none, one with a new secret is written.

    KnownError ("webhooks_config") for a file that cannot be understood.
    """
    if not path.exists():
        made = Config(secrets.token_urlsafe(32))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        body = {"secret": made.secret, "private_addresses": False}
        path.write_text(json.dumps(body, indent=2), encoding="utf-8")
        return made
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        secret, private = found["secret"], found.get("private_addresses", False)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unreadable(path) from error
    if not isinstance(secret, str) or len(secret) < _SHORTEST or not isinstance(private, bool):
        raise _unreadable(path)
    return Config(secret, private)


def _unreadable(path: Path) -> KnownError:
    return KnownError(
        f"读不懂 {path}：要有至少 {_SHORTEST} 个字符的 secret。外部通知没有发送，仍在等待。",
        f"{path} cannot be understood: it needs a secret of at least {_SHORTEST} characters. "
        "Nothing was sent; webhooks wait.",
        code="webhooks_config",
    )


def enqueue(table: Table, unit: Unit, hooks: Sequence[Webhook]) -> None:
    """Put deliveries into the outbox, in the transaction of what they tell of; each once."""
    asked = select(table.c.id).where(table.c.id.in_([one.id for one in hooks]))
    known = set(unit.connection.scalars(asked))
    now = unit.clock.millis()
    fresh = {one.id: one for one in hooks if one.id not in known}
    rows = [
        {
            "id": one.id, "rule": one.rule, "url": one.url, "created": now, "due": now,
            "body": json.dumps({"delivery": one.id, **one.payload}, ensure_ascii=False),
            "attempts": 0, "state": WAITING, "problem": "",
        }
        for one in fresh.values()
    ]  # fmt: skip
    if rows:
        unit.connection.execute(table.insert(), rows)


def signature(secret: str, seconds: int, body: bytes) -> str:
    """The header by which a receiver knows that it was us, and when."""
    signed = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256)
    return f"t={seconds},v1={signed.hexdigest()}"


def addresses(host: str, port: int) -> Sequence[str]:
    """What the system knows of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(one[4][0]) for one in found]


@dataclass(slots=True)
class Delivery:
    """Sends what is due; kept by whoever calls `deliver` again and again."""

    server: Server
    config: Callable[[], Config]
    """Asked where something is due."""
    resolve: Resolve = addresses
    chance: Callable[[float, float], float] = random.uniform
    _client: httpx.Client | None = None

    def deliver(self) -> int:
        """Try everything that is due now; how many were taken."""
        table, total = self.server.tables.webhook, 0
        with self.server.reading() as connection:
            now = self.server.clock.millis()
            due = select(table).where(table.c.state == WAITING, table.c.due <= now)
            rows = connection.execute(due.order_by(table.c.due).limit(_AT_ONCE)).all()
        if not rows:
            return 0
        config = self.config()
        if self._client is None:
            self._client = httpx.Client(timeout=_PATIENCE_SECONDS, trust_env=False)
        for row in rows:
            if self._claimed(row):
                total += self._try(config, self._client, row)
        return total

    def close(self) -> None:
        """Let go of the connections."""
        if self._client is not None:
            self._client.close()

    def _claimed(self, row: Row[Any]) -> bool:
        """Whether this process is the one that tries: of several, one changes the row."""
        table = self.server.tables.webhook
        with self.server.writing() as connection:
            mine = update(table).where(
                table.c.id == row.id, table.c.due == row.due, table.c.state == WAITING
            )
            until = self.server.clock.millis() + _LEASE_MS
            return connection.execute(mine.values(due=until)).rowcount == 1

    def _try(self, config: Config, client: httpx.Client, row: Row[Any]) -> bool:
        problem = self._sent(config, client, row)
        attempts = int(row.attempts) + 1
        state = SENT if not problem else GIVEN_UP if attempts >= MOST_ATTEMPTS else WAITING
        due = self.server.clock.millis() + self._pause(attempts)
        table = self.server.tables.webhook
        with self.server.writing() as connection:
            connection.execute(
                update(table)
                .where(table.c.id == row.id)
                .values(attempts=attempts, state=state, problem=problem[:200], due=due)
            )
        if state == GIVEN_UP:
            log.warning("webhook %s of rule %s was given up: %s", row.id, row.rule, problem)
        return not problem

    def _pause(self, attempts: int) -> int:
        longest = min(LONGEST_MS, FIRST_MS * 2 ** (attempts - 1))
        return int(longest * self.chance(0.8, 1.2))

    def _sent(self, config: Config, client: httpx.Client, row: Row[Any]) -> str:
        """Empty where the receiver took it; else what went wrong, without what was sent."""
        try:
            url = httpx.URL(row.url)
            at = self._address(config, url)
            if at is None:
                return "private address"
            body = row.body.encode()
            seconds = self.server.clock.millis() // 1000
            # To the very address that was judged: a name may mean another one a moment later.
            request = client.build_request(
                "POST", url.copy_with(host=at), content=body,
                headers={
                    "Host": url.netloc.decode(), "Content-Type": "application/json",
                    "X-Suixing-Delivery": row.id, "X-Suixing-Event": "automation",
                    "X-Suixing-Signature": signature(config.secret, seconds, body),
                },
                extensions={"sni_hostname": url.host},
            )  # fmt: skip
            reply = client.send(request, stream=True)
            reply.close()
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
            return type(error).__name__
        return "" if reply.is_success else f"HTTP {reply.status_code}"

    def _address(self, config: Config, url: httpx.URL) -> str | None:
        """Where a host is; None where any of its addresses is private and that is not allowed."""
        port = url.port or (443 if url.scheme == "https" else 80)
        found = self.resolve(url.host, port)
        if not config.private_addresses:
            for one in found:
                if not ip_address(one.partition("%")[0]).is_global:
                    return None
        return found[0] if found else None


def forget_old(server: Server) -> None:
    """Remove what was settled long ago."""
    table = server.tables.webhook
    before = server.clock.millis() - _KEPT_MS
    with server.writing() as connection:
        old = (table.c.state != WAITING) & (table.c.created < before)
        connection.execute(delete(table).where(old))
