"""The board: figures from real records, drilled into by keyboard, recomputed after a change."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from crm_core.clock import iso_moment
from crm_core.model.query import Query
from desktop.services.commands import do_create
from desktop.views.language import install_language
from desktop.views.pages.board_page import BoardPage
from tests.builders import START, a_customer, a_task
from tests.desktop.views.desk import Desk, a_desk, put

pytestmark = pytest.mark.usefixtures("chinese")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


def ago(**parts: float) -> str:
    return iso_moment(START - timedelta(**parts))


def a_visit(customer: str, owner: str, **before: float) -> dict[str, object]:
    return {"customer": customer, "started_at": ago(**before), "owner": owner, "purpose": "regular"}


def a_lead(name: str, owner: str, **fields: object) -> dict[str, object]:
    return {"name": name, "stage": "captured", "owner": owner} | fields


@pytest.fixture
def customer(desk: Desk) -> str:
    return desk.add("customer", a_customer(owner="wang"))


@pytest.fixture
def busy(desk: Desk, customer: str) -> Desk:
    """Wang made two visits this week and one 20 days ago, Zhao one; one lead is overdue."""
    desk.workspace.refresh_actor()
    for owner, days in (("wang", 1), ("wang", 2), ("wang", 20), ("zhao", 3)):
        desk.add("visit", a_visit(customer, owner, days=days))
    slow = {"received_at": ago(days=3), "assigned_at": ago(days=3)}
    desk.add("lead", a_lead("没人管的", "zhao", **slow))
    quick = slow | {"first_response_at": ago(days=3, hours=-2), "stage": "touched"}
    desk.add("lead", a_lead("两小时响应", "wang", **quick, stage_since=ago(hours=1)))
    return desk


def a_page(desk: Desk, qtbot: QtBot) -> BoardPage:
    made = BoardPage(desk.session)
    put(qtbot, made)
    qtbot.waitUntil(lambda: made.view is not None)
    return made


def words(page: QWidget) -> str:
    return "\n".join(one.text() for one in page.findChildren(QLabel) if one.isVisibleTo(page))


def test_tiles_hold_the_figures_of_the_period(busy: Desk, qtbot: QtBot) -> None:
    page = a_page(busy, qtbot)
    names = [tile.accessibleName() for tile in page.tiles]
    assert names[0] == "近 30 天拜访 4次"
    assert names[1].startswith("首次响应时间（中位数） 2.0")
    assert names[3] == "超时线索 1条"


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_every_tile_opens_its_records_by_keyboard(
    busy: Desk, qtbot: QtBot, place: int, key: Qt.Key
) -> None:
    page = a_page(busy, qtbot)
    tile = page.tiles[place]
    tile.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(busy.session.drill_requested) as drilled:
        QTest.keyClick(tile, key)
    query, title, _ = drilled.args
    assert title
    assert page.view is not None
    cell = page.view.board.totals[place]
    assert query == cell.query
    assert len(busy.workspace.replica.find(query)) == cell.count


def test_a_bar_is_chosen_by_arrows_and_opens_its_own_records(busy: Desk, qtbot: QtBot) -> None:
    page = a_page(busy, qtbot)
    page.visits.setFocus(Qt.FocusReason.TabFocusReason)
    for expected, owner in ((3, "wang"), (1, "zhao")):
        with qtbot.waitSignal(busy.session.drill_requested) as drilled:
            QTest.keyClick(page.visits, Qt.Key.Key_Return)
        records = busy.workspace.replica.find(drilled.args[0])
        assert [record["owner"] for record in records] == [owner] * expected
        QTest.keyClick(page.visits, Qt.Key.Key_Down)


def test_overdue_columns_open_by_keyboard(busy: Desk, qtbot: QtBot) -> None:
    page = a_page(busy, qtbot)
    page.overdue.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(busy.session.drill_requested) as drilled:
        QTest.keyClick(page.overdue, Qt.Key.Key_Return)
    records = busy.workspace.replica.find(drilled.args[0])
    assert [record["name"] for record in records] == ["没人管的"]
    assert "线索获取" in drilled.args[1]


def test_tab_reaches_every_figure(busy: Desk, qtbot: QtBot) -> None:
    page = a_page(busy, qtbot)
    page.tiles[0].setFocus(Qt.FocusReason.TabFocusReason)
    met: list[QWidget] = []
    for _ in range(20):
        focused = QApplication.focusWidget()
        assert focused is not None
        met.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    for wanted in (*page.tiles, page.visits, page.response, page.overdue):
        assert wanted in met


def test_the_period_is_chosen_by_keyboard(busy: Desk, qtbot: QtBot) -> None:
    page = a_page(busy, qtbot)
    week = page.periods.button(7)
    week.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(week, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.tiles[0].accessibleName() == "近 7 天拜访 3次")


def test_a_new_visit_is_counted_without_asking(busy: Desk, customer: str, qtbot: QtBot) -> None:
    page = a_page(busy, qtbot)
    busy.session.run(do_create, "visit", a_visit(customer, "wang", hours=1))
    qtbot.waitUntil(lambda: page.tiles[0].accessibleName() == "近 30 天拜访 5次")


def test_a_change_of_something_else_asks_nothing(busy: Desk, qtbot: QtBot) -> None:
    page = a_page(busy, qtbot)
    shown = page.view
    busy.session.bus.changed({"product": ["p"]})
    with qtbot.waitSignal(busy.session.finished):
        busy.session.run(do_create, "task", a_task(owner="wang"))
    answered: list[int] = []
    busy.session.ask(lambda: busy.workspace.replica.count(Query("visit")), answered.append)
    qtbot.waitUntil(lambda: answered == [4])
    assert page.view is shown


def test_without_data_dashes_and_no_crash(desk: Desk, qtbot: QtBot) -> None:
    page = a_page(desk, qtbot)
    assert [tile.accessibleName().split()[-1] for tile in page.tiles][1].startswith("—")
    with qtbot.waitSignal(desk.session.drill_requested) as drilled:
        QTest.keyClick(page.tiles[1], Qt.Key.Key_Return)
    assert desk.workspace.replica.find(drilled.args[0]) == []
    for chart in (page.visits, page.response, page.overdue):
        QTest.keyClick(chart, Qt.Key.Key_Down)
        QTest.keyClick(chart, Qt.Key.Key_Return)


def test_the_board_speaks_english(busy: Desk, qtbot: QtBot, chinese: QApplication) -> None:
    page = a_page(busy, qtbot)
    install_language(chinese, "en")
    busy.session.set_language("en")
    qtbot.waitUntil(lambda: "Team board" in words(page))
    assert page.tiles[0].accessibleName().startswith("Visits, last 30 days 4")
