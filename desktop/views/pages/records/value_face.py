"""A field's value at rest: to read, to copy, and the place from which editing begins."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from desktop.views.theme.apply import colours
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.chips import Chip
from desktop.views.widgets.layouts import label, row
from desktop.views.widgets.reactive import Reactive


class ValueFace(Reactive, QFrame):
    """The value at rest; a focusable line that asks to be edited."""

    begun = Signal()
    history_requested = Signal()
    open_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("valueFace")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(30)
        self._copied = ""
        self._editable = True
        self._text: QLabel = label("", Role.BODY, wrap=True)
        self._chip = Chip("")
        body = row(self, margins=(8, 4, 8, 4), gap=0)
        body.addWidget(self._chip)
        body.addWidget(self._text, 1)
        self.retint()

    def text(self) -> str:
        """What is shown, empty for nothing."""
        return "" if self._text.property("empty") else self._text.text() or self._chip.text()

    def show_value(self, text: str, *, tone: Tone | None, copied: str, editable: bool) -> None:
        """Show `text`, as a chip where it has a tone; `copied` is what Ctrl+C takes."""
        self._copied = copied
        self._editable = editable
        self.setCursor(Qt.CursorShape.IBeamCursor if editable else Qt.CursorShape.ArrowCursor)
        as_chip = tone is not None and bool(text)
        self._chip.setVisible(as_chip)
        if tone is not None:
            self._chip.set_text(text, tone)
        self._text.setProperty("empty", not text)
        self._text.setText("" if as_chip else text or "—")
        self.setAccessibleDescription(text)
        self.retint()

    def retint(self) -> None:
        c = colours()
        ink = c.faint if self._text.property("empty") else c.text
        hover = c.hover if self._editable else "transparent"
        rule = (
            "#valueFace { background: transparent; border: 2px solid transparent;"
            f" border-radius: 6px; }} #valueFace > QLabel {{ color: {ink}; }}"
            f"#valueFace:hover {{ background: {hover}; }}"
            f"#valueFace:focus {{ border-color: {c.accent}; }}"
        )
        if self.styleSheet() != rule:
            self.setStyleSheet(rule)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self._copied)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.begun.emit()
        elif event.key() == Qt.Key.Key_H and not event.modifiers():
            self.history_requested.emit()
        elif event.key() == Qt.Key.Key_O and not event.modifiers():
            self.open_requested.emit()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.begun.emit()
