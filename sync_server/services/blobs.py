"""Attachments' bytes: who may send and fetch them, how far an upload is, and what is kept.

A person may fetch an address that a living attachment they see names and is backed (see
`blob_tables`). They may send one that a living attachment of theirs names. Whether the bytes are
here on behalf of somebody else is never to be learned: what I do not see I have to send.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select, text

from crm_core.errors import SyncCode, SyncError
from crm_core.permissions import Actor, Right, can, visible
from crm_core.store.attachments.blobs import is_address
from crm_core.store.log import oplog
from crm_core.store.reading.conditions import compile_condition
from crm_core.store.reading.records import chunks
from crm_core.sync.change import Verb
from sync_server.services import people
from sync_server.services.server import Server
from sync_server.services.shelves.blob_shelf import full
from sync_server.services.signing_in.sessions import Principal

_ENTITY = "attachment"
_PART_DAYS = 7
_UNNAMED_DAYS = 2
"""Bytes no record names are kept so long: a backup or a restore may be under way."""
_RESTORED_DAYS = 90
"""After a restore devices have so long to bring back the records of bytes that are here."""
_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Standing:
    """How an upload stands for one person."""

    whole: bool
    offset: int
    """Bytes here; where the next ones belong."""


@dataclass(frozen=True, slots=True)
class Span:
    """The piece of a file an upload brings: bytes `start` up to, not including, `end`."""

    start: int
    end: int
    total: int


def prepare(server: Server) -> None:
    """Find records by their address fast, also in a database that has no index of its own."""
    statement = "CREATE INDEX IF NOT EXISTS ix_attachment_sha256 ON attachment (sha256)"
    with server.writing() as connection:
        connection.execute(text(statement))
    _recover(server)


def _recover(server: Server) -> None:
    """After a restore: what was shown to be held since the backup is still so.

    The records come again with the devices, which need not have the bytes any more; so nothing
    is cleared away for a while.
    """
    noted = server.replica.meta("blob_lineage", "")
    if noted == server.lineage:
        return
    backing = server.tables.backing
    with server.writing() as connection:
        known = {(r.address, r.record) for r in connection.execute(select(backing))}
        lost = [pair for pair in dict.fromkeys(server.shelf.vouched()) if pair not in known]
        if lost:
            rows = [{"address": address, "record": record} for address, record in lost]
            connection.execute(backing.insert(), rows)
    since = server.clock.millis() if noted else 0
    server.replica.remember(blob_lineage=server.lineage, blob_restored_ms=since)


def standing(server: Server, principal: Principal, address: str) -> Standing:
    """How far the person's upload is; records of theirs are backed where they have shown before
    that they hold the bytes.

    SyncError: BLOB_UNKNOWN where no attachment of theirs names the address.
    """
    _check_address(address)
    with server.reading() as connection:
        actor = _actor(connection, server, principal)
        claim = _claim(connection, server, actor, address)
    if not claim.proven and not claim.unbacked:
        raise SyncError(SyncCode.BLOB_UNKNOWN)
    size = server.shelf.size(address) if claim.proven else None
    if size is not None:
        _back(server, address, claim.unbacked)
        return Standing(True, size)
    if not can(actor, Right.CREATE, server.replica.registry.entity(_ENTITY)).allowed:
        raise SyncError(SyncCode.FORBIDDEN)
    return Standing(False, server.parts.size(actor.user_id, address))


def check_piece(server: Server, principal: Principal, address: str, span: Span) -> Standing:
    """Whether these bytes may come now; nothing is read of them before.

    SyncError: BLOB_UNKNOWN, BLOB_TOO_LARGE, BLOB_OFFSET (its detail is where to go on).
    """
    if span.total > server.limits.blob or span.end - span.start > server.limits.blob_piece:
        raise SyncError(SyncCode.BLOB_TOO_LARGE, f"at most {server.limits.blob} bytes")
    stands = standing(server, principal, address)
    if not stands.whole and span.start > stands.offset:
        raise SyncError(SyncCode.BLOB_OFFSET, str(stands.offset))
    return stands


def finish(server: Server, principal: Principal, address: str, total: int) -> Standing:
    """After a piece: keep the file if it is whole now, and back the person's records with it.

    SyncError: BLOB_MISMATCH, with the upload forgotten, where the bytes are something else.
    """
    user_id = principal.actor.user_id
    if server.parts.size(user_id, address) < total:  # Or another connection has just finished it.
        return standing(server, principal, address)
    try:
        with server.parts.open(user_id, address) as source:
            kept = server.shelf.put(address, source)
    except FileNotFoundError:  # Another connection of the same person has just finished it.
        return standing(server, principal, address)
    except OSError as error:
        raise full(error) from error
    if not kept:
        server.parts.drop(user_id, address)
        stands = standing(server, principal, address)
        if stands.whole:  # Finished by another connection, which took the part from under this one.
            return stands
        raise SyncError(SyncCode.BLOB_MISMATCH)
    with server.reading() as connection:
        actor = _actor(connection, server, principal)
        claim = _claim(connection, server, actor, address)
    _back(server, address, claim.unbacked)
    server.parts.drop(user_id, address)
    return Standing(True, total)


def size_for(server: Server, principal: Principal, address: str) -> int:
    """How many bytes the person may fetch. SyncError: BLOB_UNKNOWN where they see no such
    attachment, BLOB_MISSING where its bytes have not been sent yet."""
    _check_address(address)
    with server.reading() as connection:
        actor = _actor(connection, server, principal)
        seen = _seen(connection, server, actor, address)
        backed = _backed(connection, server, address)
    if not seen:
        raise SyncError(SyncCode.BLOB_UNKNOWN)
    size = server.shelf.size(address) if seen & backed else None
    if size is None:
        raise SyncError(SyncCode.BLOB_MISSING)
    return size


def tidy(server: Server) -> int:
    """Forget uploads nobody goes on with, and bytes that no record, deleted ones included, names;
    how many files went."""
    now = server.clock.now().timestamp()
    gone = server.parts.expire(now - _PART_DAYS * _DAY)
    restored = server.replica.meta("blob_restored_ms", 0)
    if isinstance(restored, int) and now - restored / 1000 < _RESTORED_DAYS * _DAY:
        return gone
    with server.reading() as connection:
        named = _named(connection, server) | quarantined(connection, server)
    for address, came in server.shelf.addresses():
        if came < now - _UNNAMED_DAYS * _DAY and address not in named:
            server.shelf.remove(address)
            gone += 1
    return gone


def discard(server: Server, addresses: Collection[str]) -> int:
    """Delete these files now, with the uploads of them, but for those that a record names or
    quarantine holds; how many went."""
    with server.reading() as connection:
        gone = set(addresses) - _named(connection, server) - quarantined(connection, server)
    for address in sorted(gone):
        server.shelf.remove(address)
        server.parts.drop_all(address)
    return len(gone)


def unbacked_of(
    connection: Connection, server: Server, user_id: str, address: str
) -> tuple[str, ...]:
    """Living attachments the person created with this address and whose bytes are yet to come."""
    return _claim(connection, server, Actor(user_id, ""), address).unbacked


def adopt(server: Server, address: str, records: Collection[str]) -> None:
    """The bytes are here, shown by the author of these records: others may have them now."""
    _back(server, address, records)


def unback(connection: Connection, server: Server, records: Iterable[str]) -> None:
    """Nobody may have the bytes of these records any more."""
    backing = server.tables.backing
    for part in chunks(sorted(records)):
        connection.execute(backing.delete().where(backing.c.record.in_(part)))


def quarantined(connection: Connection, server: Server) -> set[str]:
    """Addresses of files that wiped devices left, and which wait for a decision."""
    return set(connection.scalars(select(server.tables.left.file.c.address)))


def files_to_export(connection: Connection, server: Server) -> Iterator[tuple[str, str]]:
    """(address, file name), once for every address that a living attachment names and is here."""
    table = server.replica.tables.of(_ENTITY)
    living = select(table.c.sha256, table.c.name).where(
        table.c.alive.is_(True), table.c.sha256.is_not(None)
    )
    told: set[str] = set()
    for row in connection.execute(living.order_by(table.c.rid)):
        known = row.sha256 in told or not is_address(row.sha256)
        if not known and server.shelf.size(row.sha256) is not None:
            told.add(row.sha256)
            yield row.sha256, str(row.name or "")


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a person's records say about one address."""

    proven: bool
    """A backed attachment of theirs, or one they see, names it: the bytes are theirs to have."""
    unbacked: tuple[str, ...]
    """Living attachments they created with it, which nobody has shown the bytes for."""


def _claim(connection: Connection, server: Server, actor: Actor, address: str) -> _Claim:
    table = server.replica.tables.of(_ENTITY)
    living = select(table.c.id).where(table.c.sha256 == address, table.c.alive.is_(True))
    every, backed = set(connection.scalars(living)), _backed(connection, server, address)

    def mine(record: str) -> bool:
        return _is_author(connection, server, actor, record, address=address)

    proven = bool(_seen(connection, server, actor, address) & backed)
    return _Claim(
        proven=proven or any(mine(record) for record in sorted(every & backed)),
        unbacked=tuple(record for record in sorted(every - backed) if mine(record)),
    )


def _is_author(
    connection: Connection, server: Server, actor: Actor, record: str, *, address: str
) -> bool:
    """Whether the person created the record, and with this very address: one that somebody else
    wrote into it later is not theirs to show the bytes for."""
    operations = oplog.of_record(connection, server.replica.tables, _ENTITY, record)
    created = next((o for o in operations if o.verb is Verb.CREATE), None)
    if created is None or created.actor != actor.user_id:
        return False
    return created.created_values.get("sha256") == address


def _seen(connection: Connection, server: Server, actor: Actor, address: str) -> set[str]:
    """The living attachments with this address that the person may see."""
    entity = server.replica.registry.entity(_ENTITY)
    table = server.replica.tables.of(_ENTITY)
    statement = select(table.c.id).where(
        table.c.sha256 == address,
        table.c.alive.is_(True),
        compile_condition(visible(actor, entity), table, server.clock.now()),
    )
    return set(connection.scalars(statement))


def _backed(connection: Connection, server: Server, address: str) -> set[str]:
    backing = server.tables.backing
    return set(connection.scalars(select(backing.c.record).where(backing.c.address == address)))


def _back(server: Server, address: str, records: Collection[str]) -> None:
    """Note that the bytes of these records are here by their author's right."""
    if not records:
        return
    with server.writing() as connection:
        known = _backed(connection, server, address)
        rows = [{"address": address, "record": r} for r in records if r not in known]
        if rows:
            connection.execute(server.tables.backing.insert(), rows)
    server.shelf.vouch(address, [row["record"] for row in rows])


def _named(connection: Connection, server: Server) -> set[str]:
    """Every address a record names, or named when its bytes came."""
    table, backing = server.replica.tables.of(_ENTITY), server.tables.backing
    now = select(table.c.sha256).where(table.c.sha256.is_not(None))
    here = select(backing.c.address).where(backing.c.record.in_(select(table.c.id)))
    return set(connection.scalars(now)) | set(connection.scalars(here))


def _check_address(address: str) -> None:
    if not is_address(address):
        raise SyncError(SyncCode.BLOB_UNKNOWN)


def _actor(connection: Connection, server: Server, principal: Principal) -> Actor:
    return people.actor_now(connection, server.replica.tables, principal.actor.user_id)
