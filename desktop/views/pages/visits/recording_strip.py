"""The recordings a record was made from, as long as they are kept: played where the record is."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.playing import Playing
from desktop.viewmodels.recordings.recording_lines import RecordingLine, lines_of_record
from desktop.viewmodels.session import Session
from desktop.views.pages.visits.recording_list import RecordingList
from desktop.views.theme.roles import Role
from desktop.views.widgets.layouts import column, label
from desktop.views.widgets.reactive import Reactive


class RecordingStrip(Reactive, QWidget):
    """Hidden where there are none."""

    def __init__(
        self, session: Session, parent: QWidget | None = None, *, playing: Playing | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._of = ("", "")
        self._title = label("", Role.OVERLINE)
        self.list = RecordingList(session, compact=True, playing=playing)
        self.list.removed.connect(self._erase)
        body = column(self, gap=2)
        body.addWidget(self._title)
        body.addWidget(self.list)
        self.hide()
        self.retranslate()

    def retranslate(self) -> None:
        self._title.setText(self.tr("Recording"))

    def show_for(self, entity: str, record_id: str) -> None:
        """Look for the recordings of a record, in the background."""
        self._of = of = (entity, record_id)
        workspace = self._session.workspace
        if self._session.over or not workspace.profile.recordings_path.is_dir():
            self.hide()
            return

        def arrived(lines: list[RecordingLine]) -> None:
            if of == self._of:
                self.list.show_lines(lines)
                self.setVisible(bool(lines))

        self._session.tasks.free(
            lambda: lines_of_record(workspace, *of),
            on_done=arrived, on_error=self._session.failed.emit, owner=self,
        )  # fmt: skip

    @Slot(str)
    def _erase(self, name: str) -> None:
        self.list.playing.stop()
        recordings = self._session.workspace.recordings
        self._session.tasks.free(
            recordings.erase, recordings.path(name),
            on_done=lambda _: self.show_for(*self._of), owner=self,
        )  # fmt: skip
