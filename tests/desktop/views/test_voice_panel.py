"""The voice strip: the microphone button, recordings, the model, and the sentences it shows."""

import os
import wave
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.services.voice.audio import Notice, NoticeCode
from desktop.services.voice.choices import voice_choices
from desktop.services.voice.microphone import Microphones
from desktop.services.voice.recognition import Partial, Transcript, no_speech
from desktop.services.voice.recordings import Recordings
from desktop.services.voice.speech import Dictated, Listening, Sound, Speech
from desktop.viewmodels.dictation import Dictation, Stage, keep_speech
from desktop.viewmodels.recordings.recording_queue import queue_of
from desktop.views.language import install_language
from desktop.views.pages.visits.voice_panel import HELD_MS, SoundDrops, VoicePanel
from desktop.views.theme.apply import apply_theme
from desktop.views.theme.tokens import Scheme
from tests.desktop.services.test_microphone import FakeSound, FakeStream, in_blocks
from tests.desktop.visits import Desk, a_desk
from tests.speech import SAID, real_model


@pytest.fixture
def desk(tmp_path: Path, qapp: QApplication) -> Iterator[Desk]:
    apply_theme(qapp, Scheme.LIGHT)
    install_language(qapp, "zh_CN")
    with a_desk(tmp_path / "profile") as made:
        yield made


def a_panel(qtbot: QtBot, desk: Desk, speech: Speech) -> tuple[VoicePanel, Dictation]:
    dictation = Dictation(speech, desk.tasks, desk.workspace.recordings, desk.session)
    panel = VoicePanel(desk.session, dictation)
    qtbot.addWidget(panel)
    with qtbot.waitActive(panel):
        panel.show()
        panel.activateWindow()
    with qtbot.waitSignal(dictation.ready_changed):
        dictation.look()
    return panel, dictation


def no_model(desk: Desk) -> Speech:
    return Speech({"SUIXING_MODELS": str(desk.workspace.profile.folder / "models")})


def test_without_a_model_it_offers_to_get_one(qtbot: QtBot, desk: Desk) -> None:
    panel, dictation = a_panel(qtbot, desk, no_model(desk))
    assert not panel.mic.isEnabled()
    assert not panel.file.isEnabled()
    assert panel.message.text() == "语音模型还没有安装，可以先打字。"
    assert panel.message._action.text() == "获取模型"
    panel.toggle()
    assert dictation.stage is Stage.IDLE


def test_a_broken_recording_shows_its_sentence(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    panel, dictation = a_panel(qtbot, desk, no_model(desk))
    path = tmp_path / "拜访.wav"
    path.write_bytes(b"")
    with qtbot.waitSignal(dictation.troubled) as trouble:
        panel.read_file(path)
    assert panel.message.text() == trouble.args[0].chinese
    assert "拜访.wav" in panel.message.text()


@pytest.mark.vosk
def test_no_microphone_shows_the_exact_sentence_and_speaking_can_be_tried_again(
    qtbot: QtBot, desk: Desk
) -> None:
    real_model()
    sound = FakeSound([], refuses=True)
    speech = Speech(os.environ, load_microphones=lambda: Microphones(sound, "linux"))
    panel, dictation = a_panel(qtbot, desk, speech)
    with qtbot.waitSignal(dictation.troubled) as trouble:
        QTest.keyClick(panel.mic, Qt.Key.Key_Space)
    assert panel.message.text() == trouble.args[0].chinese
    assert panel.mic.isEnabled()


@pytest.mark.vosk
def test_space_starts_and_space_stops(qtbot: QtBot, desk: Desk) -> None:
    real_model()
    sound = FakeSound(in_blocks(SAID))
    speech = Speech(os.environ, load_microphones=lambda: Microphones(sound, "linux"))
    panel, dictation = a_panel(qtbot, desk, speech)
    with qtbot.waitSignal(dictation.heard, timeout=30_000):
        QTest.keyClick(panel.mic, Qt.Key.Key_Space)
    assert panel.mic.text() == "停止（空格）"
    assert not panel.meter.isHidden()
    with qtbot.waitSignal(dictation.transcribed, timeout=60_000) as said:
        QTest.keyClick(panel.mic, Qt.Key.Key_Space)
    assert "雅思" in said.args[0].text
    assert panel.mic.text() == "说话（空格）"


@pytest.mark.vosk
def test_held_it_listens_only_while_held(qtbot: QtBot, desk: Desk) -> None:
    real_model()
    sound = FakeSound(in_blocks(SAID))
    speech = Speech(os.environ, load_microphones=lambda: Microphones(sound, "linux"))
    panel, dictation = a_panel(qtbot, desk, speech)
    with qtbot.waitSignal(dictation.transcribed, timeout=60_000):
        QTest.mousePress(panel.mic, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: panel.mic._held.elapsed() >= HELD_MS)
        QTest.mouseRelease(panel.mic, Qt.MouseButton.LeftButton)


def test_what_is_understood_is_shown_as_it_comes(qtbot: QtBot, desk: Desk) -> None:
    panel, dictation = a_panel(qtbot, desk, no_model(desk))
    dictation.heard.emit(Sound(65.25, 0.1, Partial("今天 见 了", "王 <主任>")))
    assert panel._time.text() == "1:05"
    assert panel.meter.levels()[-1] == pytest.approx(0.4)
    assert panel.partial.accessibleName() == "今天见了王<主任>"
    assert "&lt;主任&gt;" in panel.partial.text()


def test_reservations_are_shown_too(qtbot: QtBot, desk: Desk) -> None:
    panel, _ = a_panel(qtbot, desk, no_model(desk))
    panel.say(Notice(NoticeCode.QUIET, "录音太轻。", "The recording is very quiet."))
    assert panel.message.text() == "录音太轻。"
    desk.session.set_language("en")
    panel.say(Notice(NoticeCode.QUIET, "录音太轻。", "The recording is very quiet."))
    assert panel.message.text() == "The recording is very quiet."


def test_letters_typed_on_the_button_belong_into_the_note(qtbot: QtBot, desk: Desk) -> None:
    panel, _ = a_panel(qtbot, desk, no_model(desk))
    panel.mic.setEnabled(True)
    with qtbot.waitSignal(panel.written) as written:
        QTest.keyClick(panel.mic, Qt.Key.Key_W)
    assert written.args == ["w"]


@pytest.mark.parametrize(
    ("name", "taken"), [("录音.MP3", True), ("note.wav", True), ("表.xlsx", False)]
)
def test_sound_files_can_be_dropped(qtbot: QtBot, tmp_path: Path, name: str, taken: bool) -> None:
    target = QLabel()
    qtbot.addWidget(target)
    drops, paths = SoundDrops(target), list[Path]()
    drops.several_dropped.connect(paths.extend)
    carried = QMimeData()
    second = tmp_path / f"2-{name}"
    carried.setUrls([QUrl.fromLocalFile(str(path)) for path in (tmp_path / name, second)])
    where, copy = QPointF(5, 5), Qt.DropAction.CopyAction
    left, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(where.toPoint(), copy, carried, left, plain)
    drop = QDropEvent(where, copy, carried, left, plain)
    for event in (enter, drop):
        event.ignore()
        QApplication.sendEvent(target, event)
        assert event.isAccepted() is taken
    assert paths == [tmp_path / name, second] * taken


def a_microphone(blocks: list[bytes], **how: bool) -> tuple[FakeSound, Speech]:
    sound = FakeSound(blocks, **how)
    return sound, Speech(os.environ, load_microphones=lambda: Microphones(sound, "linux"))


def test_a_microphone_is_chosen_remembered_and_missed_with_a_word(qtbot: QtBot, desk: Desk) -> None:
    sound, _ = a_microphone([])
    speech = Speech(no_model_environ(desk), load_microphones=lambda: Microphones(sound, "linux"))
    panel, dictation = a_panel(qtbot, desk, speech)
    with qtbot.waitSignal(dictation.microphones_found):
        panel.more.click()
    lines = {action.data(): action for action in panel.menu.actions() if action.data()}
    assert lines["microphone", ""].isChecked()
    assert lines["microphone", ""].text() == "跟随系统 (Headset)"
    with qtbot.waitSignal(panel.menu.chosen):
        lines["microphone", "Webcam"].trigger()
    panel.menu.close()
    assert voice_choices(desk.workspace).microphone == "Webcam"
    assert speech.choices().microphone == "Webcam"
    assert Microphones(sound).choose("Webcam")[0].id == 2
    device, notice = Microphones(sound).choose("Headset 9")
    assert device.is_default
    assert notice is not None
    assert "Headset 9" in notice.chinese


def no_model_environ(desk: Desk) -> dict[str, str]:
    return {"SUIXING_MODELS": str(desk.workspace.profile.folder / "models")}


def test_the_language_spoken_chooses_the_model(qtbot: QtBot, desk: Desk) -> None:
    panel, _ = a_panel(qtbot, desk, no_model(desk))
    panel.menu.open_at(panel.mapToGlobal(panel.rect().center()))
    qtbot.waitUntil(lambda: any(a.data() == ("language", "en-US") for a in panel.menu.actions()))
    with qtbot.waitSignal(panel.menu.chosen):
        panel.menu.choose(language="en-US")
    panel.menu.close()
    assert voice_choices(desk.workspace).language == "en-US"


def test_paused_it_takes_nothing_and_goes_on(qtbot: QtBot, desk: Desk) -> None:
    sound = Waiting([])
    speech = Speech(no_model_environ(desk), load_microphones=lambda: Microphones(sound, "linux"))
    speech.listen = partial(kept_open, speech)  # type: ignore[method-assign]
    panel, dictation = a_panel(qtbot, desk, speech)
    panel.begin()
    qtbot.waitUntil(lambda: dictation._listening.attached)
    assert not panel.pause.isHidden()
    panel.pause.click()
    assert dictation.paused
    assert panel._time.text() == "已暂停"
    assert sound.take is not None
    sound.take(SAID[:8000], 4000, None, None)
    panel.pause.click()
    sound.take(SAID[8000:16_000], 4000, None, None)
    with qtbot.waitSignal(dictation.troubled):
        dictation.stop()
    [path] = desk.workspace.recordings.all()
    assert b"".join(desk.workspace.recordings.blocks(path)) == SAID[8000:16_000]


class Waiting(FakeSound):
    """Gives what it is told to give, when it is told."""

    take: Callable[..., None] | None = None

    def RawInputStream(self, **options: Any) -> FakeStream:
        self.take = options["callback"]
        return super().RawInputStream(**options)


def kept_open(
    speech: Speech,
    recordings: Recordings,
    name: str,
    listening: Listening,
    _heard: object,
    _told: object,
) -> Dictated:
    """What `Speech.listen` does up to the words, for where there is no model."""
    path = recordings.path(name)
    with speech._load_microphones().record(path, begin=recordings.begin) as recording:
        listening.attach(recording)
        for _ in recording.blocks():
            pass
    return Dictated(Transcript("", (), 0.0, (no_speech(),)), None)


def test_several_or_long_recordings_are_recognised_on_their_own_page(
    qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    panel, dictation = a_panel(qtbot, desk, no_model(desk))
    keep_speech(desk.session, no_model(desk))
    queue = queue_of(desk.session)
    long = tmp_path / "一小时.wav"
    with wave.open(str(long), "wb") as sound:
        sound.setparams((1, 1, 2_000, 0, "NONE", "not compressed"))
        sound.writeframes(bytes([128]) * 2_000 * 301)
    panel.read_file(long)
    qtbot.waitUntil(lambda: len(queue.items) == 1)
    assert dictation.stage is Stage.IDLE
    assert "一小时.wav" in panel.message.text()
    panel.read_files([tmp_path / "a.wav", tmp_path / "b.wav"])
    assert len(queue.items) == 3
    queue.cancel_all()
