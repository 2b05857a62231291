"""Where somebody is in a list, kept while its rows are replaced."""

from PySide6.QtCore import QObject, Slot

from desktop.viewmodels.lists.record_list import RecordListModel
from desktop.views.widgets.list_table import ListTable


class ListPlace(QObject):
    """The current record and cell, and how far the list is scrolled."""

    def __init__(self, model: RecordListModel, table: ListTable) -> None:
        super().__init__(table)
        self._model, self._table = model, table
        self._kept: tuple[int, int, int, int] = (-1, 0, 0, 0)
        self.to_top = False
        """The next answer is another question's: it is read from its beginning."""
        model.modelAboutToBeReset.connect(self._keep)
        model.modelReset.connect(self._restore)

    @Slot()
    def _keep(self) -> None:
        current = self._table.currentIndex()
        rid = self._model.rid_at(current.row())
        scrolled, top = self._table.verticalScrollBar().value(), -1
        if rid != -1:
            top = self._table.rowViewportPosition(current.row())
        self._kept = (rid, max(current.column(), 0), scrolled, top)

    @Slot()
    def _restore(self) -> None:
        rid, at, scroll, top = self._kept
        place = self._model.row_of(rid) if rid != -1 else -1
        if place >= 0:
            at = min(at, self._model.columnCount() - 1)
            self._table.setCurrentIndex(self._table.model().index(place, at))
        # The rows have their places only after the layout, which would come later.
        self._table.doItemsLayout()
        if place >= 0 and 0 <= top < self._table.viewport().height():
            # As high in the window as before, wherever it stands among the others now.
            scroll = self._table.verticalHeader().sectionPosition(place) - top
        self._table.verticalScrollBar().setValue(0 if self.to_top else scroll)
