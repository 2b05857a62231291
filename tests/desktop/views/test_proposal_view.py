"""Cards decided by keyboard: order, choices, edits, dates, and every colour readable."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from desktop.viewmodels.visits.visit_cards import Decision, Field
from desktop.viewmodels.visits.visit_draft import VisitDraftModel
from desktop.views.language import install_language
from desktop.views.pages.visits.note_box import NoteBox
from desktop.views.pages.visits.proposal_card import ProposalCard
from desktop.views.pages.visits.proposal_view import ProposalView
from desktop.views.pages.visits.proposal_words import due_words
from desktop.views.theme.apply import apply_theme
from desktop.views.theme.tokens import Scheme, contrast
from tests.desktop.visits import NOTE, Desk, a_desk

TODAY = date(2026, 3, 2)
BUSY = "今天见了王主任，想要全自动化学发光仪，预算两万，觉得太贵，康析生物更便宜。" + (
    "答应周五前发化学发光试剂的报价单，下周三再拜访。"
)


@pytest.fixture
def desk(tmp_path: Path, qapp: QApplication) -> Iterator[Desk]:
    apply_theme(qapp, Scheme.LIGHT)
    install_language(qapp, "zh_CN")
    with a_desk(tmp_path / "profile") as made:
        yield made


def a_view(
    qtbot: QtBot, desk: Desk, text: str, customer: str = "family"
) -> tuple[ProposalView, VisitDraftModel]:
    model = VisitDraftModel(desk.session, customer_id=desk.ids[customer])
    view = ProposalView(desk.session, model, today=lambda: TODAY)
    qtbot.addWidget(view)
    view.resize(520, 700)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    model.set_text(text)
    qtbot.waitUntil(lambda: not model.reading)
    return view, model


def focused() -> ProposalCard:
    widget = QApplication.focusWidget()
    assert isinstance(widget, ProposalCard)
    return widget


def press(*keys: Qt.Key) -> None:
    for key in keys:
        target = QApplication.focusWidget()
        assert target is not None
        QTest.keyClick(target, key)


def write(text: str) -> None:
    """Replace what is in the focused line, as an input method does."""
    line = QApplication.focusWidget()
    assert isinstance(line, QLineEdit)
    line.selectAll()
    line.insert(text)


def test_enter_accepts_all_and_ends_at_the_last(qtbot: QtBot, desk: Desk) -> None:
    view, model = a_view(qtbot, desk, NOTE)
    assert view.focus_first()
    with qtbot.waitSignal(view.finished):
        press(*[Qt.Key.Key_Return] * len(model.cards))
    assert {card.decision for card in model.cards} == {Decision.ACCEPTED}
    assert not view.focus_first()


def test_doubtful_ones_come_first_and_digits_choose(qtbot: QtBot, desk: Desk) -> None:
    view, model = a_view(qtbot, desk, BUSY, "hospital")
    assert [c.doubtful for c in model.cards] == sorted(
        (card.doubtful for card in model.cards), reverse=True
    )
    view.focus_first()
    card = focused()
    assert card.card.field is Field.CONTACT
    assert "是哪一位" in card.accessibleName()
    press(Qt.Key.Key_Return)
    assert focused() is card
    press(Qt.Key.Key_9, Qt.Key.Key_2)
    chosen = model.cards[0]
    assert chosen.value == chosen.choices[1].value
    assert focused() is not card


def test_e_edits_escape_leaves_and_enter_takes(qtbot: QtBot, desk: Desk) -> None:
    view, model = a_view(qtbot, desk, NOTE)
    place = next(n for n, c in enumerate(model.cards) if c.field is Field.PROMISE)
    key = model.cards[place].key
    view.focus_card(key)
    card = focused()
    press(Qt.Key.Key_E)
    assert card.editing
    write("寄教材")
    press(Qt.Key.Key_Escape)
    assert not card.editing
    assert model.cards[place].decision is Decision.OPEN
    press(Qt.Key.Key_F2)
    write("寄教材")
    press(Qt.Key.Key_Tab)
    write("后天 15:00")
    press(Qt.Key.Key_Return)
    edited = model.card(key)
    assert edited is not None
    assert (edited.value, edited.due) == ("寄教材", "2026-03-04T07:00:00Z")
    assert edited.decision is Decision.EDITED
    assert focused() is card


def test_delete_leaves_out_and_delete_again_takes_back(qtbot: QtBot, desk: Desk) -> None:
    view, model = a_view(qtbot, desk, NOTE)
    key = model.cards[1].key
    view.focus_card(key)
    press(Qt.Key.Key_Delete)
    dropped = model.card(key)
    assert dropped is not None
    assert dropped.decision is Decision.DROPPED
    press(Qt.Key.Key_Up, Qt.Key.Key_Delete)
    back = model.card(key)
    assert back is not None
    assert back.decision is Decision.OPEN


def test_something_unsaid_can_be_added(qtbot: QtBot, desk: Desk) -> None:
    view, model = a_view(qtbot, desk, "")
    view._actions[Field.PROMISE].trigger()
    write("带样品")
    press(Qt.Key.Key_Return)
    (card,) = model.cards
    assert (card.field, card.value, card.decision) == (Field.PROMISE, "带样品", Decision.EDITED)


def test_the_keyboard_stays_while_the_note_is_read_again(qtbot: QtBot, desk: Desk) -> None:
    view, model = a_view(qtbot, desk, NOTE)
    view.focus_card(model.cards[-1].key)
    card = focused()
    model.set_text(NOTE + "她很满意。")
    qtbot.waitUntil(lambda: not model.reading)
    assert focused() is card


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
def test_every_highlight_is_readable(
    qtbot: QtBot, desk: Desk, qapp: QApplication, scheme: Scheme
) -> None:
    apply_theme(qapp, scheme)
    _, model = a_view(qtbot, desk, BUSY, "hospital")
    box = NoteBox()
    qtbot.addWidget(box)
    box.setPlainText(BUSY)
    box.show_cards(model.cards)
    shown = box.highlights()
    assert len(shown) >= 6
    assert all(contrast(ink, ground) >= 4.5 for _, ink, ground in shown)


@pytest.mark.parametrize(
    ("due", "zh", "en"),
    [
        ("2026-03-02T10:00:00Z", "今天 周一 3月2日 18:00", "today Mon 2 Mar 18:00"),
        ("2026-03-03T10:00", "明天 周二 3月3日 10:00", "tomorrow Tue 3 Mar 10:00"),
        ("2026-03-11T10:00:00Z", "周三 3月11日 18:00", "Wed 11 Mar 18:00"),
        ("某天", "某天", "某天"),
    ],
)
def test_due_dates_are_said_as_people_say_them(due: str, zh: str, en: str) -> None:
    assert due_words(due, TODAY, "zh_CN") == zh
    assert due_words(due, TODAY, "en") == en


def test_cards_follow_the_language(qtbot: QtBot, desk: Desk, qapp: QApplication) -> None:
    view, _ = a_view(qtbot, desk, NOTE)
    names = [card.accessibleName() for card in view.cards()]
    install_language(qapp, "en")
    desk.session.set_language("en")
    assert all(
        before != card.accessibleName() for before, card in zip(names, view.cards(), strict=True)
    )
    install_language(qapp, "zh_CN")
