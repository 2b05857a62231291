"""The words of a card are heard from its key, and said again into it alone."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.services.voice.microphone import Microphones
from desktop.services.voice.playback import Loudspeaker
from desktop.services.voice.speech import Speech
from desktop.viewmodels.playing import Playing
from desktop.viewmodels.visits.card_voice import CardVoice
from desktop.viewmodels.visits.note_sound import Said, Sound
from desktop.viewmodels.visits.visit_cards import Card, Field
from desktop.views.language import install_language
from desktop.views.pages.visits.proposal_card import ProposalCard
from desktop.views.pages.visits.proposal_view import ProposalView
from desktop.views.pages.visits.visit_dialog import VisitDialog
from desktop.views.theme.apply import apply_theme
from desktop.views.theme.tokens import Scheme
from tests.desktop.services.test_microphone import FakeSound, in_blocks
from tests.desktop.views.test_recordings_page import FakeOutput
from tests.desktop.visits import Desk, a_desk
from tests.speech import SAID, real_model

WORDS = (
    Said("林女士", 0.2, 0.6), Said("咨询", 0.6, 0.9), Said("雅思", 0.9, 1.3),
    Said("基础班", 1.3, 1.8), Said("预算", 1.8, 2.0), Said("一万八", 2.0, 2.5),
)  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path, qapp: QApplication) -> Iterator[Desk]:
    apply_theme(qapp, Scheme.LIGHT)
    install_language(qapp, "zh_CN")
    with a_desk(tmp_path / "profile") as made:
        yield made


def opened(qtbot: QtBot, desk: Desk, speech: Speech) -> VisitDialog:
    dialog = VisitDialog(desk.session, customer_id=desk.ids["family"], speech=speech)
    qtbot.addWidget(dialog)
    with qtbot.waitSignal(dialog.dictation.ready_changed):
        dialog.open()
    with qtbot.waitActive(dialog):
        dialog.activateWindow()
    return dialog


def card_of(dialog: VisitDialog, field: Field) -> tuple[Card, ProposalCard]:
    (card,) = [card for card in dialog.model.cards if card.field is field]
    (widget,) = [one for one in dialog.proposals.cards() if one.card.key == card.key]
    return card, widget


def press(key: Qt.Key) -> None:
    target = QApplication.focusWidget()
    assert target is not None
    QTest.keyClick(target, key)


def test_p_plays_the_words_of_the_card_and_nothing_else(
    qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    dialog = opened(qtbot, desk, Speech({"SUIXING_MODELS": str(tmp_path / "models")}))
    desk.workspace.recordings.take_in("one", in_blocks(SAID))
    output = FakeOutput()
    playing = Playing(desk.session.tasks, dialog, load=lambda: Loudspeaker(output))
    voice = CardVoice(desk.session, dialog.model, dialog.dictation, dialog, playing=playing)
    view = ProposalView(desk.session, dialog.model, today=dialog.proposals._today, voice=voice)
    qtbot.addWidget(view)
    view.show()
    dialog.model.add_spoken(" ".join(word.text for word in WORDS), Sound("one", WORDS))
    qtbot.waitUntil(lambda: not dialog.model.reading and bool(dialog.model.cards))
    budget, widget = card_of(dialog, Field.BUDGET)
    assert voice.playable(budget)
    with qtbot.waitSignal(playing.changed):
        widget.setFocus()
        voice.play(budget.key)
    qtbot.waitUntil(lambda: not playing.name)
    path = desk.workspace.recordings.path("one")
    assert output.heard == desk.workspace.recordings.between(path, 1.85, 2.75)
    desk.workspace.recordings.erase(path)
    with qtbot.waitSignal(voice.failed) as told:
        voice.play(budget.key)
    assert told.args[0].code == "recording_gone"


def test_what_was_typed_has_no_sound_and_keeps_its_keys(
    qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    dialog = opened(qtbot, desk, Speech({"SUIXING_MODELS": str(tmp_path / "models")}))
    dialog.note.insertPlainText("林女士咨询雅思基础班，预算一万八。")
    qtbot.waitUntil(lambda: not dialog.model.reading and bool(dialog.model.cards))
    card, widget = card_of(dialog, Field.BUDGET)
    dialog.proposals.focus_card(card.key)
    press(Qt.Key.Key_P)
    press(Qt.Key.Key_S)
    assert (dialog.card_voice.playing, dialog.card_voice.speaking) == ("", "")
    assert not widget.tools.play.isVisible()
    assert not widget.tools.speak.isVisible()


@pytest.mark.vosk
def test_s_says_a_value_again_and_the_note_stays(qtbot: QtBot, desk: Desk) -> None:
    real_model()
    sound = FakeSound(in_blocks(SAID))
    dialog = opened(
        qtbot, desk, Speech(os.environ, load_microphones=lambda: Microphones(sound, "linux"))
    )
    note = "林女士咨询化学发光试剂，预算一万八。"
    dialog.note.insertPlainText(note)
    qtbot.waitUntil(lambda: not dialog.model.reading and bool(dialog.model.cards))
    card, widget = card_of(dialog, Field.PRODUCT)
    dialog.proposals.focus_card(card.key)
    assert widget.tools.speak.isVisible()
    press(Qt.Key.Key_S)
    assert dialog.card_voice.speaking == card.key
    with qtbot.waitSignal(dialog.card_voice.corrected, timeout=60_000):
        press(Qt.Key.Key_S)
    assert card_of(dialog, Field.PRODUCT)[0].value == "雅思基础班"
    assert dialog.note.toPlainText() == note
    assert dialog.model.note.spoken == ()
    assert dialog.recordings.names
