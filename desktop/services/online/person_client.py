"""What an administrator asks of the server about one person's data: look, export, erase. No Qt.

Everything here needs a connection, and takes a while where there is much: not for the database
thread. Errors are those of any question to the server: SyncError, FORBIDDEN for anybody else.
"""

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from crm_core.errors import KnownError
from desktop.services.cancelling import CancelToken
from desktop.services.replies import read_as
from desktop.services.workspace import Workspace

Target = tuple[str, str]
"""(entity, record id)"""
Place = tuple[str, str, str]
"""(entity, record id, field)"""
Progress = Callable[[int, int], object]
"""Told (bytes done, bytes there are)."""

PEOPLE = ("contact", "lead", "customer")
"""Entities whose records can be a person; a customer only of the kind "person"."""
_PATIENCE = 600.0
"""An erasure ends when the server has rewritten its database."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that may be about the same person; `why`: phone email name."""

    target: Target
    title: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """A text of another record that names the person, now or (`past`) in its history only."""

    place: Place
    title: str
    excerpt: str
    past: bool


@dataclass(frozen=True, slots=True)
class Holder:
    """A device that has some of it. `last_contact`: milliseconds since 1970."""

    node: str
    name: str
    user: str
    last_contact: int
    revoked: bool
    wiped: bool
    records: int


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What there is about one person."""

    target: Target
    title: str
    alive: bool
    """False where the record was deleted; its data is still there."""
    records: Mapping[str, int]
    """Entity → records that belong to the person."""
    files: int
    candidates: tuple[Candidate, ...]
    mentions: tuple[Mention, ...]
    more: bool
    """Whether there are more mentions than these."""
    holders: tuple[Holder, ...]


@dataclass(frozen=True, slots=True)
class ErasedFacts:
    """What was erased, or would be (then `id` is empty)."""

    id: str
    records: Mapping[str, int]
    files: int
    texts: int
    holders: tuple[Holder, ...]
    overwritten: bool
    """False: the server tries again later to overwrite the free space of its database."""


@dataclass(frozen=True, slots=True)
class ErasureFacts:
    """An erasure, and the devices (node, name) that are not known to have heard of it."""

    id: str
    at: str
    roots: tuple[Target, ...]
    records: int
    waiting: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DueFacts:
    """A person proposed for erasure; `reasons`: withdrawn retention."""

    target: Target
    title: str
    owner: str
    reasons: tuple[str, ...]
    last_activity: str
    contract: bool
    """There is a won deal, which may have to be kept."""


@dataclass(frozen=True, slots=True)
class DueFound:
    """Who is proposed; `months` is None where the policy sets no period."""

    months: int | None
    people: tuple[DueFacts, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is to be erased."""

    roots: Sequence[Target]
    """The person; behind it candidates that are the same one."""
    texts: Sequence[Place] = ()
    """Mentions to be rewritten, in their history too."""
    word: str = ""
    """What stands there instead; empty for the server's own word."""


def look(workspace: Workspace, roots: Sequence[Target]) -> PersonFacts:
    """What there is about a person. SyncError: PERSON_UNKNOWN."""
    found = _ask(workspace, "GET", _path(roots))

    def read() -> PersonFacts:
        return PersonFacts(
            target=(str(found["entity"]), str(found["id"])), title=str(found["title"]),
            alive=bool(found["alive"]), records=dict(found["records"]), files=int(found["files"]),
            candidates=tuple(_candidate(one) for one in found["candidates"]),
            mentions=tuple(_mention(one) for one in found["mentions"]),
            more=bool(found["more"]), holders=tuple(_holder(one) for one in found["holders"]),
        )  # fmt: skip

    return read_as(read)


def count(workspace: Workspace, wanted: Wanted) -> ErasedFacts:
    """What an erasure would take; nothing is changed. SyncError: PERSON_UNKNOWN."""
    return _erase(workspace, wanted, dry_run=True)


def erase(workspace: Workspace, wanted: Wanted) -> ErasedFacts:
    """Erase for good; this device forgets it with its next exchange. SyncError: PERSON_UNKNOWN."""
    return _erase(workspace, wanted, dry_run=False)


def erasures(workspace: Workspace) -> list[ErasureFacts]:
    """What was erased, the last one first."""
    found = _ask(workspace, "GET", "/v1/admin/person/erasures")
    return read_as(
        lambda: [
            ErasureFacts(
                id=str(one["id"]), at=str(one["at"]),
                roots=tuple((str(e), str(r)) for e, r in one["roots"]),
                records=int(one["records"]),
                waiting=tuple((str(d["node"]), str(d["name"])) for d in one["waiting"]),
            )
            for one in found
        ]
    )  # fmt: skip


def due(workspace: Workspace) -> DueFound:
    """Who is proposed for erasure; nobody is erased by this."""
    found = _ask(workspace, "GET", "/v1/admin/person/due")

    def one_of(one: Mapping[str, Any]) -> DueFacts:
        return DueFacts(
            target=(str(one["entity"]), str(one["id"])), title=str(one["title"]),
            owner=str(one["owner"]), reasons=tuple(str(r) for r in one["reasons"]),
            last_activity=str(one["last_activity"]), contract=bool(one["contract"]),
        )  # fmt: skip

    return read_as(
        lambda: DueFound(
            None if found["months"] is None else int(found["months"]),
            tuple(one_of(one) for one in found["people"]), bool(found["more"]),
        )
    )  # fmt: skip


def export_person(
    workspace: Workspace,
    roots: Sequence[Target],
    path: Path,
    *,
    progress: Progress = lambda _done, _total: None,
    cancel: CancelToken | None = None,
) -> int:
    """Everything about a person as a zip at `path`, in place of what is there; its bytes.

    It appears under its name only when whole. Cancelled; SyncError: PERSON_UNKNOWN; KnownError
    ("unwritable").
    """
    part = path.with_name(f"{path.name}.part")
    with _on_disk(path):
        try:
            written = workspace.client.signed(
                lambda: _fetch(workspace, roots, part, progress, cancel or CancelToken())
            )
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    return written


# -- inside ------------------------------------------------------------------------------------


def _fetch(
    workspace: Workspace, roots: Sequence[Target], part: Path, progress: Progress,
    cancel: CancelToken,
) -> int:  # fmt: skip
    done = 0
    server = workspace.client.server
    with server.stream("GET", _path(roots, "/export"), seconds=_PATIENCE) as reply:
        total = int(reply.headers.get("Content-Length", 0))
        with part.open("wb") as file:
            for piece in reply.iter_raw():
                cancel.check()
                file.write(piece)
                done += len(piece)
                progress(done, max(total, done))
    return done


def _erase(workspace: Workspace, wanted: Wanted, *, dry_run: bool) -> ErasedFacts:
    body: dict[str, object] = {
        "dry_run": dry_run,
        "also": [{"entity": e, "id": r} for e, r in wanted.roots[1:]],
        "texts": [{"entity": e, "id": r, "field": f} for e, r, f in wanted.texts],
    }
    if wanted.word:
        body["word"] = wanted.word
    found = _ask(workspace, "POST", _path(wanted.roots[:1], "/erase"), body)

    def read() -> ErasedFacts:
        return ErasedFacts(
            id=str(found["id"]), records=dict(found["records"]), files=int(found["files"]),
            texts=int(found["texts"]), holders=tuple(_holder(one) for one in found["holders"]),
            overwritten=bool(found["overwritten"]),
        )  # fmt: skip

    return read_as(read)


def _ask(
    workspace: Workspace, method: str, path: str, body: Mapping[str, object] | None = None
) -> Any:
    """The JSON of an answer that may take long."""
    server = workspace.client.server

    def ask() -> Any:
        content = None if body is None else iter([json.dumps(body).encode()])
        about = {"Content-Type": "application/json"}
        with server.stream(
            method, path, headers=about, content=content, seconds=_PATIENCE
        ) as reply:  # fmt: skip
            reply.read()
            return read_as(reply.json)

    return workspace.client.signed(ask)


def _path(roots: Sequence[Target], ending: str = "") -> str:
    (entity, record), *also = roots
    asked = urlencode([("also", f"{e}:{r}") for e, r in also])
    base = f"/v1/admin/person/{quote(entity, safe='')}/{quote(record, safe='')}{ending}"
    return f"{base}?{asked}" if asked else base


def _candidate(one: Mapping[str, Any]) -> Candidate:
    why = tuple(str(w) for w in one["why"])
    return Candidate((str(one["entity"]), str(one["id"])), str(one["title"]), why)


def _mention(one: Mapping[str, Any]) -> Mention:
    place = (str(one["entity"]), str(one["id"]), str(one["field"]))
    return Mention(place, str(one["title"]), str(one["excerpt"]), bool(one["past"]))


def _holder(one: Mapping[str, Any]) -> Holder:
    return Holder(
        node=str(one["node"]), name=str(one["name"]), user=str(one["user"]),
        last_contact=int(one["last_contact"]), revoked=bool(one["revoked"]),
        wiped=bool(one["wiped"]), records=int(one["records"]),
    )  # fmt: skip


@contextlib.contextmanager
def _on_disk(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise KnownError(
            f"无法写入 {path.name}（{error.strerror}），没有导出。请换一个位置再试。",
            f"{path.name} cannot be written ({error.strerror}); nothing was exported. Choose "
            "another place.",
            code="unwritable",
        ) from error
