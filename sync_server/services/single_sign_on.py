"""OpenID Connect: redeeming a code at the company's provider, and judging the token it gives.

The laptop brings the code and what proves that it asked for it (PKCE, nonce); a secret, where the
provider wants one, stays on the server. No account is ever made here.
"""

import hmac
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import jwt

from crm_core.errors import KnownError, SyncCode, SyncError

_FAMILIES = {
    "RS256": "RSA", "RS384": "RSA", "RS512": "RSA", "PS256": "RSA", "PS384": "RSA",
    "PS512": "RSA", "ES256": "EC", "ES384": "EC", "ES512": "EC", "EdDSA": "OKP",
}  # fmt: skip
"""Signatures that are taken, and the kind of key of each: none that both sides share."""
_KEPT_SECONDS = 3600.0
_LEEWAY_SECONDS = 60
_FRESH_SECONDS = 600
"""A token tells of somebody who signed in just now."""
_PATIENCE_SECONDS = 10.0
_LOOPBACK = ("http://127.0.0.1:", "http://[::1]:", "http://localhost:")


@dataclass(frozen=True, slots=True)
class Config:
    """What `oidc.json` says."""

    issuer: str
    client_id: str
    claim: str = "preferred_username"
    """Which claim of the ID token names the account."""
    client_secret: str = field(default="", repr=False)
    scope: str = "openid profile email"
    name: str = ""
    """What people call it."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a laptop needs to send a person to the provider."""

    issuer: str
    authorization_endpoint: str
    client_id: str
    scope: str
    name: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What a laptop brings back."""

    code: str
    verifier: str
    redirect_uri: str
    nonce: str


def load_config(path: Path) -> Config | None:
    """The settings in a file; None where there is none. KnownError ("oidc_config")."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:
        found = None
    known = {"issuer", "client_id", "claim", "client_secret", "scope", "name"}
    texts = isinstance(found, dict) and all(isinstance(v, str) and v for v in found.values())
    if not texts or not {"issuer", "client_id"} <= set(found) <= known:
        raise _bad_config(path, "issuer, client_id")
    if not found["issuer"].startswith(("https://", *_LOOPBACK)):
        raise _bad_config(path, "https://")
    return Config(**found)


def _bad_config(path: Path, wanted: str) -> KnownError:
    return KnownError(
        f"{path} 里的公司账号登录设置不对（{wanted}）。服务器没有启动。",
        f"The settings for company accounts in {path} are wrong ({wanted}). The server was not "
        "started.",
        code="oidc_config",
    )


class Provider:
    """The company's sign-in service; what it publishes is kept for an hour."""

    def __init__(
        self, config: Config, *,
        transport: httpx.BaseTransport | None = None, now: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self.config = config
        self._transport = transport
        self._now = now
        self._lock = threading.Lock()
        self._about: Mapping[str, Any] = {}
        self._keys: Sequence[Mapping[str, Any]] = ()
        self._asked = 0.0

    def offer(self) -> Offer:
        """Where to send a person. SyncError: OIDC_UNREACHABLE."""
        about, config = self._discovered(), self.config
        return Offer(
            config.issuer, about["authorization_endpoint"], config.client_id, config.scope,
            config.name,
        )  # fmt: skip

    def login(self, proof: Proof) -> str:
        """The login the provider vouches for. SyncError: OIDC_REFUSED, OIDC_UNREACHABLE."""
        if not proof.redirect_uri.startswith(_LOOPBACK):
            raise _refused("redirect_uri is not this laptop's")
        claims = self._judged(self._redeemed(proof), proof.nonce)
        named = claims.get(self.config.claim)
        if not isinstance(named, str) or not named.strip():
            raise _refused(f"no claim {self.config.claim}")
        if self.config.claim == "email" and claims.get("email_verified") is not True:
            raise _refused("email not verified")
        return named

    # -- asking --------------------------------------------------------------------------------

    def _redeemed(self, proof: Proof) -> str:
        form = {
            "grant_type": "authorization_code", "code": proof.code,
            "redirect_uri": proof.redirect_uri, "code_verifier": proof.verifier,
            "client_id": self.config.client_id,
        }  # fmt: skip
        if self.config.client_secret:
            form["client_secret"] = self.config.client_secret
        found = self._asked_for("POST", self._discovered()["token_endpoint"], data=form)
        token = found.get("id_token")
        if not isinstance(token, str):
            raise _refused("no id_token")
        return token

    def _discovered(self) -> Mapping[str, Any]:
        with self._lock:
            if not self._about or self._now() - self._asked > _KEPT_SECONDS:
                address = f"{self.config.issuer.rstrip('/')}/.well-known/openid-configuration"
                about = self._asked_for("GET", address)
                ends = ("authorization_endpoint", "token_endpoint", "jwks_uri")
                sound = all(isinstance(about.get(name), str) for name in ends)
                if about.get("issuer") != self.config.issuer or not sound:
                    raise SyncError(SyncCode.OIDC_UNREACHABLE, "another issuer answers")
                self._about, self._keys, self._asked = about, (), self._now()
            return self._about

    def _key(self, header: Mapping[str, Any], *, anew: bool = False) -> Mapping[str, Any] | None:
        """The published key a token names; asked for again where it is not known yet."""
        address = self._discovered()["jwks_uri"]
        with self._lock:
            if anew or not self._keys:
                found = self._asked_for("GET", address).get("keys")
                self._keys = found if isinstance(found, list) else ()
            fitting = [key for key in self._keys if _fits(key, header)]
        if len(fitting) == 1 or (fitting and "kid" in header):
            return fitting[0]
        return None if anew else self._key(header, anew=True)

    def _asked_for(self, method: str, address: str, **more: Any) -> Mapping[str, Any]:
        try:
            with httpx.Client(transport=self._transport, timeout=_PATIENCE_SECONDS) as http:
                reply = http.request(method, address, **more)
            found = reply.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise SyncError(SyncCode.OIDC_UNREACHABLE, type(error).__name__) from error
        if reply.status_code in (400, 401, 403) and isinstance(found, dict):
            raise _refused(str(found.get("error", ""))[:100])
        if not reply.is_success or not isinstance(found, dict):
            raise SyncError(SyncCode.OIDC_UNREACHABLE, f"HTTP {reply.status_code}")
        return found

    # -- judging -------------------------------------------------------------------------------

    def _judged(self, token: str, nonce: str) -> Mapping[str, Any]:
        """The claims of an ID token, once nothing of it is wrong (OpenID Connect Core 3.1.3.7)."""
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in _FAMILIES:
                raise _refused("signature of another kind")
            published = self._key(header)
            if published is None:
                raise _refused("signed with an unknown key")
            claims: dict[str, Any] = jwt.decode(
                token, jwt.PyJWK(dict(published), algorithm=header["alg"]),
                algorithms=[header["alg"]], audience=self.config.client_id,
                issuer=self.config.issuer,
                options={
                    "require": ["exp", "iat", "iss", "aud", "sub"],
                    "verify_exp": False, "verify_iat": False, "verify_nbf": False,
                },
            )  # fmt: skip
        except jwt.PyJWTError as error:
            raise _refused(type(error).__name__) from error
        self._check_claims(claims, nonce)
        return claims

    def _check_claims(self, claims: Mapping[str, Any], nonce: str) -> None:
        now, told = self._now(), claims.get("nonce")
        moments = [claims["exp"], claims["iat"]]
        if not all(isinstance(m, int | float) and not isinstance(m, bool) for m in moments):
            raise _refused("moments are no numbers")
        if now > claims["exp"] + _LEEWAY_SECONDS:
            raise _refused("expired")
        if not -_LEEWAY_SECONDS <= now - claims["iat"] <= _FRESH_SECONDS:
            raise _refused("not of now")
        if not isinstance(told, str) or not hmac.compare_digest(told.encode(), nonce.encode()):
            raise _refused("another nonce")
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if several else self.config.client_id) != self.config.client_id:
            raise _refused("made for another program")


def _fits(key: Mapping[str, Any], header: Mapping[str, Any]) -> bool:
    """Whether a published key may have signed what this header stands over."""
    return (
        isinstance(key, dict)
        and key.get("kty") == _FAMILIES[header["alg"]]
        and key.get("use", "sig") == "sig"
        and key.get("alg", header["alg"]) == header["alg"]
        and ("kid" not in header or key.get("kid") == header["kid"])
    )


def _refused(why: str) -> SyncError:
    return SyncError(SyncCode.OIDC_REFUSED, why)
