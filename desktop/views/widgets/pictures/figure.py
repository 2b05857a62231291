"""One big number, what it was in the period before, and the way it took."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.pictured import Mark
from desktop.views.theme.apply import colours
from desktop.views.theme.fonts import sized
from desktop.views.theme.tokens import TYPE, Tone
from desktop.views.widgets.cell_face import shade
from desktop.views.widgets.painting import draw_bar, draw_text
from desktop.views.widgets.pictures.canvas import Picture
from desktop.views.widgets.pictures.signs import draw_alarm

_FIGURE = 28
_LINE = 40.0
_PAST = 150
"""Pixels of the small line of the past at most."""


class FigurePicture(Picture):
    """The value, its unit, the change in words with an arrow, and small the last weeks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unit = ""
        self._change, self._tone = "", Tone.NEUTRAL
        self._past: tuple[float | None, ...] = ()

    def show_figure(
        self,
        mark: Mark,
        *,
        unit: str,
        change: str = "",
        tone: Tone = Tone.NEUTRAL,
        past: Sequence[float | None] = (),
    ) -> None:
        """`change` says what became of it since the period before; `tone` whether that is good."""
        self._unit, self._change, self._tone = unit, change, tone
        self._past = tuple(past)
        self.take([mark])

    def spot(self, _place: int) -> QRectF:
        return QRectF(0, 0, self.width(), self.height())

    def needed(self) -> QSize:
        return QSize(120, 62)

    def draw(self, painter: QPainter) -> None:
        if not self.marks:
            return
        c, mark = colours(), self.marks[0]
        if self.hovered == 0:
            draw_bar(painter, self.spot(0), c.hover, radius=6)
        left = 2.0
        high = min(self.height() - 22.0, 44.0)
        if mark.red:
            draw_alarm(painter, QPointF(left + 8, high / 2), c, size=13)
            left += 22
        painter.setFont(sized(self.font(), _FIGURE, bold=True))
        wide = painter.fontMetrics().horizontalAdvance(mark.shown) + 6
        ink = c.bad_tone.ink if mark.red else c.text
        draw_text(painter, QRectF(left, 0, wide, high), mark.shown, colour=ink)
        painter.setFont(sized(self.font(), TYPE.small))
        unit = QRectF(left + wide, high - 22, max(self.width() - left - wide, 0), 20)
        draw_text(painter, unit, self._unit, colour=c.muted)
        said = QRectF(2, high, self.width() - 4, 20)
        draw_text(painter, said, self._change, colour=c.tone(self._tone).ink)
        self._draw_past(painter, left + wide + painter.fontMetrics().horizontalAdvance(self._unit))

    def _draw_past(self, painter: QPainter, taken: float) -> None:
        known = [value for value in self._past if value is not None]
        left = taken + 16
        if len(known) < 2 or self.width() - left < 48:
            return
        left = max(left, self.width() - _PAST)
        c, top = colours(), max(known) or 1.0
        step = (self.width() - left - 8) / max(len(self._past) - 1, 1)
        points = [
            QPointF(left + i * step, 6 + (_LINE - 12) * (1 - max(value, 0) / top))
            for i, value in enumerate(self._past)
            if value is not None
        ]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(shade(c.outline), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points))
        painter.setBrush(shade(c.accent_tone.solid))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(points[-1], 3, 3)
