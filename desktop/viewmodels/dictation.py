"""Dictating as the interface sees it: what is going on, how loud, what is understood, what failed.

All work happens on worker threads; every signal is emitted on the Qt thread.
"""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from shiboken6 import isValid

from crm_core.errors import KnownError
from desktop.services.cancelling import Cancelled, CancelToken
from desktop.services.models import Progress
from desktop.services.recordings import Recordings
from desktop.services.speech import Dictated, Listening, Speech
from desktop.services.voice import Transcript
from desktop.tasks import Tasks


class Stage(StrEnum):
    """What is going on."""

    IDLE = "idle"
    LISTENING = "listening"
    FINISHING = "finishing"
    """The microphone is closed; the last words are being recognised."""
    READING = "reading"
    """A recording is being recognised."""
    FETCHING = "fetching"
    """The model is on its way."""


class Dictation(QObject):
    """One source of dictated text: a microphone or a recording, one at a time."""

    stage_changed = Signal(str)
    ready_changed = Signal(bool)
    """Whether the model is there."""
    heard = Signal(object)
    """Sound: while listening, four times a second."""
    progressed = Signal(float, float)
    """(done, total): seconds while reading; bytes while fetching, total 0 if not known."""
    transcribed = Signal(object)
    """Transcript, with at least one word."""
    troubled = Signal(object)
    """KnownError or audio.Notice: show its sentence; what is written stays."""

    def __init__(
        self, speech: Speech, tasks: Tasks, recordings: Recordings, parent: QObject | None = None
    ) -> None:
        """`recordings` is where a recording lies until its words are known."""
        super().__init__(parent)
        self._speech = speech
        self._tasks = tasks
        self._recordings = recordings
        self._token = CancelToken()
        self._listening = Listening()
        self._unwanted = False
        self._stage = Stage.IDLE
        self._ready: bool | None = None

    @property
    def stage(self) -> Stage:
        """What is going on now."""
        return self._stage

    @property
    def ready(self) -> bool | None:
        """Whether the model is there; None while nobody has looked."""
        return self._ready

    def look(self) -> None:
        """Look for the model, and load it ahead where it is there."""
        report = self._tasks.reporter(self._found, owner=self)
        self._tasks.free(self._speech.prepare, report, on_error=self._unprepared, owner=self)

    def start(self, name: str) -> None:
        """Open the microphone; `name` is fit for a file name."""
        if self._stage is not Stage.IDLE:
            return
        self._listening, self._unwanted = Listening(), False
        self._move(Stage.LISTENING)
        report = self._tasks.reporter(self.heard.emit, owner=self)
        self._tasks.free(
            self._speech.listen, self._recordings, name, self._listening, report,
            on_done=self._dictated, on_error=self._failed, owner=self,
        )  # fmt: skip

    def stop(self) -> None:
        """Close the microphone; the words follow."""
        if self._stage is Stage.LISTENING:
            self._move(Stage.FINISHING)
            self._tasks.free(self._listening.end)

    def read(self, path: Path) -> None:
        """Recognise a recording."""
        if self._stage is not Stage.IDLE:
            return
        self._token = CancelToken()
        self._move(Stage.READING)
        report = self._tasks.reporter(self._passed, owner=self)
        self._tasks.free(
            self._speech.transcribe, path, lambda done, total: report((done, total)), self._token,
            on_done=self._read, on_error=self._failed, owner=self, cancel=self._token,
        )  # fmt: skip

    @property
    def left(self) -> int:
        """Recordings whose words are not known."""
        return len(self._recordings.left())

    def recover(self) -> None:
        """Recognise the oldest recording that was left."""
        if self._stage is not Stage.IDLE:
            return
        self._token = CancelToken()
        self._move(Stage.READING)
        self._tasks.free(
            self._speech.recover, self._recordings, self._token,
            on_done=self._recovered, on_error=self._failed, owner=self, cancel=self._token,
        )  # fmt: skip

    def _recovered(self, transcript: Transcript | None) -> None:
        self._move(Stage.IDLE)
        if transcript is not None:
            self._give(transcript)

    def fetch(self) -> None:
        """Get the model."""
        if self._stage is not Stage.IDLE:
            return
        self._token = CancelToken()
        self._move(Stage.FETCHING)
        report = self._tasks.reporter(self._fetching, owner=self)
        self._tasks.free(
            self._speech.fetch, report, self._token,
            on_done=self._fetched, on_error=self._failed, owner=self, cancel=self._token,
        )  # fmt: skip

    @Slot()
    def cancel(self) -> None:
        """Stop whatever is going on, and want nothing of it."""
        self._token.cancel()
        self._unwanted = True
        self.stop()

    def _found(self, ready: bool) -> None:
        changed, self._ready = self._ready is not ready, ready
        if changed:
            self.ready_changed.emit(ready)

    def _unprepared(self, error: KnownError) -> None:
        """The model is there but does not load; whatever is going on goes on."""
        self._found(ready=False)
        self.troubled.emit(error)

    def _dictated(self, dictated: Dictated) -> None:
        self._move(Stage.IDLE)
        if self._unwanted:
            return
        if dictated.problem is not None:
            self.troubled.emit(dictated.problem)
        self._give(dictated.transcript)

    def _read(self, transcript: Transcript) -> None:
        self._move(Stage.IDLE)
        self._give(transcript)

    def _give(self, transcript: Transcript) -> None:
        for notice in transcript.notices:
            self.troubled.emit(notice)
        if transcript.words:
            self.transcribed.emit(transcript)

    def _passed(self, passed: tuple[float, float]) -> None:
        self.progressed.emit(*passed)

    def _fetching(self, progress: Progress) -> None:
        self.progressed.emit(float(progress.done), float(progress.total or 0))

    def _fetched(self, _: None) -> None:
        self._move(Stage.IDLE)
        self.look()

    def _failed(self, error: KnownError) -> None:
        if not isValid(self):
            return
        self._move(Stage.IDLE)
        if error.code in ("voice.no_model", "voice.broken_model"):
            self._ready = False
            self.ready_changed.emit(False)
        if not isinstance(error, Cancelled):
            self.troubled.emit(error)

    def _move(self, stage: Stage) -> None:
        if stage is not self._stage:
            self._stage = stage
            self.stage_changed.emit(stage.value)


class _Kept(QObject):
    """Holds the speech of a session, so that its model is loaded once."""

    def __init__(self, speech: Speech, parent: QObject) -> None:
        super().__init__(parent)
        self.speech = speech


def keep_speech(owner: QObject, speech: Speech) -> None:
    """Let `speech_of(owner, …)` answer `speech` from now on."""
    for old in owner.findChildren(_Kept):
        old.setParent(None)
    _Kept(speech, owner)


def speech_of(owner: QObject, environ: Mapping[str, str]) -> Speech:
    """The one speech of `owner` (a session), made with `environ` where there is none yet."""
    kept = owner.findChildren(_Kept)
    if not kept:
        kept = [_Kept(Speech(environ), owner)]
    return kept[0].speech
