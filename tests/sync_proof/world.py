"""An organisation in a folder: its server in this very process, its clock, its backups.

Founding and signing everybody in is done once a run (`Template`); each world is a copy of it.
"""

import contextlib
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from crm_core.model.query import Query
from crm_core.store.engines import faults
from crm_core.store.engines.faults import Point
from crm_core.store.replica import Replica
from sync_server.app import build_app, open_server
from sync_server.config import DataFolder, Limits
from sync_server.services.erasure.compaction import Compacted, Policy, compact
from sync_server.services.schema.tables import ServerTables
from sync_server.services.server import Server
from sync_server.services.storing import backup
from sync_server.services.storing.founding import SERVER_ACTOR, NewUser, found, write_user
from tests.builders import FakeClock
from tests.passwords import cheap_passwords
from tests.sync_proof.network import Gate, ServerDown

PASSWORD = "correct horse battery"
TEAMS = ("north", "south")
PEOPLE = {"boss": ("admin", ""), "anna": ("rep", "north"), "ben": ("rep", "north"),
          "carl": ("rep", "south")}  # fmt: skip
"""login → (role, team); each has the id of `user_of`."""
LIMITS = Limits(page_bytes=2_500, rates=None)
"""Small pages, so that a handful of operations makes several."""


def user_of(login: str) -> str:
    """The id of a person."""
    return f"user-{login}"


def found_organisation(folder: DataFolder, time: FakeClock) -> None:
    """boss (admin), anna and ben (team north), carl (south)."""
    passwords = cheap_passwords()

    def fill(replica: Replica, tables: ServerTables) -> None:
        with replica.write(SERVER_ACTOR) as (unit, _):
            for name in TEAMS:
                unit.create("team", {"name": name}, record_id=f"team-{name}")
            for login, (role, team) in PEOPLE.items():
                new = NewUser(login, login, role, team, PASSWORD)
                write_user(unit, tables, passwords, new, user_id=user_of(login))

    found(folder, clock=time.clock, organisation="随行", fill=fill)


@dataclass(slots=True)
class World:
    """One organisation being put to the proof."""

    folder: Path
    time: FakeClock = field(default_factory=FakeClock)
    gate: Gate = field(default_factory=Gate)
    server: Server = field(init=False)
    backups: list[Path] = field(default_factory=list)
    crashes: int = 0
    served: bool = True
    """False for the view of a laptop whose server is another process."""
    database: str = ""
    """`postgresql://…` where the records lie there and not in the folder."""

    def __post_init__(self) -> None:
        self.gate.on_crash = self._crashed
        self.gate.on_ask = lambda: self.time.advance(milliseconds=1)
        if self.served:
            self.start()

    @property
    def data(self) -> DataFolder:
        """Where the server's data lies."""
        return DataFolder(self.folder / "server", self.database)

    @property
    def replica(self) -> Replica:
        """The server's records and log."""
        return self.server.replica

    def start(self) -> None:
        """Bring the server up on what is on its disk."""
        self.server = open_server(
            self.data, clock=self.time.clock, passwords=cheap_passwords(), limits=LIMITS
        )
        self.gate.app = build_app(self.server)

    def stop(self) -> None:
        """Take it down in order."""
        self.gate.app = None
        self.server.replica.close()

    def restart(self) -> None:
        """Down and up again: nothing may live in memory alone."""
        self.stop()
        self.start()

    def die_at(self, point: Point, *, visit: int = 1) -> None:
        """Let the server die when a write comes to `point` for the `visit`-th time."""
        left = visit

        def fault(reached: Point) -> None:
            nonlocal left
            if reached is point:
                left -= 1
                if left == 0:
                    raise ServerDown

        faults.plant(self.server.replica.engine, fault)

    def spare(self) -> None:
        """The server will not die after all."""
        faults.plant(self.server.replica.engine, None)

    def back_up(self) -> None:
        """A backup while the server runs."""
        out = self.folder / f"backup-{len(self.backups)}.db"
        backup.back_up(self.data, out)
        self.backups.append(out)

    def restore(self, place: int) -> None:
        """Put an earlier state of the server in place of the present one."""
        self.stop()
        backup.restore(self.data, self.backups[place % len(self.backups)], clock=self.time.clock)
        self.start()

    def compact(self, *, deleted_days: int, silent_days: int) -> Compacted:
        """Purge what was deleted long ago."""
        return compact(self.server, Policy(deleted_days, silent_days))

    def change_person(self, login: str, **changes: object) -> None:
        """Move somebody to another team or role, as an administrator does at the server."""
        with self.server.replica.write(SERVER_ACTOR) as (unit, _):
            unit.change("user", user_of(login), changes)

    def role_of(self, login: str) -> str:
        """The role a person has now."""
        users = {str(u["login"]): str(u["role"]) for u in self.replica.find(Query("user"))}
        return users[login]

    def close(self) -> None:
        """Everything ends, the folder goes."""
        with contextlib.suppress(Exception):
            self.stop()
        self.gate.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _crashed(self) -> None:
        self.crashes += 1
        self.restart()


def new_folder(parent: Path | None = None) -> Path:
    """A folder of its own for a world."""
    return Path(tempfile.mkdtemp(prefix="sync-proof-", dir=parent))
