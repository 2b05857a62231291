"""Plain SQLite pages turned into the pages of a SQLCipher 4 file with a raw key. No files here.

A page is 4,096 bytes of which the last 80 are reserved: a random initialisation vector (16) and an
HMAC-SHA512 (64) over ciphertext, vector and page number. The first 16 bytes of page 1 are the
file's salt. See https://www.zetetic.net/sqlcipher/design/.
"""

import hashlib
import os
from hmac import compare_digest

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from crm_core.sync.snapshot import PAGE, RESERVED

_BLOCK = 16
_TAG = 64
_NUMBER = 4
_HASH_BLOCK = 128
_USED = PAGE - RESERVED
_COVERED = _USED + _BLOCK + _NUMBER
_VECTOR, _NUMBERED = slice(_USED, _USED + _BLOCK), slice(_USED + _BLOCK, _COVERED)
_MAC_SALT_MASK = 0x3A
_MAC_ROUNDS = 2
_MAC_KEY_BYTES = 32
OVER = _BLOCK
"""Bytes beyond the pages that the library asks for."""


def new_salt() -> bytes:
    """What the first 16 bytes of a new file are."""
    return os.urandom(_BLOCK)


class PageCipher:
    """Encrypts the pages of one file."""

    def __init__(self, key: bytes, salt: bytes) -> None:
        """`key` is the raw 32-byte key, `salt` the 16 bytes the file begins with."""
        if len(key) != 32 or len(salt) != _BLOCK:
            raise ValueError("a raw key has 32 bytes and a salt 16")
        self._algorithm = algorithms.AES(key)
        self._salt = salt
        masked = bytes(byte ^ _MAC_SALT_MASK for byte in salt)
        mac_key = hashlib.pbkdf2_hmac("sha512", key, masked, _MAC_ROUNDS, _MAC_KEY_BYTES)
        # HMAC (RFC 2104) from copies of its two begun hashes: `hmac.digest` holds the interpreter
        # lock for the whole of every page, a hash object does not.
        padded = mac_key.ljust(_HASH_BLOCK, b"\0")
        self._inner = hashlib.sha512(bytes(byte ^ 0x36 for byte in padded))
        self._outer = hashlib.sha512(bytes(byte ^ 0x5C for byte in padded))

    def encrypt(
        self, pages: bytes | memoryview, *, first: int, room: bytearray | None = None
    ) -> memoryview:
        """Whole pages, numbered from `first` (the file's first page is 1), as the file has them.

        They lie in `room`, where one of the pages' size and `OVER` more is lent (see
        `Manifest.unpacked`). All are one message of CBC, so that the last block of each page's
        reserved bytes is the vector of the next page; the rest of those bytes is overwritten.
        """
        size = len(pages)
        if first < 1 or not size or size % PAGE:
            raise ValueError("whole pages, counted from 1")
        room = bytearray(size + OVER) if room is None else room
        salted = _BLOCK if first == 1 else 0
        vector, made = os.urandom(_BLOCK), memoryview(room)
        cipher = Cipher(self._algorithm, modes.CBC(vector)).encryptor()
        cipher.update_into(memoryview(pages)[salted:], made[salted:])
        rows = np.frombuffer(room, np.uint8, size).reshape(-1, PAGE)
        rows[1:, _VECTOR] = rows[:-1, -_BLOCK:]
        rows[0, _VECTOR] = np.frombuffer(vector, np.uint8)
        # Where the tag will be, for a moment, what it covers as well: the page's number.
        numbers = np.arange(first, first + len(rows), dtype="<u4")
        rows[:, _NUMBERED] = numbers.view(np.uint8).reshape(-1, _NUMBER)
        tags = b"".join(
            self._tag(made[start + (0 if start else salted) : start + _COVERED])
            for start in range(0, size, PAGE)
        )
        rows[:, -_TAG:] = np.frombuffer(tags, np.uint8).reshape(-1, _TAG)
        if salted:
            room[:_BLOCK] = self._salt
        return made[:size]

    def genuine(self, pages: bytes, *, first: int) -> int:
        """How many whole pages, from the beginning, are what `encrypt` made for these places."""
        good, view = 0, memoryview(pages)
        for start in range(0, len(pages) - PAGE + 1, PAGE):
            number = first + start // PAGE
            page = view[start + _BLOCK if number == 1 else start : start + PAGE]
            covered = bytes(page[:-_TAG]) + number.to_bytes(_NUMBER, "little")
            if not compare_digest(self._tag(memoryview(covered)), page[-_TAG:]):
                break
            if number == 1 and bytes(view[:_BLOCK]) != self._salt:
                break
            good += 1
        return good

    def _tag(self, covered: memoryview) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(covered)
        outer.update(inner.digest())
        return outer.digest()
