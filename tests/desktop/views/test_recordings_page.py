"""The page of recordings: a batch with its progress, what failed, notes, playing, erasing."""

import os
import time
import wave
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.services.voice.playback import Loudspeaker
from desktop.services.voice.recording_care import link
from desktop.services.voice.speech import Speech
from desktop.viewmodels.dictation import keep_speech
from desktop.viewmodels.playing import Playing
from desktop.viewmodels.recordings.recording_queue import RecordingQueue, State, queue_of
from desktop.viewmodels.recordings.recording_waiting import keep_waiting, waiting_files
from desktop.views.language import install_language
from desktop.views.main_window import MainWindow
from desktop.views.pages.visits.recording_strip import RecordingStrip
from desktop.views.pages.visits.recordings_page import RecordingsPage
from desktop.views.theme.apply import apply_theme
from desktop.views.theme.tokens import Scheme
from desktop.views.voice_notes import VoiceNotes
from desktop.views.widgets.toast import Toast
from tests.desktop.views.test_help import Kept
from tests.desktop.visits import Desk, a_desk
from tests.speech import SAID, real_model

WORD = {"text": "预算", "start": 0.1, "end": 0.5, "confidence": 0.9}


class FakeOutput:
    """Speaks as the `sounddevice` module does, and keeps what was to be heard."""

    class PortAudioError(Exception):
        """What PortAudio raises."""

    def __init__(self, *, silent: bool = False) -> None:
        self.silent, self.heard, self.slow = silent, b"", False

    def RawOutputStream(self, **_options: Any) -> "FakeOutput":
        if self.silent:
            raise FakeOutput.PortAudioError
        return self

    def __enter__(self) -> "FakeOutput":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to close."""

    def write(self, pcm: bytes) -> None:
        self.heard += pcm
        if self.slow:
            time.sleep(0.01)


@pytest.fixture
def desk(tmp_path: Path, qapp: QApplication) -> Iterator[Desk]:
    apply_theme(qapp, Scheme.LIGHT)
    install_language(qapp, "zh_CN")
    with a_desk(tmp_path / "profile") as made:
        yield made


def a_wav(path: Path, pcm: bytes) -> Path:
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, 16_000, 0, "NONE", "not compressed"))
        sound.writeframes(pcm)
    return path


def heard(desk: Desk, name: str, *, known: bool = True, source: str = "") -> Path:
    """A recording that lies here."""
    recordings = desk.workspace.recordings
    path = recordings.take_in(name, [SAID[:32_000]])
    about = replace(
        recordings.about(path), made_ms=desk.workspace.clock.millis(), known=known, source=source,
        words=(WORD,) if known else (), seconds=1.0,
    )  # fmt: skip
    recordings.note(path, about)
    return path


def a_page(qtbot: QtBot, desk: Desk, output: FakeOutput | None = None) -> RecordingsPage:
    sound = output or FakeOutput()
    playing = Playing(desk.tasks, desk.session, load=lambda: Loudspeaker(sound))
    page = RecordingsPage(desk.session, playing=playing)
    qtbot.addWidget(page)
    with qtbot.waitSignal(page.listed):
        page.show()
    return page


@pytest.mark.vosk
def test_several_files_become_words_one_after_the_other(
    qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    real_model()
    RecordingQueue(desk.session, Speech(os.environ))
    page = a_page(qtbot, desk)
    files = [
        a_wav(tmp_path / "电话一.wav", SAID), a_wav(tmp_path / "空.wav", b""),
        a_wav(tmp_path / "电话二.wav", SAID[-3_200:]),
    ]  # fmt: skip
    page.add_files(files)
    assert not page._doing.isHidden()
    with qtbot.waitSignal(desk.session.recordings_read, timeout=60_000) as read:
        pass
    assert read.args == [2, 1]
    assert page.queue.waiting == 0
    states = [one.state for one in page.queue.items]
    assert states == [State.READY, State.FAILED, State.READY]
    assert "雅思" in page.queue.items[0].text
    qtbot.waitUntil(lambda: len(page.list.rows) == 3 and page._doing.isHidden())
    failed = page.list.rows[page.queue.items[1].name]
    assert "没有声音" in failed._text.text()
    assert not failed.again.isHidden()
    first = page.list.rows[page.queue.items[0].name]
    with qtbot.waitSignal(desk.session.note_requested) as wanted:
        first.note.click()
    assert wanted.args == [page.queue.items[0].name]


def test_what_waits_can_be_cancelled_and_leaves_nothing(
    qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    """Without a model nothing is recognised; what was cancelled before is not even tried."""
    keep_speech(desk.session, Speech({"SUIXING_MODELS": str(tmp_path / "none")}))
    page = a_page(qtbot, desk)
    page.add_files([a_wav(tmp_path / f"{n}.wav", SAID) for n in range(3)])
    page.progress.cancelled.emit()
    qtbot.waitUntil(lambda: page.queue.waiting == 0)
    assert page.queue.items == ()
    qtbot.waitUntil(lambda: desk.workspace.recordings.all() == [])
    assert all((tmp_path / f"{n}.wav").exists() for n in range(3))


def test_what_a_crash_left_is_taken_up_again_and_says_what_it_lacks(
    qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    keep_speech(desk.session, Speech({"SUIXING_MODELS": str(tmp_path / "none")}))
    heard(desk, "call", known=False, source="电话.wav")
    heard(desk, "spoken", known=False)
    queue = queue_of(desk.session)
    assert queue_of(desk.session.beside()) is queue
    with qtbot.waitSignal(queue.finished):
        queue.go_on()
    [item] = queue.items
    assert (item.title, item.state) == ("电话.wav", State.FAILED)
    assert item.error is not None
    assert item.error.code == "voice.no_model"
    assert len(desk.workspace.recordings.all()) == 2


def test_files_not_sealed_yet_are_not_forgotten_in_a_crash(
    qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    """The first is being taken in when the program ends; a stick is gone meanwhile."""
    here, gone = a_wav(tmp_path / "在.wav", SAID), tmp_path / "不在.wav"
    keep_waiting(desk.workspace, {"note-a": here, "note-b": gone})
    torn = desk.workspace.profile.recordings_path / "note-a.taking"
    torn.parent.mkdir(parents=True)
    torn.write_bytes(b"half")
    desk.workspace.recordings.tidy(desk.workspace.clock.millis())
    assert torn.exists()
    keep_speech(desk.session, Speech({"SUIXING_MODELS": str(tmp_path / "none")}))
    queue = queue_of(desk.session)
    queue.go_on()
    qtbot.waitUntil(lambda: len(queue.items) == 2 and queue.waiting == 0)
    codes = {item.title: item.error.code for item in queue.items if item.error is not None}
    assert codes == {"在.wav": "voice.no_model", "不在.wav": "audio.missing"}
    qtbot.waitUntil(lambda: waiting_files(desk.workspace) == {})
    assert [path.stem for path in desk.workspace.recordings.all()] == ["note-a"]
    queue.cancel_all()


def test_a_recording_is_played_stopped_and_erased(qtbot: QtBot, desk: Desk) -> None:
    path = heard(desk, "note")
    output = FakeOutput()
    page = a_page(qtbot, desk, output)
    row = page.list.rows["note"]
    assert "还保留" in row._facts.text() or "一天" in row._facts.text()
    with qtbot.waitSignals([page.list.playing.changed] * 2):
        row.play.click()
    assert output.heard == SAID[:32_000]
    output.slow = True
    row.play.click()
    qtbot.waitUntil(lambda: len(output.heard) > 40_000)
    row.play.click()
    assert page.list.playing.name == ""
    row.remove.click()
    qtbot.waitUntil(lambda: not path.exists() and page.list.rows == {})
    assert page._stack.currentWidget() is page.empty


def test_without_a_loudspeaker_the_sentence_says_so(qtbot: QtBot, desk: Desk) -> None:
    heard(desk, "note")
    page = a_page(qtbot, desk, FakeOutput(silent=True))
    with qtbot.waitSignal(desk.session.failed) as failed:
        page.list.rows["note"].play.click()
    assert failed.args[0].code == "playback.no_output"


def test_a_record_plays_what_it_was_made_from(qtbot: QtBot, desk: Desk) -> None:
    heard(desk, "note")
    link(desk.workspace, ["note"], "visit", "v-1")
    strip = RecordingStrip(desk.session)
    qtbot.addWidget(strip)
    strip.show_for("visit", "v-1")
    qtbot.waitUntil(lambda: list(strip.list.rows) == ["note"])
    strip.show_for("visit", "v-2")
    qtbot.waitUntil(lambda: strip.list.rows == {})
    assert strip.isHidden()


def test_words_open_as_a_note_whose_sound_goes_with_the_visit(qtbot: QtBot, desk: Desk) -> None:
    heard(desk, "note")
    window = MainWindow(desk.session, Kept())
    notes = VoiceNotes(desk.session, window)
    desk.session.note_requested.emit("note")
    qtbot.waitUntil(lambda: window.visit is not None and "预算" in window.visit.note.toPlainText())
    visit = window.visit
    assert visit is not None
    assert visit.recordings.names == ["note"]
    desk.session.recordings_read.emit(2, 1)
    [toast] = [one for one in window.shell.findChildren(Toast) if "录音" in one.text()]
    assert "2 段录音" in toast.text()
    assert "1 段" in toast.text()
    visit.model.set_customer(desk.ids["hospital"])
    with qtbot.waitSignal(visit.model.saved) as saved:
        visit.model.save()
    recordings = desk.workspace.recordings
    kept = recordings.path("note")
    qtbot.waitUntil(lambda: recordings.about(kept).record_id == saved.args[0].record_id)
    desk.time.advance(days=8)
    notes.sweep()
    qtbot.waitUntil(lambda: not kept.exists())
    desk.session.close()
    window.close()
    window.shell.deleteLater()
    window.deleteLater()


def test_the_queue_says_how_long_it_will_take(desk: Desk) -> None:
    queue = RecordingQueue(desk.session, Speech({}))
    assert (queue.left, queue.waiting) == (None, 0)
