"""The menu of a row of a list: what can be done with the selected records, with its keys."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QCursor, QKeySequence
from PySide6.QtWidgets import QMenu

from desktop.views.widgets.list_table import ListTable


class RowMenu(QMenu):
    """Open, copy, delete; goes away by itself."""

    opened = Signal()
    deleted = Signal()

    def __init__(self, table: ListTable, further: Sequence[QAction] = ()) -> None:
        super().__init__(table)
        self._table = table
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._add(self.tr("Open"), "Return").triggered.connect(self.opened)
        self._add(self.tr("Copy"), "Ctrl+C").triggered.connect(table.copy_selection)
        self.addActions(list(further))
        self.addSeparator()
        self._add(self.tr("Delete"), "Del").triggered.connect(self.deleted)

    def show_at(self, row: int) -> None:
        """Open at the pointer where it is on the row, else below the row."""
        self.popup(self._place(row))

    def _add(self, text: str, keys: str) -> QAction:
        action = self.addAction(text)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        return action

    def _place(self, row: int) -> QPoint:
        viewport = self._table.viewport()
        rect = self._table.visualRect(self._table.model().index(row, 0))
        over = rect.contains(viewport.mapFromGlobal(QCursor.pos()))
        return QCursor.pos() if over else viewport.mapToGlobal(rect.bottomLeft())
