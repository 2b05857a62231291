"""The bytes of attachments that a wiped device hands over: only its own, bounded, verified.

They lie on the shelf, where nobody may fetch them before the record that names them is taken.
"""

from sqlalchemy import Connection, func, select

from crm_core.errors import SyncCode, SyncError
from crm_core.store.attachments.blobs import is_address
from sync_server.services import blobs
from sync_server.services.blobs import Span, Standing
from sync_server.services.quarantining.quarantine import operations_of
from sync_server.services.server import Server
from sync_server.services.shelves.blob_shelf import full
from sync_server.services.signing_in.devices import Device


def take(
    server: Server, device: Device, address: str, span: Span, content: bytes
) -> Standing:  # fmt: skip
    """Take one piece; how far the file is then.

    SyncError: BLOB_UNKNOWN where nothing of this device names the address, BLOB_TOO_LARGE,
    BLOB_OFFSET (its detail is where to go on), BLOB_MISMATCH, MALFORMED, STORAGE_FULL.
    """
    if len(content) != span.end - span.start:
        raise SyncError(SyncCode.MALFORMED, "Content-Range is not the length of the body")
    with server.reading() as connection:
        waiting, records = _named(connection, server, device, address)
        size = _held(connection, server, device.node, address)
        others = _total(connection, server, device.node)
    if not waiting and not records:
        raise SyncError(SyncCode.BLOB_UNKNOWN)
    if size is not None:
        return Standing(True, size)
    limits = server.limits
    if span.total > limits.blob or others + span.total > limits.quarantine_files:
        raise SyncError(SyncCode.BLOB_TOO_LARGE, "quarantine of this device")
    whose = f"quarantine {device.node}"
    if span.start > (so_far := server.parts.size(whose, address)):
        raise SyncError(SyncCode.BLOB_OFFSET, str(so_far))
    server.parts.write(whose, address, span.start, content)
    if span.end < span.total:
        return Standing(False, span.end)
    _finish(server, whose, address)
    _note(server, device.node, address, span.total)
    blobs.adopt(server, address, records)
    return Standing(True, span.total)


def _named(
    connection: Connection, server: Server, device: Device, address: str
) -> tuple[bool, tuple[str, ...]]:
    """Whether quarantined work of the device names the address, and the person's own records that
    are here already and wait for its bytes."""
    if not is_address(address):
        return False, ()
    rows = operations_of(connection, server, device.node)
    waiting = any(
        row.operation.get("entity") == "attachment"
        and isinstance(row.operation.get("value"), dict)
        and row.operation["value"].get("sha256") == address
        for row in rows
    )
    return waiting, blobs.unbacked_of(connection, server, device.user_id, address)


def _held(connection: Connection, server: Server, node: str, address: str) -> int | None:
    table = server.tables.left.file
    mine = (table.c.node == node) & (table.c.address == address)
    return connection.scalar(select(table.c.size).where(mine))


def _total(connection: Connection, server: Server, node: str) -> int:
    table = server.tables.left.file
    return int(connection.scalar(select(func.sum(table.c.size)).where(table.c.node == node)) or 0)


def _finish(server: Server, whose: str, address: str) -> None:
    try:
        with server.parts.open(whose, address) as source:
            kept = server.shelf.put(address, source)
    except OSError as error:
        raise full(error) from error
    server.parts.drop(whose, address)
    if not kept:
        raise SyncError(SyncCode.BLOB_MISMATCH)


def _note(server: Server, node: str, address: str, size: int) -> None:
    table = server.tables.left.file
    mine = (table.c.node == node) & (table.c.address == address)
    with server.writing() as connection:
        connection.execute(table.delete().where(mine))
        connection.execute(table.insert().values(node=node, address=address, size=size))
