"""Routes of signing in and out. Decode, call the service, encode; nothing else."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import Response

from sync_server.api.access import ServerHere, SignedIn
from sync_server.services import sessions
from sync_server.services.sessions import Session

router = APIRouter(prefix="/v1/session", tags=["session"])


_STORABLE = r"^[^\x00]*$"
"""PostgreSQL keeps no NUL."""


class SignIn(BaseModel):
    """Who signs in, on what."""

    login: Annotated[str, Field(max_length=200, pattern=_STORABLE)]
    password: Annotated[str, Field(max_length=500)]
    device_name: Annotated[str, Field(max_length=200, pattern=_STORABLE)] = ""
    device: Annotated[str, Field(max_length=64, pattern=_STORABLE)] | None = None
    """The node id this device was leased before, where it has one."""
    device_ms: int = 0
    """The device's own clock, for its log; the offset is worked out by the device."""


class Refresh(BaseModel):
    """The refresh token of a device."""

    refresh: Annotated[str, Field(max_length=200)]
    node: Annotated[str, Field(max_length=64)]


@router.post("")
def sign_in(body: SignIn, server: ServerHere) -> Session:
    """Sign in on a device; leases its node id."""
    return sessions.sign_in(
        server, login=body.login, password=body.password, device_name=body.device_name,
        device=body.device or "",
    )  # fmt: skip


@router.post("/refresh")
def refresh(body: Refresh, server: ServerHere) -> Session:
    """Trade a refresh token for the next pair."""
    return sessions.refresh(server, token=body.refresh, node=body.node)


@router.delete("", status_code=204)
def sign_out(server: ServerHere, principal: SignedIn) -> Response:
    """End the session of this device."""
    with server.writing() as connection:
        sessions.end_session(connection, server.tables, principal.device.node)
    return Response(status_code=204)
