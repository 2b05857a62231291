"""Older history, fetched on demand: a device filled by a snapshot holds only what came after it.

What is fetched is shown beside the local log and never written into it; it is gone when the
program ends, and with the record when that leaves this device.
"""

from crm_core.errors import KnownError, SyncCode, SyncError
from crm_core.sync.change import Operation
from desktop.services.online.history_shelf import Fetched
from desktop.services.workspace import Workspace

_AWAY = frozenset({SyncCode.SERVER_UNREACHABLE, SyncCode.SERVER_BUSY})


def fetch_history(workspace: Workspace, entity: str, record_id: str) -> Fetched:
    """Ask the server for everything that ever happened to a record, and keep it for this run.

    Not for the database thread. KnownError: "history_away" without a connection,
    "history_forbidden" for a record outside what the person may see; nothing is changed.
    """
    client, operations, after, more = workspace.client, list[Operation](), 0, True
    while more:
        try:
            page = client.signed(lambda: client.server.history(entity, record_id, after))  # noqa: B023
        except SyncError as error:
            raise _said(error) from error
        operations += page.operations
        more = page.more and page.cursor > after
        after = page.cursor
    fetched = Fetched(tuple(operations), workspace.clock.iso())
    workspace.shelf.keep(entity, record_id, fetched)
    return fetched


def _said(error: SyncError) -> KnownError:
    if error.sync_code in _AWAY:
        return KnownError(
            "现在连不上服务器，更早的历史暂时看不到；本机上的历史照常可用。联网后再点“获取”。",
            "The server cannot be reached, so older history cannot be shown now; what is on this "
            "device is complete as shown. Fetch it again when you are online.",
            code="history_away",
        )
    if error.sync_code is SyncCode.FORBIDDEN:
        return KnownError(
            "服务器上这条记录现在不在您的数据范围内，不能获取它的历史。",
            "This record is outside what you may see at the server now; its history cannot be "
            "fetched.",
            code="history_forbidden",
        )
    return error
