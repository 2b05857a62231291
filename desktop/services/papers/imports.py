"""Importing files on the desktop: looking at one, foretelling, doing it, saved mappings, drafts.

Each function opens the file anew: readers belong to the thread that opened them. What happens to
the rows is decided in `crm_core.store.imports.importing`, which the server uses as well.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from crm_core.errors import KnownError
from crm_core.intake.cells import Cell, Row
from crm_core.intake.cleaning import Sentence
from crm_core.intake.files import FileKind, Fingerprint
from crm_core.intake.guessing import propose
from crm_core.intake.kinds import kinds
from crm_core.intake.mapping import Mapping as TableMapping
from crm_core.intake.mapping import fitted, mapping_from_json
from crm_core.intake.rejects import write_rejected
from crm_core.intake.source import Source, Table
from crm_core.model.query import Op, Query, Sort, Test
from crm_core.permissions import Right
from crm_core.store.imports import importing
from crm_core.store.imports.import_ledger import Entry
from crm_core.store.imports.importing import Foretold, Job, Outcome, Progress
from desktop.services.cancelling import CancelToken
from desktop.services.commands.verbs import Done, done
from desktop.services.papers.imports_alike import looking_alike
from desktop.services.workspace import Workspace

DRAFT = "import_draft"
_SAMPLE = 50
"""Rows below the heading that are shown while columns are mapped."""

Report = Callable[[Progress], object]


@dataclass(frozen=True, slots=True)
class Choices:
    """Which table of which file, read how: what a person chose, or left to the program."""

    path: Path
    sheet: str | None = None
    heading_row: int = 0
    encoding: str = ""
    entity: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen in a file."""

    choices: Choices
    kind: FileKind
    encoding: str
    sheets: tuple[str, ...]
    table: Table
    top: tuple[Row, ...]
    """The first rows, titles and heading among them."""
    rows: tuple[Row, ...]
    """The first rows below the heading."""
    mapping: TableMapping
    """Given, as far as it fits, or proposed."""
    missing: tuple[str, ...] = ()
    """Columns of the given mapping that the table has not."""
    before: Entry | None = None
    """An earlier import of the same content in this way."""


@dataclass(frozen=True, slots=True)
class SavedMapping:
    """A mapping under a name, everybody's."""

    id: str
    name: str
    mapping: TableMapping


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, and how it is told and taken back."""

    outcome: Outcome
    done: Done


def importable(workspace: Workspace) -> list[str]:
    """The kinds of record this person may import."""
    return [
        name
        for name in kinds(workspace.replica.registry)
        if workspace.may(Right.CREATE, name).allowed
    ]


def look(workspace: Workspace, choices: Choices, mapping: TableMapping | None = None) -> Looked:
    """What is in the file, and how it could be imported. KnownError: see `Source`."""
    registry = workspace.replica.registry
    with Source(choices.path, encoding=choices.encoding) as source:
        table = source.table(choices.sheet, heading_row=choices.heading_row)
        top = source.top(table.name)
        rows = tuple(row for row in top if row[0] > table.heading.row)[:_SAMPLE]
        missing: list[str] = []
        if mapping is None:
            cells = [cells for _, cells in rows]
            chosen = propose(table.heading, cells, registry, entity=choices.entity)
        else:
            titles = (column.title for column in table.heading.columns)
            chosen, missing = fitted(mapping, titles)
        job = Job(source, table, chosen, workspace.actor)
        return Looked(
            replace(choices, sheet=table.name), source.kind, source.encoding,
            tuple(source.names()), table, tuple(top), rows, chosen, tuple(missing),
            importing.begun(workspace.replica, job),
        )  # fmt: skip


def foretell(
    workspace: Workspace,
    choices: Choices,
    mapping: TableMapping,
    token: CancelToken,
    report: Report,
) -> Foretold:
    """What an import would do, row by row; writes nothing."""
    mapping.check()
    with Source(choices.path, encoding=choices.encoding) as source:
        job = _job(workspace, source, choices, mapping)
        alike = looking_alike(workspace, mapping.entity)
        return importing.foretell(
            workspace.replica, job, stopped=token.cancelled, report=report, alike=alike
        )


def earlier(workspace: Workspace, choices: Choices, mapping: TableMapping) -> Entry | None:
    """An earlier import of the same content in this way, whole or cut short."""
    with Source(choices.path, encoding=choices.encoding) as source:
        return importing.begun(workspace.replica, _job(workspace, source, choices, mapping))


def do_import(
    workspace: Workspace,
    choices: Choices,
    mapping: TableMapping,
    token: CancelToken,
    report: Report,
    *,
    total: int = 0,
    anew: bool = False,
    leave: Collection[int] = (),
    checked: Fingerprint | None = None,
) -> Imported:
    """Import the rows, in parts; stopped, what is done stays and can be taken back or gone on with.

    `checked`: the state of the file that was foretold of, where somebody looked at that. Not for
    the thread of the database: it takes as long as it takes. KnownError before anything is
    written; a later one is in the outcome.
    """
    with Source(choices.path, encoding=choices.encoding) as source:
        if checked is not None and not source.seen.same_content(checked):
            raise _changed_since(choices.path)
        job = _job(workspace, source, choices, mapping)
        outcome = importing.run(
            workspace.replica, job, write=workspace.write, stopped=token.cancelled,
            report=report, total=total, anew=anew, leave=leave,
        )  # fmt: skip
    return Imported(outcome, _told(outcome))


def do_take_back(workspace: Workspace, entry: Entry, report: Callable[[float], object]) -> Done:
    """Undo a whole import, in parts; the same file may come again afterwards. Not for the thread
    of the database."""
    told = importing.take_back(workspace.replica, entry, write=workspace.write, report=report)
    ids = {entity: frozenset(found) for entity, found in told.changed.items() if found}
    chinese, english = f"已撤销导入「{entry.file}」", f"Import of “{entry.file}” taken back"
    if told.kept:
        many = len(told.kept)
        chinese += f"，{many:,} 条没有收回：之后有人改过、名下已有别的记录，或您无权删除"
        english += (
            f"; {many:,} records stayed: changed since, with others under them, or not yours to "
            "delete"
        )
    return Done(told.group, ids, chinese, english)


def do_write_rejected(
    choices: Choices,
    reasons: Mapping[int, Sequence[Sentence]],
    out: Path,
    language: str,
) -> int:
    """Write the rows with these numbers, and why they were refused, to an Excel file; how many."""
    with Source(choices.path, encoding=choices.encoding) as source:
        table = source.table(choices.sheet, heading_row=choices.heading_row)
        try:
            return write_rejected(out, source, table, reasons, language=language)
        except OSError as error:
            raise KnownError(
                f"写不了「{out.name}」：{error.strerror}。请换个位置。",
                f"“{out.name}” cannot be written: {error.strerror}. Choose another place.",
                code="unwritable",
            ) from error


def rejected(workspace: Workspace, entry: Entry) -> dict[int, list[Sentence]]:
    """Row number → why, of the rows an import refused."""
    return importing.rejected(workspace.replica, entry)


# -- saved mappings ----------------------------------------------------------------------------


def saved_mappings(workspace: Workspace) -> list[SavedMapping]:
    """The mappings everybody has, by name; what cannot be read is left out."""
    found = []
    for record in workspace.replica.find(Query("import_mapping", sort=(Sort("name"),))):
        try:
            mapping = mapping_from_json(str(record.get("body") or ""))
        except KnownError:
            continue
        name = str(record.get("name") or "")
        found.append(SavedMapping(str(record["id"]), name, replace(mapping, name=name)))
    return found


def mapping_named(workspace: Workspace, name: str) -> TableMapping | None:
    """The saved mapping of that name."""
    return next((one.mapping for one in saved_mappings(workspace) if one.name == name), None)


def do_save_mapping(workspace: Workspace, name: str, mapping: TableMapping) -> Done:
    """Keep a mapping under a name, in place of one that had it. ValueProblem without a name."""
    called = " ".join(name.split())
    values: dict[str, object] = {
        "name": called, "entity": mapping.entity,
        "body": replace(mapping, name=called).as_json(),
    }  # fmt: skip
    held = workspace.replica.find(Query("import_mapping", where=Test("name", Op.EQ, called)))
    with workspace.write("导入映射") as (unit, committed):
        if held:
            unit.change("import_mapping", str(held[0]["id"]), values)
        else:
            unit.create("import_mapping", {**values, "author": workspace.actor.user_id})
    return done(committed, f"已保存映射「{called}」", f"Mapping “{called}” saved")


# -- drafts ------------------------------------------------------------------------------------


def keep_draft(workspace: Workspace, choices: Choices, mapping: TableMapping) -> None:
    """Write down what somebody is about to import, and how."""
    workspace.replica.remember(
        **{
            DRAFT: {
                "path": str(choices.path), "sheet": choices.sheet, "encoding": choices.encoding,
                "heading_row": choices.heading_row, "entity": choices.entity,
                "mapping": mapping.as_json(),
            }
        }
    )  # fmt: skip


def drop_draft(workspace: Workspace) -> None:
    """It was imported."""
    if workspace.replica.meta(DRAFT):
        workspace.replica.remember(**{DRAFT: None})


def draft(workspace: Workspace) -> tuple[Choices, TableMapping] | None:
    """What somebody was about to import and did not; None where the file has gone."""
    kept = workspace.replica.meta(DRAFT)
    try:
        read = kept if isinstance(kept, dict) else json.loads("{}")
        choices = Choices(
            Path(str(read["path"])), read["sheet"], int(read["heading_row"]),
            str(read["encoding"]), str(read["entity"]),
        )  # fmt: skip
        mapping = mapping_from_json(str(read["mapping"]))
    except (KeyError, TypeError, ValueError, KnownError):
        return None
    return (choices, mapping) if choices.path.is_file() else None


# -- inside ------------------------------------------------------------------------------------


def cells_of(rows: Sequence[Row]) -> list[list[Cell]]:
    """The cells of rows without their numbers."""
    return [cells for _, cells in rows]


def _job(workspace: Workspace, source: Source, choices: Choices, mapping: TableMapping) -> Job:
    table = source.table(choices.sheet, heading_row=choices.heading_row)
    return Job(source, table, mapping, workspace.actor)


def _changed_since(path: Path) -> KnownError:
    return KnownError(
        f"「{path.name}」在检查之后被改动了，没有导入。请重新检查。",
        f"“{path.name}” was changed after it was checked; nothing was imported. Check it again.",
        code="file_changed",
    )


def _told(outcome: Outcome) -> Done:
    tally, entry = outcome.entry.tally, outcome.entry
    chinese = f"已导入「{entry.file}」：新增 {tally.new:,} 行，更新 {tally.update:,} 行"
    english = f"“{entry.file}” imported: {tally.new:,} rows new, {tally.update:,} updated"
    if tally.refused:
        chinese += f"，{tally.refused:,} 行未导入"
        english += f", {tally.refused:,} refused"
    changed = {entity: frozenset(ids) for entity, ids in outcome.changed.items() if ids}
    return Done(entry.group, changed, chinese, english)
