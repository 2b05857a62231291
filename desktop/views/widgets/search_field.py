"""The search field: an icon, a clear button, a hint of its shortcut; tells after a short pause."""

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from desktop.views.theme.apply import colours
from desktop.views.theme.icons import icon
from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.layouts import label, row
from desktop.views.widgets.reactive import Reactive

PAUSE_MS = 120
_AROUND = 48
"""Pixels of the glass and the margins."""


class SearchField(Reactive, QLineEdit):
    """Emits `searched` with the text 120 ms after typing stops, at once on Enter and on clear."""

    searched = Signal(str)

    def __init__(
        self, placeholder: str = "", *, shortcut: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._placeholder = placeholder
        self._shortcut = shortcut
        self._glass = QAction(self)
        self._clear = QAction(self)
        self.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self.addAction(self._clear, QLineEdit.ActionPosition.TrailingPosition)
        self._clear.triggered.connect(self.clear_search)
        self._clear.setVisible(False)
        self._hint: QLabel = label(shortcut, Role.SMALL)
        set_role(self._hint, Role.SMALL)
        inner = row(self, margins=(0, 0, 10, 0))
        inner.addStretch(1)
        inner.addWidget(self._hint)
        self._hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        if shortcut:
            QShortcut(QKeySequence(shortcut), self).activated.connect(self.take_focus)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._tell)
        self.textChanged.connect(self._typed)
        self.returnPressed.connect(self._tell)
        self.retranslate()
        self.retint()

    def retranslate(self) -> None:
        shown = self._placeholder or self.tr("Search")
        self._fit_placeholder()
        self.setAccessibleName(shown)
        self._clear.setToolTip(self.tr("Clear"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_placeholder()

    def _fit_placeholder(self) -> None:
        """Cut the placeholder with an ellipsis before the hint of the shortcut."""
        shown = self._placeholder or self.tr("Search")
        taken = _AROUND + (self._hint.sizeHint().width() + 10 if self._shortcut else 0)
        room = max(0, self.width() - taken)
        fitted = self.fontMetrics().elidedText(shown, Qt.TextElideMode.ElideRight, room)
        self.setPlaceholderText(fitted)

    def set_placeholder(self, text: str) -> None:
        """What to search for, in the language of the moment."""
        self._placeholder = text
        self.retranslate()

    def retint(self) -> None:
        c = colours()
        self._glass.setIcon(icon("search", c.faint))
        self._clear.setIcon(icon("close", c.faint))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear_search()
            return
        super().keyPressEvent(event)

    @Slot()
    def take_focus(self) -> None:
        """Put the cursor here with everything selected."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    @Slot()
    def clear_search(self) -> None:
        """Empty the field and tell at once."""
        self.clear()
        self._tell()

    @Slot(str)
    def _typed(self, text: str) -> None:
        self._clear.setVisible(bool(text))
        self._hint.setVisible(not text)
        self._pause.start()

    @Slot()
    def _tell(self) -> None:
        self._pause.stop()
        self.searched.emit(self.text())
