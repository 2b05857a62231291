"""What really lies on a laptop's disk: the replica's file, decrypted page by page, free ones too.

What a full-text index holds is asked of the index itself: it keeps words in pieces.
"""

import re
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from sqlalchemy import text

from crm_core.store.replica import Replica

PAGE, RESERVED, SALT = 4096, 80, 16
"""SQLCipher 4: a page ends in an initialisation vector (16 bytes) and an HMAC-SHA512 (64)."""


def plain_bytes(path: Path, key: bytes) -> bytes:
    """Every page of a SQLCipher file as it was before encryption."""
    data, pages = path.read_bytes(), list[bytes]()
    for start in range(0, len(data), PAGE):
        page = data[start : start + PAGE]
        body, vector = page[: PAGE - RESERVED], page[PAGE - RESERVED : PAGE - RESERVED + 16]
        if start == 0:
            body = body[SALT:]
        decryptor = Cipher(AES(key), CBC(vector)).decryptor()
        pages.append(decryptor.update(body) + decryptor.finalize())
    return b"".join(pages)


def tokens_on_disk(path: Path, key: bytes) -> set[str]:
    """The tokens (see `ledger`) anywhere in a closed replica's file."""
    return {found.decode() for found in re.findall(rb"tk\d{5}q", plain_bytes(path, key))}


def indexed(replica: Replica, token: str) -> bool:
    """Whether the full-text index, which keeps words in pieces, still finds a token."""

    statement = text("SELECT count(*) FROM search_index WHERE search_index MATCH :words")
    return replica.read(lambda c: bool(c.execute(statement, {"words": f'"{token}"'}).scalar()))
