"""The small sheets of the administrator's pages: confirm, name something, hand out a password."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop.services.online.administration import Given
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton
from desktop.views.widgets.editors.text import TextLine
from desktop.views.widgets.field_row import FieldRow
from desktop.views.widgets.layouts import label, row
from desktop.views.widgets.sheet import Sheet


class ConfirmSheet(Sheet):
    """Says what will happen; Ctrl+Enter or the button does it."""

    def __init__(
        self,
        heading: str,
        words: str,
        primary: str,
        confirmed: Callable[[], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(heading, primary, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._confirmed = confirmed
        self.body.addWidget(label(words, Role.BODY, wrap=True))
        self.submitted.connect(self._do)

    @Slot()
    def _do(self) -> None:
        self.accept()
        self._confirmed()


class NameSheet(Sheet):
    """One line of text to be given."""

    def __init__(
        self,
        heading: str,
        field: str,
        given: Callable[[str], object],
        parent: QWidget | None = None,
        *,
        text: str = "",
    ) -> None:
        super().__init__(heading, "", parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._given = given
        self.line = TextLine()
        self.line.setValue(text)
        self._row = FieldRow(field, self.line, required=True)
        self.body.addWidget(self._row)
        self.submitted.connect(self._do)
        self.primary.setText(self.tr("Save"))
        self.line.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def _do(self) -> None:
        text = str(self.line.value() or "").strip()
        if not text:
            self._row.set_error(self.tr("This field must not be empty."))
            return
        self.accept()
        self._given(text)


class PasswordSheet(Sheet):
    """A one-time password: shown once, to be copied or read aloud."""

    def __init__(self, given: Given, parent: QWidget | None = None) -> None:
        super().__init__("", "", parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._given = given
        self.shown = label(given.password, Role.FIGURE)
        self.shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.copy = GhostButton("", "copy")
        self._words = label("", Role.BODY, wrap=True)
        self.body.addWidget(self._words)
        line = row(None, gap=12)
        line.addWidget(self.shown)
        line.addWidget(self.copy)
        line.addStretch(1)
        self.body.addLayout(line)
        self.cancel.hide()
        self.copy.clicked.connect(self._copy)
        self.submitted.connect(self.accept)
        self.set_heading(self.tr("One-time password of {0}").format(given.login))
        self.primary.setText(self.tr("Done"))
        self.copy.setText(self.tr("Copy"))
        self._words.setText(
            self.tr(
                "It is shown only now. Tell it to the person yourself; at the first sign-in they "
                "choose a password of their own."
            )
        )

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._given.password)
        self.message.show_message(self.tr("Copied."), Tone.GOOD)
