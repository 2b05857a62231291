"""The recycle bin: everything deleted that one may see, by whom; brought back, and undone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from crm_core.model.query import Query
from crm_core.permissions import Actor
from desktop.services.commands.verbs import do_delete, do_undo
from desktop.services.recycle_bin import do_revive_many, look
from desktop.views.pages.syncing.bin_page import BinPage
from tests.builders import a_customer, a_task, an_actor
from tests.desktop.views.desk import Desk, a_desk, put

pytestmark = pytest.mark.usefixtures("chinese")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


@pytest.fixture
def deleted(desk: Desk) -> list[str]:
    """Two customers and a task, deleted by 王敏 one after the other; one more by 赵磊."""
    made = [
        ("customer", desk.add("customer", a_customer(name="瑞金医院", owner="wang", phone="6437"))),
        ("customer", desk.add("customer", a_customer(name="仁济医院", owner="zhao"))),
        ("task", desk.add("task", a_task(title="回电", owner="wang"))),
    ]
    for entity, record_id in made:
        desk.time.advance(minutes=1)
        do_delete(desk.workspace, entity, record_id)
    desk.time.advance(minutes=1)
    other = desk.add("customer", a_customer(name="华山医院", owner="zhao"))
    with desk.workspace.replica.write(an_actor("zhao")) as (unit, _):
        unit.delete("customer", other)
    return [record_id for _, record_id in made]


def titles(desk: Desk, **asked: str) -> list[str]:
    return [line.title for line in look(desk.workspace, **asked).lines]


def test_the_newest_first_with_who_and_when(desk: Desk, deleted: list[str]) -> None:
    found = look(desk.workspace)
    assert [line.title for line in found.lines] == ["华山医院", "回电", "仁济医院", "瑞金医院"]
    assert [found.people["user", line.actor] for line in found.lines[:2]] == ["赵磊", "王敏"]
    assert found.lines[-1].at == "2026-03-02T01:31:00Z"
    assert titles(desk, kind="task") == ["回电"]
    assert titles(desk, typed="6437") == ["瑞金医院"]
    assert titles(desk, typed="没有") == []


def test_others_see_only_what_is_theirs_to_see(desk: Desk, deleted: list[str]) -> None:
    desk.workspace._actor = Actor("wang", "rep")
    assert titles(desk) == ["回电", "瑞金医院"]


def test_many_come_back_in_one_act_that_is_undone(desk: Desk, deleted: list[str]) -> None:
    lines = look(desk.workspace).lines
    done = do_revive_many(desk.workspace, [(line.entity, line.id) for line in lines])
    assert titles(desk) == []
    assert desk.record("customer", deleted[0])["phone"] == "6437"
    assert len(desk.workspace.replica.find(Query("customer"))) == 3
    do_undo(desk.workspace, done.group)
    assert len(titles(desk)) == 4


def test_what_an_edit_revived_is_not_in_the_bin(desk: Desk, deleted: list[str]) -> None:
    do_revive_many(desk.workspace, [("customer", deleted[0])])
    assert "瑞金医院" not in titles(desk)


def test_the_page_shows_what_it_was_and_brings_it_back(
    desk: Desk, deleted: list[str], qtbot: QtBot
) -> None:
    page = BinPage(desk.session)
    with qtbot.waitSignal(page.listed):
        put(qtbot, page)
    page.table.selectRow(2)
    QTest.keyClick(page.search, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    page.search.setText("瑞金")
    qtbot.waitUntil(lambda: page.table.facts.rowCount() == 1)
    qtbot.waitUntil(lambda: page.remains is not None and page.remains.line.title == "瑞金医院")
    said = "\n".join(one.text() for one in page.findChildren(QLabel))
    assert "6437" in said
    qtbot.waitUntil(lambda: page.table.currentIndex().isValid() and page.revive.isEnabled())
    with qtbot.waitSignal(desk.session.finished):
        QTest.keyClick(page.table, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert desk.record("customer", deleted[0])["name"] == "瑞金医院"
    page.search.setText("仁济")
    qtbot.waitUntil(
        lambda: page.table.currentIndex().isValid() and page.table.facts.rowCount() == 1
    )
    page.setFocus()
    with qtbot.waitSignal(page.listed):
        page.refresh()
    assert page.window().focusWidget() is page.table, "the arrows go through the list"
    with qtbot.waitSignal(desk.session.finished):
        QTest.keyClick(page.table, Qt.Key.Key_Return)
    qtbot.waitUntil(page.empty.isVisible)
    page.empty.action_triggered.emit()
    qtbot.waitUntil(lambda: page.table.facts.rowCount() == 2)


def test_an_empty_bin_teaches(desk: Desk, qtbot: QtBot) -> None:
    page = BinPage(desk.session)
    with qtbot.waitSignal(page.listed):
        put(qtbot, page)
    assert page.empty.isVisible()
    assert page.empty.accessibleName() == "回收站是空的"
    assert not page.revive.isEnabled()
