"""The composed desktop over a profile signed in before: windows, ways between pages, closing."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from crm_core.clock import Clock, new_node_id, system_clock
from crm_core.errors import KnownError, SyncCode, SyncError
from crm_core.model.query import Query
from crm_core.permissions import Actor
from crm_core.store.replica import open_replica
from desktop.app import Desktop
from desktop.config import Profile
from desktop.services.commands.verbs import do_change
from desktop.services.online.account import Account, save_account
from desktop.services.online.farewell import Parting
from desktop.services.online.secrets import open_secrets
from desktop.services.online.sync_status import SyncState, SyncStatus
from desktop.viewmodels.lease_watch import LeaseWatch
from desktop.views.main_window import MainWindow
from tests.builders import KEY
from tests.desktop.services.office import FILE_KEYS

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    """Somebody's profile with one customer; its server cannot be reached."""
    made = Profile(tmp_path / "profile")
    made.folder.mkdir()
    open_secrets(made, FILE_KEYS).keep_database_key(KEY)
    account = Account(NOWHERE, "随行", "me", "陈小北", "admin", "me", new_node_id(), "")
    replica = open_replica(
        made.replica_path, clock=system_clock(), key=KEY, node=account.node, keeps_outbox=True
    )
    with replica.write(Actor("me", "admin")) as (unit, _):
        unit.create("customer", {"name": "江宁瑞康医院", "kind": "organisation"}, record_id="rk")
    replica.close()
    save_account(made, account)
    return made


@pytest.fixture
def desktop(profile: Profile, qtbot: QtBot) -> Iterator[Desktop]:
    """The desktop on that profile, opened offline."""
    opened = Desktop(profile, environ=FILE_KEYS, clock=system_clock())
    opened.start()
    yield opened
    opened.close()
    opened.deleteLater()


def window_of(desktop: Desktop) -> MainWindow:
    """The main window, which must be there."""
    assert desktop.window is not None
    return desktop.window


def test_a_profile_opens_without_its_server_and_shows_its_records(
    desktop: Desktop, qtbot: QtBot
) -> None:
    window = window_of(desktop)
    desktop.collector.rested.emit()  # Nobody worked for a while; what follows is as before.
    window.shell.show_page("customer")
    qtbot.waitUntil(lambda: window.lists["customer"].model.rowCount() == 1)
    assert desktop.signing_in is None


def test_initials_typed_in_the_palette_open_the_customer_and_back_returns(
    desktop: Desktop, qtbot: QtBot
) -> None:
    window = window_of(desktop)
    window.shell.show_page("customer")
    palette = window.shell.palette_host
    palette.open_palette()
    palette.line.setText("jnrk")
    qtbot.waitUntil(lambda: (found := palette.current()) is not None and found.key == "customer:rk")
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.shell.current_page() == "record:customer")
    qtbot.waitUntil(lambda: window.customer.title() == "江宁瑞康医院")
    assert window.shell.rail.item("customer").isChecked()
    window.back()
    assert window.shell.current_page() == "customer"


def test_what_was_done_is_said_and_taken_back_from_the_toast(
    desktop: Desktop, qtbot: QtBot
) -> None:
    window, session = window_of(desktop), desktop.session
    assert session is not None
    with qtbot.waitSignal(session.finished) as said:
        session.run(do_change, "customer", "rk", {"level": "A"})
    sentence = said.args[0].sentence(session.language)
    # Not simply the last one: that may be the offer to sign in again.
    toast = next(t for t in window.shell.toasts.toasts() if t.text() == sentence)
    with qtbot.waitSignal(session.finished):
        toast.action_triggered.emit()
    record = session.workspace.replica.record("customer", "rk")
    assert record is not None
    assert record["level"] is None


def test_a_number_opens_its_records_with_its_definition(desktop: Desktop, qtbot: QtBot) -> None:
    window, session = window_of(desktop), desktop.session
    assert session is not None
    window.shell.show_page("board")
    for _ in range(2):
        session.drill_requested.emit(Query("customer"), "全部客户", "所有客户。")
        assert window.shell.current_page() == "drill"
    assert window.drilled is not None
    drilled = window.drilled
    qtbot.waitUntil(lambda: drilled.model.rowCount() == 1)
    window.back()
    assert window.shell.current_page() == "board"


def test_back_goes_through_the_records_one_came_by(desktop: Desktop, qtbot: QtBot) -> None:
    window = window_of(desktop)
    window.shell.show_page("customer")
    window.show_record("customer", "rk")
    window.show_record("contact", "somebody")
    window.show_record("customer", "another")
    window.back()
    assert window.shell.current_page() == "record:contact"
    window.back()
    assert window.shell.current_page() == "record:customer"
    assert window.customer.record_id == "rk"
    window.back()
    assert window.shell.current_page() == "customer"


def test_the_visit_sheet_opens_for_the_customer_on_screen(desktop: Desktop, qtbot: QtBot) -> None:
    window = window_of(desktop)
    window.show_record("customer", "rk")
    with qtbot.waitActive(window.shell):
        window.shell.activateWindow()
    QTest.keyClick(
        window.shell,
        Qt.Key.Key_V,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    assert window.visit is not None
    assert window.visit.model.header.customer_id == "rk"
    window.visit.reject()
    qtbot.waitUntil(lambda: window.visit is None)


def test_choices_are_remembered(desktop: Desktop, profile: Profile) -> None:
    assert desktop.session is not None
    desktop.session.set_language("en")
    desktop.work_offline(True)
    desktop.close()
    again = Desktop(profile, environ=FILE_KEYS, clock=system_clock())
    assert (again.language, again.settings.work_offline) == ("en", True)
    again.close()


def test_a_revoked_device_wipes_its_replica_and_says_why(desktop: Desktop, qtbot: QtBot) -> None:
    error = SyncError(SyncCode.DEVICE_REVOKED)
    window_of(desktop).log_visit("rk").model.set_text("一份还没有保存的拜访")
    desktop._show_status(SyncStatus(SyncState.SIGNED_OUT, error=error))
    assert desktop.window is None
    asked = desktop.signing_in
    assert asked is not None
    assert asked.busy, "nobody signs in while the data is being removed"
    profile = desktop.profile
    qtbot.waitUntil(lambda: not (profile.replica_path.exists() or profile.secrets_path.exists()))
    asked.proceed(Parting(handed=2).explained(error))
    assert not asked.busy
    assert "已停用" in asked.reason.text()
    desktop.close()
    assert list(profile.folder.glob("replica*")) == []


def test_closing_leaves_no_thread_behind(profile: Profile, qtbot: QtBot) -> None:
    before = set(threading.enumerate())
    opened = Desktop(profile, environ=FILE_KEYS, clock=system_clock())
    opened.start()
    opened.close()
    assert {t for t in threading.enumerate() if t.is_alive()} <= before


def test_a_damaged_replica_asks_to_sign_in_and_is_left_untouched(
    profile: Profile, qtbot: QtBot
) -> None:
    damaged = b"not a database" * 500
    profile.replica_path.write_bytes(damaged)
    opened = Desktop(profile, environ=FILE_KEYS, clock=system_clock())
    opened.start()
    assert opened.signing_in is not None
    assert profile.replica_path.read_bytes() == damaged
    opened.close()


def test_a_profile_that_is_a_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("x")
    with pytest.raises(KnownError, match="数据文件夹不能使用"):
        Desktop(Profile(path), environ=FILE_KEYS, clock=system_clock())


@pytest.fixture
def later() -> list[timedelta]:
    """How much time has passed; a test adds to it."""
    return [timedelta()]


@pytest.fixture
def old_desktop(profile: Profile, later: list[timedelta], qtbot: QtBot) -> Iterator[Desktop]:
    """The desktop on that profile, where time passes as a test says."""
    clock = Clock(now=lambda: datetime.now(UTC) + later[0])
    opened = Desktop(profile, environ=FILE_KEYS, clock=clock)
    opened.start()
    yield opened
    opened.close()
    opened.deleteLater()


def test_offline_use_warns_then_ends_while_somebody_works_and_keeps_the_draft(
    old_desktop: Desktop, later: list[timedelta], qtbot: QtBot
) -> None:
    window = window_of(old_desktop)
    assert window.today.lease.isHidden()
    watch = window.session.findChild(LeaseWatch)
    assert watch is not None
    later[0] = timedelta(days=28)
    watch.look()
    qtbot.waitUntil(lambda: "还剩 2 天" in window.today.lease.text())
    assert "还剩 2 天" in window.shell.pill.toolTip()
    sheet = window.log_visit("rk")
    sheet.model.set_text("张主任说下周再谈预算")
    later[0] = timedelta(days=31)
    watch.look()
    qtbot.waitUntil(lambda: old_desktop.window is None)
    asked = old_desktop.signing_in
    assert asked is not None
    assert "离线使用期已到" in asked.reason.text()
    assert old_desktop.profile.replica_path.exists()
    replica = open_replica(old_desktop.profile.replica_path, clock=system_clock(), key=KEY)
    drafts = str(replica.meta("draft_visit"))
    replica.close()
    assert "张主任说下周再谈预算" in drafts


def test_a_lease_that_is_over_says_so_at_the_start(
    profile: Profile, qtbot: QtBot, old_desktop: Desktop, later: list[timedelta]
) -> None:
    old_desktop.close()
    later[0] = timedelta(days=31)
    clock = Clock(now=lambda: datetime.now(UTC) + later[0])
    opened = Desktop(profile, environ=FILE_KEYS, clock=clock)
    opened.start()
    assert (opened.window, opened.signing_in is not None) == (None, True)
    opened.close()
