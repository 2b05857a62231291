"""Step 4: the import under way, and what it did; taken back as a whole, refused rows as a file."""

from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from crm_core.errors import KnownError
from crm_core.intake.cleaning import Sentence
from crm_core.model.number_words import counted
from crm_core.store.imports.importing import Progress
from desktop.services.papers import imports
from desktop.viewmodels.import_flow import ImportFlow
from desktop.viewmodels.session import Session
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton, PrimaryButton, QuietButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.feedback import InlineMessage
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.progress import ProgressStrip
from desktop.views.widgets.reactive import Reactive


class RunStep(Reactive, QWidget):
    """Progress while it runs; then figures and what can be done next."""

    def __init__(self, session: Session, flow: ImportFlow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._flow = session, flow
        self.progress, self.message = ProgressStrip(), InlineMessage()
        self._card = Card()
        self._figures = label("", Role.BODY, wrap=True)
        self.primary = PrimaryButton()
        self.write = GhostButton("", "download")
        self.undo = GhostButton("", "undo")
        self.show_records = QuietButton("", "table")
        self._lay_out()
        flow.running.connect(self._tell)
        flow.taking_back.connect(self._tell_back)
        flow.ran.connect(self._show)
        flow.moved.connect(self._show)
        self.progress.cancelled.connect(flow.stop)
        self.primary.clicked.connect(self._next)
        self.write.clicked.connect(self._choose_target)
        self.undo.clicked.connect(self._take_back)
        self.show_records.clicked.connect(self._show_list)
        self.retranslate()

    def retranslate(self) -> None:
        self.write.setText(self.tr("Save the refused rows…"))
        self.undo.setText(self.tr("Take the whole import back"))
        self.show_records.setText(self.tr("Show the list"))
        self._show()

    def write_to(self, path: Path) -> None:
        """Write the refused rows in the background."""
        looked, done = self._flow.looked, self._flow.imported
        if looked is None or done is None:
            return
        workspace = self._session.workspace
        language, entry = self._session.language, done.outcome.entry

        def work() -> int:
            reasons: dict[int, list[Sentence]] = imports.rejected(workspace, entry)
            return imports.do_write_rejected(looked.choices, reasons, path, language)

        self._session.tasks.free(
            work, on_done=lambda many: self._written(path, many), on_error=self._failed, owner=self
        )

    def _lay_out(self) -> None:
        self._card.body.addWidget(self._figures)
        foot = row(None, gap=8)
        for button in (self.undo, self.write, self.show_records):
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(self.primary)
        body = column(self, margins=(24, 4, 24, 16), gap=12)
        body.addWidget(self.progress)
        body.addWidget(self.message)
        body.addWidget(self._card)
        body.addLayout(foot)
        body.addStretch(1)

    @Slot(object)
    def _tell(self, progress: Progress) -> None:
        if self._flow.imported is None:
            words = counted(self.tr("Importing… {0} rows").format(f"{progress.rows:,}"))
            self.progress.set_progress(words, progress.share if progress.total else None)

    @Slot()
    def _show(self) -> None:
        done = self._flow.imported
        self.progress.setVisible(done is None)
        self._card.setVisible(done is not None)
        for button in (self.primary, self.write, self.undo, self.show_records):
            button.setVisible(done is not None)
        if done is None:
            self.progress.set_progress(self.tr("Importing…"), 0.0)
            self.message.show_message("", Tone.NEUTRAL)
            return
        tally = done.outcome.entry.tally
        self._card.set_heading(done.outcome.entry.file)
        lines = [
            self.tr("{0} rows new, {1} updated").format(f"{tally.new:,}", f"{tally.update:,}"),
            self.tr("{0} rows were there already").format(f"{tally.same + tally.duplicate:,}"),
            self.tr("{0} rows not imported").format(f"{tally.refused:,}"),
        ]
        if tally.beside:
            lines.insert(1, self.tr("{0} contacts with them").format(f"{tally.beside:,}"))
        self._figures.setText(counted("\n".join(lines)))
        self.write.setVisible(tally.refused > 0)
        wrote = bool(done.outcome.entry.group and tally.new + tally.update)
        self.undo.setVisible(wrote and not self._flow.undone)
        whole = done.outcome.entry.done or self._flow.undone
        self.primary.setText(self.tr("Another file") if whole else self.tr("Go on"))
        self._say(whole=whole)

    def _say(self, *, whole: bool) -> None:
        done = self._flow.imported
        assert done is not None
        error = done.outcome.error
        if self._flow.back is not None and self._flow.undone:
            said = self._flow.back.sentence(self._session.language)
            self.message.show_message(said, Tone.NEUTRAL)
        elif error is not None:
            self.message.show_message(error.sentence(self._session.language), Tone.BAD)
        elif not whole:
            words = self.tr(
                "Stopped. What was imported so far is kept: go on, or take it back as a whole."
            )
            self.message.show_message(words, Tone.WARN)
        else:
            self.message.show_message(self.tr("Imported."), Tone.GOOD)

    @Slot()
    def _next(self) -> None:
        done = self._flow.imported
        over = self._flow.undone or (done is not None and done.outcome.error is not None)
        if done is not None and not done.outcome.entry.done and not over:
            self._flow.run()
        else:
            self._flow.start_over()

    @Slot()
    def _take_back(self) -> None:
        for button in (self.undo, self.primary):
            button.hide()
        self.message.show_message("", Tone.NEUTRAL)
        self.progress.show()
        self._tell_back(0.0)
        self._flow.take_back()

    @Slot(float)
    def _tell_back(self, share: float) -> None:
        self.progress.set_progress(self.tr("Taking it back…"), share, cancellable=False)

    @Slot()
    def _show_list(self) -> None:
        self._session.place_requested.emit(self._flow.mapping.entity)

    @Slot()
    def _choose_target(self) -> None:
        looked = self._flow.looked
        if looked is None:
            return
        words = self.tr("not imported")
        proposed = looked.choices.path.with_name(f"{looked.choices.path.stem} {words}.xlsx")
        chosen, _ = QFileDialog.getSaveFileName(
            self.window(), self.tr("Save the refused rows"), str(proposed), "*.xlsx"
        )
        if chosen:
            path = Path(chosen)
            self.write_to(path if path.suffix == ".xlsx" else path.with_name(f"{path.name}.xlsx"))

    def _written(self, path: Path, many: int) -> None:
        words = self.tr("{0} rows written to {1}; put them right and import that file.")
        self.message.show_message(counted(words.format(many, path.name)), Tone.GOOD)

    def _failed(self, error: KnownError) -> None:
        self.message.show_message(error.sentence(self._session.language), Tone.BAD)
