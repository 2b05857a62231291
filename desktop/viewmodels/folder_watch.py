"""Looks into the watched folder every half minute, in the tray too, and tells what was imported."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from crm_core.errors import KnownError
from desktop.services.cancelling import CancelToken
from desktop.services.workspace import Workspace
from desktop.viewmodels.session import Session

if TYPE_CHECKING:
    from desktop.services.papers.watch_folder import Look, Seen

TICK_MS = 30_000


class FolderWatch(QObject):
    """One for each person at work; goes with the session."""

    looked = Signal(object)
    """Look: the folder was looked into."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._seen: Seen = {}
        self._looking = False
        self._token = CancelToken()
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.look)
        session.closed.connect(self._end)
        self._timer.start()

    @Slot()
    def look(self) -> None:
        """Look now, unless the last look is not over."""
        if self._looking or self._session.over:
            return
        self._looking = True
        self._session.tasks.free(
            _look, self._session.workspace, self._seen, self._token,
            on_done=self._done, on_error=self._failed, owner=self, cancel=self._token,
        )  # fmt: skip

    def _done(self, found: "Look") -> None:
        self._looking = False
        self._seen = found.seen
        for taken in found.taken:
            if taken.done is not None:
                self._session.bus.changed(taken.done.changed, None)
                self._session.finished.emit(taken.done)
            if taken.error is not None:
                self._session.failed.emit(taken.error)
        self.looked.emit(found)

    def _failed(self, error: KnownError) -> None:
        self._looking = False
        if error.code != "cancelled":
            self._session.failed.emit(error)

    @Slot()
    def _end(self) -> None:
        self._timer.stop()
        self._token.cancel()


def _look(workspace: Workspace, seen: "Seen", token: CancelToken) -> "Look":
    """Off the Qt thread, and not before the first window: the way in needs many libraries."""
    from desktop.services.papers import watch_folder

    return watch_folder.look(workspace, seen, token)
