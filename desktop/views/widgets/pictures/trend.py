"""A value over weeks or months, with the band in which most of its parts lay."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.pictured import Band, Mark
from desktop.views.theme.apply import colours
from desktop.views.theme.fonts import sized
from desktop.views.theme.tokens import TYPE
from desktop.views.widgets.cell_face import shade
from desktop.views.widgets.painting import draw_text
from desktop.views.widgets.pictures.canvas import Picture
from desktop.views.widgets.pictures.signs import blend, draw_alarm

_HEAD, _FOOT, _SIDE, _LEGEND = 22, 22, 8, 18
_CENTRE = Qt.AlignmentFlag.AlignHCenter
_APART = 44
"""Pixels a label needs under the line."""


class TrendPicture(Picture):
    """Dots on a line; a dot past the threshold is a triangle. Weeks without data break the line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bands: tuple[Band, ...] = ()
        self._threshold: float | None = None
        self._legend = ""

    def show_points(
        self, marks: Sequence[Mark], bands: Sequence[Band], *, threshold: float | None = None,
        legend: str = "",
    ) -> None:  # fmt: skip
        """Oldest first; one band (least, greatest) or None for each mark; `legend` explains it."""
        self._bands, self._threshold, self._legend = tuple(bands), threshold, legend
        self.take(marks)

    def spot(self, place: int) -> QRectF:
        step = self._step_width()
        return QRectF(_SIDE + place * step, 0, step, self.height())

    def needed(self) -> QSize:
        return QSize(260, 96)

    def draw(self, painter: QPainter) -> None:
        c = colours()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        base = self._base()
        painter.fillRect(QRectF(_SIDE, base, self.width() - 2 * _SIDE, 1), shade(c.hairline))
        self._draw_band(painter)
        if self._threshold is not None and self._threshold <= self._top():
            painter.setPen(QPen(shade(c.bad_tone.solid), 1.2, Qt.PenStyle.DashLine))
            y = self._y(self._threshold)
            painter.drawLine(QPointF(_SIDE, y), QPointF(self.width() - _SIDE, y))
        self._draw_line(painter)
        every = max(1, round(_APART / max(self._step_width(), 1) + 0.49))
        for place in range(len(self.marks)):
            self._dot(painter, place, labelled=(len(self.marks) - 1 - place) % every == 0)
        if self._legend:
            painter.setFont(sized(self.font(), TYPE.small))
            foot = QRectF(_SIDE, self.height() - _LEGEND, self.width() - 2 * _SIDE, _LEGEND)
            draw_text(painter, foot, self._legend, colour=c.muted)

    def _draw_line(self, painter: QPainter) -> None:
        """From point to point; dashed to one whose stretch of time is not over."""
        pen = QPen(shade(colours().accent_tone.solid), 2)
        for place in range(1, len(self.marks)):
            before, mark = self.marks[place - 1], self.marks[place]
            if before.value is None or mark.value is None:
                continue
            dashed = Qt.PenStyle.DashLine if mark.unfinished else Qt.PenStyle.SolidLine
            pen.setStyle(dashed)
            painter.setPen(pen)
            here = QPointF(self._x(place), self._y(mark.value))
            painter.drawLine(QPointF(self._x(place - 1), self._y(before.value)), here)

    def _draw_band(self, painter: QPainter) -> None:
        c = colours()
        known = [(i, band) for i, band in enumerate(self._bands) if band is not None]
        if len(known) < 2:
            return
        above = [QPointF(self._x(i), self._y(band[1])) for i, band in known]
        below = [QPointF(self._x(i), self._y(band[0])) for i, band in reversed(known)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade(blend(c.surface, c.accent_tone.solid, 0.14)))
        painter.drawPolygon(QPolygonF(above + below))

    def _dot(self, painter: QPainter, place: int, *, labelled: bool) -> None:
        c, mark, x = colours(), self.marks[place], self._x(place)
        painter.setFont(sized(self.font(), TYPE.small))
        if labelled:
            foot = QRectF(x - _APART, self._base() + 2, 2 * _APART, _FOOT - 2)
            draw_text(painter, foot, mark.label, colour=c.faint, align=_CENTRE)
        if mark.value is None:
            return
        y = self._y(mark.value)
        if mark.red:
            draw_alarm(painter, QPointF(x, y), c, size=11)
        else:
            edge, inside = c.surface, c.accent_tone.solid
            if mark.unfinished:
                edge, inside = inside, edge
            painter.setPen(QPen(shade(edge), 1.5))
            painter.setBrush(shade(inside))
            radius = 5.5 if place == self.hovered else 4.0
            painter.drawEllipse(QPointF(x, y), radius, radius)
        if labelled or place == self.hovered or mark.red:
            self._number(painter, place, QPointF(x, y))

    def _number(self, painter: QPainter, place: int, dot: QPointF) -> None:
        """Away from the line where it can be, on the ground of the card where it cannot."""
        c, mark = colours(), self.marks[place]
        wide = painter.fontMetrics().horizontalAdvance(mark.shown) + 6
        beside = [
            self.marks[at].value for at in (place - 1, place + 1) if 0 <= at < len(self.marks)
        ]
        known = [value for value in beside if value is not None]
        valley = bool(known) and all(value > (mark.value or 0.0) for value in known)
        below = valley and dot.y() + 24 < self._base()
        y = dot.y() + 7 if below else dot.y() - 22
        ground = shade(c.surface)
        ground.setAlphaF(0.72)
        painter.fillRect(QRectF(dot.x() - wide / 2, y + 1, wide, 14), ground)
        ink = c.bad_tone.ink if mark.red else c.text
        draw_text(
            painter, QRectF(dot.x() - _APART, y, 2 * _APART, 16), mark.shown, colour=ink,
            align=_CENTRE,
        )  # fmt: skip

    def _base(self) -> float:
        return self.height() - _FOOT - (_LEGEND if self._legend else 0)

    def _x(self, place: int) -> float:
        return self.spot(place).center().x()

    def _y(self, value: float) -> float:
        base = self._base()
        return base - (base - _HEAD) * min(max(value, 0.0) / self._top(), 1.0)

    def _top(self) -> float:
        highest = [mark.value or 0.0 for mark in self.marks]
        highest += [band[1] for band in self._bands if band is not None]
        return max(highest, default=0.0) * 1.08 or 1.0

    def _step_width(self) -> float:
        return (self.width() - 2 * _SIDE) / max(len(self.marks), 1)
