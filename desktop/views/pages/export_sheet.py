"""Export: which records, which columns, which kind of file; progress, and a way to stop it."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from crm_core.errors import KnownError
from crm_core.model.schema import EntitySpec
from desktop.services.cancelling import Cancelled, CancelToken
from desktop.services.commands import Done
from desktop.services.export import Extract, FileKind, do_export
from desktop.viewmodels.columns import heading
from desktop.viewmodels.session import Session
from desktop.views.pages.list_scope import Chosen, ScopeChoice
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.progress import ProgressStrip
from desktop.views.widgets.segments import Segments
from desktop.views.widgets.sheet import Sheet

_SHOWN, _EVERY = "shown", "every"
_LABEL_WIDTH = 72


class ExportSheet(Sheet):
    """Offered only to whom the role lets export (row 5.6)."""

    def __init__(
        self,
        session: Session,
        entity: EntitySpec,
        chosen: Chosen,
        *,
        shown: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        self._session = session
        self._entity = entity
        self._shown = tuple(shown)
        self._made = False
        self._token: CancelToken | None = None
        super().__init__("", "", parent)
        self.scope = ScopeChoice(chosen)
        self.columns = Segments((_SHOWN, _EVERY))
        self.columns.set_value(_SHOWN)
        self.kind = Segments((FileKind.XLSX.value, FileKind.CSV.value))
        self.kind.set_value(FileKind.XLSX.value)
        self._names = [label("", Role.MUTED) for _ in range(3)]
        self._note = label("", Role.SMALL, wrap=True)
        self.progress = ProgressStrip()
        self._lay_out_choices()
        self.progress.hide()
        self.progress.cancelled.connect(self.stop)
        self.scope.chosen.connect(self._say)
        self.kind.chosen.connect(self._say)
        self.submitted.connect(self._choose_target)
        self.setMinimumWidth(560)
        self._made = True
        self._say()

    def retranslate(self) -> None:
        super().retranslate()
        if self._made:
            self._say()

    def extract(self) -> Extract:
        """What the sheet says now."""
        rids, query = self.scope.picked()
        every = tuple(spec.name for spec in self._entity.fields)
        fields = self._shown if self.columns.value() == _SHOWN else every
        return Extract(self._entity.name, fields, rids, query, self._session.language)

    def export_to(self, path: Path) -> None:
        """Write the file in the background."""
        self._token = CancelToken()
        self._set_running(on=True)
        tasks = self._session.tasks
        report = tasks.reporter(self._progressed, owner=self)
        # Not on the database's thread: reading all of a big list would hold up every page.
        tasks.free(
            do_export, self._session.workspace, self.extract(), path, FileKind(self.kind.value()),
            self._token, report, on_done=self._done, on_error=self._failed, owner=self,
            cancel=self._token,
        )  # fmt: skip

    @Slot()
    def stop(self) -> None:
        """Give it up; there will be no file."""
        if self._token is not None:
            self._token.cancel()

    def reject(self) -> None:
        if self._token is not None:
            self.stop()
            return
        super().reject()

    def _lay_out_choices(self) -> None:
        lines = column(None, gap=12)
        parts = (self.scope, self.columns, self.kind)
        for name, part in zip(self._names, parts, strict=True):
            name.setFixedWidth(_LABEL_WIDTH)
            line = row(None, gap=12)
            line.addWidget(name)
            line.addWidget(part)
            line.addStretch(1)
            lines.addLayout(line)
        self._names[0].setVisible(not self.scope.isHidden())
        self.body.addLayout(lines)
        self.body.addWidget(self._note)
        self.body.addWidget(self.progress)

    @Slot()
    def _say(self) -> None:
        language = self._session.language
        verb = self.tr("Export")
        self.set_heading(f"{verb} · {heading(self._entity, language)}")
        self.scope.say()
        for line, words in zip(
            self._names, (self.tr("Records"), self.tr("Columns"), self.tr("File")), strict=True
        ):
            line.setText(words)
        self.columns.set_labels(
            [
                self.tr("The {0} shown").format(len(self._shown)),
                self.tr("All {0} I may see").format(len(self._entity.fields)),
            ],
            name=self.tr("Columns"),
        )
        self.kind.set_labels(["Excel (.xlsx)", "CSV (.csv)"], name=self.tr("File"))
        self._note.setText(
            self.tr(
                "Masked values stay masked. That you exported, how many records and when is "
                "noted for the audit, also offline."
            )
        )
        self.primary.setText(self.tr("Export {0}…").format(f"{self.scope.number():,}"))

    @Slot()
    def _choose_target(self) -> None:
        if self._token is not None:
            return
        kind = self.kind.value()
        day = self._session.workspace.clock.now().strftime("%Y-%m-%d")
        name = f"{heading(self._entity, self._session.language)} {day}.{kind}"
        chosen, _ = QFileDialog.getSaveFileName(
            self.window(), self.tr("Export to"), name, f"*.{kind}"
        )
        if chosen:
            path = Path(chosen)
            self.export_to(
                path if path.suffix == f".{kind}" else path.with_name(f"{path.name}.{kind}")
            )

    def _progressed(self, share: float) -> None:
        if self._token is not None:
            self.progress.set_progress(self.tr("Writing the file…"), share)

    def _set_running(self, *, on: bool) -> None:
        self.progress.setVisible(on)
        self.progress.set_progress(self.tr("Writing the file…"), 0.0)
        for part in (self.scope, self.columns, self.kind, self.primary):
            part.setEnabled(not on)
        self.message.show_message("", Tone.NEUTRAL)

    def _done(self, done: Done) -> None:
        self._token = None
        self._session.bus.changed(done.changed, None)
        self._session.finished.emit(done)
        self.accept()

    def _failed(self, error: KnownError) -> None:
        self._token = None
        self._set_running(on=False)
        tone = Tone.NEUTRAL if isinstance(error, Cancelled) else Tone.BAD
        self.message.show_message(error.sentence(self._session.language), tone)
