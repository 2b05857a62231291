"""A real server with a small team, and desktops that sign in to it: what service tests stand on."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx

from crm_core.clock import Clock, system_clock
from crm_core.store.replica import open_replica
from desktop.config import Profile
from desktop.services.online.account import Account
from desktop.services.online.secrets import open_secrets
from desktop.services.online.signing_in import Credentials, sign_in
from desktop.services.workspace import Setup, Workspace, open_workspace
from tests.builders import KEY, just_made
from tests.sync_server.live import PASSWORD, LiveServer

FILE_KEYS = {"SUIXING_KEYRING": "file"}


def a_setup(folder: Path, clock: Clock | None = None) -> Setup:
    """What opens the profile in `folder`, with its keys in a file."""
    profile = Profile(folder)
    secrets = open_secrets(profile, FILE_KEYS)
    return Setup(profile=profile, secrets=secrets, clock=clock or system_clock())


def a_workspace(
    folder: Path, user: str, node: str, *, clock: Clock, role: str = "rep"
) -> Workspace:
    """A profile that was signed in before; its server is never asked."""
    folder.mkdir()
    account = Account("http://127.0.0.1:9", "随行", user, user, role, user, node, "lineage")
    (folder / "replica.db").write_bytes(just_made(KEY))
    replica = open_replica(
        folder / "replica.db", clock=clock, key=KEY, node=node, keeps_outbox=True
    )
    return Workspace(a_setup(folder, clock), account, replica)


def credentials(server: LiveServer, login: str, password: str = PASSWORD) -> Credentials:
    """What that person types."""
    return Credentials(server.url, login, password, "测试机")


@dataclass(slots=True)
class Office:
    """Signs people in on machines of their own and closes everything at the end."""

    server: LiveServer
    folder: Path
    opened: list[Workspace] = field(default_factory=list)

    def desk(
        self,
        name: str,
        login: str = "anna",
        *,
        clock: Clock | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> Workspace:
        """Sign `login` in on the machine called `name`."""
        setup = replace(a_setup(self.folder / name, clock), transport=transport)
        return self.keep(sign_in(setup, credentials(self.server, login)))

    def reopen(self, workspace: Workspace) -> Workspace:
        """Close a desktop and open it again, as after a restart."""
        workspace.close()
        return self.keep(open_workspace(a_setup(workspace.profile.folder)))

    def keep(self, workspace: Workspace) -> Workspace:
        """Close it at the end."""
        self.opened.append(workspace)
        return workspace

    def close(self) -> None:
        """Everybody goes home."""
        for workspace in self.opened:
            workspace.close()


def served(founded: Path, folder: Path) -> LiveServer:
    """The organisation of the fixture `founded`, copied to `folder` and served."""
    server = LiveServer(Path(shutil.copytree(founded, folder)))
    server.start()
    return server


def an_office(server: LiveServer, folder: Path) -> Iterator[Office]:
    """For fixtures: an office that is closed at the end."""
    office = Office(server, folder)
    yield office
    office.close()
