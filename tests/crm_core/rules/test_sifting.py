"""Looking only at the records that any rule may be due on finds what looking at all of them finds.

Rules, records and acts by chance, on a real replica; the order is part of what is compared.
"""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from crm_core.clock import make_stamp
from crm_core.model.query import Ago, All, Condition, Not, Op, Test
from crm_core.model.query import Any as AnyOf
from crm_core.model.schema import Label
from crm_core.rules.documents import Document, When
from crm_core.rules.firing.automations import Action, Automation, Do, On, Trigger
from crm_core.rules.firing.deciding import SERVER, Engine
from crm_core.rules.firing.occasions import occasions
from crm_core.rules.firing.sifting import due
from crm_core.rules.firing.sight import Ledger
from crm_core.rules.ruleset import RuleSet
from crm_core.store.replica import open_replica
from crm_core.sync.change import Operation, Verb
from tests.builders import FakeClock, an_actor

NODE, LEADS = "a" * 16, 12
TRIGGERS = st.one_of(
    st.sampled_from((On.CREATED, On.SAVED, On.CHANGED, On.STAGE)).map(Trigger),
    st.sampled_from(("name", "stage", "city")).map(lambda name: Trigger(On.SAVED, fields=(name,))),
)
TESTS = st.one_of(
    st.builds(Test, st.just("name"), st.just(Op.CONTAINS), st.sampled_from(("型号", "A", "急"))),
    st.builds(Test, st.just("city"), st.sampled_from((Op.EQ, Op.NE)), st.sampled_from("宁苏")),
    st.builds(Test, st.just("score"), st.sampled_from((Op.GE, Op.LT)), st.integers(0, 9)),
    st.builds(Test, st.just("tags"), st.just(Op.HAS), st.sampled_from(("老", "新"))),
    st.builds(Test, st.just("received_at"), st.just(Op.LT), st.sampled_from((Ago(1), Ago(50)))),
)
CONDITIONS = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda some: All(tuple(some))),
        st.lists(inner, min_size=1, max_size=3).map(lambda some: AnyOf(tuple(some))),
        inner.map(Not),
    ),
    max_leaves=4,
)
WRITES = st.lists(
    st.tuples(
        st.integers(0, LEADS),  # The last is not here.
        st.sampled_from(("", "name", "city", "stage", "score", "-")),
        st.sampled_from(("g", "h")),
    ),
    max_size=30,
)


def a_lead(number: int) -> dict[str, object]:
    return {
        "name": ("线索", "a 型号", "急要")[number % 3], "stage": "captured",
        "city": "宁苏沪"[number % 3], "score": number % 10,
        "tags": [["老"], ["新", "老"], []][number % 3],
        "received_at": f"2026-0{number % 2 + 2}-01T00:00:00Z",
    }  # fmt: skip


def an_operation(number: int, lead: int, field: str, act: str) -> Operation:
    verb = {"": Verb.CREATE, "-": Verb.DELETE}.get(field, Verb.SET)
    value = {Verb.CREATE: {"name": "x"}, Verb.DELETE: True, Verb.SET: "name"}[verb]
    stamp = make_stamp(1_772_000_000_000, number, NODE)
    return Operation(
        replica=NODE, replica_seq=number, entity="lead", id=f"l{lead}", verb=verb,
        field=field.strip("-"), value=value, before="captured", hlc=stamp, base=stamp,  # type: ignore[arg-type]
        group=act, actor="u",
    )  # fmt: skip


def a_rule(number: int, trigger: Trigger, condition: Condition) -> Document[object]:
    body = Automation(trigger, (Action(Do.TASK, title="x"),), When(condition))
    return Document(f"r{number}", "automation", Label("规则", "Rule"), "lead", body)


def test_who_is_left_out_has_nothing_due(tmp_path: Path) -> None:
    replica = open_replica(tmp_path / "r.db", clock=FakeClock().clock)
    with replica.write(an_actor()) as (unit, _):
        for number in range(LEADS):
            unit.create("lead", a_lead(number), record_id=f"l{number}")
    left_out = 0

    @settings(max_examples=100, deadline=None)
    @given(st.lists(st.tuples(TRIGGERS, CONDITIONS), max_size=6), WRITES)
    def by_chance(
        rules: list[tuple[Trigger, Condition]], writes: list[tuple[int, str, str]]
    ) -> None:
        nonlocal left_out
        engine = Engine(RuleSet(a_rule(n, *one) for n, one in enumerate(rules)), replica.registry)
        assert not engine.index.passed
        acts = [an_operation(number, *one) for number, one in enumerate(writes)]
        about = engine.index.about
        with replica.write(an_actor()) as (unit, _):
            among = engine.meant(acts, unit, SERVER, lambda one: Ledger().source(one, "")[1].at)
            assert among is not None
            everything = occasions(acts, about=about)
            some = occasions(acts, about=about, among=among)
            assert due(engine.index, some, unit, None) == due(engine.index, everything, unit, None)
            left_out += len(everything) - len(some)

    by_chance()
    assert left_out  # Or nothing was compared.
    replica.close()
