"""The application object: it says while it is asked to quit, so that a window closes for good."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

_ENDING = "suixingEnding"


class Program(QApplication):
    """Quitting closes the windows first, and one that hides in the tray must know why it closes."""

    def event(self, event: QEvent) -> bool:
        if event.type() != QEvent.Type.Quit:
            return super().event(event)
        self.setProperty(_ENDING, True)
        try:
            return super().event(event)
        finally:
            self.setProperty(_ENDING, False)


def is_ending() -> bool:
    """Whether the program is asked to quit."""
    app = QApplication.instance()
    return app is not None and bool(app.property(_ENDING))
