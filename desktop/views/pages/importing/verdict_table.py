"""Rows of a file with what becomes of them; hundreds of thousands cost no more than those shown."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from crm_core.intake.deciding import RowVerdict, Verdict
from desktop.viewmodels.session import Session
from desktop.views.theme.tokens import Density, Tone
from desktop.views.widgets.cell_delegates import StatusCell, TextCell
from desktop.views.widgets.cell_face import TONE_ROLE
from desktop.views.widgets.list_table import ListTable

_Index = QModelIndex | QPersistentModelIndex
_WIDTHS = (72, 128, 240)
_TONES = {
    Verdict.NEW: Tone.GOOD, Verdict.UPDATE: Tone.ACCENT, Verdict.SAME: Tone.NEUTRAL,
    Verdict.DUPLICATE: Tone.WARN, Verdict.REFUSED: Tone.BAD,
}  # fmt: skip


class _Model(QAbstractTableModel):
    """Cells are made when they are asked for."""

    def __init__(self, table: "VerdictTable") -> None:
        super().__init__(table)
        self._table = table
        self.rows: Sequence[RowVerdict] = ()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else 4

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        shown = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return self._table.headings()[section] if shown else None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, place = self.rows[index.row()], index.column()
        if role == TONE_ROLE:
            return _TONES[row.verdict] if place == 1 else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._table.words(row, place) or None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._table.words(row, place)
        return None

    def show_rows(self, rows: Sequence[RowVerdict]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()


class VerdictTable(ListTable):
    """Enter or a double click opens the record a row is the same as."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(Density.COMPACT, parent)
        self._session = session
        self._model = _Model(self)
        self._cells = [TextCell(self), StatusCell(self), TextCell(self), TextCell(self)]
        for place, cell in enumerate(self._cells):
            self.setItemDelegateForColumn(place, cell)
        self.setModel(self._model)
        self.setSelectionMode(ListTable.SelectionMode.SingleSelection)
        self.horizontalHeader().setSectionsClickable(False)

    def show_verdicts(self, rows: Sequence[RowVerdict]) -> None:
        """Show these rows."""
        self.setAccessibleName(self.tr("What becomes of the rows"))
        self._model.show_rows(rows)
        if rows:
            self.selectRow(0)

    def headings(self) -> list[str]:
        """Of the columns."""
        return [self.tr("Row"), self.tr("Result"), self.tr("Name"), self.tr("Why")]

    def words(self, row: RowVerdict, place: int) -> str:
        """What a cell says."""
        if place == 0:
            return str(row.number)
        if place == 1:
            return self._verdict(row)
        return row.title if place == 2 else self._why(row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.viewport().width() - 12
        widths = dict(enumerate(_WIDTHS))
        self.set_column_widths({**widths, 3: max(room - sum(_WIDTHS), 160)})

    def _verdict(self, row: RowVerdict) -> str:
        return {
            Verdict.NEW: self.tr("New"),
            Verdict.UPDATE: self.tr("Update"),
            Verdict.SAME: self.tr("The same"),
            Verdict.DUPLICATE: self.tr("Left alone"),
            Verdict.REFUSED: self.tr("Not imported"),
        }[row.verdict]

    def _why(self, row: RowVerdict) -> str:
        language = self._session.language
        said = [one.text(language) for one in (*row.reasons, *row.remarks)]
        if row.twin_row:
            said.insert(0, self.tr("Same as row {0} of this file").format(row.twin_row))
        elif row.twin:
            said.insert(0, self.tr("Already there; Enter opens it"))
        return "；".join(said) if language.startswith("zh") else "; ".join(said)
