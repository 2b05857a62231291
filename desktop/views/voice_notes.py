"""What a window does with voice while somebody works in it: recordings that are over are erased,
and what a crash left unfinished is recognised.

What hears and reads sound is loaded when it is first needed, some seconds after the start.
"""

from PySide6.QtCore import QObject, QTimer, Slot

from desktop.services.workspace import Workspace
from desktop.viewmodels.session import Session

_SWEEP_MS = 3_600_000
_FIRST_MS = 5_000
"""The start belongs to what is seen."""


class VoiceNotes(QObject):
    """One for each main window; goes with its session."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._timer = QTimer(self, interval=_SWEEP_MS)
        self._timer.timeout.connect(self.sweep)
        self._timer.start()
        self._first = QTimer(self, singleShot=True, interval=_FIRST_MS)
        self._first.timeout.connect(self.sweep)
        self._first.start()
        session.closed.connect(self._timer.stop)
        session.closed.connect(self._first.stop)

    @Slot()
    def sweep(self) -> None:
        """Erase what is over, in the background."""
        session = self._session
        if not session.over and not session.workspace.read_only:
            session.tasks.free(
                _swept, session.workspace,
                on_done=self._go_on, on_error=session.failed.emit, owner=self,
            )  # fmt: skip

    def _go_on(self, unfinished: bool) -> None:
        if unfinished and not self._session.over:
            from desktop.viewmodels.recording_queue import queue_of

            queue_of(self._session).go_on()


def _swept(workspace: Workspace) -> bool:
    """On a worker: sweep; whether files are here whose words were not read to the end."""
    if not workspace.profile.recordings_path.is_dir():
        return False
    from desktop.services.recording_care import sweep

    sweep(workspace)
    return bool(workspace.recordings.left(taken_in=True))
