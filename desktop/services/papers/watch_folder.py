"""A folder whose files are imported by themselves: what exports of other systems fall into (row
1.6).

A file is taken once it has stopped growing: two looks must find it the same. Then it lies in
`done` or `failed` beside a report. What was imported before in the same way is not imported again.
"""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from crm_core.errors import KnownError
from crm_core.intake.kinds import SUFFIXES
from crm_core.intake.mapping import Mapping as TableMapping
from desktop.services.cancelling import CancelToken
from desktop.services.commands.verbs import Done
from desktop.services.papers import imports
from desktop.services.papers.imports import Choices
from desktop.services.workspace import Workspace

WATCH = "watch_folder"
_OPENING = "watch_opening"
"""The file that is being opened: if the program ends over it, it is not opened again."""
DONE, FAILED = "done", "failed"
_SETTLED_SECONDS = 2.0
"""A file touched more recently may still be written to."""
_UNFINISHED = ("~$", ".", "~")
_LATER = frozenset({"unreadable", "file_changed", "cancelled", "closing"})
"""Codes of errors after which the file is tried again: it is still open in another program."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What is watched: a folder, and the saved mapping for what falls in (empty: recognised)."""

    folder: Path
    mapping: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one file."""

    name: str
    done: Done | None
    error: KnownError | None = None


Seen = dict[Path, tuple[int, int]]
"""Size and time of change of the files of the last look."""


@dataclass(slots=True)
class Look:
    """What one look at the folder came to."""

    taken: list[Taken] = field(default_factory=list)
    seen: Seen = field(default_factory=dict)


def watched(workspace: Workspace) -> Watched | None:
    """What this person lets be watched; None for nothing."""
    kept = workspace.replica.meta(WATCH)
    if not isinstance(kept, dict) or not kept.get("folder"):
        return None
    return Watched(Path(str(kept["folder"])), str(kept.get("mapping") or ""))


def keep_watched(workspace: Workspace, chosen: Watched | None) -> None:
    """Watch this folder from now on; None: none."""
    kept = {"folder": str(chosen.folder), "mapping": chosen.mapping} if chosen else None
    workspace.replica.remember(**{WATCH: kept})


def look(workspace: Workspace, seen: Seen, token: CancelToken) -> Look:
    """Import what has come to rest since the last look (`seen`); a folder that is not there has
    nothing in it."""
    chosen, found = watched(workspace), Look()
    if chosen is None or workspace.read_only:
        return found
    for path in _waiting(chosen.folder):
        facts = _facts(path)
        if facts is None or token.cancelled():
            continue
        if seen.get(path) != facts or not _settled(facts):
            found.seen[path] = facts
            continue
        taken = _take(workspace, chosen, path, token)
        if taken.error is not None and taken.error.code in _LATER:
            found.seen[path] = facts
            continue
        if not _put_away(workspace, path, taken):
            found.seen[path] = facts
        found.taken.append(taken)
    return found


def _waiting(folder: Path) -> Iterator[Path]:
    try:
        paths = sorted(folder.iterdir())
    except OSError:
        return
    for path in paths:
        named = path.suffix.lower() in SUFFIXES and not path.name.startswith(_UNFINISHED)
        if named and path.is_file() and not path.is_symlink():
            yield path


def _facts(path: Path) -> tuple[int, int] | None:
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_size, facts.st_mtime_ns


def _settled(facts: tuple[int, int]) -> bool:
    return time.time() - facts[1] / 1e9 > _SETTLED_SECONDS


def _take(workspace: Workspace, chosen: Watched, path: Path, token: CancelToken) -> Taken:
    try:
        made = _import(workspace, chosen, path, token)
    except KnownError as error:
        return Taken(path.name, None, error)
    if made.outcome.error is not None or made.outcome.stopped:
        stopped = KnownError("已停止。", "Stopped.", code="cancelled")
        return Taken(path.name, made.done, made.outcome.error or stopped)
    return Taken(path.name, made.done)


def _import(
    workspace: Workspace, chosen: Watched, path: Path, token: CancelToken
) -> imports.Imported:
    mapping = imports.mapping_named(workspace, chosen.mapping) if chosen.mapping else None
    if chosen.mapping and mapping is None:
        raise KnownError(
            f"没有叫「{chosen.mapping}」的映射，文件没有导入。请在设置里重新选择。",
            f"There is no mapping called “{chosen.mapping}”; the file was not imported. Choose "
            "another in the settings.",
            code="mapping",
        )
    entity = mapping.entity if mapping is not None else ""
    looked = _opened(workspace, Choices(path, entity=entity), mapping)
    if looked.before is not None and looked.before.done:
        raise KnownError(
            f"「{path.name}」的内容已经导入过，没有再次导入。",
            f"What is in “{path.name}” was imported before; it was not imported again.",
            code="imported_before",
        )
    made = imports.do_import(
        workspace, looked.choices, looked.mapping, token, lambda _progress: None
    )
    if made.outcome.entry.done:
        with contextlib.suppress(KnownError, OSError):
            _write_rejected(workspace, path, looked.choices, made)
    return made


def _opened(workspace: Workspace, choices: Choices, mapping: TableMapping | None) -> imports.Looked:
    """Look into a file, unless the program ended over this very one before. An import that was cut
    short later than that goes on where it ended."""
    path = choices.path
    mark = [path.name, *(_facts(path) or ())]
    if workspace.replica.meta(_OPENING) == mark:
        workspace.replica.remember(**{_OPENING: None})
        raise KnownError(
            f"上次打开「{path.name}」时程序意外结束了，没有再打开，已放到一边。请检查这个文件。",
            f"The program ended while it opened “{path.name}”; the file was set aside and not "
            "opened again. Please look at it.",
            code="set_aside",
        )
    workspace.replica.remember(**{_OPENING: mark})
    try:
        return imports.look(workspace, choices, mapping)
    finally:
        workspace.replica.remember(**{_OPENING: None})


def _write_rejected(
    workspace: Workspace, path: Path, choices: Choices, made: imports.Imported
) -> None:
    reasons = imports.rejected(workspace, made.outcome.entry)
    if reasons:
        place = path.parent / DONE
        place.mkdir(exist_ok=True)
        out = _free(place / f"{path.stem} 未导入的行.xlsx")
        imports.do_write_rejected(choices, reasons, out, "zh")


def _put_away(workspace: Workspace, path: Path, taken: Taken) -> bool:
    """Move a file to where it belongs, with a report beside; whether that could be done."""
    failed = taken.error is not None and taken.error.code != "imported_before"
    place = path.parent / (FAILED if failed else DONE)
    when = workspace.clock.iso()
    said = taken.done or taken.error
    lines = [when, path.name]
    if isinstance(said, Done):
        lines += [said.sentence_zh, said.sentence_en]
    elif said is not None:
        lines += [said.chinese, said.english]
    try:
        place.mkdir(exist_ok=True)
        target = _free(place / path.name)
        path.replace(target)
        target.with_name(f"{target.name}.txt").write_text("\n".join(lines) + "\n", "utf-8")
    except OSError:
        return False
    return True


def _free(path: Path) -> Path:
    """A name nobody has: the same file may come every month."""
    number, found = 1, path
    while found.exists():
        number += 1
        found = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return found
