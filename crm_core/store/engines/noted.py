"""What a transaction has learnt and may rely on until its end: under the write lock nobody else
changes it, and a reader's state stands still."""

from typing import Any

from sqlalchemy import Connection

SEEN = "kept_seen"
"""Option of a connection: what its transaction has noted."""


def note(connection: Connection, key: str, value: object) -> None:
    """Remember something for the rest of this transaction, if it is one of ours."""
    seen: dict[str, Any] | None = connection.get_execution_options().get(SEEN)
    if seen is not None:
        seen[key] = value


def noted(connection: Connection, key: str) -> Any:
    """What was noted in this transaction; None where nothing was."""
    seen: dict[str, Any] | None = connection.get_execution_options().get(SEEN)
    return None if seen is None else seen.get(key)
