"""Keys in the keyring where there is one, else in a file only the user can read."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail
from keyring.errors import KeyringLocked, PasswordDeleteError

from crm_core.errors import KnownError
from desktop.config import Profile
from desktop.services.online.secrets import Secrets, new_database_key, open_secrets


class MemoryKeyring(KeyringBackend):
    """A working keyring that forgets at the end of the test."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringLocked
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError


@pytest.fixture
def ring() -> Iterator[MemoryKeyring]:
    before, ring = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


def check_round_trip(secrets: Secrets) -> None:
    key = new_database_key()
    assert len(key) == 32
    assert secrets.database_key() is None
    assert secrets.refresh_token() is None
    secrets.keep_database_key(key)
    secrets.keep_refresh_token("r1")
    secrets.keep_refresh_token("r2")
    assert (secrets.database_key(), secrets.refresh_token()) == (key, "r2")
    secrets.forget_refresh_token()
    secrets.forget_refresh_token()
    assert (secrets.database_key(), secrets.refresh_token()) == (key, None)
    secrets.forget_database_key()
    assert secrets.database_key() is None


def test_a_working_keyring_is_used_and_leaves_nothing_on_disk(
    ring: MemoryKeyring, tmp_path: Path
) -> None:
    secrets = open_secrets(Profile(tmp_path), {})
    assert secrets.protected
    assert secrets.warning is None
    check_round_trip(secrets)
    assert list(tmp_path.iterdir()) == []
    secrets.keep_refresh_token("r")
    assert {service for service, _ in ring.kept} == {"suixing"}


def test_profiles_do_not_share_their_keys(ring: MemoryKeyring, tmp_path: Path) -> None:
    one = open_secrets(Profile(tmp_path / "one"), {})
    two = open_secrets(Profile(tmp_path / "two"), {})
    one.keep_database_key(new_database_key())
    assert two.database_key() is None


def test_a_locked_keyring_is_a_sentence(ring: MemoryKeyring, tmp_path: Path) -> None:
    secrets = open_secrets(Profile(tmp_path), {})
    ring.locked = True
    with pytest.raises(KnownError) as caught:
        secrets.database_key()
    assert caught.value.code == "keyring"


def test_without_a_keyring_a_private_file_is_used_and_said(tmp_path: Path) -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    try:
        secrets = open_secrets(Profile(tmp_path), {})
    finally:
        keyring.set_keyring(before)
    assert not secrets.protected
    assert secrets.warning is not None
    assert secrets.warning.code == "unprotected"
    check_round_trip(secrets)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="file modes are POSIX")
def test_the_file_is_only_for_its_user(tmp_path: Path) -> None:
    profile = Profile(tmp_path)
    secrets = open_secrets(profile, {"SUIXING_KEYRING": "file"})
    secrets.keep_refresh_token("r")
    assert profile.secrets_path.stat().st_mode & 0o777 == 0o600


def test_a_profile_that_began_with_the_file_goes_on_with_it(
    ring: MemoryKeyring, tmp_path: Path
) -> None:
    key = new_database_key()
    open_secrets(Profile(tmp_path), {"SUIXING_KEYRING": "file"}).keep_database_key(key)
    assert open_secrets(Profile(tmp_path), {}).database_key() == key


@pytest.mark.parametrize("content", ["{", "[]", '{"database-key": "zz"}', '{"database-key": "00"}'])
def test_a_damaged_file_is_a_sentence_and_left_alone(tmp_path: Path, content: str) -> None:
    profile = Profile(tmp_path)
    profile.secrets_path.write_text(content, "utf-8")
    with pytest.raises(KnownError) as caught:
        open_secrets(profile, {}).database_key()
    assert caught.value.code == "key_damaged"
    assert profile.secrets_path.read_text("utf-8") == content


def test_a_full_disk_is_a_sentence_and_keeps_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = open_secrets(Profile(tmp_path), {"SUIXING_KEYRING": "file"})
    secrets.keep_refresh_token("r1")
    secrets.keep_database_key(new_database_key())

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(KnownError) as kept:
        secrets.keep_refresh_token("r2")
    with pytest.raises(KnownError) as forgotten:
        secrets.forget_refresh_token()
    assert (kept.value.code, forgotten.value.code) == ("unwritable", "unwritable")
    assert secrets.refresh_token() == "r1"
    assert [one.name for one in tmp_path.iterdir()] == ["secrets.json"]
