"""Windows beside the first one: the same person, data and sync; pages, messages and undo apart."""

from PySide6.QtCore import QEvent, QObject, QPoint, Slot
from PySide6.QtGui import QKeySequence, QShortcut

from desktop.guest import Guests
from desktop.viewmodels.session import Session
from desktop.views.main_window import MainWindow
from desktop.views.shell import WindowMemory
from desktop.views.voice_notes import VoiceNotes

_KEYS = "Ctrl+Shift+N"
_STEP = QPoint(48, 48)
"""How far a new window stands from the one it came from."""


class _Apart:
    """Remembers windows beside the first under names of their own."""

    def __init__(self, memory: WindowMemory) -> None:
        self._memory = memory

    def read(self, key: str) -> str | None:
        return self._memory.read(f"beside.{key}")

    def write(self, key: str, value: str) -> None:
        self._memory.write(f"beside.{key}", value)


class Beside(QObject):
    """Opens them from any window, and ends them with the session."""

    def __init__(self, session: Session, window: MainWindow, memory: WindowMemory) -> None:
        super().__init__(window)
        self._session = session
        self._memory = memory
        self.windows: list[MainWindow] = []
        session.closed.connect(self.close_all)
        self._offer(window)

    @Slot()
    def open(self) -> MainWindow:
        """Another window; it shows what such a window showed last."""
        twin = self._session.beside()
        window = MainWindow(twin, _Apart(self._memory), parent=self)
        shell = window.shell
        if self._memory.read("beside.shown") is None:
            first = self.parent()
            if isinstance(first, MainWindow):
                shell.move(first.shell.pos() + _STEP)
        self._memory.write("beside.shown", "1")
        shell.sign_out_requested.connect(self._session.sign_out_requested)
        shell.scheme_chosen.connect(self._session.scheme_chosen)
        shell.installEventFilter(self)
        Guests(twin, window)
        VoiceNotes(twin, window)
        self._offer(window)
        self.windows.append(window)
        shell.show()
        return window

    @Slot()
    def close_all(self) -> None:
        """Take them apart; what is typed in them is kept."""
        for window in list(self.windows):
            window.shell.removeEventFilter(self)
            self._end(window)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Close:
            for window in [w for w in self.windows if w.shell is watched]:
                self._end(window)
        return super().eventFilter(watched, event)

    def _end(self, window: MainWindow) -> None:
        self.windows.remove(window)
        window.keep_drafts()
        window.session.close()
        window.close()
        window.shell.deleteLater()
        window.deleteLater()

    def _offer(self, window: MainWindow) -> None:
        window.palette.offer("beside:", lambda: self.tr("New window"), self.open)
        window.shell.add_user_action(lambda: self.tr("New window")).triggered.connect(self.open)
        QShortcut(QKeySequence(_KEYS), window.shell).activated.connect(self.open)
