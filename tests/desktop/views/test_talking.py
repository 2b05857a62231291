"""F9 listens wherever the keyboard is: on a page, in a visit, over another sheet."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.services.voice.microphone import Microphones
from desktop.services.voice.speech import Speech
from desktop.viewmodels.dictation import keep_speech
from desktop.views.language import install_language
from desktop.views.main_window import MainWindow
from desktop.views.pages.visits.voice_panel import HELD_MS
from desktop.views.talking import TALK_KEY
from desktop.views.theme.apply import apply_theme
from desktop.views.theme.tokens import Scheme
from desktop.views.tray import Tray
from desktop.views.voice_notes import VoiceNotes
from tests.desktop.services.test_microphone import FakeSound
from tests.desktop.views.test_tray import Kept
from tests.desktop.visits import Desk, a_desk


@pytest.fixture
def window(tmp_path: Path, qapp: QApplication, qtbot: QtBot) -> Iterator[MainWindow]:
    apply_theme(qapp, Scheme.LIGHT)
    install_language(qapp, "zh_CN")
    with a_desk(tmp_path / "profile") as desk:
        made = a_window(desk, tmp_path, qtbot)
        yield made
        if made.visit is not None:
            made.visit.set_dirty(False)
            made.visit.done(0)
        desk.session.close()
        made.close()
        made.shell.deleteLater()
        made.deleteLater()


def a_window(desk: Desk, folder: Path, qtbot: QtBot) -> MainWindow:
    """With a microphone, and no model: that it listens is all that is asked here."""
    environ = {**os.environ, "SUIXING_MODELS": str(folder / "none")}
    keep_speech(
        desk.session, Speech(environ, load_microphones=lambda: Microphones(FakeSound([]), "linux"))
    )
    made = MainWindow(desk.session, Kept())
    VoiceNotes(desk.session, made)
    made.shell.show()
    focus(made.shell, qtbot)
    return made


def focus(widget: QWidget, qtbot: QtBot) -> None:
    """As the window system does it."""
    handle = widget.windowHandle()
    handle.requestActivate()
    qtbot.waitUntil(lambda: QGuiApplication.focusWindow() is handle)


def press(widget: QWidget) -> None:
    QTest.keyPress(widget.window().windowHandle(), TALK_KEY)


def let_go(widget: QWidget) -> None:
    QTest.keyRelease(widget.window().windowHandle(), TALK_KEY)


def begins(window: MainWindow) -> list[bool]:
    """What the voice strip of the visit is asked to do from now on."""
    asked: list[bool] = []
    visit = window.visit
    assert visit is not None
    visit.voice.mic.began.connect(lambda: asked.append(True))
    visit.voice.mic.ended.connect(lambda: asked.append(False))
    return asked


def test_from_any_page_it_opens_a_visit_which_listens(window: MainWindow, qtbot: QtBot) -> None:
    press(window.shell)
    visit = window.visit
    assert visit is not None
    assert visit.voice.mic._starting
    focus(visit, qtbot)
    asked = begins(window)
    qtbot.waitUntil(lambda: visit.voice.mic._held.elapsed() >= HELD_MS)
    let_go(visit)
    assert asked == [False]


def test_over_another_sheet_it_works_as_well(window: MainWindow, qtbot: QtBot) -> None:
    window.follow_up.open_here()
    sheet = window.follow_up.sheet
    assert sheet is not None
    focus(sheet, qtbot)
    press(sheet)
    assert window.visit is not None
    assert sheet.isVisible()
    sheet.set_dirty(False)
    sheet.done(0)


def test_in_a_visit_the_same_visit_listens_and_other_keys_are_left_alone(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = window.log_visit()
    focus(visit, qtbot)
    asked: list[bool] = []
    monkeypatch.setattr(visit.voice, "hold", lambda: asked.append(True))
    QTest.keyPress(visit.windowHandle(), TALK_KEY, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(visit.windowHandle(), Qt.Key.Key_A)
    assert asked == []
    press(visit)
    assert asked == [True]
    assert window.visit is visit


def test_dictating_from_the_tray_listens_before_it_is_known_whether_a_model_is_here(
    window: MainWindow,
) -> None:
    tray = Tray(window.session, window, Kept())
    tray.dictate()
    visit = window.visit
    assert visit is not None
    assert visit.voice.mic._starting


def test_without_a_model_it_says_so_at_once(window: MainWindow, qtbot: QtBot) -> None:
    visit = window.log_visit()
    qtbot.waitUntil(lambda: visit.dictation.ready is False)
    asked = begins(window)
    visit.voice.hold()
    visit.voice.let_go()
    assert asked == [False]
    assert "语音模型还没有安装" in visit.voice.message.text()
