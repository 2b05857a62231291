"""The page of rules: sentences, search, states, text with errors in place, publishing, versions."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from crm_core.permissions.stored import Organisation
from crm_core.rules.stocked.shipped import SHIPPED
from crm_core.rules.texts.yaml_text import yaml_of_rule
from desktop.services.commands.rules import do_publish, do_save_rule
from desktop.services.rules.rule_book import draft_of, rules_of
from desktop.views.pages.rules.publish_sheet import PublishSheet
from desktop.views.pages.rules.rules_page import RulesPage
from desktop.views.pages.rules.text_sheet import TextSheet
from tests.desktop.services.test_commands_rules import RULE
from tests.desktop.views.desk import Desk, a_desk, put


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> RulesPage:
    do_save_rule(desk.workspace, RULE)
    made = RulesPage(desk.session)
    with qtbot.waitSignal(made.shown):
        put(qtbot, made)
    return made


def test_rules_are_found_by_what_they_say_and_published_with_a_note(
    page: RulesPage, desk: Desk, qtbot: QtBot
) -> None:
    page.list.search.setText("抖音 打标签")
    qtbot.waitUntil(lambda: page.list.table.facts.rowCount() == 1)
    line = page.list.current
    assert line is not None
    assert line.sentence == "当 线索 新建，且 来源 是 抖音 → 打标签「直播」"
    page.publish.click()
    qtbot.waitUntil(lambda: bool(page.window().findChildren(PublishSheet)))
    [sheet] = page.window().findChildren(PublishSheet)
    qtbot.waitUntil(lambda: sheet.changes.text() == "· 新增「抖音打标签」")
    sheet.primary.click()
    assert desk.done == []
    sheet.note.setValue("第一版")
    with qtbot.waitSignal(page.shown):
        sheet._publish()
    assert rules_of(desk.workspace).one(RULE.id) == RULE
    page.show_tab("versions")
    qtbot.waitUntil(lambda: page.versions.changes.text() == "· 新增「抖音打标签」")
    assert desk.failed == []


def test_a_rule_as_text_is_checked_while_it_is_typed_and_saved_as_a_draft(
    page: RulesPage, desk: Desk, qtbot: QtBot
) -> None:
    page.list.select(RULE.id)
    page.list.detail.text.click()
    [sheet] = page.window().findChildren(TextSheet)
    wrong = yaml_of_rule(RULE).replace("do: tag", "do: dance")
    sheet.text.setPlainText(wrong)
    qtbot.waitUntil(lambda: bool(sheet.faults))
    assert sheet.message.text().startswith("第 ")
    sheet._save()
    assert desk.done == []
    sheet.text.setPlainText(yaml_of_rule(RULE).replace("tag: 直播", "tag: 短视频"))
    with qtbot.waitSignal(page.shown):
        sheet._save()
    found = draft_of(desk.workspace).one(RULE.id)
    assert found is not None
    assert "短视频" in yaml_of_rule(found)
    page.list.select(RULE.id)
    with qtbot.waitSignal(page.shown):
        page.list.detail.drop.click()
    assert draft_of(desk.workspace).one(RULE.id) is None


def test_who_may_not_write_rules_is_offered_nothing(desk: Desk, qtbot: QtBot) -> None:
    do_publish(desk.workspace, "第一版")
    desk.workspace._actor = Organisation().actor("wang", "rep")
    page = RulesPage(desk.session)
    with qtbot.waitSignal(page.shown):
        put(qtbot, page)
    for button in (page.new, page.publish, page.list.detail.switch, page.list.detail.drop):
        assert not button.isVisible()


def test_ten_thousand_rules_are_one_list(desk: Desk, qtbot: QtBot) -> None:
    page = RulesPage(desk.session)
    with qtbot.waitSignal(page.shown):
        put(qtbot, page)
    assert page.desk is not None
    first = next(one for one in page.desk.lines if one.id == SHIPPED[0].id)
    many = tuple(replace(first, id=f"r-{n}") for n in range(10_000))
    page.list.show_desk(replace(page.desk, lines=many), may=True)
    assert page.list.table.facts.rowCount() == 10_000
    page.list.select("r-9999")
    assert page.list.current == many[-1]


def test_a_file_is_exported_and_imported_again(
    page: RulesPage, desk: Desk, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "rules.yaml"
    page.export_to(path)
    qtbot.waitUntil(lambda: "rules.yaml" in page.message.text())
    assert "抖音打标签" in path.read_text(encoding="utf-8")
    page.import_from(path)
    qtbot.waitUntil(lambda: bool(page.window().findChildren(TextSheet)))
    [sheet] = page.window().findChildren(TextSheet)
    assert {one.id for one in sheet.found} == {RULE.id, *(one.id for one in SHIPPED)}
    page.import_from(tmp_path / "none.yaml")
    qtbot.waitUntil(lambda: "none.yaml" in page.message.text())
    assert desk.failed == []


def test_routes_are_asked_in_the_order_they_are_put_in(desk: Desk, qtbot: QtBot) -> None:
    page = RulesPage(desk.session)
    with qtbot.waitSignal(page.shown):
        put(qtbot, page)
    page.list.show_group("route")
    page.list.select("route-weibo")
    before = [one.id for one in draft_of(desk.workspace).documents if one.kind == "route"]
    with qtbot.waitSignal(page.shown):
        QTest.keyClick(page.list.table, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    after = [one.id for one in draft_of(desk.workspace).documents if one.kind == "route"]
    place = before.index("route-weibo")
    assert after.index("route-weibo") == place + 1
    assert after[place] == before[place + 1]
    assert page.list.current is not None
    assert page.list.current.id == "route-weibo"
    page.list.detail.earlier.click()
    qtbot.waitUntil(lambda: len(desk.done) == 2)
    again = [one.id for one in draft_of(desk.workspace).documents if one.kind == "route"]
    assert again == before
    assert desk.failed == []


def test_a_rule_is_tried_on_history_from_the_list(desk: Desk, qtbot: QtBot) -> None:
    desk.add("lead", {"name": "没人管", "stage": "captured", "received_at": desk.time.clock.iso()})
    desk.time.advance(days=10)
    page = RulesPage(desk.session)
    with qtbot.waitSignal(page.shown):
        put(qtbot, page)
    page.list.select("clock-claim")
    with qtbot.waitSignal(page.sandbox.shown):
        page.list.detail.attempt.click()
    assert page.sandbox.trial is not None
    assert page.sandbox.table.facts.rowCount() >= 1
    # A rule in one line; from there to when it fires, from there to the record.
    assert page.sandbox.table.facts.key_at(0) == "clock-claim"
    page.sandbox.table.row_opened.emit(0)
    assert desk.opened == []
    page.sandbox.table.row_opened.emit(0)
    assert [entity for entity, _ in desk.opened] == ["lead"]
    assert desk.failed == []
