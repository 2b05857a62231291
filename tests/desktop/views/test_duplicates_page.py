"""The page of duplicates: found, looked at side by side, decided by the keyboard alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.services.commands.roles import POLICY_ID
from desktop.services.commands.verbs import Done, do_undo
from desktop.viewmodels.records.duplicate_review import CHOSEN_ROLE, DIFFERS_ROLE
from desktop.views.pages.doubles.duplicates_page import DuplicatesPage
from desktop.views.theme.apply import colours
from tests.builders import a_customer, an_actor
from tests.desktop.views.desk import Desk, a_desk, put

RUIJIN = {"name": "上海瑞金医院", "phone": "13912345678", "city": "上海", "level": "B"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


def a_pair(desk: Desk) -> tuple[str, str]:
    first = desk.add("customer", a_customer(**RUIJIN))
    second = desk.add("customer", a_customer(**RUIJIN | {"name": "瑞金医院", "level": "A"}))
    desk.add("contact", {"name": "王敏", "customer": first})
    return first, second


def a_page(desk: Desk, qtbot: QtBot, *, groups: int = 1) -> DuplicatesPage:
    page = DuplicatesPage(desk.session)
    put(qtbot, page, width=1100)
    qtbot.waitUntil(lambda: not page.scanning and len(page.groups) == groups)
    qtbot.waitUntil(lambda: (page.desk.model.review is not None) is bool(groups))
    page.desk.take_focus()
    return page


def press(page: DuplicatesPage, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(page.desk.grid, key)


def row_of(page: DuplicatesPage, name: str) -> int:
    model = page.desk.model
    return [
        str(model.headerData(r, Qt.Orientation.Vertical)) for r in range(model.rowCount())
    ].index(name)


def test_it_suggests_and_enter_merges(desk: Desk, qtbot: QtBot) -> None:
    first, second = a_pair(desk)
    page = a_page(desk, qtbot)
    model = page.desk.model
    assert model.survivor_id == first
    assert model.changes() == {"level": "A"}
    level = model.index(row_of(page, "≠ 级别"), 1)
    assert (level.data(CHOSEN_ROLE), level.data(DIFFERS_ROLE)) == (True, True)
    page.desk.grid.setCurrentIndex(level)
    cell = page.desk.grid.visualRect(level)
    looks = page.desk.grid.viewport().grab(cell).toImage()
    inside = looks.pixelColor(int(cell.width() * 0.8), cell.height() // 2)
    assert inside.name() == colours().accent_tone.soft.lower(), "what is chosen can be read"
    done: list[Done] = []
    desk.session.finished.connect(done.append)
    press(page, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.groups == ())
    assert desk.record("customer", first)["level"] == "A"
    assert desk.workspace.replica.record("customer", second) is None
    desk.session.run(do_undo, done[0].group)
    qtbot.waitUntil(lambda: page.current() is not None)
    press(page, Qt.Key.Key_N)
    assert page.groups, "a key says nothing about a group that is not shown yet"


def test_digits_arrows_and_space_choose(desk: Desk, qtbot: QtBot) -> None:
    first, second = a_pair(desk)
    page = a_page(desk, qtbot)
    model = page.desk.model
    press(page, Qt.Key.Key_2)
    assert model.survivor_id == second
    assert model.changes() == {"name": "上海瑞金医院"}
    grid = page.desk.grid
    grid.setCurrentIndex(model.index(row_of(page, "≠ 级别"), 1))
    press(page, Qt.Key.Key_Left, Qt.Key.Key_Space)
    assert model.changes() == {"name": "上海瑞金医院", "level": "B"}
    press(page, Qt.Key.Key_9)
    assert model.survivor_id == second
    press(page, Qt.Key.Key_Enter)
    qtbot.waitUntil(lambda: page.groups == ())
    assert desk.record("customer", second)["name"] == "上海瑞金医院"
    assert desk.workspace.replica.record("customer", first) is None


def test_never_again_and_later(desk: Desk, qtbot: QtBot) -> None:
    a_pair(desk)
    desk.add("lead", {"name": "陈晓雨", "phone": "13700001111", "stage": "captured"})
    desk.add("lead", {"name": "陈晓雨", "phone": "137 0000 1111", "stage": "captured"})
    page = a_page(desk, qtbot, groups=2)
    before = page.current()
    press(page, Qt.Key.Key_S)
    assert page.current() != before
    press(page, Qt.Key.Key_S)
    assert page.current() == before
    qtbot.waitUntil(
        lambda: page.desk.model.review is not None and page.desk.model.review.cluster == before
    )
    press(page, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: len(page.groups) == 1)
    assert page.current() != before
    page.scan_all()
    qtbot.waitUntil(lambda: not page.scanning)
    qtbot.waitUntil(lambda: len(page.groups) == 1)


def test_an_empty_page_teaches_and_says_what_was_done(desk: Desk, qtbot: QtBot) -> None:
    page = a_page(desk, qtbot, groups=0)
    qtbot.waitUntil(page.empty.isVisible)
    qtbot.waitUntil(lambda: page.empty.accessibleName() in ("No duplicates", "没有重复"))
    a_pair(desk)
    page.scan_all()
    qtbot.waitUntil(lambda: len(page.groups) == 1)
    assert not page.empty.isVisible()


def test_what_is_beyond_doubt_is_merged_at_once_where_the_policy_says(
    desk: Desk, qtbot: QtBot
) -> None:
    first, second = a_pair(desk)
    page = a_page(desk, qtbot)
    assert page.groups[0].band == "merge"
    assert not page.certain.isVisibleTo(page)
    with desk.workspace.replica.write(an_actor()) as (unit, _):
        unit.create("policy", {"name": "组织策略", "merge_certain": True}, record_id=POLICY_ID)
    page.refresh()
    qtbot.waitUntil(lambda: page.certain.isVisibleTo(page))
    assert "1" in page.certain.text()
    page.certain.click()
    qtbot.waitUntil(lambda: page.groups == ())
    assert desk.record("customer", first)["level"] == "A"
    assert desk.workspace.replica.record("customer", second) is None
    assert not page.certain.isVisibleTo(page)
