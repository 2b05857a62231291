"""Rows 3.1–3.4, 3.6, 3.14: a visit said or typed, looked over and saved by keyboard."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crm_core.model.query import Op, Query, Test
from desktop.services.commands.verbs import Done, do_undo
from desktop.services.voice.microphone import Microphones
from desktop.services.voice.speech import Speech
from desktop.viewmodels.dictation import Stage
from desktop.viewmodels.visits.unsaved_visits import unsaved_visits
from desktop.viewmodels.visits.visit_cards import Field
from desktop.views.language import install_language
from desktop.views.pages.records.form_drafts import FormDrafts
from desktop.views.pages.visits.visit_dialog import VisitDialog
from desktop.views.pages.visits.voice_panel import HELD_MS
from desktop.views.shell import Shell
from desktop.views.theme.apply import apply_theme
from desktop.views.theme.tokens import Scheme
from tests.desktop.services.test_microphone import FakeSound, in_blocks
from tests.desktop.views.test_every_page import Moments
from tests.desktop.views.test_help import Kept
from tests.desktop.visits import NOTE, Desk, a_desk
from tests.speech import SAID, real_model

DEMO_NOTE = Path(__file__).parents[3] / "resources" / "demo" / "note.wav"


@pytest.fixture(autouse=True)
def _dressed(qapp: QApplication) -> None:
    apply_theme(qapp, Scheme.LIGHT)
    install_language(qapp, "zh_CN")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path / "profile") as made:
        yield made


@pytest.fixture
def no_model(tmp_path: Path) -> Speech:
    return Speech({"SUIXING_MODELS": str(tmp_path / "models")})


def opened(qtbot: QtBot, desk: Desk, speech: Speech, customer: str = "") -> VisitDialog:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    with Moments(app) as moments:
        dialog = VisitDialog(desk.session, customer_id=customer, speech=speech)
    assert moments.seen == [], "no part of it is a window for a moment"
    qtbot.addWidget(dialog)
    with qtbot.waitSignal(dialog.dictation.ready_changed):
        dialog.open()
    with qtbot.waitActive(dialog):
        dialog.activateWindow()
    return dialog


class Keys(QObject):
    """Presses keys where the keyboard is, and counts them."""

    def __init__(self) -> None:
        super().__init__()
        self.pressed = 0

    def press(self, key: Qt.Key, how: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.pressed += 1
        target = QApplication.focusWidget()
        assert target is not None
        QTest.keyClick(target, key, how)

    def save(self) -> None:
        self.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def wait_read(qtbot: QtBot, dialog: VisitDialog) -> None:
    qtbot.waitUntil(lambda: bool(dialog.model.cards) and not dialog.model.reading)


def typed(qtbot: QtBot, dialog: VisitDialog, text: str) -> None:
    dialog.note.setFocus()
    dialog.note.insertPlainText(text)
    wait_read(qtbot, dialog)


def records(desk: Desk, entity: str) -> list[dict[str, Any]]:
    return list(desk.workspace.replica.find(Query(entity)))


@pytest.mark.vosk
def test_a_recording_becomes_a_visit_with_three_key_strokes_at_most(
    qtbot: QtBot, desk: Desk
) -> None:
    real_model()
    dialog = opened(qtbot, desk, Speech(os.environ), desk.ids["family"])
    with qtbot.waitSignal(dialog.dictation.transcribed, timeout=60_000):
        dialog.voice.read_file(DEMO_NOTE)
    wait_read(qtbot, dialog)
    assert "雅思基础班" in dialog.note.toPlainText()
    assert " " not in dialog.note.toPlainText()
    keys = Keys()
    with qtbot.waitSignal(desk.session.finished) as finished:
        keys.save()
    assert keys.pressed <= 3
    assert not dialog.isVisible()
    done: Done = finished.args[0]
    visit = desk.workspace.replica.record("visit", done.record_id)
    assert visit is not None
    assert visit["customer"] == desk.ids["family"]
    assert visit["contact"] == desk.ids["lin"]
    assert visit["products"] == ["雅思基础班"]
    assert (visit["budget_min"], visit["budget_max"]) == (1_800_000, 1_800_000)
    assert visit["concerns"] == ["上课时间"]
    assert visit["captured_by"] == "voice"
    (task,) = records(desk, "task")
    assert (task["kind"], task["due_at"]) == ("promise", "2026-03-03T10:00:00Z")
    assert "课程介绍" in str(task["title"])
    (follow_up,) = records(desk, "follow_up")
    assert follow_up["visit"] == visit["id"]
    assert follow_up["next_on"] == "2026-03-03"
    do_undo(desk.workspace, done.group)
    assert [records(desk, e) for e in ("visit", "task", "follow_up")] == [[], [], []]


@pytest.mark.vosk
def test_speaking_takes_three_key_strokes_from_opening_to_saved(qtbot: QtBot, desk: Desk) -> None:
    real_model()
    sound = FakeSound(in_blocks(SAID))
    speech = Speech(os.environ, load_microphones=lambda: Microphones(sound, "linux"))
    dialog = opened(qtbot, desk, speech, desk.ids["family"])
    keys = Keys()
    with qtbot.waitSignal(dialog.dictation.heard, timeout=30_000):
        keys.press(Qt.Key.Key_Space)
    with qtbot.waitSignal(dialog.dictation.transcribed, timeout=60_000):
        keys.press(Qt.Key.Key_Space)
    wait_read(qtbot, dialog)
    assert QApplication.focusWidget() in dialog.proposals.cards()
    with qtbot.waitSignal(desk.session.finished):
        keys.save()
    assert keys.pressed == 3
    (visit,) = records(desk, "visit")
    assert visit["products"] == ["雅思基础班"]
    assert visit["transcript"]


def test_space_is_a_space_where_there_is_no_model_or_there_is_text(
    qtbot: QtBot, desk: Desk, no_model: Speech
) -> None:
    dialog = opened(qtbot, desk, no_model)
    keys = Keys()
    keys.press(Qt.Key.Key_Space)
    keys.press(Qt.Key.Key_A)
    keys.press(Qt.Key.Key_Space)
    assert dialog.note.toPlainText() == " a "
    assert dialog.dictation.stage is Stage.IDLE


@pytest.mark.vosk
def test_space_held_in_an_empty_note_listens_while_it_is_held(qtbot: QtBot, desk: Desk) -> None:
    real_model()
    sound = FakeSound(in_blocks(SAID))
    speech = Speech(os.environ, load_microphones=lambda: Microphones(sound, "linux"))
    dialog = opened(qtbot, desk, speech, desk.ids["family"])
    with qtbot.waitSignal(dialog.dictation.transcribed, timeout=60_000):
        QTest.keyPress(dialog.note, Qt.Key.Key_Space)
        assert dialog.voice.listening
        qtbot.waitUntil(lambda: dialog.voice.mic._held.elapsed() >= HELD_MS)
        QTest.keyRelease(dialog.note, Qt.Key.Key_Space)
    wait_read(qtbot, dialog)
    assert dialog.note.toPlainText().strip() == dialog.note.toPlainText()


@pytest.mark.vosk
def test_saving_while_speaking_ends_the_speech_and_waits_to_be_seen(
    qtbot: QtBot, desk: Desk
) -> None:
    real_model()
    sound = FakeSound(in_blocks(SAID))
    speech = Speech(os.environ, load_microphones=lambda: Microphones(sound, "linux"))
    dialog = opened(qtbot, desk, speech, desk.ids["family"])
    dialog.voice.toggle()
    with qtbot.waitSignal(dialog.dictation.transcribed, timeout=60_000):
        Keys().save()
    wait_read(qtbot, dialog)
    assert dialog.isVisible()
    assert records(desk, "visit") == []


@pytest.mark.vosk
def test_a_recording_cancelled_half_way_leaves_the_note_alone(qtbot: QtBot, desk: Desk) -> None:
    real_model()
    dialog = opened(qtbot, desk, Speech(os.environ), desk.ids["family"])
    typed(qtbot, dialog, "林女士。")
    with qtbot.waitSignal(dialog.dictation.progressed, timeout=60_000):
        dialog.voice.read_file(DEMO_NOTE)
    QTest.mouseClick(dialog.voice.progress._cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.dictation.stage is Stage.IDLE, timeout=30_000)
    assert dialog.note.toPlainText() == "林女士。"
    assert dialog.voice.message.text() == ""


def test_typing_needs_no_model_and_no_mouse(qtbot: QtBot, desk: Desk, no_model: Speech) -> None:
    dialog = opened(qtbot, desk, no_model)
    assert not dialog.voice.mic.isEnabled()
    assert "语音模型还没有安装" in dialog.voice.message.text()
    typed(qtbot, dialog, NOTE)
    assert dialog.model.header.customer_id == desk.ids["family"]
    assert {card.field for card in dialog.model.cards} >= {
        Field.CUSTOMER, Field.CONTACT, Field.PRODUCT, Field.BUDGET, Field.CONCERN, Field.PROMISE,
    }  # fmt: skip
    keys = Keys()
    with qtbot.waitSignal(desk.session.finished):
        keys.save()
    assert keys.pressed == 1
    (visit,) = records(desk, "visit")
    assert (visit["summary"], visit["captured_by"]) == (NOTE, "typed")
    assert visit["purpose"] == "first"
    customer = desk.workspace.replica.record("customer", desk.ids["family"])
    assert customer is not None
    assert customer["next_contact_on"] == "2026-03-03"
    qtbot.waitUntil(lambda: unsaved_visits(desk.workspace) == [])


def test_without_a_customer_nothing_is_saved_and_nothing_is_lost(
    qtbot: QtBot, desk: Desk, no_model: Speech
) -> None:
    dialog = opened(qtbot, desk, no_model)
    typed(qtbot, dialog, "客户觉得太贵，下周三再联系一次。")
    with qtbot.waitSignal(dialog.model.failed):
        Keys().save()
    assert "还没有选客户" in dialog.message.text()
    assert QApplication.focusWidget() is dialog.fields.customer
    assert dialog.note.toPlainText().startswith("客户觉得太贵")
    assert records(desk, "visit") == []
    assert dialog.isVisible()


def test_a_budget_in_dollars_is_asked_about_and_not_saved_as_yuan(
    qtbot: QtBot, desk: Desk, no_model: Speech
) -> None:
    dialog = opened(qtbot, desk, no_model, desk.ids["hospital"])
    typed(qtbot, dialog, "想要全自动化学发光仪，预算五万美元。")
    keys = Keys()
    keys.save()
    assert "不是人民币" in dialog.message.text()
    assert "五万美元" in dialog.proposals.cards()[0].accessibleName()
    with qtbot.waitSignal(desk.session.finished):
        keys.save()
    (visit,) = records(desk, "visit")
    assert visit.get("budget_max") is None
    assert "五万美元" in str(visit["summary"])


def test_two_people_of_one_name_are_never_guessed(
    qtbot: QtBot, desk: Desk, no_model: Speech
) -> None:
    dialog = opened(qtbot, desk, no_model, desk.ids["hospital"])
    typed(qtbot, dialog, "今天见了王主任，想要全自动化学发光仪。")
    keys = Keys()
    keys.save()
    assert "同名" in dialog.message.text()
    card = dialog.model.unsolved[0]
    focused = QApplication.focusWidget()
    assert focused is dialog.proposals.cards()[0]
    names = [choice.label for choice in card.choices]
    keys.press(Qt.Key(Qt.Key.Key_1 + names.index("王强")))
    with qtbot.waitSignal(desk.session.finished):
        keys.save()
    (visit,) = records(desk, "visit")
    assert visit["contact"] == desk.ids["wang_qiang"]


def test_an_unknown_person_becomes_a_contact_in_the_same_act(
    qtbot: QtBot, desk: Desk, no_model: Speech
) -> None:
    dialog = opened(qtbot, desk, no_model, desk.ids["hospital"])
    typed(qtbot, dialog, "和陈科长谈了化学发光试剂。")
    with qtbot.waitSignal(desk.session.finished) as finished:
        Keys().save()
    (visit,) = records(desk, "visit")
    query = Query("contact", Test("id", Op.EQ, str(visit["contact"])))
    (contact,) = desk.workspace.replica.find(query)
    assert (contact["name"], contact["customer"]) == ("陈科长", desk.ids["hospital"])
    done: Done = finished.args[0]
    do_undo(desk.workspace, done.group)
    assert list(desk.workspace.replica.find(query)) == []


def test_escape_asks_first_and_discarding_forgets(
    qtbot: QtBot, desk: Desk, no_model: Speech
) -> None:
    dialog = opened(qtbot, desk, no_model, desk.ids["family"])
    typed(qtbot, dialog, NOTE)
    dialog.model.keep_now()
    qtbot.waitUntil(lambda: len(unsaved_visits(desk.workspace)) == 1)
    QTest.keyClick(dialog.note, Qt.Key.Key_Escape)
    assert dialog.asking()
    assert dialog.isVisible()
    with qtbot.waitSignal(dialog.rejected):
        qtbot.waitUntil(lambda: not dialog.settling())
        dialog._discard.click()
    qtbot.waitUntil(lambda: unsaved_visits(desk.workspace) == [])


def test_a_note_survives_the_program_ending_abruptly(
    qtbot: QtBot, desk: Desk, no_model: Speech
) -> None:
    dialog = opened(qtbot, desk, no_model, desk.ids["family"])
    typed(qtbot, dialog, NOTE)
    budget = next(card for card in dialog.model.cards if card.field is Field.BUDGET)
    dialog.model.edit(budget.key, "2万", None)
    qtbot.waitUntil(lambda: "2万" in repr(unsaved_visits(desk.workspace)))
    dialog.hide()
    shell, wanted = Shell(Kept()), list[str]()
    qtbot.addWidget(shell)
    desk.session.visit_requested.connect(wanted.append)
    FormDrafts(desk.session, shell)
    qtbot.waitUntil(lambda: bool(shell.toasts.toasts()))
    [told] = shell.toasts.toasts()
    assert told.text().startswith("有一次拜访没有保存：记录林女士")
    told.action_triggered.emit()
    assert wanted == [desk.ids["family"]]
    again = opened(qtbot, desk, no_model)
    qtbot.waitUntil(lambda: "记录林女士" in again.offer.text())
    again._restore()
    wait_read(qtbot, again)
    assert again.note.toPlainText() == NOTE
    assert again.model.header.customer_id == desk.ids["family"]
    kept = next(card for card in again.model.cards if card.field is Field.BUDGET)
    assert kept.value == "2万"
    with qtbot.waitSignal(desk.session.finished):
        again.save()
    (visit,) = records(desk, "visit")
    assert visit["budget_max"] == 2_000_000
    qtbot.waitUntil(lambda: unsaved_visits(desk.workspace) == [])


def test_words_are_coloured_like_their_cards(qtbot: QtBot, desk: Desk, no_model: Speech) -> None:
    dialog = opened(qtbot, desk, no_model, desk.ids["family"])
    typed(qtbot, dialog, "😀" + NOTE)
    words = {shown for shown, _, _ in dialog.note.highlights()}
    assert {"林女士", "雅思基础班", "一万八", "上课时间"} <= words
