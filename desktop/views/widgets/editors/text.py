"""Editors for text: one line, and several lines that grow with what is written."""

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from desktop.views.theme.roles import set_state
from desktop.views.widgets.editors.contract import FieldValue, LineEditor


class TextLine(LineEditor):
    """One line of text: names, phones, addresses, numbers."""


class GrowingText(QPlainTextEdit):
    """Several lines; as high as its text, between `minimum` and `maximum` lines. Tab moves on."""

    changed = Signal()

    def __init__(
        self, *, minimum: int = 3, maximum: int = 12, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._minimum, self._maximum = minimum, maximum
        self._loading = False
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self._announce)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def value(self) -> FieldValue:
        return self.toPlainText().strip() or None

    def setValue(self, value: FieldValue) -> None:
        self._loading = True
        self.setPlainText("" if value is None else str(value))
        self._loading = False
        self._fit()

    def set_error(self, on: bool) -> None:
        set_state(self, "error", on=on)

    def set_read_only(self, on: bool) -> None:
        self.setReadOnly(on)

    def sizeHint(self) -> QSize:
        return QSize(320, self._height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _height(self) -> int:
        lines = round(self.document().size().height())
        shown = max(self._minimum, min(self._maximum, lines))
        frame = 2 * self.frameWidth() + 2 * round(self.document().documentMargin())
        return round(QFontMetricsF(self.font()).lineSpacing() * shown) + frame

    @Slot()
    def _fit(self) -> None:
        if self.height() != self._height() or self.minimumHeight() != self._height():
            self.setFixedHeight(self._height())

    @Slot()
    def _announce(self) -> None:
        if not self._loading:
            self.changed.emit()
