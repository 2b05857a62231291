"""A short round of the monkey with a fixed seed; `python3 make.py monkey` plays for longer."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from tests.desktop.monkey import Monkey
from tests.desktop.monkey_ground import furnish
from tests.desktop.views.desk import Desk, a_desk

pytestmark = pytest.mark.usefixtures("chinese")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    for made in a_desk(tmp_path / "desk"):
        furnish(made, 3)
        yield made


def test_random_events_raise_nothing_and_lose_no_draft(desk: Desk, qapp: QApplication) -> None:
    monkey = Monkey(qapp, desk, seed=1)
    monkey.play(60)
    monkey.close()
    assert monkey.wrong == []


def test_what_goes_wrong_is_told_with_its_seed(desk: Desk, qapp: QApplication) -> None:
    monkey = Monkey(qapp, desk, seed=4)
    before = monkey.crash

    def crash_with_a_disk_that_forgets() -> None:
        before()
        desk.workspace.replica.remember(draft_forms=[])

    monkey.crash = crash_with_a_disk_that_forgets  # type: ignore[method-assign]
    monkey.play(1)
    with monkey.listening():
        QTimer.singleShot(0, lambda: 1 // 0)
        qapp.processEvents()
    monkey.close()
    lost, raised = monkey.wrong
    assert "lost drafts: 1 of 3" in lost
    assert lost.endswith("seed 4")
    assert "ZeroDivisionError" in raised
