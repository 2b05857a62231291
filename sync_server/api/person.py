"""Routes about people's data, for administrators: find, export, erase. Decode, call, encode."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from typing import IO, Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field
from starlette.responses import Response, StreamingResponse

from crm_core.errors import SyncCode, SyncError
from sync_server.api.access import Administrator, Language, ServerHere
from sync_server.services.erasure import erasing, person, retention
from sync_server.services.erasure.erasing import SOMEBODY, Asked, Confirmation, Erased
from sync_server.services.erasure.person import Person
from sync_server.services.erasure.person_export import export_person
from sync_server.services.erasure.retention import DueList
from sync_server.services.shelves.erasure_journal import Target

router = APIRouter(prefix="/v1/admin/person", tags=["people"])

_PLAIN = r"^[0-9A-Za-z_.:-]{1,64}$"
_STORABLE = r"^[^\x00]*$"
_PIECE = 256 * 1024
Entity = Annotated[str, Path(pattern=r"^[a-z_]{1,40}$")]
Id = Annotated[str, Path(pattern=_PLAIN)]
Also = Annotated[list[str] | None, Query(max_length=50)]


class Root(BaseModel):
    """One more record of the same person."""

    entity: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
    id: Annotated[str, Field(pattern=_PLAIN)]


class TextPlace(Root):
    """A text of another record, as `mentions` lists it."""

    field: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,60}$")]


class Erasing(BaseModel):
    """What is to be erased, or only counted."""

    dry_run: bool
    also: Annotated[list[Root], Field(max_length=50)] = []
    texts: Annotated[list[TextPlace], Field(max_length=500)] = []
    """In these the person is not to be named any more, in their history neither."""
    word: Annotated[str, Field(min_length=1, max_length=20, pattern=_STORABLE)] = SOMEBODY
    """What stands there instead."""


@router.get("/due")
def due(server: ServerHere, _who: Administrator) -> DueList:
    """Who is proposed for erasure, and why."""
    return retention.due(server)


@router.get("/erasures")
def erasures(server: ServerHere, _who: Administrator) -> list[Confirmation]:
    """What was erased, and which devices have still to hear of it."""
    return erasing.confirmations(server)


@router.get("/{entity}/{record}")
def look(
    entity: Entity, record: Id, server: ServerHere, _who: Administrator, also: Also = None
) -> Person:
    """What there is about a person, who else may be the same one, where texts name them."""
    return person.look(server, [(entity, record), *_others(also or [])])


@router.get("/{entity}/{record}/export", response_class=Response)
def export(
    entity: Entity, record: Id, server: ServerHere, who: Administrator, language: Language,
    also: Also = None,
) -> Response:  # fmt: skip
    """Everything about a person, as a zip. `also`: more records of theirs, `entity:id`."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - it goes when it has been sent
    roots = [(entity, record), *_others(also or [])]
    with ExitStack() as undone:
        undone.callback(file.close)
        export_person(server, roots, file, by=who.actor.user_id, language=language)
        undone.pop_all()
    size = file.tell()
    headers = {
        "Content-Length": str(size),
        "Content-Disposition": f'attachment; filename="{entity}.zip"',
    }
    return StreamingResponse(_pieces(file), media_type="application/zip", headers=headers)


@router.post("/{entity}/{record}/erase")
def erase(
    entity: Entity, record: Id, body: Erasing, server: ServerHere, who: Administrator
) -> Erased:
    """Erase a person for good; with `dry_run` only say what would go."""
    asked = Asked(
        roots=((entity, record), *((one.entity, one.id) for one in body.also)),
        texts=tuple((one.entity, one.id, one.field) for one in body.texts), word=body.word,
    )  # fmt: skip
    return erasing.erase(server, asked, by=who.actor.user_id, dry_run=body.dry_run)


def _others(also: list[str]) -> list[Target]:
    found = [tuple(one.partition(":")[::2]) for one in also]
    if not all(entity and record for entity, record in found):
        raise SyncError(SyncCode.PERSON_UNKNOWN, "also")
    return [(entity, record) for entity, record in found]


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece
