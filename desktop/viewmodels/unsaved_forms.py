"""Forms that were open when the program was locked or closed: kept in the encrypted replica.

Each is offered once, the newest first; what is opened again is its window's to keep.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop.services.workspace import Workspace

KEY = "draft_forms"
KEPT = 10


@dataclass(frozen=True, slots=True)
class UnsavedForm:
    """What somebody had typed into the form of one record."""

    entity: str
    record: str
    """Its id; empty for a new one."""
    typed: Mapping[str, Any]


def keep_form(workspace: Workspace, form: UnsavedForm) -> None:
    """Write one down; beyond ten the oldest goes."""
    kept = [*_all(workspace), [form.entity, form.record, dict(form.typed)]]
    workspace.replica.remember(**{KEY: kept[-KEPT:]})


def take_form(workspace: Workspace) -> UnsavedForm | None:
    """The newest, which is forgotten here; None where there is none that can be read."""
    kept = _all(workspace)
    while kept:
        found = kept.pop()
        workspace.replica.remember(**{KEY: kept})
        form = _read(found)
        if form is not None and form.entity in workspace.replica.registry:
            return form
    return None


def forms_left(workspace: Workspace) -> int:
    """How many wait."""
    return len(_all(workspace))


def _all(workspace: Workspace) -> list[Any]:
    found = workspace.replica.meta(KEY)
    return list(found) if isinstance(found, list) else []


def _read(found: object) -> UnsavedForm | None:
    if not isinstance(found, list) or len(found) != 3:
        return None
    entity, record, typed = found
    if isinstance(entity, str) and isinstance(record, str) and isinstance(typed, dict):
        return UnsavedForm(entity, record, typed)
    return None
