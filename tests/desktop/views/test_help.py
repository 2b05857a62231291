"""The help window and the tour, by keyboard."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.config import product_version
from desktop.greeting import Greeting
from desktop.views.help import HelpWindow
from desktop.views.main_window import MainWindow
from desktop.views.tour import Stop, Tour
from tests.desktop.views.desk import Desk, a_desk

pytestmark = pytest.mark.usefixtures("chinese")


class Kept(dict[str, str]):
    """What a window remembers."""

    def read(self, key: str) -> str | None:
        return self.get(key)

    def write(self, key: str, value: str) -> None:
        self[key] = value


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


def test_help_opens_at_a_chapter_and_is_narrowed_by_words(qtbot: QtBot) -> None:
    window = HelpWindow("zh_CN")
    qtbot.addWidget(window)
    window.open_at("同步中心")
    assert "诊断信息" in window.page.toPlainText()
    window.search.setText("口令 锁定")
    QTest.keyClick(window.search, Qt.Key.Key_Return)
    found = [window.contents.item(n).text() for n in range(window.contents.count())]
    assert "口令与锁定" in found
    assert "看板" not in found
    window.search.setText("zzzz")
    QTest.keyClick(window.search, Qt.Key.Key_Return)
    assert window.contents.count() == 0
    assert "没有" in window.page.toPlainText()
    window.open_news()
    assert "0.1.0" in window.page.toPlainText()
    window.speak("en")
    window.open_at("Sync centre")
    assert "metered" in window.page.toPlainText()


def test_the_tour_goes_on_back_and_out_by_keys(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 600)
    inner = QWidget(window)
    inner.setGeometry(10, 10, 100, 40)
    window.show()
    names = ["一", "二", "三"]
    stops = [Stop(inner if n == "二" else None, lambda n=n: n, lambda: "……") for n in names]  # type: ignore[misc]
    tour = Tour(window, stops)
    tour.start()
    seen = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Left):
        QTest.keyClick(tour, key)
        seen.append((tour.number, tour.heading.text()))
    assert seen == [(1, "二"), (2, "三"), (1, "二")]
    window.resize(700, 500)
    qtbot.waitUntil(lambda: tour.size() == window.size())
    with qtbot.waitSignal(tour.ended):
        QTest.keyClick(tour, Qt.Key.Key_Escape)


def test_the_first_start_shows_around_once_and_an_update_says_what_is_new(
    desk: Desk, qtbot: QtBot
) -> None:
    kept = Kept()
    window = MainWindow(desk.session, kept)
    window.shell.show()
    first = Greeting(desk.session, window, kept)
    first.greet()
    assert first.tour is not None
    while first.tour is not None:
        first.tour.go_on()
    first.greet()
    assert first.tour is None, "once"
    before = len(window.shell.toasts.toasts())
    kept["version"] = "0.0.9"
    first.greet()
    told = window.shell.toasts.toasts()[before:]
    assert [product_version() in toast.text() for toast in told] == [True]
    told[0].action_triggered.emit()
    assert first.help is not None
    assert first.help.isVisible()
    assert kept["version"] == product_version()
    window.close()
    window.shell.deleteLater()
