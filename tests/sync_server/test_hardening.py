"""What every answer carries, how fast and how slowly one may ask, what is never written down."""

import asyncio
import socket
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import uvicorn
from argon2 import PasswordHasher

from crm_core.errors import SyncCode, SyncError
from sync_server.api.edge import headers_for, patient
from sync_server.api.rates import Buckets, RateGate
from sync_server.app import build_app
from sync_server.auth import Passwords
from sync_server.config import Listen, Rate, Rates
from sync_server.patience import Patient
from sync_server.serving import uvicorn_config
from tests.sync_server.inside import PASSWORD, Inside, Visitor, code_of
from tests.sync_server.live import LiveDevice, LiveServer, wait_for


def limited(inside: Inside, rates: Rates | None) -> None:
    """Serve the same organisation under other limits."""
    server = inside.world.server
    inside.world.gate.app = build_app(replace(server, limits=replace(server.limits, rates=rates)))


# -- headers -------------------------------------------------------------------------------------


def test_every_route_answers_with_the_security_headers(inside: Inside) -> None:
    filled = {"entity": "customer", "record": "r", "address": "0" * 64, "snapshot": "0" * 32,
              "user_id": "u", "node": "0" * 16}  # fmt: skip
    anna = inside.enter("anna")
    routes = [*inside.routes(), ("GET", "/openapi.json"), ("GET", "/nowhere"), ("PUT", "/v1/live")]
    for asker in (anna, inside.stranger()):
        for method, path in routes:
            if (method, path) == ("DELETE", "/v1/session"):
                continue
            headers = asker.ask(method, path.format(**filled)).headers
            assert headers["x-content-type-options"] == "nosniff", path
            assert headers["x-frame-options"] == "DENY", path
            assert headers["content-security-policy"].startswith("default-src 'none'"), path
            assert headers["cache-control"] == "no-store", path
            assert headers.get_list("cache-control", split_commas=False) == ["no-store"], path
            assert "strict-transport-security" not in headers, "it was asked without TLS"
            assert "server" not in headers


def test_only_over_tls_browsers_are_told_to_stay_there() -> None:
    names = [dict(headers_for({"path": "/v1/x", "scheme": s})) for s in ("http", "https")]
    assert [b"strict-transport-security" in n for n in names] == [False, True]


def test_the_pages_of_the_api_are_off_unless_asked_for(inside: Inside) -> None:
    nobody = inside.stranger()
    assert [nobody.ask("GET", p).status_code for p in ("/docs", "/redoc")] == [404, 404]
    inside.world.gate.app = build_app(inside.world.server, documents=True)
    assert [nobody.ask("GET", p).status_code for p in ("/docs", "/redoc")] == [200, 200]


# -- rates ---------------------------------------------------------------------------------------


def test_five_hundred_people_behind_one_address_are_never_held_up(inside: Inside) -> None:
    now = 0.0
    rates = Rates()
    address, person = (Buckets(r, lambda: now) for r in (rates.address, rates.person))
    sign_in = Buckets(rates.sign_in, lambda: now)
    for user in range(500):
        sign_in.take("198.51.100.7")
        for _ in range(40):  # A first fill, all at the same moment.
            address.take("198.51.100.7")
            person.take(f"user-{user}")
    for _minute in range(5):
        now += 60
        for user in range(500):
            for _ in range(20):
                address.take("198.51.100.7")
                person.take(f"user-{user}")


def test_a_bucket_empties_says_how_long_and_fills_again() -> None:
    now = 100.0
    bucket = Buckets(Rate(burst=3, per_second=0.5), lambda: now)
    for _ in range(3):
        bucket.take("one")
    with pytest.raises(SyncError) as caught:
        bucket.take("one")
    assert (caught.value.sync_code, caught.value.detail) == (SyncCode.TOO_MANY, "2")
    bucket.take("another")
    now += 2
    bucket.take("one")


def test_who_asks_too_fast_is_told_when_to_come_again(inside: Inside) -> None:
    slow = Rate(burst=4, per_second=0.01)
    limited(inside, replace(Rates(), person=slow))
    anna, ben = inside.enter("anna"), inside.enter("ben")
    assert [anna.works for _ in range(5)] == ["ok"] * 4 + ["too_many"]
    reply = anna.ask("GET", "/v1/sync/pull")
    assert reply.status_code == 429
    assert int(reply.headers["Retry-After"]) > 1
    assert ben.works == "ok", "one person holds up nobody else"
    limited(inside, None)
    assert anna.works == "ok"


def test_passwords_are_taken_more_slowly_than_anything_else(inside: Inside) -> None:
    limited(inside, replace(Rates(), sign_in=Rate(burst=3, per_second=0.01)))
    codes = [code_of(inside.stranger(f"nobody-{n}").try_in("x")) for n in range(4)]
    assert codes == ["bad_credentials"] * 3 + ["too_many"]
    assert code_of(inside.stranger().ask("GET", "/v1/health")) == "ok"


def test_an_address_is_limited_whoever_asks(inside: Inside) -> None:
    limited(inside, replace(Rates(), address=Rate(burst=2, per_second=0.01)))
    nobody = inside.stranger()
    codes = [code_of(nobody.ask("GET", "/v1/health")) for _ in range(3)]
    assert codes == ["ok", "ok", "too_many"]


def test_a_network_of_ipv6_is_one_address_and_of_ipv4_many() -> None:
    gate = RateGate(replace(Rates(), address=Rate(burst=1, per_second=0.01)))
    gate.address("2001:db8::1")
    with pytest.raises(SyncError):
        gate.address("2001:db8::2")
    gate.address("2001:db8:0:1::2")
    gate.address("192.0.2.1")
    gate.address("192.0.2.2")


# -- slowness ------------------------------------------------------------------------------------


def test_a_body_of_which_nothing_comes_is_given_up() -> None:
    async def never() -> dict[str, object]:
        await asyncio.Event().wait()
        return {}

    message = asyncio.run(_first(patient(never, 0.01)))
    assert message == {"type": "http.disconnect"}


async def _first(receive: object) -> object:
    return await receive()  # type: ignore[operator]


def test_half_a_request_is_cut_off_and_a_whole_one_answered() -> None:
    class Hasty(Patient):
        header_seconds = 0.2

    async def app(scope: object, receive: object, send: object) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": b""})  # type: ignore[operator]

    async def talk() -> tuple[bytes, bytes]:
        at = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(app, http=Hasty, lifespan="off", log_level="critical")
        server = uvicorn.Server(config)
        task = asyncio.create_task(server._serve(sockets=[at]))
        while not server.started:
            await asyncio.sleep(0.01)
        said = []
        for request in (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HTTP/1.1\r\nHost"):
            reader, writer = await asyncio.open_connection(*at.getsockname())
            writer.write(request)
            said.append(await asyncio.wait_for(reader.read(12), 10))
            writer.close()
        server.should_exit = True
        await task
        return said[0], said[1]

    whole, half = asyncio.run(talk())
    assert whole == b"HTTP/1.1 204"
    assert half == b"", "the connection was closed"


# -- what an attacker could measure or read ------------------------------------------------------


class Counting(PasswordHasher):
    """Counts the verifications: as many mean as much time."""

    asked = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
        type(self).asked += 1
        return super().verify(hash, password)


@pytest.mark.parametrize("login", ["anna", "nobody", "", "closed"])
def test_every_wrong_password_costs_one_verification_whoever_it_is(
    inside: Inside, login: str
) -> None:
    hasher = Counting(time_cost=1, memory_cost=8, parallelism=1)
    counted = Passwords(hasher, hasher.hash("nobody has this one"))
    server = inside.world.server
    inside.world.gate.app = build_app(replace(server, passwords=counted))
    if login == "closed":
        boss = inside.enter("boss")
        boss.ask("POST", "/v1/admin/accounts/user-ben/close")
        login = "ben"
    Counting.asked = 0
    assert code_of(inside.stranger(login).try_in("wrong")) == "bad_credentials"
    assert Counting.asked == 1


def test_a_token_of_one_device_is_no_token_of_another(inside: Inside) -> None:
    one, two = inside.enter("anna"), inside.enter("ben")
    assert code_of(one.renew(token=two.session["refresh"])) == "token_expired"
    assert two.works == "token_expired", "who shows another's token ends that session"
    reply = one.ask("GET", "/v1/sync/pull", params={"node": two.node})
    assert code_of(reply) == "wrong_device"


def test_tokens_expire_and_a_stolen_one_ends_the_session(inside: Inside) -> None:
    anna = inside.enter("anna")
    thief = Visitor(inside.world, "anna", dict(anna.session))
    inside.world.time.advance(seconds=anna.session["access_expires_in"] + 1)
    assert anna.works == "token_expired"
    anna.session = anna.renew().json()
    assert anna.works == "ok"
    assert code_of(thief.renew()) == "token_expired"
    assert anna.works == "token_expired", "two held it: nobody goes on"
    late = inside.enter("anna")
    inside.world.time.advance(days=91)
    assert code_of(late.renew()) == "token_expired"


def test_no_secret_is_in_the_log_or_in_a_command_line(
    live_server: LiveServer, tmp_path: Path
) -> None:
    with httpx.Client(timeout=30, trust_env=False) as client:
        anna = LiveDevice(live_server, "anna", client)
        anna.sign_in()
        secrets = [anna.session["access"], anna.session["refresh"], PASSWORD, "query-secret"]
        anna.page_reply(node="query-secret")
        client.get(f"{live_server.url}/v1/nowhere?token=query-secret")
        anna.push_raw(b"query-secret")
        client.post(f"{live_server.url}/v1/session", content=b"query-secret")
    wait_for(lambda: live_server.url in live_server.log(), "the log is written")
    log = live_server.log()
    assert [secret for secret in secrets if secret in log] == []


def test_no_answer_waits_for_an_acknowledgement_of_what_came_before(
    shared_server: LiveServer, client: httpx.Client
) -> None:
    answers = [client.get(f"{shared_server.url}/v1/health") for _ in range(20)]
    # On a connection that is in use already; held back it would take 40 ms or more each time.
    assert min(answer.elapsed.total_seconds() for answer in answers[1:]) < 0.03


# -- who asks --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("listen", "seen"),
    [
        (Listen(), "10.0.0.2"),
        (Listen(behind_proxy=True), "10.0.0.2"),
        (Listen(behind_proxy=True, proxies="10.0.0.2"), "198.51.100.7"),
        (Listen(behind_proxy=True, proxies="10.0.0.2, 10.0.0.3"), "198.51.100.7"),
    ],
    ids=["no proxy", "another proxy", "this proxy", "one of two"],
)
def test_only_a_named_proxy_may_say_for_whom_it_asks(
    inside: Inside, monkeypatch: pytest.MonkeyPatch, listen: Listen, seen: str
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(RateGate, "address", lambda _, client: asked.append(client))
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    config = uvicorn_config(inside.world.server, listen)
    config.load()
    scope = {
        "type": "http", "method": "GET", "path": "/v1/health", "query_string": b"",
        "scheme": "http", "client": ("10.0.0.2", 5), "server": ("x", 80), "http_version": "1.1",
        "raw_path": b"/v1/health", "root_path": "",
        "headers": [(b"x-forwarded-for", b"198.51.100.7")],
    }  # fmt: skip

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(_: object) -> None:
        return

    asyncio.run(config.loaded_app(scope, receive, send))
    assert asked == [seen]
