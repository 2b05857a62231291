"""The tray: what its menu does, closing into it, and reminders said once, discreetly if wished."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QSystemTrayIcon
from pytestqt.qtbot import QtBot

from crm_core.clock import iso_moment
from desktop.config import Settings
from desktop.services.reminders import Reminder, take_reminders
from desktop.services.reminders import quiet_hours as hours
from desktop.views.main_window import MainWindow
from desktop.views.tray import Tray
from tests.builders import START, a_customer, a_task
from tests.desktop.views.desk import Desk, a_desk

pytestmark = pytest.mark.usefixtures("chinese")


class Kept:
    """Choices, kept in memory; and a window's memory that forgets."""

    def __init__(self) -> None:
        self.settings = Settings(quiet_hours="00:00-00:00")

    def remember(self, **chosen: object) -> None:
        self.settings = replace(self.settings, **chosen)  # type: ignore[arg-type]

    def read(self, _key: str) -> str | None:
        return None

    def write(self, key: str, value: str) -> None:
        pass


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


@pytest.fixture
def kept() -> Kept:
    return Kept()


def _first_look(tray: Tray, qtbot: QtBot) -> None:
    """The look a tray takes at its start is over before a test gives it something to find."""
    asked: list[int] = []
    QApplication.processEvents()  # The look is queued from the event loop, so that comes first.
    tray._session.ask(lambda: 1, asked.append)
    qtbot.waitUntil(lambda: asked == [1])


@pytest.fixture
def tray(desk: Desk, kept: Kept, qtbot: QtBot) -> Iterator[Tray]:
    window = MainWindow(desk.session, kept)
    made = Tray(desk.session, window, kept)
    with qtbot.waitExposed(window.shell):
        window.shell.show()
    _first_look(made, qtbot)
    yield made
    desk.session.close()
    window.close()
    window.shell.deleteLater()
    window.deleteLater()
    assert QApplication.quitOnLastWindowClosed()


def a_reminder(desk: Desk, title: str = "回电给林女士") -> Reminder:
    customer = desk.add("customer", a_customer(name="瑞金医院", owner="wang"))
    due = iso_moment(START + timedelta(minutes=5))
    desk.add("task", a_task(title=title, due_at=due, owner="wang", customer=customer))
    return take_reminders(desk.workspace, hours(""))[0]


def toasts(tray: Tray) -> list[str]:
    return [toast.text() for toast in tray._window.shell.toasts.toasts()]


def test_without_a_tray_a_reminder_is_a_toast_that_opens_the_record(
    desk: Desk, tray: Tray, qtbot: QtBot
) -> None:
    if tray.icon is not None:
        pytest.skip("this desktop has a tray")
    customer = desk.add("customer", a_customer(name="瑞金医院", owner="wang"))
    due = iso_moment(START + timedelta(minutes=5))
    desk.add("task", a_task(title="回电", due_at=due, owner="wang", customer=customer))
    tray.look()
    qtbot.waitUntil(lambda: toasts(tray) == ["任务到时间了：回电 · 瑞金医院 · 09:35"])
    tray.look()
    toast = tray._window.shell.toasts.toasts()[0]
    toast.action_triggered.emit()
    assert desk.opened == [("customer", customer)]
    qtbot.waitUntil(lambda: tray._window.shell.current_page() == "record:customer")
    assert len(toasts(tray)) == 1


def test_many_are_said_in_one_sentence(desk: Desk, tray: Tray) -> None:
    one = a_reminder(desk)
    tray.icon = None
    tray.say([one, one, one])
    assert toasts(tray) == ["有 3 件事到时间了"]


def test_discreet_words_name_nobody(desk: Desk, tray: Tray) -> None:
    one = a_reminder(desk)
    assert "林女士" in " ".join(tray.words(one, discreet=False))
    said = " ".join(tray.words(one, discreet=True))
    assert said == "任务到时间了 09:35"


def test_reminders_that_are_switched_off_are_not_even_asked_for(
    desk: Desk, tray: Tray, kept: Kept, qtbot: QtBot
) -> None:
    kept.remember(reminders=False)
    due = iso_moment(START + timedelta(minutes=5))
    desk.add("task", a_task(due_at=due, owner="wang"))
    tray.look()
    done: list[int] = []
    desk.session.ask(lambda: 1, done.append)
    qtbot.waitUntil(lambda: done == [1])
    assert len(take_reminders(desk.workspace, hours(""))) == 1


def test_closing_hides_only_where_that_was_chosen_and_there_is_a_tray(
    tray: Tray, kept: Kept, qtbot: QtBot
) -> None:
    shell = tray._window.shell
    kept.remember(close_to_tray=True)
    tray.icon = QSystemTrayIcon(tray)
    shell.close()
    assert not shell.isVisible()
    assert not QApplication.quitOnLastWindowClosed()
    tray.open_action.trigger()
    assert shell.isVisible()
    assert QApplication.quitOnLastWindowClosed()
    app = QApplication.instance()
    assert app is not None
    app.setProperty("suixingEnding", True)
    assert not tray.stays, "whoever quits means it"
    app.setProperty("suixingEnding", False)
    kept.remember(close_to_tray=False)
    assert not tray.stays


def test_the_menu_logs_a_visit_and_works_offline(desk: Desk, tray: Tray, qtbot: QtBot) -> None:
    tray.visit_action.trigger()
    assert tray._window.visit is not None
    tray._window.visit.done(0)
    with qtbot.waitSignal(desk.session.offline_chosen) as chosen:
        tray.offline_action.trigger()
    assert chosen.args == [True]


def test_the_settings_switch_it(tray: Tray, kept: Kept) -> None:
    card = tray._window.settings.reminders
    assert card.reminders.isChecked()
    card.reminders.click()
    card.discreet.click()
    card.quiet.chosen.emit("22:00-07:00")
    assert not kept.settings.reminders
    assert kept.settings.discreet_reminders
    assert kept.settings.quiet_hours == "22:00-07:00"
