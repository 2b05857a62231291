"""Reading on a page: what is begun gives up what was, Esc stops it, and what went wrong is said."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from crm_core.errors import KnownError
from desktop.services.cancelling import CancelToken
from desktop.views.pages.working import Heard, Working
from tests.desktop.views.desk import Desk, a_desk, put

pytestmark = pytest.mark.usefixtures("chinese")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


def test_reading_is_given_up_stopped_and_told_of(desk: Desk, qtbot: QtBot) -> None:
    page = QWidget()
    working, line = Working(desk.session, page), QLineEdit()
    inner = QVBoxLayout(page)
    inner.addWidget(working)
    inner.addWidget(line)
    put(qtbot, page)
    held, found = threading.Event(), list[str]()

    def slow(token: CancelToken, heard: Heard) -> str:
        heard(0.5)
        while not held.wait(0.01):
            token.check()
        return "old"

    working.run(slow, found.append)
    working.run(lambda _token, _heard: "new", found.append)
    qtbot.waitUntil(lambda: not working.busy)
    assert found == ["new"], "what was given up does not come after what was asked since"
    assert not working.message.text()

    working.run(slow, found.append)
    working._late.timeout.emit()  # A second later.
    assert working.progress.isVisible()
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not working.busy)
    assert not working.progress.isVisible()
    assert "已取消" in working.message.text()
    held.set()

    def wrong(_token: CancelToken, _heard: Heard) -> str:
        raise KnownError("读不出来，什么都没变。", "It cannot be read.", code="broken")

    told = list[str]()
    working.run(wrong, found.append, lambda error: told.append(error.code))
    qtbot.waitUntil(lambda: not working.busy)
    assert (working.message.text(), told, found) == ("读不出来，什么都没变。", ["broken"], ["new"])
