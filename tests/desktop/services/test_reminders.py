"""What pops up and when: once, also after a restart; held back in the quiet hours."""

from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path

import pytest

from crm_core.clock import iso_moment
from desktop.services.commands.tasks import do_finish_task, do_snooze
from desktop.services.commands.verbs import do_change
from desktop.services.reminders import (
    KEY,
    NEVER_QUIET,
    Cause,
    QuietHours,
    quiet_hours,
    take_reminders,
)
from tests.builders import START, a_customer, a_task
from tests.desktop.views.desk import Desk, a_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


def ahead(**parts: float) -> str:
    return iso_moment(START + timedelta(**parts))


def said(desk: Desk, quiet: QuietHours = NEVER_QUIET) -> list[tuple[Cause, str]]:
    return [(one.cause, one.title) for one in take_reminders(desk.workspace, quiet)]


def a_lead(**fields: object) -> dict[str, object]:
    return {"name": "李女士", "stage": "captured", "owner": "wang"} | fields


def test_a_task_ten_minutes_and_a_promise_an_hour_before_and_each_once(desk: Desk) -> None:
    customer = desk.add("customer", a_customer(name="瑞金医院", owner="wang"))
    for title, kind in {"任务": "todo", "承诺": "promise"}.items():
        values = a_task(title=title, kind=kind, due_at=ahead(minutes=60), owner="wang")
        desk.add("task", values | {"customer": customer})
    desk.add("task", a_task(title="别人的", due_at=ahead(), owner="zhao"))
    assert [(x.cause, x.about) for x in take_reminders(desk.workspace, NEVER_QUIET)] == [
        (Cause.PROMISE, "瑞金医院")
    ]
    assert said(desk) == []
    desk.time.advance(minutes=49)
    assert said(desk) == []
    desk.time.advance(minutes=1)
    assert said(desk) == [(Cause.TASK, "任务")]
    assert said(desk) == [], "what the replica remembers outlives the program"


def test_a_moved_task_is_said_again_and_a_finished_one_never(desk: Desk) -> None:
    task = desk.add("task", a_task(title="回电", due_at=ahead(), owner="wang"))
    assert len(said(desk)) == 1
    do_change(desk.workspace, "task", task, {"due_at": ahead(hours=3)})
    assert said(desk) == []
    desk.time.advance(hours=3)
    assert len(said(desk)) == 1
    do_snooze(desk.workspace, "task", task, ahead(hours=5))
    desk.time.advance(minutes=90)
    assert said(desk) == []
    desk.time.advance(minutes=30)
    assert len(said(desk)) == 1, "when it comes back"
    do_change(desk.workspace, "task", task, {"due_at": ahead(hours=6), "snoozed_until": None})
    do_finish_task(desk.workspace, task)
    desk.time.advance(hours=2)
    assert said(desk) == []


def test_a_lead_is_said_at_36_47_and_48_hours_and_not_once_it_was_answered(desk: Desk) -> None:
    lead = desk.add("lead", a_lead(received_at=ahead(hours=-35)))
    assert said(desk) == []
    heard = []
    for _ in range(30):
        desk.time.advance(minutes=30)
        heard += [cause for cause, _ in said(desk)]
    assert heard == [Cause.LEAD_CLOSING, Cause.LEAD_LAST, Cause.LEAD_OVER]
    other = desk.add("lead", a_lead(received_at=ahead(hours=-25)))
    do_change(desk.workspace, "lead", other, {"first_response_at": ahead()})
    desk.time.advance(hours=1)
    assert said(desk) == []
    assert lead


def test_whoever_was_away_hears_how_it_stands_and_not_every_step(desk: Desk) -> None:
    desk.add("lead", a_lead(received_at=ahead(hours=-50)))
    desk.add("lead", a_lead(name="太久", received_at=ahead(hours=-80)))
    desk.add("task", a_task(title="上周的", due_at=ahead(days=-6), owner="wang"))
    assert said(desk) == [(Cause.LEAD_OVER, "李女士")]


def test_quiet_hours_hold_back_and_lose_nothing(desk: Desk) -> None:
    quiet = quiet_hours("20:00-08:00")
    desk.time.advance(hours=11)  # 20:30 in China
    desk.add("task", a_task(title="夜里", due_at=ahead(hours=12), owner="wang"))
    desk.time.advance(hours=1)
    assert said(desk, quiet) == []
    desk.time.advance(hours=10, minutes=35)  # 08:05
    assert said(desk, quiet) == [(Cause.TASK, "夜里")]


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        ("20:00-08:00", QuietHours(time(20), time(8))),
        ("12:00-13:30", QuietHours(time(12), time(13, 30))),
        ("00:00-00:00", NEVER_QUIET),
        ("", NEVER_QUIET),
        ("abends", NEVER_QUIET),
        ("25:00-08:00", NEVER_QUIET),
    ],
)
def test_quiet_hours_are_read_and_nonsense_is_never_quiet(written: str, hours: QuietHours) -> None:
    assert quiet_hours(written) == hours


def test_what_was_said_long_ago_is_forgotten_and_a_damaged_memory_is_no_harm(desk: Desk) -> None:
    desk.workspace.replica.remember(**{KEY: {"task:old": ahead(days=-9)}})
    desk.add("task", a_task(due_at=ahead(), owner="wang"))
    assert len(said(desk)) == 1
    kept = desk.workspace.replica.meta(KEY)
    assert isinstance(kept, dict)
    assert "task:old" not in kept
    desk.workspace.replica.remember(**{KEY: "nonsense"})
    assert len(said(desk)) == 1


def test_somebody_who_looks_as_another_is_not_reminded(desk: Desk) -> None:
    desk.add("task", a_task(due_at=ahead(), owner="wang"))
    desk.workspace.read_only = True
    assert said(desk) == []
