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
_MAC_SALT_MASK = 0x3A
_MAC_ROUNDS = 2
_MAC_KEY_BYTES = 32


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

    def encrypt(self, pages: bytes, *, first: int) -> bytes:
        """Whole pages, numbered from `first` (the file's first page is 1), as the file has them."""
        if first < 1 or not pages or len(pages) % PAGE:
            raise ValueError("whole pages, counted from 1")
        head = self._first_page(pages[:PAGE]) if first == 1 else b""
        rest = pages[PAGE:] if first == 1 else pages
        return head + self._later_pages(rest, first + len(head) // PAGE) if rest else head

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

    def _first_page(self, page: bytes) -> bytes:
        vector = os.urandom(_BLOCK)
        cipher = Cipher(self._algorithm, modes.CBC(vector)).encryptor()
        sealed = cipher.update(page[_BLOCK:_USED]) + vector
        numbered = sealed + (1).to_bytes(_NUMBER, "little")
        return self._salt + sealed + self._tag(memoryview(numbered))

    def _later_pages(self, pages: bytes, first: int) -> bytes:
        """All in one pass of CBC: a random block before each page comes out as its vector."""
        count = len(pages) // PAGE
        chain = np.empty((count, _BLOCK + _USED), np.uint8)
        noise = np.frombuffer(os.urandom(_BLOCK * count), np.uint8)
        chain[:, :_BLOCK] = noise.reshape(count, _BLOCK)
        chain[:, _BLOCK:] = np.frombuffer(pages, np.uint8).reshape(count, PAGE)[:, :_USED]
        room = np.empty(chain.size + _BLOCK - 1, np.uint8)
        cipher = Cipher(self._algorithm, modes.CBC(os.urandom(_BLOCK))).encryptor()
        cipher.update_into(chain.data.cast("B"), room.data)
        sealed = room[: chain.size].reshape(chain.shape)
        # What the tag covers, laid out in a row: ciphertext, vector, page number.
        covered = np.empty((count, _USED + _BLOCK + _NUMBER), np.uint8)
        covered[:, :_USED] = sealed[:, _BLOCK:]
        covered[:, _USED:-_NUMBER] = sealed[:, :_BLOCK]
        numbers = np.arange(first, first + count, dtype="<u4")
        covered[:, -_NUMBER:] = numbers.view(np.uint8).reshape(count, _NUMBER)
        out = np.empty((count, PAGE), np.uint8)
        out[:, :-_TAG] = covered[:, :-_NUMBER]
        rows, size = covered.data.cast("B"), covered.shape[1]
        tags = b"".join(
            [self._tag(rows[start : start + size]) for start in range(0, count * size, size)]
        )
        out[:, -_TAG:] = np.frombuffer(tags, np.uint8).reshape(count, _TAG)
        return out.tobytes()

    def _tag(self, covered: memoryview) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(covered)
        outer.update(inner.digest())
        return outer.digest()
