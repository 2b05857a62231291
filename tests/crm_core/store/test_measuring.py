"""Measures computed from facts: test vectors of the feature list, odd histories, explanations."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crm_core.clock import iso_moment
from crm_core.insight.catalogue import MEASURES
from crm_core.insight.declared import Answer, Filters, Group, Period, Question
from crm_core.model.query import Op, Test
from crm_core.permissions import Actor
from crm_core.rules.engine import make_rules
from crm_core.rules.stocked.builtin import BUILTIN_RULES
from crm_core.store.measures.journey_nodes import nodes_of
from crm_core.store.measures.measuring import answer, answers, explain, recomputed
from crm_core.store.replica import Replica, open_replica
from tests.builders import KEY, FakeClock, a_customer, an_actor, change, create

ME = an_actor()


@pytest.fixture
def time() -> FakeClock:
    return FakeClock()


@pytest.fixture
def replica(tmp_path: Path, time: FakeClock) -> Iterator[Replica]:
    made = open_replica(
        tmp_path / "x.db", clock=time.clock, key=KEY, keeps_outbox=True,
        rules=make_rules(BUILTIN_RULES),
    )  # fmt: skip
    yield made
    made.close()


def a_lead(replica: Replica, time: FakeClock, *, by: Actor = ME, **values: object) -> str:
    """A lead received and assigned now."""
    now = time.clock.iso()
    given = {"name": "线索", "stage": "captured", "received_at": now, "assigned_at": now,
             "owner": by.user_id}  # fmt: skip
    return create(replica, "lead", given | values, by=by)


def a_call(replica: Replica, time: FakeClock, lead: str, **values: object) -> str:
    """A follow-up made now."""
    given = {"action": "called", "happened_at": time.clock.iso(), "lead": lead, "owner": "u-wang"}
    return create(replica, "follow_up", given | values, by=ME)


def asked(
    replica: Replica, time: FakeClock, measure: str, *groups: Group, days: int = 30,
    filters: Filters | None = None,
) -> Answer:  # fmt: skip
    """The answer over the last days; every value is explained and worked out again."""
    while replica.keep_facts():
        pass
    now = time.clock.now()
    period = Period(now - timedelta(days=days), now + timedelta(seconds=1))
    question = Question(measure, period, filters or Filters(), groups)
    found = answer(replica, question, now, {})
    for value in found.values:
        explained = explain(replica, question, value.groups, now, {})
        assert recomputed(explained) == value
    return found


def test_a_stage_is_red_only_strictly_above_thirty_percent(
    replica: Replica, time: FakeClock
) -> None:
    lead = a_lead(replica, time, stage="touched")
    time.advance(hours=93, minutes=36)
    change(replica, "lead", lead, by=ME, stage="need")
    value = asked(replica, time, "stage_delay", Group.STAGE).of("touched")
    assert value is not None
    assert (value.value, value.red) == (0.3, False)

    later = a_lead(replica, time, stage="touched")
    time.advance(hours=94)
    change(replica, "lead", later, by=ME, stage="need")
    value = asked(replica, time, "stage_delay", Group.STAGE, days=3).of("touched")
    assert value is not None
    assert value.value == pytest.approx(22 / 72)
    assert value.red


def test_answers_within_four_hours(replica: Replica, time: FakeClock) -> None:
    quick, slow = a_lead(replica, time), a_lead(replica, time)
    time.advance(hours=4)
    a_call(replica, time, quick)
    time.advance(minutes=1)
    a_call(replica, time, slow)
    a_lead(replica, time)  # Has four hours yet.
    golden = asked(replica, time, "golden_hours").whole
    assert (golden.numerator, golden.denominator, golden.value) == (1, 2, 50.0)
    response = asked(replica, time, "first_response").whole
    assert response.spread is not None
    assert (response.count, response.spread.p90) == (2, 4 + 1 / 60)


def test_five_leads_nobody_answered_are_too_many(replica: Replica, time: FakeClock) -> None:
    for _ in range(4):
        a_lead(replica, time)
    time.advance(hours=1)
    value = asked(replica, time, "backlog", Group.OWNER).of(ME.user_id)
    assert value is not None
    assert (value.value, value.red) == (4, False)
    lead = a_lead(replica, time)
    time.advance(hours=1)
    value = asked(replica, time, "backlog", Group.OWNER).of(ME.user_id)
    assert value is not None
    assert (value.value, value.red) == (5, True)
    change(replica, "lead", lead, by=ME, stage="lost")
    time.advance(hours=1)
    assert asked(replica, time, "backlog").whole.value == 4


def test_overdue_is_counted_from_more_than_the_standard(replica: Replica, time: FakeClock) -> None:
    a_lead(replica, time)
    time.advance(hours=48)
    assert asked(replica, time, "overdue").whole.value == 0
    time.advance(minutes=1)
    found = asked(replica, time, "overdue", Group.STAGE)
    value = found.of("captured")
    assert value is not None
    assert (value.value, value.red) == (1, False), "red from five on"
    share = asked(replica, time, "overdue_share", Group.STAGE).of("captured")
    assert share is not None
    assert share.value == 100


def test_filters_and_what_somebody_may_see(replica: Replica, time: FakeClock) -> None:
    hospital = create(
        replica, "customer", {"name": "甲", "kind": "organisation", "industry": "hospital"}, by=ME
    )
    a_lead(replica, time, customer=hospital, source="抖音", city="南京市")
    a_lead(replica, time, owner="u-other")
    time.advance(hours=1)
    for filters, number in (
        (Filters(), 2),
        (Filters(industries=("hospital",)), 1),
        (Filters(sources=("抖音", "展会"), cities=("南京市",)), 1),
        (Filters(sources=("展会",)), 0),
        (Filters(owners=("u-other",)), 1),
        (Filters(teams=("nowhere",)), 0),
    ):
        assert asked(replica, time, "backlog", filters=filters).whole.value == number
    now = time.clock.now()
    question = Question("backlog", Period(now - timedelta(days=1), now))
    mine = {"lead": Test("owner", Op.EQ, ME.user_id)}
    assert answer(replica, question, now, mine).whole.value == 1
    change(replica, "customer", hospital, by=ME, industry="school")
    assert asked(replica, time, "backlog", filters=Filters(industries=("school",))).whole.value == 1


def test_without_history_an_answer_is_provisional(
    replica: Replica, time: FakeClock, tmp_path: Path
) -> None:
    a_lead(replica, time, stage="proposal", stage_since=time.clock.iso())
    time.advance(hours=169)
    found = asked(replica, time, "overdue")
    assert found.whole.value == 1
    assert found.provisional
    a_lead(replica, time)
    now = time.clock.now()
    question = Question("backlog", Period(now - timedelta(days=1), now))
    assert answer(replica, question, now, {}).provisional, "a fact waits to be made"


def test_facts_go_with_their_record(replica: Replica, time: FakeClock) -> None:
    lead = a_lead(replica, time)
    call = a_call(replica, time, lead)
    time.advance(hours=1)
    assert asked(replica, time, "backlog").whole.value == 0
    with replica.write(ME) as (unit, _):
        unit.delete("follow_up", call)
    time.advance(hours=1)
    assert asked(replica, time, "backlog").whole.value == 0, "the lead says it was answered"
    replica.receive([], forget=[("lead", lead)])
    assert asked(replica, time, "first_response").whole.count == 0


def test_odd_histories_hurt_nobody(replica: Replica, time: FakeClock) -> None:
    """A call before the lead came, a stage nobody knows, a stage moved back, a clock far ahead."""
    lead = a_lead(replica, time)
    a_call(replica, time, lead, happened_at="2015-01-01T00:00:00Z")
    change(replica, "lead", lead, by=ME, stage="proposal")
    time.advance(hours=1)
    change(replica, "lead", lead, by=ME, stage="need")
    a_lead(replica, time, assigned_at="2199-01-01T00:00:00Z", received_at="1950-01-01T00:00:00Z")
    found = asked(replica, time, "first_response").whole
    assert (found.value, found.count) == (0.0, 1)
    for measure in ("stage_delay", "overdue", "overdue_share", "golden_hours", "backlog"):
        for groups in ((), (Group.OWNER, Group.STAGE), (Group.TEAM,)):
            asked(replica, time, measure, *groups)


def test_whoever_is_exempt_is_neither_late_nor_silent(replica: Replica, time: FakeClock) -> None:
    """Row 6.10: 72 hours of silence while the customer is out of reach cost nothing."""
    lead = a_lead(replica, time, stage="touched")
    time.advance(hours=73)
    assert asked(replica, time, "silent").whole.value == 1
    assert asked(replica, time, "overdue").whole.value == 1
    since, until = time.clock.now() - timedelta(hours=70), time.clock.now() + timedelta(days=14)
    values = {"kind": "unreachable", "reason": "出差", "lead": lead, "owner": ME.user_id,
              "since": iso_moment(since), "until": iso_moment(until)}  # fmt: skip
    exemption = create(replica, "exemption", values, by=ME)
    assert asked(replica, time, "silent").whole.value == 0
    assert asked(replica, time, "overdue").whole.value == 0
    assert asked(replica, time, "stay_excess").whole.count == 0
    another = a_lead(replica, time)
    change(replica, "exemption", exemption, by=ME, lead=another)
    assert asked(replica, time, "silent").whole.value == 1, "it is of another lead now"
    change(replica, "exemption", exemption, by=ME, lead=lead)
    with replica.write(ME) as (unit, _):
        unit.delete("exemption", exemption)
    assert asked(replica, time, "overdue").whole.value == 1


def test_moved_back_twice_is_a_risk(replica: Replica, time: FakeClock) -> None:
    lead = a_lead(replica, time)
    a_call(replica, time, lead)
    for stage in ("proposal", "need", "proposal", "touched"):
        time.advance(hours=1)
        change(replica, "lead", lead, by=ME, stage=stage)
    moved = asked(replica, time, "moved_back").whole
    assert (moved.value, moved.red) == (1, True)
    assert asked(replica, time, "high_risk").whole.value == 1
    rejected = asked(replica, time, "rejection", Group.STAGE).of("proposal")
    assert rejected is not None
    assert (rejected.value, rejected.numerator, rejected.denominator) == (100, 2, 2)


def test_what_a_channel_costs_and_brings(replica: Replica, time: FakeClock) -> None:
    customer = create(replica, "customer", {"name": "甲", "kind": "organisation"}, by=ME)
    day = time.clock.now().date().isoformat()
    spent = {"source": "展会", "starts_on": day, "amount": 100_000}
    create(replica, "channel_cost", spent, by=an_actor(role="admin"))
    deal = {"name": "单", "customer": customer, "stage": "won", "amount": 250_000,
            "products": ["钢琴"], "owner": ME.user_id}  # fmt: skip
    sale = create(replica, "opportunity", deal, by=ME)
    won = a_lead(replica, time, source="展会", customer=customer, interest="钢琴")
    a_lead(replica, time, source="展会")
    time.advance(days=1)
    change(replica, "lead", won, by=ME, stage="won")

    def by_source(measure: str) -> float | None:
        found = asked(replica, time, measure, Group.SOURCE).of("展会")
        assert found is not None
        return found.value

    assert by_source("cost_per_lead") == 500
    assert by_source("channel_return") == 250
    assert by_source("need_match") == 100
    assert asked(replica, time, "cycle").whole.value == 1
    assert asked(replica, time, "conversion").whole.value == 100

    other = create(replica, "customer", {"name": "乙", "kind": "organisation"}, by=ME)
    change(replica, "opportunity", sale, by=ME, customer=other)
    assert by_source("channel_return") == 0, "the deal was another customer's after all"
    change(replica, "opportunity", sale, by=ME, customer=customer)
    earlier = a_lead(replica, time, source="转介绍", customer=other, stage="won")
    assert by_source("channel_return") == 250
    change(replica, "lead", won, by=ME, customer=other)
    change(replica, "opportunity", sale, by=ME, customer=other)
    assert by_source("channel_return") == 250, "of two leads of one customer the first earned it"
    change(replica, "lead", earlier, by=ME, source="展会")
    assert by_source("channel_return") == 250


def test_letters_are_taken_from_check_lists_and_nps_is_kept_over_time(
    replica: Replica, time: FakeClock
) -> None:
    """Rows 4.11 and 6.28: a tick on the lead or on a deal of its customer signs the letter."""
    customer = create(replica, "customer", a_customer(), by=ME)
    leads = [a_lead(replica, time, stage="trial", customer=one) for one in (None, customer, None)]
    deal = {"name": "单", "customer": customer, "stage": "negotiate", "owner": ME.user_id}
    deal_id = create(replica, "opportunity", deal, by=ME)
    asked(replica, time, "letters_signed")  # The ticks below come after their facts are made.
    letter = {"label": "客户签署确认函", "stage": "trial", "item": "signed"}
    done = {"done_at": time.clock.iso()}
    own = create(replica, "checklist_item", letter | {"lead": leads[0]}, by=ME)
    create(replica, "checklist_item", letter | done | {"opportunity": deal_id}, by=ME)
    time.advance(hours=1)
    for lead in leads:
        change(replica, "lead", lead, by=ME, stage="won")
    whole = asked(replica, time, "letters_signed").whole
    assert (whole.numerator, whole.denominator) == (1, 2), "of the third none was asked for"
    assert whole.red
    change(replica, "checklist_item", own, by=ME, **done)
    assert asked(replica, time, "letters_signed").whole.value == 100.0
    change(replica, "checklist_item", own, by=ME, lead=leads[2])
    letters = asked(replica, time, "letters_signed").whole
    assert (letters.numerator, letters.denominator) == (2, 2), "it is of the third now"
    task = {"title": "客户签署确认函", "kind": "next", "state": "open", "lead": leads[0]}
    without_date = create(replica, "task", task, by=ME)
    assert asked(replica, time, "letters_signed").whole.denominator == 3
    change(replica, "task", without_date, by=ME, lead=leads[2])
    assert asked(replica, time, "letters_signed").whole.denominator == 2

    for day, score in (("2026-01-10", 10), ("2026-01-11", 6), ("2026-02-10", 9), ("2026-02-11", 8)):
        given = {"customer": customer, "score": score, "scored_on": day, "owner": ME.user_id}
        create(replica, "rating", given, by=ME)
    by_month = asked(replica, time, "nps", Group.MONTH, days=365)
    scores = {one.group[:7]: one.value for one in by_month.values}
    assert scores == {"2026-01": 0.0, "2026-02": 50.0}


def test_every_measure_answers_by_all_its_groups(replica: Replica, time: FakeClock) -> None:
    lead = a_lead(replica, time)
    time.advance(hours=5)
    a_call(replica, time, lead)
    change(replica, "lead", lead, by=ME, stage="won")
    while replica.keep_facts():
        pass
    now = time.clock.now()
    period = Period(now - timedelta(days=30), now)
    asks = [
        Question(name, period, group_by=groups)
        for name, measure in MEASURES.items()
        for groups in ((), *((one,) for one in sorted(measure.groups)))
    ]
    for found in answers(replica, asks, now, {}):
        for value in found.values:
            assert len(value.groups) == len(found.question.group_by)
            assert value.value is None or value.value >= -1


def test_a_journey_tells_its_nodes_with_times_and_operators(
    replica: Replica, time: FakeClock
) -> None:
    lead = a_lead(replica, time)
    time.advance(hours=2)
    a_call(replica, time, lead)
    time.advance(hours=3)
    change(replica, "lead", lead, by=an_actor("u-li"), stage="need")
    time.advance(hours=1)
    while replica.keep_facts():
        pass
    nodes = nodes_of(replica, "lead", lead, time.clock.now())
    hours = [(one.stage, one.millis / 3_600_000, one.operator) for one in nodes]
    assert hours == [("captured", 2, ""), ("touched", 3, ME.user_id), ("need", 1, "u-li")]
    assert nodes[-1].left is None
    assert nodes_of(replica, "lead", "nobody", time.clock.now()) == ()


def test_who_began_what_was_sent_and_which_advice_was_taken(
    replica: Replica, time: FakeClock
) -> None:
    """Rows 6.2 and 6.19, of records alone."""
    lead = a_lead(replica, time)
    a_call(replica, time, lead, begun_by="us")
    time.advance(hours=1)
    a_call(replica, time, lead, action="unreached", begun_by="us")
    assert asked(replica, time, "second_by_customer").values == (), "one that reached nobody"
    time.advance(hours=1)
    a_call(replica, time, lead, begun_by="customer")
    assert asked(replica, time, "second_by_customer").whole.value == 100

    sent = {"title": "售后协议", "state": "sent", "sent_at": time.clock.iso(), "lead": lead}
    create(replica, "content_push", sent, by=ME)
    assert asked(replica, time, "content_match").values == (), "nobody knows what was looked at"
    change(replica, "lead", lead, by=ME, downloads=["售后协议 2026.pdf"])
    assert asked(replica, time, "content_match").whole.value == 100

    due = {"title": "48 小时没有跟进", "kind": "reminder", "due_at": time.clock.iso(), "lead": lead}
    create(replica, "task", due | {"state": "dropped"}, by=ME)
    create(replica, "task", due | {"state": "done", "done_at": time.clock.iso()}, by=ME)
    time.advance(minutes=1)
    taken = asked(replica, time, "coach_adoption").whole
    assert (taken.numerator, taken.denominator) == (1, 2)

    help_ = create(replica, "user", {"name": "何工", "login": "he", "role": "support"}, by=ME)
    a_call(replica, time, lead, owner=help_)
    assert asked(replica, time, "other_links").whole.value == 0
    role = {"code": "support", "name": "技术支持", "scope": "team", "outside_sales": True}
    create(replica, "role", role, by=ME)
    assert asked(replica, time, "other_links").whole.value == 1
