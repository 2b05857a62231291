"""Places in forms: filled from number and address, narrowing each other, taken back (row 1.9)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from desktop.views.pages.records.field_column import FieldColumn
from desktop.views.pages.records.record_dialog import RecordDialog, Subject
from desktop.views.widgets.editors.contract import LineEditor
from desktop.views.widgets.editors.place import PlaceBox
from tests.builders import a_customer
from tests.desktop.views.desk import Desk, a_desk, put

MOBILE = "13813801234"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


@pytest.fixture
def sheet(desk: Desk, qtbot: QtBot) -> RecordDialog:
    opened = RecordDialog(desk.session, Subject("customer", initial={"name": "瑞康"}))
    put(qtbot, opened, width=600, height=680)
    box = place(opened, "province")
    qtbot.waitUntil(lambda: box.count() == 34)
    return opened


def place(sheet: RecordDialog, name: str) -> PlaceBox:
    box = sheet.row(name).editor
    assert isinstance(box, PlaceBox)
    return box


def type_in(sheet: RecordDialog, name: str, text: str) -> None:
    editor = sheet.row(name).editor
    line = editor.lineEdit() if isinstance(editor, PlaceBox) else editor
    assert line is not None
    line.setText(text)  # type: ignore[attr-defined]
    line.textEdited.emit(text)  # type: ignore[attr-defined]


def test_a_mobile_number_fills_the_empty_city_and_can_be_taken_back(sheet: RecordDialog) -> None:
    type_in(sheet, "phone", MOBILE)
    assert [place(sheet, n).value() for n in ("province", "city")] == ["江苏", "南京"]
    assert sheet.form.changes()["city"] == "南京"
    undo = sheet.row("city").findChildren(QToolButton)[-1]
    QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
    assert place(sheet, "city").value() is None
    type_in(sheet, "phone", "13813801235")
    assert place(sheet, "city").value() is None, "what was taken back is not proposed again"


def test_what_was_typed_is_not_replaced_by_a_number(sheet: RecordDialog) -> None:
    type_in(sheet, "city", "北京市")
    type_in(sheet, "phone", MOBILE)
    assert place(sheet, "city").value() == "北京"
    assert place(sheet, "province").value() == "北京"


def test_an_address_fills_and_the_boxes_narrow(sheet: RecordDialog) -> None:
    type_in(sheet, "address", "江苏省苏州市昆山市人民路 1 号")
    names = ("province", "city", "district")
    assert [place(sheet, n).value() for n in names] == ["江苏", "苏州", "昆山市"]
    box = place(sheet, "district")
    assert "姑苏区" in [box.itemText(i) for i in range(box.count())]
    assert place(sheet, "city").count() == 13


def test_a_mobile_number_of_ten_digits_is_refused_with_a_sentence(
    sheet: RecordDialog,
) -> None:
    type_in(sheet, "phone", "1381380123")
    QTest.keyClick(sheet, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "11 位" in sheet.row("phone").error()
    assert sheet.isVisible()


def test_a_number_saved_in_its_place_fills_the_city_as_an_act_of_its_own(
    desk: Desk, qtbot: QtBot
) -> None:
    customer = desk.add("customer", a_customer())
    page = FieldColumn(desk.session, desk.workspace.entity("customer"))
    put(qtbot, page, width=420, height=800)
    page.show_record(desk.record("customer", customer), {})
    page.fields["phone"].begin()
    editor = page.fields["phone"].editor
    assert isinstance(editor, LineEditor)
    editor.setText(MOBILE)
    page.fields["phone"].commit()
    qtbot.waitUntil(lambda: len(desk.done) == 2)
    assert desk.record("customer", customer)["city"] == "南京"
    assert "归属地" in desk.done[1].sentence_zh
