"""Routes of unsent work of wiped devices: handing it over, and deciding about it.

The first three are for devices that are refused everywhere else; the others for administrators.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Header
from pydantic import BaseModel, Field
from starlette.responses import Response

from crm_core.errors import SyncCode, SyncError
from sync_server.api.access import Administrator, Form, Language, RawBody, ServerHere, bearer
from sync_server.api.blobs import span_of, told
from sync_server.services.quarantining import quarantine, quarantine_files, quarantine_view
from sync_server.services.quarantining.quarantine import Entry, Kept
from sync_server.services.quarantining.quarantine_view import Change
from sync_server.services.signing_in import sessions
from sync_server.services.signing_in.devices import Device, is_node

router = APIRouter(prefix="/v1", tags=["quarantine"])


def device_number(node: str) -> str:
    """The device a path names. SyncError(QUARANTINE_GONE) for what cannot be one."""
    if not is_node(node):
        raise SyncError(SyncCode.QUARANTINE_GONE, "not the number of a device")
    return node


Node = Annotated[str, Depends(device_number)]


def departing(server: ServerHere, authorization: Annotated[str, Header()] = "") -> Device:
    """The device of `Authorization: Bearer …`, which is refused everywhere else."""
    return sessions.departing(server, bearer(authorization))


Departing = Annotated[Device, Depends(departing)]


class Farewell(BaseModel):
    """What a device says last."""

    lost: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    """Changes and files it could not hand over."""


class Shown(BaseModel):
    """One device's work."""

    entry: Entry
    changes: list[Change]


@router.post("/quarantine")
def hand_over(body: RawBody, server: ServerHere, device: Departing, form: Form) -> Kept:
    """Keep a packed batch of operations (as for a push), once each."""
    return quarantine.keep(server, device, form.push_from(body))


@router.put(
    "/quarantine/files/{address}",
    response_class=Response,
    responses={204: {"description": "Not whole"}},
)
def hand_file_over(
    address: str,
    body: RawBody,
    server: ServerHere,
    device: Departing,
    content_range: Annotated[str, Header()] = "",
) -> Response:
    """Keep the bytes of `Content-Range: bytes A-B/TOTAL` of a file the device's work names."""
    span = span_of(content_range)
    return told(quarantine_files.take(server, device, address, span, body), address)


@router.post("/quarantine/farewell", status_code=204)
def say_farewell(body: Farewell, server: ServerHere, device: Departing) -> Response:
    """The device begins to wipe itself; its tokens end."""
    quarantine.farewell(server, device, body.lost)
    return Response(status_code=204)


@router.get("/admin/quarantine")
def entries(server: ServerHere, _who: Administrator) -> list[Entry]:
    """What every wiped device left."""
    return quarantine.entries(server)


@router.get("/admin/quarantine/{node}")
def shown(node: Node, server: ServerHere, _who: Administrator, language: Language) -> Shown:
    """What one device left, with values."""
    entry = quarantine.entry_of(server, node)
    if entry is None:
        raise SyncError(SyncCode.QUARANTINE_GONE, node)
    return Shown(entry=entry, changes=quarantine_view.changes(server, node, language=language))


@router.post("/admin/quarantine/{node}/accept")
def accept(node: Node, server: ServerHere, who: Administrator) -> Entry:
    """Apply it as its author; what is refused stays with the reason."""
    return quarantine.accept(server, node, by=who.actor.user_id)


@router.post("/admin/quarantine/{node}/discard")
def discard(node: Node, server: ServerHere, who: Administrator) -> Entry:
    """Take nothing of it; it goes for good after some days."""
    return quarantine.discard(server, node, by=who.actor.user_id)
