"""Pages we encrypt ourselves, read and checked by SQLCipher."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3.dbapi2 as cipher
from hypothesis import given
from hypothesis import strategies as st

from crm_core.store.images.blank import write_empty
from crm_core.store.images.cipher_pages import PageCipher, new_salt
from crm_core.sync.snapshot import PAGE
from tests.builders import KEY

SECRET = "北京协和医院机密"


@contextmanager
def opened(path: Path, key: bytes | None = KEY) -> Iterator[Any]:
    connection = cipher.connect(str(path), isolation_level=None)
    if key is not None:
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    try:
        yield connection
    finally:
        connection.close()


def plain_file(path: Path, *, rows: int) -> bytes:
    """A plain database with room for encryption; the secret is in it many times."""
    write_empty(path)
    with opened(path, None) as connection:
        connection.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)")
        connection.executemany(
            "INSERT INTO t (b) VALUES (?)", [(f"{SECRET}{n}" * 9,) for n in range(rows)]
        )
        connection.execute("CREATE INDEX ix ON t (b)")
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    return path.read_bytes()


def encrypted(path: Path, plain: bytes, *, pieces: int) -> None:
    """`plain` encrypted `pieces` pages at a time."""
    maker, size = PageCipher(KEY, new_salt()), pieces * PAGE
    with path.open("wb") as file:
        for start in range(0, len(plain), size):
            file.write(maker.encrypt(plain[start : start + size], first=start // PAGE + 1))


@pytest.mark.parametrize("pieces", [1, 2, 7, 10_000])
def test_sqlcipher_opens_what_we_encrypted_and_finds_every_page_genuine(
    tmp_path: Path, pieces: int
) -> None:
    plain = plain_file(tmp_path / "plain.db", rows=300)
    encrypted(tmp_path / "sealed.db", plain, pieces=pieces)
    with opened(tmp_path / "sealed.db") as connection:
        assert connection.execute("PRAGMA cipher_integrity_check").fetchall() == []
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        found = connection.execute("SELECT max(a), b FROM t WHERE b > ''").fetchall()
        assert found == [(300, f"{SECRET}299" * 9)]


def test_the_file_can_be_written_and_grown_by_sqlcipher(tmp_path: Path) -> None:
    path = tmp_path / "sealed.db"
    encrypted(path, plain_file(tmp_path / "plain.db", rows=50), pieces=4)
    with opened(path) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("UPDATE t SET b = b || '改'")
        connection.executemany("INSERT INTO t (b) VALUES (?)", [(str(n) * 500,) for n in range(99)])
    with opened(path) as connection:
        assert connection.execute("PRAGMA cipher_integrity_check").fetchall() == []
        assert connection.execute("SELECT count(*) FROM t").fetchall() == [(149,)]


def test_neither_another_key_nor_no_key_opens_it(tmp_path: Path) -> None:
    path = tmp_path / "sealed.db"
    encrypted(path, plain_file(tmp_path / "plain.db", rows=5), pieces=4)
    for key in (None, bytes(32)):
        with opened(path, key) as connection, pytest.raises(cipher.DatabaseError):
            connection.execute("SELECT count(*) FROM t")


def test_nothing_of_the_plain_file_is_in_the_encrypted_one(tmp_path: Path) -> None:
    plain = plain_file(tmp_path / "plain.db", rows=300)
    assert plain.count(SECRET.encode()) > 1000
    encrypted(tmp_path / "sealed.db", plain, pieces=64)
    sealed = (tmp_path / "sealed.db").read_bytes()
    assert len(sealed) == len(plain)
    assert SECRET.encode() not in sealed
    assert b"SQLite" not in sealed
    assert b"CREATE" not in sealed


def test_the_same_page_never_looks_the_same(tmp_path: Path) -> None:
    page = bytes(PAGE)
    maker = PageCipher(KEY, new_salt())
    sealed = bytes(maker.encrypt(page * 3, first=5)) + maker.encrypt(page, first=5)
    blocks = {sealed[start : start + 16] for start in range(0, len(sealed), 16)}
    assert len(blocks) == len(sealed) // 16


@given(start=st.integers(0, PAGE - 1), number=st.integers(1, 9))
def test_a_changed_byte_or_a_page_in_another_place_is_noticed(start: int, number: int) -> None:
    maker = PageCipher(KEY, bytes(16))
    sealed = bytes(maker.encrypt(bytes(PAGE * 2), first=number))
    assert maker.genuine(sealed, first=number) == 2
    place = PAGE + start
    broken = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
    assert maker.genuine(broken, first=number) == 1
    assert maker.genuine(sealed, first=number + 1) == 0
    assert maker.genuine(sealed[:-1], first=number) == 1


def test_half_pages_and_page_nought_are_a_bug() -> None:
    maker = PageCipher(KEY, new_salt())
    for pages, first in ((bytes(PAGE - 1), 1), (b"", 1), (bytes(PAGE), 0)):
        with pytest.raises(ValueError, match="pages"):
            maker.encrypt(pages, first=first)
    with pytest.raises(ValueError, match="32 bytes"):
        PageCipher(KEY[:31], new_salt())
