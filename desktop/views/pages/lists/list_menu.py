"""The menu of a row of a list: what can be done with the selected records, with its keys."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QCursor, QKeySequence
from PySide6.QtWidgets import QMenu

from desktop.views.widgets.list_table import COPY_ROLE, ListTable


class RowMenu(QMenu):
    """Open, copy, delete; goes away by itself."""

    opened = Signal()
    deleted = Signal()

    def __init__(self, table: ListTable, further: Sequence[QAction] = ()) -> None:
        super().__init__(table)
        self._table = table
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._add(self.tr("Open"), "Ctrl+Return").triggered.connect(self.opened)
        phone = table.currentIndex().data(COPY_ROLE) is not None
        copy = self.tr("Copy phone number") if phone and one_row(table) else self.tr("Copy")
        self._add(copy, "Ctrl+C").triggered.connect(table.copy_selection)
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


def one_row(table: ListTable) -> bool:
    """Whether copying takes one cell, not whole rows."""
    return len(table.selectionModel().selectedRows()) < 2
