"""The administrator's page in its real window: matrix, fields, rules, policy, places, people."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crm_core.model.query import Op, Query, Test
from crm_core.permissions import Access, Right
from desktop.bus import Bus
from desktop.services.commands.roles import grant_now
from desktop.services.commands.verbs import do_create
from desktop.tasks import Tasks
from desktop.viewmodels.session import Session
from desktop.views.pages.admin.admin_page import TABS, AdminPage
from desktop.views.pages.admin.fields_sheet import FieldsSheet
from desktop.views.pages.admin.guard_sheet import GuardSheet
from desktop.views.pages.admin.leaver_sheet import LeaverSheet
from desktop.views.pages.admin.person_sheet import PersonSheet
from desktop.views.pages.admin.places_panel import PlacesPanel
from desktop.views.pages.admin.policy_panel import PolicyPanel
from desktop.views.pages.admin.roles_panel import RolesPanel
from desktop.views.pages.admin.sheets import ConfirmSheet, PasswordSheet
from desktop.views.widgets.sheet import Sheet
from tests.builders import an_actor, change
from tests.desktop.services.office import Office, served
from tests.desktop.views.desk import Desk, a_desk, put


def sheet_of(qtbot: QtBot, kind: type[Sheet]) -> Sheet:
    """The sheet of that kind, once it is open."""

    def found() -> Sheet | None:
        every = (w for w in QApplication.topLevelWidgets() if isinstance(w, kind))
        return next((w for w in every if w.isVisible()), None)

    qtbot.waitUntil(lambda: found() is not None)
    sheet = found()
    assert sheet is not None
    return sheet


@pytest.fixture
def desk(chinese: QApplication, tmp_path: Path) -> Iterator[Desk]:
    for made in a_desk(tmp_path / "desk"):
        change(made.workspace.replica, "user", "wang", by=an_actor(), role="admin")
        yield made


@pytest.fixture
def roles(desk: Desk, qtbot: QtBot) -> RolesPanel:
    panel = RolesPanel(desk.session)
    put(qtbot, panel)
    qtbot.waitUntil(lambda: panel.matrix is not None)
    return panel


def test_a_switch_of_the_matrix_is_a_change_that_can_be_undone(
    desk: Desk, roles: RolesPanel, qtbot: QtBot
) -> None:
    box = roles.switches["customer", Right.EXPORT]
    assert not box.isChecked()
    with qtbot.waitSignal(desk.session.finished):
        box.click()
    assert Right.EXPORT in grant_now(desk.workspace, "rep", "customer").rights
    assert "权限" in desk.done[-1].sentence_zh
    qtbot.waitUntil(lambda: roles.switches["customer", Right.EXPORT].isChecked())
    with qtbot.waitSignal(desk.session.finished):
        roles.outside.click()
    [role] = desk.workspace.replica.find(Query("role", Test("code", Op.EQ, "rep")))
    assert role["outside_sales"] is True


def test_an_administrators_rights_are_shown_and_cannot_be_touched(
    roles: RolesPanel, qtbot: QtBot
) -> None:
    roles.choose("admin")
    qtbot.waitUntil(lambda: roles.matrix is not None and roles.matrix.fixed)
    assert all(box.isChecked() and not box.isEnabled() for box in roles.switches.values())


def test_fields_are_masked_in_a_sheet(desk: Desk, roles: RolesPanel, qtbot: QtBot) -> None:
    roles.field_buttons["customer"].click()
    sheet = sheet_of(qtbot, FieldsSheet)
    assert isinstance(sheet, FieldsSheet)
    assert "owner" not in sheet.boxes, "it decides who sees the record"
    sheet.boxes["phone"].setValue(str(int(Access.MASKED)))
    sheet.boxes["remark"].setValue(str(int(Access.HIDDEN)))
    with qtbot.waitSignal(desk.session.finished):
        sheet.primary.click()
    grant = grant_now(desk.workspace, "rep", "customer")
    assert (sorted(grant.masked), sorted(grant.hidden)) == (["phone"], ["remark"])
    qtbot.waitUntil(lambda: "脱敏" in roles.field_buttons["customer"].text())


def test_a_rule_is_written_as_a_sentence(desk: Desk, roles: RolesPanel, qtbot: QtBot) -> None:
    roles.add_guard.click()
    sheet = sheet_of(qtbot, GuardSheet)
    assert isinstance(sheet, GuardSheet)
    sheet.field.setValue("stage")
    sheet.field.changed.emit()
    sheet.value.setValue("quote")
    sheet.frozen.setValue(["没有这个"])
    sheet.reason.setValue("报价后不改金额")
    sheet.primary.click()
    assert sheet.isVisible(), "a field nobody knows is said, and what was typed stays"
    sheet.frozen.setValue(["金额"])
    with qtbot.waitSignal(desk.session.finished):
        sheet.primary.click()
    (rule,) = desk.workspace.replica.find(Query("guard"))
    assert (rule["entity"], rule["fields"]) == ("opportunity", ["amount"])
    assert rule["condition"] == '["eq","stage","quote"]'
    qtbot.waitUntil(lambda: str(rule["id"]) in roles.guard_switches)
    with qtbot.waitSignal(desk.session.finished):
        roles.guard_switches["guard-amount"].click()
    off = desk.workspace.replica.record("guard", "guard-amount")
    assert off is not None
    assert off["active"] is False


def test_the_policy_says_what_is_wrong_and_keeps_what_was_typed(desk: Desk, qtbot: QtBot) -> None:
    panel = PolicyPanel(desk.session)
    put(qtbot, panel)
    days = panel.rows["lease_days"]
    days.editor.setValue("9999")  # type: ignore[attr-defined]
    panel.save.click()
    assert days.error()
    assert days.editor.value() == "9999"  # type: ignore[attr-defined]
    days.editor.setValue("14")  # type: ignore[attr-defined]
    with qtbot.waitSignal(desk.session.finished):
        panel.save.click()
    policy = desk.workspace.replica.record("policy", "policy")
    assert policy is not None
    assert policy["lease_days"] == 14


def test_places_are_trees_with_the_people_in_them(desk: Desk, qtbot: QtBot) -> None:
    with desk.workspace.write() as (unit, _):
        unit.create("team", {"name": "华东"}, record_id="east")
        unit.create("team", {"name": "南京", "parent": "east"}, record_id="nanjing")
        unit.create("team", {"name": "环", "parent": "loop"}, record_id="loop")
        unit.change("user", "zhao", {"team": "nanjing"})
    panel = PlacesPanel(desk.session)
    put(qtbot, panel)
    tree = panel.trees["team"]
    qtbot.waitUntil(lambda: tree.topLevelItemCount() == 2)
    (east,) = (i for n in range(2) if (i := tree.topLevelItem(n)) and i.text(0) == "华东")
    nanjing = east.child(0)
    assert nanjing is not None
    assert (nanjing.text(0), nanjing.text(1)) == ("南京", "1")


@pytest.fixture
def live(chinese: QApplication, founded: Path, tmp_path: Path, qtbot: QtBot) -> Iterator[AdminPage]:
    """The page of an administrator whose server answers."""
    server = served(founded, tmp_path / "data")
    office = Office(server, tmp_path)
    office.desk("anna", "anna")
    workspace = office.desk("boss", "boss")
    bus = Bus()
    tasks = Tasks(bus=bus)
    session = Session(workspace=workspace, tasks=tasks, bus=bus, language="zh_CN")
    page = AdminPage(session)
    put(qtbot, page)
    yield page
    session.close()
    assert tasks.shutdown(30)
    office.close()
    server.stop()


def test_people_are_added_reset_and_leave(live: AdminPage, qtbot: QtBot) -> None:
    people = live.people
    qtbot.waitUntil(lambda: len(people.accounts) == 4)
    people.add.click()
    sheet = sheet_of(qtbot, PersonSheet)
    assert isinstance(sheet, PersonSheet)
    sheet.primary.click()
    assert sheet.rows["login"].error()
    for name, text in {"name": "新人", "login": "xinren"}.items():
        sheet.rows[name].editor.setValue(text)  # type: ignore[attr-defined]
    sheet.primary.click()
    shown = sheet_of(qtbot, PasswordSheet)
    assert isinstance(shown, PasswordSheet)
    shown.copy.click()
    assert QGuiApplication.clipboard().text() == shown.shown.text()
    shown.accept()
    qtbot.waitUntil(lambda: len(people.accounts) == 5)
    anna = next(one for one in people.accounts.values() if one.login == "anna")
    qtbot.waitUntil(lambda: people.table.facts.row_of(anna.user_id) >= 0)
    people.table.selectRow(people.table.facts.row_of(anna.user_id))
    people.leave.click()
    leaver = sheet_of(qtbot, LeaverSheet)
    assert isinstance(leaver, LeaverSheet)
    leaver.primary.click()
    assert leaver.isVisible(), "who takes over must be chosen"
    ben = next(one for one in people.accounts.values() if one.login == "ben")
    leaver.receiver.setValue(ben.user_id)
    leaver.primary.click()
    qtbot.waitUntil(lambda: not people.accounts[anna.user_id].active)
    assert people.reopen.isVisible()


def test_devices_are_revoked_after_asking(live: AdminPage, qtbot: QtBot) -> None:
    live.show_tab("devices")
    panel = live.devices
    qtbot.waitUntil(lambda: len(panel.devices) == 2)
    own = live.people.session.workspace.account.node
    panel.table.selectRow(panel.table.facts.row_of(own))
    assert not panel.revoke.isEnabled(), "not the computer one works at"
    other = next(node for node in panel.devices if node != own)
    panel.table.selectRow(panel.table.facts.row_of(other))
    panel.revoke.click()
    sheet_of(qtbot, ConfirmSheet).primary.click()
    qtbot.waitUntil(lambda: panel.devices[other].revoked)


def test_every_tab_opens_and_says_what_is_missing_without_a_server(
    desk: Desk, qtbot: QtBot
) -> None:
    page = AdminPage(desk.session)
    put(qtbot, page)
    for tab in TABS:
        page.show_tab(tab)
    qtbot.waitUntil(lambda: bool(page.people.message.text()))
    page.show_tab("people")
    qtbot.waitUntil(lambda: page.people.table.facts.rowCount() == 2)


def test_a_person_is_exported_and_erased(live: AdminPage, tmp_path: Path, qtbot: QtBot) -> None:
    session = live.people.session
    row = {"name": "林美玲", "phone": "13800004826", "consent": "withdrawn"}
    session.run(do_create, "contact", row)
    qtbot.waitUntil(lambda: bool(session.workspace.replica.find(Query("contact"))))
    session.workspace.client.sync_once()
    live.show_tab("privacy")
    panel = live.privacy
    qtbot.waitUntil(lambda: panel.facts is not None)
    assert panel.facts is not None
    assert panel.facts.title == "林美玲", "who withdrew their consent stands there by themselves"
    panel.export_to(tmp_path / "person.zip")
    qtbot.waitUntil((tmp_path / "person.zip").exists)
    panel.search.setText("4826")
    panel.search.searched.emit("4826")
    # The one found, no longer the one proposed: nothing says why they stand there.
    qtbot.waitUntil(lambda: [row[2].text for _, row in panel._rows] == [""])
    qtbot.waitUntil(panel.erase.isEnabled)
    panel.erase.click()
    sheet_of(qtbot, ConfirmSheet).primary.click()

    def erased() -> None:
        assert "已删除" in panel.message.text()

    qtbot.waitUntil(erased, timeout=60_000)
    answers = list[str]()
    panel.ask(lambda: "something else", answers.append)
    qtbot.waitUntil(lambda: bool(answers))
    assert "已删除" in panel.message.text(), "what was done stays to be read"
    # Though this device has yet to forget them.
    qtbot.waitUntil(lambda: panel._rows == [])
    session.workspace.client.sync_once()
    assert session.workspace.replica.find(Query("contact")) == []
