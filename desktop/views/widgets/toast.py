"""Toasts: short news at the bottom of a window, with an undo; they never take the focus."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QWidget

from desktop.views.theme.apply import colours
from desktop.views.widgets.buttons import IconButton
from desktop.views.widgets.layouts import row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.telling import tell

SHOWN_MS = 6_000
SHOWN_WITH_ACTION_MS = 10_000
IN_REACH = "in-reach"
"""The object name of a button at the foot of a page that messages must not lie on."""
_MARGIN = 20
_GAP = 8
_MOST = 4


class Toast(Reactive, QFrame):
    """One piece of news. Goes by itself, but not while the mouse or the keyboard is on it."""

    action_triggered = Signal()
    closed = Signal()

    def __init__(
        self, text: str, *, action: str = "", stays: bool = False, parent: QWidget | None = None
    ) -> None:
        """`stays`: until it is acted on or dismissed."""
        super().__init__(parent)
        self._stays = stays
        self.setObjectName("toast")
        self.setAccessibleName(text)
        self._text = QLabel(text)
        self._text.setWordWrap(len(text) > 40)
        # With a parent from the start: shown without one it would be a window for a moment, and
        # take the keyboard from whatever was just done.
        self._action = QPushButton(action, self)
        self._action.setVisible(bool(action))
        self._action.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._close = IconButton("close", "")
        body = row(self, margins=(16, 6, 8, 6), gap=8)
        body.addWidget(self._text, 1)
        body.addWidget(self._action)
        body.addWidget(self._close)
        self._timer = QTimer(self, singleShot=True)
        self._timer.setInterval(SHOWN_WITH_ACTION_MS if action else SHOWN_MS)
        self._timer.timeout.connect(self.dismiss)
        self._action.clicked.connect(self._act)
        self._close.clicked.connect(self.dismiss)
        self.setMinimumHeight(44)
        self.setMinimumWidth(280)
        self.retranslate()
        self.retint()
        self._begin()

    def text(self) -> str:
        return self._text.text()

    def paused(self) -> bool:
        """Whether the clock of this toast stands still."""
        return not self._timer.isActive()

    def says(self, text: str) -> bool:
        """Whether it says this, and nothing can be done about it."""
        return self._text.text() == text and not self._action.text()

    def stay(self) -> None:
        """Begin its time anew."""
        if self._timer.isActive():
            self._timer.start()

    def retranslate(self) -> None:
        self._close.set_name(self.tr("Dismiss"))

    def retint(self) -> None:
        c = colours()
        self._close.set_ink(c.on_tooltip)
        rule = (
            f"#toast {{ background: {c.tooltip}; border-radius: 8px; }}"
            f"#toast > QLabel {{ color: {c.on_tooltip}; }}"
            f"#toast > QPushButton {{ background: transparent; font-weight: 600;"
            f" border: 2px solid transparent; color: {c.tooltip_action}; }}"
            f"#toast > QPushButton:focus, #toast > QToolButton:focus"
            f" {{ border: 2px solid {c.tooltip_action}; }}"
            f"#toast > QToolButton:hover {{ background: transparent; }}"
        )
        if self.styleSheet() != rule:
            self.setStyleSheet(rule)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._begin()
        super().leaveEvent(event)

    def _begin(self) -> None:
        if not self._stays:
            self._timer.start()

    @Slot()
    def dismiss(self) -> None:
        """Go away now."""
        self._timer.stop()
        self.hide()
        self.closed.emit()

    @Slot()
    def _act(self) -> None:
        self.action_triggered.emit()
        self.dismiss()


class ToastHost(QObject):
    """Stacks toasts over the bottom of `window`, newest lowest, four at most."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._toasts: list[Toast] = []
        window.installEventFilter(self)

    def show_toast(self, text: str, *, action: str = "", stays: bool = False) -> Toast:
        """Say `text`; connect to `action_triggered` of what comes back for the undo."""
        for told in self._toasts:
            if not action and told.says(text):
                told.stay()  # Said again, not said twice.
                return told
        toast = Toast(text, action=action, stays=stays, parent=self._window)
        toast.closed.connect(self._drop)
        self._toasts.append(toast)
        while len(self._toasts) > _MOST:
            self._toasts[0].dismiss()
        toast.show()
        self._arrange()
        tell(toast, text)
        return toast

    def bring_to_front(self) -> None:
        """Over a page that was just shown."""
        self._arrange()

    def toasts(self) -> list[Toast]:
        """What is shown now, oldest first."""
        return list(self._toasts)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._arrange()
        return super().eventFilter(watched, event)

    @Slot()
    def _drop(self) -> None:
        toast = self.sender()
        if isinstance(toast, Toast) and toast in self._toasts:
            self._toasts.remove(toast)
            toast.deleteLater()
            self._arrange()

    def _floor(self) -> int:
        """Where the lowest may end: over what a page wants to have in reach."""
        high = self._window.height()
        tops = [
            part.mapTo(self._window, QPoint(0, 0)).y()
            for part in self._window.findChildren(QWidget, IN_REACH)
            if part.isVisible()
        ]
        return min([high - _MARGIN, *(top - _GAP for top in tops if top > high // 2)])

    def _arrange(self) -> None:
        bottom = self._floor()
        for toast in reversed(self._toasts):
            toast.setMaximumWidth(min(520, max(280, self._window.width() - 2 * _MARGIN)))
            toast.adjustSize()
            bottom -= toast.height()
            toast.move((self._window.width() - toast.width()) // 2, bottom)
            toast.raise_()
            bottom -= _GAP
