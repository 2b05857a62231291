"""What lies behind everything in a window, and may hold the keyboard for a moment."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget


class Ground(QWidget):
    """A click beside whatever takes the keyboard ends up here; without it, what is being written
    would not hear that somebody is done."""

    clicked_beside = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() == Qt.FocusReason.MouseFocusReason:
            self.clicked_beside.emit()
