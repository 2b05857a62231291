"""Signing in at the company's provider: the browser, and the answer on an address of our own.

Authorization code with PKCE (RFC 7636) and a loopback redirect (RFC 8252). The code is not redeemed
here: it goes to the server with what proves that this laptop asked for it.
"""

import hashlib
import hmac
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from crm_core.errors import KnownError, SyncCode, SyncError
from desktop.services.cancelling import CancelToken
from desktop.services.replies import object_in, read_as

WAIT_SECONDS = 300.0
"""For a person to sign in in the browser."""
_LOOK_SECONDS = 0.2
_PATH = "/callback"
_PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>随行 Suixing</title>
<body style="font: 16px sans-serif; margin: 3em"><p>{chinese}</p><p>{english}</p></body></html>"""

OpenPage = Callable[[str], object]
"""Shows a page to the person: the system's browser."""


class Asks(Protocol):
    """A server."""

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """The answer of a route; SyncError for a refusal."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Where a server sends people to sign in."""

    issuer: str
    authorization_endpoint: str
    client_id: str
    scope: str
    name: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What the server needs to find out who signed in."""

    code: str = field(repr=False)
    verifier: str = field(repr=False)
    redirect_uri: str
    nonce: str = field(repr=False)


def offer_of(server: Asks) -> Offer:
    """What a server offers. SyncError: OIDC_OFF, OIDC_UNREACHABLE, SERVER_UNREACHABLE."""
    told = object_in(server.ask("GET", "/v1/session/oidc", signed=False))
    names = ("issuer", "authorization_endpoint", "client_id", "scope", "name")
    offer = read_as(lambda: Offer(*(str(told[name]) for name in names)))
    parts = urlsplit(offer.authorization_endpoint)
    # Whatever else is handed to the system may be opened by another program than a browser.
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise SyncError(SyncCode.OIDC_UNREACHABLE, "not a page of the web")
    if parts.scheme not in ("http", "https"):
        raise SyncError(SyncCode.OIDC_UNREACHABLE, "not a page of the web")
    return offer


def sign_in_at(
    offer: Offer, *, open_page: OpenPage, token: CancelToken, seconds: float = WAIT_SECONDS
) -> Proof:
    """Let the person sign in in the browser, and wait for the answer.

    SyncError (OIDC_REFUSED) where the provider, or the person there, says no; Cancelled; KnownError
    ("oidc_timeout") when nothing comes.
    """
    verifier, nonce, state = (secrets.token_urlsafe(48) for _ in range(3))
    with _Loopback(state, offer.issuer) as loopback:
        asked = {
            "response_type": "code", "client_id": offer.client_id, "scope": offer.scope,
            "redirect_uri": loopback.address, "state": state, "nonce": nonce,
            "code_challenge": _challenge(verifier), "code_challenge_method": "S256",
        }  # fmt: skip
        joint = "&" if urlsplit(offer.authorization_endpoint).query else "?"
        open_page(f"{offer.authorization_endpoint}{joint}{urlencode(asked)}")
        return Proof(loopback.wait(token, seconds), verifier, loopback.address, nonce)


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


class _Loopback(HTTPServer):
    """Hears one answer on a random port of this machine; whatever else is asked gets nothing."""

    timeout = _LOOK_SECONDS

    def __init__(self, state: str, issuer: str) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.state, self.issuer = state, issuer
        self.code = self.refused = ""

    @property
    def address(self) -> str:
        """Where the provider sends the person back to."""
        return f"http://127.0.0.1:{self.server_address[1]}{_PATH}"

    def wait(self, token: CancelToken, seconds: float) -> str:
        """The code, once the person is back."""
        end = time.monotonic() + seconds
        while not self.code:
            token.check()
            if self.refused:
                raise SyncError(SyncCode.OIDC_REFUSED, self.refused)
            if time.monotonic() > end:
                raise KnownError(
                    "在浏览器里的登录没有完成，什么都没有改动。请再试一次。",
                    "Signing in in the browser was not finished; nothing was changed. Try again.",
                    code="oidc_timeout",
                )
            self.handle_request()
        return self.code

    def take(self, query: str) -> bool:
        """What the provider says; False for what is not an answer to our question."""
        told = {name: values[0] for name, values in parse_qs(query).items() if len(values) == 1}
        if not hmac.compare_digest(told.get("state", "").encode(), self.state.encode()):
            return False
        if told.get("iss", self.issuer) != self.issuer:  # RFC 9207: another provider's answer.
            return False
        self.code = "" if "error" in told else told.get("code", "")
        self.refused = "" if self.code else told.get("error", "no code")[:100]
        return True


class _Answer(BaseHTTPRequestHandler):
    """One request of the browser."""

    timeout = 5
    server: _Loopback

    def do_GET(self) -> None:
        """The browser comes back."""
        parts = urlsplit(self.path)
        if parts.path != _PATH or not self.server.take(parts.query):
            self._say(400, "这不是随行等待的页面。", "Suixing did not ask for this page.")
        elif self.server.refused:
            self._say(
                200, "登录没有完成，请回到随行。", "You were not signed in. Go back to Suixing."
            )
        else:
            self._say(
                200,
                "请回到随行，这个页面可以关闭。",
                "Go back to Suixing; this page can be closed.",
            )

    def _say(self, status: int, chinese: str, english: str) -> None:
        body = _PAGE.format(chinese=chinese, english=english).encode()
        self.send_response_only(status)
        for name, value in (
            ("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body))),
            ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"),
            ("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer"),
            ("Connection", "close"),
        ):  # fmt: skip
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: the address holds the code."""
