"""The desktop's own profile, encrypted replica and sync client, on a clock told the time."""

import os
from pathlib import Path

from benchmarks.rules.moving import MovedClock
from benchmarks.sync.company import PASSWORD
from crm_core.errors import SyncCode, SyncError
from crm_core.store.changes.unit_of_work import Rules
from crm_core.sync.protocol import Ack
from desktop.config import Profile
from desktop.services.online.secrets import KEYRING_VARIABLE, open_secrets
from desktop.services.online.signing_in import Credentials, sign_in
from desktop.services.workspace import Setup, Workspace

_AT_ONCE = 10_000


def laptop(folder: Path, clock: MovedClock, url: str, login: str, rules: Rules) -> Workspace:
    """Sign somebody in on a new device, filled."""
    profile = Profile(folder)
    folder.mkdir(parents=True)
    secrets = open_secrets(profile, os.environ | {KEYRING_VARIABLE: "file"})
    setup = Setup(profile, secrets, clock.clock, rules)
    return sign_in(setup, Credentials(url, login, PASSWORD, device_name="证明"))


def push_all(workspace: Workspace) -> dict[int, Ack]:
    """Send all that waits, again and again where nobody answers; the server's verdicts by
    number."""
    client, found = workspace.client, dict[int, Ack]()
    while waiting := workspace.replica.waiting(limit=_AT_ONCE):
        lineage, batch = str(workspace.replica.meta("lineage", "")), waiting
        try:
            pushed = client.signed(
                lambda: client.server.push(batch, lineage, device_offset_ms=0)  # noqa: B023
            )
        except SyncError as error:  # Busy or killed; what was taken is known by its number.
            if error.sync_code not in (SyncCode.SERVER_UNREACHABLE, SyncCode.SERVER_BUSY):
                raise
            continue
        found |= {one.replica_seq: one for one in pushed.acks}
        workspace.replica.acknowledge(pushed.acks)
    return found
