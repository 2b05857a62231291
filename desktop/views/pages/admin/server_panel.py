"""What panels share that show what the server knows: asking, saying why not, trying again."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from crm_core.errors import KnownError
from desktop.viewmodels.session import Session
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.feedback import InlineMessage
from desktop.views.widgets.layouts import column, row
from desktop.views.widgets.reactive import Reactive

T = TypeVar("T")


class ServerPanel(Reactive, QWidget):
    """A panel with a line of buttons, a message and a body."""

    stale = Signal()
    """What is shown should be read again."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.message = InlineMessage()
        self._failed = False
        """The message says why something could not be done."""
        set_role(self, Role.PAGE)
        self.body = column(self, margins=(24, 4, 24, 24), gap=12)
        self.bar = row(None, gap=8)
        self.body.addLayout(self.bar)
        self.body.addWidget(self.message)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.stale.emit()

    def ask(
        self, question: Callable[[], T], answer: Callable[[T], object],
        on_error: Callable[[KnownError], object] | None = None,
    ) -> None:  # fmt: skip
        """Ask the server; what it says goes to `answer`, why it could not be asked is shown, or
        goes to `on_error`."""

        def answered(found: T) -> None:
            if self._failed:  # What was done stays to be read.
                self._failed = False
                self.message.show_message("", Tone.NEUTRAL)
            answer(found)

        self.session.ask_server(question, answered, on_error=on_error or self.failed, owner=self)

    def act(self, question: Callable[[], object], said: str) -> None:
        """Have the server do something, say that it did, and read again."""

        def finished(_found: object) -> None:
            self._failed = False
            self.stale.emit()
            self.message.show_message(said, Tone.GOOD)

        self.session.ask_server(question, finished, on_error=self.failed, owner=self)

    def failed(self, error: KnownError) -> None:
        """Say why the server did not do it; nothing was changed."""
        self._failed = True
        self.message.show_message(error.sentence(self.session.language), Tone.WARN)
