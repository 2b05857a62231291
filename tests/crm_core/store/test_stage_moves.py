"""Rules that move records: on by themselves, and never past a gate that is closed (row 4.3)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crm_core.model.query import Query
from crm_core.model.schema import Label
from crm_core.rules.engine import make_rules
from crm_core.rules.published import SHIPPED_SET
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.stages import AutoMove, CheckItem, StageBody
from crm_core.rules.stocked.builtin import BUILTIN_RULES
from crm_core.store.replica import Replica, open_replica
from crm_core.store.ruling.rule_book import RuleBook
from crm_core.store.ruling.stage_moves import with_stages
from tests.builders import FakeClock, a_customer, an_actor, change, create
from tests.stage_sets import laid_over, publish

ME = an_actor()
DEAL = "opportunity"


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    rules = with_stages(make_rules(BUILTIN_RULES), RuleBook())
    made = open_replica(tmp_path / "r.db", clock=FakeClock().clock, rules=rules)
    yield made
    made.close()


def stage(replica: Replica, entity: str, record: str) -> object:
    return (replica.record(entity, record) or {}).get("stage")


def tick(replica: Replica, deal: str, item: str) -> str:
    values = {
        "label": item, "stage": "poc", "item": item, "opportunity": deal, "attachment": "a1",
        "done_at": "2026-03-02T02:00:00Z",
    }  # fmt: skip
    return create(replica, "checklist_item", values, by=ME)


def test_a_deal_goes_on_once_its_ticks_are_there_and_stays_back_until_there_is_news(
    replica: Replica,
) -> None:
    publish(replica, laid_over())
    customer = create(replica, "customer", a_customer(), by=ME)
    deal = {"name": "质谱仪", "customer": customer, "stage": "poc"}
    deal_id = create(replica, DEAL, deal, by=ME)
    report = tick(replica, deal_id, "report")
    assert stage(replica, DEAL, deal_id) == "poc"
    tick(replica, deal_id, "issues")
    assert stage(replica, DEAL, deal_id) == "proposal"
    (firing,) = replica.find(Query("firing"))
    assert firing["rule"] == "stage-opportunity-poc"
    assert "自动进入「方案确认中」" in str(firing["why"])
    with replica.write(ME, "退回补测") as (unit, _):
        unit.change(DEAL, deal_id, {"stage": "poc"})
    assert stage(replica, DEAL, deal_id) == "poc"
    change(replica, "checklist_item", report, by=ME, note="复测通过")
    assert stage(replica, DEAL, deal_id) == "proposal"


def test_what_a_rule_that_ships_moved_goes_on_by_the_same_news_and_nowhere_twice(
    replica: Replica,
) -> None:
    """As the server finds it, which is sent the act as a whole."""
    there = {"stage-lead-touched": "need", "stage-lead-need": "touched"}
    own = [
        replace(one, body=replace(one.body, moves=(AutoMove(there[one.id]),)))
        if isinstance(one.body, StageBody) and one.id in there
        else one
        for one in SHIPPED_SET.documents
    ]
    publish(replica, RuleSet(own))
    answered = {"first_response_at": "2026-03-01T02:00:00Z"}
    values = {"name": "王女士", "stage": "captured", "need": "trial", "interest": "监护仪"}
    lead = create(replica, "lead", values | answered, by=ME)
    assert stage(replica, "lead", lead) == "captured"
    moment = {"action": "called", "happened_at": "2026-03-02T02:00:00Z", "lead": lead}
    create(replica, "follow_up", moment, by=ME)
    assert stage(replica, "lead", lead) == "need"
    assert [one["rule"] for one in replica.find(Query("firing"))] == ["stage-lead-touched"]


def test_a_rule_that_ships_passes_no_gate_that_the_company_closed(replica: Replica) -> None:
    asks = StageBody("captured", touchpoints=(CheckItem("id", Label("核实身份", "Identity")),))
    own = [
        replace(one, body=asks) if one.id == "stage-lead-captured" else one
        for one in SHIPPED_SET.documents
    ]
    publish(replica, RuleSet(own))
    lead = create(replica, "lead", {"name": "王女士", "stage": "captured"}, by=ME)
    moment = {"action": "called", "happened_at": "2026-03-02T02:00:00Z", "lead": lead}
    create(replica, "follow_up", moment, by=ME)
    held = replica.record("lead", lead)
    assert held is not None
    assert held["stage"] == "captured"
    assert held["first_response_at"]
