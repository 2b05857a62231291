"""Signing in, staying in and being thrown out, against the real server process."""

import sqlite3
from typing import Any

import httpx
import pytest
from argon2 import extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from sync_server.auth import passwords
from tests.sync_server.conftest import ON_SQLITE, SignsIn, signed_in
from tests.sync_server.live import HEADERS, PASSWORD, LiveDevice, LiveServer


def attempt(
    server: LiveServer, client: httpx.Client, login: str, password: str, **more: Any
) -> httpx.Response:
    """One try to sign in."""
    body = {"login": login, "password": password, "device_name": "x", "device_ms": 0} | more
    return client.post(f"{server.url}/v1/session", headers=HEADERS, json=body)


def renew(device: LiveDevice, token: str, node: str = "") -> httpx.Response:
    """One try to trade a refresh token."""
    body = {"refresh": token, "node": node or device.node}
    return device.client.post(f"{device.server.url}/v1/session/refresh", headers=HEADERS, json=body)


def code_of(reply: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal, which has the one form of all refusals."""
    assert set(reply.json()) == {"code", "message_zh", "message_en", "detail"}
    return reply.status_code, reply.json()["code"]


def test_health_and_the_api_document_need_no_session(
    shared_server: LiveServer, client: httpx.Client
) -> None:
    health = client.get(f"{shared_server.url}/v1/health").json()
    assert health["ok"] is True
    assert health["organisation"] == "随行测试"
    assert health["protocol"] == 2
    document = client.get(f"{shared_server.url}/openapi.json").json()
    assert {"/v1/session", "/v1/sync/push", "/v1/sync/pull", "/v1/live"} <= set(document["paths"])


def test_a_session_says_who_where_and_when(device: SignsIn) -> None:
    anna = device("anna")
    session = anna.session
    assert len(anna.node) == 16
    assert session["user"]["name"] == "anna"
    assert session["user"]["role"] == "rep"
    assert session["access_expires_in"] > 60
    assert abs(session["server_ms"] - anna.now_ms()) < 60_000
    node = anna.node
    anna.sign_in()
    assert anna.node == node, "a device keeps its number"
    assert device("anna").node != node


def test_another_persons_device_number_is_not_given_away(
    device: SignsIn, shared_server: LiveServer, client: httpx.Client
) -> None:
    anna = device("anna")
    session = attempt(shared_server, client, "ben", PASSWORD, device=anna.node).json()
    assert session["node"] != anna.node


@pytest.mark.parametrize(
    ("login", "password"), [("anna", "wrong"), ("nobody", PASSWORD), ("", ""), ("\udc80", "\udc80")]
)
def test_wrong_credentials_are_one_answer(
    shared_server: LiveServer, client: httpx.Client, login: str, password: str
) -> None:
    body = ascii_json(login, password)
    reply = client.post(
        f"{shared_server.url}/v1/session",
        headers=HEADERS | {"Content-Type": "application/json"}, content=body,
    )  # fmt: skip
    assert code_of(reply) in [(401, "bad_credentials"), (400, "malformed")]
    device = LiveDevice(shared_server, "anna", client)
    device.sign_in()


def ascii_json(login: str, password: str) -> bytes:
    """JSON that can carry what UTF-8 cannot."""
    parts = ['"' + "".join(f"\\u{ord(c):04x}" for c in text) + '"' for text in (login, password)]
    return f'{{"login": {parts[0]}, "password": {parts[1]}, "device_name": ""}}'.encode()


@ON_SQLITE
def test_full_width_and_capital_letters_sign_in_the_same_person(
    shared_server: LiveServer, client: httpx.Client
) -> None:
    assert attempt(shared_server, client, " ＡＮＮＡ ", PASSWORD).status_code == 200


@pytest.mark.parametrize("login", ["carl", "nobody-at-all"])
def test_five_wrong_passwords_lock_a_login_known_or_not(
    live_server: LiveServer, client: httpx.Client, login: str
) -> None:
    for _ in range(5):
        assert code_of(attempt(live_server, client, login, "wrong")) == (401, "bad_credentials")
    reply = attempt(live_server, client, login, PASSWORD)
    assert code_of(reply) == (429, "locked_out")
    assert 0 < int(reply.headers["Retry-After"]) <= 30
    if login == "carl":
        live_server.cli("user", "password", login, "--password-stdin", typed="another one\n")
        assert attempt(live_server, client, login, "another one").status_code == 200


def test_each_wrong_password_after_the_fifth_locks_for_longer(
    live_server: LiveServer, client: httpx.Client
) -> None:
    waits = []
    for _ in range(7):
        attempt(live_server, client, "carl", "wrong")
        with sqlite3.connect(live_server.folder / "suixing.db") as direct:
            [(locked,)] = direct.execute("SELECT locked_until FROM server_attempt").fetchall()
            direct.execute("UPDATE server_attempt SET locked_until = 1")
        direct.close()
        waits.append(locked)
    assert waits[4] < waits[5] < waits[6]
    assert round((waits[6] - waits[5]) / 1000) >= 50


def test_a_refresh_token_ends_the_session_once_its_successor_was_used(device: SignsIn) -> None:
    anna = device("anna")
    first = anna.session["refresh"]
    renewed = renew(anna, first)
    assert renewed.status_code == 200
    anna.session = renewed.json()
    assert anna.page_reply().status_code == 200
    assert code_of(renew(anna, first)) == (401, "token_expired")
    assert code_of(anna.page_reply()) == (401, "token_expired")
    assert code_of(renew(anna, renewed.json()["refresh"])) == (401, "token_expired")


def test_a_refresh_whose_reply_was_lost_may_be_asked_for_again(device: SignsIn) -> None:
    anna = device("anna")
    first = anna.session["refresh"]
    lost = renew(anna, first).json()
    again = renew(anna, first)
    assert again.status_code == 200
    anna.session = {**again.json(), "access": lost["access"]}
    assert code_of(anna.page_reply()) == (401, "token_expired"), "the lost pair is void"
    anna.session = again.json()
    assert renew(anna, again.json()["refresh"]).status_code == 200


def test_a_refresh_token_is_over_once_its_successor_was_traded(device: SignsIn) -> None:
    anna = device("anna")
    first = anna.session["refresh"]
    second = renew(anna, first).json()["refresh"]
    third = renew(anna, second).json()
    assert code_of(renew(anna, first)) == (401, "token_expired")
    anna.session = third
    assert code_of(anna.page_reply()) == (401, "token_expired"), "a replay ends the session"


def test_a_lost_pair_that_turns_up_after_all_ends_the_session(device: SignsIn) -> None:
    anna = device("anna")
    first = anna.session["refresh"]
    lost = renew(anna, first).json()
    anna.session = renew(anna, first).json()
    assert anna.page_reply().status_code == 200
    assert code_of(renew(anna, lost["refresh"])) == (401, "token_expired")
    assert code_of(anna.page_reply()) == (401, "token_expired")


def test_a_refresh_token_is_bound_to_its_device(device: SignsIn) -> None:
    anna, other = device("anna"), device("anna")
    assert code_of(renew(anna, anna.session["refresh"], other.node)) == (401, "token_expired")
    assert code_of(renew(anna, anna.session["access"])) == (401, "token_expired")


def test_signing_out_ends_the_session(device: SignsIn) -> None:
    anna = device("anna")
    reply = anna.client.delete(f"{anna.server.url}/v1/session", headers=anna.headers)
    assert reply.status_code == 204
    assert code_of(anna.page_reply()) == (401, "token_expired")
    assert code_of(renew(anna, anna.session["refresh"])) == (401, "token_expired")


def test_a_revoked_device_is_told_so_and_gets_another_number(
    live_server: LiveServer, client: httpx.Client
) -> None:
    anna = signed_in(live_server, client, "anna")
    assert anna.node in live_server.cli("device", "list")
    live_server.cli("device", "revoke", anna.node)
    assert code_of(anna.page_reply()) == (403, "device_revoked")
    assert code_of(anna.push_reply([])) == (403, "device_revoked")
    assert code_of(renew(anna, anna.session["refresh"])) == (403, "device_revoked")
    revoked = anna.node
    anna.sign_in()
    assert anna.node != revoked


def test_somebody_let_go_is_out_on_every_device(
    live_server: LiveServer, client: httpx.Client
) -> None:
    ben = signed_in(live_server, client, "ben")
    live_server.cli("user", "deactivate", "ben")
    assert code_of(ben.page_reply()) == (403, "device_revoked")
    assert code_of(attempt(live_server, client, "ben", PASSWORD)) == (401, "bad_credentials")


@ON_SQLITE
@pytest.mark.parametrize("named", [{}, {"X-Suixing-Protocol": "3"}, {"X-Suixing-Protocol": "x"}])
def test_another_protocol_is_refused(device: SignsIn, named: dict[str, str]) -> None:
    anna = device("anna")
    headers = {"Authorization": anna.headers["Authorization"]} | named
    reply = anna.client.get(f"{anna.server.url}/v1/sync/pull", headers=headers)
    assert code_of(reply) == (426, "protocol_unsupported")


@ON_SQLITE
@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer nonsense", "Basic YTpi"])
def test_without_a_token_nothing_is_answered(
    shared_server: LiveServer, client: httpx.Client, authorization: str
) -> None:
    headers = HEADERS | ({"Authorization": authorization} if authorization else {})
    for path in ("/v1/sync/pull", "/v1/live"):
        reply = client.get(f"{shared_server.url}{path}", headers=headers)
        assert code_of(reply) == (401, "token_expired")


def test_what_is_stored_of_a_password_costs_what_rfc_9106_advises() -> None:
    keeper = passwords()
    for stored in (keeper.hashed("x"), keeper.decoy):
        assert extract_parameters(stored) == RFC_9106_LOW_MEMORY
    assert keeper.matches(keeper.hashed("x"), "x")


def test_tokens_and_passwords_are_nowhere_in_the_data(device: SignsIn) -> None:
    anna = device("anna")
    stored = b"".join(p.read_bytes() for p in anna.server.folder.glob("suixing.db*"))
    for secret in (anna.session["access"], anna.session["refresh"], PASSWORD):
        assert secret.encode() not in stored
