"""The base of every picture: pointing by mouse and by arrow keys, telling, opening, copying."""

from abc import abstractmethod
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFocusEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop.viewmodels.pictured import Mark
from desktop.views.theme.apply import colours, on_paper
from desktop.views.theme.fonts import app_font
from desktop.views.widgets.painting import draw_focus_ring

_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_OPENING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_ASIDE = 4.0
"""How much less a step to the side is worth than one straight on."""
_FINE = 2
"""Pixels of a copied image for each on the screen."""


class Picture(QWidget):
    """Paints marks, each of which has a spot; arrows move between them and Enter opens one."""

    opened = Signal(int)
    """Place of the mark that was opened."""
    pointed = Signal(int)
    """Place of the mark the keyboard or the pointer is on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.marks: tuple[Mark, ...] = ()
        self._hovered = -1
        self._current = 0
        self._zoom = 1.0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @abstractmethod
    def spot(self, place: int, /) -> QRectF:
        """The area of a mark that reacts."""

    @abstractmethod
    def draw(self, painter: QPainter) -> None:
        """Paint everything but the ring of the keyboard."""

    @abstractmethod
    def needed(self) -> QSize:
        """The least room in which all can be read."""

    def set_zoom(self, zoom: float) -> None:
        """So many pixels for each that is painted, for a screen on the wall."""
        self._zoom = zoom
        self.setFont(app_font())  # That of a larger window would be enlarged once more.
        self.updateGeometry()
        self.update()

    def width(self) -> int:
        """How wide it is for whoever paints."""
        return round(super().width() / self._zoom)

    def height(self) -> int:
        """How high it is for whoever paints."""
        return round(super().height() / self._zoom)

    @property
    def current(self) -> int:
        """Place of the mark the keyboard is on."""
        return self._current

    @property
    def hovered(self) -> int:
        """Place of the mark under the pointer; -1 for none."""
        return self._hovered

    def take(self, marks: Sequence[Mark]) -> None:
        """Show other marks; the keyboard stays where it is, if that still exists."""
        self.marks = tuple(marks)
        self._current = min(self._current, max(0, len(self.marks) - 1))
        self.setAccessibleDescription("; ".join(mark.spoken for mark in self.marks[:60]))
        self.updateGeometry()
        self.update()

    def image(self) -> QImage:
        """What is painted, on a light ground and finer than the screen, for other programs."""
        held = QImage(self.size() * _FINE, QImage.Format.Format_RGB32)
        held.setDevicePixelRatio(_FINE)
        with on_paper():
            held.fill(colours().surface)
            painter = QPainter(held)
            painter.setFont(self.font())
            painter.scale(self._zoom, self._zoom)
            self.draw(painter)
            painter.end()
        return held

    def point_at(self, place: int) -> None:
        """Put the keyboard on a mark and say what it is."""
        self._current = place
        told = self.marks[place].advised
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Focus))
        self.setToolTip(told)
        area = self.area(place)
        QToolTip.showText(self.mapToGlobal(area.bottomLeft() + QPoint(0, 2)), told, self, area)
        self.pointed.emit(place)
        self.update()

    def sizeHint(self) -> QSize:
        return self.needed().expandedTo(QSize(320, 0)) * self._zoom

    def minimumSizeHint(self) -> QSize:
        return self.needed() * self._zoom

    def area(self, place: int) -> QRect:
        """Where on the widget a mark is."""
        spot, zoom = self.spot(place), self._zoom
        return QRectF(spot.topLeft() * zoom, spot.size() * zoom).toRect()

    def at(self, point: QPointF) -> int:
        """The mark at a point of the widget; -1 for none."""
        painted = point / self._zoom
        hits = (i for i in range(len(self.marks)) if self.spot(i).contains(painted))
        return next(hits, -1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.scale(self._zoom, self._zoom)
        self.draw(painter)
        if self.hasFocus() and self._current < len(self.marks):
            draw_focus_ring(painter, self.spot(self._current), colours().accent)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self.at(QPointF(event.pos()))
            if place >= 0:
                said = self.marks[place].advised
                QToolTip.showText(event.globalPos(), said, self, self.area(place))
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.at(event.position()))

    def leaveEvent(self, _event: QEvent) -> None:
        self._hover(-1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place = self.at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self._current = place
            self.opened.emit(place)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.marks and event.reason() in (
            Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason,
        ):  # fmt: skip
            self.point_at(self._current)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier,
        )  # fmt: skip
        if not self.marks or not plain:
            super().keyPressEvent(event)
        elif key in _STEPS:
            self._step(*_STEPS[key])
        elif key == Qt.Key.Key_Home:
            self.point_at(0)
        elif key == Qt.Key.Key_End:
            self.point_at(len(self.marks) - 1)
        elif key in _OPENING:
            self.opened.emit(self._current)
        else:
            super().keyPressEvent(event)

    def _hover(self, place: int) -> None:
        if place == self._hovered:
            return
        self._hovered = place
        hand, arrow = Qt.CursorShape.PointingHandCursor, Qt.CursorShape.ArrowCursor
        self.setCursor(hand if place >= 0 else arrow)
        self.setToolTip(self.marks[place].advised if place >= 0 else "")
        self.update()

    def _step(self, right: int, down: int) -> None:
        """To the nearest mark in a direction, as one sees it."""
        here = self.spot(self._current).center()
        found: list[tuple[float, int]] = []
        for place in range(len(self.marks)):
            way = self.spot(place).center() - here
            ahead = way.x() * right + way.y() * down
            aside = abs(way.x() * down) + abs(way.y() * right)
            if ahead > 1:
                found.append((ahead + _ASIDE * aside, place))
        if found:
            self.point_at(min(found)[1])
