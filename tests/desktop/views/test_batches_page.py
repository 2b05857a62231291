"""Whole batches: listed with who and why, previewed, taken back, and that taken back again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.services.commands.verbs import do_change_many
from desktop.views.pages.syncing.batches_page import BatchesPage
from tests.builders import a_customer, an_actor, change
from tests.desktop.views.desk import Desk, a_desk, put

pytestmark = pytest.mark.usefixtures("chinese")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


@pytest.fixture
def customers(desk: Desk) -> list[str]:
    """Three customers, then moved to 苏州 together; 赵磊 changed one of them since."""
    made = [
        desk.add("customer", a_customer(name=f"医院{number}", city="上海", owner="wang"))
        for number in range(3)
    ]
    desk.time.advance(hours=1)
    do_change_many(desk.workspace, "customer", made, {"city": "苏州", "level": "B"})
    desk.time.advance(hours=1)
    change(desk.workspace.replica, "customer", made[0], by=an_actor("zhao"), city="无锡")
    return made


def a_page(desk: Desk, qtbot: QtBot) -> BatchesPage:
    page = BatchesPage(desk.session)
    with qtbot.waitSignal(page.shown_plan):
        put(qtbot, page)
    return page


def words(page: BatchesPage) -> str:
    return "\n".join(one.text() for one in page.findChildren(QLabel) if one.isVisibleTo(page))


def test_a_batch_says_who_why_and_how_many(desk: Desk, customers: list[str], qtbot: QtBot) -> None:
    page = a_page(desk, qtbot)
    (line,) = page.lines
    assert (line.title, line.who, line.mine) == ("批量修改", "王敏", True)
    assert line.body == "客户 3 · 6 处修改"
    assert page.plan is not None
    assert (page.plan.records, page.plan.edits, page.plan.left) == (3, 5, 1)
    said = words(page)
    assert "城市：之后赵磊改过，保持不动" in said
    assert "城市 苏州 → 上海" in said


def test_taking_back_leaves_what_others_changed_and_can_be_taken_back(
    desk: Desk, customers: list[str], qtbot: QtBot
) -> None:
    page = a_page(desk, qtbot)
    with qtbot.waitSignal(page.shown_plan), qtbot.waitSignal(desk.session.finished):
        QTest.keyClick(page.acts, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    cities = [desk.record("customer", one)["city"] for one in customers]
    levels = [desk.record("customer", one)["level"] for one in customers]
    assert cities == ["无锡", "上海", "上海"]
    assert levels == ["A", "A", "A"]
    qtbot.waitUntil(lambda: len(page.lines) == 2)
    assert page.lines[0].title == "撤销"
    with qtbot.waitSignal(page.shown_plan):
        QTest.keyClick(page.acts, Qt.Key.Key_Up)
    qtbot.waitUntil(page.take_back.isEnabled)
    with qtbot.waitSignal(desk.session.finished):
        page.take_back.click()
    cities = [desk.record("customer", one)["city"] for one in customers]
    assert cities == ["无锡", "苏州", "苏州"]


def test_acts_on_one_record_are_listed_on_demand(
    desk: Desk, customers: list[str], qtbot: QtBot
) -> None:
    change(
        desk.workspace.replica, "customer", customers[1], by=an_actor("zhao"), city="常州",
        remark="新院区",
    )  # fmt: skip
    page = a_page(desk, qtbot)
    assert len(page.lines) == 1
    page.many_only.click()
    # A plan asked for while the page opened may be shown in between.
    qtbot.waitUntil(lambda: [line.who for line in page.lines] == ["赵磊", "王敏"])
    assert page.plan is not None


def test_without_batches_the_page_teaches(desk: Desk, qtbot: QtBot) -> None:
    page = BatchesPage(desk.session)
    put(qtbot, page)
    qtbot.waitUntil(page.empty.isVisible)
