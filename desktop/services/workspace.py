"""An opened profile: the replica, who is working in it, and the client that speaks to the server.

Opening needs no network. How a profile comes to have a replica is in `signing_in`; what a person
does with the records is in `commands*` (the only way to write) and `queries`.
"""

import contextlib
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crm_core.clock import Clock, new_node_id
from crm_core.errors import KnownError
from crm_core.model.layout import Layout, arranged, layout_from, layout_id
from crm_core.model.query import Query
from crm_core.model.schema import EntitySpec
from crm_core.model.values import Record
from crm_core.permissions import (
    STRUCTURE,
    Access,
    Actor,
    Organisation,
    Right,
    Verdict,
    access,
    can,
)
from crm_core.store.attachments.blobs import BlobStore
from crm_core.store.changes.unit_of_work import Committed, Rules, Unit
from crm_core.store.indexes.likely import Asked, Found
from crm_core.store.indexes.search import Asker, Hit
from crm_core.store.replica import Replica, open_replica
from crm_core.store.ruling.rule_book import RuleBook
from desktop.config import Profile
from desktop.services.online.account import Account, load_account
from desktop.services.online.history_shelf import HistoryShelf
from desktop.services.online.lease_keeper import LeaseKeeper
from desktop.services.online.rescue import Rescue
from desktop.services.online.secrets import Secrets
from desktop.services.online.server import Server
from desktop.services.online.sync_client import SyncClient
from desktop.services.own_use import OwnUse
from desktop.services.voice.recordings import Recordings

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True, slots=True)
class Setup:
    """What opening a profile needs from outside."""

    profile: Profile
    secrets: Secrets
    clock: Clock
    rules: Rules | None = None
    """The engine that reacts to writes; None for no rules."""
    transport: "httpx.BaseTransport | None" = None
    """Replaces the network."""


class Workspace:
    """One person's data, open."""

    def __init__(self, setup: Setup, account: Account, replica: Replica) -> None:
        self.profile = setup.profile
        self.secrets = setup.secrets
        self.clock = setup.clock
        self._transport = setup.transport
        self.account = account
        self.replica = replica
        self.run = new_node_id()
        """Tells what this opening of the data left unfinished from what an earlier one did."""
        self.rescue: Rescue | None = None
        """Set where signing in had to replace a damaged replica."""
        self.after_write: Callable[[], object] | None = None
        """Called after every local commit, on the thread that wrote; wakes sync."""
        self.client = SyncClient(
            Server(account.server, clock=setup.clock, transport=setup.transport),
            replica,
            setup.secrets,
        )
        self.lease = LeaseKeeper(replica, setup.clock)
        """How long this replica may be used without contact."""
        self.read_only = False
        """An administrator looks at what somebody else is sent (`guests`)."""
        self.metered = False
        """The line costs money: what is large waits. Set by the sync loop."""
        self.rule_book = RuleBook()
        self.shelf = HistoryShelf()
        """Older histories fetched in this run."""
        self.blobs = BlobStore(self.profile.blobs_path, lambda: known_key(self.secrets))
        """The encrypted files of attachments; one for all threads, for what one of them guards
        while it writes, no other may sweep. KnownError ("key_missing") without the key."""
        self.own_use = OwnUse(replica, setup.clock)
        """What this person opens, for the order of what they find."""
        self._hidden: tuple[Actor, dict[str, dict[str, Access]]] | None = None
        self._actor = self._work_out_actor()

    # -- who ----------------------------------------------------------------------------------

    @property
    def actor(self) -> Actor:
        """The person at work, with their colleagues as of the last sync."""
        return self._actor

    def refresh_actor(self) -> bool:
        """Work out role and colleagues again, after people or teams changed; whether they did."""
        before, self._actor = self._actor, self._work_out_actor()
        return before != self._actor

    def may(self, right: Right, entity: str, record: Record | None = None) -> Verdict:
        """Whether the person may do this; the write path asks the same question again."""
        spec = self.replica.registry.entity(entity)
        return can(self._actor, right, spec, record, now=self.clock.now())

    def may_write(self, entity: str, record: Record | None, name: str) -> Verdict:
        """Whether the person may change this field of a record, None standing for a new one."""
        spec = self.replica.registry.entity(entity)
        right = Right.CREATE if record is None else Right.EDIT
        return can(self._actor, right, spec, record, fields=(name,), now=self.clock.now())

    def entity(self, name: str) -> EntitySpec:
        """An entity as this person meets it: hidden fields are not there, those they may not write
        are not editable, and all are arranged as the company likes."""
        spec = self.replica.registry.entity(name)
        levels = {one.name: access(self._actor, spec, one) for one in spec.fields}
        needed = {spec.title, spec.owner, spec.moment, *spec.parents}
        kept = [
            one for one in spec.fields
            if not one.internal and (levels[one.name] > Access.HIDDEN or one.name in needed)
        ]  # fmt: skip
        names = {one.name for one in kept}
        met = replace(
            spec,
            fields=tuple(
                one if levels[one.name] is Access.WRITE else replace(one, editable=False)
                for one in kept
            ),
            subtitle=tuple(name for name in spec.subtitle if name in names),
            list_fields=tuple(name for name in spec.list_fields if name in names),
        )
        layout = self.layout(name)
        return met if layout is None else arranged(met, layout)

    def layout(self, entity: str) -> Layout | None:
        """How the company arranges the fields of an entity; None: as shipped."""
        record = self.replica.record("layout", layout_id(entity))
        return None if record is None else layout_from(record.get("body"))

    @property
    def signed_out(self) -> bool:
        """Whether a password is needed before the next sync."""
        return self.secrets.refresh_token() is None

    def sign_out(self) -> None:
        """End the session here and, where it can be reached, at the server; the data stays.

        Works also after the sync loop has stopped, which aborts the connections of the client.
        KnownError ("keyring", "unwritable") where the machine cannot forget the session.
        """
        server = self.another_line()
        server.access = self.client.server.access
        farewell = SyncClient(server, self.replica, self.secrets)
        try:
            # Nothing that hinders telling the server may keep the person signed in here.
            with contextlib.suppress(KnownError):
                farewell.signed(server.sign_out)
        finally:
            server.close()
        self.client.server.access = ""
        self.secrets.forget_refresh_token()

    def renew_lease(self) -> None:
        """After an exchange that went well: the lease begins anew, at most every ten minutes.

        SyncError where the server does not say what time it is.
        """
        if self.lease.renewal_due:
            self.client.server.health()
            self.note_contact(self.client.server)

    def note_contact(self, server: Server) -> None:
        """`server` took this session and has said what time it is."""
        self.lease.contacted(self.clock.millis() + (server.offset_ms or 0))

    def guest_setup(self, profile: Profile, secrets: Secrets) -> Setup:
        """What opens another place beside this one, at the same clock and over the same network."""
        return Setup(profile, secrets, self.clock, transport=self._transport)

    def another_line(self) -> Server:
        """A connection of its own to the server, for when that of the sync loop was given up."""
        return Server(self.account.server, clock=self.clock, transport=self._transport)

    def wipe(self, *, keep_files: bool = False) -> None:
        """Remove this person's data from the machine: a revoked device does so on contact.

        The key goes first, so that whatever is left of the file stays unreadable. Closes the
        workspace. `keep_files` leaves the sealed attachments for `remove_files`.
        """
        self.close()
        for forget in (self.secrets.forget_database_key, self.secrets.forget_refresh_token):
            # A keyring that stays locked must not keep the data here.
            with contextlib.suppress(KnownError):
                forget()
        self._remove_databases()
        if not keep_files:
            self.remove_files()

    def remove_files(self) -> None:
        """Delete the sealed attachments and recordings, and what a thread that would not end in
        time may have written meanwhile."""
        self._remove_databases()
        for folder in (self.profile.blobs_path, self.profile.recordings_path):
            shutil.rmtree(folder, ignore_errors=True)

    def _remove_databases(self) -> None:
        for pattern in ("replica.*", "profile.*"):
            for path in self.profile.folder.glob(pattern):
                path.unlink(missing_ok=True)

    def verify(self) -> None:
        """Compare this device with its server after the next exchange, which is due now.

        What was found is in `client.last_check`, and in the status of the sync loop.
        """
        self.client.check_wanted = True
        if self.after_write is not None:
            self.after_write()

    @property
    def passphrase_demanded(self) -> bool:
        """Whether the organisation's policy demands a passphrase."""
        policy = self.replica.record("policy", "policy")
        return bool(policy and policy.get("passphrase"))

    def remove_passphrase(self) -> None:
        """KnownError ("passphrase_demanded") where the policy does not allow it."""
        if self.passphrase_demanded:
            raise KnownError(
                "公司要求设置口令，不能取消；可以更换。没有改动。",
                "Your organisation demands a passphrase, so it cannot be removed; it can be "
                "changed. Nothing was changed.",
                code="passphrase_demanded",
            )
        self.secrets.remove_passphrase()

    # -- data ---------------------------------------------------------------------------------

    @contextlib.contextmanager
    def write(self, reason: str = "", *, group: str = "") -> Iterator[tuple[Unit, Committed]]:
        """One transaction by the person at work; `group`: see `Replica.write`. For `commands*` and
        imports. KnownError ("read_only") for an administrator in somebody else's data."""
        if self.read_only:
            raise KnownError(
                "您正在以他人的身份查看，只能看，不能改。没有改动。",
                "You are looking at somebody else's data: it can be read, not changed. Nothing "
                "was changed.",
                code="read_only",
            )
        from crm_core.store.ruling.stage_gates import judging  # Reading does without.

        with self.replica.write(self._actor, reason, group=group) as opened:
            # Nobody sits at every row of an import, who could be asked for more.
            opened[0].insists = not group
            opened[0].gates = judging(self.rule_book, self._actor.circles.teams)
            yield opened
        if not STRUCTURE.isdisjoint(opened[1].changed):
            self.refresh_actor()
        if self.after_write is not None:
            self.after_write()

    @property
    def recordings(self) -> Recordings:
        """What was said and has no words yet, sealed."""
        return Recordings(self.profile.recordings_path, lambda: known_key(self.secrets))

    def search(self, typed: str, *, entities: Collection[str] = (), limit: int = 20) -> list[Hit]:
        """Records found by characters, pinyin, initials or digits, never by what is withheld;
        what this person opens often comes first."""
        asker = Asker(self.own_use.weights(), self._withheld(), self.replica.looked_at)
        return self.replica.search(typed, entities=entities, limit=limit, asker=asker)

    def likely(self, asked: Asked) -> Found:
        """Records that may be the one about to be added, compared as far as this person may read
        them."""
        return self.replica.likely(asked, asker=Asker(withheld=self._withheld()))

    def withheld(self, entity: str) -> Mapping[str, Access]:
        """The fields of an entity of which this person sees less than all."""
        return self._withheld().get(entity, {})

    def _withheld(self) -> dict[str, dict[str, Access]]:
        """By entity, the fields found by which less than all is shown; as long as the person's
        rights stay what they are."""
        if self._hidden is None or self._hidden[0] is not self._actor:
            less: dict[str, dict[str, Access]] = {}
            for spec in self.replica.registry:
                levels = {one.name: access(self._actor, spec, one) for one in spec.fields}
                found = {name: level for name, level in levels.items() if level < Access.READ}
                if found:
                    less[spec.name] = found
            self._hidden = self._actor, less
        return self._hidden[1]

    def close(self) -> None:
        """Let go of the file and the connections."""
        # A full disk must not keep the program from ending; the lease then is a little shorter.
        with contextlib.suppress(KnownError):
            self.lease.end()
        self.client.server.close()
        self.replica.close()

    def _work_out_actor(self) -> Actor:
        me, account = self.replica.record("user", self.account.user_id), self.account
        role = str(me.get("role") or account.role) if me else account.role
        return organisation(self.replica).actor(account.user_id, role)


def organisation(replica: Replica) -> Organisation:
    """Who is who and what roles may do, as a device's replica knows it."""
    users, teams, territories, roles, grants, guards = (
        replica.find(Query(name))
        for name in ("user", "team", "territory", "role", "grant", "guard")
    )
    return Organisation(users, teams, territories, roles, grants, guards)


def open_workspace(setup: Setup) -> Workspace:
    """Open a profile that was signed in before, without the network.

    KnownError: "not_signed_in", "key_missing", "replica_missing", "lease_over", "clock_back", and
    those of the replica ("wrong_key", "damaged", "newer_format", "unwritable"). Nothing is changed
    on failure.
    """
    workspace = open_unleased(setup)
    with contextlib.ExitStack() as undone:
        undone.callback(workspace.close)
        verdict = workspace.lease.tick()
        if not verdict.usable:
            raise verdict.refusal()
        undone.pop_all()
    return workspace


def open_unleased(setup: Setup) -> Workspace:
    """`open_workspace` whatever its lease says: for asking the server, not for showing anything."""
    account = load_account(setup.profile, setup.clock)
    if account is None:
        raise KnownError(
            "这个数据文件夹还没有登录过，请先登录。",
            "Nobody has signed in to this profile yet; please sign in.",
            code="not_signed_in",
        )
    return Workspace(setup, account, open_existing(setup, account))


def open_existing(setup: Setup, account: Account) -> Replica:
    """The replica of a profile that has one; see `open_workspace` for what it raises."""
    key = known_key(setup.secrets)
    if not setup.profile.replica_path.exists():
        raise KnownError(
            "本机数据库文件不见了，请重新登录，从服务器恢复数据。",
            "The local database file is missing; sign in again to restore your data from the "
            "server.",
            code="replica_missing",
        )
    replica = open_own(setup, setup.profile.replica_path.name, key, account.node)
    offset = replica.meta("offset_ms", 0)
    replica.hybrid.offset_ms = offset if isinstance(offset, int) else 0
    return replica


def known_key(secrets: Secrets) -> bytes:
    """The database key; KnownError ("key_missing") where there is none."""
    key = secrets.database_key()
    if key is None:
        raise KnownError(
            "找不到本机数据库的密钥，无法打开。数据文件没有被改动，请重新登录，从服务器恢复。",
            "The key of the local database is missing, so it cannot be opened. The file was left "
            "untouched; sign in again to restore your data from the server.",
            code="key_missing",
        )
    return key


def open_own(setup: Setup, name: str, key: bytes, node: str) -> Replica:
    """Open or create one database of this profile."""
    path = setup.profile.folder / name
    if setup.rules is None:
        return open_replica(path, clock=setup.clock, key=key, node=node, keeps_outbox=True)
    return open_replica(
        path, clock=setup.clock, key=key, node=node, keeps_outbox=True, rules=setup.rules
    )
