"""Mandarin speech to text on this computer, with Vosk: recordings, and a microphone as it comes.

Reading sound files belongs to `audio`, getting the model to `models`, capturing to `microphone`.
What the text means is none of this module's business.
"""

import contextlib
import sys
import threading
import wave
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from crm_core.errors import BugError, KnownError
from desktop.services.cancelling import Cancelled
from desktop.services.voice.audio import TARGET_RATE, AudioFile, Notice, NoticeCode
from desktop.services.voice.hearing import Ear, Word
from desktop.services.voice.listening import Listener, OneEar, ToldFirst
from desktop.services.voice.model_specs import ModelSpec, bundled_specs
from desktop.services.voice.model_trust import broken_model
from desktop.services.voice.models import DEFAULT_MODEL, ModelStore
from desktop.services.voice.vocabulary import Vocabulary

_HOW_TO_GET_IT = (
    "获取模型：在“设置 → 语音”点“下载”，或运行 suixing model fetch；"
    "公司内网可向 IT 要模型压缩包，用 suixing model import 导入"
)
_HOW_TO_GET_IT_ENGLISH = (
    'To get it: Settings → Voice → "Download", or run `suixing model fetch`; behind a company '
    "firewall ask IT for the zip and run `suixing model import`"
)


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said: words separated by spaces, no punctuation, numbers as spoken.

    `seconds` is the length of the sound heard; `notices` are reservations about the recording.
    """

    text: str
    words: tuple[Word, ...]
    seconds: float
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Partial:
    """What is understood so far: `settled` will not change any more, `tentative` may."""

    settled: str
    tentative: str


_SAMPLE = resources.files("resources").joinpath("demo", "note.wav")
_SAMPLE_PIECE = 4_000
"""Samples of a quarter second."""

Expected = Callable[[], Iterable[tuple[str, ...]]]
"""Sentences in pieces, see `crm_core.notes.expected`; the same object means the same sentences."""
OnSeconds = Callable[[float, float], None]
IsCancelled = Callable[[], bool]


class Recogniser:
    """Speech to text with one model, which is loaded (0.3 s, 230 MB) at its first use."""

    def __init__(self, model_dir: Path, *, spec: ModelSpec | None = None) -> None:
        """Take the model in `model_dir`; `spec` is looked up by the folder's name if not given."""
        self.model_dir = model_dir
        self._spec = spec or next((s for s in bundled_specs() if s.id == model_dir.name), None)
        self._lock = threading.Lock()
        self._model: Any = None
        self._vocabulary = Vocabulary(lambda word: self._model.vosk_model_find_word(word) >= 0)
        self._told: tuple[Expected, tuple[str, ...]] | None = None
        self._resting: list[Ear] = []

    def load(self) -> None:
        """Load the model now; raises KnownError (`voice.no_model`, `voice.broken_model`)."""
        with self._lock:
            if self._model is None:
                _check_model(self.model_dir, self._spec)
                self._model = _load_model(self.model_dir)

    def open_session(self, expected: Expected | None = None) -> "Session":
        """A fresh utterance to be fed piece by piece; raises KnownError like `load`.

        `expected` gives the sentences that are likely; a model that cannot be told (its graph is
        of one piece, or it speaks another language) hears without.
        """
        self.load()
        grammars = self._grammars(expected)
        if not grammars:
            return Session(OneEar(self._lend(None)), self._rest)
        told, syllables = self._pair(grammars)
        listener = ToldFirst(
            told, syllables, lambda: self._lend(None), lambda: self._pair(grammars)
        )
        return Session(listener, self._rest)

    def tell(self, expected: Expected | None) -> None:
        """Load the model, and make ready for what is expected, so that a session opens at once."""
        self.load()
        self._rest(*(self._lend(grammar) for grammar in self._grammars(expected)))

    def warm(self, wanted: Callable[[], bool]) -> None:
        """Make ready for what nobody expects, in spare time: it costs some seconds of work once,
        and halves what the whole language costs when it is asked first.

        After `tell` only; stops early where it is not `wanted` any more.
        """
        with self._lock:
            grammars = self._told[1] if self._told else ()
            ready = not grammars or any(ear.grammar is None for ear in self._resting)
        if ready:
            return
        self._rest(*self._pair(grammars), *self._pair(grammars))
        ear = Ear(self._model, None)
        with _SAMPLE.open("rb") as file, wave.open(file) as sound:
            ear.begin()
            while wanted() and (piece := sound.readframes(_SAMPLE_PIECE)):
                ear.accept(piece)
            ear.finish()
        self._rest(ear)

    def _pair(self, grammars: tuple[str, ...]) -> tuple[Ear, Ear]:
        told, syllables = (self._lend(grammar) for grammar in grammars)
        return told, syllables

    def _lend(self, grammar: str | None) -> Ear:
        """An ear that rests, and knows its way already, or a new one."""
        with self._lock:
            ear = next((one for one in self._resting if one.grammar == grammar), None)
            if ear is not None:
                self._resting.remove(ear)
        return ear or Ear(self._model, grammar)

    def _rest(self, *ears: Ear) -> None:
        """Keep ears for the next session: two of a small kind (one is for probes), one for the
        whole language, and none told what nobody expects now."""
        with self._lock:
            small = self._told[1] if self._told else ()
            room: dict[str | None, int] = {None: 1, **dict.fromkeys(small, 2)}
            kept: list[Ear] = []
            for ear in (*ears, *self._resting):
                if room.get(ear.grammar, 0) > 0:
                    room[ear.grammar] -= 1
                    kept.append(ear)
            self._resting = kept

    def _grammars(self, expected: Expected | None) -> tuple[str, ...]:
        """What the told ear is told, and the syllables; nothing where it cannot be told."""
        if expected is None or not (self.model_dir / "graph" / "Gr.fst").is_file():
            return ()
        with self._lock:
            if self._told is None or self._told[0] is not expected:
                told, plain = self._vocabulary.grammar(expected()), self._vocabulary.syllables()
                self._told = (expected, (told, plain) if told and plain else ())
            return self._told[1]

    def transcribe(
        self,
        path: Path,
        progress: OnSeconds,
        cancelled: IsCancelled,
        expected: Expected | None = None,
    ) -> Transcript:
        """The text of a recording.

        `progress(done, total)` counts seconds of sound; `expected` as in `open_session`. Raises
        AudioError for a file that cannot be used, Cancelled, or KnownError like `load`.
        """
        with AudioFile(path) as audio:
            session = self.open_session(expected)
            for block in audio.blocks():
                if cancelled():
                    raise Cancelled
                session.accept(block.pcm)
                progress(block.end, audio.info.seconds)
            return session.finish(audio.notices)


class Session:
    """One stretch of speech on its way in; use it from one thread at a time."""

    def __init__(self, listener: Listener, rest: Callable[..., None]) -> None:
        """`rest` takes the ears of the listener back when all is heard."""
        self._listener = listener
        self._rest = rest
        self._half_sample = b""
        self._bytes = 0
        self._finished = False

    def feed(self, pcm: bytes) -> Partial:
        """Take more 16 kHz mono 16-bit PCM (any number of bytes) as it is spoken; what is
        understood so far."""
        self._take(pcm, live=True)
        words, under_way = self._listener.so_far()
        return Partial(_text(words), under_way)

    def accept(self, pcm: bytes) -> None:
        """Take more PCM without asking what it means yet (cheaper than `feed`)."""
        self._take(pcm, live=False)

    def finish(self, notices: Sequence[Notice] = ()) -> Transcript:
        """The whole text; the session takes no more sound afterwards."""
        if self._finished:
            raise BugError("the session is finished")
        self._finished = True
        words = self._listener.end()
        self._rest(*self._listener.ears())
        found = tuple(notices) if words else (*notices, no_speech())
        return Transcript(_text(words), words, self._bytes / 2 / TARGET_RATE, found)

    def _take(self, pcm: bytes, *, live: bool) -> None:
        if self._finished:
            raise BugError("the session is finished")
        pending = self._half_sample + pcm
        whole = len(pending) // 2 * 2
        self._half_sample = pending[whole:]
        if whole:
            self._bytes += whole
            self._listener.hear(pending[:whole], live=live)


def open_recogniser(store: ModelStore, model_id: str = DEFAULT_MODEL) -> Recogniser:
    """A recogniser for a model of the store; it may still be missing, which `load` then says."""
    return Recogniser(store.root / model_id, spec=store.spec(model_id))


def transcribe_files(
    paths: Iterable[Path], recogniser: Recogniser, expected: Expected | None = None
) -> Iterator[dict[str, Any]]:
    """One JSON-ready answer per file, in order; a file or model that fails gives an `error`.

    Keys: file, and either text, words (text, start, end, conf), seconds, warnings, or error.
    """
    for path in paths:
        try:
            transcript = recogniser.transcribe(path, _ignore, _never, expected)
        except KnownError as error:
            yield {"file": str(path), "error": _message(error.code, error.chinese, error.english)}
        else:
            yield {"file": str(path), **_as_json(transcript)}


def _as_json(transcript: Transcript) -> dict[str, Any]:
    return {
        "text": transcript.text,
        "words": [
            {"text": w.text, "start": w.start, "end": w.end, "conf": w.confidence}
            for w in transcript.words
        ],
        "seconds": round(transcript.seconds, 3),
        "warnings": [_message(n.code.value, n.chinese, n.english) for n in transcript.notices],
    }


def _message(code: str, chinese: str, english: str) -> dict[str, str]:
    return {"code": code, "message": chinese, "english": english}


def _text(words: Iterable[Word]) -> str:
    return " ".join(word.text for word in words)


def no_speech() -> Notice:
    """For sound in which nothing was understood."""
    return Notice(
        NoticeCode.NO_SPEECH,
        "没有听到可以识别的话，请打字补充。",
        "No speech was recognised; type what is missing.",
    )


def _ignore(_done: float, _total: float) -> None:
    """For a caller who does not watch."""


def _never() -> bool:
    return False


def _check_model(folder: Path, spec: ModelSpec | None) -> None:
    """Refuse what Vosk would answer by ending the process: it does not survive a broken model."""
    if not folder.is_dir():
        raise KnownError(
            f"语音模型还没有装好，这条笔记请先打字，录音会保留。{_HOW_TO_GET_IT}。",
            "The speech model is not installed yet: type this note for now, recordings are kept. "
            f"{_HOW_TO_GET_IT_ENGLISH}.",
            code="voice.no_model",
        )
    broken = broken_model(folder, spec)
    if broken:
        names = ", ".join(broken)
        raise KnownError(
            f"语音模型不完整或已损坏（{names}），这条笔记请先打字，录音会保留。"
            f"请重新获取模型。{_HOW_TO_GET_IT}。",
            f"The speech model is incomplete or damaged ({names}): type this note for now, "
            f"recordings are kept. Get the model again. {_HOW_TO_GET_IT_ENGLISH}.",
            code="voice.broken_model",
        )


def _engine() -> Any:
    """The Vosk library, silenced; imported late because it takes a third of a second."""
    try:
        import vosk
    except (ImportError, OSError) as error:
        raise KnownError(
            f"语音识别组件无法启动（{error}），笔记请先打字。请重新安装随行，或联系 IT。",
            f"The speech engine does not start ({error}): type notes for now. Install Suixing "
            "again or ask IT.",
            code="voice.no_engine",
        ) from error
    vosk.SetLogLevel(-1)
    return vosk


def _load_model(folder: Path) -> Any:
    vosk = _engine()
    if sys.platform == "win32" and not str(folder).isascii():
        # Vosk opens files by their narrow name, which fails below a Chinese user name.
        with contextlib.chdir(folder.parent):
            return vosk.Model(folder.name)
    return vosk.Model(str(folder))
