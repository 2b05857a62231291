"""A provider in this process that signs whatever a test asks for: what no honest one would give."""

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

ISSUER, CLIENT = "https://id.example.com", "suixing-desktop"
NONCE = "n" * 22


def a_key() -> rsa.RSAPrivateKey:
    """A key to sign with."""
    return rsa.generate_private_key(65537, 2048)


@dataclass(slots=True)
class Forger:
    """Publishes keys, and answers every code with the token it was given."""

    key: rsa.RSAPrivateKey = field(default_factory=a_key)
    kid: str = "one"
    token: str = ""
    about: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def transport(self) -> httpx.BaseTransport:
        """The line to it."""
        return httpx.MockTransport(self._answer)

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Those of an honest token for anna, changed."""
        now = int(time.time())
        honest = {
            "iss": ISSUER, "aud": CLIENT, "sub": "sub-anna", "preferred_username": "anna",
            "nonce": NONCE, "iat": now, "exp": now + 300,
        }  # fmt: skip
        return {k: v for k, v in (honest | changes).items() if v is not None}

    def sign(self, *, kid: str | None = None, alg: str = "RS256", **changes: Any) -> None:
        """Give this token from now on."""
        headers = {"kid": kid or self.kid}
        self.token = jwt.encode(self.claims(**changes), self.key, alg, headers=headers)

    def sign_without_key(self) -> None:
        """A token that nobody signed."""
        self.token = jwt.encode(self.claims(), "", "none", headers={"kid": self.kid})

    def sign_with_public_key(self) -> None:
        """A token whose shared secret is the text of the published key (alg confusion)."""
        public = self.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        header = {"alg": "HS256", "typ": "JWT", "kid": self.kid}
        parts = [_packed(json.dumps(part).encode()) for part in (header, self.claims())]
        signature = hmac.new(public, ".".join(parts).encode(), hashlib.sha256).digest()
        self.token = ".".join((*parts, _packed(signature)))

    def damage(self) -> None:
        """Change what was signed."""
        header, _, signature = self.token.split(".")
        claims = _packed(json.dumps(self.claims(preferred_username="boss")).encode())
        self.token = ".".join((header, claims, signature))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked.append(path)
        if path.endswith("openid-configuration"):
            ends = ("authorization", "token")
            known = {f"{end}_endpoint": f"{ISSUER}/{end}" for end in ends}
            about = known | {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/jwks"} | self.about
            return httpx.Response(200, json=about)
        if path == "/jwks":
            public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
            shared = {"kty": "oct", "k": "c2VjcmV0", "kid": self.kid}
            named = {k: v for k, v in public.items() if k != "key_ops"}
            return httpx.Response(200, json={"keys": [shared, named | {"kid": self.kid}]})
        return httpx.Response(200, json={"id_token": self.token})


def _packed(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
