"""The voice strip: the microphone button, recordings, the model, and the sentences it shows."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.services.audio import Notice, NoticeCode
from desktop.services.microphone import Microphones
from desktop.services.speech import Sound, Speech
from desktop.services.voice import Partial
from desktop.viewmodels.dictation import Dictation, Stage
from desktop.views.language import install_language
from desktop.views.pages.voice_panel import HELD_MS, SoundDrops, VoicePanel
from desktop.views.theme.apply import apply_theme
from desktop.views.theme.tokens import Scheme
from tests.desktop.services.test_microphone import FakeSound, in_blocks
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
    with qtbot.waitSignal(dictation.ready_changed, timeout=20_000):
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
    with qtbot.waitSignal(dictation.troubled, timeout=10_000) as trouble:
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
    with qtbot.waitSignal(dictation.troubled, timeout=10_000) as trouble:
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
    drops.dropped.connect(paths.append)
    carried = QMimeData()
    carried.setUrls([QUrl.fromLocalFile(str(tmp_path / name))])
    where, copy = QPointF(5, 5), Qt.DropAction.CopyAction
    left, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(where.toPoint(), copy, carried, left, plain)
    drop = QDropEvent(where, copy, carried, left, plain)
    for event in (enter, drop):
        event.ignore()
        QApplication.sendEvent(target, event)
        assert event.isAccepted() is taken
    assert paths == [tmp_path / name] * taken
