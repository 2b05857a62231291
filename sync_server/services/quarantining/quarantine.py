"""Work a wiped device had not sent: kept apart, until an administrator takes it or discards it.

What is taken goes through the same judging as a push of its author would have; see decision 020.
Files of attachments are in `quarantine_files`, what an administrator reads in `quarantine_view`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, func, select

from crm_core.clock import stamp_node
from crm_core.errors import SyncCode, SyncError
from crm_core.store.forgetting import erasing
from crm_core.store.log import log_keys
from crm_core.store.reading.records import chunks
from crm_core.store.schema.encoding import pack
from crm_core.sync.change import Operation, Verb, operation_from_json
from crm_core.sync.protocol import PushMessage
from sync_server.services import audit, blobs, people
from sync_server.services.admission import named_parents
from sync_server.services.exchange.push import push
from sync_server.services.exchange.stamps import residual_skew
from sync_server.services.server import Server
from sync_server.services.signing_in import tokens
from sync_server.services.signing_in.devices import Device, find_device
from sync_server.services.signing_in.sessions import Principal

_BATCH = 1_000
_DAY_MS = 86_400_000
_UNKNOWN_AUTHOR = "写下这项修改的人已不在组织的记录里，无法按其权限判断。"


class State(StrEnum):
    """How one device's work, or one operation of it, stands."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    """An operation only: judged, and not applied, for the reason kept with it."""
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Kept:
    """The answer to a device that hands work over."""

    kept: int
    """Operations of this batch that are kept now, or that the server had already."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one device left. Moments in milliseconds since 1970."""

    node: str
    user_id: str
    received: int
    state: State
    decided: int
    decided_by: str
    counts: Mapping[str, int]
    """Entity → operations."""
    accepted: int
    refused: int
    files: int


def keep(server: Server, device: Device, message: PushMessage) -> Kept:
    """Keep a batch, each operation once. SyncError, with nothing kept: WRONG_DEVICE, TOO_LARGE."""
    operations, node = message.operations, device.node
    if any(o.replica != node or stamp_node(o.hlc) != node for o in operations):
        raise SyncError(SyncCode.WRONG_DEVICE, "an operation carries another node id")
    table, now = server.tables.left.operation, server.clock.millis()
    with server.writing() as connection:
        held = set(connection.scalars(select(table.c.seq).where(table.c.node == node)))
        known = log_keys.known_keys(connection, server.replica.tables, operations)
        unwanted = about_erased(connection, server, operations)
        fresh = {
            o.replica_seq: o for o in operations
            if o.replica_seq not in held and o.key not in known | unwanted
        }  # fmt: skip
        if fresh:
            rows = [_row(o) for o in fresh.values()]
            size = sum(len(pack(row["operation"])) for row in rows)
            _note(connection, server, device, now=now, size=size, number=len(held) + len(fresh),
                  skew=residual_skew(server_ms=now, device_ms=message.device_ms))  # fmt: skip
            connection.execute(table.insert(), rows)
    return Kept(len(operations))


def farewell(server: Server, device: Device, lost: int) -> None:
    """The device begins to remove everything; its tokens are worth nothing from now on."""
    table = server.tables.left.farewell
    with server.writing() as connection:
        connection.execute(table.delete().where(table.c.node == device.node))
        connection.execute(
            table.insert().values(node=device.node, at=server.clock.millis(), lost=lost)
        )
        tokens.end_session(connection, server.tables, device.node)
    audit.note(
        server, "device_wiped", by=device.user_id, owner=device.user_id, device=device.node,
        about=device.name, detail=f"{lost} changes or files lost" if lost else "",
    )  # fmt: skip


def wiped(connection: Connection, server: Server) -> dict[str, int]:
    """When each device said that it was wiping itself: node → milliseconds since 1970."""
    table = server.tables.left.farewell
    return {row.node: row.at for row in connection.execute(select(table))}


def about_erased(
    connection: Connection, server: Server, operations: Sequence[Operation]
) -> set[tuple[str, int]]:
    """Keys of the operations about people who were erased: nothing of that is kept."""
    registry = server.replica.registry
    about = {o.key: {(o.entity, o.id), *named_parents(registry, o)} for o in operations}
    targets = set[tuple[str, str]]().union(*about.values())
    erased = erasing.erased(connection, server.replica.tables, targets)
    gone = {o.id for o in operations if about[o.key] & erased}
    return {o.key for o in operations if o.id in gone}


def forget_erased(connection: Connection, server: Server) -> set[str]:
    """Let go of what is kept about people who were erased; the addresses of files named there."""
    left, gone = server.tables.left, dict[str, list[Operation]]()
    for node in connection.scalars(select(left.operation.c.node).distinct()).all():
        kept = [
            operation_from_json(r.operation) for r in operations_of(connection, server, node)
        ]  # fmt: skip
        unwanted = about_erased(connection, server, kept)
        gone[node] = [o for o in kept if o.key in unwanted]
    found: set[str] = set()
    for node, operations in gone.items():
        held = [o.created_values.get("sha256") for o in operations]
        named = {address for address in held if isinstance(address, str)}
        for table, column, values in (
            (left.operation, left.operation.c.seq, [o.replica_seq for o in operations]),
            (left.file, left.file.c.address, sorted(named)),
        ):
            for part in chunks(values):
                mine = (table.c.node == node) & column.in_(part)
                connection.execute(table.delete().where(mine))
        found |= named
    return found


def entries(server: Server) -> list[Entry]:
    """What every device left, the newest first."""
    table = server.tables.left.quarantine
    with server.reading() as connection:
        rows = connection.execute(select(table).order_by(table.c.received.desc())).all()
        return [_entry(connection, server, row) for row in rows]


def entry_of(server: Server, node: str) -> Entry | None:
    """What one device left; None for nothing."""
    table = server.tables.left.quarantine
    with server.reading() as connection:
        row = connection.execute(select(table).where(table.c.node == node)).one_or_none()
        return None if row is None else _entry(connection, server, row)


def operations_of(connection: Connection, server: Server, node: str) -> list[Row[Any]]:
    """The rows of one device, in the order of its work."""
    table = server.tables.left.operation
    return list(connection.execute(select(table).where(table.c.node == node).order_by(table.c.seq)))


def accept(server: Server, node: str, *, by: str) -> Entry:
    """Apply what was not yet applied, as its author; what is refused stays, with the reason.

    May be asked again: what is in the log is known there, and what was refused is judged anew.
    SyncError: QUARANTINE_GONE.
    """
    with server.reading() as connection:
        entry = _row_of(connection, server, node)
        rows = operations_of(connection, server, node)
    author = _author(server, entry.user_id, node)
    left = [operation_from_json(r.operation) for r in rows if r.state != State.ACCEPTED]
    for batch in _batches(left):
        _settle(server, node, batch, _judged(server, author, batch, entry.skew_ms))
    _decide(server, node, State.ACCEPTED, by)
    _release_files(server, node)
    return _told(server, node, "quarantine_kept", by)


def discard(server: Server, node: str, *, by: str) -> Entry:
    """Take nothing of it (more); it goes for good after some days. SyncError as `accept`."""
    with server.reading() as connection:
        _row_of(connection, server, node)
    _decide(server, node, State.DISCARDED, by)
    return _told(server, node, "quarantine_dropped", by)


def tidy(server: Server) -> int:
    """Delete what was discarded, or taken without a refusal, long enough ago; how many devices'."""
    before = server.clock.millis() - server.limits.quarantine_days * _DAY_MS
    gone = [
        entry.node for entry in entries(server)
        if entry.state is not State.WAITING and entry.decided < before
        and not (entry.state is State.ACCEPTED and entry.refused)
    ]  # fmt: skip
    left = server.tables.left
    with server.writing() as connection:
        for table in (left.quarantine, left.operation, left.file):
            for node in gone:
                connection.execute(table.delete().where(table.c.node == node))
    return len(gone)


def _row(operation: Operation) -> dict[str, object]:
    return {
        "node": operation.replica, "seq": operation.replica_seq,
        "operation": operation.as_json(), "state": State.WAITING.value, "reason": "",
    }  # fmt: skip


def _note(
    connection: Connection, server: Server, device: Device, *, now: int, size: int, number: int,
    skew: int,
) -> None:  # fmt: skip
    """The row of the device, made or grown; SyncError(TOO_LARGE) where it leaves too much."""
    table, limits = server.tables.left.quarantine, server.limits
    mine = table.c.node == device.node
    before = connection.scalar(select(table.c.size).where(mine))
    total = (before or 0) + size
    if number > limits.quarantine_operations or total > limits.quarantine_bytes:
        raise SyncError(SyncCode.TOO_LARGE, "quarantine of this device")
    if before is None:
        connection.execute(
            table.insert().values(
                node=device.node, user_id=device.user_id, received=now, skew_ms=skew, size=total,
                state=State.WAITING.value, decided=0, decided_by="",
            )
        )  # fmt: skip
    else:
        fresh = {"size": total, "state": State.WAITING.value}
        connection.execute(table.update().where(mine).values(fresh))


def _entry(connection: Connection, server: Server, row: Row[Any]) -> Entry:
    left = server.tables.left
    counts: dict[str, int] = defaultdict(int)
    states: dict[str, int] = defaultdict(int)
    for one in operations_of(connection, server, row.node):
        counts[str(one.operation.get("entity", ""))] += 1
        states[one.state] += 1
    files = select(func.count()).select_from(left.file).where(left.file.c.node == row.node)
    return Entry(
        node=row.node, user_id=row.user_id, received=row.received, state=State(row.state),
        decided=row.decided, decided_by=row.decided_by, counts=dict(counts),
        accepted=states[State.ACCEPTED], refused=states[State.REFUSED],
        files=connection.scalar(files) or 0,
    )  # fmt: skip


def _row_of(connection: Connection, server: Server, node: str) -> Row[Any]:
    table = server.tables.left.quarantine
    row = connection.execute(select(table).where(table.c.node == node)).one_or_none()
    if row is None:
        raise SyncError(SyncCode.QUARANTINE_GONE, node)
    return row


def _author(server: Server, user_id: str, node: str) -> Principal | None:
    """Who wrote it, as a push of theirs would come; they may have left since."""
    with server.reading() as connection:
        device = find_device(connection, server.tables, node)
        who = people.actor_of(connection, server.replica.tables, user_id, left=True)
    return None if device is None or who is None else Principal(who, device, left=True)


def _judged(
    server: Server, author: Principal | None, batch: Sequence[Operation], skew: int
) -> dict[int, str]:
    """Apply what its author may do; number → reason of what is refused."""
    if author is None:
        return {o.replica_seq: _UNKNOWN_AUTHOR for o in batch}
    message = PushMessage(batch, server.clock.millis() - skew)
    acks = push(server, author, message, language="zh").acks
    return {a.replica_seq: a.detail or a.refused.value for a in acks if a.refused is not None}


def _batches(operations: Sequence[Operation]) -> list[Sequence[Operation]]:
    """Cut between two acts where that can be: the server judges an act as a whole."""
    found, start = list[Sequence[Operation]](), 0
    while start < len(operations):
        end = min(start + _BATCH, len(operations))
        cut = end
        while cut < len(operations) and cut > start and _same_act(operations, cut):
            cut -= 1
        end = cut if cut > start else end
        found.append(operations[start:end])
        start = end
    return found


def _same_act(operations: Sequence[Operation], place: int) -> bool:
    before, after = operations[place - 1], operations[place]
    return (before.group, before.entity, before.id) == (after.group, after.entity, after.id)


def _settle(
    server: Server, node: str, batch: Sequence[Operation], refused: Mapping[int, str]
) -> None:
    table = server.tables.left.operation
    with server.writing() as connection:
        for operation in batch:
            number = operation.replica_seq
            state = State.REFUSED if number in refused else State.ACCEPTED
            connection.execute(
                table.update()
                .where(table.c.node == node, table.c.seq == number)
                .values(state=state.value, reason=refused.get(number, ""))
            )


def _decide(server: Server, node: str, state: State, by: str) -> None:
    table = server.tables.left.quarantine
    with server.writing() as connection:
        connection.execute(
            table.update()
            .where(table.c.node == node)
            .values(state=state.value, decided=server.clock.millis(), decided_by=by)
        )


def _release_files(server: Server, node: str) -> None:
    """Files of attachments that were taken may be fetched by those who see the records."""
    table = server.tables.left.file
    with server.reading() as connection:
        here = set(connection.scalars(select(table.c.address).where(table.c.node == node)))
        rows = [r for r in operations_of(connection, server, node) if r.state == State.ACCEPTED]
    named: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        operation = operation_from_json(row.operation)
        address = operation.created_values.get("sha256")
        if operation.verb is Verb.CREATE and operation.entity == "attachment" and address in here:
            named[str(address)].append(operation.id)
    for address, records in named.items():
        blobs.adopt(server, address, records)


def _told(server: Server, node: str, kind: str, by: str) -> Entry:
    entry = entry_of(server, node)
    assert entry is not None
    total = sum(entry.counts.values())
    audit.note(
        server, kind, by=by, owner=entry.user_id, device=node,
        detail=f"{total} changes, {entry.accepted} accepted, {entry.refused} refused",
    )  # fmt: skip
    return entry
