"""Passwords and tokens as values: hashing, checking, minting. Nothing here is stored."""

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

WRONG_IN_A_ROW = 5
_FIRST_LOCK_SECONDS = 30
_LONGEST_LOCK_SECONDS = 3600
_LEGIBLE = "abcdefghijkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Passwords:
    """Hashes passwords with argon2id and checks them, spending the same time on unknown logins."""

    hasher: PasswordHasher
    decoy: str
    """The hash of a password nobody has."""

    def hashed(self, password: str) -> str:
        """What may be stored of a password."""
        return self.hasher.hash(_bytes(password))

    def matches(self, stored: str | None, password: str) -> bool:
        """Whether `password` is the one behind `stored`; None (no such login) never matches."""
        try:
            right = self.hasher.verify(stored or self.decoy, _bytes(password))
        except (VerificationError, InvalidHashError):
            return False
        return right and stored is not None


def passwords() -> Passwords:
    """Argon2id with the library's current recommendation (RFC 9106, low memory)."""
    hasher = PasswordHasher()
    return Passwords(hasher, hasher.hash(secrets.token_bytes(16)))


def new_password() -> str:
    """A password a person can read aloud: 20 characters, about 100 bits."""
    return "-".join("".join(secrets.choice(_LEGIBLE) for _ in range(5)) for _ in range(4))


def new_token() -> str:
    """An opaque random token of 256 bits."""
    return secrets.token_urlsafe(32)


def fingerprint(secret: str) -> str:
    """What is stored of a token, or of a login that may not exist: its SHA-256."""
    return hashlib.sha256(_bytes(secret)).hexdigest()


def plain_login(typed: str) -> str:
    """The one form of a login: full-width and capitals do not make another person."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def lock_seconds(failures: int) -> int:
    """How long a login is locked after this many wrong passwords in a row; doubles each time."""
    if failures < WRONG_IN_A_ROW:
        return 0
    doublings = min(failures - WRONG_IN_A_ROW, 12)
    return min(_FIRST_LOCK_SECONDS << doublings, _LONGEST_LOCK_SECONDS)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
