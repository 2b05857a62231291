"""Fields and layouts: added, arranged, hidden, asked for; seen at once by form and record page."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from crm_core.model.layout import arranged, lasting, layout_from, layout_of, layout_text
from crm_core.model.query import Query
from desktop.services.commands.layout import (
    FieldWish,
    do_arrange,
    do_change_field,
    do_create_field,
    do_reset_layout,
    do_retire_field,
    own_fields,
)
from desktop.services.commands.verbs import do_undo
from desktop.views.pages.admin.layout_panel import LayoutPanel
from desktop.views.pages.admin.own_field_sheet import OwnFieldSheet
from desktop.views.pages.records.field_column import FieldColumn
from desktop.views.pages.records.record_dialog import RecordDialog, Subject, sections_of
from tests.builders import an_actor
from tests.desktop.views.desk import Desk, a_desk, put

pytestmark = pytest.mark.usefixtures("chinese")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    for desk in a_desk(tmp_path / "desk"):
        with desk.workspace.replica.write(an_actor()) as (unit, _):
            unit.change("user", "wang", {"role": "admin"})
        yield desk


def test_a_layout_is_read_back_as_it_was_written(desk: Desk) -> None:
    layout = layout_of(desk.workspace.replica.registry.entity("customer"))
    assert layout_from(layout_text(layout)) == layout
    for broken in (None, "", "[]", "{", '{"sections":[1]}', '{"sections":[],"hidden":"x"}'):
        assert layout_from(broken) is None


def test_what_a_record_needs_cannot_be_hidden(desk: Desk) -> None:
    entity = desk.workspace.replica.registry.entity("customer")
    layout = layout_of(entity)
    gone = replace(layout, hidden=frozenset(spec.name for spec in entity.fields))
    assert {spec.name for spec in arranged(entity, gone).fields} == lasting(entity) & {
        spec.name for spec in entity.fields
    }


def test_a_field_is_added_named_by_its_sound_and_retired(desk: Desk) -> None:
    wish = FieldWish("床位数", kind="choice", options=("三百", "一百", "五百"))
    made = do_create_field(desk.workspace, "customer", wish)
    spec = desk.workspace.entity("customer").field_spec("x_chuang_wei_shu")
    assert [choice.code for choice in spec.choices] == ["三百", "一百", "五百"]
    again = FieldWish("床位", "Beds", "choice", options=("一百", "五百"), retired=("三百",))
    do_change_field(desk.workspace, made.record_id, again)
    spec = desk.workspace.entity("customer").field_spec("x_chuang_wei_shu")
    assert [(c.code, c.retired) for c in spec.choices] == [
        ("一百", False), ("五百", False), ("三百", True),
    ]  # fmt: skip
    done = do_retire_field(desk.workspace, made.record_id)
    assert desk.workspace.entity("customer").find("x_chuang_wei_shu") is None
    do_undo(desk.workspace, done.group)
    assert desk.workspace.entity("customer").field_spec("x_chuang_wei_shu").label.en == "Beds"


def test_undone_and_done_again_the_layout_holds(desk: Desk) -> None:
    entity = desk.workspace.replica.registry.entity("customer")
    layout = replace(layout_of(entity), hidden=frozenset({"industry"}))
    done = do_arrange(desk.workspace, "customer", layout)
    assert desk.workspace.entity("customer").find("industry") is None
    do_undo(desk.workspace, done.group)
    assert desk.workspace.entity("customer").find("industry") is not None
    do_arrange(desk.workspace, "customer", layout)
    assert desk.workspace.entity("customer").find("industry") is None
    do_reset_layout(desk.workspace, "customer")
    assert desk.workspace.entity("customer") == replace(desk.workspace.entity("customer"))
    assert desk.workspace.layout("customer") is None


def test_the_panel_arranges_and_form_and_page_follow(desk: Desk, qtbot: QtBot) -> None:
    panel = LayoutPanel(desk.session)
    put(qtbot, panel)
    page = FieldColumn(desk.session, desk.workspace.entity("customer"))
    qtbot.addWidget(page)
    panel.table.selectRow(panel.table.facts.row_of("city"))
    with qtbot.waitSignal(desk.session.finished):
        panel.require.click()
    assert desk.workspace.entity("customer").field_spec("city").required
    panel.table.selectRow(panel.table.facts.row_of("industry"))
    with qtbot.waitSignal(desk.session.finished):
        panel.hide_field.click()
    assert "industry" not in page.fields
    panel.table.selectRow(panel.table.facts.row_of("level"))
    with qtbot.waitSignal(desk.session.finished):
        panel.up.click()
    assert list(page.fields)[:3] == ["name", "level", "kind"]
    panel.section.setEditText("经营")
    with qtbot.waitSignal(desk.session.finished):
        panel._choose_section()
    assert [spec.name for spec in sections_of(desk.workspace.entity("customer"))["经营"]] == [
        "level"
    ]
    dialog = RecordDialog(desk.session, Subject("customer"))
    qtbot.addWidget(dialog)
    assert not dialog.has_row("industry")
    dialog.form.type_in("name", "瑞金医院")
    assert dialog.form.check_all() == ["city"]
    dialog.set_dirty(False)


def test_a_field_made_in_the_sheet_is_in_the_form(desk: Desk, qtbot: QtBot) -> None:
    panel = LayoutPanel(desk.session)
    put(qtbot, panel)
    panel.new.click()
    [sheet] = panel.window().findChildren(OwnFieldSheet)
    sheet.primary.click()
    assert sheet.rows[0].error()
    sheet.name.setValue("床位")
    sheet.kind.setValue("integer")
    with qtbot.waitSignal(desk.session.finished):
        sheet.primary.click()
    assert list(own_fields(desk.workspace, "customer")) == ["x_chuang_wei"]
    assert desk.workspace.replica.find(Query("custom_field"))[0]["value_kind"] == "integer"
    qtbot.waitUntil(lambda: panel.table.current_key() == "x_chuang_wei")
