"""What stands in the place of a picture until its answer comes: quiet blocks, no movement."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.views.theme.apply import colours
from desktop.views.widgets.painting import draw_bar

_LINES = (0.92, 0.7, 0.8, 0.45)
_STEP = 34


class Skeleton(QWidget):
    """As many blocks as fit."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, c = QPainter(self), colours()
        high = min(18, self.height() // 2)
        for place, share in enumerate(_LINES):
            top = 4 + place * _STEP
            if top + high > self.height():
                break
            draw_bar(painter, QRectF(2, top, self.width() * share - 4, high), c.hover, radius=6)
