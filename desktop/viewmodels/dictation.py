"""Dictating as the interface sees it: what is going on, how loud, what is understood, what failed.

All work happens on worker threads; every signal is emitted on the Qt thread.
"""

import contextlib
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from shiboken6 import isValid

from crm_core.errors import KnownError
from crm_core.notes.lexicon import load_lexicon
from desktop.services.cancelling import Cancelled, CancelToken
from desktop.services.notes import expectation
from desktop.services.voice.choices import VoiceChoices
from desktop.services.voice.long_reading import Passed
from desktop.services.voice.models import Progress
from desktop.services.voice.recognition import Expected, Transcript
from desktop.services.voice.recordings import Recordings
from desktop.services.voice.speech import Dictated, Listening, Speech
from desktop.services.workspace import Workspace
from desktop.tasks import Tasks

_SPARE = 5_000
"""Milliseconds after the model was found when there is time for what need not be."""


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
    paused_changed = Signal(bool)
    """While listening: nothing is taken, or it goes on."""
    heard = Signal(object)
    """Sound: while listening, four times a second."""
    progressed = Signal(float, float)
    """(done, total): seconds while reading; bytes while fetching, total 0 if not known."""
    microphones_found = Signal(object)
    """Tuple of Device: what can be chosen from."""
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
        self._paused = False
        self._left = 0
        self._reading = ""
        """The sealed copy of the file being read."""
        self._spare = QTimer(self, singleShot=True, interval=_SPARE)
        self._spare.timeout.connect(self._warm)
        self.recording = ""
        """The name of the recording that was transcribed last; "" where no sound is kept."""

    def follow(self, choices: Callable[[], VoiceChoices]) -> None:
        """Ask there for microphone, language and model from now on."""
        self._speech.choices = choices

    def expect(self, expected: Expected) -> None:
        """Be ready for these sentences from now on."""
        if self._speech.expected() is expected:
            return
        self._speech.expected = lambda: expected
        # While the program closes no work is taken any more, and nobody speaks.
        with contextlib.suppress(KnownError):
            self._tasks.free(self._speech.tell, on_error=self._unprepared, owner=self)

    @property
    def choices(self) -> Callable[[], VoiceChoices]:
        """Where microphone, language and model are asked."""
        return self._speech.choices

    @property
    def paused(self) -> bool:
        """Whether listening holds still."""
        return self._paused

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

        def prepare() -> None:
            self._left = len(self._recordings.left())
            self._speech.prepare(report)

        self._tasks.free(prepare, on_error=self._unprepared, owner=self)

    def look_for_microphones(self) -> None:
        """See which there are: `microphones_found`, or `troubled` with the steps that help."""
        self._tasks.free(
            self._speech.microphones,
            on_done=self.microphones_found.emit, on_error=self.troubled.emit, owner=self,
        )  # fmt: skip

    def start(self, name: str) -> None:
        """Open the microphone; `name` is fit for a file name."""
        if self._stage is not Stage.IDLE:
            return
        self._listening, self._unwanted = Listening(), False
        self._paused = False
        self._move(Stage.LISTENING)
        report = self._tasks.reporter(self.heard.emit, owner=self)
        told = self._tasks.reporter(self.troubled.emit, owner=self)
        self._tasks.free(
            self._speech.listen, self._recordings, name, self._listening, report, told,
            on_done=self._dictated, on_error=self._failed, owner=self,
        )  # fmt: skip

    def stop(self) -> None:
        """Close the microphone; the words follow."""
        if self._stage is Stage.LISTENING:
            self._move(Stage.FINISHING)
            self._tasks.free(self._listening.end)

    def pause(self, *, on: bool) -> None:
        """While listening: hold still, or go on."""
        if self._stage is Stage.LISTENING and on is not self._paused:
            self._paused = on
            self._listening.hold(on=on)
            self.paused_changed.emit(on)

    def read(self, path: Path, name: str) -> None:
        """Recognise a recording; a sealed copy of it is kept under `name`."""
        if self._stage is not Stage.IDLE:
            return
        self._token, self._unwanted = CancelToken(), False
        self._reading = name
        self._move(Stage.READING)
        report = self._tasks.reporter(self._passed, owner=self)
        self._tasks.free(
            self._speech.read, path, self._recordings, name, report, self._token,
            on_done=self._dictated, on_error=self._failed, owner=self, cancel=self._token,
        )  # fmt: skip

    @property
    def left(self) -> int:
        """Recordings whose words are not known, as of the last look."""
        return self._left

    def recover(self) -> None:
        """Recognise the oldest recording that was left."""
        if self._stage is not Stage.IDLE:
            return
        self._token = CancelToken()
        self._unwanted, self._reading = False, ""
        self._left = max(0, self._left - 1)
        self._move(Stage.READING)
        report = self._tasks.reporter(self._passed, owner=self)
        self._tasks.free(
            self._speech.recover, self._recordings, report, self._token,
            on_done=self._dictated, on_error=self._failed, owner=self, cancel=self._token,
        )  # fmt: skip

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
        if ready:
            self._spare.start()
        if changed:
            self.ready_changed.emit(ready)

    @Slot()
    def _warm(self) -> None:
        """In spare time: nobody waits for it, and it stops where somebody speaks."""
        with contextlib.suppress(KnownError):
            self._tasks.free(self._speech.warm, lambda: self._stage is Stage.IDLE, owner=self)

    def _unprepared(self, error: KnownError) -> None:
        """The model is there but does not load; whatever is going on goes on."""
        self._found(ready=False)
        self.troubled.emit(error)

    def _dictated(self, dictated: Dictated) -> None:
        self._move(Stage.IDLE)
        if self._unwanted:
            self._forget(dictated.recording)
            return
        if dictated.problem is not None:
            self.troubled.emit(dictated.problem)
        self.recording = dictated.recording
        self._give(dictated.transcript)

    def _forget(self, name: str) -> None:
        """What nobody wants is not kept as sound either."""
        if name:
            self._tasks.free(self._recordings.erase, self._recordings.path(name))

    def _give(self, transcript: Transcript) -> None:
        for notice in transcript.notices:
            self.troubled.emit(notice)
        if transcript.words:
            self.transcribed.emit(transcript)

    def _passed(self, passed: Passed) -> None:
        self.progressed.emit(passed.done, passed.total)

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
        elif self._unwanted:  # By the person, rather than by the end of the program.
            self._forget(self._reading)

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


def expect_anything_known(speech: Speech, workspace: Workspace) -> None:
    """Where nothing narrower is expected: notes with any of the names on this laptop."""
    speech.expected = cache(lambda: expectation(workspace, load_lexicon()))
