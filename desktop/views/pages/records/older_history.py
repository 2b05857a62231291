"""Says plainly which part of a record's history is on this device, and fetches the rest."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from crm_core.errors import KnownError
from desktop.services.online.history_fetch import fetch_history
from desktop.services.online.history_shelf import Fetched
from desktop.services.record_history import Reach
from desktop.viewmodels.inbox import china_time
from desktop.viewmodels.session import Session
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.feedback import InlineMessage


class OlderHistory(InlineMessage):
    """One line under a history. Hidden while there is nothing to say."""

    fetched = Signal()
    """The older part has come; read again."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._session = session
        self._target = ("", "")
        self._reach, self._fetched_at, self._asking = Reach.WHOLE, "", False
        self._failure: KnownError | None = None
        self.action_triggered.connect(self.fetch)

    def show_reach(self, target: tuple[str, str], reach: Reach, fetched_at: str) -> None:
        """Speak about the history of this (entity, id)."""
        if target != self._target:
            self._asking, self._failure = False, None
        self._target, self._reach, self._fetched_at = target, reach, fetched_at
        self.retranslate()

    def retranslate(self) -> None:
        if self._reach is Reach.LOCAL:
            self._say_where_the_rest_is()
        elif self._reach is Reach.FETCHED:
            words = self.tr("The older part was fetched from the server at {0}; it is only shown.")
            self.show_message(words.format(china_time(self._fetched_at)), Tone.NEUTRAL)
        else:
            words = self.tr("This is the whole history, all on this device.")
            self.show_message(words, Tone.NEUTRAL)

    def _say_where_the_rest_is(self) -> None:
        if self._asking:
            self.show_message(self.tr("Fetching older history from the server…"), Tone.NEUTRAL)
        elif self._failure is not None:
            sentence = self._failure.sentence(self._session.language)
            self.show_message(sentence, Tone.WARN, action=self.tr("Try again"))
        elif self._session.status.paused:
            words = self.tr("Older history is at the server. You work offline; fetch it later.")
            self.show_message(words, Tone.NEUTRAL)
        else:
            words = self.tr("Older history is at the server; here is what this device has seen.")
            self.show_message(words, Tone.ACCENT, action=self.tr("Fetch"))

    @Slot()
    def fetch(self) -> None:
        """Ask the server for the older part."""
        if self._asking or self._reach is not Reach.LOCAL:
            return
        target, workspace = self._target, self._session.workspace
        self._asking, self._failure = True, None
        self.retranslate()

        def came(_fetched: Fetched) -> None:
            if target == self._target:
                self._asking = False
                self.fetched.emit()

        def failed(error: KnownError) -> None:
            if target == self._target:
                self._asking, self._failure = False, error
                self.retranslate()

        self._session.ask_server(
            lambda: fetch_history(workspace, *target), came, on_error=failed, owner=self
        )
