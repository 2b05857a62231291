"""Dictation: real sound through the real model where there is one, and every way it can fail."""

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop.services.voice.microphone import Microphones
from desktop.services.voice.models import ModelStore
from desktop.services.voice.recordings import Recordings
from desktop.services.voice.speech import Sound, Speech
from desktop.tasks import Tasks
from desktop.viewmodels.dictation import Dictation, Stage, keep_speech, speech_of
from tests.builders import KEY
from tests.desktop.services.test_microphone import FakeSound, in_blocks
from tests.speech import SAID, WAV, FlakyServer, a_model, a_zip, real_model


@pytest.fixture
def tasks() -> Iterator[Tasks]:
    made = Tasks()
    yield made
    assert made.shutdown(30)


@pytest.fixture
def start(tasks: Tasks, tmp_path: Path) -> Callable[[Speech], Dictation]:
    return lambda speech: Dictation(
        speech, tasks, Recordings(tmp_path / "recordings", lambda: KEY), tasks
    )


class NeverLoaded(Speech):
    """For a model of random bytes, which can be fetched but not loaded."""

    def prepare(self, installed: Callable[[bool], None]) -> None:
        """Look, and leave it at that."""
        installed(self.installed())


def without_model(folder: Path) -> Speech:
    return Speech({"SUIXING_MODELS": str(folder / "models")})


def hearing(blocks: list[bytes], **how: bool) -> Speech:
    sound = FakeSound(blocks, **how)
    return Speech(os.environ, load_microphones=lambda: Microphones(sound, "linux"))


@pytest.mark.vosk
def test_speech_becomes_words_which_are_kept_with_their_sound(
    qtbot: QtBot, start: Callable[[Speech], Dictation], tmp_path: Path
) -> None:
    real_model()
    dictation = start(hearing(in_blocks(SAID)))
    heard: list[Sound] = []
    stages: list[str] = []
    dictation.stage_changed.connect(stages.append)
    dictation.heard.connect(heard.append)
    with qtbot.waitSignal(dictation.transcribed, timeout=60_000) as said:
        dictation.start("note")
        dictation.start("twice")
        qtbot.waitUntil(lambda: bool(heard), timeout=30_000)
        dictation.stop()
    assert "雅思" in said.args[0].text
    assert max(sound.level for sound in heard) > 0
    assert stages == [Stage.LISTENING, Stage.FINISHING, Stage.IDLE]
    recordings = Recordings(tmp_path / "recordings", lambda: KEY)
    assert dictation.recording == "note"
    about = recordings.about(recordings.path("note"))
    assert (about.known, about.text) == (True, said.args[0].text)
    assert len(recordings.between(recordings.path("note"), 0, 99)) == len(SAID)


@pytest.mark.vosk
def test_a_microphone_pulled_out_keeps_the_words_and_says_so(
    qtbot: QtBot, start: Callable[[Speech], Dictation]
) -> None:
    real_model()
    dictation = start(hearing(in_blocks(SAID), unplugged=True))
    with qtbot.waitSignals([dictation.troubled, dictation.transcribed], timeout=60_000):
        dictation.start("note")


@pytest.mark.vosk
def test_reading_can_be_cancelled_in_the_middle_and_keeps_no_copy(
    qtbot: QtBot, start: Callable[[Speech], Dictation], tmp_path: Path
) -> None:
    real_model()
    dictation = start(Speech(os.environ))
    said: list[object] = []
    dictation.transcribed.connect(said.append)
    dictation.troubled.connect(said.append)
    with qtbot.waitSignal(dictation.progressed, timeout=60_000):
        dictation.read(WAV / "p-edu-00.wav", "call")
    dictation.cancel()
    qtbot.waitUntil(lambda: dictation.stage is Stage.IDLE, timeout=30_000)
    qtbot.waitUntil(lambda: not list((tmp_path / "recordings").iterdir()))
    assert said == []


def test_cancelling_while_speaking_wants_no_words(
    qtbot: QtBot, start: Callable[[Speech], Dictation], tmp_path: Path
) -> None:
    dictation = start(without_microphone_model(tmp_path))
    dictation.start("note")
    dictation.cancel()
    qtbot.waitUntil(lambda: dictation.stage is Stage.IDLE, timeout=30_000)


def without_microphone_model(folder: Path) -> Speech:
    sound = FakeSound(in_blocks(SAID))
    return Speech(
        {"SUIXING_MODELS": str(folder / "models")}, load_microphones=lambda: Microphones(sound)
    )


def test_without_a_model_what_was_said_is_kept_as_a_file(
    qtbot: QtBot, start: Callable[[Speech], Dictation], tmp_path: Path
) -> None:
    dictation = start(without_microphone_model(tmp_path))
    with qtbot.waitSignal(dictation.troubled, timeout=30_000) as trouble:
        dictation.start("note")
    assert trouble.args[0].code == "voice.no_model"
    assert dictation.ready is False
    assert [one.name for one in (tmp_path / "recordings").iterdir()] == ["note.sound"]


def test_no_microphone_says_the_sentence_of_the_service(
    qtbot: QtBot, start: Callable[[Speech], Dictation]
) -> None:
    dictation = start(hearing([], refuses=True))
    with qtbot.waitSignal(dictation.troubled) as trouble:
        dictation.start("note")
    assert trouble.args[0].code == "microphone.refused"
    assert dictation.stage is Stage.IDLE


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "audio.empty"),
        (b"this is no sound at all" * 40, "audio.not_audio"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "audio.not_audio"),
        (None, "audio.missing"),
    ],
)
def test_a_recording_that_cannot_be_used_says_why(
    qtbot: QtBot,
    start: Callable[[Speech], Dictation],
    tmp_path: Path,
    content: bytes | None,
    code: str,
) -> None:
    path = tmp_path / "坏.wav"
    if content is not None:
        path.write_bytes(content)
    dictation = start(without_model(tmp_path))
    with qtbot.waitSignal(dictation.troubled) as trouble:
        dictation.read(path, "call")
    assert trouble.args[0].code == code
    assert "坏.wav" in trouble.args[0].chinese


def test_a_model_that_cannot_be_had_names_the_reasons(
    qtbot: QtBot, start: Callable[[Speech], Dictation], tmp_path: Path
) -> None:
    spec, _ = a_model()
    store = partial(ModelStore, tmp_path / "models", specs=[spec])
    speech = Speech({}, model_id=spec.id, models=lambda http: store(http=http))
    dictation = start(speech)
    with qtbot.waitSignal(dictation.ready_changed) as ready:
        dictation.look()
    assert ready.args == [False]
    stages: list[str] = []
    dictation.stage_changed.connect(stages.append)
    with qtbot.waitSignal(dictation.troubled, timeout=30_000) as trouble:
        dictation.fetch()
    assert trouble.args[0].code == "model.unavailable"
    assert stages == [Stage.FETCHING, Stage.IDLE]


def test_a_model_is_fetched_with_progress_and_can_be_cancelled(
    qtbot: QtBot, start: Callable[[Speech], Dictation], tmp_path: Path
) -> None:
    spec, content = a_model()
    body = a_zip(tmp_path / "tiny.zip", content).read_bytes()
    with FlakyServer(body).running() as server:
        spec, _ = a_model(url=server.url)
        store = partial(ModelStore, tmp_path / "models", specs=[spec])
        speech = NeverLoaded({}, model_id=spec.id, models=lambda http: store(http=http))
        dictation = start(speech)
        troubles: list[object] = []
        dictation.troubled.connect(troubles.append)
        dictation.fetch()
        dictation.cancel()
        qtbot.waitUntil(lambda: dictation.stage is Stage.IDLE, timeout=30_000)
        assert (troubles, speech.installed()) == ([], False)
        with qtbot.waitSignals([dictation.progressed, dictation.ready_changed], timeout=30_000):
            dictation.fetch()
        assert (troubles, speech.installed()) == ([], True)


def test_a_session_has_one_speech(qtbot: QtBot, tmp_path: Path) -> None:
    owner = QObject()
    first = speech_of(owner, {})
    assert speech_of(owner, {}) is first
    other = without_model(tmp_path)
    keep_speech(owner, other)
    assert speech_of(owner, {}) is other
