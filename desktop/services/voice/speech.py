"""Dictation on this computer as one thing: the model, the recogniser made of it, the microphones.

Every call may take seconds and belongs on a worker thread; the recogniser is loaded once.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import httpx

from crm_core.errors import KnownError
from desktop.services.cancelling import Cancelled, CancelToken
from desktop.services.online.downloads import room_on_disk
from desktop.services.voice.audio import AudioFile, Notice
from desktop.services.voice.choices import VoiceChoices
from desktop.services.voice.long_reading import OnPassed, in_blocks, read_on
from desktop.services.voice.microphone import Device, Microphones, Recording
from desktop.services.voice.models import DEFAULT_MODEL, ModelStore, OnProgress, open_store
from desktop.services.voice.recognition import (
    Expected,
    Partial,
    Recogniser,
    Transcript,
    no_speech,
    open_recogniser,
)
from desktop.services.voice.recordings import Recordings


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
    recording: str = ""
    """The name under which its sound is kept; "" where there is none."""


class Listening:
    """The way to end a recording which another thread makes; ending it early or twice is fine."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._recording: Recording | None = None
        self._ended = self._held = False

    def attach(self, recording: Recording) -> None:
        """Say which recording it is, once it has begun."""
        with self._lock:
            self._recording = recording
            ended = self._ended
            recording.hold(on=self._held)
        if ended:
            recording.stop()

    @property
    def attached(self) -> bool:
        """Whether the recording has begun."""
        return self._recording is not None

    def hold(self, *, on: bool) -> None:
        """Pause, or go on."""
        with self._lock:
            self._held = on
            if self._recording is not None:
                self._recording.hold(on=on)

    def end(self) -> None:
        """End it; takes up to a quarter second. What was said before is still recognised."""
        with self._lock:
            self._ended = True
            recording = self._recording
        if recording is not None:
            recording.stop()


class Speech:
    """Turns recordings and speech into text, with one model at a time."""

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        model_id: str = "",
        models: Callable[[httpx.Client], ModelStore] | None = None,
        load_microphones: Callable[[], Microphones] = Microphones.load,
    ) -> None:
        """`environ` names the models' folder and the mirror, see `models.open_store`; `models`
        opens another store instead; `model_id` is used whatever is chosen."""
        self.choices: Callable[[], VoiceChoices] = VoiceChoices
        """What the person chose, asked at every use."""
        self.expected: Callable[[], Expected | None] = lambda: None
        """What is likely to be said, asked at every use."""
        self._store = models or (
            lambda http: open_store(http, environ, mirror=self.choices().mirror)
        )
        self._fixed = model_id
        self._load_microphones = load_microphones
        self._lock = threading.Lock()
        self._recogniser: Recogniser | None = None
        self._listening = 0

    def installed(self) -> bool:
        """Whether a model for the language spoken is there in its full size."""
        with httpx.Client() as http:
            store = self._store(http)
            return store.installed(self._chosen(store)) is not None

    def fetch(self, progress: OnProgress, token: CancelToken) -> None:
        """Get the model; raises what `ModelStore.fetch` raises."""
        with httpx.Client() as http:
            store = self._store(http)
            store.fetch(self._chosen(store), progress, token.cancelled)

    def prepare(self, installed: Callable[[bool], None]) -> None:
        """Say whether the model is there, then load it so that the first word need not wait for
        it; raises KnownError like `Recogniser.load`."""
        there = self.installed()
        installed(there)
        if there:
            self._shared().tell(self.expected())

    def warm(self, wanted: Callable[[], bool]) -> None:
        """In spare time after `prepare`: see `Recogniser.warm`."""
        if self.installed():
            self._shared().warm(wanted)

    def tell(self) -> None:
        """Make ready for what is expected now, where the model is there; like `prepare`."""
        if self.installed():
            self._shared().tell(self.expected())

    def microphones(self) -> tuple[Device, ...]:
        """What can be chosen from now; raises MicrophoneError where there is none."""
        found = self._load_microphones()
        with self._lock:
            if not self._listening:
                found.rescan()
            return found.devices()

    def listen(
        self,
        recordings: Recordings,
        name: str,
        listening: Listening,
        heard: Callable[[Sound], None],
        told: Callable[[Notice], None] = lambda _: None,
    ) -> Dictated:
        """Record under `name` and recognise until `listening` ends or the microphone is lost.

        The microphone opens first, so that nothing said while the model loads is lost. The words
        are written down beside their sound; where they are not known, it waits for them. `told`
        hears where another microphone is used than the one chosen. Raises MicrophoneError,
        DiskFull, or KnownError like `Recogniser.load`.
        """
        path = recordings.path(name)
        microphones = self._load_microphones()
        with self._lock:
            device, notice = microphones.choose(self.choices().microphone)
            self._listening += 1
        if notice is not None:
            told(notice)
        try:
            with microphones.record(path, device, begin=recordings.begin) as recording:
                listening.attach(recording)
                session = self._shared().open_session(self.expected())
                for block in recording.blocks():
                    heard(Sound(block.end, block.level, session.feed(block.pcm)))
        finally:
            self._listening -= 1
        transcript = session.finish()
        self._written_down(recordings, path, transcript)
        return Dictated(transcript, recording.problem, name if transcript.words else "")

    def read(
        self, source: Path, recordings: Recordings, name: str, passed: OnPassed, token: CancelToken
    ) -> Dictated:
        """The words of a sound file, of which a sealed copy is kept as `name`.

        The copy goes where there are no words in it, and where they cannot be had: the file is
        still there. Cancelled leaves it, for then its words can be looked for later. Raises
        AudioError, Cancelled, DiskFull, KnownError like `Recogniser.load`.
        """
        path, notices = self.take_in(source, recordings, name, token)
        try:
            transcript = self.read_on(path, recordings, passed, token)
        except Cancelled:
            raise
        except KnownError:
            recordings.erase(path)
            raise
        found = replace(transcript, notices=(*notices, *transcript.notices))
        return Dictated(found, None, name if found.words else "")

    def take_in(
        self, source: Path, recordings: Recordings, name: str, token: CancelToken
    ) -> tuple[Path, tuple[Notice, ...]]:
        """Decode and seal a sound file; see `read` for what it raises."""
        with room_on_disk(recordings.path(name)), AudioFile(source) as audio:
            path = recordings.take_in(name, in_blocks(audio.blocks(), token))
            notices = audio.notices
        about = recordings.about(path)
        recordings.note(path, replace(about, source=source.name, seconds=recordings.seconds(path)))
        return path, notices

    def read_on(
        self, path: Path, recordings: Recordings, passed: OnPassed, token: CancelToken
    ) -> Transcript:
        """The words of a sealed recording, from where they are known on.

        It is erased where there are none in it. Cancelled leaves what is known written down.
        """
        recogniser = self._shared()
        recogniser.load()
        expected = self.expected()
        transcript = read_on(
            recordings, path, lambda: recogniser.open_session(expected),
            passed=passed, token=token,
        )  # fmt: skip
        if not transcript.words:
            recordings.erase(path)
            return replace(transcript, notices=(no_speech(),))
        return transcript

    def recover(self, recordings: Recordings, passed: OnPassed, token: CancelToken) -> Dictated:
        """The words of the oldest recording that was left, from where they are known on; without
        words where none is left. KnownError like `Recogniser.load`; Cancelled."""
        for path in recordings.left():
            transcript = self.read_on(path, recordings, passed, token)
            if transcript.words:
                return Dictated(transcript, None, path.stem)
        return Dictated(Transcript("", (), 0.0), None)

    def _written_down(self, recordings: Recordings, path: Path, transcript: Transcript) -> None:
        """The words beside their sound; where nothing was said, nothing is kept."""
        if not path.is_file():
            return
        about = replace(
            recordings.about(path), seconds=transcript.seconds, position=transcript.seconds,
            words=tuple(asdict(word) for word in transcript.words), known=True,
        )  # fmt: skip
        if transcript.words:
            recordings.note(path, about)

    def _shared(self) -> Recogniser:
        """The recogniser of the model in use; another one's memory is let go of."""
        with self._lock, httpx.Client() as http:
            store = self._store(http)
            chosen = self._chosen(store)
            known = self._recogniser
            if known is None or known.model_dir != store.root / chosen:
                self._recogniser = open_recogniser(store, chosen)
            return self._recogniser or open_recogniser(store, chosen)

    def _chosen(self, store: ModelStore) -> str:
        return self._fixed or model_for(store, self.choices())


def model_for(store: ModelStore, choices: VoiceChoices) -> str:
    """The id of the model that hears the language chosen: the one chosen for it if it is here,
    else one that is, else what would have to be fetched."""
    able = [spec.id for spec in store.specs if spec.language == choices.language]
    wanted = choices.models.get(choices.language, "")
    if wanted in able:
        able = [wanted, *(one for one in able if one != wanted)]
    here = (one for one in able if store.installed(one) is not None)
    return next(here, able[0] if able else DEFAULT_MODEL)
