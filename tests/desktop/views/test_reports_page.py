"""The reports: too little is said, lines open their records, a ledger counts one's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from crm_core.insight.correlation import Lack
from crm_core.model.query import Query
from desktop.views.pages.boards.reports_page import POINTS, VALUE, ReportsPage
from tests.builders import a_customer
from tests.desktop.views.desk import Desk, a_desk, put


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> ReportsPage:
    """A quarter ago: leads, reminders, a use, a full file, a case and a content customer."""
    full = {"phone": "13800000001", "city": "南京", "industry": "company", "state": "active"}
    with desk.workspace.write("上季") as (unit, _):
        for n in range(6):
            now = desk.workspace.clock.iso()
            lead = unit.create("lead", {
                "name": f"线索{n}", "stage": "captured", "owner": "wang", "received_at": now,
                "assigned_at": now,
            })  # fmt: skip
            unit.create("follow_up", {
                "action": "called", "happened_at": now, "lead": lead, "owner": "wang",
            })  # fmt: skip
            for did in ("done", "open"):
                customer = unit.create("customer", a_customer(
                    name=f"{did}{n}", owner="wang", tags=["展会"],
                    state="lost" if did == "open" and n < 3 else "active",
                ))  # fmt: skip
                unit.create("task", {
                    "title": "回访", "kind": "reminder", "state": did, "due_at": now,
                    "customer": customer, "owner": "wang",
                })  # fmt: skip
        unit.create("channel_cost", {"source": "展会", "starts_on": "2026-03-02", "amount": 10_000})
        deal = {"name": "单", "customer": customer, "stage": "won", "amount": 25_000,
                "stage_since": now, "owner": "wang"}  # fmt: skip
        unit.create("opportunity", deal)
        article = unit.create("article", {"title": "协和成功案例", "category": "案例"})
        unit.create("usage", {"article": article, "user": "wang", "used_at": now})
        unit.create("customer", a_customer(name="慈安", owner="wang", **full))
        unit.create("visit", {
            "customer": customer, "purpose": "service", "sentiment": "+", "started_at": now,
            "owner": "wang",
        })  # fmt: skip
    desk.time.advance(days=60)
    made = ReportsPage(desk.session)
    with qtbot.waitSignal(made.shown):
        put(qtbot, made, width=1100, height=900)
    return made


def test_each_report_says_what_it_knows(page: ReportsPage, desk: Desk, qtbot: QtBot) -> None:
    report = page.score.report
    assert report is not None
    assert report.people is Lack.FEW
    assert page.score.verdict.text()

    with qtbot.waitSignal(page.shown):
        page.show_report(VALUE)
    value = page.value.report
    assert value is not None
    lines = {line.id: line for line in value.lines}
    assert lines["golden_hours"].after.value == 100
    assert lines["golden_hours"].before.value is None
    assert lines["churn"].after.value == pytest.approx(3.0), "half of six, against none of six"
    assert lines["reuse"].after.value == pytest.approx(0.1)
    assert lines["campaigns"].after.value == pytest.approx(2.5)
    assert lines["nps"].after.value is None
    with qtbot.waitSignal(desk.session.drill_requested) as asked:
        page.value.doors["golden_hours"].click()
    query, _title, _note = asked.args
    assert isinstance(query, Query)
    assert desk.workspace.replica.count(query) == 6
    with qtbot.waitSignal(desk.session.board_requested) as board:
        page.value.boards["golden_hours"].click()
    assert board.args == ["golden_hours"]
    page.value.quarter.setCurrentIndex(1)
    with qtbot.waitSignal(page.shown):
        page.value.quarter.activated.emit(1)
    value = page.value.report
    assert value is not None
    assert {line.id: line for line in value.lines}["churn"].after.value is None

    with qtbot.waitSignal(page.shown):
        page.show_report(POINTS)
    ledger = page.points.ledger
    assert ledger is not None
    assert [entry.count for entry in ledger.entries] == [1, 1, 1]
    assert ledger.points == 15
    assert [badge.zh for badge in ledger.badges] == ["服务之星"]
    for door, entry in zip(page.points.doors, ledger.entries, strict=True):
        with qtbot.waitSignal(desk.session.drill_requested) as asked:
            door.click()
        assert asked.args[0] == entry.query
        assert desk.workspace.replica.count(entry.query) == 1
    desk.session.set_language("en")
    QTest.keyClick(page.which, Qt.Key.Key_Left)
    assert page.which.value() == VALUE
