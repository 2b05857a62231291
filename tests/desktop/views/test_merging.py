"""Merging at the desk: by keyboard, field by field; an old id leads on; and taking it back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.services.commands.merge import do_merge
from desktop.viewmodels.records.merging import Side
from desktop.views.pages.records.customer_page import CustomerPage
from desktop.views.pages.records.merge_sheet import MergeSheet
from desktop.views.pages.records.unmerge_sheet import UnmergeSheet
from tests.builders import a_customer
from tests.desktop.views.desk import Desk, a_desk, put

pytestmark = pytest.mark.usefixtures("chinese")
TWO = {"name": "瑞金医院（重复）", "city": "上海", "level": "C", "tags": ["招标"]}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


@pytest.fixture
def pair(desk: Desk) -> tuple[str, str]:
    """A customer, and its double with a contact."""
    one = desk.add("customer", a_customer(name="瑞金医院", level="A", tags=["重点"], owner="wang"))
    other = desk.add("customer", a_customer(**TWO, owner="wang"))
    desk.add("contact", {"name": "张主任", "customer": other})
    return one, other


def test_fields_are_chosen_with_the_arrow_keys_and_merged(
    desk: Desk, pair: tuple[str, str], qtbot: QtBot
) -> None:
    one, other = pair
    sheet = MergeSheet(desk.session, desk.workspace.entity("customer"), one)
    put(qtbot, sheet)
    assert not sheet.primary.isEnabled()
    sheet.other.setValue(other)
    with qtbot.waitSignal(sheet.pair_shown):
        sheet._picked()
    assert sheet.table.picks() == {
        "name": Side.LEFT, "level": Side.LEFT, "city": Side.RIGHT, "tags": Side.BOTH,
    }  # fmt: skip
    assert "联系人 1" in sheet._moving.text()
    QTest.keyClick(sheet.table, Qt.Key.Key_Down)
    QTest.keyClick(sheet.table, Qt.Key.Key_Right)
    QTest.keyClick(sheet.table, Qt.Key.Key_B)
    assert sheet.table.picks()["level"] is Side.RIGHT, "there is no both of two levels"
    with qtbot.waitSignal(sheet.merged):
        QTest.keyClick(sheet, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    record = desk.record("customer", one)
    assert [record[name] for name in ("name", "level", "city", "tags")] == [
        "瑞金医院", "C", "上海", ["招标", "重点"],
    ]  # fmt: skip
    assert desk.workspace.replica.record("customer", other) is None


def test_the_other_one_can_be_the_one_that_stays(
    desk: Desk, pair: tuple[str, str], qtbot: QtBot
) -> None:
    sheet = MergeSheet(desk.session, desk.workspace.entity("customer"), *pair)
    with qtbot.waitSignal(sheet.pair_shown):
        put(qtbot, sheet)
    with qtbot.waitSignal(sheet.pair_shown):
        sheet.swap.click()
    assert sheet.pair is not None
    assert sheet.pair.titles == ("瑞金医院（重复）", "瑞金医院")
    with qtbot.waitSignal(sheet.merged) as merged:
        sheet.primary.click()
    assert merged.args == [pair[1]]


def test_an_old_id_leads_on_and_says_so(desk: Desk, pair: tuple[str, str], qtbot: QtBot) -> None:
    one, other = pair
    do_merge(desk.workspace, "customer", one, [other])
    page = CustomerPage(desk.session)
    put(qtbot, page)
    with qtbot.waitSignal(page.shown) as shown:
        page.show_record(other)
    assert shown.args == [one]
    assert "瑞金医院（重复）" in page.merged.said.text()
    assert "1" in page.merged.merges.text()
    with qtbot.waitSignal(page.shown):
        page.show_record(pair[0])
    menu = page.merged.open_menu()
    assert "瑞金医院（重复）" in menu.actions()[0].text()
    menu.close()


def test_a_merge_is_taken_back_with_what_was_ticked(
    desk: Desk, pair: tuple[str, str], qtbot: QtBot
) -> None:
    one, other = pair
    do_merge(desk.workspace, "customer", one, [other], {"city": "上海"})
    since = desk.add("contact", {"name": "李护士", "customer": one})
    sheet = UnmergeSheet(desk.session, desk.workspace.entity("customer"), other)
    put(qtbot, sheet)
    qtbot.waitUntil(lambda: sheet.back is not None)
    assert [box.text() for box in sheet.along] == ["联系人 · 李护士"]
    sheet.along[0].setChecked(True)
    sheet.primary.click()
    qtbot.waitUntil(lambda: bool(desk.done))
    assert desk.record("customer", other)["name"] == "瑞金医院（重复）"
    assert desk.record("customer", one)["city"] is None
    assert desk.record("contact", since)["customer"] == other
