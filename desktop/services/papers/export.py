"""Records into a file: Excel or CSV, as far as the role allows and shows (row 5.6).

The file appears whole or not at all. That something was exported is noted as a record, never what,
so the note reaches the server also when the export was made without a network.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from crm_core.errors import KnownError
from crm_core.model.query import Query
from crm_core.model.schema import EntitySpec, FieldSpec, Kind
from crm_core.model.values import Record
from crm_core.permissions import Access, Right, access, shown
from crm_core.store.reading.records import chunks
from desktop.services.cancelling import CancelToken
from desktop.services.commands.bulk_edit import Report
from desktop.services.commands.verbs import Done
from desktop.services.papers.export_files import CsvFile, RowFile, XlsxFile
from desktop.services.queries import Target, references, resolve_titles
from desktop.services.workspace import Workspace

AT_A_TIME = 500


class FileKind(StrEnum):
    """What the records become."""

    XLSX = "xlsx"
    CSV = "csv"
    PDF = "pdf"
    PRINT = "print"


@dataclass(frozen=True, slots=True)
class Extract:
    """Which fields of which records leave the program."""

    entity: str
    fields: tuple[str, ...]
    rids: Sequence[int] = ()
    """Local row ids, as a list holds them; none: everything that answers `query`."""
    query: Query | None = None
    language: str = "zh"


@dataclass(frozen=True, slots=True)
class Page:
    """Some records as this person may see them, and the names of what they point at."""

    records: tuple[Record, ...]
    names: dict[Target, str]


def do_export(
    workspace: Workspace,
    extract: Extract,
    path: Path,
    kind: FileKind,
    token: CancelToken,
    report: Report,
) -> Done:
    """Write the file and note that it was done. Cancelled or failed, there is no file.

    KnownError: "forbidden", "file_unwritable"; Cancelled.
    """
    entity = allowed(workspace, extract.entity)
    specs = specs_of(workspace, extract)
    extract = replace(extract, rids=rids_of(workspace, extract))
    try:
        # Beside the target, not in the system's folder for temporary files: same disk, and what
        # is in it in clear is where the person wanted it.
        with _room_beside(path) as room:
            made = room / f"export.{kind.value}"
            number = _write_file(workspace, extract, specs, made, kind, token, report)
            done = note_export(workspace, entity, number, kind, fields=len(specs), path=path)
            os.replace(made, path)
    except OSError as error:
        raise KnownError(
            f"无法写入“{path.name}”（{error.strerror}），没有导出。请换个位置或关闭正在打开它的程序。",
            f"“{path.name}” cannot be written ({error.strerror}); nothing was exported. Choose "
            "another place, or close the program that has it open.",
            code="file_unwritable",
        ) from error
    return done


def allowed(workspace: Workspace, name: str) -> EntitySpec:
    """The entity as this person meets it; KnownError("forbidden") without the right to export."""
    verdict = workspace.may(Right.EXPORT, name)
    if not verdict.allowed:
        raise KnownError(verdict.chinese, verdict.english, code="forbidden")
    return workspace.entity(name)


def specs_of(workspace: Workspace, extract: Extract) -> list[FieldSpec]:
    """The fields of an extract that the person may see, in its order."""
    entity = workspace.entity(extract.entity)
    return [spec for name in extract.fields if (spec := entity.find(name)) is not None]


def note_export(
    workspace: Workspace,
    entity: EntitySpec,
    number: int,
    kind: FileKind,
    *,
    fields: int,
    path: Path | None = None,
) -> Done:
    """Keep that so many records left the program; nothing personal is in the note."""
    told = {
        "kind": "exported",
        "at": workspace.clock.iso(),
        "about": entity.name,
        "detail": f"{kind.value} · records: {number} · fields: {fields}",
        "owner": workspace.actor.user_id,
    }
    with workspace.write("导出") as (unit, committed):
        unit.create("audit_entry", told)
    changed = {name: frozenset(ids) for name, ids in committed.changed.items()}
    # Without a group: that something was taken out cannot be taken back.
    chinese, english = ("打印", "printed") if kind is FileKind.PRINT else ("导出", "exported")
    into_zh, into_en = (f"到“{path.name}”", f" to “{path.name}”") if path else ("", "")
    return Done(
        "", changed,
        f"已{chinese} {number:,} 条{entity.label.zh}{into_zh}",
        f"{number:,} {entity.label.en.lower()} records {english}{into_en}",
        path=str(path or ""),
    )  # fmt: skip


def pages(workspace: Workspace, extract: Extract, specs: Sequence[FieldSpec]) -> Iterator[Page]:
    """The records, some hundred at a time, masked as the role demands."""
    replica, entity = workspace.replica, workspace.replica.registry.entity(extract.entity)
    levels = {
        spec.name: access(workspace.actor, entity, entity.field_spec(spec.name)) for spec in specs
    }
    withheld = {name: level for name, level in levels.items() if level < Access.READ}
    for part in chunks(rids_of(workspace, extract), AT_A_TIME):
        records = replica.rows(extract.entity, part)
        for name, level in withheld.items():
            for record in records:
                record[name] = shown(entity.field_spec(name), level, record.get(name))
        pointed = references(workspace, {extract.entity: records})
        wanted = {spec.target for spec in specs if spec.kind is Kind.REF}
        names = resolve_titles(workspace, [target for target in pointed if target[0] in wanted])
        yield Page(tuple(records), names)


def rids_of(workspace: Workspace, extract: Extract) -> list[int]:
    """The records of an extract, in its order."""
    if extract.rids or extract.query is None:
        return list(extract.rids)
    return list(workspace.replica.row_ids(extract.query))


def _write_file(
    workspace: Workspace,
    extract: Extract,
    specs: Sequence[FieldSpec],
    path: Path,
    kind: FileKind,
    token: CancelToken,
    report: Report,
) -> int:
    made: type[RowFile] = XlsxFile if kind is FileKind.XLSX else CsvFile
    title = workspace.entity(extract.entity).label.text(extract.language)
    number, total = 0, max(len(extract.rids), 1)
    with made(path, specs, title=title, language=extract.language) as file:
        for page in pages(workspace, extract, specs):
            token.check()
            for record in page.records:
                file.write(record, page.names)
            number += len(page.records)
            report(number / total)
    token.check()
    return number


@contextlib.contextmanager
def _room_beside(path: Path) -> Iterator[Path]:
    room = Path(tempfile.mkdtemp(prefix=".suixing-", dir=path.parent))
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)
