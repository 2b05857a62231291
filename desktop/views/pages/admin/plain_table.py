"""A short table of facts: rows of cells, one key a row, chips where a cell has a tone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStyledItemDelegate, QWidget

from desktop.views.theme.tokens import Tone
from desktop.views.widgets.cell_delegates import StatusCell, TextCell
from desktop.views.widgets.cell_face import TONE_ROLE
from desktop.views.widgets.list_table import ListTable

_Index = QModelIndex | QPersistentModelIndex
_SCROLL_BAR = 12


@dataclass(frozen=True, slots=True)
class Fact:
    """One cell."""

    text: str
    tone: Tone | None = None


@dataclass(frozen=True, slots=True)
class FactColumn:
    """One column: its share of the width, and whether its cells are chips."""

    title: str
    share: int
    chips: bool = False


class FactModel(QAbstractTableModel):
    """Rows as they were given."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns: Sequence[FactColumn] = ()
        self._rows: Sequence[tuple[str, Sequence[Fact]]] = ()

    def set_rows(self, rows: Sequence[tuple[str, Sequence[Fact]]]) -> None:
        """Show other rows: (key, cells)."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def set_columns(self, columns: Sequence[FactColumn]) -> None:
        """Head the columns otherwise."""
        self.beginResetModel()
        self._columns = columns
        self.endResetModel()

    def key_at(self, row: int) -> str:
        """The key of a row; empty where there is none."""
        return self._rows[row][0] if 0 <= row < len(self._rows) else ""

    def row_of(self, key: str) -> int:
        """Where a key stands; -1 where it does not."""
        return next((n for n, (one, _) in enumerate(self._rows) if one == key), -1)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        shown = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return self._columns[section].title if shown else None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        cells = self._rows[index.row()][1]
        if index.column() >= len(cells):
            return None
        fact = cells[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return fact.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return fact.text or None
        return fact.tone if role == TONE_ROLE else None


class FactTable(ListTable):
    """Shows facts; keeps the row that is current when they are read again."""

    current_changed = Signal(str)
    """The key of the row that is current now, or ""."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.facts = FactModel(self)
        self._columns: Sequence[FactColumn] = ()
        self._cells: list[QStyledItemDelegate] = []
        self.setModel(self.facts)
        self.setSelectionMode(ListTable.SelectionMode.SingleSelection)
        self.horizontalHeader().setSectionsClickable(False)
        self.selectionModel().currentRowChanged.connect(self._moved)

    def set_columns(self, columns: Sequence[FactColumn]) -> None:
        """Head the columns; chips get their own way to be drawn."""
        self._columns = columns
        self.facts.set_columns(columns)
        self._cells = [StatusCell(self) if one.chips else TextCell(self) for one in columns]
        for place, cell in enumerate(self._cells):
            self.setItemDelegateForColumn(place, cell)
        self._share()

    def show_rows(self, rows: Sequence[tuple[str, Sequence[Fact]]]) -> None:
        """Show rows; the one that was current stays so where it still is there."""
        kept = self.current_key()
        self.facts.set_rows(rows)
        place = max(self.facts.row_of(kept), 0)
        if rows:
            self.selectRow(place)
        else:
            self.current_changed.emit("")

    def current_key(self) -> str:
        """The key of the current row, or ""."""
        return self.facts.key_at(self.currentIndex().row())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        total = sum(one.share for one in self._columns)
        room = self.viewport().width() - _SCROLL_BAR
        widths = {n: room * one.share // total for n, one in enumerate(self._columns)}
        self.set_column_widths(widths)

    @Slot(QModelIndex, QModelIndex)
    def _moved(self, current: QModelIndex, _before: QModelIndex) -> None:
        self.current_changed.emit(self.facts.key_at(current.row()))
