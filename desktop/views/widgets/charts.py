"""Small painted charts whose every bar can be opened: by click, or by arrows and Enter."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.views.theme.apply import colours
from desktop.views.theme.fonts import sized
from desktop.views.theme.tokens import TYPE, Tone
from desktop.views.widgets.painting import draw_bar, draw_focus_ring, draw_initial, draw_text


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its length comes from `value` (not negative), its words from `shown`."""

    label: str
    value: float
    shown: str
    tone: Tone = Tone.ACCENT


class _Bars(QWidget):
    """What both charts share: the bars, hover, current bar, opening."""

    opened = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: tuple[Bar, ...] = ()
        self._most: float | None = None
        self._hovered = -1
        self._current = 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_bars(self, bars: Sequence[Bar], *, most: float | None = None) -> None:
        """Show other bars; `most` is the value of a full one, else the largest is."""
        self._bars, self._most = tuple(bars), most
        self._current = min(self._current, max(0, len(self._bars) - 1))
        spoken = "; ".join(f"{bar.label} {bar.shown}" for bar in self._bars)
        self.setAccessibleDescription(spoken)
        self.updateGeometry()
        self.update()

    @abstractmethod
    def bar_rect(self, index: int) -> QRectF:
        """The area of bar `index` that reacts to the mouse."""

    def _at(self, point: QPointF) -> int:
        hits = (i for i in range(len(self._bars)) if self.bar_rect(i).contains(point))
        return next(hits, -1)

    def _top(self) -> float:
        return self._most or max((bar.value for bar in self._bars), default=0.0) or 1.0

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hovered = self._at(event.position())
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hovered = self._at(event.position())
        self.update()

    def leaveEvent(self, _event: QEvent) -> None:
        self._hovered = -1
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self._current = index
            self.opened.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Left: -1,
        }
        if event.key() in steps and self._bars:
            moved = self._current + steps[Qt.Key(event.key())]
            self._current = max(0, min(len(self._bars) - 1, moved))
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._bars:
            self.opened.emit(self._current)
        else:
            super().keyPressEvent(event)


class BarList(_Bars):
    """Horizontal bars, one per person or stage, with the value at the end."""

    ROW = 36

    def __init__(
        self, *, label_width: int = 104, initials: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._label_width = label_width
        self._initials = initials
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(360, max(1, len(self._bars)) * self.ROW)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._label_width + 140, max(1, len(self._bars)) * self.ROW)

    def bar_rect(self, index: int) -> QRectF:
        return QRectF(0, index * self.ROW, self.width(), self.ROW)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        value_width = max(
            (self.fontMetrics().horizontalAdvance(b.shown) for b in self._bars), default=0
        )
        for index in range(len(self._bars)):
            self._paint_bar(painter, index, value_width + 12)

    def _paint_bar(self, painter: QPainter, index: int, value_width: int) -> None:
        c, bar, area = colours(), self._bars[index], self.bar_rect(index)
        if index == self._hovered:
            draw_bar(painter, area.adjusted(0, 1, 0, -1), c.hover, radius=6)
        left = area.left() + 8
        if self._initials:
            disc = QRectF(left, area.center().y() - 11, 22, 22)
            draw_initial(painter, disc, bar.label, tone=c.neutral_tone)
            left += 30
        name = QRectF(left, area.top(), self._label_width - 8, area.height())
        draw_text(painter, name, bar.label, colour=c.text)
        track_left = left + self._label_width
        track = QRectF(
            track_left, area.center().y() - 5, area.right() - value_width - 8 - track_left, 10
        )
        draw_bar(painter, track, c.hairline if index == self._hovered else c.hover, radius=5)
        filled = max(0.0, track.width()) * bar.value / self._top()
        if bar.value > 0:
            track.setWidth(max(filled, 10.0))
            draw_bar(painter, track, c.tone(bar.tone).solid, radius=5)
        shown = QRectF(area.right() - value_width - 8, area.top(), value_width, area.height())
        ink = c.bad_tone.ink if bar.tone is Tone.BAD else c.text
        draw_text(painter, shown, bar.shown, colour=ink, align=Qt.AlignmentFlag.AlignRight)
        if self.hasFocus() and index == self._current:
            draw_focus_ring(painter, area, c.accent)


class ColumnChart(_Bars):
    """Upright columns over a baseline, for days or months."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        return QSize(360, 168)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 120)

    def bar_rect(self, index: int) -> QRectF:
        step = self.width() / max(1, len(self._bars))
        return QRectF(index * step, 0, step, self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, c = QPainter(self), colours()
        baseline = self.height() - 24
        painter.fillRect(QRectF(0, baseline, self.width(), 1), c.hairline)
        for index in range(len(self._bars)):
            self._paint_column(painter, index, baseline)

    def _paint_column(self, painter: QPainter, index: int, baseline: float) -> None:
        c, bar, area = colours(), self._bars[index], self.bar_rect(index)
        if index == self._hovered:
            draw_bar(painter, area.adjusted(2, 0, -2, 0), c.hover, radius=6)
        painter.setFont(sized(self.font(), TYPE.small))
        width = min(32.0, area.width() * 0.5)
        height = (baseline - 24) * bar.value / self._top()
        column = QRectF(area.center().x() - width / 2, baseline - height, width, height)
        if bar.value > 0:
            draw_bar(painter, column, c.tone(bar.tone).solid, radius=3)
        centre = Qt.AlignmentFlag.AlignHCenter
        above = QRectF(area.left(), column.top() - 20, area.width(), 18)
        draw_text(painter, above, bar.shown, colour=c.muted, align=centre)
        below = QRectF(area.left(), baseline + 4, area.width(), 20)
        draw_text(painter, below, bar.label, colour=c.faint, align=centre)
        if self.hasFocus() and index == self._current:
            draw_focus_ring(painter, area, c.accent)
