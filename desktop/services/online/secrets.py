"""The keys of one profile: the database key and the refresh token, in the system's keyring.

With a passphrase they are kept wrapped (see `passphrase`), and are nowhere in clear but in memory.

Where the system has no keyring that works (a Linux box without a desktop session), they lie in a
file only the user can read, and `Secrets.protected` says so. Nothing here is ever logged.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from crm_core.errors import KnownError
from desktop.config import Profile, write_json
from desktop.postponed import Postponed
from desktop.services.online.passphrase import (
    Cost,
    checked,
    sealed,
    unsealed,
    unwrapped,
    wait_ms,
    wrapped,
)

if TYPE_CHECKING:
    import keyring
    from keyring import errors
else:
    keyring, errors = Postponed("keyring"), Postponed("keyring.errors")

SERVICE = "suixing"
KEYRING_VARIABLE = "SUIXING_KEYRING"
KEY_BYTES = 32
_DATABASE_KEY = "database-key"
_REFRESH_TOKEN = "refresh-token"
_WRAPPED_KEY = "wrapped-key"
_TRIES = "passphrase-tries"


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
        except errors.KeyringError as error:
            raise _locked() from error

    def put(self, name: str, secret: str) -> None:
        """Keep or replace it; KnownError("keyring") where the keyring refuses."""
        try:
            keyring.set_password(SERVICE, self._account(name), secret)
        except errors.KeyringError as error:
            raise _locked() from error

    def drop(self, name: str) -> None:
        """Forget it."""
        try:
            keyring.delete_password(SERVICE, self._account(name))
        except errors.PasswordDeleteError:
            return
        except errors.KeyringError as error:
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
    """The secrets of one profile.

    With a passphrase, only the wrapped key and a sealed token are kept, and both can be read only
    between `unlock` and `lock`.
    """

    def __init__(self, vault: Vault, *, protected: bool, cost: Cost | None = None) -> None:
        """`cost` of one guess at a passphrase; by default what RFC 9106 recommends."""
        self._vault = vault
        self._guarded = protected
        self._cost = cost or Cost()
        self._key: bytes | None = None
        self._has_passphrase: bool | None = None
        self._anew = False

    @property
    def protected(self) -> bool:
        """Whether the operating system or a passphrase guards them."""
        if self._guarded:
            return True
        try:
            return self.has_passphrase
        except KnownError:  # What cannot be read guards nothing, and is said where it is needed.
            return False

    @property
    def warning(self) -> KnownError | None:
        """The sentence to show where they are not guarded, else None."""
        if self.protected:
            return None
        return KnownError(
            "这台电脑没有可用的系统密钥环，数据库密钥保存在只有您的账户能读的文件里。"
            "请开启整盘加密、安装系统密钥环，或在设置中加一个口令。",
            "This computer offers no keyring, so the database key is in a file only your account "
            "can read. Turn on full-disk encryption, install a system keyring, or set a "
            "passphrase in the settings.",
            code="unprotected",
        )

    # -- key and token -------------------------------------------------------------------------

    def database_key(self) -> bytes | None:
        """The raw 32-byte key of the replica; None where there is none.

        KnownError("passphrase") while it is locked, ("key_damaged") where something else is kept
        in its place.
        """
        if self._anew:
            return None
        if self.has_passphrase:
            return self._unlocked()
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
        """Keep the key of a new replica; a passphrase that guarded another one is gone."""
        self._anew = False
        self._vault.put(_DATABASE_KEY, key.hex())
        self._forget_passphrase()

    def forget_database_key(self) -> None:
        """Make the replica unreadable for ever."""
        self._vault.drop(_DATABASE_KEY)
        self._forget_passphrase()

    def refresh_token(self) -> str | None:
        """The token that renews the sign-in; None once signed out. KnownError("passphrase")."""
        kept = None if self._anew else self._vault.get(_REFRESH_TOKEN)
        if kept is None or not self.has_passphrase:
            return kept
        return unsealed(self._unlocked(), kept)

    def keep_refresh_token(self, token: str) -> None:
        """Keep the latest one; once it, or the session that came with it, is used, the server
        takes no earlier one. KnownError("passphrase") while locked."""
        kept = sealed(self._unlocked(), token) if self.has_passphrase else token
        self._vault.put(_REFRESH_TOKEN, kept)

    def forget_refresh_token(self) -> None:
        """Sign out on this machine."""
        self._vault.drop(_REFRESH_TOKEN)

    # -- passphrase ----------------------------------------------------------------------------

    @property
    def has_passphrase(self) -> bool:
        """Whether a passphrase guards the key. KnownError ("keyring", "key_damaged") where that
        cannot be read; asked of the vault once."""
        if self._has_passphrase is None:
            self._has_passphrase = self._vault.get(_WRAPPED_KEY) is not None
        return self._has_passphrase and not self._anew

    def set_passphrase(self, passphrase: str) -> None:
        """Guard key and token with a passphrase, or with another one, from now on.

        KnownError: "passphrase_weak", "passphrase" while locked, "key_missing".
        """
        plain, key = checked(passphrase), self.database_key()
        if key is None:
            raise _unreadable()
        token = self.refresh_token()
        # What opens the data is never absent in between; the plain key goes last.
        self._vault.put(_WRAPPED_KEY, wrapped(key, plain, self._cost))
        self._key, self._has_passphrase = key, True
        if token is not None:
            self.keep_refresh_token(token)
        self._vault.drop(_DATABASE_KEY)

    def remove_passphrase(self) -> None:
        """Keep key and token as without one. KnownError("passphrase") while locked."""
        key, token = self._unlocked(), self.refresh_token()
        self._vault.put(_DATABASE_KEY, key.hex())
        self._forget_passphrase()
        if token is not None:
            self.keep_refresh_token(token)

    def check_passphrase(self, passphrase: str, now_ms: int) -> bytes:
        """The key behind the passphrase. KnownError: "passphrase_wrong", "passphrase_wait" (after
        several wrong ones, with how long), "key_damaged"."""
        failures, left = self._tries(now_ms)
        if left:
            raise _wait(left)
        text = self._vault.get(_WRAPPED_KEY)
        try:
            key = unwrapped(text or "", passphrase)
        except ValueError as error:
            raise _unreadable() from error
        if key is None or len(key) != KEY_BYTES:
            self._vault.put(_TRIES, f"{failures + 1} {now_ms}")
            raise _wrong()
        if failures:
            self._vault.drop(_TRIES)
        return key

    def unlock(self, passphrase: str, now_ms: int) -> None:
        """Open key and token until `lock`. KnownError as `check_passphrase`."""
        self._key = self.check_passphrase(passphrase, now_ms)
        # Left by a stop in the middle of `set_passphrase`.
        self._vault.drop(_DATABASE_KEY)
        token = self._vault.get(_REFRESH_TOKEN)
        if token is not None and unsealed(self._key, token) is None:
            self._vault.drop(_REFRESH_TOKEN)

    def lock(self) -> None:
        """Forget what was unlocked."""
        self._key = None

    def start_anew(self) -> None:
        """The passphrase is forgotten: a sign-in that succeeds makes a new key. Until then
        everything stays as it is, and is there again after a restart."""
        self._anew = True

    def _unlocked(self) -> bytes:
        if self._key is None:
            raise KnownError(
                "本机数据已用口令锁住。请先输入口令；数据没有改动。",
                "The data on this computer is locked. Enter the passphrase first; nothing was "
                "changed.",
                code="passphrase",
            )
        return self._key

    def _forget_passphrase(self) -> None:
        self._key = None
        for name in (_WRAPPED_KEY, _TRIES):
            if self._vault.get(name) is not None:
                self._vault.drop(name)
        self._has_passphrase = False

    def _tries(self, now_ms: int) -> tuple[int, int]:
        """(wrong ones in a row, milliseconds to wait)."""
        kept = (self._vault.get(_TRIES) or "").split()
        if len(kept) != 2 or not all(part.isdecimal() for part in kept):
            return 0, 0
        failures, since = int(kept[0]), now_ms - int(kept[1])
        # A clock set back must neither shorten a wait nor make it endless.
        return failures, max(0, wait_ms(failures) - max(0, since))


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
    from keyring.backends import fail, null

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


def no_passphrase() -> KnownError:
    """What to say to somebody who wants to lock what has no lock."""
    return KnownError(
        "还没有设置口令，无法锁定。请先在设置中设一个口令。",
        "There is no passphrase yet, so nothing can be locked. Set one in the settings first.",
        code="no_passphrase",
    )


def _wrong() -> KnownError:
    return KnownError(
        "口令不对，数据没有打开。请检查大小写和输入法后再试。",
        "The passphrase is wrong and the data stays closed. Check capitals and the keyboard "
        "layout, then try again.",
        code="passphrase_wrong",
    )


def _wait(left_ms: int) -> KnownError:
    seconds = -(-left_ms // 1000)
    return KnownError(
        f"连续输错多次，请等 {seconds} 秒再试。数据没有改动。",
        f"Too many wrong passphrases in a row; wait {seconds} seconds. Nothing was changed.",
        code="passphrase_wait",
    )
