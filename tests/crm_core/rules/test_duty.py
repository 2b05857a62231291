"""Who is on duty: weekly, stood in for, off, on holidays, away; who comes next (row 4.16)."""

from datetime import date, datetime

from crm_core.clock import CHINA
from crm_core.model.entities import builtin_registry
from crm_core.model.schema import Label
from crm_core.model.values import Record
from crm_core.rules.duty import Roster, roster_of, trouble
from crm_core.rules.timekeeping.working_time import Calendar
from crm_core.rules.verdict import doubts

MONDAY = date(2026, 3, 2)
USERS: list[Record] = [
    {"id": "wu", "name": "王五"}, {"id": "li", "name": "李四"}, {"id": "zhao", "name": "赵六"},
    {"id": "left", "name": "离职", "active": False},
]  # fmt: skip
WEEK = ["0", "1", "2", "3", "4"]


def a_line(user: str | None, kind: str = "weekly", **more: object) -> Record:
    held = {"id": f"{user}{kind}{sorted(more.items())}", "role": "技术支持", "kind": kind}
    return {**held, "user": user, **more}  # type: ignore[dict-item]


def a_roster(*lines: Record, away: tuple[Record, ...] = ()) -> Roster:
    return roster_of(lines, USERS, away, Calendar())


def at(roster: Roster, day: date, hour: int, minute: int = 0) -> tuple[list[str], list[str]]:
    """Who is on duty, and who comes next."""
    found = roster.at(
        "技术支持", datetime(day.year, day.month, day.day, hour, minute, tzinfo=CHINA)
    )
    assert found is not None
    return [one.user for one in found.now], [one.user for one in found.coming]


WU = a_line("wu", weekdays=WEEK)
LI = a_line("li", weekdays=["1"], hours="00:00-06:00，18:00-24:00")


def test_the_week_says_who_and_the_next_one_is_named() -> None:
    roster = a_roster(WU, LI, a_line("left", weekdays=WEEK))
    assert at(roster, MONDAY, 9) == (["wu"], [])
    assert at(roster, MONDAY, 12) == ([], ["wu"])  # Noon: back at half past one.
    assert at(roster, MONDAY, 18) == ([], ["li"])  # Tuesday begins with the night.
    assert at(roster, date(2026, 3, 6), 18) == ([], ["wu"])
    assert roster.at("财务", datetime(2026, 3, 2, tzinfo=CHINA)) is None
    assert roster.named(Label("技术支持", "Technical support")) == "技术支持"
    noon = datetime(2026, 3, 6, 18, tzinfo=CHINA)
    found = roster.at("技术支持", noon)
    assert found is not None
    assert found.words("zh", noon) == "现在无人值守，下一位：王五（周一 09:00 起）"
    now = datetime(2026, 3, 2, 10, tzinfo=CHINA)
    here = roster.at("技术支持", now)
    assert here is not None
    assert here.words("en", now) == "on duty now: 王五 (until 12:00)"


def test_who_stands_in_takes_the_hours_and_who_is_off_or_away_is_left_out() -> None:
    for_one = a_line("zhao", "cover", covers="wu", from_on="2026-03-02")
    assert at(a_roster(WU, for_one), MONDAY, 10) == (["zhao"], [])
    tuesday = date(2026, 3, 3)
    assert at(a_roster(WU, for_one), tuesday, 10) == (["wu"], [])  # One day was given: that one.
    for_all = a_line(
        "zhao", "cover", from_on="2026-03-03", until_on="2026-03-04", hours="08:00-09:00"
    )
    assert at(a_roster(WU, LI, for_all), tuesday, 19) == ([], ["zhao"])
    assert at(a_roster(WU, a_line("wu", "off", from_on="2026-03-02")), MONDAY, 10)[0] == []
    closed = a_line(None, "off", from_on="2026-03-02")
    assert at(a_roster(WU, LI, closed), MONDAY, 10) == ([], ["li"])
    ill: Record = {"user": "wu", "from_on": "2026-03-02", "until_on": "2026-03-13"}
    alone = a_roster(WU, away=(ill,))
    assert at(alone, MONDAY, 10) == ([], ["wu"])  # From the 16th on.
    assert alone.is_gap("技术支持", MONDAY)
    gone: Record = {"user": "wu", "from_on": "2026-03-01", "until_on": "2026-05-13"}
    nobody = a_roster(WU, away=(gone,)).at("技术支持", datetime(2026, 3, 2, 10, tzinfo=CHINA))
    assert nobody is not None
    assert nobody.words("zh", datetime(2026, 3, 2, tzinfo=CHINA)).endswith("之后 14 天也没有排班")


def test_holidays_are_free_unless_said_otherwise() -> None:
    new_year = date(2026, 1, 1)
    assert at(a_roster(WU), new_year, 10)[0] == []
    assert not a_roster(WU).is_gap("技术支持", new_year)
    assert at(a_roster(a_line("wu", weekdays=WEEK, holidays=True)), new_year, 10)[0] == ["wu"]
    sunday = a_line("li", weekdays=["6"])
    assert at(a_roster(sunday), date(2026, 3, 8), 10)[0] == ["li"]  # No holiday, a mere Sunday.


def test_a_line_that_cannot_be_followed_puts_nobody_on_duty_and_says_why() -> None:
    odd = a_line("wu", weekdays=WEEK, hours="九点到六点")
    for line in (odd, a_line("wu"), a_line(None, weekdays=WEEK), a_line("wu", "cover")):
        assert trouble(line) is not None
        assert a_roster(line).turns("技术支持", MONDAY) == ()
    assert [one.field for one in doubts(builtin_registry().entity("duty"), odd)] == ["hours"]
    past = a_line("wu", weekdays=WEEK, hours="20:00-24:00")
    night = a_line("wu", weekdays=["1"], hours="00:00-02:00")
    found = a_roster(past, night).at("技术支持", datetime(2026, 3, 2, 23, tzinfo=CHINA))
    assert found is not None
    assert found.now[0].end == datetime(2026, 3, 3, 2, tzinfo=CHINA)  # On past midnight.
