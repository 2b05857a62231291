"""The base of all dialogs: a heading, content, a footer; Ctrl+Enter does it, Esc leaves."""

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import DangerButton, GhostButton, PrimaryButton, QuietButton
from desktop.views.widgets.feedback import InlineMessage
from desktop.views.widgets.layouts import column, hairline, label, row
from desktop.views.widgets.reactive import Reactive

_SETTLE_MS = 500
"""For so long after the buttons have changed places they take no press meant for the others."""


class Sheet(Reactive, QDialog):
    """Put content into `body`; connect `submitted`, and call `accept()` once the work is done.

    While `set_dirty(True)` holds, leaving asks inside the sheet first, so no text is lost by Esc.
    """

    submitted = Signal()

    def __init__(self, heading: str, primary: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dirty = False
        self._wrote_in: QWidget | None = None
        """What had the keyboard when the sheet began to ask."""
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self.setModal(True)
        self.setMinimumWidth(480)
        self._heading = label("", Role.HEADING)
        self.body: QVBoxLayout = column(None, margins=(24, 16, 24, 16), gap=12)
        self.footnote: QVBoxLayout
        """Left of the buttons."""
        self.message = InlineMessage()
        self.primary = PrimaryButton(primary)
        self.cancel = QuietButton()
        self._discard = DangerButton()
        self._stay = GhostButton()
        self._key = label("", Role.SMALL)
        self._lay_out()
        self.primary.setAutoDefault(False)
        self.primary.clicked.connect(self._pressed)
        self.cancel.clicked.connect(self.reject)
        self._discard.clicked.connect(self._leave)
        self._stay.clicked.connect(self._keep_editing)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self._submit)
        self._ask(on=False)
        self._settle.stop()
        self.set_heading(heading)
        self.retranslate()

    def set_heading(self, heading: str) -> None:
        """Change the heading, which is also the window's title."""
        self._heading.setText(heading)
        self.setWindowTitle(heading)
        self.setAccessibleName(heading)

    def set_dirty(self, on: bool) -> None:
        """Say whether there is something that leaving would lose."""
        self._dirty = on

    def retranslate(self) -> None:
        self.cancel.setText(self.tr("Cancel"))
        self._discard.setText(self.tr("Discard changes"))
        self._stay.setText(self.tr("Keep editing"))
        self.primary.setToolTip(self.tr("Ctrl+Enter"))
        self._key.setText(self.tr("Ctrl+Enter"))

    def reject(self) -> None:
        if self._dirty:
            self._ask(on=not self.asking())  # A second Esc goes back to what was being written.
            return
        super().reject()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._key.setVisible(not self.primary.isHidden())
        if self.focusWidget() is None:
            self._first_place().setFocus(Qt.FocusReason.OtherFocusReason)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._dirty:
            event.ignore()
            self._ask(on=True)
            return
        super().closeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # A plain Enter belongs to the field it is typed in; only Ctrl+Enter submits.
            event.accept()
            return
        super().keyPressEvent(event)

    def asking(self) -> bool:
        """Whether the sheet is asking if the changes may go."""
        return not self._discard.isHidden()

    def settling(self) -> bool:
        """Whether a press may be the second half of a double click on another button."""
        return self._settle.isActive()

    def _first_place(self) -> QWidget:
        """Where the keyboard begins: what is typed in, else what is chosen first, else the button
        that does it. Qt would start at "Cancel", which is made before the fields."""
        first: QWidget | None = None
        one = self.nextInFocusChain()
        while one is not None and one is not self:
            reached = one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isEnabled()
            if reached and one.isVisibleTo(self):
                if isinstance(one, (QLineEdit, QComboBox, QTextEdit, QPlainTextEdit)):
                    return one
                if first is None and not self._at_the_foot(one):
                    first = one
            one = one.nextInFocusChain()
        return first or (self.primary if self.primary.isVisibleTo(self) else self.cancel)

    def _at_the_foot(self, one: QWidget) -> bool:
        ours = one in (self.cancel, self._discard, self._stay, self.primary)
        return ours or self.footnote.indexOf(one) >= 0

    def _lay_out(self) -> None:
        outer = column(self, gap=0)
        head = row(None, margins=(24, 18, 24, 14))
        head.addWidget(self._heading)
        outer.addLayout(head)
        outer.addWidget(hairline())
        said = column(None, margins=(24, 0, 24, 0))
        said.addWidget(self.message)
        outer.addLayout(self.body, 1)
        outer.addLayout(said)
        outer.addSpacing(8)
        outer.addWidget(hairline())
        footer = row(None, margins=(24, 12, 24, 12))
        self.footnote = column(None)
        footer.addLayout(self.footnote, 1)
        for button in (self.cancel, self._key, self._discard, self._stay, self.primary):
            footer.addWidget(button)
        outer.addLayout(footer)

    def _ask(self, *, on: bool) -> None:
        if on is not self.asking():
            self._settle.start()
            self._wrote_in = self.focusWidget() if on else self._wrote_in
        self._discard.setVisible(on)
        self._stay.setVisible(on)
        self.cancel.setVisible(not on)
        self.primary.setVisible(not on)
        self._key.setVisible(not on)
        words = self.tr("You have changes that are not saved. Leave without them?") if on else ""
        self.message.show_message(words, Tone.WARN)
        if on:
            self._stay.setFocus(Qt.FocusReason.TabFocusReason)
        elif self._wrote_in is not None and isValid(self._wrote_in):
            self._wrote_in.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _keep_editing(self) -> None:
        self._ask(on=False)

    @Slot()
    def _leave(self) -> None:
        if self.settling():
            return
        self._dirty = False
        self.reject()

    @Slot()
    def _pressed(self) -> None:
        if not self.settling():
            self._submit()

    @Slot()
    def _submit(self) -> None:
        if self.primary.isEnabled() and not self.asking():
            self.submitted.emit()
