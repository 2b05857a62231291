"""Export: which records, which columns, which kind of file; progress, and a way to stop it."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from crm_core.model.schema import EntitySpec
from desktop.services.papers.export import Extract, FileKind, do_export
from desktop.viewmodels.lists.columns import heading
from desktop.viewmodels.session import Session
from desktop.views.pages.leaving_sheet import LeavingSheet
from desktop.views.pages.lists.list_scope import Chosen, ScopeChoice
from desktop.views.theme.roles import Role
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.segments import Segments

_SHOWN, _EVERY = "shown", "every"
_LABEL_WIDTH = 72


class ExportSheet(LeavingSheet):
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
        self._entity = entity
        self._shown = tuple(shown)
        self._made = False
        super().__init__(session, parent)
        self.scope = ScopeChoice(chosen)
        self.columns = Segments((_SHOWN, _EVERY))
        self.columns.set_value(_SHOWN)
        self.kind = Segments((FileKind.XLSX.value, FileKind.CSV.value))
        self.kind.set_value(FileKind.XLSX.value)
        self._names = [label("", Role.MUTED) for _ in range(3)]
        self._note = label("", Role.SMALL, wrap=True)
        self._choices = [self.scope, self.columns, self.kind]
        self._lay_out_choices()
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
        workspace, kind = self._session.workspace, FileKind(self.kind.value())
        self._start(do_export, workspace, self.extract(), path, kind)

    def _words_of_work(self) -> str:
        return self.tr("Writing the file…")

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
