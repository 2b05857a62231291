"""Automations through the real write path: what fires, what is written, and why."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from crm_core.model.query import Op, Query, Test
from crm_core.model.schema import Label
from crm_core.rules.documents import Document
from crm_core.rules.engine import make_rules
from crm_core.rules.firing.automations import Action, Automation, Do, On, Trigger, Whom
from crm_core.rules.firing.deciding import LAPTOP, SERVER, Engine
from crm_core.rules.firing.reasons import why_from
from crm_core.rules.firing.sight import Creation, Fate, Ledger, Occasion
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.stocked.automations_shipped import GUIDE, SHIPPED
from crm_core.rules.stocked.builtin import BUILTIN_RULES
from crm_core.store.replica import Replica, open_replica
from crm_core.store.ruling.automating import Automating
from tests.builders import FakeClock, a_customer, an_actor

LEAD = {"name": "林女士", "stage": "captured", "owner": "u-wang"}
WANG = an_actor("u-wang")


@pytest.fixture
def time() -> FakeClock:
    return FakeClock()


@pytest.fixture
def replica(tmp_path: Path, time: FakeClock) -> Iterator[Replica]:
    rules = Automating(make_rules(BUILTIN_RULES), LAPTOP)
    opened = open_replica(tmp_path / "r.db", clock=time.clock, rules=rules)
    with opened.write(an_actor("boss")) as (unit, _):
        unit.create("team", {"name": "北区"}, record_id="north")
        people = {"u-wang": ("王磊", "rep"), "u-zhou": ("周总", "manager")}
        for user, (name, role) in people.items():
            values = {"name": name, "login": user, "role": role, "team": "north"}
            unit.create("user", values, record_id=user)
    yield opened
    opened.close()


def write(replica: Replica, entity: str, record: str, values: Mapping[str, object]) -> str:
    """Create a record, or change it where there is one; the act."""
    with replica.write(WANG) as (unit, done):
        if unit.record(entity, record) is None:
            unit.create(entity, values, record_id=record)
        else:
            unit.change(entity, record, values)
    return done.group


def tasks(replica: Replica) -> dict[str, tuple[object, ...]]:
    """Title → owner, kind, due."""
    found = replica.find(Query("task"))
    return {str(t["title"]): (t["owner"], t["kind"], t["due_at"]) for t in found}


def fired(replica: Replica) -> list[str]:
    """The rules that fired, in the order of their ids."""
    return sorted(str(one["rule"]) for one in replica.find(Query("firing")))


def test_who_looked_at_prices_and_left_a_number_is_called_first(replica: Replica) -> None:
    write(replica, "lead", "l1", LEAD | {"visited_pages": ["价格页"]})
    assert fired(replica) == []
    write(replica, "lead", "l1", {"phone": "13800138000"})
    lead = replica.record("lead", "l1")
    assert lead is not None
    assert lead["tags"] == ["高优"]
    due = "2026-03-02T03:30:00Z"
    assert tasks(replica) == {"优先联系林女士：看过价格页并留了手机": ("u-wang", "todo", due)}
    assert fired(replica) == ["auto-fast-lane"]
    firing = replica.find(Query("firing"))[0]
    assert (firing["record"], firing["owner"], firing["at"]) == (
        "l1", "u-wang", "2026-03-02T01:30:00Z"
    )  # fmt: skip
    why = why_from(firing["why"])
    assert why.trigger.zh == "修改了「手机」"
    assert [one.zh for one in why.held] == ["访问过的页面含有「价格页」", "手机已填写"]
    assert [one.zh for one in why.did][:1] == ["打上标签「高优」"]
    assert "13800138000" not in str(firing["why"])


def test_it_fires_once_and_what_a_person_decided_later_stays(replica: Replica) -> None:
    write(replica, "lead", "l1", LEAD | {"visited_pages": ["价格页"], "phone": "13800138000"})
    write(replica, "lead", "l1", {"tags": []})
    write(replica, "lead", "l1", {"phone": "13900139000"})
    lead = replica.record("lead", "l1")
    assert lead is not None
    assert lead["tags"] is None
    assert len(tasks(replica)) == 1


def test_undoing_the_act_takes_back_what_followed(replica: Replica) -> None:
    act = write(replica, "lead", "l1", LEAD | {"downloads": ["白皮书"]})
    assert fired(replica) == ["auto-nurture"]
    with replica.write(WANG) as (unit, _):
        unit.undo(act)
    assert fired(replica) == []


@pytest.mark.parametrize(
    ("values", "rule", "stage", "wanted"),
    [
        ({"action": "wechat"}, "auto-added-on-wechat", "touched", ["在微信上给林女士发第一份资料"]),
        (
            {"action": "technical"}, "auto-technician-wanted", "proposal",
            ["为林女士安排技术人员介入", "林女士需要技术介入，请协调人手"],
        ),
        (
            {"action": "booked", "next_on": "2026-03-04"}, "auto-demo-booked", "touched",
            ["准备行业案例包并设置试用账号"],
        ),
        (
            {"action": "called", "conclusion": "方案已发，等回复"}, "auto-heard-proposal",
            "proposal", [],
        ),
    ],
)  # fmt: skip
def test_what_came_of_a_call_moves_the_lead_on(
    replica: Replica, values: dict[str, object], rule: str, stage: str, wanted: list[str]
) -> None:
    write(replica, "lead", "l1", LEAD | {"need": "trial", "interest": "冲刺班"})
    here = {"lead": "l1", "happened_at": "2026-03-02T01:20:00Z", "owner": "u-wang"}
    write(replica, "follow_up", "f1", here | values)
    lead = replica.record("lead", "l1")
    assert lead is not None
    assert lead["stage"] == stage
    assert lead["first_response_at"] == "2026-03-02T01:20:00Z"
    assert sorted(tasks(replica)) == sorted(wanted)
    assert fired(replica) == [rule]


def test_the_leader_hears_of_it_and_working_hours_do_not_count(replica: Replica) -> None:
    write(replica, "lead", "l1", LEAD)
    values = {"action": "technical", "lead": "l1", "happened_at": "2026-03-02T01:20:00Z"}
    write(replica, "follow_up", "f1", values | {"owner": "u-wang"})
    found = tasks(replica)
    assert found["林女士需要技术介入，请协调人手"] == ("u-zhou", "reminder", "2026-03-02T01:30:00Z")
    assert found["为林女士安排技术人员介入"][2] == "2026-03-02T05:30:00Z"


def test_an_anxious_parent_is_tagged_and_the_guide_waits_to_be_sent(replica: Replica) -> None:
    write(replica, "article", "a1", {"title": GUIDE})
    write(replica, "customer", "c1", a_customer(kind="person", owner="u-wang"))
    here = {"customer": "c1", "started_at": "2026-03-02T01:00:00Z", "owner": "u-wang"}
    write(replica, "visit", "v1", here | {"concerns": ["摇号焦虑"]})
    customer = replica.record("customer", "c1")
    assert customer is not None
    assert customer["tags"] == ["摇号焦虑"]
    (waiting,) = replica.find(Query("content_push"))
    assert (waiting["article"], waiting["customer"], waiting["state"]) == ("a1", "c1", "waiting")


def test_a_demo_asks_for_a_proposal_within_a_day_and_a_hot_lead_for_material(
    replica: Replica,
) -> None:
    """Rows 4.6 and 2.15."""
    write(replica, "lead", "l1", LEAD | {"budget": 5_000_000})
    assert fired(replica) == []
    write(replica, "lead", "l1", {"need": "trial"})
    assert fired(replica) == ["auto-hot-lead"]
    [waiting] = replica.find(Query("content_push"))
    assert (waiting["title"], waiting["state"], waiting["lead"]) == ("白皮书", "waiting", "l1")
    write(replica, "customer", "c1", {"name": "林女士", "kind": "person", "owner": "u-wang"})
    demo = {"lead": "l1", "customer": "c1", "purpose": "demo", "started_at": "2026-03-02T01:20:00Z"}
    write(replica, "visit", "v1", demo | {"owner": "u-wang"})
    assert tasks(replica)["给林女士发送定制方案"][2] == "2026-03-03T01:30:00Z"


def test_a_quote_that_is_attached_shows_on_the_customer(replica: Replica) -> None:
    write(replica, "customer", "c1", a_customer(owner="u-wang"))
    file = {"name": "XX项目报价_202602.xlsx", "customer": "c1", "owner": "u-wang"}
    write(replica, "attachment", "a1", file)
    write(replica, "attachment", "a2", file | {"name": "照片.jpg"})
    customer = replica.record("customer", "c1")
    assert customer is not None
    assert customer["tags"] == ["已发送最新报价"]
    assert fired(replica) == ["auto-quote-attached"]


def test_three_days_on_the_service_terms_are_a_risk_and_two_are_not(replica: Replica) -> None:
    write(replica, "user", "u-li", {"name": "李工", "login": "li", "role": "service_manager"})
    write(replica, "customer", "c1", a_customer(owner="u-wang"))
    write(replica, "customer", "c1", {"service_reads": 3, "service_read_seconds": 120})
    assert fired(replica) == []
    write(replica, "customer", "c1", {"service_read_seconds": 121})
    customer = replica.record("customer", "c1")
    assert customer is not None
    assert customer["tags"] == ["售后升级风险客户"]
    (told,) = replica.find(Query("task", Test("owner", Op.EQ, "u-li")))
    assert told["title"] == "北京协和医院连续细看售后协议，请安排回访"


def test_every_shipped_automation_is_named_in_both_languages() -> None:
    assert len({one.id for one in SHIPPED}) == len(SHIPPED) == 20
    for one in SHIPPED:
        assert one.label.zh != one.label.en
        assert one.id.startswith("auto-")


def test_a_task_goes_to_whoever_is_on_duty_or_comes_next(replica: Replica) -> None:
    line = {"role": "技术支持", "kind": "weekly", "user": "u-zhou", "weekdays": ["1"]}
    with replica.write(an_actor("boss")) as (unit, _):
        unit.create("duty", line)
    action = Action(Do.TASK, title="请介入[姓名]", whom=Whom.DUTY, duty="技术支持 ", due_hours=2)
    body = Automation(Trigger(On.CREATED), (action,))
    rule = Document("auto-duty", "automation", Label("介入", "Help"), "lead", body)
    engine = Engine(RuleSet([rule]), replica.registry)
    write(replica, "lead", "l1", LEAD)
    with replica.write(WANG) as (unit, _):
        cause = Occasion("lead", "l1", "act", unit.clock.now(), created=True, actor="u-wang")
        [left] = engine.react([cause], unit, Ledger(), LAPTOP)
        [fired_] = engine.react([cause], unit, Ledger(), SERVER)
    assert left.fate is Fate.LEFT  # Who is away is known to the server alone.
    [task] = [one for one in fired_.effects if isinstance(one, Creation) and one.entity == "task"]
    assert (task.values["owner"], task.values["due_at"]) == ("u-zhou", "2026-03-03T03:00:00Z")
    alone = replace(rule, body=replace(body, actions=(replace(action, duty="财务"),)))
    with replica.write(WANG) as (unit, _):
        [fell] = Engine(RuleSet([alone]), replica.registry).react([cause], unit, Ledger(), SERVER)
    assert [o.values["owner"] for o in fell.effects if isinstance(o, Creation)][1] == "u-zhou"
