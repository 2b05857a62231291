"""How values are spread, not only their mean: median, mean, and what nine of ten stay under."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.pictured import Mark, Strip
from desktop.views.theme.apply import colours
from desktop.views.theme.fonts import sized
from desktop.views.theme.tokens import TYPE
from desktop.views.widgets.cell_face import shade
from desktop.views.widgets.painting import draw_bar, draw_text
from desktop.views.widgets.pictures.canvas import Picture
from desktop.views.widgets.pictures.signs import draw_alarm, fill

_ROW, _FOOT = 34, 22
_RIGHT = Qt.AlignmentFlag.AlignRight


class SpreadPicture(Picture):
    """One strip a group on one scale, from nought to the greatest p90."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._strips: tuple[Strip | None, ...] = ()
        self._legend = ""
        self._threshold: float | None = None

    def show_strips(
        self,
        marks: Sequence[Mark],
        strips: Sequence[Strip | None],
        *,
        legend: str,
        threshold: float | None = None,
    ) -> None:
        """One strip for each mark; None where there is no data. `legend` explains the signs."""
        self._strips, self._legend, self._threshold = tuple(strips), legend, threshold
        self.take(marks)

    def spot(self, place: int) -> QRectF:
        return QRectF(0, place * _ROW, self.width(), _ROW)

    def needed(self) -> QSize:
        return QSize(300, _ROW * max(len(self.marks), 1) + _FOOT)

    def draw(self, painter: QPainter) -> None:
        c = colours()
        known = [s for s in self._strips if s is not None]
        top = max((max(s.p90, s.mean) for s in known), default=0.0) or 1.0
        if self._threshold is not None and self._threshold <= top:
            x = self._x(self._threshold, top)
            painter.setPen(QPen(shade(c.bad_tone.solid), 1.2, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, 2), QPointF(x, len(self.marks) * _ROW))
        for place in range(len(self.marks)):
            self._strip(painter, place, top)
        painter.setFont(sized(self.font(), TYPE.small))
        foot = QRectF(4, len(self.marks) * _ROW, self.width() - 8, _FOOT)
        draw_text(painter, foot, self._legend, colour=c.faint)

    def _strip(self, painter: QPainter, place: int, top: float) -> None:
        c, mark, area = colours(), self.marks[place], self.spot(place)
        if place == self.hovered or mark.mine:
            ground = c.selected if mark.mine else c.hover
            draw_bar(painter, area.adjusted(0, 1, 0, -1), ground, radius=6)
        painter.setFont(self.font())
        name = QRectF(8, area.top(), self._side() - 12, area.height())
        draw_text(painter, name, mark.label, colour=c.text)
        value = QRectF(self.width() - self._aside(), area.top(), self._aside() - 6, area.height())
        ink = c.bad_tone.ink if mark.red else c.text
        draw_text(painter, value, mark.shown, colour=ink, align=_RIGHT)
        strip = self._strips[place]
        if strip is None:
            return
        if mark.red:
            draw_alarm(painter, QPointF(value.left() + 4, area.center().y()), c)
        self._reach(painter, strip, area.center().y(), top, red=mark.red)

    def _reach(self, painter: QPainter, strip: Strip, y: float, top: float, *, red: bool) -> None:
        """Half of the values lie within the bar, nine of ten within the line."""
        c = colours()
        tone = c.bad_tone if red else c.accent_tone
        start, middle, ninth, mean = (
            self._x(value, top) for value in (0.0, strip.median, strip.p90, strip.mean)
        )
        painter.setPen(QPen(shade(tone.solid), 2))
        painter.drawLine(QPointF(middle, y), QPointF(ninth, y))
        painter.drawLine(QPointF(ninth, y - 6), QPointF(ninth, y + 6))
        box = QRectF(start, y - 7, max(middle - start, 3), 14)
        fill(painter, box, tone.solid, radius=3, hatched=red)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(shade(c.surface), 1.5))
        painter.setBrush(shade(c.text))
        corners = [(mean, y - 6), (mean + 6, y), (mean, y + 6), (mean - 6, y)]
        painter.drawPolygon(QPolygonF([QPointF(x, at) for x, at in corners]))

    def _x(self, value: float, top: float) -> float:
        left = self._side()
        return left + (self.width() - left - self._aside() - 10) * min(max(value, 0) / top, 1.0)

    def _side(self) -> float:
        metrics = self.fontMetrics()
        widest = max((metrics.horizontalAdvance(m.label) for m in self.marks), default=0)
        return float(min(widest + 20, 140))

    def _aside(self) -> float:
        metrics = self.fontMetrics()
        said = max((metrics.horizontalAdvance(m.shown) for m in self.marks), default=0)
        return float(min(said + 30, self.width() * 0.45))
