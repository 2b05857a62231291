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

_HEAD, _FOOT, _SIDE = 22, 22, 8
_CENTRE = Qt.AlignmentFlag.AlignHCenter
_APART = 44
"""Pixels a label needs under the line."""


class TrendPicture(Picture):
    """Dots on a line; a dot past the threshold is a triangle. Weeks without data break the line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bands: tuple[Band, ...] = ()
        self._threshold: float | None = None

    def show_points(
        self, marks: Sequence[Mark], bands: Sequence[Band], *, threshold: float | None = None
    ) -> None:
        """Oldest first; one band (least, greatest) or None for each mark."""
        self._bands, self._threshold = tuple(bands), threshold
        self.take(marks)

    def spot(self, place: int) -> QRectF:
        step = self._step_width()
        return QRectF(_SIDE + place * step, 0, step, self.height())

    def needed(self) -> QSize:
        return QSize(260, 96)

    def draw(self, painter: QPainter) -> None:
        c = colours()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        base = self.height() - _FOOT
        painter.fillRect(QRectF(_SIDE, base, self.width() - 2 * _SIDE, 1), shade(c.hairline))
        self._draw_band(painter)
        if self._threshold is not None and self._threshold <= self._top():
            painter.setPen(QPen(shade(c.bad_tone.solid), 1.2, Qt.PenStyle.DashLine))
            y = self._y(self._threshold)
            painter.drawLine(QPointF(_SIDE, y), QPointF(self.width() - _SIDE, y))
        painter.setPen(QPen(shade(c.accent_tone.solid), 2))
        for run in self._runs():
            painter.drawPolyline(QPolygonF(run))
        every = max(1, round(_APART / max(self._step_width(), 1) + 0.49))
        for place in range(len(self.marks)):
            self._dot(painter, place, labelled=(len(self.marks) - 1 - place) % every == 0)

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
            foot = QRectF(x - _APART, self.height() - _FOOT + 2, 2 * _APART, _FOOT - 2)
            draw_text(painter, foot, mark.label, colour=c.faint, align=_CENTRE)
        if mark.value is None:
            return
        y = self._y(mark.value)
        if mark.red:
            draw_alarm(painter, QPointF(x, y), c, size=11)
        else:
            painter.setPen(QPen(shade(c.surface), 1.5))
            painter.setBrush(shade(c.accent_tone.solid))
            radius = 5.5 if place == self.hovered else 4.0
            painter.drawEllipse(QPointF(x, y), radius, radius)
        if labelled or place == self.hovered or mark.red:
            ink = c.bad_tone.ink if mark.red else c.text
            above = QRectF(x - _APART, y - 22, 2 * _APART, 16)
            draw_text(painter, above, mark.shown, colour=ink, align=_CENTRE)

    def _runs(self) -> list[list[QPointF]]:
        runs: list[list[QPointF]] = [[]]
        for place, mark in enumerate(self.marks):
            if mark.value is None:
                runs.append([])
            else:
                runs[-1].append(QPointF(self._x(place), self._y(mark.value)))
        return [run for run in runs if len(run) > 1]

    def _x(self, place: int) -> float:
        return self.spot(place).center().x()

    def _y(self, value: float) -> float:
        base = self.height() - _FOOT
        return base - (base - _HEAD) * min(max(value, 0.0) / self._top(), 1.0)

    def _top(self) -> float:
        highest = [mark.value or 0.0 for mark in self.marks]
        highest += [band[1] for band in self._bands if band is not None]
        return max(highest, default=0.0) * 1.08 or 1.0

    def _step_width(self) -> float:
        return (self.width() - 2 * _SIDE) / max(len(self.marks), 1)
