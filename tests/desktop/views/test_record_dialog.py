"""The record sheet: every entity, errors where they are, nothing lost, saved by keyboard."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from crm_core.model.entities import builtin_registry
from crm_core.model.query import Query
from desktop.services.commands.verbs import do_undo
from desktop.services.lookalikes import Taken, exact
from desktop.services.online.sync_status import SyncState, SyncStatus
from desktop.viewmodels.records.record_defaults import can_be_typed
from desktop.viewmodels.records.unsaved_forms import forms_left, take_form
from desktop.views.pages.records.field_editors import contract_of
from desktop.views.pages.records.record_dialog import RecordDialog, Subject
from desktop.views.pages.records.record_picker import RecordPicker
from desktop.views.widgets.editors.choice import ChoiceBox
from desktop.views.widgets.editors.tags import TagsEditor
from tests.builders import a_customer, an_actor, change
from tests.desktop.views.desk import Desk, a_desk, put

CONTROL = Qt.KeyboardModifier.ControlModifier
ENTITIES = [e.name for e in builtin_registry() if can_be_typed(e)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


def a_sheet(desk: Desk, qtbot: QtBot, subject: Subject) -> RecordDialog:
    sheet = RecordDialog(desk.session, subject)
    put(qtbot, sheet, width=600, height=680)
    return sheet


def type_in(sheet: RecordDialog, name: str, text: str) -> None:
    editor = sheet.row(name).editor
    line = editor.lineEdit() if isinstance(editor, ChoiceBox) else editor
    assert isinstance(line, QLineEdit)
    line.setText(text)
    line.textEdited.emit(text)


def pick(desk: Desk, qtbot: QtBot, picker: RecordPicker, typed: str, wanted: str) -> None:
    picker.setFocus()
    picker.setText(typed)
    with qtbot.waitSignal(picker.changed):
        picker.textEdited.emit(typed)
    popup = picker.popup()
    qtbot.waitUntil(popup.isVisible)
    if popup.model().rowCount() == 1:
        QTest.keyClick(popup, Qt.Key.Key_Down)  # It is marked already, and stays so.
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert picker.text() == wanted


@pytest.mark.parametrize("entity", ENTITIES)
def test_every_entity_can_be_filled_in(desk: Desk, qtbot: QtBot, entity: str) -> None:
    sheet = a_sheet(desk, qtbot, Subject(entity))
    spec = desk.workspace.replica.registry.entity(entity)
    offered = {f.name for f in spec.fields if f.editable and not f.internal}
    assert {f.name for f in spec.fields if sheet.has_row(f.name)} == offered
    sheet.reject()
    assert not sheet.isVisible()


def test_a_customer_is_created_by_keyboard_and_owned_by_its_author(
    desk: Desk, qtbot: QtBot
) -> None:
    sheet = a_sheet(desk, qtbot, Subject("customer"))
    qtbot.waitUntil(sheet.row("name").editor.hasFocus)
    type_in(sheet, "name", "苏州园区中心")
    type_in(sheet, "annual_purchase", "3.5万")
    with qtbot.waitSignal(sheet.saved) as saved:
        QTest.keyClick(sheet, Qt.Key.Key_Return, CONTROL)
    record = desk.record("customer", str(saved.args[0]))
    assert (record["name"], record["kind"], record["owner"]) == (
        "苏州园区中心",
        "organisation",
        "wang",
    )
    assert record["annual_purchase"] == 3_500_000
    assert not sheet.isVisible()


def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(
    desk: Desk, qtbot: QtBot
) -> None:
    sheet = a_sheet(desk, qtbot, Subject("customer"))
    type_in(sheet, "phone", "打电话")
    assert "不像电话号码" in sheet.row("phone").error()
    QTest.keyClick(sheet, Qt.Key.Key_Return, CONTROL)
    assert "必须填写" in sheet.row("name").error()
    assert sheet.row("name").editor.hasFocus()
    assert sheet.isVisible()
    assert contract_of(sheet.row("phone").editor).value() == "打电话"
    assert desk.workspace.replica.count(Query("customer")) == 0
    type_in(sheet, "phone", "13800000000")
    assert sheet.row("phone").error() == ""


def test_escape_asks_before_it_throws_text_away(desk: Desk, qtbot: QtBot) -> None:
    sheet = a_sheet(desk, qtbot, Subject("lead"))
    type_in(sheet, "name", "李女士")
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert sheet.isVisible()
    assert sheet.asking()


def test_editing_saves_only_what_differs_and_is_one_undo(desk: Desk, qtbot: QtBot) -> None:
    record_id = desk.add("customer", a_customer(city="上海", phone="13800000001"))
    sheet = a_sheet(desk, qtbot, Subject("customer", desk.record("customer", record_id)))
    change(desk.workspace.replica, "customer", record_id, by=an_actor(), level="C")
    type_in(sheet, "city", "苏州")
    type_in(sheet, "phone", "13800000002")
    with qtbot.waitSignal(sheet.saved):
        QTest.keyClick(sheet, Qt.Key.Key_Return, CONTROL)
    record = desk.record("customer", record_id)
    assert (record["city"], record["phone"], record["level"]) == ("苏州", "13800000002", "C")
    with qtbot.waitSignal(desk.session.finished):
        desk.session.run(do_undo, desk.done[-1].group)
    assert desk.record("customer", record_id)["city"] == "上海"


def test_a_reference_is_found_by_pinyin_and_never_guessed(desk: Desk, qtbot: QtBot) -> None:
    customer = desk.add("customer", a_customer(name="瑞金医院"))
    sheet = a_sheet(desk, qtbot, Subject("contact"))
    type_in(sheet, "name", "张主任")
    picker = sheet.row("customer").editor
    assert isinstance(picker, RecordPicker)
    type_in(sheet, "customer", "abc")
    QTest.keyClick(sheet, Qt.Key.Key_Return, CONTROL)
    assert sheet.row("customer").error()
    assert picker.text() == "abc"
    pick(desk, qtbot, picker, "rjyy", "瑞金医院")
    assert sheet.row("customer").error() == ""
    with qtbot.waitSignal(sheet.saved) as saved:
        QTest.keyClick(sheet, Qt.Key.Key_Return, CONTROL)
    assert desk.record("contact", str(saved.args[0]))["customer"] == customer


def test_first_values_are_saved_without_being_touched(desk: Desk, qtbot: QtBot) -> None:
    customer = desk.add("customer", a_customer(name="瑞金医院"))
    sheet = a_sheet(desk, qtbot, Subject("task", initial={"customer": customer}))
    picker = sheet.row("customer").editor
    assert isinstance(picker, RecordPicker)
    qtbot.waitUntil(lambda: picker.text() == "瑞金医院")
    type_in(sheet, "title", "寄样品")
    with qtbot.waitSignal(sheet.saved) as saved:
        QTest.keyClick(sheet, Qt.Key.Key_Return, CONTROL)
    task = desk.record("task", str(saved.args[0]))
    assert (task["customer"], task["state"]) == (customer, "open")


def test_a_refused_save_keeps_the_form(desk: Desk, qtbot: QtBot) -> None:
    record_id = desk.add("customer", a_customer(owner="zhao"))
    sheet = a_sheet(desk, qtbot, Subject("customer", desk.record("customer", record_id)))
    change(desk.workspace.replica, "user", "wang", by=an_actor(), role="rep")
    assert desk.workspace.refresh_actor()
    type_in(sheet, "city", "苏州")
    QTest.keyClick(sheet, Qt.Key.Key_Return, CONTROL)
    qtbot.waitUntil(lambda: "数据范围" in sheet.message.text())
    assert sheet.isVisible()
    assert contract_of(sheet.row("city").editor).value() == "苏州"


def test_one_like_it_is_met_while_typing(desk: Desk, qtbot: QtBot) -> None:
    desk.add("customer", a_customer(name="上海瑞金医院", city="上海", phone="021 6437 0045"))
    sheet = a_sheet(desk, qtbot, Subject("customer"))
    type_in(sheet, "name", "瑞金")
    qtbot.waitUntil(lambda: "上海瑞金医院" in sheet.alike.text())
    type_in(sheet, "name", "华山医院")
    qtbot.waitUntil(lambda: sheet.alike.text() == "")
    type_in(sheet, "phone", "64370045")
    qtbot.waitUntil(lambda: "上海瑞金医院" in sheet.alike.text())
    type_in(sheet, "phone", "6437004")
    qtbot.waitUntil(lambda: sheet.alike.text() == "")
    type_in(sheet, "phone", "021-64370045")
    qtbot.waitUntil(lambda: "上海瑞金医院" in sheet.alike.text())
    assert sheet.isVisible()


def blocked_sheet(desk: Desk, qtbot: QtBot) -> tuple[RecordDialog, str]:
    known = desk.add("customer", a_customer(name="上海瑞金医院", phone="13912345678"))
    sheet = a_sheet(desk, qtbot, Subject("customer", initial={"kind": "organisation"}))
    type_in(sheet, "name", "瑞金体检中心")
    type_in(sheet, "phone", "139 1234 5678")
    qtbot.waitUntil(lambda: sheet.alike.blocked)
    return sheet, known


def test_the_same_number_blocks_and_leads_to_the_record(desk: Desk, qtbot: QtBot) -> None:
    sheet, known = blocked_sheet(desk, qtbot)
    assert "上海瑞金医院" in sheet.alike.text()
    QTest.keyClick(sheet, Qt.Key.Key_Return, CONTROL)
    qtbot.waitUntil(lambda: "已有客户" in sheet.message.text())
    assert sheet.isVisible()
    (row,) = sheet.alike.rows
    QTest.keyClick(row, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not sheet.isVisible())
    assert desk.opened == [("customer", known)]
    qtbot.waitUntil(lambda: forms_left(desk.workspace) == 1)
    kept = take_form(desk.workspace)
    assert kept is not None
    assert kept.typed["name"] == "瑞金体检中心"


def test_a_reason_creates_a_second_one_all_the_same(desk: Desk, qtbot: QtBot) -> None:
    sheet, _ = blocked_sheet(desk, qtbot)
    QTest.mouseClick(sheet.alike.all_the_same, Qt.MouseButton.LeftButton)
    sheet.alike.reason.setText("同一总机，两家签约")
    assert not sheet.alike.blocked
    with qtbot.waitSignal(sheet.saved) as saved:
        QTest.keyClick(sheet, Qt.Key.Key_Return, CONTROL)
    (created,) = desk.workspace.replica.history("customer", saved.args[0])
    assert created.reason == "同一总机，两家签约"


def test_offline_it_says_that_the_server_checks_again(desk: Desk, qtbot: QtBot) -> None:
    sheet = a_sheet(desk, qtbot, Subject("lead"))
    type_in(sheet, "phone", "13912345678")
    words = ("when you are online", "联网后")
    qtbot.waitUntil(lambda: any(said in sheet.alike.text() for said in words))


def test_what_the_server_knows_is_said_without_saying_who(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.session.set_status(SyncStatus(SyncState.IDLE))
    said: list[object] = [{"by": "phone", "owner": "李维", "since": "2026-01-05"}]
    monkeypatch.setattr(desk.workspace.client, "signed", lambda _ask: said)
    sheet = a_sheet(desk, qtbot, Subject("customer"))
    type_in(sheet, "phone", "13912345678")
    qtbot.waitUntil(lambda: "李维" in sheet.alike.text())
    assert "2026-01-05" in sheet.alike.text()


def test_tags_used_before_are_offered(desk: Desk, qtbot: QtBot) -> None:
    desk.add("customer", a_customer(name="瑞金医院", tags=["重点保供"]))
    editor = a_sheet(desk, qtbot, Subject("customer")).row("tags").editor
    assert isinstance(editor, TagsEditor)
    qtbot.waitUntil(lambda: editor.offered() == ["重点保供"])


def test_what_is_typed_is_kept_at_once_and_forgotten_when_saved_or_given_up(
    desk: Desk, qtbot: QtBot
) -> None:
    """A crash loses what was typed in the last half second, and nothing else."""

    def kept() -> str:
        return str(desk.workspace.replica.meta("draft_forms") or [])

    customer = desk.add("customer", a_customer(name="瑞金医院"))
    one = a_sheet(desk, qtbot, Subject("customer"))
    two = a_sheet(desk, qtbot, Subject("customer", desk.record("customer", customer)))
    type_in(one, "name", "苏州")
    type_in(one, "name", "苏州园区中心")
    type_in(two, "phone", "不是号码")
    qtbot.waitUntil(lambda: "苏州园区中心" in kept() and "不是号码" in kept())
    assert kept().count("苏州") == 1
    one.submitted.emit()  # Its keys belong to the sheet in front.
    qtbot.waitUntil(lambda: "苏州园区中心" not in kept())
    type_in(two, "phone", "")
    qtbot.waitUntil(lambda: kept() == "[]")
    type_in(two, "phone", "又不是")
    qtbot.waitUntil(lambda: "又不是" in kept())
    two.set_dirty(False)
    two.reject()
    qtbot.waitUntil(lambda: kept() == "[]")


def test_what_only_the_server_sees_blocks_as_well(desk: Desk, qtbot: QtBot) -> None:
    change(desk.workspace.replica, "user", "wang", by=an_actor(), role="rep")
    assert desk.workspace.refresh_actor()
    sheet = a_sheet(desk, qtbot, Subject("customer", initial={"kind": "organisation"}))
    told = (Taken("phone", "赵磊", "2026-01-05"),)
    for number, blocks in (("139 1234 5678", True), ("021-64370045", False)):
        type_in(sheet, "name", "瑞金体检中心")
        type_in(sheet, "phone", number)
        keys = exact("customer", {"phone": number})
        qtbot.waitUntil(lambda k=keys: sheet.alike.check._keys() == k)  # type: ignore[misc]
        sheet.alike.check.hear(keys, told)
        assert sheet.alike.blocked is blocks
        assert "赵磊" in sheet.alike.text()  # A shared switchboard is told of, no more.
        QTest.keyClick(sheet, Qt.Key.Key_Return, CONTROL)
        assert ("赵磊" in sheet.message.text()) is blocks
    qtbot.waitUntil(lambda: not sheet.isVisible())
    assert [x["phone"] for x in desk.workspace.replica.find(Query("customer"))] == ["021-64370045"]
