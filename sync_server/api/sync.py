"""Routes of synchronisation: health, push, pull, live hints. Decode, call the service, encode."""

from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.responses import Response, StreamingResponse

from crm_core.errors import SyncCode, SyncError
from crm_core.sync import wire
from crm_core.sync.digest import answer_bytes, question_from
from crm_core.sync.protocol import MAX_BATCH_OPERATIONS, MEDIA_TYPE, PROTOCOL
from sync_server.api.access import (
    Form,
    Language,
    Quick,
    RawBody,
    ServerHere,
    SignedIn,
    WhoAsks,
    on_thread,
)
from sync_server.services.exchange import digests
from sync_server.services.exchange.pull import PullRequest, pull
from sync_server.services.exchange.push import push
from sync_server.services.server import Server
from sync_server.services.signing_in.sessions import Principal

router = APIRouter(prefix="/v1", tags=["sync"])


Name = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]+$")]


class Wanted(BaseModel):
    """Records a device wants to have whole again."""

    entity: Name
    ids: Annotated[list[Name], Field(max_length=200)]


class Health(BaseModel):
    """That the server answers, and which organisation and lineage it holds."""

    ok: bool
    organisation: str
    lineage: str
    server_ms: int
    protocol: int


@router.get("/health")
async def health(server: ServerHere) -> Health:
    """Whether the server answers."""
    return Health(
        ok=True, organisation=server.organisation, lineage=server.lineage,
        server_ms=server.clock.millis(), protocol=PROTOCOL,
    )  # fmt: skip


@router.post("/sync/push", response_class=Response)
def push_batch(
    body: RawBody, server: ServerHere, principal: SignedIn, language: Language, form: Form
) -> Response:
    """Take a packed batch of operations; the packed reply says what became of each."""
    verdicts = push(server, principal, form.push_from(body), language=language)
    reply = form.acks_bytes(verdicts.acks, lineage=server.lineage, server_ms=verdicts.server_ms)
    return Response(reply, media_type=MEDIA_TYPE)


@router.get("/sync/pull", response_class=Response)
async def pull_page(
    server: ServerHere,
    turn: Quick,
    who: WhoAsks,
    form: Form,
    cursor: Annotated[int, Query(ge=0, lt=2**62)] = 0,
    limit: Annotated[int, Query(ge=1, le=MAX_BATCH_OPERATIONS)] = 1000,
    node: Annotated[str, Query(max_length=64)] = "",
    every: Annotated[bool, Query(alias="all")] = False,
) -> Response:
    """One packed page of what the device has not seen."""
    asked = PullRequest(cursor, limit, every, hears_of_expiry=form is wire)
    page = await on_thread(turn, partial(_page, server, who, form, asked, node))
    return Response(page, media_type=MEDIA_TYPE)


def _page(
    server: Server, who: Callable[[], Principal], form: ModuleType, asked: PullRequest, node: str
) -> bytes:
    principal = who()
    if node and node != principal.device.node:
        raise SyncError(SyncCode.WRONG_DEVICE, "node is not this session's device")
    return bytes(form.page_bytes(pull(server, principal, asked)))


@router.post("/sync/digest", response_class=Response)
def digest(body: RawBody, server: ServerHere, principal: SignedIn) -> Response:
    """What the person's records come to, for the device to compare; packed both ways."""
    found = digests.answer(server, principal, question_from(body))
    return Response(answer_bytes(found), media_type=MEDIA_TYPE)


@router.post("/sync/records", response_class=Response)
def records(body: Wanted, server: ServerHere, principal: SignedIn, form: Form) -> Response:
    """One packed page of everything that happened to these records; those not seen have left."""
    reply = digests.records(server, principal, body.entity, body.ids)
    return Response(form.page_bytes(reply), media_type=MEDIA_TYPE)


@router.get("/live", response_class=StreamingResponse)
async def live(server: ServerHere, principal: SignedIn) -> StreamingResponse:
    """Server-sent events: `{"seq": N}` now and whenever the log has grown by something of which
    this device is to hear."""
    events = server.live.stream(
        server.limits.heartbeat_seconds,
        person=principal.actor.user_id, node=principal.device.node,
    )  # fmt: skip
    return StreamingResponse(events, media_type="text/event-stream")
