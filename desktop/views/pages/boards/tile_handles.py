"""The hand over a tile while its board is arranged: drag it, or move and size it by keyboard."""

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop.views.theme.apply import colours
from desktop.views.widgets.buttons import IconButton
from desktop.views.widgets.cell_face import shade
from desktop.views.widgets.layouts import column, row
from desktop.views.widgets.painting import draw_focus_ring
from desktop.views.widgets.reactive import Reactive

_EDGE = 18
"""Pixels at the lower right corner that size a tile."""
_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class TileHandles(Reactive, QWidget):
    """Covers a tile. Arrows move it in the order, with Shift they size it, Delete takes it off."""

    moved = Signal(int)
    """By so many places."""
    sized = Signal(int, int)
    """(wider, higher) by so many steps."""
    removed = Signal()
    dragged = Signal(QPoint)
    """Dropped at this point of the grid."""
    stretched = Signal(int, int)
    """The lower right corner was let go so many pixels away from where it was."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._title, self._card = title, parent
        self._held: QPoint | None = None
        self._sizing = False
        self._way = QPoint()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.narrower, self.wider = IconButton("minus", ""), IconButton("plus", "")
        self.remove = IconButton("trash", "")
        outer = column(self, margins=(8, 8, 8, 8))
        line = row(None, gap=2)
        line.addStretch(1)
        for button in (self.narrower, self.wider, self.remove):
            button.setFixedSize(26, 26)
            line.addWidget(button)
        outer.addLayout(line)
        outer.addStretch(1)
        self.narrower.clicked.connect(lambda: self.sized.emit(-1, 0))
        self.wider.clicked.connect(lambda: self.sized.emit(1, 0))
        self.remove.clicked.connect(self.removed)
        self.retranslate()
        parent.installEventFilter(self)
        self.setGeometry(parent.rect())
        self.show()
        self.raise_()

    def retranslate(self) -> None:
        self.narrower.set_name(self.tr("Narrower (Shift+←)"))
        self.wider.set_name(self.tr("Wider (Shift+→)"))
        self.remove.set_name(self.tr("Take off the board (Delete)"))
        self.setAccessibleName(self.tr("Arrange {0}").format(self._title))
        self.setAccessibleDescription(
            self.tr("Arrows move it, Shift and arrows size it, Delete takes it off.")
        )

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._card:
            self.setGeometry(self._card.rect())
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, c = QPainter(self), colours()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = shade(c.surface)
        veil.setAlphaF(0.55)
        painter.setBrush(veil)
        painter.setPen(QPen(shade(c.outline), 1.4, Qt.PenStyle.DashLine))
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(area, 8, 8)
        painter.setPen(QPen(shade(c.muted), 2))
        for step in (6, 11):
            painter.drawLine(
                self.width() - step - 4, self.height() - 6, self.width() - 6,
                self.height() - step - 4,
            )  # fmt: skip
        if self.hasFocus():
            draw_focus_ring(painter, area, c.accent)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._held, self._way = event.globalPosition().toPoint(), QPoint()
            corner = self.rect().bottomRight() - event.position().toPoint()
            self._sizing = corner.x() < _EDGE and corner.y() < _EDGE
            shape = (
                Qt.CursorShape.SizeFDiagCursor if self._sizing else Qt.CursorShape.ClosedHandCursor
            )
            self.setCursor(shape)
            self._card.raise_()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is None:
            return
        way = event.globalPosition().toPoint() - self._held
        card = self._card
        if self._sizing:
            grown = way - self._way
            card.resize(max(card.width() + grown.x(), 120), max(card.height() + grown.y(), 80))
        else:
            card.move(card.pos() + way - self._way)
        self._way = way

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held is None:
            return
        way, self._held = event.globalPosition().toPoint() - self._held, None
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        if self._sizing:
            self.stretched.emit(way.x(), way.y())
        else:
            card = self._card
            self.dragged.emit(card.mapToParent(event.position().toPoint()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS:
            right, down = _STEPS[key]
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.sized.emit(right, down)
            else:
                self.moved.emit(right + down)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        else:
            super().keyPressEvent(event)
