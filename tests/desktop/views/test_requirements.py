"""Fields that are asked for when a record is so and so, in forms and by the administrator."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from crm_core.errors import KnownError
from crm_core.rules.required import SHIPPED
from desktop.services.cancelling import CancelToken
from desktop.services.commands.bulk_edit import BulkEdit, Step, Way, preview
from desktop.services.commands.verbs import do_change, do_create
from desktop.services.rules.requirements import requirements_of
from desktop.views.pages.admin.requirement_sheet import RequirementSheet
from desktop.views.pages.records.field_column import FieldColumn
from desktop.views.pages.records.record_dialog import RecordDialog, Subject
from desktop.views.widgets.editors.contract import LineEditor
from tests.builders import a_customer
from tests.desktop.views.desk import Desk, a_desk, put

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


def test_choosing_hospital_asks_for_two_more_fields_and_saving_insists(
    desk: Desk, qtbot: QtBot
) -> None:
    sheet = RecordDialog(desk.session, Subject("customer", initial={"name": "瑞康医院"}))
    put(qtbot, sheet, width=600, height=680)
    assert sheet.row("department").isHidden()
    box = sheet.row("industry").editor
    box.setValue("hospital")  # type: ignore[attr-defined]
    sheet.row("industry").changed.emit()
    assert not sheet.row("department").isHidden()
    QTest.keyClick(sheet, Qt.Key.Key_Return, CONTROL)
    assert "医院客户必须填写" in sheet.row("department").error()
    for name in ("department", "buyer_title"):
        editor = sheet.row(name).editor
        assert isinstance(editor, LineEditor)
        editor.setText("检验科")
        editor.textEdited.emit("检验科")
    with qtbot.waitSignal(sheet.saved):
        QTest.keyClick(sheet, Qt.Key.Key_Return, CONTROL)


def test_verbs_and_bulk_edits_say_the_same_and_an_older_record_is_only_marked(
    desk: Desk, qtbot: QtBot
) -> None:
    with pytest.raises(KnownError, match="医院客户必须填写"):
        do_create(desk.workspace, "customer", a_customer(industry="hospital"))
    older = desk.add("customer", a_customer(industry="hospital"))
    school = desk.add("customer", a_customer(name="二中", industry="school"))
    do_change(desk.workspace, "customer", older, {"level": "C"})
    replica = desk.workspace.replica
    rids = [replica.by_ids("customer", [one])[one]["rid"] for one in (older, school)]
    edit = BulkEdit(
        "customer", [int(str(one)) for one in rids],
        steps=(Step("industry", Way.SET, "hospital"),),
    )  # fmt: skip
    seen = preview(desk.workspace, edit, CancelToken(), lambda _share: None)
    assert (seen.changing, seen.refused, seen.unchanged) == (0, 1, 1)
    page = FieldColumn(desk.session, desk.workspace.entity("customer"))
    put(qtbot, page, width=420, height=800)
    page.show_record(desk.record("customer", older), {})
    qtbot.waitUntil(lambda: "医院客户" in page.fields["department"].note())
    assert not page.fields["department"].isHidden()


def test_an_administrator_adds_one_and_switches_off_the_shipped_one(
    desk: Desk, qtbot: QtBot
) -> None:
    # What a requirement is changes who may do what, so the role is read again from the records.
    do_change(desk.workspace, "user", desk.workspace.actor.user_id, {"role": "admin"})
    sheet = RequirementSheet(desk.session, desk.workspace.entity("customer"))
    put(qtbot, sheet, width=600, height=600)
    sheet.switches[SHIPPED[0].id].click()
    qtbot.waitUntil(lambda: requirements_of(desk.workspace) == ())
    sheet.field.setValue("level")
    sheet.field.changed.emit()
    sheet.value.setValue("A")
    sheet.fields.setValue(["uscc"])
    sheet.who.setText("重点客户")
    QTest.keyClick(sheet, Qt.Key.Key_Return, CONTROL)
    qtbot.waitUntil(lambda: len(requirements_of(desk.workspace)) == 1)
    [own] = requirements_of(desk.workspace)
    assert (own.label.zh, own.fields) == ("重点客户", ("uscc",))
