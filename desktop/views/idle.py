"""Tells when nobody has touched mouse or keyboard for a while; watches only while asked to."""

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

_SIGNS = frozenset({
    QEvent.Type.KeyPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel,
    QEvent.Type.InputMethod,
})  # fmt: skip


class IdleWatch(QObject):
    """One a window; ends with it."""

    idle = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.idle)
        self._watching = False

    @Slot(int)
    def set_minutes(self, minutes: int) -> None:
        """Wait for so long; 0 for never."""
        app = QApplication.instance()
        if app is None:
            return
        # Every event of the program comes through here while it watches, so only then.
        if minutes and not self._watching:
            app.installEventFilter(self)
        elif self._watching and not minutes:
            app.removeEventFilter(self)
        self._watching = bool(minutes)
        self._timer.stop()
        if minutes:
            self._timer.start(minutes * 60_000)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _SIGNS:
            self._timer.start()
        return False
