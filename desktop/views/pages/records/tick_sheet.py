"""Ticking one item of a stage's check list off, with its note and its file (row 4.4)."""

from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from crm_core.errors import KnownError
from crm_core.rules.stages import CheckItem, Evidence
from desktop.services.commands.verbs import Done
from desktop.services.rules.checklists import do_tick
from desktop.viewmodels.session import Session
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton
from desktop.views.widgets.editors.text import TextLine
from desktop.views.widgets.field_row import FieldRow
from desktop.views.widgets.layouts import label, row
from desktop.views.widgets.sheet import Sheet


class TickSheet(Sheet):
    """A note, a file chosen or dropped; what the item asks for is marked."""

    def __init__(
        self,
        session: Session,
        target: tuple[str, str],
        item: CheckItem,
        *,
        stage: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`target`: (entity, record id). `stage`: that asks for it, where not the present one."""
        super().__init__("", "", parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self._session, self._target, self._item, self._stage = session, target, item, stage
        self.paths: list[Path] = []
        self.note = TextLine()
        needs_note = item.evidence is Evidence.NOTE
        self._line = FieldRow(self.tr("What came of it"), self.note, required=needs_note)
        self.choose = GhostButton(self.tr("Choose a file…"), "attachment")
        self._files = label("", Role.MUTED, wrap=True)
        self.set_heading(item.label.text(session.language))
        self.primary.setText(self.tr("Done"))
        self.body.addWidget(label(self._asked(), Role.MUTED, wrap=True))
        self.body.addWidget(self._line)
        line = row(None, gap=10)
        line.addWidget(self.choose)
        line.addWidget(self._files, 1)
        self.body.addLayout(line)
        self.choose.clicked.connect(self._choose)
        self.submitted.connect(self._save)
        self._line.changed.connect(self._typed)
        self._say_files()
        first = self.choose if item.evidence is Evidence.FILE else self.note
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def take_files(self, paths: list[Path]) -> None:
        """These are the evidence."""
        self.paths = [path for path in paths if path.is_file()]
        self._say_files()
        self.set_dirty(bool(self.paths or self.note.value()))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        urls = event.mimeData().urls()
        self.take_files([Path(url.toLocalFile()) for url in urls if url.isLocalFile()])

    def _asked(self) -> str:
        return {
            Evidence.NONE: self.tr("A note and a file may be added."),
            Evidence.NOTE: self.tr("Counts once it says what came of it."),
            Evidence.FILE: self.tr("Counts once a file proves it: choose one or drop it here."),
        }[self._item.evidence]

    def _say_files(self) -> None:
        names = "、".join(path.name for path in self.paths)
        self._files.setText(names or self.tr("No file yet"))

    @Slot()
    def _typed(self) -> None:
        self._line.set_error("")
        self.set_dirty(True)

    @Slot()
    def _choose(self) -> None:
        found, _ = QFileDialog.getOpenFileNames(self, self._item.label.text(self._session.language))
        if found:
            self.take_files([Path(name) for name in found])

    @Slot()
    def _save(self) -> None:
        entity, record_id = self._target
        self.primary.setEnabled(False)
        note, stage = str(self.note.value() or ""), self._stage
        item, paths = self._item, tuple(self.paths)
        self._session.run(
            lambda workspace: do_tick(
                workspace, entity, record_id, item, note=note, paths=paths, stage=stage
            ),
            on_done=self._done, on_error=self._failed, initiator=self,
        )  # fmt: skip

    def _done(self, _done: Done) -> None:
        self.set_dirty(False)
        self.accept()

    def _failed(self, error: KnownError) -> None:
        self.primary.setEnabled(True)
        self.message.show_message(error.sentence(self._session.language), Tone.BAD)
