"""A lease that is over, and a session that is not: renew it online, without a password."""

from contextlib import ExitStack

from crm_core.errors import SyncCode, SyncError
from desktop.services.cancelling import CancelToken
from desktop.services.online.farewell import Outside, take_leave
from desktop.services.workspace import Setup, Workspace, open_unleased

RENEWABLE = frozenset({"lease_over", "clock_back"})
"""Why a replica does not open although nothing is wrong with it."""


def renew_online(setup: Setup, closing: CancelToken) -> Workspace:
    """Renew the session at the server, and the lease with it; the workspace, open.

    Everything stays as it is on failure: SyncError. A device that was revoked meanwhile is wiped
    on this contact as on any other: KnownError with what became of its work.
    """
    workspace = open_unleased(setup)
    with ExitStack() as undone:
        undone.callback(workspace.close)
        try:
            workspace.client.refresh()
            workspace.note_contact(workspace.client.server)
        except SyncError as error:
            if error.sync_code is SyncCode.DEVICE_REVOKED:
                undone.pop_all()  # Taking leave closes it, and wipes it.
                raise take_leave(workspace, Outside(closing.wait)).explained(error) from error
            raise
        undone.pop_all()
    return workspace
