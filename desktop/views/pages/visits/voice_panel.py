"""The voice strip of a note: the microphone, the words as they come, recordings, the model."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QWidget

from crm_core.errors import KnownError
from desktop.services.voice.audio import Notice, seconds_of
from desktop.services.voice.choices import voice_choices
from desktop.services.voice.recordings import new_name
from desktop.services.voice.speech import Sound
from desktop.viewmodels.dictation import Dictation, Stage
from desktop.viewmodels.recordings.recording_queue import queue_of
from desktop.viewmodels.session import Session
from desktop.viewmodels.visits.visit_assembly import closed_up
from desktop.views.pages.visits.voice_menu import VoiceMenu
from desktop.views.theme.apply import colours
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Colours, Tone
from desktop.views.widgets.buttons import GhostButton, IconButton
from desktop.views.widgets.feedback import InlineMessage
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.progress import LevelMeter, ProgressStrip
from desktop.views.widgets.reactive import Reactive

SOUND_SUFFIXES = (
    ".wav", ".mp3", ".m4a", ".amr", ".flac", ".ogg", ".oga", ".opus", ".aif", ".aiff", ".au",
    ".aac", ".3gp", ".mp4", ".wma", ".webm", ".caf",
)  # fmt: skip
LONG_SECONDS = 300.0
"""Longer recordings are recognised on a page of their own."""
HELD_MS = 400
_LOUD = 4.0
"""Speech has an RMS of about a tenth of full scale; the meter shows it this much larger."""


class _MicButton(GhostButton):
    """Press and let go: starts or stops. Held for longer: listens while it is held."""

    began = Signal()
    ended = Signal()
    written = Signal(str)
    """Something was typed although the button has the focus: it belongs into the note."""

    def __init__(self) -> None:
        self.live = False
        super().__init__("", "mic")
        self._held = QElapsedTimer()
        self._starting = False
        self.pressed.connect(self.hold)
        self.released.connect(self.let_go)

    def set_live(self, *, on: bool) -> None:
        """Whether the microphone is open."""
        self.live = on
        self._icon_name = "stop" if on else "mic"
        self.retint()

    def _ink(self, c: Colours) -> str:
        return c.bad_tone.solid if self.live else c.muted

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.ShiftModifier,
        )
        if plain and event.text().strip() and event.text().isprintable():
            self.written.emit(event.text())
            return
        super().keyPressEvent(event)

    @Slot()
    def hold(self) -> None:
        """It, or the key that stands for it, goes down."""
        self._starting = not self.live
        self._held.start()
        if self._starting:
            self.began.emit()

    @Slot()
    def let_go(self) -> None:
        """It comes up again."""
        if not self._starting or self._held.elapsed() >= HELD_MS:
            self.ended.emit()


class VoicePanel(Reactive, QFrame):
    """Shows one `Dictation` and lets the person steer it."""

    written = Signal(str)

    def __init__(
        self, session: Session, dictation: Dictation, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._dictation = dictation
        self._clock = session.workspace.clock
        dictation.follow(lambda: voice_choices(session.workspace))
        set_role(self, Role.CARD)
        self.mic = _MicButton()
        self.file = GhostButton("", "upload")
        self.pause = IconButton("pause", "")
        self.more = IconButton("more", "")
        self.menu = VoiceMenu(session, dictation, self)
        self.meter = LevelMeter()
        self._time = label("0:00", Role.SMALL)
        self.partial = label("", Role.BODY, wrap=True)
        self.progress = ProgressStrip()
        self.message = InlineMessage()
        self._hint = label("", Role.SMALL)
        self._lay_out()
        self._connect()
        self.setAcceptDrops(True)
        self.retranslate()
        self._show_stage(dictation.stage.value)

    def retranslate(self) -> None:
        self._hint.setText(self.tr("or drop recordings here, several at once"))
        self.more.set_name(self.tr("Microphone and language"))
        self.file.setText(self.tr("Choose recording…"))
        self.file.setToolTip(self.tr("Recognise a recording (Ctrl+O)"))
        self._name_mic()

    @property
    def usable(self) -> bool:
        """Whether pressing the microphone can lead to words."""
        return self.mic.isEnabled()

    @property
    def listening(self) -> bool:
        """Whether the microphone is open."""
        return self._dictation.stage is Stage.LISTENING

    @Slot()
    def toggle(self) -> None:
        """Start listening, or stop and take the words."""
        if self.listening:
            self._dictation.stop()
        elif self.mic.isEnabled():
            self.begin()

    @Slot()
    def begin(self) -> None:
        """Start listening."""
        self.message.show_message("", Tone.NEUTRAL)
        self.partial.clear()
        self.meter.reset()
        self._dictation.start(new_name(self._clock))

    def hold(self) -> None:
        """The key that speaks goes down, wherever the keyboard is."""
        if self._dictation.ready is False and not self.listening:
            self._show_ready(ready=False)
        else:
            self.mic.hold()

    def let_go(self) -> None:
        """It comes up again."""
        self.mic.let_go()

    def read_file(self, path: Path) -> None:
        """Recognise a recording, in the background; while busy with another, nothing happens.

        A long one goes to the page of recordings, where it needs no sheet to stay open.
        """
        if self._dictation.stage is not Stage.IDLE:
            return
        self.message.show_message("", Tone.NEUTRAL)
        self.partial.clear()
        self._session.tasks.free(
            seconds_of, path,
            on_done=lambda seconds: self._read_here(path, seconds),
            on_error=self._dictation.troubled.emit, owner=self,
        )  # fmt: skip

    def read_files(self, paths: Sequence[Path]) -> None:
        """Recognise recordings: one here, several on the page of recordings."""
        if len(paths) == 1:
            self.read_file(paths[0])
        elif paths:
            self._read_there(paths)

    def _read_here(self, path: Path, seconds: float) -> None:
        if seconds > LONG_SECONDS:
            self._read_there([path])
        elif self._dictation.stage is Stage.IDLE:
            self._file_name = path.name
            self._dictation.read(path, new_name(self._clock))

    def _read_there(self, paths: Sequence[Path]) -> None:
        queue_of(self._session).add(paths)
        words = self.tr("In the background: {0}. See More → Recordings, and each becomes a note.")
        names = self.tr(", ").join(path.name for path in paths[:3])
        more = "…" if len(paths) > 3 else ""
        self.message.show_message(words.format(names + more), Tone.ACCENT)

    def say(self, trouble: KnownError | Notice) -> None:
        """Show a problem or a reservation in place."""
        chinese, english = trouble.chinese, trouble.english
        sentence = self._session.say(chinese, english)
        wants_model = isinstance(trouble, KnownError) and trouble.code.startswith("voice.")
        action = self.tr("Get the model") if wants_model else ""
        self.message.show_message(sentence, Tone.WARN, action=action)

    @Slot()
    def choose_file(self) -> None:
        """Ask for a recording."""
        kinds = " ".join(f"*{suffix}" for suffix in SOUND_SUFFIXES)
        title, recordings = self.tr("Choose recording…"), self.tr("Recordings")
        names, _ = QFileDialog.getOpenFileNames(self, title, "", f"{recordings} ({kinds})")
        self.read_files([Path(name) for name in names])

    def _lay_out(self) -> None:
        self._file_name = ""
        body = column(self, margins=(12, 10, 12, 10), gap=8)
        line = row(None, gap=8)
        line.addWidget(self.mic)
        line.addWidget(self.pause)
        line.addWidget(self.meter, 1)
        line.addWidget(self._time)
        line.addWidget(self._hint, 1)
        line.addWidget(self.file)
        line.addWidget(self.more)
        self.meter.setFixedHeight(28)
        self.partial.setMinimumHeight(38)
        self.partial.setTextFormat(Qt.TextFormat.RichText)
        self.partial.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        for part in (self.partial, self.progress, self.message):
            body.addWidget(part)
        body.insertLayout(0, line)

    def _connect(self) -> None:
        self.mic.began.connect(self.begin)
        self.mic.ended.connect(self._dictation.stop)
        self.mic.written.connect(self.written)
        self.file.clicked.connect(self.choose_file)
        self.pause.clicked.connect(self._toggle_pause)
        self.more.clicked.connect(self._open_menu)
        self.menu.chosen.connect(self._dictation.look)
        self._dictation.paused_changed.connect(self._show_paused)
        self.progress.cancelled.connect(self._dictation.cancel)
        self.message.action_triggered.connect(self._act)
        self._dictation.stage_changed.connect(self._show_stage)
        self._dictation.ready_changed.connect(self._show_ready)
        self._dictation.heard.connect(self._show_sound)
        self._dictation.progressed.connect(self._show_progress)
        self._dictation.troubled.connect(self.say)

    @Slot(bool)
    def _show_ready(self, ready: bool) -> None:
        self._show_stage(self._dictation.stage.value)
        if ready:
            self._offer_left()
            return
        words = self.tr("The speech model is not installed yet; you can type now.")
        self.message.show_message(words, Tone.NEUTRAL, action=self.tr("Get the model"))

    def _offer_left(self) -> None:
        """Recordings that were kept without their words are offered again."""
        left = self._dictation.left
        words = self.tr("%n recording(s) have no words yet.", "", left) if left else ""
        action = self.tr("Recognise now") if left else ""
        self.message.show_message(words, Tone.NEUTRAL, action=action)

    @Slot()
    def _toggle_pause(self) -> None:
        self._dictation.pause(on=not self._dictation.paused)

    @Slot(bool)
    def _show_paused(self, paused: bool) -> None:
        self.pause.set_icon("mic" if paused else "pause")
        words = self.tr("Go on listening") if paused else self.tr("Pause: nothing is taken")
        self.pause.set_name(words)
        if paused:
            self.meter.reset()
            self._time.setText(self.tr("Paused"))

    @Slot()
    def _open_menu(self) -> None:
        self.menu.open_at(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    @Slot()
    def _act(self) -> None:
        if self._dictation.ready and self._dictation.left:
            self._file_name = ""
            self.message.show_message("", Tone.NEUTRAL)
            self._dictation.recover()
        else:
            self._dictation.fetch()

    @Slot(str)
    def _show_stage(self, name: str) -> None:
        stage = Stage(name)
        idle, live = stage is Stage.IDLE, stage is Stage.LISTENING
        ready = self._dictation.ready is True
        self.mic.set_live(on=live)
        self.mic.setEnabled(live or (idle and ready))
        self.pause.setVisible(live)
        self._show_paused(paused=False)
        self.more.setEnabled(not live)
        self.file.setVisible(not live)
        self.file.setEnabled(idle and ready)
        self._hint.setVisible(not live)
        self.meter.setVisible(live)
        self._time.setVisible(live)
        self.partial.setVisible(stage in (Stage.LISTENING, Stage.FINISHING))
        self.progress.setVisible(stage in (Stage.READING, Stage.FETCHING, Stage.FINISHING))
        if stage is Stage.FETCHING:
            self.message.show_message("", Tone.NEUTRAL)
        self.progress.set_progress(self._doing(stage), None, cancellable=not live)
        self._name_mic()

    @Slot(object)
    def _show_sound(self, sound: Sound) -> None:
        self.meter.push(min(1.0, sound.level * _LOUD))
        self._time.setText(f"{int(sound.seconds) // 60}:{int(sound.seconds) % 60:02d}")
        settled = closed_up(sound.partial.settled)
        tentative = closed_up(sound.partial.tentative)
        quiet = f"<span style='color:{colours().muted}'>{escape(tentative)}</span>"
        self.partial.setText(escape(settled) + quiet)
        self.partial.setAccessibleName(settled + tentative)

    @Slot(float, float)
    def _show_progress(self, done: float, total: float) -> None:
        share = done / total if total > 0 else None
        self.progress.set_progress(self._doing(self._dictation.stage), share)

    def _doing(self, stage: Stage) -> str:
        if stage is Stage.READING:
            return self.tr("Recognising {name}…").format(name=self._file_name)
        if stage is Stage.FETCHING:
            return self.tr("Fetching the speech model; you can type meanwhile…")
        return self.tr("Recognising the last words…")

    def _name_mic(self) -> None:
        live = self.mic.live
        self.mic.setText(self.tr("Stop (Space)") if live else self.tr("Speak (Space)"))
        self.mic.setToolTip(
            self.tr("Press to start and stop, or hold while speaking · Ctrl+D, F9 anywhere")
        )
        self.mic.setAccessibleName(self.mic.text())


class SoundDrops(QObject):
    """Takes sound files dropped anywhere on a widget."""

    dropped = Signal(object)
    """Path: the first of them."""
    several_dropped = Signal(object)
    """List of Path: all of them."""

    def __init__(self, target: QWidget) -> None:
        super().__init__(target)
        target.setAcceptDrops(True)
        target.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop):
            paths = _sound_files(event)
            if paths:
                event.acceptProposedAction()  # type: ignore[attr-defined]
                if event.type() == QEvent.Type.Drop:
                    self.dropped.emit(paths[0])
                    self.several_dropped.emit(paths)
                return True
        return super().eventFilter(watched, event)


def _sound_files(event: QEvent) -> list[Path]:
    urls = event.mimeData().urls()  # type: ignore[attr-defined]
    paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    return [path for path in paths if path.suffix.lower() in SOUND_SUFFIXES]
