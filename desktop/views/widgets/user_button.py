"""Who is signed in, and the menu behind it."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QWidget

from desktop.views.theme.apply import colours
from desktop.views.theme.fonts import sized
from desktop.views.theme.tokens import TYPE
from desktop.views.widgets.painting import draw_bar, draw_focus_ring, draw_initial, draw_text
from desktop.views.widgets.sidebar import NARROW_BELOW


class UserButton(QAbstractButton):
    """Initial, name and a line about the person; opens `menu` above itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._detail = ""
        self.menu = QMenu(self)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._open)

    def set_user(self, name: str, detail: str = "") -> None:
        """Show the person `name`; `detail` is the role or the team."""
        self._detail = detail
        self.setText(name)
        self.setAccessibleName(f"{name} {detail}".strip())
        self.setToolTip(self.accessibleName())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(42, 42)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, c, area = QPainter(self), colours(), self.rect().toRectF()
        if self.underMouse() or self.menu.isVisible():
            draw_bar(painter, area.adjusted(0, 1, 0, -1), c.hover, radius=6)
        narrow = self.width() < NARROW_BELOW
        left = area.center().x() - 13 if narrow else 6
        disc = QRectF(left, area.center().y() - 13, 26, 26)
        draw_initial(painter, disc, self.text(), tone=c.accent_tone)
        if not narrow:
            self._paint_words(painter, area)
        if self.hasFocus():
            draw_focus_ring(painter, area, c.accent)

    def _paint_words(self, painter: QPainter, area: QRectF) -> None:
        c = colours()
        words = area.adjusted(40, 3, -6, -area.height() / 2)
        if not self._detail:
            words = area.adjusted(40, 0, -6, 0)
        draw_text(painter, words, self.text(), colour=c.text)
        painter.setFont(sized(self.font(), TYPE.small))
        below = area.adjusted(40, area.height() / 2 - 1, -6, -4)
        draw_text(painter, below, self._detail, colour=c.faint)

    @Slot()
    def _open(self) -> None:
        above = QPoint(0, -self.menu.sizeHint().height() - 4)
        self.menu.popup(self.mapToGlobal(above))
        self.update()
