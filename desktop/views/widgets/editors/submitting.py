"""Ctrl+Enter while the list of an editor is open: what is marked is picked, and the sheet is done.

By itself Qt either picks without finishing, or finishes without picking and leaves the list open.
"""

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QWidget

_DONE = QKeySequence("Ctrl+Return")


class SubmitThrough(QObject):
    """Between an editor and its lists: that of a box, and those of completers."""

    def __init__(self, editor: QWidget) -> None:
        super().__init__(editor)
        self._editor = editor
        self._lists: list[QAbstractItemView] = []
        self._picked = QTimer(self, singleShot=True, interval=0)
        self._picked.timeout.connect(self._go)

    def watch(self, popup: QAbstractItemView | None) -> None:
        """Hear the keys of a list; asked again, nothing more happens."""
        if popup is not None and popup not in self._lists:
            self._lists.append(popup)
            popup.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and _finishes(event):
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()  # Or the sheet would be done before anything was picked.
                return True
            if event.type() == QEvent.Type.KeyPress and isinstance(watched, QAbstractItemView):
                self._pick(watched, watched.currentIndex())
                self._picked.start()
                return True
        return super().eventFilter(watched, event)

    def _pick(self, popup: QAbstractItemView, marked: QModelIndex) -> None:
        box = self._editor
        if isinstance(box, QComboBox) and popup is box.view():
            box.hidePopup()
            if marked.isValid():
                box.setCurrentIndex(marked.row())
                box.activated.emit(marked.row())
            return
        if marked.isValid():
            popup.clicked.emit(marked)
        popup.hide()

    @Slot()
    def _go(self) -> None:
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        for one in self._editor.window().findChildren(QShortcut, options=direct):
            if one.isEnabled() and one.key() == _DONE:
                one.activated.emit()
                return


def _finishes(event: QKeyEvent) -> bool:
    control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    return control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
