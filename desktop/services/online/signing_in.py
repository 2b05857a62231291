"""From an address and a password to an open workspace: session, node, key, first fill.

A new replica is filled beside its place and moved there only when it is whole, so that failing or
cancelling at any point leaves the profile as it was.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from crm_core.errors import KnownError, SyncCode, SyncError
from crm_core.store.forgetting.salvage import is_sound
from crm_core.store.replica import Replica
from desktop.services.online.account import (
    Account,
    account_from,
    file_stamp,
    load_account,
    save_account,
)
from desktop.services.online.first_fill import FillProgress, Line, Watch, fill, note_path
from desktop.services.online.own_account import change_password
from desktop.services.online.rescue import Rescue, carry_over, last_known, put_in_place, unsent_work
from desktop.services.online.secrets import new_database_key
from desktop.services.online.server import Server, Session
from desktop.services.online.single_sign_on import OpenPage, Proof, offer_of, sign_in_at
from desktop.services.online.sync_client import SyncClient
from desktop.services.workspace import Setup, Workspace, open_existing, open_own

FILLING = "replica.filling.db"
_BEYOND_OPENING = frozenset({"wrong_key", "damaged", "key_missing", "key_damaged",
                             "replica_missing"})  # fmt: skip
"""Why a replica may have to be replaced; for anything else (disk, newer format) it is not."""
_WORTH_ANOTHER_TRY = frozenset({SyncCode.SERVER_UNREACHABLE, SyncCode.SERVER_BUSY})
_TRIES = 4


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a person types to sign in."""

    server: str
    login: str
    password: str = field(repr=False)
    device_name: str = ""
    device: str = ""
    """The node id leased to this machine in an attempt before, where there was one."""
    proof: Proof | None = field(default=None, repr=False)
    """Who the company's provider says they are, in place of a password."""


def sign_in(
    setup: Setup,
    credentials: Credentials,
    *,
    watch: Watch | None = None,
) -> Workspace:
    """Sign in and open the workspace, filling a new replica or mending a damaged one.

    A sound replica of the same person is kept as it is, with everything it has yet to send.
    Raises SyncError (BAD_CREDENTIALS, LOCKED_OUT, SERVER_UNREACHABLE…; PASSWORD_CHANGE, with the
    node id in `detail`, until `choose_password`), Cancelled, and KnownError:
    "other_user", "disk_full", "unwritable", "keyring". The profile is then as it was.
    """
    watch = watch or Watch()
    before = load_account(setup.profile, setup.clock) or _account_in_replica(setup)
    server = Server(credentials.server, clock=setup.clock, transport=setup.transport)
    try:
        organisation = server.health().organisation
        watch.token.check()
        session = _opened(server, credentials, before.node if before else credentials.device)
        _refuse_given_password(server, session)
        account = Account(
            server=server.url, organisation=organisation, user_id=session.user_id,
            user_name=session.user_name, role=session.role,
            login=session.login or credentials.login,
            node=session.node, lineage=session.lineage,
        )  # fmt: skip
        with _writable():
            if before is not None:
                _same_person(server, before, session)
            filling = _Filling(setup, server, account, before, session, watch)
            rescue = filling.provide_replica()
            replica = _noted(setup, account, filling.session)
    finally:
        server.close()
    workspace = Workspace(setup, account, replica)
    workspace.client.server.access = filling.session.access
    workspace.note_contact(server)
    workspace.rescue = rescue
    return workspace


def fill_for(setup: Setup, account: Account, session: Session, watch: Watch) -> Workspace:
    """A workspace of a session that somebody else opened, filled anew; see `guests`.

    Errors as `sign_in`; the profile is then empty.
    """
    server = Server(account.server, clock=setup.clock, transport=setup.transport)
    server.access = session.access
    try:
        with _writable():
            filling = _Filling(setup, server, account, None, session, watch)
            filling.provide_replica()
            replica = _noted(setup, account, filling.session)
    finally:
        server.close()
    workspace = Workspace(setup, account, replica)
    workspace.client.server.access = filling.session.access
    return workspace


def sign_in_by_company(
    setup: Setup, credentials: Credentials, open_page: OpenPage, *, watch: Watch
) -> Workspace:
    """Let the person sign in at the company's provider, then as `sign_in`.

    SyncError: OIDC_OFF, OIDC_UNREACHABLE, OIDC_REFUSED, OIDC_NO_ACCOUNT; KnownError
    ("oidc_timeout").
    """
    server = Server(credentials.server, clock=setup.clock, transport=setup.transport)
    try:
        offer = offer_of(server)
    finally:
        server.close()
    proof = sign_in_at(offer, open_page=open_page, token=watch.token)
    return sign_in(setup, replace(credentials, proof=proof), watch=watch)


def _opened(server: Server, credentials: Credentials, device: str) -> Session:
    if credentials.proof is not None:
        name = credentials.device_name
        return server.sign_in_by(asdict(credentials.proof), device_name=name, device=device)
    return server.sign_in(
        credentials.login, credentials.password, device_name=credentials.device_name,
        device=device,
    )  # fmt: skip


def choose_password(setup: Setup, credentials: Credentials, new: str) -> None:
    """Replace a password that somebody else gave; nothing is opened or kept here.

    SyncError: BAD_CREDENTIALS, LOCKED_OUT, PASSWORD_WEAK, SERVER_UNREACHABLE…
    """
    before = load_account(setup.profile, setup.clock)
    server = Server(credentials.server, clock=setup.clock, transport=setup.transport)
    try:
        server.sign_in(
            credentials.login, credentials.password, device_name=credentials.device_name,
            device=before.node if before else credentials.device,
        )  # fmt: skip
        change_password(server, credentials.password, new)
        with suppress(SyncError):
            server.sign_out()
    finally:
        server.close()


def _refuse_given_password(server: Server, session: Session) -> None:
    """SyncError (PASSWORD_CHANGE): nothing but choosing a password is open to this session."""
    if session.must_change:
        with suppress(SyncError):
            server.sign_out()
        raise SyncError(SyncCode.PASSWORD_CHANGE, session.node)


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


@dataclass(slots=True)
class _Filling:
    """Seeing to it that a sound replica of this device's node is in its place."""

    setup: Setup
    server: Server
    account: Account
    before: Account | None
    session: Session
    """Renewed where filling takes longer than it lives."""
    watch: Watch

    def provide_replica(self) -> Rescue | None:
        """Keep the replica that is here, or fill a new one; what became of the old one."""
        known = self.before is not None and self.before.node == self.account.node
        if known and _sound(self.setup, self.account):
            return None
        return self._fill_new()

    def _fill_new(self) -> Rescue | None:
        setup, profile = self.setup, self.setup.profile
        profile.make()
        known_key, path = _key_or_none(setup), profile.folder / FILLING
        if known_key is None or not note_path(path).exists():
            _remove(path)
        # Kept before there is anything to open with it: a fill goes on after a crash.
        key = known_key or new_database_key()
        if known_key is None:
            setup.secrets.keep_database_key(key)
        try:
            saved = self._fill_and_mend(path, key)
            kept = put_in_place(path, profile.replica_path, file_stamp(setup.clock))
        except BaseException as error:
            if not (_broken_off(error) and note_path(path).exists()):
                _remove(path)
                if not last_known(profile.replica_path).exists():
                    setup.secrets.forget_database_key()  # Nothing is left that it opens.
            raise
        if kept is None:
            return None if saved.kept_as == profile.replica_path else saved
        return replace(saved, kept_as=kept)

    def _fill_and_mend(self, path: Path, key: bytes) -> Rescue:
        """Fetch everything, then add what the old replica had not sent."""
        manifest = fill(Line(self.server, self._renew), path, key, self.watch)
        replica = open_own(self.setup, path.name, key, self.account.node)
        try:
            if manifest is not None:
                replica.remember(
                    cursor=manifest.position, lineage=manifest.lineage, filling=True
                )  # fmt: skip
            client = SyncClient(self.server, replica, self.setup.secrets)
            client.learn_offset()
            self._pull(client)
            own = manifest.highest_own if manifest is not None else 0
            replica.remember(replica_seq=max(client.highest_own, own, 0))
            return self._mend(replica)
        finally:
            replica.close()

    def _pull(self, client: SyncClient) -> None:
        """Pull everything; a break of the network is tried over a few times, from where it was."""
        for attempt in range(_TRIES):
            try:
                client.pull_all(lambda n: self.watch.tell(FillProgress(n)), self.watch.token)
            except SyncError as error:
                if error.sync_code not in _WORTH_ANOTHER_TRY or attempt == _TRIES - 1:
                    raise
                self.watch.token.wait(2.0**attempt / 4)
            else:
                return

    def _mend(self, replica: Replica) -> Rescue:
        node = replica.hybrid.node
        if self.before is None:
            return Rescue(self.setup.profile.replica_path, 0, 0)
        source = last_known(self.setup.profile.replica_path)
        work = unsent_work(source, _key_or_none(self.setup), self.before.node or node)
        saved = carry_over(replica, work, self.before.node or node)
        return Rescue(source, saved, work.unreadable)

    def _renew(self) -> None:
        self.session = self.server.refresh(self.session.refresh, self.account.node)


def _broken_off(error: BaseException) -> bool:
    """Whether it was the network, so that what arrived is worth keeping."""
    return isinstance(error, SyncError) and error.sync_code in _WORTH_ANOTHER_TRY


def _sound(setup: Setup, account: Account) -> bool:
    """Whether the replica in its place opens and can be read to its last page."""
    try:
        open_existing(setup, account).close()
    except KnownError as error:
        if error.code not in _BEYOND_OPENING:
            raise
        return False
    return is_sound(setup.profile.replica_path, setup.secrets.database_key())


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


def _noted(setup: Setup, account: Account, session: Session) -> Replica:
    """The replica in its place, open; whose it is noted in it and beside it."""
    replica = open_existing(setup, account)
    with ExitStack() as undone:
        undone.callback(replica.close)
        replica.remember(account=asdict(account))
        setup.secrets.keep_refresh_token(session.refresh)
        save_account(setup.profile, account)
        undone.pop_all()
    return replica


def _key_or_none(setup: Setup) -> bytes | None:
    try:
        return setup.secrets.database_key()
    except KnownError as error:
        if error.code != "key_damaged":
            raise
        return None


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm", ".json"):
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
