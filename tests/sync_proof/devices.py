"""Laptops: the desktop's own replica and sync client, each with a clock and a line of its own."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from crm_core.clock import Clock
from crm_core.errors import KnownError, SyncCode, SyncError
from crm_core.permissions import Actor
from crm_core.rules.engine import make_rules
from crm_core.rules.stocked.builtin import BUILTIN_RULES
from crm_core.store.engines import faults
from crm_core.store.engines.faults import Point
from crm_core.store.replica import Replica, open_replica
from crm_core.sync.change import Operation
from crm_core.sync.protocol import PullReply
from desktop.services.cancelling import Cancelled, CancelToken
from desktop.services.online.guests import MemoryVault
from desktop.services.online.secrets import Secrets
from desktop.services.online.server import Server
from desktop.services.online.sync_client import SyncClient, SyncReport
from desktop.services.workspace import organisation
from tests.builders import KEY
from tests.sync_proof.network import Line
from tests.sync_proof.world import PASSWORD, World, user_of

BATCH = 4
"""Operations a push: small, so that work takes several."""
MANY = 100_000
_AWAY = frozenset({SyncCode.SERVER_UNREACHABLE, SyncCode.SERVER_BUSY})


class PowerCut(BaseException):
    """The laptop dies here; no `except Exception` may hold it up."""


class StopAfter(CancelToken):
    """Lets so many batches and pages through, then stops the exchange."""

    def __init__(self, steps: int) -> None:
        super().__init__()
        self.left = steps

    def check(self) -> None:
        """One more batch or page is about to go."""
        self.left -= 1
        if self.left < 0:
            raise Cancelled


class WatchedClient(SyncClient):
    """The desktop's client, whose pages are noted: (asked from, reached)."""

    def watch(self) -> "WatchedClient":
        """Begin to note."""
        self.pages: list[tuple[int, int]] = []
        self._batch = BATCH
        return self

    def _page(self, cursor: int, filling: bool) -> PullReply:
        page = super()._page(cursor, filling)
        self.pages.append((cursor, page.cursor))
        return page


@dataclass(slots=True)
class Device:
    """One laptop of one person. Opened on first use, closed by a power cut at any time."""

    world: World
    name: str
    login: str
    node: str
    path: Path
    vault: MemoryVault = field(default_factory=MemoryVault)
    skew: timedelta = timedelta()
    """How wrong its clock is."""
    spent: int = 100_000
    """The last number given to an operation made past the laptop's own checks."""
    groups: list[str] = field(default_factory=list)
    """What was done here and can be taken back."""
    line: Line = field(init=False)
    pages: list[tuple[int, int]] = field(default_factory=list)
    _opened: tuple[Replica, WatchedClient] | None = None

    def __post_init__(self) -> None:
        self.line = Line(self.world.gate)

    # -- parts --------------------------------------------------------------------------------

    @property
    def clock(self) -> Clock:
        """This laptop's idea of the time."""
        return Clock(now=lambda: self.world.time.moment + self.skew)

    @property
    def user_id(self) -> str:
        """Whose laptop it is."""
        return user_of(self.login)

    @property
    def replica(self) -> Replica:
        """The encrypted database."""
        return self._open()[0]

    @property
    def client(self) -> WatchedClient:
        """The sync client on it."""
        return self._open()[1]

    @property
    def is_open(self) -> bool:
        """Whether it was used since it was last closed."""
        return self._opened is not None

    def _open(self) -> tuple[Replica, WatchedClient]:
        if self._opened is None:
            replica = open_replica(
                self.path, clock=self.clock, key=KEY, node=self.node, keeps_outbox=True,
                rules=make_rules(BUILTIN_RULES),
            )  # fmt: skip
            offset = replica.meta("offset_ms", 0)
            replica.hybrid.offset_ms = offset if isinstance(offset, int) else 0
            server = Server("http://server", clock=self.clock, transport=self.line)
            client = WatchedClient(server, replica, Secrets(self.vault, protected=True)).watch()
            self._opened = replica, client
        return self._opened

    def close(self) -> None:
        """Let go of the file; what was noted of the pages is kept."""
        if self._opened is not None:
            replica, client = self._opened
            self._opened = None
            self.pages += client.pages
            client.server.close()
            replica.close()

    def set_clock(self, skew: timedelta) -> None:
        """Its clock is from now on wrong by this much."""
        self.skew = skew

    # -- writing ------------------------------------------------------------------------------

    @property
    def actor(self) -> Actor:
        """The person at work, as this laptop knows them."""
        me = self.replica.record("user", self.user_id)
        role = str(me["role"]) if me else "rep"
        return organisation(self.replica).actor(self.user_id, role)

    def create(self, entity: str, rows: Mapping[str, Mapping[str, object]]) -> bool:
        """Add records (id → values) in one act; whether it was allowed."""
        with contextlib.suppress(KnownError):
            with self.replica.write(self.actor, "新建") as (unit, done):
                unit.create_many(entity, list(rows.values()), record_ids=list(rows))
            self.groups.append(done.group)
            return True
        return False

    def change(self, entity: str, records: Sequence[str], changes: Mapping[str, object]) -> bool:
        """Write the same fields of records in one act; False where it was not allowed, or a
        record is not here."""
        with contextlib.suppress(KnownError):
            with self.replica.write(self.actor, "修改") as (unit, done):
                unit.change_many(entity, {record: changes for record in records})
            self.groups.append(done.group)
            return True
        return False

    def delete(self, entity: str, records: Sequence[str]) -> bool:
        """Put records in the bin in one act."""
        with contextlib.suppress(KnownError):
            with self.replica.write(self.actor, "删除") as (unit, done):
                unit.delete_many(entity, records)
            self.groups.append(done.group)
            return True
        return False

    def undo(self, group: str) -> bool:
        """Take an act back."""
        with contextlib.suppress(KnownError):
            with self.replica.write(self.actor, "撤销") as (unit, done):
                unit.undo(group)
            self.groups.append(done.group)
            return True
        return False

    # -- syncing ------------------------------------------------------------------------------

    def sync(self, *, steps: int = 0) -> SyncReport | None:
        """Exchange, or only the first `steps` batches and pages of it; None where it broke off."""
        cancel = StopAfter(steps) if steps else None
        try:
            return self.client.sync_once(cancel)
        except Cancelled:
            return None
        except SyncError as error:
            if error.sync_code in _AWAY:
                return None
            if error.sync_code is not SyncCode.TOKEN_EXPIRED:
                raise
        # A restored server knows no sessions, and a renewal that arrived twice ends one (somebody
        # may have stolen the token): the person types the password once more.
        with contextlib.suppress(SyncError):
            self.sign_in()
        return None

    def pull_only(self) -> None:
        """Receive without sending first: what happens when somebody saves during an exchange."""
        with contextlib.suppress(SyncError):
            self.client.pull_all()

    def sign_in(self) -> None:
        """Begin a session, keeping the node id."""
        session = self.client.server.sign_in(self.login, PASSWORD, device=self.node)
        assert session.node == self.node
        self.vault.put("refresh-token", session.refresh)

    # -- dying --------------------------------------------------------------------------------

    def die_at(self, point: Point, *, visit: int = 1) -> None:
        """Let this laptop die when a write comes to `point` for the `visit`-th time."""
        left = visit

        def fault(reached: Point) -> None:
            nonlocal left
            if reached is point:
                left -= 1
                if left == 0:
                    raise PowerCut

        faults.plant(self.replica.engine, fault)

    def spare(self) -> None:
        """It will not die after all."""
        if self.is_open:
            faults.plant(self.replica.engine, None)

    # -- looking ------------------------------------------------------------------------------

    def waiting(self) -> list[Operation]:
        """What has not been acknowledged, oldest first."""
        return self.replica.waiting(limit=MANY)

    def refused(self) -> list[Operation]:
        """What the server did not accept."""
        return [r.operation for r in self.replica.refusals()]
