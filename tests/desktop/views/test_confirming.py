"""Confirming a note: visit or call, deals, names nobody is sure of, customers nobody has yet."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from crm_core.model.query import Query
from desktop.services.commands.verbs import do_create
from desktop.services.voice.speech import Speech
from desktop.viewmodels.visits.visit_cards import TASKS, Card, Decision, Field
from desktop.views.language import install_language
from desktop.views.pages.visits.outcome_line import OutcomeLine
from desktop.views.pages.visits.visit_dialog import VisitDialog
from desktop.views.theme.apply import apply_theme
from desktop.views.theme.tokens import Scheme
from tests.desktop.visits import Desk, a_desk

CALL = "给王强主任打了电话，全自动化学发光仪预算二十八万，合同草稿明天下午发给他。"


@pytest.fixture
def desk(tmp_path: Path, qapp: QApplication) -> Iterator[Desk]:
    apply_theme(qapp, Scheme.LIGHT)
    install_language(qapp, "zh_CN")
    with a_desk(tmp_path / "profile") as made:
        yield made


def opened(qtbot: QtBot, desk: Desk, text: str, customer: str = "") -> VisitDialog:
    speech = Speech({"SUIXING_MODELS": str(desk.workspace.profile.folder / "models")})
    dialog = VisitDialog(desk.session, customer_id=customer, speech=speech)
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.open()
        dialog.activateWindow()
    dialog.note.setFocus()
    dialog.note.insertPlainText(text)
    qtbot.waitUntil(lambda: not dialog.model.reading)
    return dialog


def press(key: Qt.Key, how: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    target = QApplication.focusWidget()
    assert target is not None
    QTest.keyClick(target, key, how)


def save(qtbot: QtBot, desk: Desk) -> None:
    with qtbot.waitSignal(desk.session.finished):
        press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def records(desk: Desk, entity: str) -> list[dict[str, Any]]:
    return list(desk.workspace.replica.find(Query(entity)))


def only(dialog: VisitDialog, field: Field) -> Card:
    (card,) = [card for card in dialog.model.cards if card.field is field]
    return card


def a_deal(desk: Desk) -> str:
    deal = {"name": "检验科项目", "customer": desk.ids["hospital"], "stage": "quote"}
    done = do_create(desk.workspace, "opportunity", {**deal, "close_on": "2026-04-01"})
    return done.record_id


def test_a_call_is_proposed_as_a_follow_up_and_f8_switches(qtbot: QtBot, desk: Desk) -> None:
    dialog = opened(qtbot, desk, CALL)
    assert dialog.form.segments.value() == "follow_up"
    assert dialog.windowTitle() == "记录跟进"
    assert not dialog.extras.isVisible()
    (line,) = dialog.findChildren(OutcomeLine)
    assert line.text() == "保存：跟进 · 1 项任务 · 下次联系 3月3日"
    press(Qt.Key.Key_F8)
    assert line.text().startswith("保存：拜访")
    assert dialog.model.header.form == "visit"
    assert dialog.model.header.action == "visited"
    assert dialog.extras.isVisible()
    press(Qt.Key.Key_F8)
    save(qtbot, desk)
    (made,) = records(desk, "follow_up")
    assert (made["action"], made["customer"]) == ("called", desk.ids["hospital"])
    assert (made["summary"], made["contact"]) == (CALL, desk.ids["wang_qiang"])
    assert records(desk, "visit") == []


def test_a_stage_is_suggested_and_moves_only_when_taken(qtbot: QtBot, desk: Desk) -> None:
    deal = a_deal(desk)
    dialog = opened(qtbot, desk, CALL)
    card = only(dialog, Field.STAGE)
    assert card.offered
    assert not card.kept
    (shown,) = [one for one in dialog.proposals.cards() if one.card.key == card.key]
    assert "方案报价 → 商务谈判" in shown.accessibleName()
    assert "还差：已报价的跟进记录" in shown.accessibleName()
    dialog.proposals.focus_card(card.key)
    press(Qt.Key.Key_Return)
    assert only(dialog, Field.STAGE).decision is Decision.ACCEPTED
    with qtbot.waitSignal(dialog.model.failed):
        press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "还差：已报价的跟进记录" in dialog.message.text()
    assert records(desk, "follow_up") == []
    dialog.model.set_action("quoted")
    save(qtbot, desk)
    record = desk.workspace.replica.record("opportunity", deal)
    assert record is not None
    assert record["stage"] == "negotiate"
    assert not record.get("amount")


def test_a_sum_of_the_note_can_go_into_the_deal(qtbot: QtBot, desk: Desk) -> None:
    deal = a_deal(desk)
    dialog = opened(qtbot, desk, CALL)
    card = next(c for c in dialog.model.cards if c.key == f"update:opportunity:{deal}:amount")
    dialog.proposals.focus_card(card.key)
    press(Qt.Key.Key_Return)
    save(qtbot, desk)
    record = desk.workspace.replica.record("opportunity", deal)
    assert record is not None
    assert (record["amount"], record["stage"]) == (28_000_000, "quote")


def test_a_customer_nobody_is_sure_of_is_never_taken_unasked(qtbot: QtBot, desk: Desk) -> None:
    dialog = opened(qtbot, desk, "今天见了王主任，想要化学发光试剂。")
    card = only(dialog, Field.CONTACT)
    assert not card.value
    assert {choice.label for choice in card.choices} >= {"王敏", "王强"}
    customer = only(dialog, Field.CUSTOMER)
    assert not customer.value
    assert not dialog.model.header.customer_id
    press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert dialog.isVisible()
    assert records(desk, "visit") == []


def test_a_customer_nobody_has_is_added_after_looking_for_doubles(qtbot: QtBot, desk: Desk) -> None:
    dialog = opened(qtbot, desk, "电话里说想要化学发光试剂，明天下午发报价单。")
    dialog.fields.customer.setFocus()
    QTest.keyClicks(dialog.fields.customer, "Tonghe Lab")
    with qtbot.waitSignal(dialog.model.failed):
        press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "还没有客户" in dialog.newcomer.text())
    dialog.newcomer.action_triggered.emit()
    card = only(dialog, Field.CUSTOMER)
    assert card.new_customer
    save(qtbot, desk)
    (made,) = records(desk, "follow_up")
    customer = desk.workspace.replica.record("customer", made["customer"])
    assert customer is not None
    assert customer["name"] == "Tonghe Lab"
    (task,) = records(desk, "task")
    assert task["customer"] == made["customer"]


def test_e_on_a_customer_goes_to_the_field(qtbot: QtBot, desk: Desk) -> None:
    dialog = opened(qtbot, desk, CALL)
    dialog.proposals.focus_card(only(dialog, Field.CUSTOMER).key)
    press(Qt.Key.Key_E)
    assert QApplication.focusWidget() is dialog.fields.customer


CHAT = (
    "王敏：方案收到了，全自动化学发光仪价格太贵，预算二十八万\n我：合同草稿明天下午发您\n"
    "王敏：等领导批，再考虑一下\n我：好的"
)


def test_a_pasted_chat_gives_three_points_to_confirm(qtbot: QtBot, desk: Desk) -> None:
    dialog = opened(qtbot, desk, CHAT)
    points = [card for card in dialog.model.cards if card.field is Field.POINT]
    assert len(points) == 3
    assert all(card.value in CHAT for card in points)
    assert all("王敏" not in card.words for card in dialog.model.cards if card.field in TASKS)
    assert dialog.model.header.form == "follow_up"
    dialog.proposals.focus_card(points[0].key)
    press(Qt.Key.Key_Delete)
    save(qtbot, desk)
    (made,) = records(desk, "follow_up")
    assert made["summary"] == f"1. {points[1].value}\n2. {points[2].value}\n\n{CHAT}"
    assert made["conclusion"] == f"{points[1].value}；{points[2].value}"
    assert set(made["objections"]) >= {"approval", "timing"}


@pytest.mark.parametrize(
    ("words", "stage"),
    [("方案已发给他们", "quote"), ("合同草稿在看", "negotiate"), ("下周演示", "demo")],
)
def test_row_3_8_a_keyword_suggests_the_stage(
    qtbot: QtBot, desk: Desk, words: str, stage: str
) -> None:
    deal = {"name": "检验科项目", "customer": desk.ids["hospital"], "stage": "contact"}
    do_create(desk.workspace, "opportunity", deal)
    dialog = opened(qtbot, desk, f"和王强微信聊了，{words}。", desk.ids["hospital"])
    assert only(dialog, Field.STAGE).value.endswith(f":{stage}")


def test_a_correction_teaches_the_list_and_l_forgets_it(qtbot: QtBot, desk: Desk) -> None:
    dialog = opened(qtbot, desk, "给王强主任打了电话，想要化学发光试剂，关注上课实践。")
    card = only(dialog, Field.CONCERN)
    dialog.proposals.focus_card(card.key)
    press(Qt.Key.Key_E)
    line = QApplication.focusWidget()
    assert isinstance(line, QLineEdit)
    line.selectAll()
    line.insert("上课时间")
    press(Qt.Key.Key_Return)
    (shown,) = [one for one in dialog.proposals.cards() if one.card.key == card.key]
    assert "会记住：听到“上课实践”就是“上课时间”" in shown.accessibleName()
    press(Qt.Key.Key_L)
    assert "按 L 记住" in shown.accessibleName()
    press(Qt.Key.Key_L)
    save(qtbot, desk)
    (word,) = records(desk, "wording")
    assert (word["heard"], word["meant"], word["author"]) == ("上课实践", "上课时间", "u-lin")


def test_a_name_typed_by_hand_is_looked_for_by_its_sound(qtbot: QtBot, desk: Desk) -> None:
    dialog = opened(qtbot, desk, CALL)
    card = only(dialog, Field.CONTACT)
    dialog.model.edit(card.key, "王民", None)
    qtbot.waitUntil(lambda: len(only(dialog, Field.CONTACT).choices) == 2)
    card = only(dialog, Field.CONTACT)
    assert [choice.label for choice in card.choices] == ["王敏", "王民"]
    assert card.value == "+王民"
    dialog.proposals.focus_card(card.key)
    press(Qt.Key.Key_1)
    assert only(dialog, Field.CONTACT).value == desk.ids["wang_min"]


def test_f4_goes_between_the_note_and_the_cards(qtbot: QtBot, desk: Desk) -> None:
    dialog = opened(qtbot, desk, CALL)
    press(Qt.Key.Key_F4)
    assert QApplication.focusWidget() is dialog.proposals.cards()[0]
    press(Qt.Key.Key_F4)
    assert QApplication.focusWidget() is dialog.note
    for card in dialog.model.cards:
        dialog.model.accept(card.key)
    press(Qt.Key.Key_F4)
    assert QApplication.focusWidget() is dialog.proposals.cards()[0]
