"""Protocol 2: what travels arrives as it was, and whatever else arrives is refused as one code."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from crm_core.clock import ZERO_STAMP, make_stamp, successor
from crm_core.errors import SyncCode, SyncError
from crm_core.sync import protocol, wire
from crm_core.sync.change import Operation, Verb
from crm_core.sync.protocol import MAX_BATCH_OPERATIONS, Ack, PullReply, PushMessage

NODES = st.integers(0, 2**64 - 1).map(lambda n: f"{n:016x}")
STAMPS = st.builds(make_stamp, st.integers(1, 2**46), st.integers(0, 0xFFFF), NODES)
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20
)
NAMES = st.text("abcxyz_", min_size=1, max_size=8)
VALUES = (
    st.none() | st.booleans() | st.integers(-(2**61), 2**61) | TEXTS | st.lists(TEXTS, max_size=3)
)


@st.composite
def operations(draw: st.DrawFn) -> Operation:
    """Any operation that can be stored."""
    verb = draw(st.sampled_from(Verb))
    base = draw(st.just(ZERO_STAMP) | STAMPS)
    node = draw(NODES)
    value: Any = draw(
        {
            Verb.CREATE: st.dictionaries(NAMES, VALUES, max_size=4),
            Verb.SET: VALUES | st.fixed_dictionaries({"add": TEXTS}),
            Verb.DELETE: st.just(True),
        }[verb]
    )
    hlc = successor(base, node)
    return Operation(
        replica=node, replica_seq=draw(st.integers(1, 2**61)), entity=draw(NAMES), id=draw(NAMES),
        verb=verb, field=draw(NAMES) if verb is Verb.SET else "", value=value, before=draw(VALUES),
        hlc=hlc, base=base, group=draw(TEXTS), actor=draw(TEXTS), reason=draw(TEXTS),
        authored=draw(st.just("") | st.just(make_stamp(7, 1, node))),
    )  # fmt: skip


@given(st.lists(operations(), max_size=6), st.integers(-(2**47), 2**47))
def test_a_batch_arrives_as_it_was_sent(sent: list[Operation], millis: int) -> None:
    message = wire.push_from(wire.push_bytes(PushMessage(sent, millis, "lineage")))
    assert message == PushMessage(sent, millis, "lineage")


@given(st.lists(operations(), max_size=6))
def test_a_page_is_the_same_in_both_protocols(sent: list[Operation]) -> None:
    page = PullReply(tuple(sent), (("customer", "r1"),), 17, "lineage", more=True)
    assert wire.page_from(wire.page_bytes(page)) == page
    assert protocol.pull_from(protocol.unpack(protocol.page_bytes(page))) == page


@pytest.mark.parametrize("verb", [Verb.CREATE, Verb.SET])
def test_a_device_reads_past_a_text_no_server_should_have_taken(verb: Verb) -> None:
    """It would never get to what comes after it; sending one is refused."""
    long = "长" * 100_001
    value: Any = {"body": long} if verb is Verb.CREATE else long
    one = Operation(
        replica="a" * 16, replica_seq=1, entity="rule_version", id="v", verb=verb,
        field="body" if verb is Verb.SET else "", value=value, before=None,
        hlc=make_stamp(9, 0, "a" * 16),
        base=ZERO_STAMP, group="g", actor="u",
    )  # fmt: skip
    page = PullReply((one,), (), 17, "lineage", more=True)
    assert wire.page_from(wire.page_bytes(page)) == page
    assert protocol.pull_from(protocol.unpack(protocol.page_bytes(page))) == page
    with pytest.raises(SyncError):
        wire.push_from(wire.push_bytes(PushMessage([one], 0)))


def test_verdicts_arrive_whole() -> None:
    moved = make_stamp(9, 0, "a" * 16)
    acks = [
        Ack(1),
        Ack(2, hlc=moved, base=ZERO_STAMP),
        Ack(3, refused=SyncCode.FORBIDDEN, detail="不行"),
    ]
    body = wire.acks_bytes(acks, lineage="l", server_ms=5)
    assert wire.acks_from(body) == (acks, "l", 5)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
GOOD = [0, 1, 0, "customer", "r1", 1, "name", "甲", None, 5 << 16]


def packed(message: object) -> bytes:
    return zstandard.ZstdCompressor().compress(json.dumps(message).encode())


def a_push(operation: object, **more: object) -> dict[str, object]:
    return {
        "device_ms": 1, "nodes": ["a" * 16], "acts": [["g", "u"]], "operations": [operation],
    } | more  # fmt: skip


def test_the_good_one_is_good() -> None:
    assert len(wire.push_from(packed(a_push(GOOD))).operations) == 1


def refusal(read: Callable[[bytes], object], body: bytes) -> SyncCode | None:
    """The code of a refusal, None where the body is read; any other failure is a bug."""
    try:
        read(body)
    except SyncError as error:
        return error.sync_code
    return None


@given(st.integers(0, len(GOOD) - 1), JSON, st.binary(max_size=50))
def test_anything_else_is_one_code(place: int, junk: object, noise: bytes) -> None:
    bad = [*GOOD[:place], junk, *GOOD[place + 1 :]]
    for read in (wire.push_from, wire.page_from, wire.acks_from):
        for body in (packed(junk), packed(a_push(bad)), packed(a_push(junk)), noise):
            assert refusal(read, body) in (None, SyncCode.MALFORMED, SyncCode.TOO_LARGE)


@pytest.mark.parametrize(
    "bad",
    [
        a_push([1, *GOOD[1:]]),
        a_push([*GOOD[:2], 9, *GOOD[3:]]),
        a_push([*GOOD[:7], "零\0", *GOOD[8:]]),
        a_push([*GOOD[:7], "\ud800", *GOOD[8:]]),
        a_push([*GOOD[:8], "零\0", *GOOD[9:]]),
        a_push([*GOOD[:4], "r\0", *GOOD[5:]]),
        a_push([*GOOD[:7], float("nan"), *GOOD[8:]]),
        a_push([*GOOD[:7], 2**63, *GOOD[8:]]),
        a_push([*GOOD[:7], "长" * 100_001, *GOOD[8:]]),
        a_push([*GOOD[:9], 0x7FFF00000000 << 16]),
        a_push([*GOOD[:9], 5 << 16, 6 << 16]),
        a_push([*GOOD[:5], 0, *GOOD[6:]]),
        a_push(GOOD, nodes=["a" * 15]),
        a_push(GOOD, acts=[["g\0", "u"]]),
        a_push(GOOD, device_ms=2**60),
    ],
)
def test_what_cannot_be_stored_is_malformed(bad: object) -> None:
    with pytest.raises(SyncError) as caught:
        wire.push_from(packed(bad))
    assert caught.value.sync_code is SyncCode.MALFORMED


def test_too_much_is_too_large() -> None:
    many = a_push(None, operations=[GOOD] * (MAX_BATCH_OPERATIONS + 1))
    with pytest.raises(SyncError) as caught:
        wire.push_from(packed(many))
    assert caught.value.sync_code is SyncCode.TOO_LARGE


def test_deep_nesting_is_malformed() -> None:
    deep = zstandard.ZstdCompressor().compress(b"[" * 500_000)
    with pytest.raises(SyncError) as caught:
        wire.push_from(deep)
    assert caught.value.sync_code is SyncCode.MALFORMED
