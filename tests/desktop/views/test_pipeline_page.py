"""The pipeline: columns with sums, gates on cards, refused moves with remedies, live refresh."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crm_core.errors import KnownError
from desktop.services.commands.stage import do_move_stage
from desktop.services.commands.verbs import do_change, do_undo
from desktop.services.rules.stage_gates import GateClosed
from desktop.viewmodels.pipeline import PAGE, Narrow, period_bounds, read_pipeline
from desktop.views.pages.plans.pipeline_page import PipelinePage
from desktop.views.pages.records.record_dialog import RecordDialog
from tests.builders import START, a_customer
from tests.desktop.views.desk import Desk, a_desk, put

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


@pytest.fixture
def hospital(desk: Desk) -> str:
    return desk.add("customer", a_customer(name="瑞金医院", owner="wang"))


def a_deal(desk: Desk, customer: str, **values: object) -> str:
    deal = {"name": "质谱仪", "customer": customer, "stage": "demo", "owner": "wang"}
    return desk.add("opportunity", deal | values)


@pytest.fixture
def deal(desk: Desk, hospital: str) -> str:
    desk.add("contact", {"name": "张主任", "customer": hospital, "part": "decision"})
    return a_deal(desk, hospital, amount=5_000_000)


@pytest.fixture
def page(desk: Desk, deal: str, qtbot: QtBot, chinese: QApplication) -> PipelinePage:
    made = PipelinePage(desk.session)
    put(qtbot, made, width=1280)
    qtbot.waitUntil(lambda: made.pipeline is not None)
    return made


def test_a_card_says_what_it_lacks_and_columns_count_and_add(
    page: PipelinePage, desk: Desk, hospital: str, qtbot: QtBot
) -> None:
    a_deal(desk, hospital, name="试剂", amount=100, owner="zhao")
    desk.session.run(do_change, "customer", hospital, {"city": "上海"})
    demo = page.columns["demo"]
    qtbot.waitUntil(lambda: demo.count.text() == "2")
    assert demo.total.text() == "¥50,001"
    card = demo.list.cards.cards[0]
    assert (card.title, card.customer, card.owner) == ("质谱仪", "瑞金医院", "王敏")
    assert [one.requirement.id for one in card.lacking] == ["decisions", "minutes"]
    assert "1/2" in str(demo.list.cards.index(0).data())


def test_the_keyboard_is_on_the_cards_once_the_page_is_there(
    page: PipelinePage, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: page.focusWidget() is page.columns["demo"].list)
    assert page.subject()[0] == "opportunity"


def test_a_refused_move_leaves_the_card_and_opens_once_it_has_what_it_lacked(
    page: PipelinePage, desk: Desk, deal: str, hospital: str, qtbot: QtBot
) -> None:
    cards = page.columns["demo"].list
    cards.setFocus()
    QTest.keyClick(cards, Qt.Key.Key_Right, ALT)
    qtbot.waitUntil(page.refusal.isVisible)
    refused = page.refusal.refused
    assert refused is not None
    assert "决策人参与至少 2 位 (1/2)" in refused.sentence
    assert desk.record("opportunity", deal)["stage"] == "demo"
    held = page.window().focusWidget()
    assert held is page.refusal.buttons[0], "what is missing is one key away"
    QTest.keyClick(held, Qt.Key.Key_Escape)
    assert page.window().focusWidget() is cards
    QTest.keyClick(cards, Qt.Key.Key_Right, ALT)
    qtbot.waitUntil(page.refusal.isVisible)
    QTest.keyClick(page.refusal.buttons[0], Qt.Key.Key_Return)
    (sheet,) = page.findChildren(RecordDialog)
    assert sheet.form.value("part") == "decision"
    assert sheet.form.value("customer") == hospital
    sheet.set_dirty(False)
    sheet.reject()
    moment = START.strftime("%Y-%m-%dT%H:%M:%SZ")
    desk.add("visit", {"customer": hospital, "purpose": "demo", "started_at": moment})
    desk.add("contact", {"name": "李院长", "customer": hospital, "part": "decision"})
    desk.session.run(do_change, "customer", hospital, {"city": "上海"})
    qtbot.waitUntil(page.refusal.go.isVisible)
    with qtbot.waitSignal(desk.session.finished):
        page.refusal.go.click()
    assert desk.record("opportunity", deal)["stage"] == "quote"
    qtbot.waitUntil(lambda: page.columns["quote"].list.current() is not None)
    assert page.window().focusWidget() is page.columns["quote"].list
    assert page.subject() == ("opportunity", deal)
    do_undo(desk.workspace, desk.done[-1].group)
    assert desk.record("opportunity", deal)["stage"] == "demo"


def test_back_is_open_with_a_reason_and_lost_without_and_who_leads_may_overrule(
    page: PipelinePage, desk: Desk, deal: str, qtbot: QtBot
) -> None:
    desk.session.reason_asked = lambda _step, go_on, _stay: go_on("决策人变更")
    for stage in ("need", "lost"):
        with qtbot.waitSignal(desk.session.finished):
            page._dropped(stage, deal)
        qtbot.waitUntil(lambda stage=stage: page.columns[stage].list.go_to(deal))  # type: ignore[misc]
    do_undo(desk.workspace, desk.done[-1].group)
    assert desk.record("opportunity", deal)["moved_back"] == 1
    back = desk.workspace.replica.history("opportunity", deal)
    assert "决策人变更" in {one.reason for one in back}
    page.refresh()
    qtbot.waitUntil(lambda: page.columns["need"].list.go_to(deal))
    page._dropped("quote", deal)
    qtbot.waitUntil(page.refusal.overrule.isVisible)
    with qtbot.waitSignal(desk.session.finished):
        page.refusal.overrule.click()
    assert desk.record("opportunity", deal)["stage"] == "quote"
    assert desk.workspace.replica.history("opportunity", deal)[-1].reason == "越过阶段条件"


def test_the_form_meets_the_same_gate_and_what_it_writes_counts(desk: Desk, hospital: str) -> None:
    lead = desk.add("lead", {"name": "王女士", "stage": "touched"})
    with pytest.raises(GateClosed) as closed:
        do_change(desk.workspace, "lead", lead, {"stage": "need"})
    assert "需求类型" in closed.value.sentence("zh")
    do_change(desk.workspace, "lead", lead, {"stage": "need", "need": "price"})
    assert desk.record("lead", lead)["stage"] == "need"
    with pytest.raises(KnownError):
        do_move_stage(desk.workspace, "lead", lead, "won")


def test_reads_a_page_of_a_column_and_narrows_by_owner_and_period(
    desk: Desk, hospital: str
) -> None:
    with desk.workspace.write("测试") as (unit, _):
        for number in range(PAGE + 5):
            owner = "zhao" if number % 2 else "wang"
            unit.create(
                "opportunity",
                {
                    "name": f"商机 {number}", "customer": hospital, "stage": "need", "owner": owner,
                    "amount": 100, "close_on": "2026-03-20" if number < 3 else "2026-06-01",
                },
            )  # fmt: skip
    need = read_pipeline(desk.workspace, "opportunity", Narrow(), {}).columns[1]
    assert (need.count, need.total, len(need.cards), need.more) == (65, 6500, PAGE, True)
    need = read_pipeline(desk.workspace, "opportunity", Narrow(), {"need": 2}).columns[1]
    assert (len(need.cards), need.more) == (65, False)
    zhao = read_pipeline(desk.workspace, "opportunity", Narrow(owner="zhao"), {})
    assert zhao.columns[1].count == 32
    assert [(one.name, one.count) for one in zhao.owners] == [("王敏", 33), ("赵磊", 32)]
    month = read_pipeline(desk.workspace, "opportunity", Narrow(period="month"), {})
    assert month.columns[1].count == 3
    late = read_pipeline(desk.workspace, "opportunity", Narrow(period="late"), {})
    assert late.columns[1].count == 0


def test_periods_are_whole_months_and_quarters() -> None:
    day = START.date()
    assert [str(d) for d in period_bounds("month", day) or ()] == ["2026-03-01", "2026-04-01"]
    december = day.replace(month=12)
    assert [str(d) for d in period_bounds("quarter", december) or ()] == [
        "2026-10-01", "2027-01-01",
    ]  # fmt: skip
    assert period_bounds("any", day) is None


def test_leads_have_their_columns_and_an_empty_board_teaches(
    page: PipelinePage, desk: Desk, qtbot: QtBot
) -> None:
    page.filters._choose_kind("lead")
    qtbot.waitUntil(lambda: page.pipeline is not None and page.pipeline.entity == "lead")
    assert "trial" in page.columns
    assert page.empty.isVisible()
    desk.add("lead", {"name": "王女士", "stage": "captured"})
    page.refresh()
    qtbot.waitUntil(lambda: page.columns["captured"].count.text() == "1")
    page.filters._narrow(Narrow(owner="nobody"))
    qtbot.waitUntil(page.empty.isVisible)
    page.empty.action_triggered.emit()
    qtbot.waitUntil(lambda: not page.empty.isVisible())
    assert not page.filters.active
