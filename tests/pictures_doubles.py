"""Pictures of duplicates: met while typing, and found in everything."""

from PySide6.QtWidgets import QWidget

from crm_core.model.query import Op, Query, Test
from desktop.demo.stage import Stage
from desktop.services.commands.verbs import do_create
from desktop.views.main_window import MainWindow
from desktop.views.more_places import DUPLICATES
from desktop.views.pages.doubles.duplicates_page import DuplicatesPage
from desktop.views.pages.records.record_dialog import RecordDialog, Subject
from desktop.views.widgets.editors.contract import LineEditor

KNOWN = "江宁瑞康医院"
TWINS = (
    {"name": "南京江宁瑞康医院有限公司", "city": "南京市", "level": "A", "state": "active"},
    {"name": "瑞康医院（江宁）", "address": "江宁区将军大道 86 号", "tags": ["重点"]},
)


def met_while_typing(stage: Stage, window: MainWindow, name: str, phone: str) -> QWidget:
    """A new customer who is there already."""
    subject = Subject("customer", initial={"kind": "organisation"})
    sheet = RecordDialog.over(window.session, subject, window.shell)
    for field, text in (("name", name), ("phone", phone)):
        editor = sheet.row(field).editor
        assert isinstance(editor, LineEditor)
        editor.setText(text)
        editor.textEdited.emit(text)
    stage.until(lambda: bool(sheet.alike.rows), "the one that is there")
    return sheet


def found_in_everything(stage: Stage, window: MainWindow) -> QWidget:
    """A group side by side."""
    replica = window.session.workspace.replica
    known = replica.find(Query("customer", Test("name", Op.EQ, KNOWN)))[0]
    for twin in TWINS:
        if not replica.find(Query("customer", Test("name", Op.EQ, str(twin["name"])))):
            values = {"kind": "organisation", "phone": known.get("phone")} | twin
            do_create(window.session.workspace, "customer", values)
    window.more.go(DUPLICATES)
    page = window.shell.page(DUPLICATES)
    assert isinstance(page, DuplicatesPage)
    page.scan_all()
    stage.until(lambda: not page.scanning and bool(page.groups), "the groups")
    stage.until(lambda: page.desk.model.review is not None, "the group")
    page.desk.take_focus()
    return window.shell
