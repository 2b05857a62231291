"""What routes ask for: the open server, the person behind the bearer token, body and language."""

from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Annotated, TypeVar, cast

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Header, Request

from crm_core.errors import SyncCode, SyncError
from crm_core.permissions import ADMIN
from crm_core.sync import protocol, wire
from crm_core.sync.protocol import PROTOCOL
from sync_server.api.rates import RateGate
from sync_server.services.server import Server
from sync_server.services.signing_in.devices import note_contact
from sync_server.services.signing_in.sessions import Principal, authenticate

T = TypeVar("T")


# What only looks at the request is a coroutine: a thread for each would cost more than the look.
async def server_of(request: Request) -> Server:
    """The server the application was built with."""
    return cast(Server, request.app.state.server)


ServerHere = Annotated[Server, Depends(server_of)]


async def quickly(request: Request) -> CapacityLimiter:
    """The few threads of what is answered in a moment: see `app`."""
    return cast(CapacityLimiter, request.app.state.quick)


Quick = Annotated[CapacityLimiter, Depends(quickly)]


async def on_thread(turn: CapacityLimiter, work: Callable[[], T]) -> T:
    """Do it on one of these threads."""
    return await to_thread.run_sync(work, limiter=turn)


def _known(request: Request, server: Server, authorization: str) -> Principal:
    principal = authenticate(server, bearer(authorization))
    if principal.guest and not _reads(request):
        raise SyncError(SyncCode.FORBIDDEN, "a look at somebody else's data writes nothing")
    cast(RateGate, request.app.state.gate).person(principal.actor.user_id)
    note_contact(server, principal.device)
    return principal


async def signed_in_anyhow(
    request: Request, server: ServerHere, turn: Quick, authorization: Annotated[str, Header()] = ""
) -> Principal:
    """The person and device of `Authorization: Bearer …`, though the password must be changed."""
    return await on_thread(turn, partial(_known, request, server, authorization))


_GUEST_READS = ("/v1/sync/pull", "/v1/sync/snapshot", "/v1/sync/digest", "/v1/sync/records",
                "/v1/history/", "/v1/live")  # fmt: skip


def _reads(request: Request) -> bool:
    """Whether a request only reads records or files, or ends the session."""
    path, method = request.url.path, request.method
    if path == "/v1/session":
        return method == "DELETE"
    reads_file = method in ("GET", "HEAD") and path.startswith("/v1/blobs/")
    return reads_file or path.startswith(_GUEST_READS)


def bearer(authorization: str) -> str:
    """The token of `Authorization: Bearer …`. SyncError(TOKEN_EXPIRED) where there is none."""
    kind, _, token = authorization.partition(" ")
    if kind.lower() != "bearer" or not token:
        raise SyncError(SyncCode.TOKEN_EXPIRED, "no bearer token")
    return token


SignedInAnyhow = Annotated[Principal, Depends(signed_in_anyhow)]


async def signed_in(principal: SignedInAnyhow) -> Principal:
    """The person and device; SyncError (PASSWORD_CHANGE) until they chose a password themselves."""
    return _chosen(principal)


def _chosen(principal: Principal) -> Principal:
    if principal.must_change:
        raise SyncError(SyncCode.PASSWORD_CHANGE)
    return principal


SignedIn = Annotated[Principal, Depends(signed_in)]


async def who_asks(
    request: Request, server: ServerHere, authorization: Annotated[str, Header()] = ""
) -> Callable[[], Principal]:
    """`signed_in`, to be asked on the thread that goes on with the answer: going to a second one
    takes as long as the question."""
    return lambda: _chosen(_known(request, server, authorization))


WhoAsks = Annotated[Callable[[], Principal], Depends(who_asks)]


async def require_admin(principal: SignedIn) -> Principal:
    """The person, who may administer. SyncError: FORBIDDEN for everybody else."""
    if principal.actor.role != ADMIN:
        raise SyncError(SyncCode.FORBIDDEN, "administrators only")
    return principal


Administrator = Annotated[Principal, Depends(require_admin)]


async def raw_body(request: Request) -> bytes:
    """The body as it came; the edge has bounded it."""
    return await request.body()


RawBody = Annotated[bytes, Depends(raw_body)]


async def language_of(accept_language: Annotated[str, Header()] = "zh") -> str:
    """The language of sentences in a reply: the first one asked for."""
    return accept_language.split(",")[0].strip().lower()


Language = Annotated[str, Depends(language_of)]


async def form_of(x_suixing_protocol: Annotated[str, Header()] = str(PROTOCOL)) -> ModuleType:
    """How this client's messages are written; the edge has refused what is not served."""
    return protocol if x_suixing_protocol == "1" else wire


Form = Annotated[ModuleType, Depends(form_of)]
