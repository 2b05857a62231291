"""Rows of recordings which play, one at a time; for the page of recordings and for records."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.playing import Playing
from desktop.viewmodels.recordings.recording_lines import RecordingLine
from desktop.viewmodels.session import Session
from desktop.views.pages.visits.recording_row import RecordingRow
from desktop.views.widgets.layouts import column, hairline
from desktop.views.widgets.retiring import retire


class RecordingList(QWidget):
    """Keeps a row as long as its recording is on the list, so that buttons stay where they are."""

    note_requested = Signal(str)
    recognise_requested = Signal(str)
    removed = Signal(str)

    def __init__(
        self, session: Session, *, compact: bool = False, playing: Playing | None = None,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._session, self._compact = session, compact
        self.playing = playing or Playing(session.tasks, self)
        self.rows: dict[str, RecordingRow] = {}
        self._body = column(self, gap=0)
        self.playing.changed.connect(self._sounds)
        self.playing.passed.connect(self._passed)
        self.playing.failed.connect(session.failed)

    def show_lines(self, lines: Sequence[RecordingLine]) -> None:
        """Show these, in this order."""
        names = [line.name for line in lines]
        if names != list(self.rows):
            self._rebuild(lines)
        for line in lines:
            self.rows[line.name].show_line(line)

    def hideEvent(self, event: object) -> None:
        self.playing.stop()
        super().hideEvent(event)  # type: ignore[arg-type]

    def _rebuild(self, lines: Sequence[RecordingLine]) -> None:
        kept = {line.name: self.rows.get(line.name) for line in lines}
        while (item := self._body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None and widget not in kept.values():
                retire(widget)
        self.rows = {line.name: kept[line.name] or self._row(line) for line in lines}
        for number, made in enumerate(self.rows.values()):
            if number:
                self._body.addWidget(hairline())
            self._body.addWidget(made)

    def _row(self, line: RecordingLine) -> RecordingRow:
        made = RecordingRow(line, language=self._session.language, compact=self._compact)
        made.play_requested.connect(self._play)
        made.note_requested.connect(self.note_requested)
        made.record_requested.connect(self._session.open_requested)
        made.recognise_requested.connect(self.recognise_requested)
        made.removed.connect(self.removed)
        return made

    @Slot(str)
    def _play(self, name: str) -> None:
        if self.playing.name == name:
            self.playing.stop()
            return
        recordings = self._session.workspace.recordings
        self.playing.play(name, lambda: recordings.blocks(recordings.path(name)))

    @Slot(str)
    def _sounds(self, name: str) -> None:
        for one, made in self.rows.items():
            made.show_playing(on=one == name)

    @Slot(float)
    def _passed(self, seconds: float) -> None:
        made = self.rows.get(self.playing.name)
        if made is not None:
            made.show_playing(on=True, seconds=seconds)
