"""How many have how many: two distributions over one axis, with the marks that divide it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop.views.theme.apply import colours
from desktop.views.theme.fonts import sized
from desktop.views.theme.tokens import TYPE

_FOOT, _HEAD = 20, 16
_HEIGHT = 168
_MOST_BINS = 24


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across the axis: from here on it is called so."""

    at: int
    label: str


@dataclass(frozen=True, slots=True)
class Bin:
    """One span of the axis, both ends included, and how many lie in it."""

    low: int
    high: int
    before: int
    after: int


class Histogram(QWidget):
    """Filled: as it would be. Outlined: as it is. Hovering a span tells its numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bins: tuple[Bin, ...] = ()
        self._marks: tuple[Mark, ...] = ()
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_values(
        self, before: Sequence[int], after: Sequence[int], marks: Sequence[Mark], spoken: str
    ) -> None:
        """Show two lists of values; `spoken` is what a screen reader says of them."""
        self._marks = tuple(sorted(marks, key=lambda one: one.at))
        self.bins = binned(before, after)
        self.setAccessibleDescription(spoken)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, _HEIGHT)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        for one, area in zip(self.bins, self._columns(), strict=True):
            if area.left() <= event.position().x() < area.right():
                span = f"{one.low}" if one.low == one.high else f"{one.low} – {one.high}"
                words = self.tr("{0} points: {1} now, {2} before")
                text = words.format(span, one.after, one.before)
                QToolTip.showText(event.globalPosition().toPoint(), text, self)
                return

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, c = QPainter(self), colours()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        base = self.height() - _FOOT
        painter.setPen(QPen(QColor(c.hairline), 1))
        painter.drawLine(QPointF(0, base + 0.5), QPointF(self.width(), base + 0.5))
        if not self.bins:
            return
        top = max(max(one.before, one.after) for one in self.bins) or 1
        tall = base - _HEAD
        for one, area in zip(self.bins, self._columns(), strict=True):
            filled = QRectF(area.left() + 2, base, area.width() - 4, -tall * one.after / top)
            painter.fillRect(filled.normalized(), QColor(c.accent_tone.solid))
            outline = QRectF(area.left() + 1, base, area.width() - 2, -tall * one.before / top)
            painter.setPen(QPen(QColor(c.text), 1.4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            if one.before:
                painter.drawRect(outline.normalized())
        self._draw_marks(painter, base)

    def _draw_marks(self, painter: QPainter, base: float) -> None:
        c, low, high = colours(), self.bins[0].low, self.bins[-1].high
        painter.setFont(sized(painter.font(), TYPE.small))
        foot = QRectF(0, base + 3, self.width(), _FOOT - 3)
        painter.setPen(QColor(c.muted))
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft, str(low))
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight, str(high))
        for mark in self._marks:
            if not low < mark.at <= high:
                continue
            across = self._across(mark.at)
            painter.setPen(QPen(QColor(c.muted), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(across, 12), QPointF(across, base))
            painter.setPen(QColor(c.muted))
            place = QRectF(across + 3, 0, 60, 14)
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft, f"{mark.label} ≥ {mark.at}")

    def _across(self, value: int) -> float:
        low, high = self.bins[0].low, self.bins[-1].high + 1
        return self.width() * (value - low) / (high - low)

    def _columns(self) -> list[QRectF]:
        found = []
        for one in self.bins:
            left, right = self._across(one.low), self._across(one.high + 1)
            found.append(QRectF(left, 0, right - left, self.height()))
        return found


def binned(before: Sequence[int], after: Sequence[int]) -> tuple[Bin, ...]:
    """Spans of 5, 10, 20 … points, as few as fit, that hold every value of both."""
    values = [*before, *after]
    if not values:
        return ()
    low, high = min(values), max(values)
    width = 5
    while (high // width - low // width) + 1 > _MOST_BINS:
        width *= 2
    first, last = low // width, high // width
    counts = {number: [0, 0] for number in range(first, last + 1)}
    for side, several in enumerate((before, after)):
        for value in several:
            counts[value // width][side] += 1
    return tuple(
        Bin(number * width, number * width + width - 1, was, now)
        for number, (was, now) in counts.items()
    )
