"""Taking back and doing again in one window: in order, any number, from the message too."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.services.commands.places import do_fill_places, places_to_fill
from desktop.services.commands.verbs import do_change
from desktop.views.undoing import Undoing
from desktop.views.widgets.toast import ToastHost
from tests.desktop.views.desk import Desk, a_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


def a_host(qtbot: QtBot) -> ToastHost:
    window = QWidget()
    qtbot.addWidget(window)
    return ToastHost(window)


@pytest.mark.usefixtures("chinese")
def test_acts_are_taken_back_last_first_and_done_again(desk: Desk, qtbot: QtBot) -> None:
    customer = desk.add("customer", {"name": "苏州协和", "kind": "organisation", "city": "D"})
    host = a_host(qtbot)
    undoing = Undoing(desk.session, lambda s, a: host.show_toast(s, action=a))

    def city() -> object:
        record = desk.workspace.replica.record("customer", customer)
        assert record is not None
        return record["city"]

    for wanted in ("C", "B", "A"):
        with qtbot.waitSignal(desk.session.finished):
            desk.session.run(do_change, "customer", customer, {"city": wanted})
    seen = []
    for step in (undoing.undo, undoing.undo, undoing.redo, undoing.undo, undoing.undo):
        with qtbot.waitSignal(desk.session.finished):
            step()
        seen.append(city())
    assert seen == ["B", "C", "B", "C", "D"]
    undoing.undo()
    assert "可撤销" in host.toasts()[-1].text(), "an empty stack says so"
    for step in (undoing.redo, undoing.redo):
        with qtbot.waitSignal(desk.session.finished):
            step()
    with qtbot.waitSignal(desk.session.finished):
        desk.session.run(do_change, "customer", customer, {"level": "A"})
    undoing.redo()
    assert city() == "B", "a new act ends the way forward"
    assert "可重做" in host.toasts()[-1].text()


def test_an_older_act_is_taken_back_from_its_message_alone(desk: Desk, qtbot: QtBot) -> None:
    customer = desk.add("customer", {"name": "苏州协和", "kind": "organisation", "city": "D"})
    host = a_host(qtbot)
    undoing = Undoing(desk.session, lambda s, a: host.show_toast(s, action=a))
    for changes in ({"city": "A"}, {"level": "A"}):
        with qtbot.waitSignal(desk.session.finished):
            desk.session.run(do_change, "customer", customer, changes)
    with qtbot.waitSignal(desk.session.finished):
        host.toasts()[-2].action_triggered.emit()
    record = desk.workspace.replica.record("customer", customer)
    assert record is not None
    assert (record["city"], record["level"]) == ("D", "A")
    with qtbot.waitSignal(desk.session.finished):
        undoing.undo()
    record = desk.workspace.replica.record("customer", customer)
    assert record is not None
    assert (record["city"], record["level"]) == ("D", None)


def test_what_the_program_filled_in_goes_with_what_it_followed_from(
    desk: Desk, qtbot: QtBot
) -> None:
    customer = desk.add("customer", {"name": "苏州协和", "kind": "organisation"})
    host = a_host(qtbot)
    undoing = Undoing(desk.session, lambda s, a: host.show_toast(s, action=a))
    for values in ({"city": "苏州"}, {"address": "苏州市吴中区东吴北路 8 号"}):
        with qtbot.waitSignal(desk.session.finished):
            desk.session.run(do_change, "customer", customer, values)
    found = places_to_fill(
        desk.workspace, "customer", desk.record("customer", customer), after="address"
    )
    with qtbot.waitSignal(desk.session.finished):
        desk.session.run(do_fill_places, "customer", customer, found)
    assert desk.record("customer", customer)["district"]
    with qtbot.waitSignals([desk.session.finished, desk.session.finished]):
        undoing.undo()
    left = desk.record("customer", customer)
    assert (left["city"], left["address"], left["district"]) == ("苏州", None, None)
    for step, there in ((undoing.redo, True), (undoing.undo, False), (undoing.redo, True)):
        with qtbot.waitSignals([desk.session.finished, desk.session.finished]):
            step()
        left = desk.record("customer", customer)
        assert (bool(left["address"]), bool(left["district"])) == (there, there)
    undoing.redo()
    assert "可重做" in host.toasts()[-1].text()


def test_no_message_offers_to_undo_what_is_undone(desk: Desk, qtbot: QtBot) -> None:
    customer = desk.add("customer", {"name": "苏州协和", "kind": "organisation", "city": "D"})
    host = a_host(qtbot)
    undoing = Undoing(desk.session, lambda s, a: host.show_toast(s, action=a))
    with qtbot.waitSignal(desk.session.finished):
        desk.session.run(do_change, "customer", customer, {"city": "A"})
    (first,) = host.toasts()
    for step in (undoing.undo, undoing.redo):
        with qtbot.waitSignal(desk.session.finished):
            step()
        assert len(host.toasts()) == 1
        assert first not in host.toasts()
