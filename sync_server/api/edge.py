"""The ASGI edge: protocol, limits of size and time, headers, every failure as one JSON answer.

The only place of the server with a broad `except`. Knows no route and no service.
"""

import asyncio
import logging
import re
import traceback
from collections.abc import Mapping, Sequence

from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crm_core.errors import SYNC_CODES, KnownError, SyncCode, SyncError
from crm_core.sync.protocol import SERVED
from sync_server.api.rates import RateGate
from sync_server.config import Limits

HEADER = b"x-suixing-protocol"
CODE_HEADER = "X-Suixing-Code"
"""The code once more: an answer to HEAD has no body."""
_STORE_CODES = {
    "disk_full": SyncCode.STORAGE_FULL,
    "unwritable": SyncCode.STORAGE_FULL,
    "locked": SyncCode.SERVER_BUSY,
    "login_taken": SyncCode.LOGIN_TAKEN,
    "login": SyncCode.INVALID_VALUE,
    "value": SyncCode.INVALID_VALUE,
    "no_account": SyncCode.NOT_FOUND,
    "no_device": SyncCode.NOT_FOUND,
    "no_team": SyncCode.NOT_FOUND,
    "no_role": SyncCode.NOT_FOUND,
    "no_territory": SyncCode.NOT_FOUND,
}
_DIGITS = re.compile(rb"\d{1,12}")
_WITH_PASSWORD = frozenset({"/v1/session", "/v1/session/oidc", "/v1/session/password"})
_PAGES = frozenset({"/docs", "/redoc"})
"""They run scripts; off unless asked for."""
Headers = Sequence[tuple[bytes, bytes]]
_ALWAYS: Headers = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
)
_CLOSED: Headers = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)
_ONLY_TLS: Headers = ((b"strict-transport-security", b"max-age=31536000"),)


def error_response(
    code: SyncCode, detail: str = "", *, status: int = 0, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """The one form of a refusal."""
    text = SYNC_CODES[code]
    return JSONResponse(
        {
            "code": code.value, "message_zh": text.chinese, "message_en": text.english,
            "detail": detail,
        },
        status_code=status or text.http_status,
        headers={CODE_HEADER: code.value} | dict(headers or {}),
    )  # fmt: skip


def response_for(error: KnownError) -> JSONResponse:
    """What to answer to a failure whose cause we know."""
    if isinstance(error, SyncError):
        waits = error.sync_code in (SyncCode.LOCKED_OUT, SyncCode.TOO_MANY)
        headers = {"Retry-After": error.detail} if waits else None
        return error_response(error.sync_code, error.detail, headers=headers)
    return error_response(_STORE_CODES.get(error.code, SyncCode.SERVER_BUSY), error.code)


def headers_for(scope: Scope) -> Headers:
    """What every answer says to browsers and caches; over TLS, here or in front, also to stay."""
    closed = () if scope["path"] in _PAGES else _CLOSED
    return (*_ALWAYS, *closed, *(_ONLY_TLS if scope["scheme"] == "https" else ()))


def patient(receive: Receive, seconds: float) -> Receive:
    """`receive`, which gives a body up when nothing of it has come for so long."""
    whole = False

    async def bounded() -> Message:
        nonlocal whole
        if whole:  # Only the end of the connection can come now, and may take as long as it likes.
            return await receive()
        try:
            async with asyncio.timeout(seconds):
                message = await receive()
        except TimeoutError:
            return {"type": "http.disconnect"}
        whole = message["type"] != "http.request" or not message.get("more_body", False)
        return message

    return bounded


class Edge:
    """Wraps the application: nothing larger, faster or slower than allowed gets in, no traceback
    gets out, and every answer carries the security headers."""

    def __init__(self, app: ASGIApp, *, limits: Limits, gate: RateGate) -> None:
        self.app = app
        self.limits = limits
        self.gate = gate
        self.log = logging.getLogger("log.server")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        outgoing = _Outgoing(send, headers_for(scope))
        receive = patient(receive, self.limits.idle_seconds)
        try:
            self._check_rate(scope)
            _check_protocol(scope)
            if _streams(scope):
                await self.app(scope, receive, outgoing)
                return
            body = await self._body(scope, receive)
            if body is None:
                slow = error_response(SyncCode.SERVER_BUSY, "too slow", status=408)
                await self._answer(slow, scope, receive, outgoing)
                return
            await self.app(scope, _Incoming(body, receive), outgoing)
        except KnownError as error:
            await self._answer(response_for(error), scope, receive, outgoing)
        except Exception as error:  # noqa: BLE001 - the edge: a bug must not end the server
            self._note(scope, error)
            answer = error_response(SyncCode.SERVER_BUSY, "internal", status=500)
            await self._answer(answer, scope, receive, outgoing)

    async def _answer(
        self, answer: JSONResponse, scope: Scope, receive: Receive, outgoing: "_Outgoing"
    ) -> None:
        if not outgoing.started:
            await answer(scope, receive, outgoing)

    async def _body(self, scope: Scope, receive: Receive) -> bytes | None:
        """The whole body; None where it does not come, or not in time."""
        try:
            async with asyncio.timeout(self.limits.body_seconds):
                return await _read(scope, receive, self._limit(scope["path"]))
        except TimeoutError:
            return None

    def _check_rate(self, scope: Scope) -> None:
        client = scope["client"][0] if scope.get("client") else ""
        self.gate.address(client)
        if scope["method"] == "POST" and scope["path"] in _WITH_PASSWORD:
            self.gate.sign_in(client)

    def _limit(self, path: str) -> int:
        if path.startswith("/v1/quarantine/files/"):
            return self.limits.blob_piece
        packed = path.startswith("/v1/sync/") or path == "/v1/quarantine"
        return self.limits.sync_body if packed else self.limits.json_body

    def _note(self, scope: Scope, error: Exception) -> None:
        """Where it broke, without the message: messages of SQL errors carry personal values."""
        frames = "".join(traceback.format_tb(error.__traceback__))
        kind = f"{type(error).__module__}.{type(error).__qualname__}"
        self.log.error("%s %s: %s\n%s", scope["method"], scope["path"], kind, frames)


class _Outgoing:
    """Adds the security headers, and remembers whether an answer has begun: a second one would
    break the connection."""

    def __init__(self, send: Send, headers: Headers) -> None:
        self._send = send
        self._headers = headers
        self.started = False

    async def __call__(self, message: Message) -> None:
        self.started = True
        if message["type"] == "http.response.start":
            own = {name for name, _ in self._headers}
            kept = [pair for pair in message["headers"] if bytes(pair[0]).lower() not in own]
            message = {**message, "headers": [*kept, *self._headers]}
        await self._send(message)


class _Incoming:
    """Hands on a body that was read already, then whatever follows (a disconnect)."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


def _check_protocol(scope: Scope) -> None:
    """Every `/v1` request names the protocol; a health check by hand may leave it out."""
    named = dict(scope["headers"]).get(HEADER)
    optional = scope["path"] == "/v1/health" or not scope["path"].startswith("/v1/")
    if named is None and optional:
        return
    if named not in {str(number).encode() for number in SERVED}:
        raise SyncError(SyncCode.PROTOCOL_UNSUPPORTED, f"this server speaks {sorted(SERVED)}")


def _streams(scope: Scope) -> bool:
    """Whether the route takes its body as it comes, and bounds it itself."""
    return bool(scope["method"] == "PUT" and scope["path"].startswith("/v1/blobs/"))


async def _read(scope: Scope, receive: Receive, limit: int) -> bytes | None:
    """The whole body; None where the client went away in the middle of it."""
    announced = dict(scope["headers"]).get(b"content-length", b"0")
    if not _DIGITS.fullmatch(announced) or int(announced) > limit:
        raise SyncError(SyncCode.TOO_LARGE, f"at most {limit} bytes")
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > limit:
            raise SyncError(SyncCode.TOO_LARGE, f"at most {limit} bytes")
        if not message.get("more_body", False):
            return bytes(body)
