"""What arrives from the network is bounded and checked; nothing but SyncError comes of garbage."""

import json

import pytest
import zstandard
from hypothesis import example, given
from hypothesis import strategies as st

from crm_core.clock import ZERO_STAMP, make_stamp
from crm_core.errors import SyncCode, SyncError
from crm_core.sync.change import Operation, Verb, operation_from_json
from crm_core.sync.protocol import (
    MAX_BATCH_OPERATIONS,
    MAX_PACKED_BYTES,
    MAX_UNPACKED_BYTES,
    Ack,
    PullReply,
    acks_as_json,
    acks_from,
    operations_from,
    pack,
    pull_as_json,
    pull_from,
    unpack,
)

NODE = "a" * 16
GOOD: dict[str, object] = Operation(
    replica=NODE, replica_seq=1, entity="customer", id="r1", verb=Verb.SET, field="tags",
    value={"add": "甲"}, before=["乙"], hlc=make_stamp(5, 0, NODE), base=ZERO_STAMP, group="g",
    actor="u", reason="因为", authored=make_stamp(9, 0, NODE),
).as_json()  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters()), inner, max_size=3)
    ),
    max_leaves=5,
)


def code_of(caught: pytest.ExceptionInfo[SyncError]) -> SyncCode:
    return caught.value.sync_code


def test_an_operation_survives_the_wire() -> None:
    operation = operation_from_json(GOOD)
    message = unpack(pack({"operations": [operation.as_json()]}))
    assert operations_from(message["operations"]) == [operation]
    assert operation.as_json() == GOOD


@given(st.dictionaries(st.sampled_from(sorted(GOOD)), JSON, max_size=3) | JSON)
@example({"verb": []})
@example({"verb": {}})
@example({"authored": []})
@example({"group": "\ud800"})
@example({"value": {"\ud800": 1}})
@example({"value": {"a": {"b": 1}}})
def test_a_garbled_operation_is_read_or_refused(garbled: object) -> None:
    wire = {**GOOD, **garbled} if isinstance(garbled, dict) else garbled
    try:
        operation = operation_from_json(wire)
    except SyncError:
        return
    json.dumps(operation.as_json(), ensure_ascii=False).encode()
    assert operation.hlc > operation.base


@pytest.mark.parametrize(
    "broken",
    [
        {"hlc": ZERO_STAMP},
        {"hlc": "ffffffffffff-ffff-" + NODE},
        {"base": make_stamp(6, 0, NODE)},
        {"replica_seq": 0},
        {"replica_seq": True},
        {"replica_seq": 2**62},
        {"id": ""},
        {"field": ""},
        {"verb": "create"},
        {"verb": "upsert"},
        {"value": 2**62},
        {"value": 0.5},
        {"value": "x" * 100_001},
        {"value": [["nested"]]},
        {"reason": "x" * 501},
        {"id": "r\x00"},
    ],
)
def test_an_operation_out_of_bounds_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(SyncError) as caught:
        operation_from_json(GOOD | broken)
    assert code_of(caught) is SyncCode.MALFORMED


def test_a_bomb_is_stopped() -> None:
    bomb = zstandard.ZstdCompressor().compress(b" " * (MAX_UNPACKED_BYTES + 1))
    assert len(bomb) < 100_000
    with pytest.raises(SyncError) as caught:
        unpack(bomb)
    assert code_of(caught) is SyncCode.TOO_LARGE
    with pytest.raises(SyncError) as caught:
        unpack(b"x" * (MAX_PACKED_BYTES + 1))
    assert code_of(caught) is SyncCode.TOO_LARGE


@pytest.mark.parametrize(
    "text", [b"[" * 200_000, b"{", b"[]", b'"x"', b"\xff", b"1" * 6000, b'{"a":' * 5000]
)
def test_what_is_no_message_is_refused(text: bytes) -> None:
    with pytest.raises(SyncError) as caught:
        unpack(zstandard.ZstdCompressor().compress(text))
    assert code_of(caught) is SyncCode.MALFORMED


@given(st.binary(max_size=200))
def test_random_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(SyncError):
        unpack(data)


def test_half_a_message_is_refused() -> None:
    whole = pack({"a": "客户" * 500})
    with pytest.raises(SyncError):
        unpack(whole[: len(whole) // 2])


def test_a_batch_has_a_limit() -> None:
    with pytest.raises(SyncError) as caught:
        operations_from([GOOD] * (MAX_BATCH_OPERATIONS + 1))
    assert code_of(caught) is SyncCode.TOO_LARGE


def test_acknowledgements_and_pages_survive_the_wire() -> None:
    stamp = make_stamp(4, 0, NODE)
    acks = [Ack(1), Ack(2, hlc=stamp, base=ZERO_STAMP), Ack(3, refused=SyncCode.FORBIDDEN)]
    assert acks_from(acks_as_json(acks)) == acks
    page = PullReply((operation_from_json(GOOD),), (("customer", "r1"),), 7, "l", more=True)
    assert pull_from(unpack(pack(pull_as_json(page)))) == page


@given(st.lists(st.dictionaries(st.sampled_from(["seq", "hlc", "base", "refused"]), JSON)) | JSON)
@example([{"seq": float("inf")}])
@example([{"seq": 1, "hlc": "later"}])
@example([{"seq": 1, "refused": []}])
def test_garbled_acknowledgements_are_read_or_refused(wire: object) -> None:
    try:
        acks = acks_from(wire)
    except SyncError:
        return
    assert all(isinstance(ack, Ack) for ack in acks)


@given(st.dictionaries(st.sampled_from(["operations", "leave", "cursor", "lineage", "more"]), JSON))
@example({"operations": [], "leave": [], "cursor": float("inf"), "lineage": "", "more": 0})
def test_garbled_pages_are_read_or_refused(wire: dict[str, object]) -> None:
    try:
        page = pull_from(wire)
    except SyncError:
        return
    assert isinstance(page, PullReply)
