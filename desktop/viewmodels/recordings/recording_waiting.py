"""Files that were chosen to be recognised and are not sealed yet: kept, so that a crash forgets
none of them. Their paths are personal data and stay in the encrypted replica."""

from collections.abc import Mapping
from pathlib import Path

from desktop.services.workspace import Workspace

_KEY = "recordings_waiting"


def waiting_files(workspace: Workspace) -> dict[str, Path]:
    """Name of the recording to be → the file, in the order in which they were chosen."""
    found = workspace.replica.meta(_KEY)
    if not isinstance(found, Mapping):
        return {}
    return {str(name): Path(str(path)) for name, path in found.items()}


def keep_waiting(workspace: Workspace, files: Mapping[str, Path]) -> None:
    """Write them down; call it off the Qt thread."""
    kept = {name: str(path) for name, path in files.items()}
    if kept != {name: str(path) for name, path in waiting_files(workspace).items()}:
        workspace.replica.remember(**{_KEY: kept})
