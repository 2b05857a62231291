"""The customer page: fields edited in place, fresh without disturbing, visits, tasks, contacts."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from crm_core.model.entities import builtin_registry
from desktop.services.commands.stage import do_move_stage
from desktop.services.commands.verbs import do_change, do_delete
from desktop.viewmodels.records.dossier import EventKind
from desktop.views.pages.records.customer_page import CustomerPage
from desktop.views.pages.records.inline_field import InlineField
from desktop.views.pages.records.record_dialog import RecordDialog
from desktop.views.pages.records.record_page import RecordPage
from desktop.views.widgets.editors.choice import ChoiceBox
from desktop.views.widgets.editors.place import PlaceBox
from tests.builders import START, a_customer, a_task
from tests.desktop.views.desk import Desk, a_desk, put

CONTROL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


@pytest.fixture
def customer(desk: Desk) -> str:
    return desk.add(
        "customer", a_customer(name="瑞金医院", phone="021 6437 0045", city="上海", owner="wang")
    )


def shown(page: RecordPage, qtbot: QtBot, record_id: str) -> None:
    with qtbot.waitSignal(page.shown):
        page.show_record(record_id)


@pytest.fixture
def page(desk: Desk, customer: str, qtbot: QtBot) -> CustomerPage:
    made = CustomerPage(desk.session)
    put(qtbot, made)
    shown(made, qtbot, customer)
    return made


def begin(field: InlineField, text: str) -> QLineEdit:
    QTest.keyClick(field.face, Qt.Key.Key_Return)
    editor = field.editor
    line = editor.lineEdit() if isinstance(editor, PlaceBox) else editor
    assert isinstance(line, QLineEdit)
    line.selectAll()
    line.setText(text)
    line.textEdited.emit(text)
    return line


def test_enter_edits_enter_saves(
    page: CustomerPage, desk: Desk, customer: str, qtbot: QtBot
) -> None:
    field = page.fields.fields["city"]
    editor = begin(field, "苏州")
    with qtbot.waitSignal(desk.session.finished):
        QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not field.editing)
    assert desk.record("customer", customer)["city"] == "苏州"
    assert field.face.text() == "苏州"
    assert field.face.hasFocus()
    qtbot.waitUntil(lambda: "苏州" in page.subtitle.text())


def test_escape_gives_up_and_leaving_saves(
    page: CustomerPage, desk: Desk, customer: str, qtbot: QtBot
) -> None:
    field = page.fields.fields["city"]
    QTest.keyClick(begin(field, "苏州"), Qt.Key.Key_Escape)
    assert not field.editing
    assert field.face.text() == "上海"
    begin(field, "无锡")
    with qtbot.waitSignal(desk.session.finished):
        page.fields.fields["address"].face.setFocus()
    assert desk.record("customer", customer)["city"] == "无锡"


def test_what_cannot_be_saved_stays_in_its_place_with_the_reason(
    page: CustomerPage, desk: Desk, customer: str, qtbot: QtBot
) -> None:
    field = page.fields.fields["phone"]
    QTest.keyClick(begin(field, "打电话"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "不像电话号码" in field.problem())
    assert field.typed() == "打电话"
    other = desk.add("customer", a_customer(name="仁济医院"))
    shown(page, qtbot, other)
    assert not field.editing
    shown(page, qtbot, customer)
    assert field.typed() == "打电话"
    assert desk.record("customer", customer)["phone"] == "021 6437 0045"


def test_a_required_field_is_not_emptied(page: CustomerPage, qtbot: QtBot) -> None:
    field = page.fields.fields["name"]
    QTest.keyClick(begin(field, ""), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(field.problem()))
    assert field.editing


def test_a_choice_is_saved_as_soon_as_it_is_picked(
    page: CustomerPage, desk: Desk, customer: str, qtbot: QtBot
) -> None:
    field = page.fields.fields["level"]
    QTest.keyClick(field.face, Qt.Key.Key_Return)
    box = field.editor
    assert isinstance(box, ChoiceBox)
    box.hidePopup()
    box.setCurrentIndex(1)
    with qtbot.waitSignal(desk.session.finished):
        box.activated.emit(1)
    assert desk.record("customer", customer)["level"] == "B"


def test_sync_refreshes_other_fields_and_leaves_typing_alone(
    page: CustomerPage, desk: Desk, customer: str, qtbot: QtBot
) -> None:
    city = page.fields.fields["city"]
    editor = begin(city, "苏")
    desk.session.run(do_change, "customer", customer, {"city": "杭州", "address": "清泰街 1 号"})
    qtbot.waitUntil(lambda: page.fields.fields["address"].face.text() == "清泰街 1 号")
    assert city.editor is editor.parent()
    assert city.typed() == "苏"
    assert "杭州" in city.note()
    assert editor.hasFocus()


def test_one_key_copies_the_phone_without_spaces(page: CustomerPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.copied):
        QTest.keyClick(page.fields.fields["name"].face, Qt.Key.Key_C, CONTROL_SHIFT)
    assert QGuiApplication.clipboard().text() == "02164370045"


def test_a_visit_is_asked_for_by_the_customer(
    page: CustomerPage, desk: Desk, customer: str, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(desk.session.visit_requested) as asked:
        page.visit.click()
    assert asked.args == [customer]


def test_h_opens_the_history_and_escape_comes_back(page: CustomerPage, qtbot: QtBot) -> None:
    face = page.fields.fields["phone"].face
    face.setFocus()
    with qtbot.waitSignal(page.history.shown_versions):
        QTest.keyClick(face, Qt.Key.Key_H)
    assert page.history.is_open
    QTest.keyClick(page.history, Qt.Key.Key_Escape)
    assert not page.history.is_open
    assert face.hasFocus()


def test_what_happened_is_told_newest_first_and_narrowed_by_kind(
    page: CustomerPage, desk: Desk, customer: str, qtbot: QtBot
) -> None:
    moment = START.strftime("%Y-%m-%dT%H:%M:%SZ")
    visit = {"customer": customer, "started_at": moment, "summary": "谈了报价", "owner": "zhao"}
    desk.time.advance(hours=1)
    before = len(desk.done)
    desk.session.run(do_change, "customer", customer, {"city": "苏州", "level": "B"})
    qtbot.waitUntil(lambda: len(desk.done) > before)  # Otherwise the clock could move on first.
    desk.add("visit", visit)
    deal = desk.add(
        "opportunity",
        {"name": "质谱仪", "customer": customer, "stage": "contact", "owner": "wang"},
    )
    desk.time.advance(hours=1)
    desk.session.run(partial(do_move_stage, overruling=True), "opportunity", deal, "quote")
    qtbot.waitUntil(lambda: len(page.timeline.events()) == 5)
    told = page.timeline.events()
    assert [e.kind for e in told][:3] == [EventKind.STAGE, EventKind.RECORD, EventKind.CHANGE]
    assert told[0].title == "商机 · 初步接触 → 方案报价"
    assert told[2].body == "城市：上海 → 苏州\n级别：A 重点 → B 普通"
    page.timeline.chips[EventKind.VISIT].click()
    assert [(e.who, e.body) for e in page.timeline.events()] == [("赵磊", "谈了报价")]
    page.timeline.event_opened.emit(page.timeline.events()[0])
    assert desk.opened[-1][0] == "visit"


def test_tasks_are_closed_and_contacts_copied_from_their_cards(
    page: CustomerPage, desk: Desk, customer: str, qtbot: QtBot
) -> None:
    late = desk.add("task", a_task(title="寄样品", customer=customer, due_at="2026-03-01 09:00"))
    desk.add("task", a_task(title="回访", customer=customer, due_at="2026-03-05 09:00"))
    desk.add("contact", {"name": "张主任", "phone": "138 0000 0001", "customer": customer})
    shown(page, qtbot, customer)
    assert [row.accessibleName() for row in page.tasks.rows] == ["寄样品", "回访"]
    row = page.contacts.rows[0]
    row.setFocus()
    QTest.keyClick(row, Qt.Key.Key_Space)
    assert QGuiApplication.clipboard().text() == "13800000001"
    page.tasks.rows[0].button.click()
    qtbot.waitUntil(lambda: len(page.tasks.rows) == 1)
    assert desk.record("task", late)["state"] == "done"


def test_a_new_contact_already_knows_its_customer(
    page: CustomerPage, customer: str, qtbot: QtBot
) -> None:
    page.contacts.add.click()
    (sheet,) = page.findChildren(RecordDialog)
    assert sheet.form.value("customer") == customer
    sheet.reject()


def test_a_reference_leads_to_its_record(desk: Desk, customer: str, qtbot: QtBot) -> None:
    contact = desk.add("contact", {"name": "张主任", "customer": customer, "owner": "wang"})
    page = RecordPage(desk.session, "contact")
    put(qtbot, page)
    shown(page, qtbot, contact)
    assert page.fields.fields["customer"].face.text() == "瑞金医院"
    QTest.keyClick(page.fields.fields["customer"].face, Qt.Key.Key_O)
    QTest.keyClick(page.fields.fields["owner"].face, Qt.Key.Key_O)
    assert desk.opened == [("customer", customer)]


def test_a_deleted_customer_says_so(
    page: CustomerPage, desk: Desk, customer: str, qtbot: QtBot
) -> None:
    desk.session.run(do_delete, "customer", customer)
    qtbot.waitUntil(lambda: page.dossier is None)
    assert page.gone.isVisible()


@pytest.mark.parametrize("entity", [e.name for e in builtin_registry()])
def test_every_entity_has_a_page(desk: Desk, qtbot: QtBot, entity: str) -> None:
    page = RecordPage(desk.session, entity)
    put(qtbot, page)
    page.show_record("nobody")
    qtbot.waitUntil(page.gone.isVisible)
    assert set(page.fields.fields) == {f.name for f in page.entity.fields}
