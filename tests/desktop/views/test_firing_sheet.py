"""The page of a record says which rules acted on it, by which version and why."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from crm_core.model.query import Query
from crm_core.model.schema import Label
from crm_core.rules.documents import Document
from crm_core.rules.engine import make_rules
from crm_core.rules.firing.automations import Action, Automation, Do, On, Trigger
from crm_core.rules.firing.deciding import LAPTOP
from crm_core.rules.identity import act_key
from crm_core.rules.routing import GIVEN
from crm_core.rules.stocked.builtin import BUILTIN_RULES
from crm_core.rules.wording.firing_words import told
from crm_core.store.ruling.automating import Automating
from desktop.services.commands.rules import do_publish, do_save_rule
from desktop.services.rules.firings import firings_of
from desktop.views.pages.records.firing_sheet import FiringSheet
from desktop.views.pages.records.record_page import RecordPage
from tests.desktop.views.desk import Desk, a_desk, put

RULE: Document[object] = Document(
    "auto-own", "automation", Label("新线索先打电话", "Call new leads"), "lead",
    Automation(Trigger(On.CREATED), (Action(Do.TASK, title="给 [姓名] 打电话", due_hours=1),)),
)  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk", user="zhao")


def test_a_record_and_the_task_made_for_it_say_which_version_decided(
    desk: Desk, qtbot: QtBot
) -> None:
    desk.workspace.replica.rules = Automating(make_rules(BUILTIN_RULES), LAPTOP)
    for note in ("第一版", "先打电话"):
        do_save_rule(desk.workspace, RULE)
        do_publish(desk.workspace, note, "")
        desk.time.advance(hours=1)
    lead = desk.add("lead", {"name": "钱多多", "stage": "captured", "owner": "wang"})
    found = firings_of(desk.workspace, "lead", lead, "zh")
    line = next(one for one in found.lines if one.rule == "新线索先打电话")
    assert (line.kind, line.version, line.note) == ("automation", 2, "先打电话")
    assert line.told.because[0].zh == "新建线索"
    assert "建任务" in line.told.did[0].zh
    assert "线索" in line.sentence
    page = RecordPage(desk.session, "lead")
    put(qtbot, page)
    page.show_record(lead)
    qtbot.waitUntil(page.firings.isVisible)
    page.firings.click()
    [sheet] = page.window().findChildren(FiringSheet)
    assert len(sheet.cards) == len(found.lines)
    sheet.accept()
    [task] = [
        one
        for one in desk.workspace.replica.find(Query("task"))
        if one["title"] == "给 钱多多 打电话"
    ]  # fmt: skip
    made = firings_of(desk.workspace, "task", str(task["id"]), "zh").maker
    assert made is not None
    assert (made.rule, made.version_words("zh")) == ("新线索先打电话", "第 2 版")
    assert desk.failed == []


def test_every_kind_of_firing_is_read_and_what_is_broken_says_nothing() -> None:
    clock = told(
        json.dumps({"level": 1, "zh": ["从 9 点起算"], "en": ["since nine"], "told": ["wang"]})
    )
    assert (clock.because[0].en, clock.did[0].zh, clock.people) == (
        "since nine", "提醒（第 2 级）", ("wang",),
    )  # fmt: skip
    stage = told(json.dumps({"zh": "都齐了", "en": "all there", "from": "a", "to": "b", "met": []}))
    assert (stage.because[0].zh, len(stage.did)) == ("都齐了", 1)
    way = told(json.dumps({"zh": "规则", "en": "Rule", "owner": "wang", "pool": "p", "tried": []}))
    assert way.people == ("wang",)
    for broken in (None, "", "{", "[]", "[" * 5000, '{"zh": 3}', '{"level": "x", "told": 4}'):
        assert told(broken).because == ()


def test_a_reminder_of_a_lead_given_to_somebody_leads_back_to_the_route(desk: Desk) -> None:
    lead = desk.add("lead", {"name": "分来的", "stage": "captured", "owner": "wang"})
    at = desk.time.clock.iso()
    why = json.dumps({"zh": "规则", "en": "Rule", "owner": "wang", "pool": "", "tried": []})
    desk.add("firing", {"rule": "route-rest", "rule_name": "其余", "about": "lead", "record": lead,
                        "at": at, "why": why, "owner": "wang"})  # fmt: skip
    task = act_key(GIVEN, lead, at, "wang")
    with desk.workspace.write("分配") as (unit, _):
        values = {
            "title": "新线索",
            "kind": "reminder",
            "state": "open",
            "owner": "wang",
            "lead": lead,
        }
        unit.create("task", values, record_id=task)
    maker = firings_of(desk.workspace, "task", task, "en").maker
    assert maker is not None
    assert (maker.kind, maker.version_words("en")) == ("route", "as shipped")
