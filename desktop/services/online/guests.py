"""Seeing the app as somebody else does: what the server would send them, in a place of its own.

The data lies in a temporary folder under a key that is only in memory, and goes with the window.
"""

import shutil
import tempfile
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from crm_core.errors import KnownError
from desktop.config import Profile
from desktop.services.online.account import Account
from desktop.services.online.first_fill import Watch
from desktop.services.online.secrets import Secrets
from desktop.services.online.signing_in import fill_for
from desktop.services.workspace import Workspace


class MemoryVault:
    """Secrets that end with the program."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        """The secret, or None."""
        return self.kept.get(name)

    def put(self, name: str, secret: str) -> None:
        """Keep or replace it."""
        self.kept[name] = secret

    def drop(self, name: str) -> None:
        """Forget it."""
        self.kept.pop(name, None)


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody else's data, open for reading."""

    workspace: Workspace
    folder: Path

    def close(self) -> None:
        """Give the session back and remove everything."""
        with suppress(KnownError):
            self.workspace.sign_out()
        self.workspace.wipe()
        shutil.rmtree(self.folder, ignore_errors=True)


def look_as(workspace: Workspace, user_id: str, watch: Watch | None = None) -> Look:
    """What the server sends that person. SyncError as any question; nothing is left behind then."""
    client = workspace.client
    session = client.signed(lambda: client.server.look_at(user_id))
    folder = Path(tempfile.mkdtemp(prefix="suixing-look-"))
    secrets = Secrets(MemoryVault(), protected=True)
    setup = workspace.guest_setup(Profile(folder), secrets)
    account = Account(
        server=workspace.account.server, organisation=workspace.account.organisation,
        user_id=session.user_id, user_name=session.user_name, role=session.role,
        login=session.user_id, node=session.node, lineage=session.lineage,
    )  # fmt: skip
    with ExitStack() as undone:
        undone.callback(shutil.rmtree, folder, ignore_errors=True)
        seen = fill_for(setup, account, session, watch or Watch())
        undone.pop_all()
    seen.read_only = True
    return Look(seen, folder)
