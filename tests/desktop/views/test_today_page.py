"""The Today page: one key per line, sections by the clock, leads and their 48 hours, fresh."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from crm_core.clock import iso_moment
from crm_core.rules.published import SHIPPED_SET
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.stocked.clocks_shipped import FIRST_FOLLOW_UP
from crm_core.rules.timekeeping.clocks import Measure
from desktop.services.commands.exemption import do_exempt
from desktop.services.commands.verbs import do_change, do_create, do_undo
from desktop.services.reminders import NEVER_QUIET, Cause, take_reminders
from desktop.services.rules.exempting import Exempting
from desktop.viewmodels.suggestions import Speaker, suggestion_for
from desktop.viewmodels.today import (
    MOST_LEADS,
    Section,
    read_day,
    tomorrow_morning,
    waiting_leads,
)
from desktop.views.pages.plans.snooze_menu import SnoozeSheet
from desktop.views.pages.plans.today_drawing import Heading, More, due_words
from desktop.views.pages.plans.today_page import TodayPage
from tests.builders import START, a_customer, a_task
from tests.desktop.views.desk import Desk, a_desk, put
from tests.stage_sets import publish

pytestmark = pytest.mark.usefixtures("chinese")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


def due(**ahead: float) -> str:
    return iso_moment(START + timedelta(**ahead))


def a_lead(**fields: object) -> dict[str, object]:
    return {"name": "李女士", "stage": "captured", "owner": "wang", "source": "朋友圈"} | fields


@pytest.fixture
def customer(desk: Desk) -> str:
    return desk.add("customer", a_customer(name="瑞金医院", owner="wang"))


@pytest.fixture
def tasks(desk: Desk, customer: str) -> dict[str, str]:
    """One task for each part of the day; START is Monday 09:30."""
    planned = {
        "late": due(days=-3),
        "soon": due(hours=2),
        "later": due(days=2),
        "whenever": None,
        "next month": due(days=30),
    }
    return {
        title: desk.add(
            "task", a_task(title=title, due_at=at, customer=customer, owner="wang", kind="promise")
        )
        for title, at in planned.items()
    }


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> TodayPage:
    made = TodayPage(desk.session)
    put(qtbot, made)
    qtbot.waitUntil(lambda: made.day is not None)
    return made


def titles(page: TodayPage, section: Section) -> list[str]:
    assert page.day is not None
    return [line.title for line in page.day.lines if line.section is section]


def go_to(page: TodayPage, record_id: str) -> None:
    page.list.go_to(page.model.row_of(record_id))
    current = page.list.current()
    assert current is not None
    assert current.id == record_id


def test_tasks_lie_in_their_part_of_the_day(tasks: dict[str, str], page: TodayPage) -> None:
    assert tasks
    assert titles(page, Section.OVERDUE) == ["late"]
    assert titles(page, Section.TODAY) == ["soon"]
    assert titles(page, Section.UPCOMING) == ["later"]
    assert titles(page, Section.UNDATED) == ["whenever"]
    current = page.list.current()
    assert current is not None
    assert (current.title, current.about) == ("late", "瑞金医院")


def test_somebody_elses_task_is_not_mine(desk: Desk, page: TodayPage, qtbot: QtBot) -> None:
    values = a_task(title="别人的", due_at=due(hours=1), owner="zhao")
    mine = a_task(title="我的", due_at=due(hours=1), owner="wang")
    desk.session.run(do_create, "task", values)
    desk.session.run(do_create, "task", mine)
    qtbot.waitUntil(lambda: titles(page, Section.TODAY) == ["我的"])


def test_one_key_finishes_and_undo_brings_it_back(
    desk: Desk, tasks: dict[str, str], page: TodayPage, qtbot: QtBot
) -> None:
    go_to(page, tasks["late"])
    QTest.keyClick(page.list, Qt.Key.Key_Return)
    assert desk.opened  # As everywhere: Enter opens.
    assert desk.done == []
    with qtbot.waitSignal(desk.session.finished):
        QTest.keyClick(page.list, Qt.Key.Key_Space)
    assert desk.record("task", tasks["late"])["state"] == "done"
    qtbot.waitUntil(lambda: titles(page, Section.OVERDUE) == [])
    assert page.day is not None
    assert page.day.done_today == 1
    following = page.list.current()
    assert following is not None
    assert following.title == "soon"
    desk.session.run(do_undo, desk.done[-1].group)
    qtbot.waitUntil(lambda: titles(page, Section.OVERDUE) == ["late"])


def test_a_reminder_is_late_from_the_next_day_on(desk: Desk, page: TodayPage, qtbot: QtBot) -> None:
    desk.add("task", a_task(title="提醒", kind="reminder", due_at=due(hours=-1), owner="wang"))
    page.refresh()
    qtbot.waitUntil(lambda: titles(page, Section.TODAY) == ["提醒"])
    desk.time.advance(hours=24)
    page.refresh()
    qtbot.waitUntil(lambda: titles(page, Section.OVERDUE) == ["提醒"])


def test_s_puts_a_task_off_to_nine_tomorrow(
    desk: Desk, tasks: dict[str, str], page: TodayPage, qtbot: QtBot
) -> None:
    go_to(page, tasks["late"])
    with qtbot.waitSignal(desk.session.finished):
        QTest.keyClick(page.list, Qt.Key.Key_S)
    held = desk.record("task", tasks["late"])
    assert held["snoozed_until"] == tomorrow_morning(START)
    assert held["due_at"] == due(days=-3), "being late is not taken back by looking away"
    assert tomorrow_morning(START).startswith("2026-03-03T01:00")
    qtbot.waitUntil(lambda: titles(page, Section.UPCOMING) == ["late", "later"])
    current = page.list.current()
    assert current is not None
    assert current.id == tasks["late"]
    assert page.day is not None
    assert due_words(current, page.day.now) == "推到 明天 09:00"
    desk.session.run(do_undo, desk.done[-1].group)
    qtbot.waitUntil(lambda: titles(page, Section.OVERDUE) == ["late"])
    desk.time.advance(days=2)
    assert read_day(desk.workspace).count(Section.OVERDUE) == 2


def test_shift_s_offers_moments_and_one_of_ones_own(
    desk: Desk, tasks: dict[str, str], page: TodayPage, qtbot: QtBot
) -> None:
    go_to(page, tasks["late"])
    QTest.keyClick(page.list, Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    menu = page.snooze
    assert menu is not None
    assert [action.text().split()[1] for action in menu.actions()] == [
        "今天晚些时候", "明天", "下周一", "选个日期…",
    ]  # fmt: skip
    with qtbot.waitSignal(desk.session.finished):
        menu.actions()[2].trigger()
    assert desk.record("task", tasks["late"])["snoozed_until"] == "2026-03-09T01:00:00Z"
    menu.close()
    sheet = SnoozeSheet(lambda: START, page)
    sheet.open()
    sheet.moment.line.setText("昨天 9:00")
    sheet.submitted.emit()
    assert sheet.message.isVisible()
    sheet.moment.line.setText("明天 15:30")
    with qtbot.waitSignal(sheet.chosen) as chosen:
        sheet.submitted.emit()
    assert chosen.args == ["2026-03-03T07:30:00Z"]


def test_a_lead_put_off_comes_back_and_its_hours_run_on(desk: Desk) -> None:
    lead = desk.add("lead", a_lead(received_at=due(hours=-40), snoozed_until=due(hours=3)))
    day = read_day(desk.workspace)
    assert [(x.id, x.section, x.snoozed) for x in day.lines] == [(lead, Section.TODAY, True)]
    desk.time.advance(hours=9)
    day = read_day(desk.workspace)
    assert [(x.section, x.snoozed) for x in day.lines] == [(Section.LEADS, False)]
    assert day.leads_over == 1


def test_quotes_without_an_answer_and_birthdays(desk: Desk, customer: str) -> None:
    quote = {"name": "血球仪", "customer": customer, "stage": "quote", "owner": "wang"}
    silent = desk.add("opportunity", quote | {"stage_since": due(hours=-73)})
    desk.add("opportunity", quote | {"stage_since": due(hours=-71)})
    desk.add("opportunity", quote | {"stage_since": due(hours=-73), "owner": "zhao"})
    person = {"customer": customer, "owner": "wang"}
    for name, born in {"过了": "1980-03-01", "今天": "1980-03-02", "后天": "1991-03-04"}.items():
        desk.add("contact", person | {"name": name, "birthday": born})
    day = read_day(desk.workspace)
    lines = {section: [x for x in day.lines if x.section is section] for section in Section}
    assert [x.id for x in lines[Section.QUOTES]] == [silent]
    assert [x.title for x in lines[Section.BIRTHDAYS]] == ["今天", "后天"]
    words = [due_words(x, day.now) for x in (*lines[Section.QUOTES], *lines[Section.BIRTHDAYS])]
    assert words == ["3 天没有回音", "今天", "周三 3/4"]


def test_the_published_clock_counts_and_an_exempt_lead_is_left_alone(desk: Desk) -> None:
    """Rows 2.8, 6.10: twelve working hours since Friday, over a Saturday that is worked."""
    body = FIRST_FOLLOW_UP.body
    levels = (replace(body.levels[0], after_hours=8.25), replace(body.levels[1], after_hours=12))
    mine = replace(body, measure=Measure.WORKING, limit_hours=12, levels=levels)
    rest = [one for one in SHIPPED_SET.documents if one.id != FIRST_FOLLOW_UP.id]
    publish(desk.workspace.replica, RuleSet([replace(FIRST_FOLLOW_UP, body=mine), *rest]))
    friday = due(hours=-64)  # 17:30; this Saturday makes up for the Spring Festival.
    silent = desk.add("lead", a_lead(name="失联", received_at=friday))
    desk.add("lead", a_lead(name="周五", received_at=friday))
    do_exempt(
        desk.workspace,
        Exempting("lead", desk.record("lead", silent), "unreachable", "出国", due(days=14)),
    )
    day = read_day(desk.workspace)
    [line] = [x for x in day.lines if x.section is Section.LEADS]
    assert (line.title, line.hours_left, day.leads_over) == ("周五", 3.5, 0)
    every = desk.workspace.replica.find(waiting_leads(desk.workspace, day.aside))
    assert (day.aside, [one["name"] for one in every]) == ((silent,), ["周五"])
    assert due_words(line, day.now) == "还剩 3 个工作小时"
    why = suggestion_for(line, Speaker("王敏", "随行"), day.now, "zh_CN").reason
    assert why.startswith("已过 8 小时没有响应，还剩 3 小时")
    said = take_reminders(desk.workspace, NEVER_QUIET)
    assert [(x.title, x.cause) for x in said] == [("周五", Cause.LEAD_CLOSING)]
    desk.time.advance(hours=6)
    day = read_day(desk.workspace)
    assert [x.hours_left for x in day.lines if x.section is Section.LEADS] == [-1.0]


def test_the_words_for_a_line_are_shown_and_one_key_copies_them(
    desk: Desk, tasks: dict[str, str], page: TodayPage
) -> None:
    go_to(page, tasks["late"])
    assert page.advice.isVisible()
    assert "晚了 3 天" in page.advice.reason.text()
    QTest.keyClick(page.list, Qt.Key.Key_C)
    copied = QGuiApplication.clipboard().text()
    assert copied == page.advice.words.text()
    assert copied.startswith("瑞金医院您好，答应您的「late」")


def test_p_copies_the_number_without_spaces_and_never_a_masked_one(
    desk: Desk, customer: str, tasks: dict[str, str], page: TodayPage, qtbot: QtBot
) -> None:
    go_to(page, tasks["late"])
    QTest.keyClick(page.list, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: [e.code for e in desk.failed] == ["no_number"])
    desk.session.run(do_change, "customer", customer, {"phone": "138 0013 8000"})
    qtbot.waitUntil(lambda: bool(desk.done))
    QTest.keyClick(page.list, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() == "13800138000")
    desk.session.run(do_change, "customer", customer, {"phone": "138****8000"})
    QTest.keyClick(page.list, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: [e.code for e in desk.failed][-1:] == ["masked"])


def test_o_opens_the_customer_and_v_logs_a_visit_there(
    desk: Desk, tasks: dict[str, str], page: TodayPage, customer: str, qtbot: QtBot
) -> None:
    go_to(page, tasks["soon"])
    QTest.keyClick(page.list, Qt.Key.Key_O)
    assert desk.opened == [("customer", customer)]
    with qtbot.waitSignal(desk.session.visit_requested) as asked:
        QTest.keyClick(page.list, Qt.Key.Key_V)
    assert asked.args == [customer]


def test_arrows_skip_headings(tasks: dict[str, str], page: TodayPage) -> None:
    go_to(page, tasks["late"])
    QTest.keyClick(page.list, Qt.Key.Key_Down)
    current = page.list.current()
    assert current is not None
    assert current.title == "soon"
    QTest.keyClick(page.list, Qt.Key.Key_End)
    assert page.list.current() == page.model.at(page.model.rowCount() - 1)
    QTest.keyClick(page.list, Qt.Key.Key_Home)
    first = page.list.current()
    assert first is not None
    assert first.title == "late"


def test_a_click_on_the_round_mark_finishes_and_beside_it_does_not(
    desk: Desk, tasks: dict[str, str], page: TodayPage, qtbot: QtBot
) -> None:
    place = page.list.visualRect(page.model.index(page.model.row_of(tasks["soon"])))
    left = Qt.MouseButton.LeftButton
    beside = QPoint(place.left() + 200, place.center().y())
    QTest.mouseClick(page.list.viewport(), left, pos=beside)
    assert desk.record("task", tasks["soon"])["state"] == "open"
    mark = QPoint(place.left() + 20, place.center().y())
    with qtbot.waitSignal(desk.session.finished):
        QTest.mouseClick(page.list.viewport(), left, pos=mark)
    assert desk.record("task", tasks["soon"])["state"] == "done"


def test_leads_count_down_from_48_hours(desk: Desk, page: TodayPage, qtbot: QtBot) -> None:
    hours = {"刚来": 1.0, "快超时": 40.0, "刚好": 48.0, "超时": 53.0}
    for name, age in hours.items():
        desk.add("lead", a_lead(name=name, received_at=due(hours=-age)))
    answered = a_lead(name="已跟进", received_at=due(hours=-60), first_response_at=due(hours=-50))
    desk.add("lead", answered)
    page.refresh()
    qtbot.waitUntil(lambda: len(titles(page, Section.LEADS)) == 4)
    assert titles(page, Section.LEADS) == ["超时", "刚好", "快超时", "刚来"]
    assert page.day is not None
    words = [due_words(x, page.day.now) for x in page.day.lines]
    assert words == ["超时 5 小时", "还剩 0 分钟", "还剩 8 小时", "还剩 47 小时"]
    assert page.day.leads_over == 1
    desk.time.advance(hours=9)
    page.refresh()
    qtbot.waitUntil(lambda: page.day is not None and page.day.leads_over == 3)


def test_a_lead_is_opened_by_enter(desk: Desk, page: TodayPage, qtbot: QtBot) -> None:
    lead = desk.add("lead", a_lead(received_at=due(hours=-5)))
    page.refresh()
    qtbot.waitUntil(lambda: page.model.row_of(lead) >= 0)
    go_to(page, lead)
    QTest.keyClick(page.list, Qt.Key.Key_S)
    QTest.keyClick(page.list, Qt.Key.Key_Return)
    assert desk.opened == [("lead", lead)]
    assert desk.done == []


def test_many_leads_are_cut_and_one_button_shows_all(
    desk: Desk, page: TodayPage, qtbot: QtBot
) -> None:
    for number in range(MOST_LEADS + 3):
        desk.add("lead", a_lead(name=f"线索{number}", received_at=due(hours=-number)))
    page.refresh()
    qtbot.waitUntil(lambda: len(titles(page, Section.LEADS)) == MOST_LEADS)
    headings = [page.model.index(row).data(Qt.ItemDataRole.UserRole + 1) for row in range(1)]
    assert isinstance(headings[0], Heading)
    assert headings[0].count == MOST_LEADS + 3
    with qtbot.waitSignal(desk.session.drill_requested) as drilled:
        page.all_leads.click()
    found = desk.workspace.replica.find(drilled.args[0])
    assert len(found) == MOST_LEADS + 3
    QTest.keyClick(page.list, Qt.Key.Key_End)
    assert isinstance(page.list.current_stop(), More)
    with qtbot.waitSignal(desk.session.drill_requested):
        QTest.keyClick(page.list, Qt.Key.Key_Return)


def test_an_empty_day_teaches_and_offers_a_visit(desk: Desk, page: TodayPage, qtbot: QtBot) -> None:
    assert page.empty.isVisible()
    assert page.empty.accessibleName() == "今天没有待办"
    with qtbot.waitSignal(desk.session.visit_requested) as asked:
        page.empty.action_triggered.emit()
    assert asked.args == [""]
    desk.session.run(do_create, "task", a_task(title="新任务", due_at=due(hours=1), owner="wang"))
    qtbot.waitUntil(lambda: page.list.isVisible())


def test_midnight_moves_tasks_on(desk: Desk, tasks: dict[str, str]) -> None:
    assert tasks
    desk.time.advance(hours=15)
    day = read_day(desk.workspace)
    assert [x.title for x in day.lines if x.section is Section.OVERDUE] == ["late", "soon"]
    assert (day.now.hour, day.now.day) == (0, 3)


def test_a_manager_sees_whose_lead_it_is_and_what_the_team_owes(
    desk: Desk, page: TodayPage, qtbot: QtBot
) -> None:
    assert not page.team_overdue.isVisible()
    late = desk.add("task", a_task(title="赵磊欠的", due_at=due(days=-1), owner="zhao"))
    desk.add("task", a_task(title="还早", due_at=due(days=1), owner="zhao"))
    desk.add("lead", a_lead(owner="zhao", received_at=due(hours=-5)))
    page.refresh()
    qtbot.waitUntil(lambda: page.team_overdue.isVisible())
    assert page.team_overdue.text() == "团队逾期 1 项"
    assert page.day is not None
    assert [x.about for x in page.day.lines] == ["赵磊 · 朋友圈"]
    with qtbot.waitSignal(desk.session.drill_requested) as drilled:
        page.team_overdue.click()
    assert [x["id"] for x in desk.workspace.replica.find(drilled.args[0])] == [late]


def test_a_rep_sees_no_leads_and_tasks_of_colleagues(desk: Desk) -> None:
    desk.workspace.refresh_actor()
    assert desk.workspace.actor.role == "rep"
    desk.add("task", a_task(due_at=due(days=-1), owner="zhao"))
    desk.add("lead", a_lead(name="赵磊的", owner="zhao", received_at=due(hours=-5)))
    desk.add("lead", a_lead(name="我的", owner="wang", received_at=due(hours=-5)))
    day = read_day(desk.workspace)
    assert [x.title for x in day.lines] == ["我的"]
    assert day.team_overdue == 0
