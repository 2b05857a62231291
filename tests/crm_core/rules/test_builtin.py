"""The shipped rules, run through the real write path (rows 2.8, 2.17, 6.6)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crm_core.clock import Clock
from crm_core.errors import BugError
from crm_core.model.query import EVERYTHING
from crm_core.permissions import Actor, Right
from crm_core.permissions.policy import ROLES, Grant
from crm_core.rules.engine import Assignment, Rule, make_rules
from crm_core.rules.stocked.builtin import BUILTIN_RULES, BUYS_PRIVATELY
from crm_core.store.replica import Replica, open_replica
from crm_core.sync.change import Verb

REP = Actor("rep", "admin")
NOW = datetime(2026, 1, 14, 2, 0, tzinfo=UTC)
LEAD = {"name": "林女士", "stage": "captured", "assigned_at": "2026-01-13T02:00:00Z"}


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    rules = make_rules(BUILTIN_RULES)
    opened = open_replica(tmp_path / "r.db", clock=Clock(lambda: NOW), rules=rules)
    yield opened
    opened.close()


def test_the_first_follow_up_stamps_the_first_response_and_moves_the_stage(
    replica: Replica,
) -> None:
    with replica.write(REP) as (unit, _):
        lead = unit.create("lead", LEAD)
    with replica.write(REP) as (unit, _):
        unit.create(
            "follow_up",
            {"action": "called", "happened_at": "2026-01-14T01:30:00Z", "lead": lead},
        )
    record = replica.record("lead", lead)
    assert record is not None
    assert record["first_response_at"] == "2026-01-14T01:30:00Z"
    assert record["stage"] == "touched"


def test_who_may_not_change_leads_may_still_say_that_they_called(replica: Replica) -> None:
    """What would follow from it and is not theirs to do does not happen; the call is written."""
    with replica.write(REP) as (unit, _):
        lead = unit.create("lead", LEAD | {"owner": "caller"})
    grants = {**ROLES["rep"].grants, "lead": Grant(frozenset({Right.SEE}))}
    caller = Actor("caller", "rep", given=replace(ROLES["rep"], grants=grants))
    with replica.write(caller) as (unit, _):
        called = {"action": "called", "happened_at": "2026-01-14T01:30:00Z", "lead": lead}
        made = unit.create("follow_up", called | {"owner": "caller"})
    assert replica.record("follow_up", made) is not None
    record = replica.record("lead", lead)
    assert record is not None
    assert (record["stage"], record["first_response_at"]) == ("captured", None)


def test_entering_a_stage_is_stamped_and_an_imported_stamp_is_kept(replica: Replica) -> None:
    with replica.write(REP) as (unit, _):
        fresh = unit.create("lead", LEAD)
        moved = unit.create("lead", LEAD | {"stage_since": "2026-01-01T00:00:00Z"})
    first, second = replica.record("lead", fresh), replica.record("lead", moved)
    assert first is not None
    assert second is not None
    assert (first["stage_since"], second["stage_since"]) == (
        "2026-01-14T02:00:00Z",
        "2026-01-01T00:00:00Z",
    )
    with replica.write(REP) as (unit, _):
        unit.change("lead", moved, {"stage": "need"})
    again = replica.record("lead", moved)
    assert again is not None
    assert again["stage_since"] == "2026-01-14T02:00:00Z"


def test_a_second_follow_up_changes_neither(replica: Replica) -> None:
    with replica.write(REP) as (unit, _):
        lead = unit.create("lead", LEAD | {"stage": "proposal"})
        unit.create("visit", {"customer": "c", "started_at": "2026-01-14T00:00:00Z", "lead": lead})
    with replica.write(REP) as (unit, _):
        unit.create(
            "follow_up", {"action": "sent", "happened_at": "2026-01-14T01:00:00Z", "lead": lead}
        )
    record = replica.record("lead", lead)
    assert record is not None
    assert (record["first_response_at"], record["stage"]) == ("2026-01-14T00:00:00Z", "proposal")


def test_what_a_rule_wrote_is_taken_back_with_what_set_it_off(replica: Replica) -> None:
    with replica.write(REP) as (unit, _):
        lead = unit.create("lead", LEAD)
    with replica.write(REP) as (unit, done):
        unit.create(
            "follow_up",
            {"action": "called", "happened_at": "2026-01-14T01:30:00Z", "lead": lead},
        )
    with replica.write(REP) as (unit, _):
        unit.undo(done.group)
    record = replica.record("lead", lead)
    assert record is not None
    assert (record["first_response_at"], record["stage"]) == (None, "captured")


def test_rules_that_set_each_other_off_are_stopped_and_nothing_is_written(
    tmp_path: Path,
) -> None:
    def flip(here: str, there: str) -> Rule:
        return Rule(
            name=f"to_{there}",
            entity="customer",
            verbs=frozenset({Verb.CREATE, Verb.SET}),
            fields=frozenset({"level"}),
            when=EVERYTHING,
            through="",
            assignments=(Assignment("level", there, EVERYTHING),),
        )

    fighting = (flip("A", "B"), flip("B", "A"))
    replica = open_replica(tmp_path / "r.db", clock=Clock(lambda: NOW), rules=make_rules(fighting))
    with (
        pytest.raises(BugError, match="setting each other off"),
        replica.write(REP) as (unit, _),
    ):
        record_id = unit.create("customer", {"name": "瑞康", "kind": "person", "level": "A"})
    assert replica.record("customer", record_id) is None
    replica.close()


def test_a_free_mailbox_is_tagged_until_somebody_takes_the_tag_away(replica: Replica) -> None:
    def tags() -> object:
        record = replica.record("customer", customer)
        return record and record["tags"]

    with replica.write(REP) as (unit, _):
        customer = unit.create(
            "customer",
            {"name": "林女士", "kind": "person", "email": "lin@163.com", "tags": ["老客户"]},
        )
    assert tags() == sorted(["老客户", BUYS_PRIVATELY])
    with replica.write(REP) as (unit, _):
        unit.change("customer", customer, {"tags": ["老客户"]})
    with replica.write(REP) as (unit, _):
        unit.change("customer", customer, {"email": "lin@QQ.com"})
    assert tags() == ["老客户"]


def test_a_company_mailbox_is_not_tagged(replica: Replica) -> None:
    with replica.write(REP) as (unit, _):
        lead = unit.create("lead", LEAD | {"email": "lin@suixing.cn"})
    record = replica.record("lead", lead)
    assert record is not None
    assert record["tags"] is None
