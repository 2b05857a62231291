"""What this device knows of attachments' bytes: which are here, which wait to be sent or fetched.

Rows change in the caller's transaction: a new attachment and the place of its bytes in the queue
are committed together. The ledger can be made again from the records and the files (`reconcile`),
so that a replica filled anew loses no bytes that were never sent.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, func, or_, select

from crm_core.store.attachments.blobs import BlobStore, is_address
from crm_core.store.reading.records import chunks
from crm_core.store.schema.tables import Tables


@dataclass(frozen=True, slots=True)
class Held:
    """One content address."""

    address: str
    size: int
    """Plain bytes."""
    here: bool
    """The whole file is on this device."""
    safe: bool
    """The server has said that it has the bytes."""
    wanted: bool
    """Somebody asked for the file and it has not come yet."""
    sent: int
    """Bytes of it the server is known to have."""
    refused: str
    """The sync code with which the server would not take it; empty for none."""


def held(connection: Connection, tables: Tables, addresses: Collection[str]) -> dict[str, Held]:
    """What is known of each of these; unknown ones are left out."""
    found: dict[str, Held] = {}
    for part in chunks(sorted(addresses)):
        rows = connection.execute(select(tables.blob).where(tables.blob.c.address.in_(part)))
        found.update((row.address, _held(row)) for row in rows)
    return found


def everything(connection: Connection, tables: Tables) -> list[Held]:
    """All rows."""
    return [_held(row) for row in connection.execute(select(tables.blob))]


def keep(connection: Connection, tables: Tables, address: str, *, size: int, now_ms: int) -> None:
    """The bytes are here; the server is to be asked whether it has them for every record.

    Also for an address sent before: a second record must be announced, though no bytes travel.
    """
    fresh = {"size": size, "here": True, "safe": False, "wanted": False, "used_ms": now_ms}
    _put(connection, tables, address, fresh | {"refused": None})


def arrived(
    connection: Connection, tables: Tables, address: str, *, size: int, now_ms: int
) -> None:
    """The bytes came from the server and lie here whole."""
    values = {"here": True, "safe": True, "wanted": False, "sent": size, "used_ms": now_ms}
    _put(connection, tables, address, values | {"size": size, "refused": None})


def want(
    connection: Connection, tables: Tables, address: str, *, size: int, wanted: bool
) -> None:  # fmt: skip
    """Somebody asks for the file, or no longer does."""
    _put(connection, tables, address, {"size": size, "wanted": wanted})


def note_sent(connection: Connection, tables: Tables, address: str, *, sent: int) -> None:
    """The server has the first `sent` bytes."""
    _put(connection, tables, address, {"sent": sent})


def note_safe(connection: Connection, tables: Tables, held: Held) -> None:
    """The server has all of it, verified."""
    _put(connection, tables, held.address, {"safe": True, "sent": held.size})


def note_refused(connection: Connection, tables: Tables, address: str, *, code: str) -> None:
    """The server will not take it; it is not sent again by itself."""
    _put(connection, tables, address, {"refused": code})


def touch(connection: Connection, tables: Tables, address: str, *, now_ms: int) -> None:
    """Somebody looked at it: it is the last to make room for others."""
    blob = tables.blob
    connection.execute(blob.update().where(blob.c.address == address).values(used_ms=now_ms))


def note_evicted(connection: Connection, tables: Tables, address: str) -> None:
    """The file is no longer here."""
    _put(connection, tables, address, {"here": False})


def forget(connection: Connection, tables: Tables, address: str) -> None:
    """Nothing is known of this address any more."""
    connection.execute(tables.blob.delete().where(tables.blob.c.address == address))


def send_all_again(connection: Connection, tables: Tables) -> None:
    """Ask for every file here whether the server has it: it came back from a backup."""
    here = tables.blob.c.here.is_(True)
    connection.execute(tables.blob.update().where(here).values(safe=False, sent=0, refused=None))


def uploads(connection: Connection, tables: Tables) -> list[Held]:
    """What waits to be sent, small ones first.

    A deleted attachment waits until it is brought back. One that left this device's scope is sent
    all the same: it may be its author's only copy, and the server decides about it.
    """
    named = _named(tables)
    alive = exists().where(named, tables.of("attachment").c.alive.is_(True))
    return _rows(connection, tables, _queued(tables), or_(alive, ~exists().where(named)))


def downloads(connection: Connection, tables: Tables) -> list[Held]:
    """What was asked for and is not here yet, the smallest first."""
    return _rows(connection, tables, tables.blob.c.wanted.is_(True), ~tables.blob.c.here)


def orphans(connection: Connection, tables: Tables) -> list[Held]:
    """Addresses no attachment on this device names any more, and which need not be sent."""
    return _rows(connection, tables, ~exists().where(_named(tables)), ~_queued(tables))


def unnamed(connection: Connection, tables: Tables, address: str) -> bool:
    """Whether no attachment on this device, living or deleted, names the address."""
    attachment = tables.of("attachment")
    found = select(attachment.c.rid).where(attachment.c.sha256 == address).limit(1)
    return connection.execute(found).first() is None


def evictable(connection: Connection, tables: Tables, *, budget: int) -> list[Held]:
    """The files to give up so that at most `budget` bytes lie here: longest unused first, and
    only what the server has."""
    blob = tables.blob
    total = connection.scalar(select(func.sum(blob.c.size)).where(blob.c.here.is_(True))) or 0
    chosen: list[Held] = []
    if total <= budget:
        return chosen
    safe = select(blob).where(blob.c.here.is_(True), blob.c.safe.is_(True))
    for row in connection.execute(safe.order_by(blob.c.used_ms, blob.c.address)):
        if total <= budget:
            break
        chosen.append(_held(row))
        total -= row.size
    return chosen


def reconcile(connection: Connection, tables: Tables, store: BlobStore, *, now_ms: int) -> None:
    """Bring the ledger in line with the files, then delete the files nobody knows.

    After a crash between the two, or in a replica filled anew beside the files of the old one.
    """
    for row in everything(connection, tables):
        if row.here and not store.has(row.address):
            note_evicted(connection, tables, row.address)
    attachment, blob = tables.of("attachment"), tables.blob
    here = select(blob.c.address).where(blob.c.here.is_(True))
    statement = select(attachment.c.sha256, func.max(attachment.c.size)).where(
        attachment.c.sha256.is_not(None), ~attachment.c.sha256.in_(here)
    )
    for address, size in connection.execute(statement.group_by(attachment.c.sha256)).all():
        if is_address(address) and store.has(address):
            keep(connection, tables, address, size=size or 0, now_ms=now_ms)
    left = everything(connection, tables)
    store.sweep(
        whole=[row.address for row in left if row.here],
        partly=[row.address for row in left if row.wanted and not row.here],
    )


def _queued(tables: Tables) -> ColumnElement[bool]:
    blob = tables.blob
    return and_(blob.c.here.is_(True), blob.c.safe.is_(False), blob.c.refused.is_(None))


def _named(tables: Tables) -> ColumnElement[bool]:
    return tables.of("attachment").c.sha256 == tables.blob.c.address


def _rows(connection: Connection, tables: Tables, *where: ColumnElement[bool]) -> list[Held]:
    blob = tables.blob
    statement = select(blob).where(*where).order_by(blob.c.size, blob.c.address)
    return [_held(row) for row in connection.execute(statement)]


def _put(connection: Connection, tables: Tables, address: str, values: dict[str, Any]) -> None:
    blob = tables.blob
    update = blob.update().where(blob.c.address == address).values(**values)
    if connection.execute(update).rowcount == 0:
        empty = {
            "size": 0, "here": False, "safe": False, "wanted": False, "sent": 0, "used_ms": 0,
        }  # fmt: skip
        connection.execute(blob.insert().values(address=address, **(empty | values)))


def _held(row: Row[Any]) -> Held:
    return Held(
        address=row.address, size=row.size, here=row.here, safe=row.safe, wanted=row.wanted,
        sent=row.sent, refused=row.refused or "",
    )  # fmt: skip
