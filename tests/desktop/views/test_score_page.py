"""Scores set with sliders: what they would do is on screen at once, and nothing is lost (2.1)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crm_core.rules.scoring import Scoring
from crm_core.rules.stocked.scoring_shipped import GENERAL
from desktop.services.rules.rule_book import draft_of
from desktop.views.pages.rules.score_page import ScorePage
from desktop.views.widgets.histogram import Bin, binned
from tests.desktop.views.desk import Desk, a_desk, put

NOW = "2026-03-01T02:00:00Z"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


def saved(desk: Desk) -> Scoring:
    body = next(d.body for d in draft_of(desk.workspace).documents if d.id == GENERAL)
    assert isinstance(body, Scoring)
    return body


def test_a_slider_shows_at_once_who_would_be_graded_otherwise_and_is_kept(
    desk: Desk, qtbot: QtBot, chinese: QApplication
) -> None:
    received = desk.workspace.clock.now().isoformat()
    lead = {"stage": "captured", "owner": "wang", "received_at": received, "source": "老客户介绍"}
    asked = desk.add("lead", {**lead, "name": "李女士", "phone": "13800138000"})
    desk.add("lead", {**lead, "name": "王工", "source": "官网"})
    decided = {"grade": "A", "grade_reason": "老板说的", "name": "赵总"}
    desk.add("lead", {**lead, **decided})
    page = ScorePage(desk.session)
    with qtbot.waitSignal(page.shown):
        put(qtbot, page, width=1100)
    assert page.outlook is not None
    assert not page.outlook.moves
    assert page.outlook.decided == 1
    assert page.rows.rows["referred"].share.text() == "2 条线索"

    row = page.rows.rows["referred"]
    row.slider.setFocus()
    for _ in range(3):
        QTest.keyClick(row.slider, Qt.Key.Key_PageUp)
    assert row.number.value() == 55
    qtbot.waitUntil(lambda: bool(page.outlook and page.outlook.moves))
    (move,) = page.outlook.moves  # 10 + 25 points were a B; 10 + 55 are an A.
    assert (move.id, move.before, move.after) == (asked, "B", "A")
    item = page.effect.list.item(0)
    assert "李女士" in item.text()
    with qtbot.waitSignal(desk.session.open_requested) as opened:
        page.effect.list.itemActivated.emit(item)
    assert opened.args == ["lead", asked]

    assert saved(desk).factors[1].points == 25
    with qtbot.waitSignal(desk.session.finished):
        page.hide()  # Whatever was moved is a draft, also when one just goes elsewhere.
    assert {f.id: f.points for f in saved(desk).factors}["referred"] == 55
    page.show()
    qtbot.waitUntil(lambda: page.document is not None and page.document.body == saved(desk))
    page.reset.click()
    assert page.rows.rows["referred"].number.value() == 25
    page.rows.grades["A"].setValue(30)
    qtbot.waitUntil(page.save.isEnabled)
    with qtbot.waitSignal(desk.session.finished):
        page.save.click()
    assert saved(desk).grades[0].least == 30


def test_values_lie_in_few_spans_that_hold_them_all() -> None:
    assert binned((), ()) == ()
    assert binned((3,), (-2, 9)) == (Bin(-5, -1, 0, 1), Bin(0, 4, 1, 0), Bin(5, 9, 0, 1))
    spans = binned(range(-500, 700), ())
    assert len(spans) <= 24
    assert sum(one.before for one in spans) == 1200
