"""Signing in by the company's provider: a real one, its own pages, and everything in between."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from crm_core.errors import KnownError, SyncCode, SyncError
from desktop.services.cancelling import Cancelled, CancelToken
from desktop.services.online.first_fill import Watch
from desktop.services.online.server import Server
from desktop.services.online.signing_in import Credentials, sign_in_by_company
from desktop.services.online.single_sign_on import Offer, Proof, offer_of, sign_in_at
from desktop.services.workspace import Setup
from sync_server.app import build_app
from sync_server.services import single_sign_on as theirs
from sync_server.services.single_sign_on import Config, Provider
from tests.desktop.services.office import a_setup
from tests.oidc.real import CLIENT, Browser, running
from tests.sync_proof.network import Line
from tests.sync_proof.template import template
from tests.sync_proof.world import World

OFFER = Offer("https://id.example.com", "https://id.example.com/auth", CLIENT, "openid", "")
TYPED = Credentials("http://server", "", "", "笔记本")


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("oidc")) as address:
        yield address


@pytest.fixture
def world(provider: str) -> Iterator[World]:
    office = template().copy()
    served = replace(office.world.server, provider=Provider(Config(provider, CLIENT)))
    office.world.gate.app = build_app(served)
    yield office.world
    office.close()


@pytest.fixture
def browser() -> Iterator[Browser]:
    made = Browser("anna")
    yield made
    made.close()


def machine(world: World, folder: Path) -> Setup:
    return replace(a_setup(folder, world.time.clock), transport=Line(world.gate))


def test_a_person_signs_in_in_the_browser_and_works(
    world: World, browser: Browser, tmp_path: Path
) -> None:
    workspace = sign_in_by_company(machine(world, tmp_path / "one"), TYPED, browser, watch=Watch())
    assert (workspace.account.login, workspace.account.user_name) == ("anna", "anna")
    workspace.client.sync_once()
    browser.close()
    assert "请回到随行" in browser.shown[0]
    asked = {k: v[0] for k, v in parse_qs(urlsplit(browser.seen[0]).query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"].startswith("http://127.0.0.1:")
    kept = b"".join(p.read_bytes() for p in (tmp_path / "one").rglob("*") if p.is_file())
    assert asked["nonce"].encode() not in kept
    workspace.close()


def test_a_stranger_is_told_and_leaves_no_trace(world: World, tmp_path: Path) -> None:
    stranger = Browser("stranger")
    with pytest.raises(SyncError) as caught:
        sign_in_by_company(machine(world, tmp_path / "one"), TYPED, stranger, watch=Watch())
    stranger.close()
    assert caught.value.sync_code is SyncCode.OIDC_NO_ACCOUNT
    assert not (tmp_path / "one").exists()


def proof_of(provider: str, browser: Browser) -> tuple[Provider, theirs.Proof]:
    """A fresh answer of the real provider, and who redeems it."""
    redeems = Provider(Config(provider, CLIENT))
    told = redeems.offer()
    offer = Offer(told.issuer, told.authorization_endpoint, told.client_id, told.scope, told.name)
    proof = sign_in_at(offer, open_page=browser, token=CancelToken())
    return redeems, theirs.Proof(proof.code, proof.verifier, proof.redirect_uri, proof.nonce)


def test_a_code_is_good_once(provider: str, browser: Browser) -> None:
    redeems, proof = proof_of(provider, browser)
    assert redeems.login(proof) == "anna"
    with pytest.raises(SyncError) as caught:
        redeems.login(proof)
    assert caught.value.sync_code is SyncCode.OIDC_REFUSED
    assert caught.value.detail == "invalid_grant"


Change = Callable[[theirs.Proof], theirs.Proof]
STOLEN: dict[str, Change] = {
    "verifier": lambda p: replace(p, verifier="x" * 64),
    "nonce": lambda p: replace(p, nonce="y" * 64),
    "redirect": lambda p: replace(p, redirect_uri="http://127.0.0.1:1/callback"),
    "code": lambda p: replace(p, code=f"{p.code}x"),
}


@pytest.mark.parametrize("part", STOLEN)
def test_a_stolen_code_is_worth_nothing(provider: str, browser: Browser, part: str) -> None:
    redeems, proof = proof_of(provider, browser)
    with pytest.raises(SyncError) as caught:
        redeems.login(STOLEN[part](proof))
    assert caught.value.sync_code is SyncCode.OIDC_REFUSED


# -- the page of this laptop ---------------------------------------------------------------------


class Returning:
    """A browser that comes back with this, whatever it was shown; "{state}" is put in."""

    def __init__(self, **told: str) -> None:
        self.told = told
        self.thread = threading.Thread()

    def __call__(self, address: str) -> None:
        asked = {k: v[0] for k, v in parse_qs(urlsplit(address).query).items()}
        query = {k: v.format(state=asked["state"]) for k, v in self.told.items()}
        self.thread = threading.Thread(target=self._come, args=(asked["redirect_uri"], query))
        self.thread.start()

    def _come(self, address: str, query: dict[str, str]) -> None:
        # The laptop may have stopped listening meanwhile.
        with httpx.Client(timeout=10, trust_env=False) as http, suppress(httpx.TransportError):
            http.get(address, params=query)

    def ask(self, seconds: float = 20) -> Proof:
        """What the laptop makes of it."""
        try:
            return sign_in_at(OFFER, open_page=self, token=CancelToken(), seconds=seconds)
        finally:
            self.thread.join(15)


def test_the_answer_to_our_question_is_taken() -> None:
    assert Returning(state="{state}", code="abc", iss=OFFER.issuer).ask().code == "abc"


@pytest.mark.parametrize(
    "told",
    [
        {"state": "another", "code": "abc"}, {"code": "abc"}, {"state": "\u00e4", "code": "abc"},
        {"state": "{state}", "code": "abc", "iss": "https://evil.example.com"},
    ],
    ids=["another state", "no state", "odd state", "another provider"],
)  # fmt: skip
def test_an_answer_to_another_question_is_not(told: dict[str, str]) -> None:
    with pytest.raises(KnownError) as caught:
        Returning(**told).ask(seconds=0.5)
    assert caught.value.code == "oidc_timeout"


def test_who_says_no_in_the_browser_is_heard() -> None:
    with pytest.raises(SyncError) as caught:
        Returning(state="{state}", error="access_denied").ask()
    assert caught.value.sync_code is SyncCode.OIDC_REFUSED
    assert caught.value.detail == "access_denied"


def test_a_person_may_stop_waiting() -> None:
    token = CancelToken()
    with pytest.raises(Cancelled):
        sign_in_at(OFFER, open_page=lambda _: token.cancel(), token=token)


@pytest.mark.parametrize("page", ["http://evil.example.com/", "file:///etc/passwd", "calc:", ""])
def test_only_pages_of_the_web_are_opened(page: str, tmp_path: Path) -> None:
    told = {"issuer": "x", "authorization_endpoint": page, "client_id": "x", "scope": "x"}
    told["name"] = ""
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=told))
    server = Server("http://server", clock=a_setup(tmp_path).clock, transport=transport)
    with pytest.raises(SyncError) as caught:
        offer_of(server)
    server.close()
    assert caught.value.sync_code is SyncCode.OIDC_UNREACHABLE
