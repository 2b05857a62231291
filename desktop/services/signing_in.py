"""From an address and a password to an open workspace: session, node, key, first fill.

A new replica is filled beside its place and moved there only when it is whole, so that failing or
cancelling at any point leaves the profile as it was.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from crm_core.errors import KnownError, SyncCode, SyncError
from crm_core.store.replica import Replica
from crm_core.store.salvage import is_sound
from desktop.services.account import (
    Account,
    account_from,
    file_stamp,
    load_account,
    save_account,
)
from desktop.services.cancelling import CancelToken
from desktop.services.rescue import Rescue, carry_over, last_known, put_in_place, unsent_work
from desktop.services.secrets import new_database_key
from desktop.services.server import Server, Session
from desktop.services.sync_client import SyncClient
from desktop.services.workspace import Setup, Workspace, open_existing, open_own

FILLING = "replica.filling.db"
_BEYOND_OPENING = frozenset({"wrong_key", "damaged", "key_missing", "key_damaged",
                             "replica_missing"})  # fmt: skip
"""Why a replica may have to be replaced; for anything else (disk, newer format) it is not."""
_WORTH_ANOTHER_TRY = frozenset({SyncCode.SERVER_UNREACHABLE, SyncCode.SERVER_BUSY})
_TRIES = 4

OnFilled = Callable[[int], object]
"""Hears how many operations have arrived; how many there will be is not known."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a person types to sign in."""

    server: str
    login: str
    password: str = field(repr=False)
    device_name: str = ""


def sign_in(
    setup: Setup,
    credentials: Credentials,
    *,
    progress: OnFilled | None = None,
    cancel: CancelToken | None = None,
) -> Workspace:
    """Sign in and open the workspace, filling a new replica or mending a damaged one.

    A sound replica of the same person is kept as it is, with everything it has yet to send.
    Raises SyncError (BAD_CREDENTIALS, LOCKED_OUT, SERVER_UNREACHABLE…), Cancelled, and KnownError:
    "other_user", "disk_full", "unwritable", "keyring". The profile is then as it was.
    """
    token = cancel or CancelToken()
    before = load_account(setup.profile, setup.clock) or _account_in_replica(setup)
    server = Server(credentials.server, clock=setup.clock, transport=setup.transport)
    try:
        organisation = server.health().organisation
        token.check()
        session = server.sign_in(
            credentials.login,
            credentials.password,
            device_name=credentials.device_name,
            device=before.node if before else "",
        )
        account = Account(
            server=server.url, organisation=organisation, user_id=session.user_id,
            user_name=session.user_name, role=session.role, login=credentials.login,
            node=session.node, lineage=session.lineage,
        )  # fmt: skip
        with _writable():
            if before is not None:
                _same_person(server, before, session)
            rescue = _provide_replica(setup, server, account, before, _Fill(progress, token))
            _note_account(setup, account)
            setup.secrets.keep_refresh_token(session.refresh)
            save_account(setup.profile, account)
    finally:
        server.close()
    workspace = Workspace(setup, account, open_existing(setup, account))
    workspace.client.server.access = session.access
    workspace.rescue = rescue
    return workspace


@dataclass(frozen=True, slots=True)
class _Fill:
    """How far a first fill tells, and how it is stopped."""

    progress: OnFilled | None
    token: CancelToken

    def run(self, client: SyncClient) -> None:
        """Pull everything; a break of the network is tried over a few times, from where it was."""
        for attempt in range(_TRIES):
            try:
                client.pull_all(self.progress, self.token)
            except SyncError as error:
                if error.sync_code not in _WORTH_ANOTHER_TRY or attempt == _TRIES - 1:
                    raise
                self.token.wait(2.0**attempt / 4)
            else:
                return


def _same_person(server: Server, before: Account, session: Session) -> None:
    if before.user_id == session.user_id:
        return
    server.sign_out()
    raise KnownError(
        f"这个数据文件夹属于{before.user_name}，不能用另一个账号登录；什么都没有改动。"
        "请换一个数据文件夹（--profile）。",
        f"This profile belongs to {before.user_name} and cannot be used by another account; "
        "nothing was changed. Use another profile (--profile).",
        code="other_user",
    )


def _provide_replica(
    setup: Setup, server: Server, account: Account, before: Account | None, fill: _Fill
) -> Rescue | None:
    """See to it that a sound replica of this node is in its place."""
    if before is not None and before.node == account.node and _sound(setup, account):
        return None
    return _fill_new(setup, server, account, before, fill)


def _sound(setup: Setup, account: Account) -> bool:
    """Whether the replica in its place opens and can be read to its last page."""
    try:
        open_existing(setup, account).close()
    except KnownError as error:
        if error.code not in _BEYOND_OPENING:
            raise
        return False
    return is_sound(setup.profile.replica_path, setup.secrets.database_key())


def _fill_new(
    setup: Setup, server: Server, account: Account, before: Account | None, fill: _Fill
) -> Rescue | None:
    profile = setup.profile
    profile.folder.mkdir(parents=True, exist_ok=True)
    known_key = _key_or_none(setup)
    key = known_key or new_database_key()
    _remove(profile.folder / FILLING)
    try:
        replica = open_own(setup, FILLING, key, account.node)
        try:
            saved = _fill_and_mend(setup, server, replica, before, fill)
        finally:
            replica.close()
        if known_key is None:
            setup.secrets.keep_database_key(key)
        stamp = file_stamp(setup.clock)
        kept = put_in_place(profile.folder / FILLING, profile.replica_path, stamp)
    except BaseException:
        _remove(profile.folder / FILLING)
        raise
    if kept is None:
        return None if saved.kept_as == profile.replica_path else saved
    return replace(saved, kept_as=kept)


def _fill_and_mend(
    setup: Setup, server: Server, replica: Replica, before: Account | None, fill: _Fill
) -> Rescue:
    """Pull everything, then add what the old replica had not sent."""
    client = SyncClient(server, replica, setup.secrets)
    client.learn_offset()
    fill.run(client)
    node = replica.hybrid.node
    replica.remember(replica_seq=max(client.highest_own, 0))
    if before is None:
        return Rescue(setup.profile.replica_path, 0, 0)
    source = last_known(setup.profile.replica_path)
    work = unsent_work(source, _key_or_none(setup), before.node or node)
    saved = carry_over(replica, work, before.node or node)
    return Rescue(source, saved, work.unreadable)


def _account_in_replica(setup: Setup) -> Account | None:
    """Whose replica lies here, should `profile.json` be gone or broken."""
    key = _key_or_none(setup)
    if key is None or not setup.profile.replica_path.exists():
        return None
    try:
        replica = open_own(setup, setup.profile.replica_path.name, key, "")
    except KnownError as error:
        if error.code not in _BEYOND_OPENING:
            raise
        return None
    try:
        return account_from(replica.meta("account"))
    finally:
        replica.close()


def _note_account(setup: Setup, account: Account) -> None:
    replica = open_existing(setup, account)
    try:
        replica.remember(account=asdict(account))
    finally:
        replica.close()


def _key_or_none(setup: Setup) -> bytes | None:
    try:
        return setup.secrets.database_key()
    except KnownError as error:
        if error.code != "key_damaged":
            raise
        return None


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


@contextmanager
def _writable() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise KnownError(
            f"无法写入数据文件夹（{error.strerror}），登录没有完成，什么都没有改动。"
            "请检查磁盘空间和文件夹权限。",
            f"The profile folder cannot be written ({error.strerror}); signing in was not "
            "finished and nothing was changed. Check free space and permissions.",
            code="unwritable",
        ) from error
