"""One journey in time: the nodes it went through, for how many hours, and who did it (6.3, 6.6)."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.pictured import Leg, Mark
from desktop.views.theme.apply import colours
from desktop.views.theme.fonts import sized
from desktop.views.theme.tokens import TYPE
from desktop.views.widgets.cell_face import shade
from desktop.views.widgets.painting import draw_bar, draw_text
from desktop.views.widgets.pictures.canvas import Picture
from desktop.views.widgets.pictures.signs import draw_alarm, fill

_ROW, _FOOT = 46, 24
_RIGHT = Qt.AlignmentFlag.AlignRight


class JourneyPicture(Picture):
    """One line a stay, on one scale of time; the tick is the standard, hatched is past it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._legs: tuple[Leg, ...] = ()
        self._ends = ("", "")

    def show_legs(
        self, marks: Sequence[Mark], legs: Sequence[Leg], *, ends: tuple[str, str]
    ) -> None:
        """Stays in order of time, one leg a mark; `ends`: when the scale begins and ends."""
        self._legs, self._ends = tuple(legs), ends
        self.take(marks)

    def spot(self, place: int) -> QRectF:
        return QRectF(0, place * _ROW, self.width(), _ROW)

    def needed(self) -> QSize:
        return QSize(420, _ROW * max(len(self.marks), 1) + _FOOT)

    def draw(self, painter: QPainter) -> None:
        c = colours()
        for place in range(len(self.marks)):
            self._leg(painter, place)
        y = len(self.marks) * _ROW
        left, right = self._side(), self.width() - self._aside()
        painter.fillRect(QRectF(left, y, right - left, 1), shade(c.hairline))
        painter.setFont(sized(self.font(), TYPE.small))
        foot = QRectF(left, y + 2, right - left, _FOOT - 2)
        draw_text(painter, foot, self._ends[0], colour=c.faint)
        draw_text(painter, foot, self._ends[1], colour=c.faint, align=_RIGHT)

    def _leg(self, painter: QPainter, place: int) -> None:
        c, mark, leg, area = colours(), self.marks[place], self._legs[place], self.spot(place)
        if place == self.hovered:
            draw_bar(painter, area.adjusted(0, 1, 0, -1), c.hover, radius=6)
        painter.setFont(sized(self.font(), TYPE.body, bold=True))
        name = f"↩ {mark.label}" if leg.back else mark.label
        side = self._side()
        draw_text(painter, QRectF(8, area.top() + 4, side - 16, 20), name, colour=c.text)
        painter.setFont(sized(self.font(), TYPE.small))
        draw_text(painter, QRectF(8, area.top() + 23, side - 16, 18), leg.who, colour=c.muted)
        self._stay(painter, mark, leg, area)
        painter.setFont(self.font())
        ink = c.bad_tone.ink if mark.red else c.text
        value = QRectF(self.width() - self._aside(), area.top(), self._aside() - 8, area.height())
        draw_text(painter, value, mark.shown, colour=ink, align=_RIGHT)
        if mark.red:
            wide = painter.fontMetrics().horizontalAdvance(mark.shown)
            draw_alarm(painter, QPointF(value.right() - wide - 12, area.center().y()), c)

    def _stay(self, painter: QPainter, mark: Mark, leg: Leg, area: QRectF) -> None:
        c, y = colours(), area.center().y()
        left, right = self._x(leg.begins), self._x(leg.begins + leg.hours)
        painter.setPen(QPen(shade(c.hairline), 1))
        painter.drawLine(QPointF(self._x(0), y), QPointF(self._x(self._whole()), y))
        tone = c.bad_tone if mark.red else c.neutral_tone if leg.open else c.accent_tone
        bar = QRectF(left, y - 7, max(right - left, 4), 14)
        fill(painter, bar, tone.solid, radius=4, hatched=mark.red)
        if leg.standard is not None and leg.hours > leg.standard:
            x = self._x(leg.begins + leg.standard)
            painter.setPen(QPen(shade(c.text), 2))
            painter.drawLine(QPointF(x, y - 11), QPointF(x, y + 11))

    def _x(self, hours: float) -> float:
        left, right = self._side(), self.width() - self._aside()
        return left + (right - left) * hours / self._whole()

    def _whole(self) -> float:
        return max((leg.begins + leg.hours for leg in self._legs), default=0.0) or 1.0

    def _side(self) -> float:
        metrics = self.fontMetrics()
        names = [m.label + "↩  " for m in self.marks] + [leg.who for leg in self._legs]
        widest = max((metrics.horizontalAdvance(name) for name in names), default=0)
        return float(min(widest + 28, max(120.0, self.width() * 0.3)))

    def _aside(self) -> float:
        metrics = self.fontMetrics()
        said = max((metrics.horizontalAdvance(m.shown) for m in self.marks), default=0)
        return float(min(said + 40, self.width() * 0.35))
