"""The import wizard: file, mapping, check, result; by keyboard alone, and with a way back.

Ctrl+O chooses a file, Ctrl+Return goes on, Alt+Up back a step. A file may be dropped anywhere on
the page (rows 1.2, 1.14).
"""

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QWidget

from crm_core.errors import KnownError
from desktop.viewmodels.import_flow import ImportFlow, Stage
from desktop.viewmodels.session import Session
from desktop.views.pages.importing.check_step import CheckStep
from desktop.views.pages.importing.file_drops import FileDrops
from desktop.views.pages.importing.file_step import FileStep
from desktop.views.pages.importing.mapping_step import MappingStep
from desktop.views.pages.importing.run_step import RunStep
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import IconButton
from desktop.views.widgets.chips import Chip
from desktop.views.widgets.feedback import InlineMessage
from desktop.views.widgets.header import PageHeader
from desktop.views.widgets.layouts import column, row
from desktop.views.widgets.reactive import Reactive

_PATTERNS = "*.xlsx *.xlsm *.xlsb *.xls *.ods *.csv *.tsv *.txt *.vcf"


class ImportPage(Reactive, QWidget):
    """One import at a time."""

    back_requested = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._entity = ""
        self.flow = ImportFlow(session, self)
        self._header = PageHeader("")
        self._back = IconButton("chevron-left", "")
        self._marks = {stage: Chip("") for stage in Stage}
        self.message = InlineMessage()
        self.file, self.mapping = FileStep(self.flow), MappingStep(session, self.flow)
        self.check, self.run = CheckStep(session, self.flow), RunStep(session, self.flow)
        self._steps: dict[Stage, FileStep | MappingStep | CheckStep | RunStep] = {
            Stage.FILE: self.file, Stage.MAPPING: self.mapping,
            Stage.CHECK: self.check, Stage.RUN: self.run,
        }  # fmt: skip
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()
        self.retranslate()
        self._moved()

    def retranslate(self) -> None:
        self._header.set_text(
            self.tr("Import"),
            self.tr("Excel, CSV and vCard files; looked at first, taken back as a whole"),
        )
        self._back.set_name(self.tr("Back (Alt+Left)"))
        self._say_steps()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.flow.read_saved()

    def begin(self, entity: str = "", path: str = "") -> None:
        """Start with what is known already: a kind of record, a file."""
        if self.flow.busy:
            return  # What is under way goes on.
        self._entity = entity
        if self.flow.stage is Stage.RUN:
            self.flow.start_over()
        if path:
            self.open_file(Path(path))

    def open_file(self, path: Path) -> None:
        """Look at a file."""
        self.message.show_message("", Tone.NEUTRAL)
        self.flow.open_path(path, self._entity)

    @Slot()
    def choose_file(self) -> None:
        """Ask for a file."""
        if self.flow.stage is Stage.RUN and self.flow.busy:
            return
        form = f"{self.tr('Tables and cards')} ({_PATTERNS})"
        chosen, _ = QFileDialog.getOpenFileName(self.window(), self.tr("Choose a file"), "", form)
        if chosen:
            self.open_file(Path(chosen))

    @Slot()
    def go_on(self) -> None:
        """The primary button of the step that is on."""
        step = self._steps[self.flow.stage]
        if step.primary.isVisible() and step.primary.isEnabled():
            step.primary.click()

    # -- building ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        set_role(self, Role.PAGE)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        head = row(None, margins=(16, 0, 24, 0), gap=8)
        head.addWidget(self._back, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self._header, 1)
        for stage in Stage:
            head.addWidget(self._marks[stage], 0, Qt.AlignmentFlag.AlignVCenter)
        body = column(self, gap=0)
        body.addLayout(head)
        said = column(None, margins=(24, 0, 24, 0))
        said.addWidget(self.message)
        body.addLayout(said)
        for step in self._steps.values():
            self._stack.addWidget(step)
        body.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self._back.clicked.connect(self._leave)
        self.flow.moved.connect(self._moved)
        self.flow.failed.connect(self._failed)
        self.flow.looked_at.connect(self._looked_at)
        self.file.choose_requested.connect(self.choose_file)
        self._session.language_changed.connect(self._speak)
        FileDrops(self).dropped.connect(self._dropped)
        for keys, slot in (
            ("Ctrl+O", self.choose_file), ("Ctrl+Return", self.go_on),
            ("Ctrl+Enter", self.go_on), ("Alt+Up", self.flow.go_back),
        ):  # fmt: skip
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)

    # -- what is on ----------------------------------------------------------------------------

    @Slot()
    def _moved(self) -> None:
        self._stack.setCurrentWidget(self._steps[self.flow.stage])
        self._say_steps()

    @Slot()
    def _looked_at(self) -> None:
        self.message.show_message("", Tone.NEUTRAL)

    def _say_steps(self) -> None:
        words = {
            Stage.FILE: self.tr("1 File"), Stage.MAPPING: self.tr("2 Columns"),
            Stage.CHECK: self.tr("3 Check"), Stage.RUN: self.tr("4 Import"),
        }  # fmt: skip
        reached = list(Stage).index(self.flow.stage)
        for place, stage in enumerate(Stage):
            on = Tone.ACCENT if place == reached else Tone.NEUTRAL
            self._marks[stage].set_text(words[stage], Tone.GOOD if place < reached else on)

    @Slot(object)
    def _failed(self, error: KnownError) -> None:
        self.message.show_message(error.sentence(self._session.language), Tone.BAD)

    @Slot(object)
    def _dropped(self, path: Path) -> None:
        if not (self.flow.stage is Stage.RUN and self.flow.busy):
            self.open_file(path)

    @Slot()
    def _leave(self) -> None:
        if self.flow.stage in (Stage.MAPPING, Stage.CHECK):
            self.flow.go_back()
        else:
            self.back_requested.emit()

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self.retranslate()
        for step in self._steps.values():
            step.retranslate()
