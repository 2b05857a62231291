"""Small marks: a status chip, a count badge, a status dot with its words."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.views.theme.apply import colours
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.painting import (
    PILL_HEIGHT,
    draw_dot,
    draw_pill,
    draw_text,
    pill_width,
)


class Chip(QWidget):
    """A word in its tone, such as a stage or a level."""

    def __init__(
        self,
        text: str,
        tone: Tone = Tone.NEUTRAL,
        *,
        dot: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._dot = dot
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_text(text, tone)

    def text(self) -> str:
        return self._text

    def set_text(self, text: str, tone: Tone) -> None:
        """Show another word."""
        self._text, self._tone = text, tone
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(pill_width(self.font(), self._text, dot=self._dot) + 2, PILL_HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tone = colours().tone(self._tone)
        draw_pill(QPainter(self), QRectF(self.rect()), self._text, tone=tone, dot=self._dot)


class Badge(Chip):
    """A count; hidden at zero, `99+` above ninety-nine."""

    def __init__(
        self, count: int = 0, tone: Tone = Tone.NEUTRAL, parent: QWidget | None = None
    ) -> None:
        super().__init__("", tone, parent=parent)
        self.set_count(count)

    def set_count(self, count: int) -> None:
        """Show another count."""
        self.set_text(badge_text(count), self._tone)
        self.setVisible(count > 0)


class StatusDot(QWidget):
    """A dot and a word; the word carries the meaning, the colour only supports it."""

    def __init__(self, text: str, tone: Tone = Tone.NEUTRAL, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_text(text, tone)

    def set_text(self, text: str, tone: Tone) -> None:
        """Show another state."""
        self._text, self._tone = text, tone
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._text) + 18, PILL_HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, c = QPainter(self), colours()
        draw_dot(painter, QPointF(5, self.height() / 2), c.tone(self._tone).solid, radius=4)
        place = self.rect().adjusted(15, 0, 3, 0)
        draw_text(painter, place, self._text, colour=c.muted, align=Qt.AlignmentFlag.AlignLeft)


def badge_text(count: int) -> str:
    """How a count is written on a badge."""
    return "99+" if count > 99 else str(count) if count > 0 else ""
