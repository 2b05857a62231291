"""The grid on which tiles lie: as many columns as fit, heights in steps, tiles moved by hand."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from crm_core.insight.boards import Tile
from desktop.viewmodels.board.board_layout import Place, columns_for, packed, tops

GAP = 12
STEP, FIGURES = 108, 126
"""Pixels of a line of the grid, and of one in which figures stand."""


class TileGrid(QWidget):
    """Lays widgets out as the packing of their tiles says; it has no layout of its own."""

    laid = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles: tuple[Tile, ...] = ()
        self._widgets: list[QWidget] = []
        self._zoom = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_zoom(self, zoom: float) -> None:
        """So many pixels for each, for a screen on the wall."""
        self._zoom = zoom
        self.arrange()

    def show_tiles(self, tiles: Sequence[Tile], widgets: Sequence[QWidget]) -> None:
        """Lay out one widget a tile; those no longer among them are the caller's to remove."""
        self._tiles, self._widgets = tuple(tiles), list(widgets)
        for before, widget in zip([None, *widgets], widgets, strict=False):
            widget.setParent(self)
            widget.show()
            if before is not None:
                QWidget.setTabOrder(before, widget)
        self.arrange()

    def place_at(self, point: QPoint) -> int:
        """The tile at a point; -1 for none."""
        hits = (i for i, one in enumerate(self._widgets) if one.geometry().contains(point))
        return next(hits, -1)

    def arrange(self) -> None:
        """Put every widget where it belongs at this width."""
        columns = columns_for(round(self.width() / self._zoom))
        places = packed(self._tiles, columns)
        line, figures = round((STEP + GAP) * self._zoom), round((FIGURES + GAP) * self._zoom)
        lines = tops(places, step=line, figures=figures)
        for widget, place in zip(self._widgets, places, strict=True):
            widget.setGeometry(self._rect(place, columns, lines))
        high = lines[-1]
        if self.minimumHeight() != high:
            self.setFixedHeight(high)
        self.laid.emit()

    def sizeHint(self) -> QSize:
        return QSize(900, self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.arrange()

    def _rect(self, place: Place, columns: int, lines: Sequence[int]) -> QRect:
        gap = round(GAP * self._zoom)
        wide = (self.width() + gap) / columns
        left = round(place.column * wide)
        right = round((place.column + place.wide) * wide) - gap
        top, bottom = lines[place.line], lines[place.line + place.high] - gap
        return QRect(left, top, right - left, bottom - top)
