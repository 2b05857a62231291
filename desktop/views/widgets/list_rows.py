"""Drawing the rows of a list: once a row what its cells share, once a cell what it shows.

Qt's table asks a delegate for every cell, with a painter, an index and a description of a dozen
fields wrapped for Python each time; for the ninety cells of a screen that took as long as reading
and drawing their texts. What is looked at here is asked for once a screen, or once a row.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

from PySide6.QtCore import QItemSelectionModel, QRect
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QTableView

from desktop.views.theme.apply import colours
from desktop.views.theme.tokens import Colours
from desktop.views.widgets.cell_delegates import PADDING, TextCell
from desktop.views.widgets.cell_face import CellFace, face_of, shade
from desktop.views.widgets.group_row import paint_group


class RowFaces(Protocol):
    """A model that knows what a whole row shows; of others each cell is asked."""

    def row_faces(self, row: int, columns: Sequence[int]) -> list[CellFace]:
        """The faces of these columns; of the header of a group each has the `group`."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A column that is in sight."""

    column: int
    left: int
    width: int
    cell: TextCell


class RowsView(QTableView):
    """A table whose delegates are `TextCell`s, drawn a row at a time.

    It has no grid, spans or hidden rows, and rows are selected whole.
    """

    hovered = -1
    """The row under the mouse, or -1."""

    def paintEvent(self, event: QPaintEvent) -> None:
        rows = self._rows_in(event)
        places = self._places(event.rect())
        if rows and places:
            with QPainter(self.viewport()) as painter:
                sheet = _Sheet(self, painter, places)
                for row in rows:
                    sheet.paint(row)

    def _rows_in(self, event: QPaintEvent) -> list[int]:
        last = self.verticalHeader().count() - 1
        rows, parts = set[int](), cast("Iterable[QRect]", event.region())  # As its stub forgets.
        for rect in parts:
            first, end = self.rowAt(rect.top()), self.rowAt(rect.bottom())
            if first >= 0:
                rows.update(range(first, (last if end < 0 else end) + 1))
        return sorted(rows)

    def _places(self, area: QRect) -> list[_Place]:
        header, found = self.horizontalHeader(), list[_Place]()
        for visual in range(header.count()):
            column = header.logicalIndex(visual)
            left, width = header.sectionViewportPosition(column), header.sectionSize(column)
            if width and left <= area.right() and left + width > area.left():
                cell = self.itemDelegateForColumn(column) or self.itemDelegate()
                assert isinstance(cell, TextCell)
                found.append(_Place(column, left, width, cell))
        return found


class _Sheet:
    """One drawing of a view."""

    def __init__(self, view: RowsView, painter: QPainter, places: list[_Place]) -> None:
        self._view, self._painter, self._places = view, painter, places
        self._columns = [place.column for place in places]
        self._left = places[0].left
        self._width = places[-1].left + places[-1].width - self._left
        self._font: QFont = view.font()
        self._c: Colours = colours()
        self._current = view.currentIndex()
        self._selection: QItemSelectionModel | None = view.selectionModel()
        if self._selection is not None and not self._selection.hasSelection():
            self._selection = None
        self._model: Any = view.model()
        self._whole = hasattr(self._model, "row_faces")

    def paint(self, row: int) -> None:
        """Draw one row."""
        view, painter = self._view, self._painter
        top, height = view.rowViewportPosition(row), view.rowHeight(row)
        rect = QRect(self._left, top, self._width, height)
        chosen = self._chosen(row)
        faces = self._faces(row)
        if faces[0].group is not None:
            painter.save()
            painter.setFont(self._font)
            paint_group(painter, rect, faces[0].group, self._c, width=view.width(), chosen=chosen)
            painter.restore()
            return
        self._paint_ground(rect, row, chosen=chosen)
        for place, face in zip(self._places, faces, strict=True):
            painter.setFont(self._font)
            inner = QRect(place.left + PADDING, top, place.width - 2 * PADDING, height)
            place.cell.paint_content(painter, inner, face, self._c)

    def _faces(self, row: int) -> list[CellFace]:
        if self._whole:
            faces: list[CellFace] = self._model.row_faces(row, self._columns)
            return faces
        return [face_of(self._model.index(row, column)) for column in self._columns]

    def _chosen(self, row: int) -> bool:
        selection = self._selection
        return selection is not None and selection.isSelected(
            self._model.index(row, self._columns[0])
        )

    def _paint_ground(self, rect: QRect, row: int, *, chosen: bool) -> None:
        painter, c = self._painter, self._c
        if chosen:
            painter.fillRect(rect, shade(c.selected))
        elif self._view.hovered == row:
            painter.fillRect(rect, shade(c.hover))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, shade(c.hairline))
        if self._current.row() == row:
            self._mark_current(rect)

    def _mark_current(self, rect: QRect) -> None:
        """A frame around the cell that keys act on, and a bar where its row starts."""
        view, painter, accent = self._view, self._painter, shade(self._c.accent)
        if view.hasFocus():
            for place in self._places:
                if place.column == self._current.column():
                    painter.setPen(accent)
                    frame = QRect(place.left, rect.top(), place.width, rect.height())
                    painter.drawRect(frame.adjusted(0, 1, -1, -3))
        header = view.horizontalHeader()
        if all(
            header.isSectionHidden(header.logicalIndex(visual))
            for visual in range(header.visualIndex(self._columns[0]))
        ):
            painter.fillRect(rect.left(), rect.top(), 3, rect.height() - 1, accent)
