"""A second window on the same work: what it does is its own, what it changes everybody sees."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.beside import Beside
from desktop.services.commands.verbs import do_change
from desktop.views.main_window import MainWindow
from tests.desktop.views.desk import Desk, a_desk
from tests.desktop.views.test_help import Kept

pytestmark = pytest.mark.usefixtures("chinese")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


@pytest.fixture
def first(desk: Desk) -> Iterator[MainWindow]:
    window = MainWindow(desk.session, Kept())
    window.shell.show()
    yield window
    desk.session.close()
    window.close()
    window.shell.deleteLater()
    window.deleteLater()


def test_two_windows_show_two_pages_and_one_truth(
    desk: Desk, first: MainWindow, qtbot: QtBot
) -> None:
    customer = desk.add("customer", {"name": "苏州协和", "kind": "organisation", "city": "苏州"})
    second = Beside(desk.session, first, Kept()).open()
    second.session.open_requested.emit("customer", customer)
    assert second.shell.current_page() == "record:customer"
    assert first.shell.current_page() == "today"
    first.show_record("customer", customer)
    qtbot.waitUntil(lambda: first.customer.title() == "苏州协和" == second.customer.title())
    with qtbot.waitSignal(second.session.finished):
        second.session.run(do_change, "customer", customer, {"name": "苏州协和医院"})
    qtbot.waitUntil(lambda: first.customer.title() == "苏州协和医院" == second.customer.title())
    said = len(first.shell.toasts.toasts())
    first.undoing.undo()
    assert "可撤销" in first.shell.toasts.toasts()[said].text(), "each takes back its own"
    with qtbot.waitSignal(second.session.finished):
        second.undoing.undo()
    assert desk.record("customer", customer)["name"] == "苏州协和"


def test_a_window_beside_closes_alone_and_all_close_with_the_session(
    desk: Desk, first: MainWindow, qtbot: QtBot
) -> None:
    beside = Beside(desk.session, first, Kept())
    one, two = beside.open(), beside.open()
    one.shell.close()
    assert beside.windows == [two]
    assert one.session.over
    assert not desk.session.over
    desk.session.close()
    assert beside.windows == []
    assert two.session.over
    assert not two.shell.isVisible()


def test_language_and_choices_are_shared(desk: Desk, first: MainWindow, qtbot: QtBot) -> None:
    second = Beside(desk.session, first, Kept()).open()
    with qtbot.waitSignal(desk.session.language_changed):
        second.session.set_language("en")
    assert desk.session.language == "en"
    with qtbot.waitSignal(desk.session.offline_chosen) as chosen:
        second.session.offline_chosen.emit(True)
    assert chosen.args == [True]
    desk.session.scale_chosen.emit(150)
    assert desk.session.scale_percent == 150
