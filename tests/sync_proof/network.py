"""The line between a laptop and the server: in process, and as bad as a test asks for."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

import httpx
from starlette.types import ASGIApp


class Trouble(StrEnum):
    """What may happen to one request."""

    DROP_REQUEST = "drop_request"
    """It never reaches the server."""
    DROP_REPLY = "drop_reply"
    """The server has carried it out, and the laptop never hears of it."""
    TWICE = "twice"
    """It arrives twice; the laptop hears the second answer."""
    TWICE_FIRST = "twice_first"
    """It arrives twice; the laptop hears the first answer."""
    LATE = "late"
    """It arrives only when the test says so (see `Line.deliver`); the laptop gives up on it."""
    AGAIN_LATER = "again_later"
    """It arrives now, and once more when the test says so."""


class ServerDown(BaseException):
    """Raised inside the server to end it there and then; no `except Exception` may hold it up."""


@dataclass(slots=True)
class Gate:
    """Where the running server can be reached: asks the ASGI application on one event loop."""

    app: ASGIApp | None = None
    remote: httpx.Client | None = None
    """Set where the server is a process of its own, at the client's base address."""
    on_crash: Callable[[], None] = lambda: None
    """Called when the server has died during a request; it brings the next one up."""
    on_ask: Callable[[], None] = lambda: None
    """Called before every request: a millisecond passes."""
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def ask(self, request: httpx.Request) -> httpx.Response:
        """The server's answer; httpx.ConnectError where none runs, ReadError where it dies."""
        self.on_ask()
        if self.remote is not None:
            path = request.url.raw_path.decode("ascii")
            return self.remote.request(
                request.method, path, headers=_carried(request), content=request.read()
            )
        if self.app is None:
            raise httpx.ConnectError("no server", request=request)
        try:
            status, headers, body = self._loop.run_until_complete(_call(self.app, request))
        except ServerDown:
            self.on_crash()
            raise httpx.ReadError("the server died", request=request) from None
        reply = httpx.Response(status, headers=headers, content=body)
        # Laptops learn their clock's error from it; a measured one would differ every time.
        reply.elapsed = timedelta()
        return reply

    def close(self) -> None:
        """End the loop."""
        with contextlib.suppress(RuntimeError):
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()


def _carried(request: httpx.Request) -> dict[str, str]:
    """What the laptop said about its request; the rest is for the connection to say."""
    own = ("host", "content-length", "connection", "accept-encoding", "user-agent")
    return {name: value for name, value in request.headers.items() if name not in own}


async def _call(app: ASGIApp, request: httpx.Request) -> tuple[int, Any, bytes]:
    body, heard = request.read(), list[dict[str, Any]]()
    incoming = deque([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> dict[str, Any]:
        return incoming.popleft() if incoming else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        heard.append(dict(message))

    await app(_scope(request), receive, send)
    start = next(m for m in heard if m["type"] == "http.response.start")
    parts = [m.get("body", b"") for m in heard if m["type"] == "http.response.body"]
    return start["status"], start["headers"], b"".join(parts)


def _scope(request: httpx.Request) -> dict[str, Any]:
    # By 2.4 a reply that streams is not broken off because the request has ended.
    return {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1",
        "method": request.method, "scheme": "http", "path": request.url.path,
        "raw_path": request.url.raw_path, "query_string": request.url.query, "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": ("laptop", 1), "server": ("server", 80),
    }  # fmt: skip


class Line(httpx.BaseTransport):
    """One laptop's line: every request meets the next trouble planned, or none."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.planned: deque[Trouble] = deque()
        self.held: list[httpx.Request] = []
        """Requests still on their way."""

    def heal(self) -> None:
        """No more trouble; what is still under way never arrives."""
        self.planned.clear()
        self.held.clear()

    def deliver(self, place: int) -> None:
        """Let a request arrive that was held up; nobody hears the answer."""
        if self.held:
            request = self.held.pop(place % len(self.held))
            with contextlib.suppress(httpx.TransportError):
                self.gate.ask(request)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Ask the server, through the trouble that is next."""
        request.read()
        trouble = self.planned.popleft() if self.planned else None
        if trouble in (Trouble.DROP_REQUEST, Trouble.LATE):
            if trouble is Trouble.LATE:
                self.held.append(request)
            raise httpx.ConnectTimeout("lost on the way", request=request)
        reply = self.gate.ask(request)
        if trouble is Trouble.DROP_REPLY:
            raise httpx.ReadTimeout("the answer was lost", request=request)
        if trouble in (Trouble.TWICE, Trouble.TWICE_FIRST):
            second = self.gate.ask(request)
            return second if trouble is Trouble.TWICE else reply
        if trouble is Trouble.AGAIN_LATER:
            self.held.append(request)
        return reply
