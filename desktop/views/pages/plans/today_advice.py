"""Below the list of the day: why the line under the keyboard is there, and what one could say."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from desktop.viewmodels.suggestions import Suggestion
from desktop.views.theme.apply import colours
from desktop.views.theme.icons import icon_pixmap
from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.buttons import QuietButton
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive

_MARK = QSize(16, 16)


class AdvicePanel(Reactive, QFrame):
    """The wording is marked with the mouse or copied whole; nothing is sent from here."""

    call_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = QLabel()
        self._mark.setFixedSize(_MARK)
        self.reason = label("", Role.MUTED, wrap=True)
        self.words = label("", Role.BODY, wrap=True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.copy_button = QuietButton("", "copy")
        self.call_button = QuietButton("", "phone")
        head = row(None, gap=8)
        head.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self.reason, 1)
        head.addWidget(self.call_button)
        head.addWidget(self.copy_button)
        body = column(self, margins=(16, 8, 8, 12), gap=4)
        body.addLayout(head)
        inset = row(None, margins=(24, 0, 8, 0))
        inset.addWidget(self.words, 1)
        body.addLayout(inset)
        set_role(self, Role.CARD)
        self.copy_button.clicked.connect(self.copy_words)
        self.call_button.clicked.connect(self.call_requested)
        self.retranslate()
        self.retint()
        self.show_suggestion(Suggestion(), callable_=False)

    def show_suggestion(self, suggestion: Suggestion, *, callable_: bool) -> None:
        """Show other words; without any the panel is hidden."""
        self.reason.setText(suggestion.reason)
        self.words.setText(suggestion.words)
        self.words.setAccessibleName(suggestion.words)
        self.call_button.setVisible(callable_)
        self.setVisible(bool(suggestion.reason))

    def say(self, words: str) -> None:
        """Say what was done, until the next line is looked at."""
        self.reason.setText(words)
        self.show()

    def copy_words(self) -> None:
        """Put the wording on the clipboard; without any nothing happens."""
        if self.words.text():
            QGuiApplication.clipboard().setText(self.words.text())
            self.say(self.tr("The words are on the clipboard."))

    def retranslate(self) -> None:
        self.copy_button.setText(self.tr("Copy words (C)"))
        self.call_button.setText(self.tr("Copy number (P)"))
        self.setAccessibleName(self.tr("Suggested words"))

    def retint(self) -> None:
        self._mark.setPixmap(icon_pixmap("spark", colours().accent, size=16))
