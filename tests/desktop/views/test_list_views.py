"""Saved views: kept, switched by number, shared, taken back; honest about what one may not see."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from crm_core.model.query import ME, All, Condition, Op, Sort, Test
from crm_core.model.query_json import condition_text
from crm_core.permissions.stored import grant_id
from desktop.services.commands.verbs import do_undo
from desktop.viewmodels.lists.list_shape import ListShape
from desktop.viewmodels.lists.saved_views import read_views
from desktop.views.pages.lists.list_page import ListPage
from desktop.views.pages.lists.list_views import ListViews
from desktop.views.pages.lists.save_view_sheet import SaveViewSheet
from tests.builders import a_customer, an_actor
from tests.desktop.views.desk import Desk, a_desk, put

IN_A = Test("level", Op.IN, ("A",))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> ListPage:
    for name, level, owner in (
        ("瑞金医院", "A", "wang"),
        ("仁济医院", "A", "zhao"),
        ("校医院", "C", "wang"),
    ):
        desk.add("customer", a_customer(name=name, level=level, owner=owner, city="上海"))
    return opened(desk, qtbot, 3)


def opened(desk: Desk, qtbot: QtBot, rows: int) -> ListPage:
    made = ListPage(desk.session, "customer")
    put(qtbot, made)
    qtbot.waitUntil(lambda: made.model.rowCount() == rows)
    return made


def views_of(page: ListPage) -> ListViews:
    assert page.views is not None
    return page.views


def a_view(desk: Desk, name: str, where: Condition, **more: object) -> str:
    me = desk.workspace.actor.user_id
    values = {
        "name": name, "entity": "customer", "author": me, "audience": me,
        "condition": condition_text(where),
    }  # fmt: skip
    return desk.add("saved_view", values | more)


def sheet_of(page: ListPage, qtbot: QtBot) -> SaveViewSheet:
    qtbot.waitUntil(lambda: bool(page.window().findChildren(SaveViewSheet)))
    return page.window().findChildren(SaveViewSheet)[-1]


def names(page: ListPage) -> list[str]:
    return [str(page.model.record_at(row)["name"]) for row in range(page.model.rowCount())]  # type: ignore[index]


def test_what_a_list_shows_is_saved_and_another_key_brings_it_back(
    page: ListPage, desk: Desk, qtbot: QtBot
) -> None:
    views = views_of(page)
    assert not views.bar.isVisible()
    page.filters.chips[0].tick(["A"])
    page.filters.mine.click()
    page.columns.take(ListShape(columns=("name", "city"), sort=(Sort("city"),)))
    qtbot.waitUntil(lambda: names(page) == ["瑞金医院"])
    page.filters.save_view.click()
    sheet = sheet_of(page, qtbot)
    sheet.submitted.emit()
    assert sheet.isVisible()
    sheet.name.setText("我的重点")
    sheet.submitted.emit()
    qtbot.waitUntil(lambda: views.current is not None)
    (kept,) = read_views(desk.workspace, desk.workspace.entity("customer"))
    assert kept.where == All((IN_A, Test("owner", Op.EQ, ME)))
    assert (kept.shape.columns, kept.shape.sort) == (("name", "city"), (Sort("city"),))
    assert kept.audience == "wang"
    with qtbot.waitActive(page):  # The sheet had the keyboard.
        page.activateWindow()
    QTest.keyClick(page.table, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: page.model.rowCount() == 1 and views.current is None)
    page.filters.clear_all()
    qtbot.waitUntil(lambda: page.model.rowCount() == 3)
    QTest.keyClick(page.table, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: names(page) == ["瑞金医院"])
    assert [spec.name for spec in page.model.fields] == ["name", "city"]


def test_a_view_is_changed_put_back_and_saved(page: ListPage, desk: Desk, qtbot: QtBot) -> None:
    own = a_view(desk, "重点", IN_A)
    views = views_of(page)
    views.read()
    qtbot.waitUntil(views.bar.isVisible)
    views.bar.tabs[1].click()
    qtbot.waitUntil(lambda: page.model.rowCount() == 2)
    assert not views.bar.save.isVisible()
    page.filters.mine.click()
    qtbot.waitUntil(lambda: page.model.rowCount() == 1)
    assert views.bar.save.isVisible()
    views.bar.back.click()
    qtbot.waitUntil(lambda: page.model.rowCount() == 2)
    page.filters.mine.click()
    views.bar.save.click()
    qtbot.waitUntil(lambda: "owner" in str(desk.record("saved_view", own)["condition"]))
    qtbot.waitUntil(lambda: not views.bar.save.isVisible())


def test_a_view_is_renamed_shared_deleted_and_taken_back(
    page: ListPage, desk: Desk, qtbot: QtBot
) -> None:
    own = a_view(desk, "重点", IN_A)
    views = views_of(page)
    views.read()
    qtbot.waitUntil(lambda: len(views.views) == 1)
    views.show(own)
    views.bar.edit_asked.emit()
    sheet = sheet_of(page, qtbot)
    sheet.name.setText("大家的重点")
    sheet.share.setValue("")
    sheet.submitted.emit()
    qtbot.waitUntil(lambda: desk.record("saved_view", own)["name"] == "大家的重点")
    assert desk.record("saved_view", own)["audience"] is None
    views.bar.delete_asked.emit()
    qtbot.waitUntil(lambda: views.views == () and views.current is None)
    qtbot.waitUntil(lambda: page.model.rowCount() == 3)
    desk.session.run(do_undo, desk.done[-1].group)
    qtbot.waitUntil(lambda: [view.name for view in views.views] == ["大家的重点"])


def test_a_list_opens_with_its_default_view(page: ListPage, desk: Desk, qtbot: QtBot) -> None:
    own = a_view(desk, "重点", IN_A)
    views = views_of(page)
    views.read()
    qtbot.waitUntil(lambda: len(views.views) == 1)
    views.show(own)
    views.bar.default_asked.emit()
    qtbot.waitUntil(lambda: desk.workspace.replica.meta("list_views") == {"customer": own})
    again = opened(desk, qtbot, 2)
    assert views_of(again).current is not None


def test_fields_one_may_not_see_are_left_out_and_named(
    page: ListPage, desk: Desk, qtbot: QtBot
) -> None:
    cell = {
        "role": "rep",
        "entity": "customer",
        "rights": ["see", "create", "edit"],
        "hidden": ["city"],
    }
    with desk.workspace.replica.write(an_actor(role="admin")) as (unit, _):
        unit.create("grant", cell, record_id=grant_id("rep", "customer"))
    desk.workspace.refresh_actor()
    where = All((IN_A, Test("city", Op.EQ, "北京")))
    own = a_view(desk, "北京重点", where, audience=None, author="zhao", columns="name city level")
    hidden = opened(desk, qtbot, 3)
    views = views_of(hidden)
    qtbot.waitUntil(lambda: len(views.views) == 1)
    views.show(own)
    qtbot.waitUntil(lambda: hidden.model.rowCount() == 2)
    assert "城市" in views.bar.note.text()
    assert views.bar.note.isVisible()
    assert [spec.name for spec in hidden.model.fields] == ["name", "level"]
    assert not views.bar.save.isVisible()


def test_a_view_of_a_newer_version_does_no_harm(page: ListPage, desk: Desk, qtbot: QtBot) -> None:
    me = desk.workspace.actor.user_id
    values = {"name": "新的", "entity": "customer", "author": me, "audience": me}
    own = desk.add(
        "saved_view", values | {"condition": '["like","name"]', "sort": "[", "columns": "x"}
    )
    views = views_of(page)
    views.read()
    qtbot.waitUntil(lambda: len(views.views) == 1)
    views.show(own)
    qtbot.waitUntil(views.bar.note.isVisible)
    assert page.model.rowCount() == 3
