"""One recording on a list: what was said, where it stands, and what can be done with it."""

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QWidget

from desktop.viewmodels.recordings.recording_lines import RecordingLine, clock_text
from desktop.viewmodels.recordings.recording_queue import State
from desktop.views.theme.apply import colours
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton, IconButton
from desktop.views.widgets.chips import Chip
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.painting import draw_bar
from desktop.views.widgets.reactive import Reactive

_MOST_TEXT = 160
_SOON_DAYS = 1


class _Bar(QWidget):
    """How much of it has been recognised or played."""

    def __init__(self) -> None:
        super().__init__()
        self.share = 0.0
        self.setFixedHeight(4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, c, area = QPainter(self), colours(), self.rect().toRectF()
        draw_bar(painter, area, c.hairline if c.dark else c.hover, radius=2)
        area.setWidth(area.width() * min(1.0, max(0.0, self.share)))
        draw_bar(painter, area, c.accent, radius=2)


class RecordingRow(Reactive, QFrame):
    """Follows one line; every button says the name of its recording."""

    play_requested = Signal(str)
    note_requested = Signal(str)
    """Open what was said as a note."""
    record_requested = Signal(str, str)
    """(entity, id)."""
    recognise_requested = Signal(str)
    removed = Signal(str)
    """Cancel it, or erase it: whichever it offers."""

    def __init__(
        self, line: RecordingLine, *, language: str, compact: bool = False,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        """`compact` leaves out what a record's own page says anyway."""
        super().__init__(parent)
        self.line = line
        self._language, self._compact = language, compact
        self.playing = False
        self._title = label("", Role.STRONG)
        self._chip = Chip("")
        self._facts = label("", Role.SMALL)
        self._text = label("", Role.MUTED, wrap=True)
        self._bar = _Bar()
        self.play = IconButton("play", "")
        self.note = GhostButton("", "note")
        self.record = GhostButton("", "visit")
        self.again = GhostButton("", "mic")
        self.remove = IconButton("trash", "")
        self._lay_out()
        self.retranslate()

    def show_line(self, line: RecordingLine) -> None:
        """The same recording as it is by now."""
        if line != self.line:
            self.line = line
            self.retranslate()

    def show_playing(self, *, on: bool, seconds: float = 0.0) -> None:
        """Whether it sounds, and where."""
        self.playing = on
        if on and self.line.seconds:
            self._bar.share = seconds / self.line.seconds
            self._bar.update()
        self._show_buttons()

    def retranslate(self) -> None:
        line, name = self.line, self.title()
        self._title.setText(name)
        self._title.setVisible(not self._compact)
        self._facts.setText(" · ".join(part for part in self._say_facts() if part))
        words, tone = self._say_state()
        self._chip.setVisible(bool(words))
        self._chip.set_text(words, tone)
        self._text.setText(self._say_text())
        self._text.setVisible(bool(self._text.text()))
        self.note.setText(self.tr("Open as a note"))
        self.record.setText(self.tr("Open the record"))
        self.again.setText(self.tr("Recognise now"))
        for button in (self.note, self.record, self.again):
            button.setAccessibleName(f"{button.text()}: {name}")
        unfinished = line.state in (State.WAITING, State.READING)
        self.remove.set_icon("close" if unfinished else "trash")
        form = self.tr("Cancel {0}") if unfinished else self.tr("Erase {0}")
        self.remove.set_name(form.format(name))
        if line.seconds and not self.playing:
            self._bar.share = line.done / line.seconds
            self._bar.update()
        self._show_buttons()

    def title(self) -> str:
        """The file's name, or when it was spoken."""
        if self.line.source:
            return self.line.source
        return self.tr("Voice note {0}").format(f"{self.line.made:%m-%d %H:%M}")

    # -- inside --------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        top = row(None, gap=8)
        top.addWidget(self._title)
        top.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignVCenter)
        top.addWidget(self._facts)
        top.addStretch(1)
        words = column(None, gap=3)
        words.addLayout(top)
        words.addWidget(self._text)
        words.addWidget(self._bar)
        aligned = self.play.sizePolicy()
        aligned.setRetainSizeWhenHidden(True)
        self.play.setSizePolicy(aligned)
        line = row(self, margins=(4, 8, 0, 8), gap=8)
        line.addWidget(self.play, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        for button in (self.again, self.note, self.record, self.remove):
            line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self.play.clicked.connect(self._play)
        self.note.clicked.connect(self._note)
        self.record.clicked.connect(self._record)
        self.again.clicked.connect(self._again)
        self.remove.clicked.connect(self._remove)

    def _show_buttons(self) -> None:
        line = self.line
        ready = line.state is State.READY
        self.play.setVisible(line.here)
        self.play.set_icon("stop" if self.playing else "play")
        form = self.tr("Stop {0}") if self.playing else self.tr("Play {0}")
        self.play.set_name(form.format(self.title()))
        linked = bool(line.record_id)
        self.note.setVisible(ready and not linked and not self._compact)
        self.record.setVisible(linked and not self._compact)
        stuck = line.state is State.FAILED or (line.state is State.WAITING and line.spoken)
        self.again.setVisible(stuck and not self._compact)
        self._bar.setVisible(self.playing or line.state is State.READING)

    def _say_state(self) -> tuple[str, Tone]:
        line = self.line
        if line.state is State.FAILED:
            return self.tr("Not recognised"), Tone.BAD
        if line.state is State.READING:
            return self.tr("Being recognised"), Tone.ACCENT
        if line.state is State.WAITING:
            return self.tr("No words yet"), Tone.WARN
        if not line.record_id:
            return self.tr("To be looked over"), Tone.ACCENT
        return "", Tone.NEUTRAL

    def _say_facts(self) -> list[str]:
        line = self.line
        length = clock_text(line.seconds) if line.seconds else ""
        if line.state is State.READING and line.seconds:
            length = f"{clock_text(line.done)} / {length}"
        facts = [length, self._say_left(), line.about if not self._compact else ""]
        if line.days_left is not None:
            soon = line.days_left <= _SOON_DAYS
            facts.append(
                self.tr("erased within a day") if soon
                else self.tr("kept for {0} more days").format(line.days_left)
            )  # fmt: skip
        return facts

    def _say_left(self) -> str:
        left = self.line.left
        if left is None or self.line.state is not State.READING:
            return ""
        return time_left(left)

    def _say_text(self) -> str:
        line = self.line
        if line.error is not None:
            return line.error.sentence(self._language)
        short = line.text if len(line.text) <= _MOST_TEXT else line.text[:_MOST_TEXT] + "…"
        chinese = self._language.startswith("zh")
        said = [n.chinese if chinese else n.english for n in line.notices]
        return " ".join([*said, short]) if not self._compact else short

    @Slot()
    def _play(self) -> None:
        self.play_requested.emit(self.line.name)

    @Slot()
    def _note(self) -> None:
        self.note_requested.emit(self.line.name)

    @Slot()
    def _record(self) -> None:
        self.record_requested.emit(self.line.entity, self.line.record_id)

    @Slot()
    def _again(self) -> None:
        self.recognise_requested.emit(self.line.name)

    @Slot()
    def _remove(self) -> None:
        self.removed.emit(self.line.name)


def time_left(seconds: float) -> str:
    """An estimate as one would say it."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return QCoreApplication.translate("RecordingRow", "less than a minute left")
    if minutes == 1:
        return QCoreApplication.translate("RecordingRow", "about a minute left")
    return QCoreApplication.translate("RecordingRow", "about {0} minutes left").format(minutes)
