"""The card of a stage with its check list, asking and deciding approvals, on one desk."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from crm_core.errors import KnownError
from crm_core.model.query import Op, Query, Test
from crm_core.rules.stages import Evidence
from desktop.services.commands.approvals import (
    Request,
    do_ask_approval,
    do_decide_approval,
    do_withdraw_approval,
)
from desktop.services.commands.rules import do_publish
from desktop.services.commands.stage import do_move_stage
from desktop.services.commands.verbs import do_change, do_undo
from desktop.services.rules.checklists import do_tick
from desktop.services.rules.stage_gates import GateClosed, StepBack, stages_of
from desktop.viewmodels.pipeline import Narrow, read_pipeline
from desktop.viewmodels.records.stage_standing import read_standing
from desktop.viewmodels.unsaved_rules import rules_left
from desktop.views.pages.approvals_page import ApprovalsPage
from desktop.views.pages.reason_sheet import ReasonSheet
from desktop.views.pages.records.cases_sheet import CasesSheet
from desktop.views.pages.records.stage_card import StageCard
from desktop.views.pages.records.tick_sheet import TickSheet
from desktop.views.pages.rules.stage_page import StagePage
from tests.builders import KEY, a_customer
from tests.desktop.views.desk import Desk, a_desk, put
from tests.stage_sets import laid_over, publish

DEAL = "opportunity"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


@pytest.fixture
def deal(desk: Desk) -> str:
    desk.workspace.secrets.keep_database_key(KEY)
    publish(desk.workspace.replica, laid_over())
    customer = desk.add("customer", a_customer(owner="wang"))
    values = {"name": "质谱仪", "customer": customer, "stage": "poc", "owner": "wang"}
    return desk.add(DEAL, values)


def test_the_card_ticks_off_and_takes_evidence_that_is_dropped(
    desk: Desk, deal: str, qtbot: QtBot, chinese: QApplication, tmp_path: Path
) -> None:
    card = StageCard(desk.session, DEAL)
    put(qtbot, card, width=420)
    card.show_for(deal)
    qtbot.waitUntil(lambda: len(card.rows) == 3)
    assert [row.asked.met for row in card.rows] == [False] * 3
    with qtbot.waitSignal(desk.session.finished):
        card.rows[2].button.click()
    qtbot.waitUntil(lambda: card.standing is not None and card.standing.met == 1)
    proof = tmp_path / "报告.pdf"
    proof.write_bytes(b"%PDF-1.4")
    card.rows[1].dropped.emit([proof])
    (sheet,) = card.findChildren(TickSheet)
    assert sheet.paths == [proof]
    with qtbot.waitSignal(desk.session.finished):
        sheet.primary.click()
    ticks = desk.workspace.replica.find(Query("checklist_item", Test("item", Op.EQ, "report")))
    assert ticks[0]["attachment"]
    assert ticks[0]["opportunity"] == deal
    item = stages_of(desk.workspace).named(DEAL, "poc").asked[0].item
    assert item is not None
    with pytest.raises(KnownError, match="结果说明"):
        do_tick(desk.workspace, DEAL, deal, item)
    # Row 4.13: a refused move names what is missing, and leads to it, until it is there.
    card.on.click()
    qtbot.waitUntil(lambda: len(card.refusal.buttons) == 1)
    assert card.refusal.buttons[0].text() in card.refusal.accessibleName()
    card.refusal.buttons[0].click()
    assert card.findChildren(TickSheet)[-1].isVisible()
    card.show_for(deal)
    qtbot.waitUntil(lambda: card.standing is not None and card.standing.met == 2)
    assert card.refusal.isVisible()
    do_tick(desk.workspace, DEAL, deal, item, note="都能用")
    card.show_for(deal)
    qtbot.waitUntil(card.refusal.go.isVisible)
    card.refusal.go.click()
    qtbot.waitUntil(lambda: desk.record(DEAL, deal)["stage"] != "poc")


def test_every_way_of_moving_meets_the_gate_and_back_needs_a_reason(
    desk: Desk, deal: str, qtbot: QtBot, chinese: QApplication
) -> None:
    workspace = desk.workspace
    with pytest.raises(GateClosed, match="环境部署确认"):
        do_change(workspace, DEAL, deal, {"stage": "quote"})
    with pytest.raises(StepBack) as asked:
        do_change(workspace, DEAL, deal, {"stage": "need"})
    given: list[str] = []
    behind = QWidget()
    put(qtbot, behind)
    sheet = ReasonSheet(desk.session, asked.value, given.append, behind)
    sheet.open()
    sheet.primary.click()
    assert given == []
    sheet.usual[0].click()
    assert given == ["预算推迟"]
    made = do_move_stage(workspace, DEAL, deal, "need", reason=given[0])
    assert desk.record(DEAL, deal)["moved_back"] == 1
    do_undo(workspace, made.group)
    assert desk.record(DEAL, deal)["stage"] == "poc"
    assert desk.record(DEAL, deal)["moved_back"] is None


def test_a_stage_taken_away_keeps_its_column_while_records_stand_in_it(
    desk: Desk, deal: str
) -> None:
    publish(desk.workspace.replica, laid_over(without="poc"), at="2026-03-02T01:00:00.000Z")
    shown = read_pipeline(desk.workspace, DEAL, Narrow(), {})
    assert shown.columns[-1].stage.retired
    assert shown.columns[-1].stage.label.zh == "POC 测试"
    assert [card.id for card in shown.columns[-1].cards] == [deal]
    standing = read_standing(desk.workspace, DEAL, deal)
    assert standing is not None
    assert (standing.asked, standing.following) == ((), None)
    do_move_stage(desk.workspace, DEAL, deal, "quote")
    assert len(read_pipeline(desk.workspace, DEAL, Narrow(), {}).columns) == 8


def test_a_request_is_decided_by_one_key_and_taken_back(
    desk: Desk, deal: str, qtbot: QtBot, chinese: QApplication
) -> None:
    workspace = desk.workspace
    with pytest.raises(KnownError, match="不能请自己"):
        do_ask_approval(workspace, Request("折扣", "wang", DEAL, deal))
    asked = {
        "title": "折扣 8 折", "state": "pending", "asked_by": "zhao", "owner": "wang",
        "asked_at": "2026-03-01T00:00:00Z", "rule": "approval-discount", DEAL: deal,
    }  # fmt: skip
    approval = desk.add("approval", asked)
    page = ApprovalsPage(desk.session)
    put(qtbot, page)
    qtbot.waitUntil(lambda: len(page.rows) == 1)
    row = page.rows[0]
    assert row.asked.standing.blocking
    assert (row.asked.asker, row.asked.about) == ("赵磊", "质谱仪")
    before = [(face.name, face.time) for face in row.asked.clocks]
    assert before == [("审批首次响应", "超时 23 小时 30 分"), ("审批完成时限", "超时 1 小时 30 分")]
    desk.time.advance(minutes=30)
    page.clock.timeout.emit()
    qtbot.waitUntil(lambda: [(f.name, f.time) for f in page.rows[0].asked.clocks] != before)
    row = page.rows[0]
    with qtbot.waitSignal(desk.session.finished):
        QTest.keyClick(row, Qt.Key.Key_2)
    decided = desk.record("approval", approval)
    assert decided["state"] == "approved"
    assert "预付 30%" in str(decided["comment"])
    qtbot.waitUntil(lambda: page.rows == [])
    assert page.window().focusWidget() is page, "not a button that takes it back"
    do_undo(workspace, desk.done[-1].group)
    assert desk.record("approval", approval)["state"] == "pending"
    with pytest.raises(KnownError, match="只有申请人"):
        do_withdraw_approval(workspace, approval)
    desk.session.run(partial(do_decide_approval, comment="太低"), approval, "rejected")
    qtbot.waitUntil(lambda: desk.record("approval", approval)["state"] == "rejected")
    with pytest.raises(KnownError, match="已经有结论"):
        do_decide_approval(workspace, approval, "approved")


def test_stages_are_ordered_edited_and_taken_from_a_template_as_drafts(
    desk: Desk, qtbot: QtBot, chinese: QApplication
) -> None:
    page = StagePage(desk.session)
    put(qtbot, page, width=1280)
    qtbot.waitUntil(lambda: page.list.count() == 7)
    page.list.setCurrentRow(1)
    assert page.form.name.value() == "需求确认"
    with qtbot.waitSignal(desk.session.finished):
        QTest.keyClick(page.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: [one.body.code for one in page.documents][1:3] == ["demo", "need"])
    page.form.asks.add.click()
    page.form.keep()
    assert page.form.message.isVisible()
    # What is typed outlives the page, also while it cannot be saved; and may be given up.
    page.form.role.setText("实施")
    page.form._rows[3].changed.emit()
    qtbot.waitUntil(lambda: [one.id for one in rules_left(desk.workspace)] == [page._current])
    again = StagePage(desk.session)
    put(qtbot, again, width=1280)
    qtbot.waitUntil(lambda: again.list.count() == 7)
    again.list.setCurrentRow(2)
    assert (again.form.role.value(), again.form.dirty, len(again.form.asks.lines)) == (
        "实施", True, len(page.form.asks.lines),
    )  # fmt: skip
    again.form.message.action_triggered.emit()
    assert (again.form.role.value(), again.form.dirty) == ("销售", False)
    qtbot.waitUntil(lambda: rules_left(desk.workspace) == [])
    again.close()
    line = page.form.asks.lines[-1]
    line.name.setText("客户签署确认函")
    line.kind.setValue("file")
    line.action.setText("POC 环境交付")
    page.form.hours.setText("48")
    page.form.set_dirty(True)
    with qtbot.waitSignal(desk.session.finished):
        page.form.keep()
    qtbot.waitUntil(lambda: not page.form.dirty and page.documents[2].body.standard_hours == 48)
    action = page.documents[2].body.actions[0]
    assert (action.label.zh, action.items[0].evidence) == ("POC 环境交付", Evidence.FILE)
    assert page.documents[2].body.exits[0].initial == {"part": "decision"}
    with qtbot.waitSignal(desk.session.finished):
        page.take("saas")
    qtbot.waitUntil(lambda: "poc" in [one.body.code for one in page.documents])
    assert [one.body.code for one in page.documents][-2:] == ["won", "lost"]
    assert "poc" not in stages_of(desk.workspace).codes(DEAL)
    do_publish(desk.workspace, "按新阶段走")
    assert "poc" in stages_of(desk.workspace).codes(DEAL)
    options = desk.workspace.replica.registry.entity(DEAL).field_spec("stage").choices
    assert "POC 测试" in [one.label.zh for one in options]


def test_cases_like_a_deal_are_offered_on_its_page_and_counted_as_used(
    desk: Desk, deal: str, qtbot: QtBot, chinese: QApplication
) -> None:
    """Row 4.14: cases by industry and need, papers, and won deals with the same products."""
    customer = str(desk.record(DEAL, deal)["customer"])
    do_change(desk.workspace, "customer", customer, {"industry": "laboratory"})
    do_change(desk.workspace, DEAL, deal, {"products": ["质谱仪", "试剂"]})
    other = {"customer": customer, "owner": "wang", "stage": "won", "amount": 100_000}
    like = desk.add(DEAL, {"name": "去年的质谱仪", "products": ["质谱仪"], **other})
    desk.add(DEAL, {"name": "别的", "products": ["耗材"], **other})
    article = {"category": "案例", "body": "检验机构，质谱仪三天装好。"}
    case = desk.add("article", {"title": "市一院", **article})
    desk.add("article", {"title": "学校", "category": "案例", "body": "教室"})
    desk.add("article", {"title": "质谱仪白皮书", "category": "资料", "body": "质谱仪"})
    card = StageCard(desk.session, DEAL)
    put(qtbot, card, width=420)
    card.show_for(deal)
    qtbot.waitUntil(lambda: card.cases.found.number == 3)
    found = card.cases.found
    assert [one.title for one in found.cases] == ["市一院"]
    assert "质谱仪" in found.cases[0].why
    assert [one.title for one in found.papers] == ["质谱仪白皮书"]
    assert [(one.id, one.why) for one in found.deals] == [(like, "质谱仪 · ¥1,000")]
    card.cases.click()
    (sheet,) = card.findChildren(CasesSheet)
    with qtbot.waitSignal(desk.session.finished):
        sheet.copies[0].click()
    [use] = desk.workspace.replica.find(Query("usage"))
    assert (use["article"], use["user"]) == (case, "wang")
    assert QGuiApplication.clipboard().text().startswith("市一院")
    assert desk.failed == []
