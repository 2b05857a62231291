"""The brand mark: a path on ink, and the name beside it."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.views.theme.apply import colours
from desktop.views.theme.fonts import sized
from desktop.views.theme.icons import icon_pixmap
from desktop.views.theme.tokens import TYPE
from desktop.views.widgets.painting import draw_bar, draw_text
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.sidebar import NARROW_BELOW


class Brand(Reactive, QWidget):
    """Mark and name, as at the top of the sidebar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Suixing"))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, 32)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, c, area = QPainter(self), colours(), self.rect().toRectF()
        narrow = self.width() < NARROW_BELOW
        mark = area.adjusted((self.width() - 28) / 2 if narrow else 6, 2, 0, -2)
        mark.setWidth(mark.height())
        draw_bar(painter, mark, c.accent, radius=8)
        pixmap = icon_pixmap("brand", c.on_accent, size=20)
        painter.drawPixmap(round(mark.left()) + 4, round(mark.top()) + 4, pixmap)
        if narrow:
            return
        painter.setFont(sized(self.font(), TYPE.heading, bold=True))
        words = area.adjusted(mark.right() + 10, 0, 0, 0)
        draw_text(painter, words, self.accessibleName(), colour=c.text)
