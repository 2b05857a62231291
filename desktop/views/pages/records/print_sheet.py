"""Print a list or a record: on a printer by the system's dialog, or into a PDF file (row 5.6)."""

import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtGui import QPagedPaintDevice
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog, QWidget

from crm_core.errors import KnownError
from crm_core.model.schema import EntitySpec
from desktop.services.cancelling import CancelToken
from desktop.services.commands.bulk_edit import Report
from desktop.services.commands.verbs import Done
from desktop.services.papers.export import Extract, FileKind, note_export
from desktop.services.papers.printouts import MOST_PRINTED, Section, list_to_print, record_to_print
from desktop.viewmodels.lists.columns import heading
from desktop.viewmodels.session import Session
from desktop.views.pages.leaving_sheet import LeavingSheet
from desktop.views.pages.lists.list_scope import Chosen, ScopeChoice
from desktop.views.printing import Words, paint_list, paint_record, pdf
from desktop.views.theme.roles import Role
from desktop.views.widgets.layouts import label, row
from desktop.views.widgets.segments import Segments

Paint = Callable[[QPagedPaintDevice, CancelToken, Report], tuple[int, int]]
"""Paints on a device; (records, fields) that were printed."""


class PrintSheet(LeavingSheet):
    """Where to; what is printed comes from `for_list` or `for_record`."""

    def __init__(
        self,
        session: Session,
        entity: EntitySpec,
        paint: Callable[["PrintSheet"], Paint],
        *,
        title: str,
        chosen: Chosen | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self._entity = entity
        self._paint, self._title = paint, title
        self._made = False
        super().__init__(session, parent)
        self.scope = ScopeChoice(chosen) if chosen is not None else None
        self.target = Segments((FileKind.PRINT.value, FileKind.PDF.value))
        self.target.set_value(FileKind.PRINT.value)
        self._note = label("", Role.SMALL, wrap=True)
        self._choices = [part for part in (self.scope, self.target) if part is not None]
        for part in self._choices:
            line = row(None)
            line.addWidget(part)
            line.addStretch(1)
            self.body.addLayout(line)
        self.body.addWidget(self._note)
        self.body.addWidget(self.progress)
        if self.scope is not None:
            self.scope.chosen.connect(self.retranslate)
        self.submitted.connect(self._go)
        self._made = True
        self.retranslate()

    def retranslate(self) -> None:
        super().retranslate()
        if not self._made:
            return
        verb = self.tr("Print")
        self.set_heading(f"{verb} · {self._title}")
        if self.scope is not None:
            self.scope.say()
        labels = [self.tr("Printer"), self.tr("PDF file")]
        self.target.set_labels(labels, name=self.tr("Where to"))
        noted = self.tr(
            "Masked values stay masked. That it was printed is noted for the audit, like an export."
        )
        most = self.tr("At most {0} records are printed at once.").format(f"{MOST_PRINTED:,}")
        number = self.scope.number() if self.scope is not None else 0
        self._note.setText(f"{noted} {most}" if number > MOST_PRINTED else noted)
        self.primary.setText(
            self.tr("Print {0}…").format(f"{min(number, MOST_PRINTED):,}")
            if number
            else self.tr("Print…")
        )

    def words(self) -> Words:
        """What the paper says."""
        return Words(
            self.tr("Page {0} of {1}"),
            self.tr("The list is longer than what is printed here; export it for the rest."),
        )

    def write_pdf(self, path: Path) -> None:
        """Print into a file, in the background; it appears whole or not at all."""
        paint = self._paint(self)

        def work(token: CancelToken, report: Report) -> Done:
            try:
                room = Path(tempfile.mkdtemp(prefix=".suixing-", dir=path.parent))
            except OSError as error:
                raise _unwritable(path, error) from error
            try:
                made = room / "print.pdf"
                printed = paint(pdf(str(made)), token, report)
                done = self._noted(FileKind.PDF, printed, path)
                os.replace(made, path)
            except OSError as error:
                raise _unwritable(path, error) from error
            finally:
                shutil.rmtree(room, ignore_errors=True)
            return done

        self._start(work)

    def print_on(self, device: QPagedPaintDevice) -> None:
        """Print on a printer, in the background."""
        paint = self._paint(self)

        def work(token: CancelToken, report: Report) -> Done:
            return self._noted(FileKind.PRINT, paint(device, token, report))

        self._start(work)

    def _words_of_work(self) -> str:
        return self.tr("Printing…")

    def _noted(self, kind: FileKind, printed: tuple[int, int], path: Path | None = None) -> Done:
        records, fields = printed
        return note_export(
            self._session.workspace, self._entity, records, kind, fields=fields, path=path
        )

    @Slot()
    def _go(self) -> None:
        if self._token is not None:
            return
        if self.target.value() == FileKind.PDF.value:
            day = self._session.workspace.clock.now().strftime("%Y-%m-%d")
            plain = "".join("_" if c in '/\\:*?"<>|' else c for c in self._title)
            name, _ = QFileDialog.getSaveFileName(
                self, self.tr("Print to"), f"{plain} {day}.pdf", "*.pdf"
            )
            if name:
                self.write_pdf(Path(name if name.endswith(".pdf") else f"{name}.pdf"))
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(self._title)
        if QPrintDialog(printer, self).exec():
            self.print_on(printer)


def for_list(
    session: Session,
    entity: EntitySpec,
    chosen: Chosen,
    *,
    shown: Sequence[str],
    parent: QWidget | None = None,
) -> PrintSheet:
    """Print the columns shown of a list."""
    title = heading(entity, session.language)

    def painter(sheet: PrintSheet) -> Paint:
        rids, query = sheet.scope.picked() if sheet.scope is not None else ((), None)
        extract = Extract(entity.name, tuple(shown), rids, query, session.language)
        words = sheet.words()

        def paint(device: QPagedPaintDevice, token: CancelToken, report: Report) -> tuple[int, int]:
            printed = list_to_print(session.workspace, extract, title, token, report)
            paint_list(device, printed, words)
            return len(printed.rows), len(printed.headings)

        return paint

    return PrintSheet(session, entity, painter, title=title, chosen=chosen, parent=parent)


def for_record(
    session: Session,
    entity: EntitySpec,
    record_id: str,
    sections: Sequence[Section],
    *,
    title: str,
    parent: QWidget | None = None,
) -> PrintSheet:
    """Print one record, section by section."""

    def painter(sheet: PrintSheet) -> Paint:
        words = sheet.words()

        def paint(device: QPagedPaintDevice, token: CancelToken, report: Report) -> tuple[int, int]:
            printed = record_to_print(
                session.workspace, entity.name, record_id, sections, session.language
            )
            token.check()
            report(0.5)
            if printed is None:
                return 0, 0
            paint_record(device, printed, words)
            return 1, sum(len(lines) for _, lines in printed.sections)

        return paint

    return PrintSheet(session, entity, painter, title=title, parent=parent)


def _unwritable(path: Path, error: OSError) -> KnownError:
    return KnownError(
        f"无法写入“{path.name}”（{error.strerror}），没有打印。请换个位置或关闭正在打开它的程序。",
        f"“{path.name}” cannot be written ({error.strerror}); nothing was printed. Choose another "
        "place, or close the program that has it open.",
        code="file_unwritable",
    )
