"""What the app says in place: an empty page that teaches, and a message inside the page."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from desktop.views.theme.apply import colours
from desktop.views.theme.icons import icon_pixmap
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton, PrimaryButton
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.telling import tell

_MESSAGE_ICONS = {
    Tone.NEUTRAL: "info",
    Tone.ACCENT: "info",
    Tone.GOOD: "check",
    Tone.WARN: "warning",
    Tone.BAD: "error",
}


class EmptyState(Reactive, QWidget):
    """Nothing here yet: what this place is for, in one sentence, and how to start."""

    action_triggered = Signal()

    def __init__(
        self,
        icon_name: str,
        title: str,
        teaching: str,
        *,
        action: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self._mark = QLabel()
        self._title = label(title, Role.HEADING)
        self._teaching = label(teaching, Role.MUTED, wrap=True)
        self._action = PrimaryButton(action)
        self._action.clicked.connect(self.action_triggered)
        centre = Qt.AlignmentFlag.AlignHCenter
        self._teaching.setAlignment(centre)
        self._teaching.setFixedWidth(320)
        body = column(self, margins=(24, 32, 24, 32), gap=8)
        body.addStretch(1)
        body.addWidget(self._mark, 0, centre)
        body.addWidget(self._title, 0, centre)
        # A wrapped label gets its full height only without an alignment of its own.
        middle = row(None)
        middle.addStretch(1)
        middle.addWidget(self._teaching)
        middle.addStretch(1)
        body.addLayout(middle)
        body.addSpacing(8)
        body.addWidget(self._action, 0, centre)
        body.addStretch(1)
        self.set_text(title, teaching, action=action)
        self.retint()

    def set_text(self, title: str, teaching: str, *, action: str = "") -> None:
        """Change the words; without an action its button is hidden."""
        self._title.setText(title)
        self._teaching.setText(teaching)
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self.setAccessibleName(title)
        self.setAccessibleDescription(teaching)

    def retint(self) -> None:
        self._mark.setPixmap(icon_pixmap(self._icon_name, colours().accent, size=40))


class InlineMessage(Reactive, QFrame):
    """A sentence in its tone, with an optional action; stays until it is hidden."""

    action_triggered = Signal()

    def __init__(
        self, text: str = "", tone: Tone = Tone.NEUTRAL, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("inlineMessage")
        self._mark = QLabel()
        self._text = label("", Role.BODY, wrap=True)
        self._action = GhostButton()
        self._action.clicked.connect(self._act)
        body = row(self, margins=(12, 8, 8, 8), gap=8)
        body.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        body.addWidget(self._text, 1)
        body.addWidget(self._action, 0, Qt.AlignmentFlag.AlignVCenter)
        self.show_message(text, tone)

    def text(self) -> str:
        return self._text.text()

    def show_message(self, text: str, tone: Tone, *, action: str = "") -> None:
        """Say `text`; an empty text hides the message."""
        self._tone = tone
        self._text.setText(text)
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        tell(self, text)
        self.retint()

    def retint(self) -> None:
        tone = colours().tone(self._tone)
        self._mark.setPixmap(icon_pixmap(_MESSAGE_ICONS[self._tone], tone.ink))
        rule = (
            f"#inlineMessage {{ background: {tone.soft}; border-radius: 8px; }}"
            f"#inlineMessage > QLabel {{ color: {tone.ink}; }}"
        )
        if self.styleSheet() != rule:
            self.setStyleSheet(rule)

    @Slot()
    def _act(self) -> None:
        self.action_triggered.emit()
