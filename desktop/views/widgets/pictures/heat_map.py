"""A table of values whose depth is seen before they are read: node × group."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.pictured import Mark
from desktop.views.theme.apply import colours
from desktop.views.theme.fonts import sized
from desktop.views.theme.tokens import TYPE
from desktop.views.widgets.cell_face import shade
from desktop.views.widgets.painting import draw_text
from desktop.views.widgets.pictures.canvas import Picture
from desktop.views.widgets.pictures.signs import blend, draw_alarm, fill, readable

_HEAD, _ROW, _GAP = 26, 32, 2
_NARROW = 52
_CENTRE = Qt.AlignmentFlag.AlignHCenter


class HeatPicture(Picture):
    """Deeper is more; what is past its threshold is framed, bold and has a triangle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[str, ...] = ()
        self._columns: tuple[str, ...] = ()

    def show_table(
        self, rows: Sequence[str], columns: Sequence[str], marks: Sequence[Mark]
    ) -> None:
        """`marks` line by line, one for each row and column."""
        self._rows, self._columns = tuple(rows), tuple(columns)
        self.take(marks)

    def spot(self, place: int) -> QRectF:
        line, column = divmod(place, max(len(self._columns), 1))
        left, wide, high = self._side(), self._wide(), self._high()
        return QRectF(left + column * wide, _HEAD + line * high, wide, high)

    def needed(self) -> QSize:
        wide = self._side() + _NARROW * max(len(self._columns), 1)
        return QSize(round(wide), _HEAD + _ROW * max(len(self._rows), 1))

    def draw(self, painter: QPainter) -> None:
        c = colours()
        wide, high, left = self._wide(), self._high(), self._side()
        painter.setFont(sized(self.font(), TYPE.small))
        for place, name in enumerate(self._columns):
            head = QRectF(left + place * wide + 2, 0, wide - 4, _HEAD)
            draw_text(painter, head, name, colour=c.muted, align=_CENTRE)
        painter.setFont(self.font())
        for place, name in enumerate(self._rows):
            side = QRectF(0, _HEAD + place * high, left - 8, high)
            draw_text(painter, side, name, colour=c.text)
        top = max((mark.value or 0.0 for mark in self.marks), default=0.0) or 1.0
        for place in range(len(self.marks)):
            self._cell(painter, place, top)

    def _cell(self, painter: QPainter, place: int, top: float) -> None:
        c, mark = colours(), self.marks[place]
        area = self.spot(place).adjusted(_GAP / 2, _GAP / 2, -_GAP / 2, -_GAP / 2)
        depth = max(mark.value or 0.0, 0.0) / top
        ground = blend(c.surface, c.accent_tone.solid, 0.06 + 0.62 * depth)
        if mark.value is None:
            ground = c.hover
        elif mark.red:
            ground = blend(c.surface, c.bad_tone.solid, 0.08 + 0.26 * depth)
        fill(painter, area, ground, radius=4, hatched=False)
        if mark.red or place == self.hovered:
            painter.setPen(QPen(shade(c.bad_tone.solid if mark.red else c.outline), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 4, 4)
        ink = c.faint if mark.value is None else readable(ground, c)
        words = area
        if mark.red:
            ink = c.bad_tone.ink
            draw_alarm(painter, QPointF(area.left() + 11, area.center().y()), c, size=8)
            words = area.adjusted(12, 0, 0, 0)
        painter.setFont(sized(self.font(), TYPE.body, bold=mark.red))
        draw_text(painter, words, mark.shown, colour=ink, align=_CENTRE)

    def _side(self) -> float:
        metrics = self.fontMetrics()
        widest = max((metrics.horizontalAdvance(name) for name in self._rows), default=0)
        return float(min(widest + 16, 150))

    def _wide(self) -> float:
        return (self.width() - self._side()) / max(len(self._columns), 1)

    def _high(self) -> float:
        """Lines share what room there is, as far as they still read as a table."""
        room = (self.height() - _HEAD) / max(len(self._rows), 1)
        return float(min(max(room, _ROW), 64))
