"""What a window does with voice while somebody works in it: recordings that are over are erased,
what a crash left unfinished is recognised, and what was recognised is opened as a note.

What hears and reads sound is loaded when it is first needed, some seconds after the start.
"""

from PySide6.QtCore import QObject, QTimer, Slot

from desktop.services.voice.recordings import About
from desktop.services.workspace import Workspace
from desktop.viewmodels.recordings.recording_waiting import waiting_files
from desktop.viewmodels.session import Session
from desktop.views.main_window import MainWindow
from desktop.views.more_places import RECORDINGS
from desktop.views.talking import TalkKey

_SWEEP_MS = 3_600_000
_FIRST_MS = 5_000
"""The start belongs to what is seen."""


class VoiceNotes(QObject):
    """One for each main window; goes with its session."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(session)
        self._session, self._window = session, window
        self._timer = QTimer(self, interval=_SWEEP_MS)
        self._timer.timeout.connect(self.sweep)
        self._timer.start()
        self._first = QTimer(self, singleShot=True, interval=_FIRST_MS)
        self._first.timeout.connect(self.sweep)
        self._first.start()
        session.closed.connect(self._timer.stop)
        session.closed.connect(self._first.stop)
        session.note_requested.connect(self.open_note)
        session.recordings_read.connect(self._say_read)
        self.talk_key = TalkKey(session, window)

    @Slot()
    def sweep(self) -> None:
        """Erase what is over, in the background."""
        session = self._session
        if not session.over and not session.workspace.read_only:
            session.tasks.free(
                _swept, session.workspace,
                on_done=self._go_on, on_error=session.failed.emit, owner=self,
            )  # fmt: skip

    @Slot(str)
    def open_note(self, name: str) -> None:
        """What was said in a recording, as a visit to look over and save."""
        recordings = self._session.workspace.recordings
        self._session.tasks.free(
            lambda: recordings.about(recordings.path(name)),
            on_done=lambda about: self._opened(name, about),
            on_error=self._session.failed.emit, owner=self,
        )  # fmt: skip

    def _opened(self, name: str, about: About) -> None:
        from desktop.viewmodels.visits.note_sound import Sound

        open_one = self._window.visit
        visit = self._window.log_visit() if open_one is None else open_one
        visit.recordings.add(name)
        visit.model.add_spoken(about.text, Sound.noted(name, about.words))

    @Slot(int, int)
    def _say_read(self, ready: int, failed: int) -> None:
        """Where the person is elsewhere by now, a word and the way there."""
        shell = self._window.shell
        if shell.current_page() == RECORDINGS:
            return
        said = []
        if ready:
            said.append(self.tr("Recordings ready to be looked over: {0}").format(ready))
        if failed:
            said.append(self.tr("Not recognised: {0}").format(failed))
        toast = shell.show_toast(self.tr("; ").join(said), action=self.tr("Show them"))
        toast.action_triggered.connect(self._show_recordings)

    @Slot()
    def _show_recordings(self) -> None:
        self._session.place_requested.emit(RECORDINGS)

    def _go_on(self, unfinished: bool) -> None:
        if unfinished and not self._session.over:
            from desktop.viewmodels.recordings.recording_queue import queue_of

            queue_of(self._session).go_on()


def _swept(workspace: Workspace) -> bool:
    """On a worker: sweep; whether files are here whose words were not read to the end."""
    unfinished = bool(waiting_files(workspace))
    if not workspace.profile.recordings_path.is_dir():
        return unfinished
    from desktop.services.voice.recording_care import sweep

    sweep(workspace)
    return unfinished or bool(workspace.recordings.left(taken_in=True))
