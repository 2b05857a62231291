"""How a device stands with its server, as one value: worked out here, shown by pill and page."""

from dataclasses import dataclass
from enum import StrEnum

from crm_core.errors import KnownError, SyncCode, SyncError
from desktop.services.online.verification import Check

_AWAY = frozenset({SyncCode.SERVER_UNREACHABLE, SyncCode.SERVER_BUSY})
_SIGNED_OUT = frozenset({SyncCode.TOKEN_EXPIRED, SyncCode.BAD_CREDENTIALS, SyncCode.DEVICE_REVOKED})


class SyncState(StrEnum):
    """What the sync indicator shows."""

    OFFLINE = "offline"
    """The server cannot be reached, or the person works offline (`paused`)."""
    IDLE = "idle"
    SYNCING = "syncing"
    WAITING = "waiting"
    """Changes wait to be sent; nothing is wrong."""
    ERROR = "error"
    SIGNED_OUT = "signed_out"


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """The state, with what a person may want to know about it."""

    state: SyncState
    waiting: int = 0
    """Operations not acknowledged by the server."""
    inbox: int = 0
    """Conflicts and refused changes to look at."""
    paused: bool = False
    metered: bool = False
    """The line costs money: changes travel, attachments wait."""
    arranging: bool = False
    """Very many records came, and are still being put in the order of their names."""
    live: bool = False
    """The server tells of news at once; otherwise the device asks now and then."""
    error: KnownError | None = None
    last_success: str = ""
    """ISO moment of the last complete exchange in this run; empty for none."""
    next_try: str = ""
    """ISO moment of the next exchange that is planned; empty while working offline."""
    failures: int = 0
    """Exchanges that failed in a row; the wait grows with them."""
    check: Check | None = None
    """The last comparison with the server; None before the first."""


def state_for(waiting: int, error: KnownError | None) -> SyncState:
    """The state between two exchanges, while working online."""
    if isinstance(error, SyncError):
        if error.sync_code in _SIGNED_OUT:
            return SyncState.SIGNED_OUT
        return SyncState.OFFLINE if error.sync_code in _AWAY else SyncState.ERROR
    if error is not None:
        return SyncState.ERROR
    return SyncState.WAITING if waiting else SyncState.IDLE
