"""Whose a lead becomes: rules in order, pools, weights, absence, and what can be gone."""

import json
import random
from collections.abc import Mapping
from dataclasses import replace

import pytest

from crm_core.model.query import EVERYTHING, Condition, Op, Test
from crm_core.model.schema import Label
from crm_core.model.values import Value
from crm_core.rules.documents import Document, When
from crm_core.rules.pools import Lead, Member, Office, Person, Pool, leaders_of, may_claim
from crm_core.rules.published import SHIPPED_SET
from crm_core.rules.routing import UNASSIGNED, Route, Routed, lead_of, looked_at, route, waits
from crm_core.rules.ruleset import RuleSet
from tests.builders import START

Doc = Document[object]


def a_pool(name: str, *users: str, **more: object) -> Doc:
    pool = replace(Pool(tuple(Member(user) for user in users)), **more)  # type: ignore[arg-type]
    return Document(name, "pool", Label(name, name), "lead", pool, position=0)


def a_rule(name: str, position: int, when: Condition = EVERYTHING, **to: str) -> Doc:
    body = Route(When(when), **to)
    return Document(name, "route", Label(name, name), "lead", body, position=position)


def an_office(*people: str, **more: object) -> Office:
    made = Office({one: Person(one, one.upper()) for one in people})
    return replace(made, **more)  # type: ignore[arg-type]


def a_lead(**values: Value) -> Lead:
    return lead_of({"id": "lead-1", "stage": "captured", **values}, None, {})


def go(rules: list[Doc], lead: Lead, office: Office) -> Routed:
    return route(RuleSet(rules, version="v1"), lead, office, START)


WEIBO = Test("source", Op.EQ, "weibo")
SEM = Test("medium", Op.EQ, "sem")


@pytest.mark.parametrize(
    ("values", "pool"),
    [({"source": "weibo", "medium": "sem"}, "media"), ({"medium": "sem"}, "phone"),
     ({"source": "展会"}, "")],
)  # fmt: skip
def test_the_first_rule_that_holds_decides(values: Mapping[str, Value], pool: str) -> None:
    rules = [
        a_pool("media", "ann"), a_pool("phone", "bob"),
        a_rule("sem", 20, SEM, pool="phone"), a_rule("weibo", 10, WEIBO, pool="media"),
    ]  # fmt: skip
    found = go(rules, a_lead(**values), an_office("ann", "bob"))
    assert (found.pool, found.version) == (pool, "v1")
    assert found.owner == {"media": "ann", "phone": "bob", "": ""}[pool]


def test_what_is_shipped_lets_leads_wait_to_be_claimed() -> None:
    found = route(SHIPPED_SET, a_lead(), an_office("ann"), START)
    assert (found.owner, found.pool, found.rule) == ("", UNASSIGNED, "route-rest")
    assert "领取" in found.label().zh


def test_the_sources_examples_go_where_they_say_once_switched_on() -> None:
    rules = RuleSet([replace(one, active=True) for one in SHIPPED_SET.documents])
    cases: list[tuple[dict[str, Value], str]] = [
        ({"source": "weibo", "city": "苏州市"}, "pool-new-media"),
        ({"medium": "sem"}, "pool-telesales"),
        ({"interest": "工业自动化产线", "city": "宁波市"}, "pool-industry"),
        ({"city": "苏州市", "tags": ["初三"]}, "pool-suzhou"),
        ({"province": "浙江省", "industry": "school", "annual_purchase": 100_000_000}, "pool-key"),
        ({"source": "展会"}, "pool-hangzhou"),
        ({"source": "展会", "city": "北京市"}, UNASSIGNED),
    ]
    for values, pool in cases:
        found = route(rules, a_lead(**values), an_office(), START)
        first = found.tried[0].pool
        assert first == pool, values
        assert found.pool == UNASSIGNED  # Nobody is in them yet.


def test_region_industry_and_history_weigh_and_load_balances() -> None:
    members = (
        Member("ann", regions=("苏州市",)), Member("bob", industries=("school",)), Member("cat"),
    )  # fmt: skip
    rules = [a_pool("p", members=members, capacity=50), a_rule("r", 1, pool="p")]
    office = an_office("ann", "bob", "cat")
    lead = a_lead(city="苏州市", industry="school")
    assert go(rules, lead, office).owner == "ann"
    assert go(rules, replace(lead, deals={"cat": 9}), office).owner == "cat"
    office.load["ann"] = 2
    found = go(rules, lead, office)
    assert found.owner == "bob"
    assert found.tried[0].candidates[0].reasons[0].zh == "熟悉这个行业（+20）"


def test_weights_share_out_a_thousand_leads_in_proportion() -> None:
    members = (Member("ann", 3), Member("bob", 1), Member("cat", 0))
    rules = [a_pool("p", members=members, capacity=10_000), a_rule("r", 1, pool="p")]
    office = an_office("ann", "bob", "cat")
    for _ in range(1000):
        office.give(go(rules, a_lead(), office).owner)
    assert office.taken == {"ann": 750, "bob": 250}


def test_quick_people_do_not_get_every_lead() -> None:
    rules = [a_pool("p", "ann", "bob"), a_rule("r", 1, pool="p")]
    office = an_office("ann", "bob")
    for _ in range(10):
        owner = go(rules, a_lead(), office).owner
        office.give(owner)
        office.load[owner] = 0  # Followed up at once.
    assert office.taken == {"ann": 5, "bob": 5}


@pytest.mark.parametrize(
    ("office", "owner"),
    [
        (an_office("ann", "bob"), "ann"),
        (an_office("ann", "bob", absent=frozenset({"ann"})), "bob"),
        (an_office("bob"), "bob"),
        (an_office("ann", "bob", load={"ann": 5}), "bob"),
        (an_office("ann", "bob", load={"ann": 5, "bob": 5}), "dan"),
        (an_office("dan", absent=frozenset({"dan"})), ""),
    ],
)
def test_who_is_away_gone_or_full_is_passed_over(office: Office, owner: str) -> None:
    office = replace(office, people={**office.people, "dan": Person("dan", "DAN")})
    rules = [
        a_pool("p", "ann", "bob", capacity=5, fallback="q"), a_pool("q", "dan"),
        a_rule("r", 1, pool="p"),
    ]  # fmt: skip
    found = go(rules, a_lead(), office)
    assert found.owner == owner
    assert found.pool == ("q" if owner == "dan" else "p")  # What nobody takes waits where it began.


def test_a_rule_that_leads_nowhere_is_passed_over_and_says_why() -> None:
    rules = [
        a_rule("gone", 1, person="eve"), a_rule("none", 2, pool="deleted"),
        a_rule("away", 3, person="bob"), a_rule("ann", 4, person="ann"),
    ]  # fmt: skip
    found = go(rules, a_lead(), an_office("ann", "bob", absent=frozenset({"bob"})))
    assert (found.owner, found.rule) == ("ann", "ann")
    said = [one.problem.zh for one in found.steps if one.problem]
    assert said == ["指定的人已离职或被删除", "指定的线索池已删除或停用", "指定的人今天不在岗"]


def test_pools_that_fall_back_on_each_other_end() -> None:
    rules = [
        a_pool("p", fallback="q"), a_pool("q", fallback="p"), a_pool("me", fallback="me"),
        a_rule("r", 1, WEIBO, pool="p"), a_rule("s", 2, pool="me"),
    ]  # fmt: skip
    for source in ("weibo", "sem"):
        found = go(rules, a_lead(source=source), an_office())
        assert found.owner == ""
        assert len(found.tried) <= 2


def test_on_a_day_off_leads_wait_where_the_pool_says_so() -> None:
    rules = [a_pool("p", "ann", rests=True), a_rule("r", 1, pool="p")]
    assert go(rules, a_lead(), an_office("ann", workday=False)).owner == ""
    assert go(rules, a_lead(), an_office("ann")).owner == "ann"


def test_who_gives_a_lead_back_does_not_get_it_again() -> None:
    rules = [a_pool("p", "ann", "bob"), a_rule("r", 1, pool="p")]
    back = replace(a_lead(), refused=frozenset({"ann"}))
    assert go(rules, back, an_office("ann", "bob")).owner == "bob"


def test_a_lead_takes_from_its_customer_what_it_does_not_say() -> None:
    customer = {"industry": "school", "city": "杭州市", "name": "中学"}
    lead = lead_of({"id": "l", "city": "苏州市"}, customer, {"ann": 1})
    assert (lead.record["city"], lead.record["industry"]) == ("苏州市", "school")
    assert "name" not in lead.record
    assert {"customer", "industry", "medium"} <= looked_at(RuleSet([a_rule("r", 1, SEM, pool="p")]))


def test_members_are_those_named_and_those_of_the_team() -> None:
    people = {
        "ann": Person("ann", "Ann", team="t"), "max": Person("max", "Max", "t", "manager"),
        "zoe": Person("zoe", "Zoe", "u", "manager"), "root": Person("root", "Root", "", "admin"),
    }  # fmt: skip
    office = Office(people)
    team = Pool(team="t")
    assert [may_claim(team, user, office) for user in ("ann", "zoe")] == [True, False]
    assert may_claim(Pool(), "zoe", office)
    assert leaders_of(team, office) == ("max",)
    assert leaders_of(Pool((Member("gone"),)), office) == ("max", "zoe")
    assert leaders_of(replace(team, lead="zoe"), office) == ("zoe",)


def test_only_open_leads_of_nobody_wait_for_an_owner() -> None:
    held = [{"stage": "captured"}, {"stage": "won"}, {"stage": "need", "owner": "ann"}]
    assert [waits(dict(one)) for one in held] == [True, False, False]


def test_the_same_facts_in_any_order_give_the_same_owner() -> None:
    rng = random.Random(7)
    users = [f"u{n}" for n in range(12)]
    for _ in range(100):
        load = {user: rng.randrange(4) for user in users}
        members = [Member(user, rng.randint(1, 3)) for user in users]
        owners = set()
        for _ in range(3):
            rng.shuffle(members)
            rules = [a_pool("p", members=tuple(members)), a_rule("r", 1, pool="p")]
            mixed = rng.sample(users, len(users))
            owners.add(go(rules, a_lead(), an_office(*mixed, load=dict(load))).owner)
        assert len(owners) == 1


def test_the_explanation_that_is_kept_says_it_in_both_languages() -> None:
    rules = [a_pool("p", "ann"), a_rule("r", 1, pool="p")]
    found = go(rules, a_lead(), an_office("ann"))
    assert found.label() == Label("规则「r」，由「p」分给 ANN", "Rule “r”, p: ANN")
    kept = json.loads(found.as_json())
    assert (kept["zh"], kept["owner"], kept["tried"]) == (found.label().zh, "ann", [["p", "ann"]])
