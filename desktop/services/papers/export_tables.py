"""A table of figures as a file: Excel, or a page that was painted, with the note that it left.

Figures are made of records, so taking them out needs the right to export those (row 5.6).
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from crm_core.errors import KnownError
from crm_core.permissions import Right
from desktop.services.commands.verbs import Done
from desktop.services.papers.export import FileKind, note_export
from desktop.services.papers.export_files import harmless
from desktop.services.workspace import Workspace

_WIDEST = 48


@dataclass(frozen=True, slots=True)
class Figures:
    """One table of a board; the first line holds the headings."""

    title: str
    about: str
    """Of when it is, and by what it was narrowed."""
    entity: str
    """The kind of record the figures were made of."""
    lines: Sequence[Sequence[str]]
    advice: str = ""
    """How much of it is red, and what to do then."""


def may_take(workspace: Workspace, entity: str) -> KnownError | None:
    """Why the figures may not leave the program; None where they may."""
    verdict = workspace.may(Right.EXPORT, entity or "lead")
    if verdict.allowed:
        return None
    return KnownError(
        "您的角色不能导出数据，因此不能把图表复制或存成文件；可以在这里查看。",
        "Your role may not export, so pictures cannot be copied or saved; they can be read here.",
        code="forbidden",
    )


def as_text(figures: Figures) -> str:
    """Lines of cells with tabs between them, which a spreadsheet takes as a table and runs not."""
    return "\n".join("\t".join(_cell(cell) for cell in line) for line in figures.lines)


def do_export_figures(workspace: Workspace, figures: Figures, path: Path) -> Done:
    """Write an Excel file. KnownError: "forbidden", "file_unwritable"."""

    def write(target: Path) -> None:
        import xlsxwriter  # See `export_files`.

        book = xlsxwriter.Workbook(
            str(target), {"strings_to_formulas": False, "strings_to_urls": False}
        )
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True, "bottom": 1})
        sheet.write_string(0, 0, figures.title, book.add_format({"bold": True, "font_size": 14}))
        sheet.write_string(1, 0, figures.about)
        sheet.write_string(2, 0, figures.advice)
        for number, line in enumerate(figures.lines, 3):
            for column, cell in enumerate(line):
                figure = _number(cell) if number > 3 and column else None
                if figure is not None:
                    sheet.write_number(number, column, figure)
                else:
                    sheet.write_string(number, column, cell, bold if number == 3 else None)
        for column in range(max(map(len, figures.lines), default=0)):
            widest = max(len(line[column]) for line in figures.lines if column < len(line))
            sheet.set_column(column, column, min(2 * widest + 2, _WIDEST))
        sheet.freeze_panes(4, 1)
        book.close()

    return _kept(workspace, figures, path, FileKind.XLSX, write)


def do_keep_page(workspace: Workspace, figures: Figures, path: Path, painted: bytes) -> Done:
    """Write a page that was painted. KnownError: "forbidden", "file_unwritable"."""
    return _kept(workspace, figures, path, FileKind.PDF, lambda to: _write(to, painted))


def do_note_copy(workspace: Workspace, figures: Figures) -> Done:
    """Keep that a picture went to the clipboard. KnownError ("forbidden")."""
    _insist(workspace, figures)
    entity = workspace.entity(figures.entity or "lead")
    return note_export(workspace, entity, len(figures.lines) - 1, FileKind.PRINT, fields=1)


def _kept(
    workspace: Workspace,
    figures: Figures,
    path: Path,
    kind: FileKind,
    write: Callable[[Path], None],
) -> Done:
    _insist(workspace, figures)
    entity = workspace.entity(figures.entity or "lead")
    try:
        # Beside the target: the file appears whole or not at all.
        with TemporaryDirectory(prefix=".suixing-", dir=path.parent) as room:
            made = Path(room, f"figures.{kind.value}")
            write(made)
            done = note_export(workspace, entity, len(figures.lines) - 1, kind, fields=1)
            os.replace(made, path)
    except OSError as error:
        raise KnownError(
            f"无法写入“{path.name}”（{error.strerror}），没有导出。请换个位置或关闭正在打开它的程序。",
            f"“{path.name}” cannot be written ({error.strerror}); nothing was exported. Choose "
            "another place, or close the program that has it open.",
            code="file_unwritable",
        ) from error
    return Done("", done.changed, f"已导出“{path.name}”", f"“{path.name}” exported", path=str(path))


def _insist(workspace: Workspace, figures: Figures) -> None:
    refused = may_take(workspace, figures.entity)
    if refused is not None:
        raise refused


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _cell(text: str) -> str:
    flat = " ".join(text.split())
    return flat if _number(flat) is not None else harmless(flat)


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return None
