"""Days out of visits, tasks, next steps and closings; moving them; the calendar file."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from crm_core.clock import CHINA, iso_moment
from crm_core.errors import KnownError
from crm_core.model.query import Query
from desktop.services.agenda import Source, holiday_on, read_agenda
from desktop.services.commands.agenda import at_minutes, do_export_days, do_move_item
from desktop.services.commands.verbs import do_undo
from desktop.services.papers.calendar_file import calendar_file
from tests.builders import START, a_customer, a_task, an_actor
from tests.desktop.views.desk import Desk, a_desk

MONDAY = date(2026, 3, 2)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


def at(**more: float) -> str:
    return iso_moment(START + timedelta(**more))


@pytest.fixture
def ids(desk: Desk) -> dict[str, str]:
    """Monday and Tuesday of somebody's week; START is Monday 09:30."""
    customer = desk.add("customer", a_customer(name="瑞金医院", owner="wang"))
    mine = {"owner": "wang", "customer": customer}
    visit = {"started_at": at(hours=1), "ended_at": at(hours=2), "summary": "谈价格"}
    place = {"place": "门诊三楼, 东; A", "latitude": "31.2", "longitude": "121.4", "datum": "wgs84"}
    step = {"action": "called", "happened_at": at(), "next_step": "送样本", "next_on": "2026-03-03"}
    deal = {"name": "血球仪", "stage": "quote", "close_on": "2026-03-03"}
    return {
        "customer": customer,
        "visit": desk.add("visit", mine | visit | place),
        "task": desk.add("task", a_task(title="回电", due_at=at(hours=3), **mine)),
        "promise": desk.add("task", a_task(title="发报价", kind="promise", due_at=at(), **mine)),
        "step": desk.add("follow_up", mine | step),
        "deal": desk.add("opportunity", mine | deal),
        "other": desk.add("task", a_task(due_at=at(), owner="zhao")),
        "far": desk.add("task", a_task(title="下周", due_at=at(days=7), **mine)),
    }


def test_a_range_holds_what_is_mine_in_order(desk: Desk, ids: dict[str, str]) -> None:
    agenda = read_agenda(desk.workspace, MONDAY, 7)
    assert [(i.source, i.id) for i in agenda.on(MONDAY)] == [
        (Source.PROMISE, ids["promise"]), (Source.VISIT, ids["visit"]), (Source.TASK, ids["task"]),
    ]  # fmt: skip
    assert {i.source for i in agenda.on(MONDAY + timedelta(days=1))} == {
        Source.NEXT, Source.CLOSING,
    }  # fmt: skip
    visit = agenda.on(MONDAY)[1]
    assert (visit.title, visit.minutes, visit.done) == ("瑞金医院", 60, True)
    assert len(agenda.items) == 5
    assert read_agenda(desk.workspace, MONDAY - timedelta(days=7), 7).items == ()


def test_midnight_in_china_is_the_border_of_a_day(desk: Desk) -> None:
    for title, due in {"前": "2026-03-01T15:59:59Z", "后": "2026-03-01T16:00:00Z"}.items():
        desk.add("task", a_task(title=title, due_at=due, owner="wang"))
    assert [i.title for i in read_agenda(desk.workspace, MONDAY, 1).items] == ["后"]


def test_a_next_step_that_became_a_task_is_one_thing(desk: Desk, ids: dict[str, str]) -> None:
    due = iso_moment(datetime(2026, 3, 3, 9, tzinfo=CHINA))
    desk.add("task", a_task(title="送样本", due_at=due, owner="wang", customer=ids["customer"]))
    tuesday = read_agenda(desk.workspace, MONDAY + timedelta(days=1), 1).items
    assert [i.source for i in tuesday if i.title == "送样本"] == [Source.TASK]


def test_a_visit_moves_with_its_end_and_comes_back(desk: Desk, ids: dict[str, str]) -> None:
    done = do_move_item(desk.workspace, "visit", ids["visit"], at_minutes(MONDAY, 14 * 60))
    held = desk.record("visit", ids["visit"])
    assert (held["started_at"], held["ended_at"]) == (
        "2026-03-02T06:00:00Z", "2026-03-02T07:00:00Z",
    )  # fmt: skip
    do_undo(desk.workspace, done.group)
    assert desk.record("visit", ids["visit"])["started_at"] == "2026-03-02T02:30:00Z"
    do_move_item(desk.workspace, "task", ids["task"], at_minutes(MONDAY, 15 * 60))
    assert desk.record("task", ids["task"])["due_at"] == "2026-03-02T07:00:00Z"
    do_move_item(desk.workspace, "follow_up", ids["step"], date(2026, 3, 5))
    do_move_item(desk.workspace, "opportunity", ids["deal"], date(2026, 3, 6))
    assert desk.record("follow_up", ids["step"])["next_on"] == "2026-03-05"
    assert desk.record("opportunity", ids["deal"])["close_on"] == "2026-03-06"


def test_moments_stay_within_their_day() -> None:
    assert f"{at_minutes(MONDAY, -40):%H:%M}" == "00:00"
    assert f"{at_minutes(MONDAY, 24 * 60 + 90):%d %H:%M}" == "02 23:55"
    assert f"{at_minutes(MONDAY, 602):%H:%M}" == "10:00"


def test_the_file_is_read_back_as_it_was_meant(desk: Desk, ids: dict[str, str]) -> None:
    agenda = read_agenda(desk.workspace, MONDAY, 7)
    content = calendar_file(agenda.items, now=START, language="zh_CN")
    assert content == calendar_file(agenda.items, now=START, language="zh_CN"), "stable"
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    events = {str(e["uid"]): e for e in Calendar.from_ical(content).walk("VEVENT")}
    visit = events[f"visit-{ids['visit']}@suixing"]
    assert visit.decoded("dtstart") == datetime(2026, 3, 2, 2, 30, tzinfo=UTC)
    assert visit.decoded("dtend") == datetime(2026, 3, 2, 3, 30, tzinfo=UTC)
    assert str(visit["location"]) == "门诊三楼, 东; A"
    assert str(visit["summary"]) == "拜访：瑞金医院"
    assert str(visit["transp"]) == "OPAQUE"
    assert "description" not in visit, "notes stay here"
    deal = events[f"opportunity-{ids['deal']}@suixing"]
    assert deal.decoded("dtstart") == date(2026, 3, 3)
    assert deal.decoded("dtend") == date(2026, 3, 4)


def test_lines_of_its_own_cannot_be_smuggled_into_the_file(desk: Desk) -> None:
    desk.add("task", a_task(title="x", due_at=at(), owner="wang"))
    desk.add("visit", {
        "customer": desk.add("customer", a_customer(name="甲\nEND:VEVENT", owner="wang")),
        "started_at": at(), "owner": "wang", "summary": "一\r\nBEGIN:VEVENT\r\nUID:evil",
    })  # fmt: skip
    agenda = read_agenda(desk.workspace, MONDAY, 1)
    events = Calendar.from_ical(calendar_file(agenda.items, now=START, language="en")).walk(
        "VEVENT"
    )
    assert len(events) == 2
    assert all("evil" not in str(e["uid"]) for e in events)


def test_exporting_needs_the_right_and_is_noted(
    desk: Desk, ids: dict[str, str], tmp_path: Path
) -> None:
    target = tmp_path / "week.ics"
    desk.workspace.refresh_actor()
    assert desk.workspace.actor.role == "rep"
    with pytest.raises(KnownError) as refused:
        do_export_days(desk.workspace, MONDAY, 7, target, "zh_CN")
    assert refused.value.code == "forbidden"
    assert not target.exists()
    with desk.workspace.replica.write(an_actor()) as (unit, _):
        unit.change("user", "wang", {"role": "manager"})
    desk.workspace.refresh_actor()
    done = do_export_days(desk.workspace, MONDAY, 7, target, "zh_CN")
    assert target.read_bytes().startswith(b"BEGIN:VCALENDAR")
    assert "5 项" in done.sentence_zh
    noted = desk.workspace.replica.find(Query("audit_entry"))
    assert [(one["kind"], one["about"]) for one in noted] == [("exported", "calendar")]
    with pytest.raises(KnownError) as unwritable:
        do_export_days(desk.workspace, MONDAY, 7, tmp_path / "no" / "x.ics", "zh_CN")
    assert unwritable.value.code == "file_unwritable"
    assert ids


def test_holidays_have_names_in_both_languages() -> None:
    assert holiday_on(date(2026, 2, 17), "zh_CN") == "春节"
    assert holiday_on(date(2026, 10, 1), "en") == "National Day"
    assert holiday_on(MONDAY, "zh_CN") == ""
