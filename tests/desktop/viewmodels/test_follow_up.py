"""The follow-up before any widget: days as people say them, problems by field, drafts that stay."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from desktop.viewmodels.follow_up import (
    Typed,
    Wrong,
    day_meant,
    forget_draft,
    joined,
    keep_draft,
    newest_draft,
    problems,
    workday,
)
from tests.desktop.views.desk import Desk, a_desk

TODAY = date(2026, 11, 28)
"""A Saturday."""


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("明天", "2026-11-29"),
        ("周三", "2026-12-02"),
        ("下周一", "2026-11-30"),
        ("+3", "2026-12-01"),
        ("＋3", "2026-12-01"),
        ("3天后", "2026-12-01"),
        ("月底", "2026-11-30"),
        ("11-30", "2026-11-30"),
        ("1-5", "2027-01-05"),
        ("2026/12/05", "2026-12-05"),
        ("后天下午3点", "2026-11-30"),
        ("Tomorrow", "2026-11-29"),
        ("13-40", None),
        ("你好", None),
        ("", None),
        ("明天吧也许", None),
    ],
)
def test_a_day_is_typed_as_it_is_said(typed: str, meant: str | None) -> None:
    found = day_meant(typed, TODAY)
    assert (found.isoformat() if found else None) == meant


def test_what_is_wrong_is_said_by_field_and_the_first_follow_up_says_why() -> None:
    typed = Typed(entity="lead", id="x", conclusion="长" * 101, next_day="2026-11-01")
    assert problems(typed, first=True, today=TODAY) == {
        "action": Wrong.FIRST_WITHOUT_ACTION,
        "conclusion": Wrong.TOO_LONG,
        "next_on": Wrong.PAST,
    }
    assert problems(Typed(), first=False, today=TODAY) == {
        "about": Wrong.NOBODY,
        "action": Wrong.NO_ACTION,
    }
    good = Typed(entity="lead", id="x", action="called", conclusion="长" * 100, next_day="+1")
    assert problems(good, first=True, today=TODAY) == {}
    assert problems(
        Typed(id="x", action="called", next_day="哪天"), first=True, today=TODAY
    ) == {"next_on": Wrong.NOT_A_DAY}  # fmt: skip


def test_phrases_join_and_next_days_avoid_weekends() -> None:
    assert joined(joined("", "预算有限"), "关注师资") == "预算有限；关注师资"
    assert workday(date(2026, 11, 27), 1) == date(2026, 11, 30)
    assert workday(date(2026, 11, 30), 1) == date(2026, 12, 1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


def test_drafts_stay_until_they_are_forgotten_newest_first(desk: Desk) -> None:
    workspace = desk.workspace
    keep_draft(workspace, "1", Typed(title="甲", conclusion="谈了价"))
    keep_draft(workspace, "2", Typed(title="乙", action="called"))
    assert newest_draft(workspace) == ("2", Typed(title="乙", action="called"))
    forget_draft(workspace, "2")
    forget_draft(workspace, "2")
    assert newest_draft(workspace) == ("1", Typed(title="甲", conclusion="谈了价"))
    workspace.replica.remember(draft_follow_ups={"3": 5, "4": {"action": 7, "other": "x"}})
    assert newest_draft(workspace) is None
    for number in range(10, 25):
        keep_draft(workspace, str(number), Typed(action="sent"))
    kept = workspace.replica.meta("draft_follow_ups")
    assert isinstance(kept, dict)
    assert len(kept) == 10
    assert max(kept) == "4"
