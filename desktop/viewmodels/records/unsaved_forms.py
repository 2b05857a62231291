"""Forms with something typed into them, kept in the encrypted replica as they are typed.

A form is written down a moment after each key, so that a crash loses at most that moment, and
forgotten when it is saved or given up. What an earlier run left is offered, the newest first; what
is open in this run is not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from crm_core.clock import new_id
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
    key: str = ""
    """Of the sheet it is typed in, as long as that is open."""


def keep_form(workspace: Workspace, form: UnsavedForm, *, left: bool = False) -> None:
    """Write one down in place of what its sheet had; beyond ten the oldest goes. `left`: its sheet
    closes, and it is offered like one of an earlier run."""
    others = [one for one in _all(workspace) if not form.key or _key(one) != form.key]
    run = "" if left else workspace.run
    kept = [*others, [form.entity, form.record, dict(form.typed), form.key, run]]
    workspace.replica.remember(**{KEY: kept[-KEPT:]})


def drop_form(workspace: Workspace, key: str) -> None:
    """Forget what a sheet had: it was saved or given up."""
    every = _all(workspace)
    kept = [one for one in every if _key(one) != key]
    if len(kept) < len(every):
        workspace.replica.remember(**{KEY: kept})


def take_form(workspace: Workspace) -> UnsavedForm | None:
    """The newest an earlier run left, which belongs to this run from now on; None where there is
    none that can be read."""
    kept = _all(workspace)
    for place in reversed(range(len(kept))):
        if _is_open(workspace, kept[place]):
            continue
        form = _read(kept[place])
        if form is None or form.entity not in workspace.replica.registry:
            del kept[place]
            continue
        form = replace(form, key=form.key or new_id(workspace.clock))
        kept[place] = [form.entity, form.record, dict(form.typed), form.key, workspace.run]
        workspace.replica.remember(**{KEY: kept})
        return form
    workspace.replica.remember(**{KEY: kept})
    return None


def forms_left(workspace: Workspace) -> int:
    """How many earlier runs left."""
    return sum(not _is_open(workspace, one) for one in _all(workspace))


def _all(workspace: Workspace) -> list[Any]:
    found = workspace.replica.meta(KEY)
    return list(found) if isinstance(found, list) else []


def _key(found: object) -> str:
    return str(found[3]) if isinstance(found, list) and len(found) == 5 else ""


def _is_open(workspace: Workspace, found: object) -> bool:
    return isinstance(found, list) and len(found) == 5 and found[4] == workspace.run


def _read(found: object) -> UnsavedForm | None:
    if not isinstance(found, list) or len(found) not in (3, 5):
        return None
    entity, record, typed = found[:3]
    if isinstance(entity, str) and isinstance(record, str) and isinstance(typed, dict):
        return UnsavedForm(entity, record, typed, _key(found))
    return None
