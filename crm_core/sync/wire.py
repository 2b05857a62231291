"""Protocol 2: operations as arrays, what recurs said once, checked while they are decoded.

A message names its devices and acts; an operation refers to them by place. Stamps travel as
integers (`clock.stamp_ticks`). JSON by msgspec, whose types do most of the checking in C; packed
with zstd like protocol 1 (`protocol`), which is served beside it.
"""

from collections.abc import Sequence
from operator import le
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from msgspec import Meta, Struct, ValidationError
from msgspec.structs import astuple

from crm_core.clock import (
    ZERO_STAMP,
    is_stamp,
    stamp_from_ticks,
    stamp_node,
    stamp_ticks,
    stamps_of,
    ticks_of,
)
from crm_core.errors import SyncCode, SyncError
from crm_core.model.schema import LONGEST
from crm_core.sync.change import LONGEST_READ, SET, Operation, Verb, check_payload
from crm_core.sync.protocol import (
    MAX_BATCH_OPERATIONS,
    Ack,
    PullReply,
    PushMessage,
    compressed,
    decompressed,
)

_VERBS = (Verb.CREATE, Verb.SET, Verb.DELETE)
_NUMBERS = {verb: number for number, verb in enumerate(_VERBS)}

_Text = Annotated[str, Meta(max_length=LONGEST)]
_LongText = Annotated[str, Meta(max_length=LONGEST_READ)]
_Short = Annotated[str, Meta(max_length=500)]
_Number = Annotated[int, Meta(gt=-(2**62), lt=2**62)]
_Item = None | bool | _Number | _Text
_Value = None | bool | _Number | _Text | list[_Item]
_LongItem = None | bool | _Number | _LongText
_LongValue = None | bool | _Number | _LongText | list[_LongItem]
V = TypeVar("V")
B = TypeVar("B")
_Ticks = Annotated[int, Meta(ge=0, lt=0x7FFF00000000 << 16)]
_Place = Annotated[int, Meta(ge=0)]


class _OpOf(Struct, Generic[V, B], array_like=True, frozen=True, gc=False):
    """One operation; `node`, `act` and `base_node` are places in the message's lists."""

    node: _Place
    seq: Annotated[int, Meta(gt=0, lt=2**62)]
    act: _Place
    entity: Annotated[str, Meta(min_length=1, max_length=500)]
    id: Annotated[str, Meta(min_length=1, max_length=500)]
    verb: Annotated[int, Meta(ge=0, le=2)]
    field: _Short
    value: V
    before: B
    at: _Ticks
    base_at: _Ticks = 0
    base_node: _Place = 0
    authored: _Ticks = 0


_Op = _OpOf[_Value | dict[_Short, _Value], _Value]
_PageOp = _OpOf[_LongValue | dict[_Short, _LongValue], _LongValue]
"""What a server has is read, also where it should never have taken it: a page that cannot be read
would keep the device from everything after it."""


class _Act(Struct, array_like=True, frozen=True, gc=False):
    """What the operations of one act have in common."""

    id: _Short
    actor: _Short
    reason: _Short = ""


_Node = Annotated[str, Meta(pattern="^[0-9a-f]{16}$")]


class _Push(Struct):
    """A batch from one device."""

    device_ms: Annotated[int, Meta(ge=-(2**48), le=2**48)]
    nodes: list[_Node]
    acts: list[_Act]
    operations: Annotated[list[_Op], Meta(max_length=MAX_BATCH_OPERATIONS)]
    lineage: _Short = ""


class _Verdict(Struct, array_like=True, frozen=True, gc=False):
    """What became of one operation, where it is more than "taken as sent"."""

    seq: int
    hlc: _Short = ""
    base: _Short = ""
    refused: _Short = ""
    detail: str = ""


class _Acks(Struct):
    """The reply to a push: numbers taken as they were sent, and the rest one by one."""

    taken: list[int]
    verdicts: list[_Verdict]
    lineage: str
    server_ms: int


class _Page(Struct):
    """One page of a pull."""

    nodes: list[_Node]
    acts: list[_Act]
    operations: list[_PageOp]
    leave: list[tuple[str, str]]
    cursor: int
    lineage: str
    more: bool
    views: dict[_Short, _Short] | None = None


_NOBODY = stamp_node(ZERO_STAMP)
_encode = msgspec.json.Encoder().encode
_decode_push = msgspec.json.Decoder(_Push).decode
_decode_acks = msgspec.json.Decoder(_Acks).decode
_decode_page = msgspec.json.Decoder(_Page).decode


def push_bytes(message: PushMessage) -> bytes:
    """A batch as it travels."""
    nodes, acts, operations = _shared(message.operations)
    return compressed(
        _encode(_Push(message.device_ms, nodes, acts, operations, lineage=message.lineage))
    )


def push_from(body: bytes) -> PushMessage:
    """Read a batch; SyncError(MALFORMED, TOO_LARGE) for anything that is not one."""
    text = decompressed(body)
    try:
        wire = _decode_push(text)
    except ValidationError as error:
        too_many = "length <=" in str(error) and "operations`" in str(error)
        code = SyncCode.TOO_LARGE if too_many else SyncCode.MALFORMED
        raise SyncError(code, _where(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SyncError(SyncCode.MALFORMED, "not JSON") from error
    operations = _operations(wire.operations, wire.nodes, wire.acts, strict=b"\\u0000" in text)
    return PushMessage(operations, wire.device_ms, wire.lineage)


def acks_bytes(acks: Sequence[Ack], *, lineage: str, server_ms: int) -> bytes:
    """The reply to a push as it travels."""
    plain = [a.replica_seq for a in acks if not a.hlc and not a.base and a.refused is None]
    taken = set(plain)
    verdicts = [
        _Verdict(a.replica_seq, a.hlc, a.base, a.refused.value if a.refused else "", a.detail)
        for a in acks
        if a.replica_seq not in taken
    ]
    return compressed(_encode(_Acks(plain, verdicts, lineage, server_ms)))


def acks_from(body: bytes) -> tuple[list[Ack], str, int]:
    """Read the reply to a push: acknowledgements, lineage, server time in milliseconds."""
    try:
        wire = _decode_acks(decompressed(body))
        verdicts = [
            Ack(v.seq, hlc=v.hlc, base=v.base,
                refused=SyncCode(v.refused) if v.refused else None, detail=v.detail)
            for v in wire.verdicts
        ]  # fmt: skip
    except (ValueError, RecursionError) as error:
        raise SyncError(SyncCode.MALFORMED, "acknowledgements") from error
    if not all(is_stamp(a.hlc) and is_stamp(a.base) for a in verdicts if a.hlc or a.base):
        raise SyncError(SyncCode.MALFORMED, "acknowledgements carry stamps")
    return [*(Ack(number) for number in wire.taken), *verdicts], wire.lineage, wire.server_ms


def page_bytes(reply: PullReply) -> bytes:
    """A page as it travels."""
    nodes, acts, operations = _shared(reply.operations)
    views = None if reply.views is None else dict(reply.views)
    page = _Page(nodes, acts, operations, list(reply.leave), reply.cursor, reply.lineage,
                 reply.more, views)  # fmt: skip
    return compressed(_encode(page))


def page_from(body: bytes) -> PullReply:
    """Read a page; SyncError(MALFORMED) when it is not one."""
    text = decompressed(body)
    try:
        wire = _decode_page(text)
    except (ValueError, RecursionError) as error:
        raise SyncError(SyncCode.MALFORMED, "page") from error
    operations = _operations(
        wire.operations, wire.nodes, wire.acts, strict=b"\\u0000" in text, longest=LONGEST_READ
    )
    return PullReply(
        tuple(operations), tuple(wire.leave), wire.cursor, wire.lineage, wire.more, wire.views
    )


def _where(error: ValidationError) -> str:
    """What is wrong and where, never the value itself."""
    return str(error)[:200]


def _shared(
    operations: Sequence[Operation],
) -> tuple[list[str], list[_Act], list[_OpOf[Any, Any]]]:
    """Operations with what they share taken out."""
    nodes: dict[str, int] = {}
    acts: dict[tuple[str, str, str], int] = {}
    wire: list[_OpOf[Any, Any]] = []
    moments, seen = ticks_of([o.hlc for o in operations]), ticks_of([o.base for o in operations])
    for o, at, base_at in zip(operations, moments, seen, strict=True):
        base_node = 0
        if o.base != ZERO_STAMP:
            base_node = nodes.setdefault(stamp_node(o.base), len(nodes))
        wire.append(
            _OpOf(
                nodes.setdefault(o.replica, len(nodes)), o.replica_seq,
                acts.setdefault((o.group, o.actor, o.reason), len(acts)), o.entity, o.id,
                _NUMBERS[o.verb], o.field, o.value, o.before, at, base_at, base_node,
                stamp_ticks(o.authored) if o.authored else 0,
            )
        )  # fmt: skip
    return list(nodes), [_Act(*act) for act in acts], wire


def _operations(
    wire: Sequence[_OpOf[Any, Any]], nodes: Sequence[str], acts: Sequence[_Act], *, strict: bool,
    longest: int = LONGEST,
) -> list[Operation]:  # fmt: skip
    """Operations put together again. `strict`: look at every text for what cannot be stored."""
    try:
        by, meant = [nodes[o.node] for o in wire], [acts[o.act] for o in wire]
        seen_by = [nodes[o.base_node] if o.base_at or o.base_node else _NOBODY for o in wire]
    except IndexError as error:
        raise SyncError(SyncCode.MALFORMED, "an operation refers to nothing") from error
    stamps = stamps_of([o.at for o in wire], by)
    bases = stamps_of([o.base_at for o in wire], seen_by)
    if any(map(le, stamps, bases)):
        raise SyncError(SyncCode.MALFORMED, "hlc must be later than what the author saw")
    made: list[Operation] = []
    names = dict[str, str]()  # Of one object each: compared, and looked for, in no time.
    for o, node, act, hlc, base in zip(wire, by, meant, stamps, bases, strict=True):
        verb = _VERBS[o.verb]
        if strict:
            texts = (o.entity, o.id, *astuple(act))
            check_payload(SET, "x", o.before, texts=texts, longest=longest)
        if strict or verb is not SET or not o.field or isinstance(o.value, dict):
            check_payload(verb, o.field, o.value, longest=longest)
        made.append(
            Operation(
                replica=node, replica_seq=o.seq, entity=names.setdefault(o.entity, o.entity),
                id=o.id, verb=verb, field=names.setdefault(o.field, o.field), value=o.value,
                before=o.before, hlc=hlc, base=base, group=act.id, actor=act.actor,
                reason=act.reason,
                authored=stamp_from_ticks(o.authored, node) if o.authored else "",
            )
        )  # fmt: skip
    return made
