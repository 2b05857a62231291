"""Signing in through the company's provider: what is taken, and everything that is not."""

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from crm_core.errors import KnownError, SyncCode, SyncError
from sync_server.app import build_app
from sync_server.services.single_sign_on import Config, Proof, Provider, load_config
from sync_server.services.storing import founding
from tests.oidc.forged import CLIENT, ISSUER, NONCE, Forger, a_key
from tests.sync_server.inside import PASSWORD, Inside, Visitor, code_of

CONFIG = Config(ISSUER, CLIENT)
PROOF = Proof("code", "v" * 43, "http://127.0.0.1:5555/callback", NONCE)
FORGER = Forger()
"""Making a key takes a tenth of a second; tests leave it as it was."""


@pytest.fixture
def forger() -> Forger:
    made = Forger(key=FORGER.key)
    made.sign()
    return made


def refusal(forger: Forger, config: Config = CONFIG, proof: Proof = PROOF) -> tuple[str, str]:
    """Code and detail of what is refused; the login where nothing is."""
    try:
        return "ok", Provider(config, transport=forger.transport()).login(proof)
    except SyncError as error:
        return error.code, error.detail


def test_an_honest_token_names_the_login(forger: Forger) -> None:
    assert refusal(forger) == ("ok", "anna")
    forger.sign(aud=[CLIENT, "another"], azp=CLIENT)
    assert refusal(forger) == ("ok", "anna")
    forger.sign(alg="PS256")
    assert refusal(forger) == ("ok", "anna")


MINUTE = 60
BAD: dict[str, Callable[[Forger], None]] = {
    "another nonce": lambda f: f.sign(nonce="m" * 22),
    "no nonce": lambda f: f.sign(nonce=None),
    "a nonce that is no text": lambda f: f.sign(nonce=[NONCE]),
    "for another program": lambda f: f.sign(aud="another"),
    "for another of two": lambda f: f.sign(aud=[CLIENT, "another"], azp="another"),
    "for two and nobody in particular": lambda f: f.sign(aud=[CLIENT, "another"]),
    "of another issuer": lambda f: f.sign(iss="https://evil.example.com"),
    "expired": lambda f: f.sign(exp=int(time.time()) - 2 * MINUTE),
    "without an end": lambda f: f.sign(exp=None),
    "without a beginning": lambda f: f.sign(iat=None),
    "of long ago": lambda f: f.sign(iat=int(time.time()) - 20 * MINUTE),
    "of the future": lambda f: f.sign(iat=int(time.time()) + 20 * MINUTE),
    "of nobody": lambda f: f.sign(sub=None),
    "without the claim": lambda f: f.sign(preferred_username=None),
    "with a claim that is no text": lambda f: f.sign(preferred_username=["anna"]),
    "signed by nobody": Forger.sign_without_key,
    "signed with the public key": Forger.sign_with_public_key,
    "with a key nobody knows": lambda f: f.sign(kid="two"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_token_that_is_not_honest_is_refused(forger: Forger, name: str) -> None:
    BAD[name](forger)
    assert refusal(forger)[0] == "oidc_refused"


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "....", "e30.e30.", 7, None])
def test_what_is_no_token_is_refused(forger: Forger, token: Any) -> None:
    forger.token = token
    assert refusal(forger)[0] == "oidc_refused"


def test_a_changed_token_is_refused(forger: Forger) -> None:
    forger.damage()
    assert refusal(forger) == ("oidc_refused", "InvalidSignatureError")


def test_keys_that_change_are_asked_for_again_and_old_ones_not_believed(forger: Forger) -> None:
    provider = Provider(CONFIG, transport=forger.transport())
    assert provider.login(PROOF) == "anna"
    assert provider.login(PROOF) == "anna"
    assert forger.asked.count("/jwks") == 1, "known keys are kept"
    old = forger.token
    forger.key, forger.kid = a_key(), "two"
    forger.sign()
    assert provider.login(PROOF) == "anna"
    assert forger.asked.count("/jwks") == 2
    forger.token = old
    with pytest.raises(SyncError) as caught:
        provider.login(PROOF)
    assert caught.value.sync_code is SyncCode.OIDC_REFUSED


def test_an_address_counts_only_where_the_provider_has_verified_it(forger: Forger) -> None:
    by_address = replace(CONFIG, claim="email")
    forger.sign(email="anna@example.com", email_verified=True)
    assert refusal(forger, by_address) == ("ok", "anna@example.com")
    for doubtful in (None, False, "true"):
        forger.sign(email="anna@example.com", email_verified=doubtful)
        assert refusal(forger, by_address)[0] == "oidc_refused"


def test_only_this_laptops_own_page_may_be_named(forger: Forger) -> None:
    for evil in ("https://evil.example.com/", "http://127.0.0.1.evil.example.com/", ""):
        assert refusal(forger, proof=replace(PROOF, redirect_uri=evil))[0] == "oidc_refused"
    assert "/token" not in forger.asked


def test_a_provider_that_says_it_is_another_or_says_nothing_is_out_of_reach(
    forger: Forger,
) -> None:
    forger.about = {"issuer": "https://evil.example.com"}
    assert refusal(forger)[0] == "oidc_unreachable"
    forger.about = {"token_endpoint": None}
    assert refusal(forger)[0] == "oidc_unreachable"

    def broken(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody")

    provider = Provider(CONFIG, transport=httpx.MockTransport(broken))
    with pytest.raises(SyncError) as caught:
        provider.login(PROOF)
    assert caught.value.sync_code is SyncCode.OIDC_UNREACHABLE


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{}", '{"issuer": "https://x"}', '{"issuer": "http://x", "client_id": "a"}',
        '{"issuer": "https://x", "client_id": 7}',
        '{"issuer": "https://x", "client_id": "a", "b": "c"}',
    ],
)  # fmt: skip
def test_settings_that_are_wrong_are_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "oidc.json"
    assert load_config(path) is None
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KnownError) as caught:
        load_config(path)
    assert caught.value.code == "oidc_config"


def test_settings_are_read_and_a_secret_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "oidc.json"
    told = {"issuer": ISSUER, "client_id": CLIENT, "client_secret": "s3cret", "claim": "email"}
    path.write_text(json.dumps(told), encoding="utf-8")
    config = load_config(path)
    assert config == Config(ISSUER, CLIENT, "email", "s3cret")
    assert "s3cret" not in repr(config)


# -- sessions ------------------------------------------------------------------------------------


def offering(inside: Inside, forger: Forger) -> None:
    """Serve the organisation with this provider."""
    provider = Provider(CONFIG, transport=forger.transport())
    inside.world.gate.app = build_app(replace(inside.world.server, provider=provider))


def bring(visitor: Visitor, **changes: str) -> httpx.Response:
    """Bring a code, as the desktop does."""
    body = {
        "code": PROOF.code, "verifier": PROOF.verifier, "redirect_uri": PROOF.redirect_uri,
        "nonce": NONCE, "device_name": "测试机",
    }  # fmt: skip
    return visitor.ask("POST", "/v1/session/oidc", json=body | changes)


def test_the_session_is_like_any_other(inside: Inside, forger: Forger) -> None:
    offering(inside, forger)
    nobody = inside.stranger()
    offer = nobody.ask("GET", "/v1/session/oidc").json()
    assert offer["authorization_endpoint"] == f"{ISSUER}/authorization"
    reply = bring(nobody)
    assert reply.status_code == 200, reply.text
    anna = Visitor(inside.world, "anna", reply.json())
    assert anna.session["user"]["login"] == "anna"
    assert anna.works == "ok"
    anna.session = anna.renew().json()
    assert anna.works == "ok"
    assert [e["owner"] for e in inside.audit("signed_in")] == [anna.session["user"]["id"]]


def test_nobody_is_let_in_who_has_no_account(inside: Inside, forger: Forger) -> None:
    offering(inside, forger)
    forger.sign(preferred_username="stranger")
    assert code_of(bring(inside.stranger())) == "oidc_no_account"
    forger.sign()
    founding.deactivate_user(inside.world.server, "anna")
    assert code_of(bring(inside.stranger())) == "oidc_no_account"
    assert inside.audit("signed_in") == []


def test_a_given_password_is_worthless_once_the_provider_let_somebody_in(
    inside: Inside, forger: Forger
) -> None:
    offering(inside, forger)
    founding.set_password(inside.world.server, "anna", "given by the boss", must_change=True)
    reply = bring(inside.stranger())
    assert reply.json()["must_change"] is False
    assert Visitor(inside.world, "anna", reply.json()).works == "ok"
    assert code_of(inside.stranger("anna").try_in("given by the boss")) == "bad_credentials"


def test_a_password_of_ones_own_stays_good(inside: Inside, forger: Forger) -> None:
    offering(inside, forger)
    assert bring(inside.stranger()).status_code == 200
    assert inside.enter("anna", PASSWORD).works == "ok"


def test_where_it_is_not_set_up_it_is_said(inside: Inside) -> None:
    nobody = inside.stranger()
    assert code_of(nobody.ask("GET", "/v1/session/oidc")) == "oidc_off"
    assert code_of(bring(nobody)) == "oidc_off"


@pytest.mark.parametrize(
    "damage",
    [
        {"nonce": "short"}, {"verifier": "x"}, {"code": ""}, {"code": "\ud800" * 3},
        {"nonce": "\0" * 20},
    ],
    ids=repr,
)  # fmt: skip
def test_what_no_laptop_would_bring_is_malformed(
    inside: Inside, forger: Forger, damage: dict[str, str]
) -> None:
    offering(inside, forger)
    asked = len(forger.asked)
    body = json.dumps({"verifier": secrets.token_urlsafe(32), "nonce": NONCE, "code": "c",
                       "redirect_uri": PROOF.redirect_uri} | damage).encode()  # fmt: skip
    headers = {"Content-Type": "application/json"}
    reply = inside.stranger().ask("POST", "/v1/session/oidc", content=body, headers=headers)
    assert code_of(reply) == "malformed"
    assert len(forger.asked) == asked
