"""What travels between a device and the server, and how it is packed.

Here: what both protocols share, and protocol 1 (an object an operation, JSON in zstd); `wire` is
protocol 2. Everything received is bounded before it is unpacked, and checked while it is read.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import zstandard
from msgspec import Struct

from crm_core.clock import is_stamp
from crm_core.errors import SyncCode, SyncError
from crm_core.sync.change import LONGEST_READ, Operation, operation_from_json

PROTOCOL = 2
"""What this version speaks (`wire`)."""
SERVED = frozenset({1, 2})
"""What a server still understands: this one and the one before."""
MEDIA_TYPE = "application/vnd.suixing.sync+zstd"
MAX_BATCH_OPERATIONS = 2_000
MAX_PACKED_BYTES = 16 * 2**20
MAX_UNPACKED_BYTES = 128 * 2**20


_SAID_TO_OLDER = {
    SyncCode.RECORD_PURGED: SyncCode.FORBIDDEN,
    SyncCode.RECORD_ERASED: SyncCode.FORBIDDEN,
}
"""Codes that programs of protocol 1 have not heard of, and what they understand instead."""


class Ack(Struct, frozen=True, gc=False):
    """The server's verdict on one pushed operation; everything acknowledged is durable."""

    replica_seq: int
    hlc: str = ""
    """The effective stamp, where it differs from the author's."""
    base: str = ""
    refused: SyncCode | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PullReply:
    """One page of what a device has not seen."""

    operations: tuple[Operation, ...]
    leave: tuple[tuple[str, str], ...]
    """(entity, id) of records the device may no longer see."""
    cursor: int
    lineage: str
    more: bool
    views: Mapping[str, str] | None = None
    """On the first page of a fill: by entity, a name for which fields are withheld how far. A
    device drops what it has of an entity whose name differs from the one it has kept."""


@dataclass(frozen=True, slots=True)
class PushMessage:
    """A batch a device sends."""

    operations: Sequence[Operation]
    device_ms: int
    """The device's clock when it sent them."""
    lineage: str = ""


def compressed(text: bytes) -> bytes:
    """Bytes as they travel. Level 1: smaller than 3 on our messages, and four times quicker."""
    return zstandard.ZstdCompressor(level=1).compress(text)


def decompressed(data: bytes) -> bytes:
    """Unpack; SyncError(TOO_LARGE or MALFORMED) for anything else, never more memory than
    MAX_UNPACKED_BYTES."""
    if len(data) > MAX_PACKED_BYTES:
        raise SyncError(SyncCode.TOO_LARGE, "packed")
    try:
        reader = zstandard.ZstdDecompressor().stream_reader(data)
        text = reader.read(MAX_UNPACKED_BYTES + 1)
    except zstandard.ZstdError as error:
        raise SyncError(SyncCode.MALFORMED, "not zstd") from error
    if len(text) > MAX_UNPACKED_BYTES:
        raise SyncError(SyncCode.TOO_LARGE, "unpacked")
    return text


def pack(message: Mapping[str, Any]) -> bytes:
    """A message of protocol 1 as compressed bytes."""
    return compressed(json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode())


def unpack(data: bytes) -> dict[str, Any]:
    """Read a message of protocol 1; SyncError as `decompressed`, and MALFORMED."""
    text = decompressed(data)
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SyncError(SyncCode.MALFORMED, "not JSON") from error
    if not isinstance(message, dict):
        raise SyncError(SyncCode.MALFORMED, "not an object")
    return message


def operations_from(wire: object) -> list[Operation]:
    """Read a list of operations of at most MAX_BATCH_OPERATIONS."""
    if not isinstance(wire, list):
        raise SyncError(SyncCode.MALFORMED, "operations must be a list")
    if len(wire) > MAX_BATCH_OPERATIONS:
        raise SyncError(SyncCode.TOO_LARGE, "too many operations")
    return [operation_from_json(item) for item in wire]


def push_from(data: bytes) -> PushMessage:
    """Read a batch of protocol 1."""
    message = unpack(data)
    operations, device_ms = operations_from(message.get("operations")), message.get("device_ms")
    if not isinstance(device_ms, int) or isinstance(device_ms, bool) or abs(device_ms) > 2**48:
        raise SyncError(SyncCode.MALFORMED, "device_ms must be milliseconds since 1970")
    return PushMessage(operations, device_ms)


def acks_bytes(acks: Sequence[Ack], *, lineage: str, server_ms: int) -> bytes:
    """The reply to a push of protocol 1."""
    return pack({"acks": acks_as_json(acks), "lineage": lineage, "server_ms": server_ms})


def page_bytes(reply: PullReply) -> bytes:
    """A page of protocol 1."""
    return pack(pull_as_json(reply))


def acks_as_json(acks: Sequence[Ack]) -> list[dict[str, Any]]:
    """The wire form of acknowledgements; plain ones are just their number."""
    wire: list[dict[str, Any]] = []
    for ack in acks:
        item: dict[str, Any] = {"seq": ack.replica_seq}
        if ack.hlc:
            item |= {"hlc": ack.hlc, "base": ack.base}
        if ack.refused is not None:
            code = _SAID_TO_OLDER.get(ack.refused, ack.refused)
            item |= {"refused": code.value, "detail": ack.detail}
        wire.append(item)
    return wire


def acks_from(wire: object) -> list[Ack]:
    """Read acknowledgements; SyncError(MALFORMED) when they are not."""
    if not isinstance(wire, list):
        raise SyncError(SyncCode.MALFORMED, "acknowledgements")
    try:
        acks = [
            Ack(
                replica_seq=int(item["seq"]),
                hlc=str(item.get("hlc", "")),
                base=str(item.get("base", "")),
                refused=SyncCode(item["refused"]) if "refused" in item else None,
                detail=str(item.get("detail", "")),
            )
            for item in wire
        ]
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise SyncError(SyncCode.MALFORMED, "acknowledgements") from error
    if not all(is_stamp(a.hlc) and is_stamp(a.base) for a in acks if a.hlc or a.base):
        raise SyncError(SyncCode.MALFORMED, "acknowledgements carry stamps")
    return acks


def pull_as_json(reply: PullReply) -> dict[str, Any]:
    """The wire form of a page."""
    return {
        "operations": [o.as_json() for o in reply.operations],
        "leave": [list(pair) for pair in reply.leave],
        "cursor": reply.cursor,
        "lineage": reply.lineage,
        "more": reply.more,
    }


def pull_from(wire: Mapping[str, Any]) -> PullReply:
    """Read a page; SyncError(MALFORMED) when it is not one."""
    try:
        return PullReply(
            operations=tuple(
                operation_from_json(item, longest=LONGEST_READ) for item in wire["operations"]
            ),
            leave=tuple((str(entity), str(record)) for entity, record in wire["leave"]),
            cursor=int(wire["cursor"]),
            lineage=str(wire["lineage"]),
            more=bool(wire["more"]),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise SyncError(SyncCode.MALFORMED, "page") from error
