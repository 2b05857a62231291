"""Routes of the first fill: which snapshot, and its bytes. Decode, call the service, encode."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Header, Query
from starlette.responses import JSONResponse, Response, StreamingResponse

from crm_core.errors import SyncCode
from sync_server.api.access import ServerHere, SignedIn
from sync_server.api.edge import error_response
from sync_server.services.exchange import snapshots

router = APIRouter(prefix="/v1/sync/snapshot", tags=["sync"])

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_BLOCK = 1024 * 1024
"""Each is asked for on a thread of its own."""
_BUSY_SECONDS = "1"


@router.post("", response_class=JSONResponse)
def begin(
    server: ServerHere,
    principal: SignedIn,
    have: Annotated[str, Query(max_length=64)] = "",
) -> JSONResponse:
    """The manifest of the asking person's snapshot; or its `state`: 202 preparing, 200 log."""
    found = snapshots.begin(server, principal, having=have)
    if isinstance(found, snapshots.Instead):
        busy = found is snapshots.Instead.PREPARING
        headers = {"Retry-After": _BUSY_SECONDS} if busy else None
        return JSONResponse({"state": found}, status_code=202 if busy else 200, headers=headers)
    return JSONResponse(found.as_json())


@router.get("/{snapshot}", response_class=Response)
def frames(
    snapshot: str,
    server: ServerHere,
    principal: SignedIn,
    asked: Annotated[str, Header(alias="Range", max_length=100)] = "",
    unchanged: Annotated[str, Header(alias="If-Range", max_length=100)] = "",
) -> Response:
    """The bytes of a snapshot, all or a range."""
    path = snapshots.frames_of(server, principal, snapshot)
    size, tag = path.stat().st_size, f'"{snapshot}"'
    whole = not asked or (unchanged and unchanged != tag)
    span = (0, size) if whole else _span(asked, size)
    if span is None:
        about = {"Content-Range": f"bytes */{size}"}
        return error_response(SyncCode.MALFORMED, "range", status=416, headers=about)
    first, end = span
    headers = {"ETag": tag, "Accept-Ranges": "bytes", "Content-Length": str(end - first)}
    if not whole:
        headers["Content-Range"] = f"bytes {first}-{end - 1}/{size}"
    return StreamingResponse(
        _read(path, first, end), status_code=200 if whole else 206, headers=headers,
        media_type="application/octet-stream",
    )  # fmt: skip


def _span(asked: str, size: int) -> tuple[int, int] | None:
    """First byte and end of a single range (RFC 9110, 14.2); None for any other."""
    found = _RANGE.fullmatch(asked.strip())
    if found is None or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
    return (start, end) if start < end else None


def _read(path: Path, first: int, end: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(first)
        left = end - first
        while left and (block := file.read(min(_BLOCK, left))):
            left -= len(block)
            yield block
