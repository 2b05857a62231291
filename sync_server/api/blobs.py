"""Routes of attachments' bytes: how far, send a piece, fetch. Decode, call the service, encode."""

import re
from collections.abc import AsyncIterator
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Header, Request
from starlette.requests import ClientDisconnect
from starlette.responses import Response, StreamingResponse

from crm_core.errors import SyncCode, SyncError
from sync_server.api.access import ServerHere, SignedIn
from sync_server.api.edge import error_response
from sync_server.services import blobs
from sync_server.services.blobs import Span, Standing
from sync_server.services.server import Server
from sync_server.services.signing_in.sessions import Principal

router = APIRouter(prefix="/v1/blobs", tags=["attachments"])

OFFSET = "X-Suixing-Offset"
"""In every answer to HEAD and PUT: how many bytes the server has of this person's upload."""
_CONTENT_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15})")
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_WRITE = 64 * 1024


@router.head("/{address}", response_class=Response, responses={204: {"description": "Not whole"}})
def how_far(address: str, server: ServerHere, principal: SignedIn) -> Response:
    """Whether the bytes are here (200), or how many of my upload are (204)."""
    return told(blobs.standing(server, principal, address), address)


@router.put("/{address}", response_class=Response, responses={204: {"description": "Not whole"}})
async def take_piece(
    address: str,
    request: Request,
    server: ServerHere,
    principal: SignedIn,
    content_range: Annotated[str, Header()] = "",
) -> Response:
    """Take the bytes of `Content-Range: bytes A-B/TOTAL` as they come; what came before a break
    is kept. 200 when the file is whole and verified, 204 while it is not."""
    span = span_of(content_range)
    stands = await to_thread.run_sync(blobs.check_piece, server, principal, address, span)
    if not stands.whole:
        await _receive(request, server, (principal, address), span)
        stands = await to_thread.run_sync(blobs.finish, server, principal, address, span.total)
    return told(stands, address)


@router.get("/{address}", response_class=StreamingResponse)
def fetch(
    address: str,
    server: ServerHere,
    principal: SignedIn,
    wanted: Annotated[str, Header(alias="Range")] = "",
    if_range: Annotated[str, Header()] = "",
) -> Response:
    """The bytes, or the range of them that is asked for."""
    size = blobs.size_for(server, principal, address)
    known = not if_range or if_range == _tag(address)
    start, end = _range_of(wanted if known else "", size)
    headers = {"Accept-Ranges": "bytes", "ETag": _tag(address), "Cache-Control": "private"}
    if start is None:
        about = headers | {"Content-Range": f"bytes */{size}"}
        return error_response(SyncCode.MALFORMED, "range", status=416, headers=about)
    partial = (start, end) != (0, size)
    if partial:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return StreamingResponse(
        server.shelf.read(address, start, end),
        status_code=206 if partial else 200,
        headers=headers | {"Content-Length": str(end - start)},
        media_type="application/octet-stream",
    )


async def _receive(
    request: Request, server: Server, whose: tuple[Principal, str], span: Span
) -> None:
    """Write what comes, no more than announced. A client that goes away leaves what it sent."""
    (principal, address), position = whose, span.start
    try:
        async for piece in _gathered(request.stream()):
            if position + len(piece) > span.end:
                raise SyncError(SyncCode.MALFORMED, "more bytes than Content-Range says")
            await to_thread.run_sync(
                server.parts.write, principal.actor.user_id, address, position, piece
            )
            position += len(piece)
    except ClientDisconnect:
        return


async def _gathered(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The stream in pieces worth a write; what came before it breaks off is given as well."""
    held = bytearray()
    try:
        async for piece in stream:
            held += piece
            if len(held) >= _WRITE:
                yield bytes(held)
                held.clear()
    except ClientDisconnect:
        yield bytes(held)
        raise
    if held:
        yield bytes(held)


def span_of(header: str) -> Span:
    """The piece a Content-Range names. SyncError(MALFORMED)."""
    found = _CONTENT_RANGE.fullmatch(header)
    if found is None:
        raise SyncError(SyncCode.MALFORMED, "Content-Range: bytes A-B/TOTAL is needed")
    first, last, total = map(int, found.groups())
    if not first <= last < total:
        raise SyncError(SyncCode.MALFORMED, "Content-Range is no range")
    return Span(first, last + 1, total)


def _range_of(header: str, size: int) -> tuple[int | None, int]:
    """(start, end) of what is asked for, end excluded; start None where there is no such range.

    What is not one plain range asks for everything, as RFC 9110 has it.
    """
    found = _RANGE.fullmatch(header)
    if found is None or not any(found.groups()):
        return 0, size
    first, last = found.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
    return (start, end) if start < end else (None, size)


def told(stands: Standing, address: str) -> Response:
    """The answer that says how far an upload is: 200 whole, 204 not."""
    headers = {OFFSET: str(stands.offset)}
    if stands.whole:
        return Response(status_code=200, headers=headers | {"ETag": _tag(address)})
    return Response(status_code=204, headers=headers)


def _tag(address: str) -> str:
    return f'"{address}"'
