"""Industry templates: applied in one act, sample loaded and removed, all of it taken back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from crm_core.model.query import Query
from desktop.services.commands.verbs import do_undo
from desktop.services.rules.industry_templates import (
    NAMES,
    do_apply_template,
    do_load_sample,
    do_remove_sample,
    load_template,
    sample_loaded,
)
from desktop.services.rules.rule_book import draft_of
from desktop.views.pages.admin.pack_sheet import PackSheet
from desktop.views.pages.admin.template_sheet import TemplateSheet
from tests.builders import an_actor
from tests.desktop.views.desk import Desk, a_desk, put

pytestmark = pytest.mark.usefixtures("chinese")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    for desk in a_desk(tmp_path / "desk"):
        with desk.workspace.replica.write(an_actor()) as (unit, _):
            unit.change("user", "wang", {"role": "admin"})
        yield desk


@pytest.mark.parametrize("name", NAMES)
def test_every_template_applies_and_its_sample_fits(desk: Desk, name: str) -> None:
    template, workspace = load_template(name), desk.workspace
    before = workspace.replica.registry
    applied = do_apply_template(workspace, template)
    for one in template.fields:
        assert workspace.entity(one.entity).find(one.name) is not None, one.name
    loaded = do_load_sample(workspace, template)
    assert sum(len(ids) for ids in loaded.changed.values()) >= len(template.sample)
    for record in workspace.replica.find(Query("customer")):
        assert record["owner"] == "wang"
        for field in template.fields:
            if field.entity == "customer" and field.name in template.sample[0].values:
                assert field.name in record
    assert sample_loaded(workspace, template)
    removed = do_remove_sample(workspace, template)
    assert not sample_loaded(workspace, template)
    do_undo(workspace, removed.group)
    assert sample_loaded(workspace, template)
    do_undo(workspace, loaded.group)
    assert not sample_loaded(workspace, template)
    do_load_sample(workspace, template)
    assert sample_loaded(workspace, template)
    do_undo(workspace, applied.group)
    assert {e.name: e.fields for e in workspace.replica.registry} == {
        e.name: e.fields for e in before
    }


def test_education_brings_127_tags_that_are_offered_and_do_not_bind(desk: Desk) -> None:
    template = load_template("education")
    assert template.tag_count == 127
    do_apply_template(desk.workspace, template)
    spec = desk.workspace.entity("customer").field_spec("tags")
    assert len(spec.suggested) == 127
    assert not spec.choices


def test_applying_twice_adds_nothing_twice(desk: Desk) -> None:
    template = load_template("saas")
    do_apply_template(desk.workspace, template)
    do_apply_template(desk.workspace, template)
    fields = desk.workspace.replica.find(Query("custom_field"))
    assert len(fields) == len(template.fields)


def test_from_the_sheet(desk: Desk, qtbot: QtBot) -> None:
    sheet = TemplateSheet(desk.session)
    put(qtbot, sheet)
    sheet.trade.set_value("fmcg")
    sheet._show()
    qtbot.waitUntil(lambda: sheet.sample.text() == "载入示例数据")
    with qtbot.waitSignal(desk.session.finished):
        sheet.primary.click()
    with qtbot.waitSignal(desk.session.finished):
        sheet.sample.click()
    qtbot.waitUntil(lambda: sheet.sample.text() == "移除示例数据")
    names = {str(r["name"]) for r in desk.workspace.replica.find(Query("customer"))}
    assert "示例便利店（学府路店）" in names


def test_the_rules_of_a_trade_are_shown_before_they_are_written(desk: Desk, qtbot: QtBot) -> None:
    sheet = PackSheet(desk.session, "fmcg")
    put(qtbot, sheet)
    qtbot.waitUntil(sheet.primary.isEnabled)
    assert "新增「拜访发现缺货：24 小时补货」：当 拜访" in sheet.changes.text()
    assert "立即要求填写：大卖场和连锁超市" in sheet.changes.text()
    assert draft_of(desk.workspace).one("pack-fmcg-auto-shelf") is None
    with qtbot.waitSignal(desk.session.finished):
        sheet.primary.click()
    qtbot.waitUntil(lambda: sheet.changes.text() == "草稿里都已经有了。")
    assert draft_of(desk.workspace).one("pack-fmcg-auto-shelf") is not None
    with qtbot.waitSignal(desk.session.finished):
        sheet.remove.click()
    qtbot.waitUntil(lambda: not sheet.remove.isEnabled() and sheet.primary.isEnabled())
    with qtbot.waitSignal(desk.session.place_requested) as asked:
        sheet.publish.click()
    assert asked.args == ["rules"]
