"""Wrapping the database key under a passphrase, and sealing small secrets under that key. Pure.

The key that wraps is argon2id of the passphrase (RFC 9106, second recommended setting) with a salt
of its own; AES-256-GCM wraps and seals. Nothing is kept here; see `secrets`. Most profiles have no
passphrase: what only one with it needs is loaded when it is used.
"""

from __future__ import annotations

import json
import secrets
import unicodedata
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from crm_core.errors import KnownError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SHORTEST = 8
FREE_TRIES = 3
"""Wrong ones in a row before the first wait."""
_FIRST_WAIT_MS, _LONGEST_WAIT_MS = 5_000, 300_000
_VERSION = 1
_PURPOSE = b"suixing database key 1"
_TOKEN_PURPOSE = b"suixing session token 1"
_NONCE = 12


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess costs: passes, KiB of memory, lanes."""

    time: int = 3
    memory: int = 65_536
    lanes: int = 4

    def bearable(self) -> bool:
        """Whether this computer may be asked to do so much: what is read could be anything."""
        small = 1 <= self.time <= 32 and 1 <= self.lanes <= 16
        return small and 8 * self.lanes <= self.memory <= 1 << 20


def checked(passphrase: str) -> str:
    """The passphrase in its one form; KnownError ("passphrase_weak") where it is too short."""
    plain = unicodedata.normalize("NFKC", passphrase)
    if len(plain.strip()) < SHORTEST:
        raise KnownError(
            f"口令太短，至少 {SHORTEST} 个字符，没有改动。用几个不相干的词最好记。",
            f"The passphrase is too short: at least {SHORTEST} characters. Nothing was changed. A "
            "few unrelated words are easiest to remember.",
            code="passphrase_weak",
        )
    return plain


def wrapped(key: bytes, passphrase: str, cost: Cost) -> str:
    """The key as only the passphrase opens it, with what is needed to try."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(_NONCE)
    sealed = _cipher(_derived(passphrase, salt, cost)).encrypt(nonce, key, _PURPOSE)
    kept = {"version": _VERSION, "salt": salt.hex(), "key": (nonce + sealed).hex(), **asdict(cost)}
    return json.dumps(kept)


def unwrapped(text: str, passphrase: str) -> bytes | None:
    """The key; None for a wrong passphrase. ValueError where `text` is not a wrapped key."""
    try:
        kept: dict[str, Any] = json.loads(text)
        cost = Cost(*(int(kept[name]) for name in ("time", "memory", "lanes")))
        salt, sealed = bytes.fromhex(kept["salt"]), bytes.fromhex(kept["key"])
        version = kept["version"]
    except (KeyError, TypeError) as error:
        raise ValueError("not a wrapped key") from error
    if version != _VERSION or len(salt) < 8 or not cost.bearable():
        raise ValueError("not a wrapped key of ours")
    plain = unicodedata.normalize("NFKC", passphrase)
    from cryptography.exceptions import InvalidTag

    try:
        opener = _cipher(_derived(plain, salt, cost))
        return opener.decrypt(sealed[:_NONCE], sealed[_NONCE:], _PURPOSE)
    except InvalidTag:
        return None


def sealed(key: bytes, secret: str) -> str:
    """A small secret, sealed under the database key."""
    nonce = secrets.token_bytes(_NONCE)
    return (nonce + _sealer(key).encrypt(nonce, secret.encode(), _TOKEN_PURPOSE)).hex()


def unsealed(key: bytes, text: str) -> str | None:
    """The secret; None where it was sealed under another key, or is none."""
    from cryptography.exceptions import InvalidTag

    try:
        raw = bytes.fromhex(text)
        return _sealer(key).decrypt(raw[:_NONCE], raw[_NONCE:], _TOKEN_PURPOSE).decode()
    except (InvalidTag, ValueError):
        return None


def wait_ms(failures: int) -> int:
    """How long to wait after so many wrong passphrases in a row; doubles each time."""
    if failures < FREE_TRIES:
        return 0
    return int(min(_LONGEST_WAIT_MS, _FIRST_WAIT_MS << min(failures - FREE_TRIES, 10)))


def _derived(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    from argon2.low_level import Type, hash_secret_raw

    return hash_secret_raw(
        passphrase.encode("utf-8", "surrogatepass"), salt, time_cost=cost.time,
        memory_cost=cost.memory, parallelism=cost.lanes, hash_len=32, type=Type.ID,
    )  # fmt: skip


def _cipher(key: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


def _sealer(key: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return _cipher(HKDF(SHA256(), length=32, salt=b"", info=_TOKEN_PURPOSE).derive(key))
