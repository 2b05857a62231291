"""Attachments as a person works with them: add files, see where each is, look, save a copy.

Plain bytes leave the encrypted store only into memory, or to the place a person chose to save to.
"""

import mimetypes
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from crm_core.errors import KnownError
from crm_core.model.query import Op, Query, Sort, Test
from crm_core.model.values import Record
from crm_core.permissions import Right
from crm_core.store.attachments import blob_ledger as ledger
from crm_core.store.attachments.blob_ledger import Held
from crm_core.store.attachments.blobs import address_of, is_address, pieces_of
from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.engines.engine import writing
from crm_core.store.replica import Replica
from desktop.services.commands.verbs import Done, done, owned
from desktop.services.workspace import Workspace

MOST_BYTES = 200 * 2**20
"""What a server accepts as it comes."""
_MOST_NAME = 200
_MOST_SHOWN = 500


class Place(StrEnum):
    """Where the bytes of an attachment are, as far as this device knows."""

    HERE = "here"
    """On this device and on the server."""
    WAITING = "waiting"
    """On this device, still to be sent."""
    SERVER = "server"
    """On the server only."""
    COMING = "coming"
    """Asked for, on their way."""
    REFUSED = "refused"
    """On this device; the server does not take them."""
    NONE = "none"
    """The record names no bytes."""


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """One attachment for a list."""

    record_id: str
    name: str
    media_type: str
    size: int
    address: str
    place: Place
    moved: int = 0
    """Percent that are sent or have come, while WAITING or COMING."""


def do_attach(workspace: Workspace, paths: Sequence[Path], links: Mapping[str, str]) -> Done:
    """Attach files to what `links` names (`customer`, `visit`): all of them or none.

    Their bytes are encrypted into the profile first and wait to be sent; the files themselves are
    left alone. KnownError: "file_unreadable", "file_empty", "file_too_large", "disk_full",
    "forbidden".
    """
    with taken_in(workspace, paths) as made, workspace.write("添加附件") as (unit, committed):
        attach_taken(workspace, unit, made, links)
    names = "、".join(str(values["name"]) for values in made)[:60]
    return done(committed, f"已添加附件「{names}」", f"Attached “{names}”")


def do_attach_content(
    workspace: Workspace, name: str, content: bytes, links: Mapping[str, str]
) -> Done:
    """Attach bytes that were never a file, such as a pasted picture. Raises as `do_attach`."""
    path = Path(_clean_name(name))
    _check_size(path, len(content))
    address = address_of([content])
    values = {
        "name": path.name, "media_type": _media_type(path), "size": len(content), "sha256": address,
    }  # fmt: skip
    with workspace.blobs.keeping(address), workspace.write("添加附件") as (unit, committed):
        workspace.blobs.put(address, [content])
        attach_taken(workspace, unit, [dict(values)], links)
    return done(committed, f"已添加附件「{path.name}」", f"Attached “{path.name}”")


def saving_allowed(workspace: Workspace, record_id: str) -> Record:
    """The record of an attachment the person may save as a plain file: their own, or any with the
    right to export, for that takes it out of the program. KnownError("forbidden", "gone")."""
    record = workspace.replica.record("attachment", record_id)
    if record is None:
        raise KnownError(
            "这个附件已经不在了，没有保存。",
            "The attachment is gone; nothing was saved.",
            code="gone",
        )
    verdict = workspace.may(Right.EXPORT, "attachment", record)
    if record.get("owner") != workspace.actor.user_id and not verdict.allowed:
        raise KnownError(
            "您的角色不能导出，所以别人的附件只能在这里看，不能另存。需要时请联系管理员。",
            "Your role may not export: attachments of others can be looked at here, not saved. "
            "Ask an administrator where you need one.",
            code="forbidden",
        )
    return record


def save_attachment(workspace: Workspace, record_id: str, target: Path) -> Path:
    """`save_copy` for somebody who may; see `saving_allowed`."""
    record = saving_allowed(workspace, record_id)
    return save_copy(workspace, str(record.get("sha256") or ""), target)


@contextmanager
def taken_in(workspace: Workspace, paths: Sequence[Path]) -> Iterator[list[dict[str, object]]]:
    """The files encrypted into the profile, as values of records, guarded until they are written.

    KnownError: "file_unreadable", "file_empty", "file_too_large", "disk_full".
    """
    with ExitStack() as kept:
        yield [_taken_in(workspace, path, kept) for path in paths]


def attach_taken(
    workspace: Workspace,
    unit: Unit,
    made: Iterable[dict[str, object]],
    links: Mapping[str, str],
) -> None:
    """Write the records of files taken in, within an act; they wait to be sent from then on."""
    for values in made:
        record = owned(workspace, unit.registry.entity("attachment"), values | dict(links))
        unit.create("attachment", record)
        ledger.keep(
            unit.connection, unit.tables, str(values["sha256"]),
            size=int(str(values["size"])), now_ms=workspace.clock.millis(),
        )  # fmt: skip


def files_of(replica: Replica, entity: str, record_id: str) -> list[AttachedFile]:
    """The attachments of a record, newest first. Meant for the database thread."""
    where = Test(entity, Op.EQ, record_id)
    query = Query("attachment", where, (Sort("rid", descending=True),), _MOST_SHOWN)
    records = replica.find(query)
    return described(replica, records)


def described(replica: Replica, records: Iterable[Record]) -> list[AttachedFile]:
    """Attachment records with the place of their bytes."""
    listed = list(records)
    addresses = {str(r.get("sha256")) for r in listed if is_address(r.get("sha256"))}
    rows = replica.read(lambda c: ledger.held(c, replica.tables, addresses))
    return [_described(record, rows.get(str(record.get("sha256")))) for record in listed]


def content_of(workspace: Workspace, address: str) -> bytes:
    """The bytes, verified, in memory only. KnownError: "blob_gone", "blob_damaged"."""
    content = workspace.blobs.whole(address)
    _touch(workspace, address)
    return content


def save_copy(workspace: Workspace, address: str, target: Path) -> Path:
    """Write a plain copy where the person wants it: whole and verified, or not at all.

    KnownError: "blob_gone", "blob_damaged", "file_unwritable".
    """
    beside = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        try:
            with beside.open("wb") as stream:
                for piece in workspace.blobs.read(address):
                    stream.write(piece)
            with beside.open("rb") as stream:
                if address_of(pieces_of(stream)) != address:
                    workspace.blobs.whole(address)  # Says what is wrong with it.
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise KnownError(
            f"附件不能保存到 {target}（{error.strerror}）。附件本身还在；请换一个位置。",
            f"The attachment could not be saved at {target} ({error.strerror}). The attachment is "
            "still here; choose another place.",
            code="file_unwritable",
        ) from error
    _touch(workspace, address)
    return target


def _taken_in(workspace: Workspace, path: Path, kept: ExitStack) -> dict[str, object]:
    """Encrypt a file into the store; the values of its record. `kept` guards it until then."""
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise _unreadable(path, "")
        _check_size(path, size)
        with path.open("rb") as stream:
            address = address_of(pieces_of(stream))
        kept.enter_context(workspace.blobs.keeping(address))
        with path.open("rb") as stream:
            size = workspace.blobs.put(address, pieces_of(stream))
    except OSError as error:
        raise _unreadable(path, error.strerror or "") from error
    return {
        "name": _clean_name(path.name), "media_type": _media_type(path), "size": size,
        "sha256": address,
    }  # fmt: skip


def _media_type(path: Path) -> str:
    return mimetypes.guess_type(path.name)[0] or "application/octet-stream"


def _check_size(path: Path, size: int) -> None:
    if size == 0:
        raise KnownError(
            f"「{path.name}」是空文件，没有添加。",
            f"“{path.name}” is empty and was not attached.",
            code="file_empty",
        )
    if size > MOST_BYTES:
        raise KnownError(
            f"「{path.name}」超过 {MOST_BYTES >> 20} MB，没有添加。",
            f"“{path.name}” is larger than {MOST_BYTES >> 20} MB and was not attached.",
            code="file_too_large",
        )


def _clean_name(name: str) -> str:
    """The name as a field takes it; a long one keeps its ending."""
    plain = "".join(c if c.isprintable() else "_" for c in name).strip() or "_"
    if len(plain) <= _MOST_NAME:
        return plain
    ending = Path(plain).suffix[:20]
    return plain[: _MOST_NAME - len(ending)] + ending


def _unreadable(path: Path, why: str) -> KnownError:
    said = f"（{why}）" if why else ""
    return KnownError(
        f"「{path.name}」读不了{said}，没有添加任何附件。",
        f"“{path.name}” cannot be read{f' ({why})' if why else ''}; nothing was attached.",
        code="file_unreadable",
    )


def _described(record: Record, held: Held | None) -> AttachedFile:
    size, address = record.get("size"), record.get("sha256")
    place, moved = _place(held), 0
    if not is_address(address):
        place = Place.NONE
    elif place is Place.WAITING and held is not None and held.size:
        moved = min(99, held.sent * 100 // held.size)
    return AttachedFile(
        record_id=str(record["id"]), name=str(record.get("name") or ""),
        media_type=str(record.get("media_type") or ""), size=size if isinstance(size, int) else 0,
        address=str(address or ""), place=place, moved=moved,
    )  # fmt: skip


def _place(held: Held | None) -> Place:
    if held is None or not held.here:
        return Place.COMING if held is not None and held.wanted else Place.SERVER
    if held.safe:
        return Place.HERE
    return Place.REFUSED if held.refused else Place.WAITING


def _touch(workspace: Workspace, address: str) -> None:
    replica, now_ms = workspace.replica, workspace.clock.millis()
    with writing(replica.engine) as connection:
        ledger.touch(connection, replica.tables, address, now_ms=now_ms)
