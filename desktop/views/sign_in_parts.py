"""Parts of the sign-in window: the side that says what Suixing is, and the password line."""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QColor,
    QFocusEvent,
    QKeyEvent,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.views.theme.apply import colours
from desktop.views.theme.fonts import sized
from desktop.views.theme.icons import icon, icon_pixmap
from desktop.views.theme.tokens import TYPE
from desktop.views.widgets.editors.text import TextLine
from desktop.views.widgets.layouts import column, row
from desktop.views.widgets.painting import draw_bar
from desktop.views.widgets.reactive import Reactive

_EDGE = 48


def lay_out(
    window: QWidget, promise: QWidget, form: QWidget, *, head: QWidget, foot: QWidget
) -> None:
    """The promise on the left; on the right the form between what stands above and below."""
    body = row(window, gap=0)
    body.addWidget(promise, 4)
    right = column(None, margins=(24, 16, 16, 16), gap=0)
    above = row(None)
    above.addStretch(1)
    above.addWidget(head)
    right.addLayout(above)
    right.addStretch(1)
    # A wrapped label gets its full height only without an alignment of its own.
    middle, below = row(None), row(None)
    for line, widget in ((middle, form), (below, foot)):
        line.addStretch(1)
        line.addWidget(widget)
        line.addStretch(1)
    right.addLayout(middle)
    right.addStretch(1)
    right.addLayout(below)
    body.addLayout(right, 5)


class PasswordLine(Reactive, TextLine):
    """Hidden text that can be shown; tells when Caps Lock seems to be on."""

    caps_seen = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.show_action = QAction(self)
        self.show_action.setCheckable(True)
        self.show_action.toggled.connect(self._toggle)
        self.addAction(self.show_action, QLineEdit.ActionPosition.TrailingPosition)
        self.retranslate()
        self.retint()

    def retranslate(self) -> None:
        self.show_action.setToolTip(
            self.tr("Hide the password")
            if self.show_action.isChecked()
            else self.tr("Show the password")
        )

    def retint(self) -> None:
        c = colours()
        self.show_action.setIcon(icon("eye", c.accent if self.show_action.isChecked() else c.muted))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        if text.isalpha() and text.isascii():
            shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.caps_seen.emit(text.isupper() != shifted)
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.caps_seen.emit(False)
        super().focusOutEvent(event)

    @Slot(bool)
    def _toggle(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self.setEchoMode(mode)
        self.retranslate()
        self.retint()


class Promise(Reactive, QWidget):
    """The brand on its colour, one sentence, and a road that winds to the top."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts: tuple[str, str, tuple[str, ...]] = ("", "", ())
        self.setMinimumWidth(320)
        self.retranslate()

    def retranslate(self) -> None:
        self._texts = (
            self.tr("Suixing"),
            self.tr("Every customer with you, with or without a network."),
            (
                self.tr("Works offline, all day"),
                self.tr("Speak ten seconds, the visit is written"),
                self.tr("Nothing you write is ever lost"),
            ),
        )
        self.setAccessibleName(f"{self._texts[0]}. {self._texts[1]}")
        self.update()

    def retint(self) -> None:
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, area = QPainter(self), QRectF(self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, area)
        self._paint_brand(painter)
        self._paint_words(painter, area)

    def _paint_ground(self, painter: QPainter, area: QRectF) -> None:
        ground = QLinearGradient(area.topLeft(), area.bottomRight())
        ground.setColorAt(0.0, QColor("#0f5c5b"))
        ground.setColorAt(1.0, QColor("#0a3b40"))
        painter.fillRect(area, ground)
        for step, alpha in enumerate((26, 18, 12)):
            painter.setPen(QPen(QColor(255, 255, 255, alpha), 34 - step * 8))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(_road(area, step * 46.0))

    def _paint_brand(self, painter: QPainter) -> None:
        mark = QRectF(_EDGE, _EDGE, 40, 40)
        draw_bar(painter, mark, "#f2fbfa", radius=11)
        painter.drawPixmap(QPointF(_EDGE + 7, _EDGE + 7), icon_pixmap("brand", "#0f5c5b", size=26))
        painter.setFont(sized(self.font(), TYPE.title, bold=True))
        painter.setPen(QColor("#f2fbfa"))
        place = QRectF(_EDGE + 52, _EDGE, 240, 40)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, self._texts[0])

    def _paint_words(self, painter: QPainter, area: QRectF) -> None:
        painter.setFont(sized(self.font(), 28, bold=True))
        painter.setPen(QColor("#ffffff"))
        place = QRectF(_EDGE, area.height() * 0.36, area.width() - 2 * _EDGE, 180)
        wrap = Qt.TextFlag.TextWordWrap
        used = painter.boundingRect(place, wrap, self._texts[1])
        painter.drawText(place, wrap, self._texts[1])
        painter.setFont(sized(self.font(), 14))
        top = used.bottom() + 28
        for words in self._texts[2]:
            pixmap = icon_pixmap("check", "#8fd8d1", size=16)
            painter.drawPixmap(QPointF(_EDGE, top + 3), pixmap)
            painter.setPen(QColor("#d5efec"))
            line = QRectF(_EDGE + 26, top, area.width() - 2 * _EDGE - 26, 22)
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, words)
            top += 32


def _road(area: QRectF, shift: float) -> QPainterPath:
    path = QPainterPath(QPointF(area.width() * 0.15 - shift, area.height() + 40))
    path.cubicTo(
        QPointF(area.width() * 0.9 + shift, area.height() * 0.86),
        QPointF(area.width() * 0.2 - shift, area.height() * 0.62),
        QPointF(area.width() * 1.1, area.height() * 0.5 - shift),
    )
    return path
