"""Routes of signing in and out. Decode, call the service, encode; nothing else."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field
from starlette.responses import Response

from sync_server.api.access import ServerHere, SignedIn, SignedInAnyhow
from sync_server.services.signing_in import credentials, guests, own_devices, sessions, tokens
from sync_server.services.signing_in.devices import Device, Laptop
from sync_server.services.signing_in.sessions import Session
from sync_server.services.single_sign_on import Offer, Proof

router = APIRouter(prefix="/v1/session", tags=["session"])


_STORABLE = r"^[^\x00]*$"
"""PostgreSQL keeps no NUL."""
_PRINTABLE = r"^[!-~]*$"


Program = Annotated[str, Field(max_length=60, pattern=_STORABLE)]
Secret = Annotated[str, Field(max_length=500)]


class AboutLaptop(BaseModel):
    """What a device says about itself."""

    program: Program = ""
    """Version of the program."""
    platform: Program = ""


class Asking(AboutLaptop):
    """What somebody signs in on."""

    device_name: Annotated[str, Field(max_length=200, pattern=_STORABLE)] = ""
    device: Annotated[str, Field(max_length=64, pattern=_STORABLE)] | None = None
    """The node id this device was leased before, where it has one."""
    device_ms: int = 0
    """The device's own clock, for its log; the offset is worked out by the device."""


class SignIn(Asking):
    """Who signs in, on what."""

    login: Annotated[str, Field(max_length=200, pattern=_STORABLE)]
    password: Secret


class Brought(Asking):
    """What a laptop brings back from the company's provider."""

    code: Annotated[str, Field(min_length=1, max_length=4000, pattern=_PRINTABLE)]
    verifier: Annotated[str, Field(min_length=43, max_length=128, pattern=_PRINTABLE)]
    redirect_uri: Annotated[str, Field(max_length=200, pattern=_PRINTABLE)]
    nonce: Annotated[str, Field(min_length=16, max_length=200, pattern=_PRINTABLE)]


class Refresh(AboutLaptop):
    """The refresh token of a device."""

    refresh: Annotated[str, Field(max_length=200)]
    node: Annotated[str, Field(max_length=64)]


class NewPassword(BaseModel):
    """The password so far, and the next."""

    old: Secret
    new: Secret


@router.post("")
def sign_in(body: SignIn, server: ServerHere) -> Session:
    """Sign in on a device; leases its node id."""
    laptop = Laptop(body.device_name, body.device or "", body.program, body.platform)
    return sessions.sign_in(server, login=body.login, password=body.password, laptop=laptop)


@router.get("/oidc")
def offer(server: ServerHere) -> Offer:
    """Where to send somebody who signs in with the account of their company."""
    return sessions.provider_of(server).offer()


@router.post("/oidc")
def sign_in_by_provider(body: Brought, server: ServerHere) -> Session:
    """Sign in with a code of the company's provider; the account must exist."""
    laptop = Laptop(body.device_name, body.device or "", body.program, body.platform)
    proof = Proof(body.code, body.verifier, body.redirect_uri, body.nonce)
    return sessions.sign_in_by_provider(server, proof, laptop)


@router.post("/refresh")
def refresh(body: Refresh, server: ServerHere) -> Session:
    """Trade a refresh token for the next pair."""
    laptop = Laptop(program=body.program, platform=body.platform)
    return sessions.refresh(server, token=body.refresh, node=body.node, laptop=laptop)


@router.delete("", status_code=204)
def sign_out(server: ServerHere, principal: SignedInAnyhow) -> Response:
    """End the session of this device."""
    with server.writing() as connection:
        tokens.end_session(connection, server.tables, principal.device.node)
        guests.leave(connection, server.tables, principal.device.node)
    return Response(status_code=204)


@router.post("/password", status_code=204)
def change_password(body: NewPassword, server: ServerHere, principal: SignedInAnyhow) -> Response:
    """Choose a new password; every other device of the person signs in anew."""
    credentials.change_own(
        server, principal.actor.user_id, old=body.old, new=body.new, device=principal.device.node
    )
    return Response(status_code=204)


@router.get("/devices")
def my_devices(server: ServerHere, principal: SignedIn) -> list[Device]:
    """The devices the person is, or was, signed in on."""
    return own_devices.mine(server, principal)


@router.delete("/devices/{node}", status_code=204)
def sign_out_device(
    node: Annotated[str, Path(pattern=r"^[0-9A-Za-z_.:-]{1,64}$")],
    server: ServerHere,
    principal: SignedIn,
) -> Response:
    """End the session of another device of the same person; its data stays on it."""
    own_devices.sign_out(server, principal, node)
    return Response(status_code=204)
