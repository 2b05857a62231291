"""Dictation on this computer as one thing: the model, the recogniser made of it, the microphones.

Every call may take seconds and belongs on a worker thread; the recogniser is loaded once.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from crm_core.errors import KnownError
from desktop.services.cancelling import CancelToken
from desktop.services.microphone import Microphones, Recording
from desktop.services.models import DEFAULT_MODEL, ModelStore, OnProgress, open_store
from desktop.services.recordings import Recordings
from desktop.services.voice import OnSeconds, Partial, Recogniser, Transcript, open_recogniser


@dataclass(frozen=True, slots=True)
class Sound:
    """A quarter second heard: seconds so far, loudness (0 to 1), and what is understood by now."""

    seconds: float
    level: float
    partial: Partial


@dataclass(frozen=True, slots=True)
class Dictated:
    """What was said into the microphone, and what went wrong on the way, if anything did."""

    transcript: Transcript
    problem: KnownError | None


class Listening:
    """The way to end a recording which another thread makes; ending it early or twice is fine."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._recording: Recording | None = None
        self._ended = False

    def attach(self, recording: Recording) -> None:
        """Say which recording it is, once it has begun."""
        with self._lock:
            self._recording = recording
            ended = self._ended
        if ended:
            recording.stop()

    def end(self) -> None:
        """End it; takes up to a quarter second. What was said before is still recognised."""
        with self._lock:
            self._ended = True
            recording = self._recording
        if recording is not None:
            recording.stop()


class Speech:
    """Turns recordings and speech into text, with one model."""

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        model_id: str = DEFAULT_MODEL,
        models: Callable[[httpx.Client], ModelStore] | None = None,
        load_microphones: Callable[[], Microphones] = Microphones.load,
    ) -> None:
        """`environ` names the models' folder and the mirror, see `models.open_store`; `models`
        opens another store instead."""
        self._store = models or (lambda http: open_store(http, environ))
        self._model_id = model_id
        self._load_microphones = load_microphones
        self._lock = threading.Lock()
        self._recogniser: Recogniser | None = None

    def installed(self) -> bool:
        """Whether the model is there in its full size."""
        with httpx.Client() as http:
            return self._store(http).installed(self._model_id) is not None

    def fetch(self, progress: OnProgress, token: CancelToken) -> None:
        """Get the model; raises what `ModelStore.fetch` raises."""
        with httpx.Client() as http:
            self._store(http).fetch(self._model_id, progress, token.cancelled)

    def prepare(self, installed: Callable[[bool], None]) -> None:
        """Say whether the model is there, then load it so that the first word need not wait for
        it; raises KnownError like `Recogniser.load`."""
        there = self.installed()
        installed(there)
        if there:
            self._shared().load()

    def transcribe(self, path: Path, progress: OnSeconds, token: CancelToken) -> Transcript:
        """The text of a recording; raises what `Recogniser.transcribe` raises."""
        return self._shared().transcribe(path, progress, token.cancelled)

    def listen(
        self,
        recordings: Recordings,
        name: str,
        listening: Listening,
        heard: Callable[[Sound], None],
    ) -> Dictated:
        """Record under `name` and recognise until `listening` ends or the microphone is lost.

        The microphone opens first, so that nothing said while the model loads is lost. The file
        goes once its words are known; where they are not, it stays. Raises MicrophoneError,
        DiskFull, or KnownError like `Recogniser.load`.
        """
        path = recordings.path(name)
        with self._load_microphones().record(path, begin=recordings.begin) as recording:
            listening.attach(recording)
            session = self._shared().open_session()
            for block in recording.blocks():
                heard(Sound(block.end, block.level, session.feed(block.pcm)))
        transcript = session.finish()
        if transcript.words:
            path.unlink(missing_ok=True)
        return Dictated(transcript, recording.problem)

    def recover(self, recordings: Recordings, token: CancelToken) -> Transcript | None:
        """The words of the oldest recording that was left; None where there is none.

        It goes once its words are known, or where there are none in it. KnownError like
        `Recogniser.load`; Cancelled.
        """
        for path in recordings.left():
            session = self._shared().open_session()
            for pcm in recordings.blocks(path):
                token.check()
                session.feed(pcm)
            transcript = session.finish()
            path.unlink(missing_ok=True)
            if transcript.words:
                return transcript
        return None

    def _shared(self) -> Recogniser:
        with self._lock:
            if self._recogniser is None:
                with httpx.Client() as http:
                    self._recogniser = open_recogniser(self._store(http), self._model_id)
            return self._recogniser
