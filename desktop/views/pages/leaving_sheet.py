"""The base of sheets by which records leave the program: one piece of work, seen and stoppable."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from crm_core.errors import KnownError
from desktop.services.cancelling import Cancelled, CancelToken
from desktop.services.commands.verbs import Done
from desktop.viewmodels.session import Session
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.progress import ProgressStrip
from desktop.views.widgets.sheet import Sheet


class LeavingSheet(Sheet):
    """While it works, its choices rest, and leaving stops the work instead."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        self._session = session
        self._token: CancelToken | None = None
        self._choices: list[QWidget] = []
        """What rests while the work goes on, beside the button that began it."""
        super().__init__("", "", parent)
        self.progress = ProgressStrip()
        self.progress.hide()
        self.progress.cancelled.connect(self.stop)

    @Slot()
    def stop(self) -> None:
        """Give it up; nothing will have left."""
        if self._token is not None:
            self._token.cancel()

    def reject(self) -> None:
        if self._token is not None:
            self.stop()
            return
        super().reject()

    def _words_of_work(self) -> str:
        """What is being done."""
        return ""

    def _start(self, work: Callable[..., Done], *arguments: Any) -> None:
        """Run `work(*arguments, token, report)` in the background.

        Not on the database's thread: reading all of a big list would hold up every page.
        """
        token = self._token = CancelToken()
        self._set_running(on=True)
        report = self._session.tasks.reporter(self._progressed, owner=self)
        self._session.tasks.free(
            work, *arguments, token, report, on_done=self._done, on_error=self._failed,
            owner=self, cancel=token,
        )  # fmt: skip

    def _progressed(self, share: float) -> None:
        if self._token is not None:
            self.progress.set_progress(self._words_of_work(), share)

    def _set_running(self, *, on: bool) -> None:
        self.progress.setVisible(on)
        self.progress.set_progress(self._words_of_work(), 0.0)
        for part in (*self._choices, self.primary):
            part.setEnabled(not on)
        self.message.show_message("", Tone.NEUTRAL)

    def _done(self, done: Done) -> None:
        self._token = None
        self._session.bus.changed(done.changed, None)
        self._session.finished.emit(done)
        self.accept()

    def _failed(self, error: KnownError) -> None:
        self._token = None
        self._set_running(on=False)
        tone = Tone.NEUTRAL if isinstance(error, Cancelled) else Tone.BAD
        self.message.show_message(error.sentence(self._session.language), tone)
