"""The window in which an administrator sees the app as somebody else, and what is left of it."""

from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crm_core.model.query import Query
from desktop.bus import Bus
from desktop.guest import Forgetful, Guests
from desktop.services.commands.verbs import do_create
from desktop.tasks import Tasks
from desktop.viewmodels.session import Session
from desktop.views.language import install_language
from desktop.views.main_window import MainWindow
from tests.desktop.services.office import Office, served


def test_a_look_is_a_window_of_its_own_and_leaves_nothing(
    founded: Path, tmp_path: Path, qapp: QApplication, qtbot: QtBot
) -> None:
    install_language(qapp, "zh_CN")
    server = served(founded, tmp_path / "data")
    office = Office(server, tmp_path)
    anna = office.desk("anna", "anna")
    do_create(anna, "customer", {"name": "安娜的客户", "kind": "organisation"})
    anna.client.sync_once()
    boss = office.desk("boss", "boss")
    bus = Bus()
    tasks = Tasks(bus=bus)
    session = Session(workspace=boss, tasks=tasks, bus=bus, language="zh_CN")
    window = MainWindow(session, Forgetful())
    guests = Guests(session, window)
    assert window.admin is not None
    window.admin.view_requested.emit(anna.account.user_id)
    qtbot.waitUntil(lambda: len(guests.open_ones) == 1, timeout=30_000)
    guest = guests.open_ones[0]
    assert "只能看" in guest.window.shell.windowTitle()
    assert guest.window.admin is None, "a rep's window has no administration"
    seen = guest.session.workspace.replica.find(Query("customer"))
    assert [one["name"] for one in seen] == ["安娜的客户"]
    failed: list[object] = []
    guest.session.failed.connect(failed.append)
    guest.session.run(do_create, "customer", {"name": "不行", "kind": "organisation"})
    qtbot.waitUntil(lambda: bool(failed))
    folder = guest.look.folder
    assert any(folder.iterdir())
    guest.window.shell.close()
    assert not guests.open_ones
    assert not folder.exists()
    session.close()
    window.close()
    assert tasks.shutdown(30)
    office.close()
    server.stop()
