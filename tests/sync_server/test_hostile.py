"""Bodies no app would send: each gets its documented code, and nothing is half applied."""

import json
from typing import Any

import httpx
import pytest
import zstandard

from crm_core.errors import SyncCode
from crm_core.sync import wire
from crm_core.sync.protocol import MAX_PACKED_BYTES, PushMessage, pack
from tests.sync_server.conftest import ON_SQLITE, SignsIn
from tests.sync_server.live import HEADERS, LiveDevice, LiveServer
from tests.sync_server.test_push import customer_of


def compressed(text: bytes) -> bytes:
    """As the wire has it."""
    return zstandard.ZstdCompressor(level=1).compress(text)


def message(device: LiveDevice, *operations: Any, **more: Any) -> bytes:
    """A packed push of anything."""
    known = {"device_ms": device.now_ms(), "lineage": "", "operations": list(operations)}
    return pack(known | more)


@ON_SQLITE
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "malformed"),
        (b"not zstd at all", 400, "malformed"),
        (compressed(b"not json"), 400, "malformed"),
        (compressed(b"[]"), 400, "malformed"),
        (compressed(b"\xff\xfe"), 400, "malformed"),
        (compressed(b"{}")[:-3], 400, "malformed"),
        (compressed(b'{"operations":' + b"[" * 200_000 + b"]" * 200_000 + b"}"), 400, "malformed"),
        (compressed(b'{"device_ms":' + b"9" * 10_000 + b"}"), 400, "malformed"),
        (compressed(b'{"device_ms":1e999,"operations":[]}'), 400, "malformed"),
        (compressed(b'{"device_ms":true,"operations":[]}'), 400, "malformed"),
        (compressed(b" " * (130 * 2**20)), 413, "too_large"),
        (b"x" * (MAX_PACKED_BYTES + 1), 413, "too_large"),
    ],
    ids=[
        "empty", "noise", "text", "list", "bytes", "cut", "deep", "digits", "infinity", "truth",
        "bomb", "oversized",
    ],
)  # fmt: skip
def test_a_body_that_is_no_batch(device: SignsIn, body: bytes, status: int, code: str) -> None:
    anna = device("anna")
    reply = anna.push_raw(body)
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert anna.push(customer_of(anna))[0].refused is None


@pytest.mark.parametrize(
    "damage",
    [
        {"verb": []}, {"verb": "drop"}, {"hlc": "soon"}, {"hlc": None}, {"base": 7},
        {"replica_seq": 0}, {"replica_seq": True}, {"replica_seq": 2**70}, {"replica_seq": "1"},
        {"id": ""}, {"id": "\ud800"}, {"id": "a\x00b"}, {"entity": "\udfff"}, {"entity": ["x"]},
        {"entity": "e" * 600}, {"value": [1]}, {"value": {"name": 1.5}}, {"value": {"name": {}}},
        {"value": {"\ud800": "x"}}, {"value": {"name": "\ud800"}}, {"value": {"name": 2**70}},
        {"before": {"a": "b"}}, {"field": "name"}, {"authored": "x"}, {"group": {}},
    ],
    ids=repr,
)  # fmt: skip
def test_one_damaged_operation_refuses_the_batch_whole(
    device: SignsIn, damage: dict[str, Any]
) -> None:
    anna = device("anna")
    good, bad = customer_of(anna), customer_of(anna)
    text = json.dumps(
        {
            "device_ms": anna.now_ms(),
            "operations": [good.as_json(), bad.as_json() | damage],
        }
    )
    reply = anna.push_raw(compressed(text.encode()))
    assert (reply.status_code, reply.json()["code"]) == (400, "malformed")
    assert good.key not in {o.key for o in anna.pull()}


@ON_SQLITE
def test_more_operations_than_a_batch_may_hold(device: SignsIn) -> None:
    anna = device("anna")
    one = customer_of(anna).as_json()
    reply = anna.push_raw(message(anna, *[one] * 2001))
    assert (reply.status_code, reply.json()["code"]) == (413, "too_large")
    reply = anna.push_raw(message(anna, operations={"a": 1}))
    assert (reply.status_code, reply.json()["code"]) == (400, "malformed")


@ON_SQLITE
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "malformed"),
        (b"{", 400, "malformed"),
        (b"[" * 60_000, 400, "malformed"),
        (b'{"login": 7, "password": []}', 400, "malformed"),
        (b'{"login": "' + b"a" * 300 + b'", "password": "b"}', 400, "malformed"),
        (b" " * 70_000, 413, "too_large"),
    ],
    ids=["empty", "cut", "deep", "types", "long", "oversized"],
)
def test_a_sign_in_that_is_none(
    shared_server: LiveServer, client: httpx.Client, body: bytes, status: int, code: str
) -> None:
    headers = HEADERS | {"Content-Type": "application/json"}
    reply = client.post(f"{shared_server.url}/v1/session", headers=headers, content=body)
    assert (reply.status_code, reply.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    "damage", [{"login": "an\0na"}, {"device_name": "\0"}, {"device": "a\0"}], ids=repr
)
def test_a_sign_in_with_what_no_database_keeps(
    shared_server: LiveServer, client: httpx.Client, damage: dict[str, str]
) -> None:
    body = {"login": "anna", "password": "x"} | damage
    reply = client.post(f"{shared_server.url}/v1/session", headers=HEADERS, json=body)
    assert (reply.status_code, reply.json()["code"]) == (400, "malformed")


@ON_SQLITE
@pytest.mark.parametrize("form", ["1", "2"])
def test_a_text_of_ten_megabytes_refuses_the_batch_whole(device: SignsIn, form: str) -> None:
    anna = device("anna")
    good, bad = customer_of(anna), customer_of(anna, name="长" * 3_500_000)
    body = message(anna, *(o.as_json() for o in (good, bad)))
    if form == "2":
        body = wire.push_bytes(PushMessage([good, bad], anna.now_ms()))
    about = anna.headers | {"X-Suixing-Protocol": form}
    reply = anna.client.post(f"{anna.server.url}/v1/sync/push", headers=about, content=body)
    assert (reply.status_code, reply.json()["code"]) == (400, "malformed")
    assert good.key not in {o.key for o in anna.pull()}


@pytest.mark.parametrize("owner", [["user-x"], [], True, 7, ""], ids=repr)
def test_an_owner_that_is_no_text_is_refused(device: SignsIn, owner: Any) -> None:
    anna = device("anna")
    [ack] = anna.push(customer_of(anna, owner=owner))
    assert ack.refused in {SyncCode.FORBIDDEN, SyncCode.INVALID_VALUE}


def test_names_that_look_like_orders_are_only_names(device: SignsIn) -> None:
    anna = device("anna")
    names = ("'; DROP TABLE customer; --", '" OR 1=1 --', "%s :name {0}", "=HYPERLINK(1)", "\u202e")
    told = [customer_of(anna, name=name) for name in names]
    assert [ack.refused for ack in anna.push(*told)] == [None] * len(names)
    held = {o.id: o.created_values.get("name") for o in anna.pull(every=True)}
    assert [held[o.id] for o in told] == list(names)


@ON_SQLITE
def test_a_body_of_unknown_length_is_cut_off_at_the_limit(device: SignsIn) -> None:
    anna = device("anna")
    chunks = (b"x" * 2**20 for _ in range(40))
    try:
        reply = anna.client.post(
            f"{anna.server.url}/v1/sync/push", headers=anna.headers, content=chunks
        )
    except httpx.TransportError:
        return  # The server answered and closed while we were still sending.
    assert (reply.status_code, reply.json()["code"]) == (413, "too_large")


@ON_SQLITE
@pytest.mark.parametrize(
    "query",
    [{"cursor": -1}, {"cursor": "x"}, {"cursor": 2**70}, {"limit": 0}, {"limit": 10**9}],
    ids=repr,
)
def test_a_page_asked_for_wrongly(device: SignsIn, query: dict[str, Any]) -> None:
    reply = device("anna").page_reply(**query)
    assert (reply.status_code, reply.json()["code"]) == (400, "malformed")


@ON_SQLITE
def test_paths_and_methods_that_do_not_exist(
    shared_server: LiveServer, client: httpx.Client
) -> None:
    for method, path, status in (("GET", "/v1/nothing", 404), ("PUT", "/v1/session", 405)):
        reply = client.request(method, f"{shared_server.url}{path}", headers=HEADERS)
        assert (reply.status_code, reply.json()["code"]) == (status, "malformed")
