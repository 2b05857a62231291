"""The sample organisation is valid, consistent in time, repeatable, and shaped as described."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from statistics import median

import pytest

from crm_core.clock import CHINA, parse_moment
from crm_core.errors import BugError
from crm_core.model.entities import builtin_registry
from crm_core.model.schema import Kind
from crm_core.model.values import Value, normalise, problems
from crm_core.rules.duty import roster_of
from crm_core.rules.timekeeping.working_time import Calendar
from sync_server.services.sample.names import credit_code
from sync_server.services.sample.office_hours import china_date
from sync_server.services.sample.organisation import Sample, sample_organisation
from sync_server.services.sample.words import Words

NOW = datetime(2026, 3, 18, 6, 30, tzinfo=UTC)
REGISTRY = builtin_registry()
Rows = dict[str, dict[str, dict[str, Value]]]


@pytest.fixture(
    scope="module",
    params=[
        NOW,
        datetime(2026, 11, 23, 20, 50, 41, tzinfo=UTC),
        datetime(2026, 8, 15, 1, 5, tzinfo=UTC),
        datetime(2026, 2, 28, 15, 59, tzinfo=UTC),
    ],
    ids=["wednesday afternoon", "tuesday before dawn", "saturday morning", "late saturday"],
)
def told(request: pytest.FixtureRequest) -> tuple[datetime, Sample]:
    now: datetime = request.param
    return now, sample_organisation(now=now)


@pytest.mark.parametrize("hours", range(0, 12, 2))
def test_a_monday_at_work_is_told_as_far_as_it_has_come(hours: int) -> None:
    """Weeks are counted from a Monday: the last one of them has only begun."""
    now = datetime(2026, 11, 23, tzinfo=UTC) + timedelta(hours=hours)
    assert max(event.at for event in sample_organisation(now=now).events) <= now


def final_state(sample: Sample) -> Rows:
    rows: Rows = defaultdict(dict)
    for event in sample.events:
        rows[event.entity].setdefault(event.id, {}).update(event.values)
    return rows


def moment(value: Value) -> datetime:
    return parse_moment(str(value))


def overdue(rows: Rows, now: datetime) -> list[dict[str, Value]]:
    return [
        lead
        for lead in rows["lead"].values()
        if lead["stage"] == "captured"
        and "first_response_at" not in lead
        and now - moment(lead["assigned_at"]) > timedelta(hours=48)
    ]


def test_every_record_may_be_saved_and_every_value_is_in_its_written_form(
    told: tuple[datetime, Sample],
) -> None:
    for event in told[1].events:
        entity = REGISTRY.entity(event.entity)
        if event.verb == "create":
            assert problems(entity, event.values) == []
        for name, value in event.values.items():
            written = normalise(entity.field_spec(name), value)
            assert (written, type(written)) == (value, type(value)), (entity.name, name)


def test_events_are_in_time_order_and_references_point_back(
    told: tuple[datetime, Sample],
) -> None:
    now, sample = told
    seen: dict[str, str] = {}
    previous = sample.events[0].at
    users = {e.id for e in sample.events if e.entity == "user"}
    for event in sample.events:
        assert previous <= event.at <= now
        previous = event.at
        assert event.actor in users
        assert (event.verb == "set") == (event.id in seen)
        for name, value in event.values.items():
            spec = REGISTRY.entity(event.entity).field_spec(name)
            if spec.kind is Kind.REF:
                assert seen[str(value)] == spec.target
        seen[event.id] = event.entity


def test_only_plans_lie_in_the_future(told: tuple[datetime, Sample]) -> None:
    now, sample = told
    plans = {"due_at", "next_on", "close_on", "next_contact_on", "from_on", "until_on"}
    today = now.astimezone(CHINA).date().isoformat()
    for event in sample.events:
        for name, value in event.values.items():
            kind = REGISTRY.entity(event.entity).field_spec(name).kind
            if name in plans:
                continue
            if kind is Kind.MOMENT:
                assert moment(value) <= min(now, event.at + timedelta(hours=2)), name
            if kind is Kind.DATE:
                assert str(value) <= today, name


def test_set_events_change_something_and_carry_nothing_else(
    told: tuple[datetime, Sample],
) -> None:
    state: Rows = defaultdict(dict)
    for event in told[1].events:
        before = state[event.entity].setdefault(event.id, {})
        assert event.values
        assert all(before.get(name) != value for name, value in event.values.items())
        before.update(event.values)


def test_people_work_in_office_hours_mostly_on_weekdays(told: tuple[datetime, Sample]) -> None:
    local = [event.at.astimezone(CHINA) for event in told[1].events]
    assert all(8 <= at.hour < 19 for at in local)
    assert sum(at.weekday() < 5 for at in local) / len(local) > 0.85


def test_there_is_as_much_as_promised(told: tuple[datetime, Sample]) -> None:
    rows = final_state(told[1])
    counts = {entity: len(found) for entity, found in rows.items()}
    exact = {"team": 3, "user": 8, "product": 25, "competitor": 10, "lead": 400}
    assert exact.items() <= counts.items()
    assert 300 <= counts["customer"] <= 340
    assert 420 <= counts["contact"] <= 540
    assert counts["opportunity"] == 120 + sum(
        lead["stage"] == "won" for lead in rows["lead"].values()
    )
    assert counts["visit"] == 900
    assert 1150 <= counts["follow_up"] <= 1400
    assert counts["task"] == 500
    edits = Counter(e.entity for e in told[1].events if e.verb == "set")
    assert edits["customer"] > 200
    assert edits["contact"] > 20
    assert edits["lead"] > 700
    assert edits["opportunity"] > 150


def test_some_leads_are_overdue_and_the_slow_rep_has_most(told: tuple[datetime, Sample]) -> None:
    now, sample = told
    rows = final_state(sample)
    late = overdue(rows, now)
    assert 0.03 <= len(late) / 400 <= 0.12
    logins = {account.user_id: account.login for account in sample.accounts}
    per_rep = Counter(logins[str(lead["owner"])] for lead in late)
    assert per_rep.most_common(1)[0][0] == "liwei"
    assert per_rep["chenxiaoyu"] >= 1


def test_response_times_differ_by_rep(told: tuple[datetime, Sample]) -> None:
    hours: dict[str, list[float]] = defaultdict(list)
    logins = {account.user_id: account.login for account in told[1].accounts}
    for lead in final_state(told[1])["lead"].values():
        if "first_response_at" in lead:
            waited = moment(lead["first_response_at"]) - moment(lead["assigned_at"])
            hours[logins[str(lead["owner"])]].append(waited.total_seconds() / 3600)
    assert median(hours["chenxiaoyu"]) < 3
    assert median(hours["liwei"]) > 4 * median(hours["chenxiaoyu"])
    assert all(min(found) >= 0 for found in hours.values())


def test_first_response_is_the_first_follow_up_or_visit_and_stages_need_one(
    told: tuple[datetime, Sample],
) -> None:
    rows = final_state(told[1])
    first: dict[str, str] = {}
    for entity, field in (("follow_up", "happened_at"), ("visit", "started_at")):
        for row in rows[entity].values():
            if lead := row.get("lead"):
                at = str(row[field])
                first[str(lead)] = min(at, first.get(str(lead), at))
    for lead_id, row in rows["lead"].items():
        assert row.get("first_response_at") == first.get(lead_id)
        if row["stage"] != "captured":
            assert lead_id in first


def test_work_belongs_to_the_customer_s_owner_of_the_right_team(
    told: tuple[datetime, Sample],
) -> None:
    rows = final_state(told[1])
    teams = {str(row["name"]): team_id for team_id, row in rows["team"].items()}
    for row in rows["customer"].values():
        team = "教育事业部" if row["kind"] == "person" else "医疗事业部"
        assert rows["user"][str(row["owner"])]["team"] == teams[team]
    for entity in ("contact", "opportunity", "visit", "task", "follow_up"):
        for row in rows[entity].values():
            if customer := row.get("customer"):
                assert row["owner"] == rows["customer"][str(customer)]["owner"]


def test_everyone_has_tasks_for_today_and_tomorrow(told: tuple[datetime, Sample]) -> None:
    now, sample = told
    today = now.astimezone(CHINA).date()
    reps = {a.user_id for a in sample.accounts if a.login not in ("zhoulan", "admin")}
    due = Counter(
        (str(task["owner"]), moment(task["due_at"]).astimezone(CHINA).date())
        for task in final_state(sample)["task"].values()
        if task["state"] == "open"
    )
    for day in (today, today + timedelta(days=1)):
        assert all(due[rep, day] >= 3 for rep in reps)


def test_open_deals_close_ahead_and_decided_ones_have_closed(
    told: tuple[datetime, Sample],
) -> None:
    now, sample = told
    today = now.astimezone(CHINA).date().isoformat()
    deals = final_state(sample)["opportunity"].values()
    for deal in deals:
        decided = deal["stage"] in ("won", "lost")
        assert (str(deal["close_on"]) <= today) == decided
    assert len({str(deal["stage"]) for deal in deals}) == 7


def test_notes_are_not_copies_and_no_slot_is_left_open(told: tuple[datetime, Sample]) -> None:
    rows = final_state(told[1])
    summaries = [str(row["summary"]) for row in rows["visit"].values()]
    assert len(set(summaries)) > 0.95 * len(summaries)
    assert len({str(row["conclusion"]) for row in rows["follow_up"].values()}) > 500
    for event in told[1].events:
        assert not any("{" in str(value) for value in event.values.values())


def test_the_demo_customer_has_its_history(told: tuple[datetime, Sample]) -> None:
    rows = final_state(told[1])
    logins = {account.login: account.user_id for account in told[1].accounts}
    [(customer, row)] = [
        item for item in rows["customer"].items() if item[1]["name"] == "江宁瑞康医院"
    ]
    assert (row["owner"], row["level"]) == (logins["chenxiaoyu"], "A")
    [wang] = [(i, r) for i, r in rows["contact"].items() if r["name"] == "王敏"]
    assert wang[1]["customer"] == customer
    assert wang[1]["title"] == "主任"
    endings = [i for i, r in rows["contact"].items() if str(r["phone"]).endswith("5678")]
    assert endings == [wang[0]]
    assert sum(r["customer"] == customer for r in rows["visit"].values()) >= 8
    phones = [e.values["phone"] for e in told[1].events if e.id == wang[0] and "phone" in e.values]
    assert len(phones) == 2


def test_a_dozen_customers_were_written_twice(told: tuple[datetime, Sample]) -> None:
    digits: dict[str, list[dict[str, Value]]] = defaultdict(list)
    for row in final_state(told[1])["customer"].values():
        digits[str(row["phone"]).replace("-", "")].append(row)
    pairs = [found for found in digits.values() if len(found) > 1]
    assert len(pairs) >= 12
    twice = [pair for pair in pairs if pair[0]["owner"] != pair[1]["owner"]]
    assert len(twice) >= 12
    assert all(pair[0]["name"] != pair[1]["name"] for pair in twice)


def test_the_same_moment_and_seed_tell_the_same_story() -> None:
    assert sample_organisation(now=NOW) == sample_organisation(now=NOW)
    other = sample_organisation(now=NOW, seed=8)
    assert other.events != sample_organisation(now=NOW).events
    late = overdue(final_state(other), NOW)
    assert 0.03 <= len(late) / 400 <= 0.12


def test_every_workday_ahead_somebody_is_on_duty_also_while_one_is_on_leave(
    told: tuple[datetime, Sample],
) -> None:
    rows, now = final_state(told[1]), told[0]
    listed = {
        name: [{"id": one, **row} for one, row in rows[name].items()]
        for name in ("duty", "user", "absence")
    }
    roster = roster_of(listed["duty"], listed["user"], listed["absence"], Calendar())
    assert roster.roles == ("技术支持", "教务")
    assert all(roster.at(role, now) is not None for role in roster.roles)
    days = [china_date(now) + timedelta(days=n) for n in range(14)]
    assert not [day for day in days for role in roster.roles if roster.is_gap(role, day)]
    [leave] = [date.fromisoformat(str(one["from_on"])) for one in listed["absence"]]
    [stands_in] = {one.user for one in roster.turns("技术支持", leave)}
    assert roster.people[stands_in] == "陈晓雨"


def test_accounts_name_their_users(told: tuple[datetime, Sample]) -> None:
    users = final_state(told[1])["user"]
    logins = {account.login: users[account.user_id] for account in told[1].accounts}
    assert {login: row["login"] for login, row in logins.items()} == {x: x for x in logins}
    assert logins["zhoulan"]["role"] == "manager"
    assert (logins["chenxiaoyu"]["name"], logins["liwei"]["name"]) == ("陈晓雨", "李维")
    assert all(account.password for account in told[1].accounts)


def test_credit_codes_carry_the_check_character_of_the_standard() -> None:
    # GB 32100-2015: weights are powers of 3 modulo 31.
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    code = credit_code("91320115MA123456X")
    total = sum(alphabet.index(c) * w for c, w in zip(code[:17], weights, strict=True))
    assert (total + alphabet.index(code[17])) % 31 == 0


def test_malformed_words_are_named_by_their_path() -> None:
    words = Words({"a": 1, "b": ["x", 2]}, "medical")
    with pytest.raises(BugError, match=r"medical\.b"):
        words.lines("b")
    with pytest.raises(BugError, match=r"medical\.a"):
        words.part("a")
    with pytest.raises(BugError, match=r"medical\.c"):
        words.decimal("c")


def test_channels_have_costs_every_month_for_sources_that_bring_leads(
    told: tuple[datetime, Sample],
) -> None:
    rows = final_state(told[1])
    costs = rows["channel_cost"].values()
    assert len({str(one["starts_on"]) for one in costs}) >= 5
    assert {one["source"] for one in costs} <= {lead["source"] for lead in rows["lead"].values()}
    ratings = rows["rating"].values()
    assert len({str(one["scored_on"]) for one in ratings}) >= 5
    assert {one["customer"] for one in ratings} <= set(rows["customer"])
