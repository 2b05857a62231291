"""Routes for administrators: accounts and devices. Decode, call the service, encode."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field
from starlette.responses import Response

from sync_server.api.access import Administrator, ServerHere
from sync_server.auth import new_password
from sync_server.services import administration
from sync_server.services.administration import Given, Laptop
from sync_server.services.signing_in import guests
from sync_server.services.signing_in.accounts import Account
from sync_server.services.signing_in.sessions import Session
from sync_server.services.storing.founding import NewUser

router = APIRouter(prefix="/v1/admin", tags=["administration"])

_STORABLE = r"^[^\x00]*$"
"""PostgreSQL keeps no NUL."""
Text = Annotated[str, Field(max_length=200, pattern=_STORABLE)]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=_STORABLE)]
Id = Annotated[str, Path(pattern=r"^[0-9A-Za-z_.:-]{1,64}$")]


class Newcomer(BaseModel):
    """Somebody to be let in; team and territory by name, the role by code."""

    login: Name
    name: Name
    role: Name = "rep"
    team: Text = ""
    territory: Text = ""


class Renaming(BaseModel):
    """What a device is to be called."""

    name: Name


@router.get("/accounts")
def accounts(server: ServerHere, _principal: Administrator) -> list[Account]:
    """Every account, whether it may sign in, is locked, and when it last signed in."""
    return administration.all_accounts(server)


@router.post("/accounts", status_code=201)
def add(body: Newcomer, server: ServerHere, principal: Administrator) -> Given:
    """Add a person; the answer holds their one-time password, which nobody sees again."""
    new = NewUser(
        body.login, body.name, body.role, body.team, new_password(), must_change=True,
        territory=body.territory,
    )  # fmt: skip
    return administration.add(server, principal, new)


@router.post("/accounts/{user_id}/password")
def reset_password(user_id: Id, server: ServerHere, principal: Administrator) -> Given:
    """Give a one-time password; every session of the person ends, a lock-out is lifted."""
    return administration.reset_password(server, principal, user_id)


@router.post("/accounts/{user_id}/close", status_code=204)
def close(user_id: Id, server: ServerHere, principal: Administrator) -> Response:
    """Let somebody go: no sign-in, every device revoked; records stay."""
    administration.close(server, principal, user_id)
    return Response(status_code=204)


@router.post("/accounts/{user_id}/reopen", status_code=204)
def reopen(user_id: Id, server: ServerHere, principal: Administrator) -> Response:
    """Let somebody in again with the password they had; their devices stay revoked."""
    administration.reopen(server, principal, user_id)
    return Response(status_code=204)


@router.post("/accounts/{user_id}/unlock", status_code=204)
def unlock(user_id: Id, server: ServerHere, _principal: Administrator) -> Response:
    """Lift a lock-out after wrong passwords."""
    administration.unlock(server, user_id)
    return Response(status_code=204)


@router.post("/people/{user_id}/look")
def look(user_id: Id, server: ServerHere, principal: Administrator) -> Session:
    """A read-only session of that person: what a device of theirs is sent."""
    return guests.look(server, principal, user_id)


@router.get("/devices")
def devices(server: ServerHere, _principal: Administrator) -> list[Laptop]:
    """Every device and whose it is, the one heard of last first."""
    return administration.all_laptops(server)


@router.post("/devices/{node}/revoke", status_code=204)
def revoke(node: Id, server: ServerHere, principal: Administrator) -> Response:
    """Revoke a device: it is refused from now on, and wipes itself on its next contact."""
    administration.revoke(server, principal, node)
    return Response(status_code=204)


@router.patch("/devices/{node}", status_code=204)
def rename(node: Id, body: Renaming, server: ServerHere, _principal: Administrator) -> Response:
    """Call a device something else."""
    administration.rename(server, node, body.name)
    return Response(status_code=204)
