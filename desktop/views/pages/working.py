"""Reading that takes its time on a page: said after a second, how far, stopped, gone wrong."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from crm_core.errors import KnownError
from desktop.services.cancelling import Cancelled, CancelToken
from desktop.viewmodels.session import Session
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.feedback import InlineMessage
from desktop.views.widgets.layouts import column
from desktop.views.widgets.progress import ProgressStrip
from desktop.views.widgets.reactive import Reactive

T = TypeVar("T")
Heard = Callable[[float], None]
"""Told how far the work is, from 0 to 1."""
Work = Callable[[CancelToken, Heard], T]

_SLOW_MS = 1_000
"""Only what takes longer than this shows that it is at work."""


class Working(Reactive, QWidget):
    """Stands below the head of a page. One thing at a time: what is begun gives up what was.

    Esc on the page stops it as its button does; what was shown before stays.
    """

    changed = Signal(bool)
    """Something is at work, or nothing is any more."""

    def __init__(self, session: Session, page: QWidget) -> None:
        super().__init__(page)
        self._session = session
        self._token: CancelToken | None = None
        self.progress, self.message = ProgressStrip(), InlineMessage()
        self._late = QTimer(self, singleShot=True, interval=_SLOW_MS)
        inner = column(self, margins=(24, 0, 24, 0), gap=4)
        inner.addWidget(self.progress)
        inner.addWidget(self.message)
        self.progress.hide()
        self.progress.cancelled.connect(self.stop)
        self._late.timeout.connect(self._say_working)
        stop = QShortcut(QKeySequence("Esc"), page)
        stop.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        stop.activated.connect(self.stop)

    @property
    def busy(self) -> bool:
        """Whether something is at work."""
        return self._token is not None

    def run(
        self,
        work: Work[T],
        on_done: Callable[[T], object],
        on_error: Callable[[KnownError], object] | None = None,
    ) -> None:
        """Do `work` off the Qt thread. What goes wrong is said here, then told to `on_error`."""
        self.stop()
        self._token = token = CancelToken()
        self.say("")
        self._late.start()
        tasks = self._session.tasks

        def heard(share: float) -> None:
            if token is self._token and not self.progress.isHidden():
                self.progress.set_progress(self._said(), share)

        def done(found: T) -> None:
            if self._ended(token):
                on_done(found)

        def failed(error: KnownError) -> None:
            if self._ended(token):
                tone = Tone.NEUTRAL if isinstance(error, Cancelled) else Tone.BAD
                self.say(error.sentence(self._session.language), tone)
                if on_error is not None:
                    on_error(error)

        report = tasks.reporter(heard, owner=self)
        tasks.free(
            lambda: work(token, report), on_done=done, on_error=failed, owner=self, cancel=token
        )
        self.changed.emit(True)

    @Slot()
    def stop(self) -> None:
        """Ask what is at work to stop; it says so once it has."""
        if self._token is not None:
            self._token.cancel()

    def say(self, text: str, tone: Tone = Tone.NEUTRAL) -> None:
        """Say something in this place; an empty text takes it away."""
        self.message.show_message(text, tone)

    def _said(self) -> str:
        return self.tr("Looking at the records…")

    @Slot()
    def _say_working(self) -> None:
        self.progress.show()
        self.progress.set_progress(self._said(), None)

    def _ended(self, token: CancelToken) -> bool:
        """Whether it was this that ended, and not something given up for another."""
        if token is not self._token:
            return False
        self._token = None
        self._late.stop()
        self.progress.hide()
        self.changed.emit(False)
        return True
