"""The ASGI edge: protocol version, body limits, and every failure as one JSON answer.

The only place of the server with a broad `except`. Knows no route and no service.
"""

import logging
import re
import traceback
from collections.abc import Mapping

from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crm_core.errors import SYNC_CODES, KnownError, SyncCode, SyncError
from crm_core.sync.protocol import SERVED
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
        locked = error.sync_code is SyncCode.LOCKED_OUT
        headers = {"Retry-After": error.detail} if locked else None
        return error_response(error.sync_code, error.detail, headers=headers)
    return error_response(_STORE_CODES.get(error.code, SyncCode.SERVER_BUSY), error.code)


class Edge:
    """Wraps the application: nothing larger than allowed gets in, no traceback gets out."""

    def __init__(self, app: ASGIApp, *, limits: Limits) -> None:
        self.app = app
        self.limits = limits
        self.log = logging.getLogger("log.server")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        outgoing = _Outgoing(send)
        try:
            _check_protocol(scope)
            if _streams(scope):
                await self.app(scope, receive, outgoing)
                return
            body = await _read(scope, receive, self._limit(scope["path"]))
            if body is not None:
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
    """Remembers whether an answer has begun; a second one would break the connection."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.started = False

    async def __call__(self, message: Message) -> None:
        self.started = True
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
