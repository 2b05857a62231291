"""Visits written but not saved: kept in the encrypted replica, offered again, forgotten once saved.

Several may wait at once, so that a new note never replaces one that was left behind.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop.services.workspace import Workspace

KEY = "draft_visit"
KEPT = 20


@dataclass(frozen=True, slots=True)
class Unsaved:
    """One note left behind; `content` is what `VisitDraftModel.content` gave."""

    id: str
    customer_id: str
    text: str
    content: Mapping[str, Any]


def unsaved_visits(workspace: Workspace) -> list[Unsaved]:
    """What was left behind, newest first; what cannot be read is passed over, not removed."""
    found = []
    for draft_id, content in sorted(_all(workspace).items(), reverse=True):
        if isinstance(content, Mapping):
            header = content.get("header")
            customer = header.get("customer_id", "") if isinstance(header, Mapping) else ""
            text = str(content.get("text") or "")
            found.append(Unsaved(draft_id, str(customer), text, content))
    return found


def keep_unsaved(workspace: Workspace, draft_id: str, content: Mapping[str, Any]) -> None:
    """Write one down; beyond twenty the oldest goes."""
    kept = _all(workspace) | {draft_id: dict(content)}
    newest = sorted(kept, reverse=True)[:KEPT]
    workspace.replica.remember(**{KEY: {one: kept[one] for one in sorted(newest)}})


def forget_unsaved(workspace: Workspace, draft_id: str) -> None:
    """Forget one, after it was saved or given up."""
    kept = _all(workspace)
    if kept.pop(draft_id, None) is not None:
        workspace.replica.remember(**{KEY: kept})


def _all(workspace: Workspace) -> dict[str, Any]:
    found = workspace.replica.meta(KEY)
    return dict(found) if isinstance(found, Mapping) else {}
