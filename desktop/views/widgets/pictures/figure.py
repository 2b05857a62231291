"""One big number, what became of it since the period before, and what to do where it is red."""

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.pictured import Mark
from desktop.views.theme.apply import colours
from desktop.views.theme.fonts import sized
from desktop.views.theme.tokens import TYPE, Tone
from desktop.views.widgets.painting import broken, draw_bar, draw_text
from desktop.views.widgets.pictures.canvas import Picture
from desktop.views.widgets.pictures.signs import draw_alarm

_FIGURE = 28
_LINE, _TALLEST, _LEAST = 17.0, 44.0, 30.0


class FigurePicture(Picture):
    """The value, its unit, the change in words with an arrow; below, what to do where it is red."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unit = ""
        self._change, self._tone = "", Tone.NEUTRAL
        self._advice = ""

    def show_figure(
        self, mark: Mark, *, unit: str, change: str = "", tone: Tone = Tone.NEUTRAL,
        advice: str = "",
    ) -> None:  # fmt: skip
        """`change` says what became of it since the period before; `tone` whether that is good;
        `advice` what is to be done, on two lines where one is too short and there is room."""
        self._unit, self._change, self._tone = unit, change, tone
        self._advice = advice
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
        painter.setFont(sized(self.font(), TYPE.small))
        lines = [self._change, *self._advised(painter)]
        high = min(self.height() - _LINE * len(lines), _TALLEST)
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
        for place, said in enumerate(lines):
            line = QRectF(2, high + place * _LINE, self.width() - 4, _LINE)
            draw_text(painter, line, said, colour=c.muted if place else c.tone(self._tone).ink)

    def _advised(self, painter: QPainter) -> list[str]:
        """The advice in lines; what is left over is cut, and whole on hovering."""
        room = int((self.height() - _LEAST) // _LINE) - 1
        return broken(painter, self._advice, self.width() - 4, lines=room) if self._advice else []
