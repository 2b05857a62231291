"""The keys of one profile: the database key and the refresh token, in the system's keyring.

Where the system has no keyring that works (a Linux box without a desktop session), they lie in a
file only the user can read, and `Secrets.protected` says so. Nothing here is ever logged.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

import keyring
from keyring.backends import fail, null
from keyring.errors import KeyringError, PasswordDeleteError

from crm_core.errors import KnownError
from desktop.config import Profile, write_json

SERVICE = "suixing"
KEYRING_VARIABLE = "SUIXING_KEYRING"
KEY_BYTES = 32
_DATABASE_KEY = "database-key"
_REFRESH_TOKEN = "refresh-token"


class Vault(Protocol):
    """Where named secrets of one profile are kept."""

    def get(self, name: str) -> str | None:
        """The secret, or None."""

    def put(self, name: str, secret: str) -> None:
        """Keep or replace it."""

    def drop(self, name: str) -> None:
        """Forget it; harmless where there is none."""


class KeyringVault:
    """The system's keyring: Windows Credential Manager, macOS Keychain, Secret Service."""

    def __init__(self, profile: Profile) -> None:
        place = os.path.normcase(str(profile.folder.resolve()))
        self._owner = hashlib.sha256(place.encode()).hexdigest()[:16]

    def get(self, name: str) -> str | None:
        """The secret, or None; KnownError("keyring") where the keyring stays locked."""
        try:
            return keyring.get_password(SERVICE, self._account(name))
        except KeyringError as error:
            raise _locked() from error

    def put(self, name: str, secret: str) -> None:
        """Keep or replace it; KnownError("keyring") where the keyring refuses."""
        try:
            keyring.set_password(SERVICE, self._account(name), secret)
        except KeyringError as error:
            raise _locked() from error

    def drop(self, name: str) -> None:
        """Forget it."""
        try:
            keyring.delete_password(SERVICE, self._account(name))
        except PasswordDeleteError:
            return
        except KeyringError as error:
            raise _locked() from error

    def _account(self, name: str) -> str:
        return f"{self._owner}/{name}"


class FileVault:
    """A file of mode 0600 in the profile: safe from other users, not from a stolen disk."""

    def __init__(self, profile: Profile) -> None:
        self._path = profile.secrets_path

    def get(self, name: str) -> str | None:
        """The secret, or None."""
        return self._all().get(name)

    def put(self, name: str, secret: str) -> None:
        """Keep or replace it; KnownError("unwritable") with the file as it was."""
        every = {**self._all(), name: secret}
        with _usable():
            write_json(self._path, every, mode=0o600)

    def drop(self, name: str) -> None:
        """Forget it; the file goes with its last secret. KnownError as `put`."""
        kept = {key: value for key, value in self._all().items() if key != name}
        with _usable():
            if kept:
                write_json(self._path, kept, mode=0o600)
            else:
                self._path.unlink(missing_ok=True)

    def _all(self) -> dict[str, str]:
        try:
            with _usable():
                found = json.loads(self._path.read_text("utf-8")) if self._path.exists() else {}
        except ValueError as error:
            raise _unreadable() from error
        if not isinstance(found, dict):
            raise _unreadable()
        return {str(key): str(value) for key, value in found.items()}


class Secrets:
    """The secrets of one profile."""

    def __init__(self, vault: Vault, *, protected: bool) -> None:
        self._vault = vault
        self.protected = protected
        """Whether the operating system guards them."""

    @property
    def warning(self) -> KnownError | None:
        """The sentence to show where they are not guarded, else None."""
        if self.protected:
            return None
        return KnownError(
            "这台电脑没有可用的系统密钥环，数据库密钥保存在只有您的账户能读的文件里。"
            "请开启整盘加密，或安装系统密钥环。",
            "This computer offers no keyring, so the database key is in a file only your account "
            "can read. Turn on full-disk encryption, or install a system keyring.",
            code="unprotected",
        )

    def database_key(self) -> bytes | None:
        """The raw 32-byte key of the replica; None where there is none.

        KnownError("key_damaged") where something else is kept in its place.
        """
        text = self._vault.get(_DATABASE_KEY)
        if text is None:
            return None
        try:
            key = bytes.fromhex(text)
        except ValueError as error:
            raise _unreadable() from error
        if len(key) != KEY_BYTES:
            raise _unreadable()
        return key

    def keep_database_key(self, key: bytes) -> None:
        """Keep the replica's key."""
        self._vault.put(_DATABASE_KEY, key.hex())

    def forget_database_key(self) -> None:
        """Make the replica unreadable for ever."""
        self._vault.drop(_DATABASE_KEY)

    def refresh_token(self) -> str | None:
        """The token that renews the sign-in; None once signed out."""
        return self._vault.get(_REFRESH_TOKEN)

    def keep_refresh_token(self, token: str) -> None:
        """Keep the latest one; once it, or the session that came with it, is used, the server
        takes no earlier one."""
        self._vault.put(_REFRESH_TOKEN, token)

    def forget_refresh_token(self) -> None:
        """Sign out on this machine."""
        self._vault.drop(_REFRESH_TOKEN)


def new_database_key() -> bytes:
    """A fresh raw key."""
    return secrets.token_bytes(KEY_BYTES)


def open_secrets(profile: Profile, environ: Mapping[str, str]) -> Secrets:
    """The keyring where it works, else (or with SUIXING_KEYRING=file) the file.

    A profile that already keeps its secrets in the file goes on using it.
    """
    forced = environ.get(KEYRING_VARIABLE) == "file"
    if forced or profile.secrets_path.exists() or not _keyring_works():
        return Secrets(FileVault(profile), protected=False)
    return Secrets(KeyringVault(profile), protected=True)


def _keyring_works() -> bool:
    backend = keyring.get_keyring()
    return not isinstance(backend, fail.Keyring | null.Keyring) and backend.priority > 0


@contextmanager
def _usable() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise KnownError(
            f"保存密钥的文件不能使用（{error.strerror}），原来的内容没有改动。"
            "请检查磁盘空间和文件夹权限。",
            f"The file that keeps the keys cannot be used ({error.strerror}); it was left as it "
            "was. Check free space and permissions.",
            code="unwritable",
        ) from error


def _locked() -> KnownError:
    return KnownError(
        "系统密钥环没有打开，无法读取数据库密钥。数据没有被改动；请解锁密钥环后重试。",
        "The system keyring did not open, so the database key cannot be read. Nothing was "
        "changed; unlock the keyring and try again.",
        code="keyring",
    )


def _unreadable() -> KnownError:
    return KnownError(
        "保存的数据库密钥已损坏，无法打开本机数据。文件没有被改动，请重新登录，从服务器恢复。",
        "The stored database key is damaged, so the local data cannot be opened. Nothing was "
        "changed; sign in again to restore it from the server.",
        code="key_damaged",
    )
