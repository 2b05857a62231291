"""A painted scatter with its line: hover or the arrow keys name a point."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.views.theme.apply import colours
from desktop.views.theme.fonts import sized
from desktop.views.theme.tokens import TYPE
from desktop.views.widgets.painting import draw_focus_ring, draw_text

_LEFT, _RIGHT, _TOP, _BOTTOM = 44.0, 16.0, 24.0, 44.0
_DOT, _REACH = 5.0, 14.0
_STEPS = 4


@dataclass(frozen=True, slots=True)
class Spot:
    """One point with what is said when it is looked at."""

    x: float
    y: float
    told: str


class Scatter(QWidget):
    """`set_spots` shows points; the line is optional."""

    looked_at = Signal(str)
    """The words of the point under the mouse or the keys; empty for none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spots: tuple[Spot, ...] = ()
        self._line: tuple[float, float] | None = None
        self._names = ("", "")
        self._current = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_names(self, across: str, up: str) -> None:
        """What the axes are called."""
        self._names = across, up
        self.update()

    def set_spots(self, spots: Sequence[Spot], line: tuple[float, float] | None = None) -> None:
        """Show other points; `line`: (intercept, slope)."""
        self._spots, self._line, self._current = tuple(spots), line, -1
        self.setAccessibleDescription("; ".join(spot.told for spot in self._spots))
        self.update()

    @property
    def current(self) -> Spot | None:
        """The point that is looked at."""
        return self._spots[self._current] if self._current >= 0 else None

    def sizeHint(self) -> QSize:
        return QSize(480, 280)

    def minimumSizeHint(self) -> QSize:
        return QSize(280, 220)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        near = [
            (_distance(self._place(spot), event.position()), place)
            for place, spot in enumerate(self._spots)
        ]
        reach, place = min(near, default=(_REACH + 1, -1))
        self._look_at(place if reach <= _REACH else -1)

    def leaveEvent(self, _event: QEvent) -> None:
        self._look_at(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or not self._spots:
            super().keyPressEvent(event)
            return
        order = sorted(range(len(self._spots)), key=lambda place: self._spots[place].x)
        now = order.index(self._current) if self._current >= 0 else -1 if step > 0 else 0
        self._look_at(order[(now + step) % len(order)])

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, c = QPainter(self), colours()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(sized(self.font(), TYPE.small))
        self._paint_axes(painter)
        if self._line is not None and self._spots:
            self._paint_line(painter, QColor(c.accent))
        for place, spot in enumerate(self._spots):
            at, big = self._place(spot), place == self._current
            painter.setPen(QPen(QColor(c.surface), 1.5))
            painter.setBrush(QColor(c.accent if big else c.accent_tone.solid))
            size = _DOT + 2 if big else _DOT
            painter.drawEllipse(at, size, size)
        if self.hasFocus():
            draw_focus_ring(painter, QRectF(self.rect()), c.accent)

    # -- inside --------------------------------------------------------------------------------

    def _look_at(self, place: int) -> None:
        if place != self._current:
            self._current = place
            told = self._spots[place].told if place >= 0 else ""
            self.setToolTip(told)
            self.looked_at.emit(told)
            self.update()

    def _span(self) -> tuple[float, float, float]:
        """(least x, most x, most y): round numbers around the points."""
        xs = [spot.x for spot in self._spots] or [0.0, 100.0]
        low = min(xs) // 10 * 10
        high = low + max(-(-(max(xs) - low) // 20), 1) * 20
        most = max((spot.y for spot in self._spots), default=0.0)
        return low, high, max(_STEPS, -(-most // _STEPS) * _STEPS)

    def _area(self) -> QRectF:
        return QRectF(
            _LEFT, _TOP, self.width() - _LEFT - _RIGHT, self.height() - _TOP - _BOTTOM
        )  # fmt: skip

    def _place(self, spot: Spot) -> QPointF:
        return self._at(spot.x, spot.y)

    def _at(self, x: float, y: float) -> QPointF:
        low, high, most = self._span()
        area = self._area()
        return QPointF(
            area.left() + (x - low) / (high - low) * area.width(),
            area.bottom() - y / most * area.height(),
        )

    def _paint_axes(self, painter: QPainter) -> None:
        c, area = colours(), self._area()
        low, high, most = self._span()
        for step in range(_STEPS + 1):
            y = area.bottom() - step / _STEPS * area.height()
            painter.fillRect(QRectF(area.left(), y, area.width(), 1), QColor(c.hairline))
            place = QRectF(0, y - 9, _LEFT - 8, 18)
            right = Qt.AlignmentFlag.AlignRight
            draw_text(painter, place, f"{most * step / _STEPS:g}", colour=c.faint, align=right)
        for step in range(_STEPS + 1):
            x = area.left() + step / _STEPS * area.width()
            place = QRectF(x - 30, area.bottom() + 4, 60, 18)
            value = low + (high - low) * step / _STEPS
            middle = Qt.AlignmentFlag.AlignHCenter
            draw_text(painter, place, f"{value:g}", colour=c.faint, align=middle)
        across, up = self._names
        below = QRectF(area.left(), area.bottom() + 22, area.width(), 18)
        draw_text(painter, below, across, colour=c.muted, align=Qt.AlignmentFlag.AlignHCenter)
        draw_text(painter, QRectF(4, 0, self.width() - 8, 18), up, colour=c.muted)

    def _paint_line(self, painter: QPainter, ink: QColor) -> None:
        assert self._line is not None
        intercept, slope = self._line
        low, high, _most = self._span()
        painter.save()
        painter.setClipRect(self._area())
        painter.setPen(QPen(ink, 2, Qt.PenStyle.DashLine))
        painter.drawLine(
            self._at(low, intercept + slope * low), self._at(high, intercept + slope * high)
        )
        painter.restore()


def _distance(one: QPointF, other: QPointF) -> float:
    apart = one - other
    return float((apart.x() ** 2 + apart.y() ** 2) ** 0.5)
