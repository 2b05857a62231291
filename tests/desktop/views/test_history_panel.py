"""Row 5.4 as people meet it: who, when, before, after; losers stay visible; one key restores."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from crm_core.store.engines.engine import writing
from desktop.services.commands.verbs import do_change, do_undo
from desktop.services.online.history_shelf import Fetched
from desktop.services.online.sync_status import SyncState, SyncStatus
from desktop.viewmodels.records.history import Fate
from desktop.views.pages.records.history_panel import HistoryPanel
from desktop.views.pages.records.version_card import VersionCard
from tests.builders import a_customer, an_actor, change, exchange
from tests.desktop.views.desk import Desk, a_desk, put


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "one")


@pytest.fixture
def panel(desk: Desk, qtbot: QtBot) -> HistoryPanel:
    host = QWidget()
    put(qtbot, host)
    return HistoryPanel(desk.session, host)


def opened(panel: HistoryPanel, qtbot: QtBot, record_id: str, name: str) -> list[VersionCard]:
    with qtbot.waitSignal(panel.shown_versions):
        panel.show_field("customer", record_id, name)
    return panel.cards


def said(card: VersionCard) -> str:
    return "\n".join(part.text() for part in card.findChildren(QLabel) if part.isVisible())


def test_every_version_names_its_writer_and_the_newest_is_current(
    desk: Desk, panel: HistoryPanel, qtbot: QtBot
) -> None:
    record_id = desk.add("customer", a_customer(level="A"))
    desk.time.advance(hours=3)
    replica = desk.workspace.replica
    with replica.write(an_actor("zhao"), "季度复核") as (unit, _):
        unit.change("customer", record_id, {"level": "B"})
    cards = opened(panel, qtbot, record_id, "level")
    assert [card.line.fate for card in cards] == [Fate.CURRENT, Fate.EARLIER]
    assert [card.line.who for card in cards] == ["赵磊", "王敏"]
    newest = said(cards[0])
    for part in ("赵磊", "2026-03-02 12:30:00", "A 重点", "B 普通", "季度复核"):
        assert part in newest
    assert not cards[0].restore.isVisible()
    assert cards[1].restore.isVisible()


def test_enter_on_a_version_restores_it_and_undo_takes_that_back(
    desk: Desk, panel: HistoryPanel, qtbot: QtBot
) -> None:
    record_id = desk.add("customer", a_customer(phone="13800000001"))
    change(desk.workspace.replica, "customer", record_id, by=an_actor(), phone="13800000002")
    cards = opened(panel, qtbot, record_id, "phone")
    assert cards[0].hasFocus()
    QTest.keyClick(cards[0], Qt.Key.Key_Down)
    assert cards[1].hasFocus()
    with qtbot.waitSignal(panel.shown_versions):
        QTest.keyClick(cards[1], Qt.Key.Key_Return)
    assert desk.record("customer", record_id)["phone"] == "13800000001"
    assert [card.line.after for card in panel.cards] == [
        "13800000001",
        "13800000002",
        "13800000001",
    ]
    with qtbot.waitSignal(panel.shown_versions):
        desk.session.run(do_undo, desk.done[-1].group)
    assert desk.record("customer", record_id)["phone"] == "13800000002"


def test_the_loser_of_a_conflict_is_marked_and_can_be_brought_back(
    desk: Desk, panel: HistoryPanel, qtbot: QtBot, tmp_path: Path
) -> None:
    record_id = desk.add("customer", a_customer(phone="13800000001"))
    others = a_desk(tmp_path / "two", node="b" * 16, time=desk.time, user="zhao")
    other = next(others)
    mine, theirs = desk.workspace.replica, other.workspace.replica
    exchange(mine, theirs)
    change(mine, "customer", record_id, by=an_actor("wang"), phone="13800000002")
    desk.time.advance(minutes=1)
    change(theirs, "customer", record_id, by=an_actor("zhao"), phone="13800000003")
    exchange(theirs, mine)
    cards = opened(panel, qtbot, record_id, "phone")
    fates = [(card.line.who, card.line.fate) for card in cards]
    assert fates[:2] == [("赵磊", Fate.CURRENT), ("王敏", Fate.OVERTAKEN)]
    assert cards[0].line.overtook == "王敏"
    assert not cards[0].line.here
    assert cards[1].line.here
    assert "Overwritten" in said(cards[1]) or "覆盖" in said(cards[1])
    cards[1].restore.click()
    qtbot.waitUntil(lambda: desk.record("customer", record_id)["phone"] == "13800000002")
    qtbot.waitUntil(lambda: len(panel.cards) == 4)
    for _ in others:
        pass


def test_an_edit_arriving_meanwhile_shows_up(desk: Desk, panel: HistoryPanel, qtbot: QtBot) -> None:
    record_id = desk.add("customer", a_customer(city="上海"))
    assert len(opened(panel, qtbot, record_id, "city")) == 1
    with qtbot.waitSignal(panel.shown_versions):
        desk.session.run(do_change, "customer", record_id, {"city": "苏州"})
    assert [card.line.after for card in panel.cards] == ["苏州", "上海"]


def test_a_field_never_filled_in_says_so_and_escape_closes(
    desk: Desk, panel: HistoryPanel, qtbot: QtBot
) -> None:
    record_id = desk.add("customer", a_customer())
    assert opened(panel, qtbot, record_id, "remark") == []
    with qtbot.waitSignal(panel.closed):
        QTest.keyClick(panel, Qt.Key.Key_Escape)
    assert not panel.is_open


def test_a_field_filled_by_a_snapshot_says_where_its_history_is(
    desk: Desk, panel: HistoryPanel, qtbot: QtBot
) -> None:
    record_id = desk.add("customer", a_customer(city="上海"))
    replica = desk.workspace.replica
    whole = replica.history("customer", record_id)
    with writing(replica.engine) as connection:
        for table in (replica.tables.outbox, replica.tables.log):
            connection.execute(table.delete())
    assert opened(panel, qtbot, record_id, "city") == []
    said_there = "\n".join(part.text() for part in panel.findChildren(QLabel) if part.isVisible())
    assert "服务器" in said_there or "server" in said_there
    fetched = Fetched(tuple(whole), "2026-03-02T01:30:00Z")
    desk.workspace.shelf.keep("customer", record_id, fetched)
    with qtbot.waitSignal(panel.shown_versions):
        panel.older.fetched.emit()
    assert [(card.line.after, card.line.fetched) for card in panel.cards] == [("上海", True)]


def test_a_fetch_without_a_connection_says_so_and_can_be_tried_again(
    desk: Desk, panel: HistoryPanel, qtbot: QtBot
) -> None:
    record_id = desk.add("customer", a_customer(city="上海"))
    replica = desk.workspace.replica
    with writing(replica.engine) as connection:
        for table in (replica.tables.outbox, replica.tables.log):
            connection.execute(table.delete())
    desk.workspace.client.server.access = "token"
    opened(panel, qtbot, record_id, "city")
    panel.older.action_triggered.emit()
    qtbot.waitUntil(lambda: "联网" in panel.older.text() or "online" in panel.older.text())
    desk.session.set_status(SyncStatus(SyncState.OFFLINE, paused=True))
    panel.older.retranslate()
    assert panel.older.isVisible()


def test_tab_stays_in_the_panel(desk: Desk, panel: HistoryPanel, qtbot: QtBot) -> None:
    record_id = desk.add("customer", a_customer(city="上海"))
    change(desk.workspace.replica, "customer", record_id, by=an_actor(), city="苏州")
    opened(panel, qtbot, record_id, "city")
    met = []
    for _ in range(5):
        focused = QApplication.focusWidget()
        assert focused is not None
        assert panel.isAncestorOf(focused)
        met.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert met[4] is met[0]
    assert len(set(met)) == 4


def test_references_read_as_names(desk: Desk, panel: HistoryPanel, qtbot: QtBot) -> None:
    record_id = desk.add("customer", a_customer(owner="wang"))
    change(desk.workspace.replica, "customer", record_id, by=an_actor(), owner="zhao")
    cards = opened(panel, qtbot, record_id, "owner")
    assert (cards[0].line.before, cards[0].line.after) == ("王敏", "赵磊")


def test_a_restore_that_is_refused_says_why_in_the_panel(
    desk: Desk, panel: HistoryPanel, qtbot: QtBot
) -> None:
    record_id = desk.add("customer", a_customer(owner="zhao", city="上海"))
    change(desk.workspace.replica, "customer", record_id, by=an_actor(), city="苏州")
    cards = opened(panel, qtbot, record_id, "city")
    replica = desk.workspace.replica
    change(replica, "user", "wang", by=an_actor(), role="rep")
    assert desk.workspace.refresh_actor()
    cards[1].restore.click()
    qtbot.waitUntil(lambda: bool(panel.message.text()))
    assert "数据范围" in panel.message.text()
    assert desk.record("customer", record_id)["city"] == "苏州"
