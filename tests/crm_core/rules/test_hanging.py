"""What hangs on a rule that only the server decides is left to it as well, and nothing else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from crm_core.model.query import Op, Query, Test
from crm_core.model.schema import Label
from crm_core.permissions import Actor, Circles, Grant, Right, RolePolicy, Scope
from crm_core.rules.documents import Document, When
from crm_core.rules.engine import make_rules
from crm_core.rules.firing.automations import KIND, Action, Automation, Do, On, Trigger
from crm_core.rules.firing.deciding import LAPTOP
from crm_core.rules.firing.sight import Fate, Outcome
from crm_core.rules.published import SHIPPED_SET, written_set
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.stages import AutoMove, StageBody
from crm_core.rules.stocked.builtin import BUILTIN_RULES
from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.replica import Replica, open_replica
from crm_core.store.ruling.automating import Automating
from crm_core.sync.protocol import Ack
from tests.builders import FakeClock, an_actor

_ALL = Grant(frozenset(Right))
_LESS = Grant(frozenset(Right), masked=frozenset({"budget"}))
WANG = Actor("wang", "rep", Circles(), RolePolicy("rep", Scope.ALL, {"*": _ALL, "lead": _LESS}))
CALLED = When(Test("phone", Op.NE, None))


@dataclass(slots=True)
class Noting(Automating):
    """Notes what was left."""

    left: set[str] = field(default_factory=set)

    def carry_out(self, unit: Unit, outcomes: Sequence[Outcome]) -> None:  # type: ignore[override]
        self.left |= {one.rule for one in outcomes if one.fate is Fate.LEFT}
        Automating.carry_out(self, unit, outcomes)


def automation(name: str, when: When, *actions: Action, field: str = "") -> Document[Automation]:
    trigger = Trigger(On.CHANGED, fields=(field,)) if field else Trigger(On.SAVED, ("phone",))
    return Document(name, KIND, Label(name, name), "lead", Automation(trigger, actions, when))


MOVED = Automation(Trigger(On.STAGE), (Action(Do.TASK, title="进"),))
CAPTURED = next(one for one in SHIPPED_SET.of(StageBody, "lead") if one.body.code == "captured")
RULES = RuleSet([
    replace(CAPTURED, body=replace(CAPTURED.body, moves=(AutoMove("touched"),))),
    Document("moved", KIND, Label("moved", "moved"), "lead", MOVED),
    automation("unseen", When(Test("budget", Op.GE, 1)), Action(Do.TAG, tag="大单"),
               Action(Do.SET, field="need", value="learn")),
    automation("reads", When(Test("need", Op.EQ, "learn")), Action(Do.TASK, title="读"),
               field="need"),
    automation("writes", CALLED, Action(Do.TAG, tag="有电话")),
    automation("set off", CALLED, Action(Do.TASK, title="跟"), field="need"),
    automation("in turn", When(Test("tags", Op.HAS, "大单")), Action(Do.TASK, title="又"),
               field="tags"),
    automation("later", When(Test("need", Op.NE, "learn")), Action(Do.TASK, title="后"),
               field="remark"),
    automation("again", CALLED, Action(Do.TAG, tag="又来"), field="remark"),
    automation("apart", CALLED, Action(Do.SET, field="interest", value="监护仪")),
])  # fmt: skip
LEFT = {"unseen", "moved", "reads", "writes", "set off", "in turn"}


@pytest.fixture
def rules() -> Noting:
    return Noting(make_rules(BUILTIN_RULES), LAPTOP)


@pytest.fixture
def replica(tmp_path: Path, rules: Noting) -> Iterator[Replica]:
    opened = open_replica(
        tmp_path / "r.db", clock=FakeClock().clock, rules=rules, keeps_outbox=True
    )
    with opened.write(an_actor("boss")) as (unit, _):
        values = {"name": "试", "published_at": "2026-01-01T00:00:00Z", "body": written_set(RULES)}
        unit.create("rule_version", values)
    sent(opened)
    yield opened
    opened.close()


def sent(replica: Replica) -> None:
    replica.acknowledge([Ack(one.replica_seq) for one in replica.waiting(limit=99)])


def test_what_hangs_on_a_rule_that_is_left_is_left(replica: Replica, rules: Noting) -> None:
    with replica.write(WANG) as (unit, _):
        unit.create(
            "lead", {"name": "林", "stage": "captured", "phone": "13812345678"}, record_id="l"
        )
    assert rules.left == LEFT
    assert [one["rule"] for one in replica.find(Query("firing"))] == ["apart"]


def test_it_is_unknown_until_what_was_done_is_sent(replica: Replica, rules: Noting) -> None:
    lead = {"name": "林", "stage": "captured", "phone": "13812345678"}
    with replica.write(WANG) as (unit, _):
        unit.create("lead", lead, record_id="l")
    for remark, left in (("一", {"later", "again", "in turn", "moved"}), ("二", set())):
        rules.left.clear()
        with replica.write(WANG) as (unit, _):
            unit.change("lead", "l", {"remark": remark})
        assert rules.left == left
        sent(replica)
