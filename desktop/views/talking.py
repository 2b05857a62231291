"""One key to speak with, wherever in the program the keyboard is, over sheets as well.

Held, it listens as long as it is held; pressed and let go, it starts or stops. A shortcut of Qt
neither works over a modal sheet nor tells when its key comes up, so keys are looked at where a
window gets them, before any widget does.
"""

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from desktop.viewmodels.session import Session
from desktop.views.main_window import MainWindow

TALK_KEY = Qt.Key.Key_F9


class TalkKey(QObject):
    """One for each main window: it hears the keys of that window and of the sheets over it."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._heard: list[QWindow] = []
        self._down = False
        QGuiApplication.instance().focusWindowChanged.connect(self._moved)  # type: ignore[union-attr]
        self._moved(QGuiApplication.focusWindow())
        session.closed.connect(self._end)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind not in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            return False
        if not isinstance(event, QKeyEvent) or event.key() != TALK_KEY:
            return False
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier or self._session.over:
            return False
        if not event.isAutoRepeat():
            self._pressed() if kind is QEvent.Type.KeyPress else self._released()
        return True

    # -- inside --------------------------------------------------------------------------------

    def _pressed(self) -> None:
        visit = self._window.visit
        if visit is None:
            on_customer = self._window.shell.current_page() == "record:customer"
            visit = self._window.log_visit(self._window.customer.record_id if on_customer else "")
        self._down = True
        visit.voice.hold()

    def _released(self) -> None:
        if self._down and self._window.visit is not None:
            self._window.visit.voice.let_go()
        self._down = False

    @Slot(object)
    def _moved(self, focused: QWindow | None) -> None:
        """Listen where the keyboard is now, as far as that is ours."""
        self._heard = [window for window in self._heard if isValid(window)]
        if focused is None or not isValid(focused) or self._session.over:
            return  # The window of a dialog may be gone by the time Qt tells of it.
        if focused in self._heard:
            return
        if self._is_ours(focused):
            self._heard.append(focused)
            focused.installEventFilter(self)

    def _is_ours(self, window: QWindow) -> bool:
        # Qt tells of the window before it says which widget is active now.
        tops = QApplication.topLevelWidgets()
        widget: QWidget | None = next((w for w in tops if w.windowHandle() is window), None)
        shell = self._window.shell
        while widget is not None:
            if widget is shell:
                return True
            widget = widget.parentWidget()
        return False

    @Slot()
    def _end(self) -> None:
        for window in self._heard:
            if isValid(window):
                window.removeEventFilter(self)
        self._heard.clear()
