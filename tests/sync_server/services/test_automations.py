"""Automations on the server: what pushes set off, exactly once with what the laptop did itself."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from crm_core.clock import iso_moment
from crm_core.model.query import Op, Query, Test
from crm_core.model.schema import Label
from crm_core.rules.documents import Document, When
from crm_core.rules.engine import make_rules
from crm_core.rules.firing.automations import KIND, Action, Automation, Do, On, Trigger, Whom
from crm_core.rules.firing.deciding import LAPTOP
from crm_core.rules.firing.reasons import why_from
from crm_core.rules.published import written_set
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.scoring import Factor, Scoring
from crm_core.rules.stocked.builtin import BUILTIN_RULES
from crm_core.store.ruling.automating import Automating
from sync_server.services.audit import SERVER_ACTOR
from sync_server.services.ticks.automation_ticks import Timed
from tests.builders import a_customer, an_actor, log_of
from tests.sync_proof.world import World
from tests.sync_server.inside import Inside
from tests.sync_server.pushing import Pusher, a_pusher, send

ANNA = "user-anna"
LEAD = {"name": "林女士", "stage": "captured", "owner": ANNA, "visited_pages": ["价格页"]}


@pytest.fixture
def world(inside: Inside) -> World:
    return inside.world


@pytest.fixture
def anna(world: World, tmp_path: Path) -> Iterator[Pusher]:
    made = a_pusher(world, tmp_path, an_actor(ANNA))
    made.replica.receive(log_of(world.replica))
    yield made
    made.replica.close()


def publish(world: World, *bodies: Automation, **more: object) -> list[str]:
    """A version of these automations alone, each about leads; their ids."""
    documents = [
        Document(f"rule-{n}", KIND, Label(f"规则{n}", f"Rule {n}"), "lead", body, position=n)
        for n, body in enumerate(bodies)
    ]
    values = {"name": "试", "published_at": world.server.clock.iso(), **more}
    with world.replica.write(SERVER_ACTOR) as (unit, _):
        unit.create("rule_version", {**values, "body": written_set(RuleSet(documents))})
    return [one.id for one in documents]


def told(world: World) -> list[Mapping[str, object]]:
    """The firings that the server knows."""
    return list(world.replica.find(Query("firing")))


def put(field: str, value: str) -> Action:
    return Action(Do.SET, field=field, value=value)


def after(field: str, *actions: Action) -> Automation:
    return Automation(Trigger(On.CHANGED, fields=(field,)), actions)


def test_what_a_laptop_without_the_rules_did_sets_them_off_here(world: World, anna: Pusher) -> None:
    anna.create("lead", "l1", LEAD | {"phone": "13800138000"})
    anna.push()
    lead = world.replica.record("lead", "l1")
    assert lead is not None
    assert lead["tags"] == ["高优"]
    (firing,) = told(world)
    assert (firing["rule"], firing["owner"]) == ("auto-fast-lane", ANNA)
    (task,) = world.replica.find(Query("task"))
    assert task["owner"] == ANNA


def test_what_the_laptop_did_itself_is_done_once(world: World, anna: Pusher) -> None:
    anna.replica.rules = Automating(make_rules(BUILTIN_RULES), LAPTOP)
    anna.create("lead", "l1", LEAD | {"phone": "13800138000"})
    made = anna.replica.find(Query("task")) + anna.replica.find(Query("firing"))
    anna.change("lead", "l1", tags=[])
    anna.push()
    there = world.replica.find(Query("task")) + world.replica.find(Query("firing"))
    assert [one["id"] for one in there] == [one["id"] for one in made]
    lead = world.replica.record("lead", "l1")
    assert lead is not None
    assert lead["tags"] is None


def test_a_push_cut_in_two_still_makes_one_of_each(world: World, anna: Pusher) -> None:
    anna.replica.rules = Automating(make_rules(BUILTIN_RULES), LAPTOP)
    anna.create("lead", "l1", LEAD | {"phone": "13800138000"})
    waiting = anna.replica.waiting(limit=99)
    send(world.server, waiting[:1])
    send(world.server, waiting[1:])
    assert len(world.replica.find(Query("task"))) == 1
    assert len(told(world)) == 1


def test_a_later_word_of_a_person_is_kept(world: World, anna: Pusher) -> None:
    publish(world, after("phone", put("interest", "甲"), put("source", "来电")))
    anna.create("lead", "l1", LEAD)
    anna.change("lead", "l1", phone="13800138000")
    anna.change("lead", "l1", interest="乙")
    anna.push()
    lead = world.replica.record("lead", "l1")
    assert lead is not None
    assert (lead["interest"], lead["source"]) == ("乙", "来电")


def test_two_rules_that_fight_are_stopped_and_named(world: World, anna: Pusher) -> None:
    publish(world, after("phone", put("interest", "甲")), after("phone", put("interest", "乙")))
    anna.create("lead", "l1", LEAD)
    anna.change("lead", "l1", phone="13800138000")
    anna.push()
    lead = world.replica.record("lead", "l1")
    assert lead is not None
    assert lead["interest"] == "甲"
    halted = [why.halted for one in told(world) if (why := why_from(one["why"])).halted]
    assert [one.zh for one in halted] == ["与规则「规则0」争写「意向产品」，保留先执行的，没有再改"]


def test_rules_in_a_circle_end_and_nothing_is_lost(world: World, anna: Pusher) -> None:
    publish(
        world,
        after("source", put("interest", "甲"), Action(Do.TASK, title="看[来源]")),
        after("interest", Action(Do.SET, field="source", value="乙")),
    )
    anna.create("lead", "l1", LEAD)
    anna.change("lead", "l1", source="丙")
    anna.push()
    lead = world.replica.record("lead", "l1")
    assert lead is not None
    assert lead["interest"] == "甲"
    fired = sorted(str(one["rule"]) for one in told(world))
    assert fired == ["rule-0", "rule-1"]
    assert len(world.replica.find(Query("task"))) == 1


def test_a_long_chain_of_rules_is_cut_and_says_so(world: World, anna: Pusher) -> None:
    names = ("phone", "source", "interest", "province", "city", "district", "email", "grade")
    values = {name: "x" for name in names} | {"email": "a@b.cn", "grade": "A"}
    steps = [after(a, put(b, values[b])) for a, b in pairwise(names)]
    publish(world, *steps)
    anna.create("lead", "l1", {"name": "林女士", "stage": "captured", "owner": ANNA})
    anna.change("lead", "l1", phone="13800138000")
    anna.push()
    lead = world.replica.record("lead", "l1")
    assert lead is not None
    assert lead["city"] == "x"
    assert lead["district"] is None
    halted = [why.halted.zh for one in told(world) if (why := why_from(one["why"])).halted]
    assert halted == ["规则连锁超过 4 层，已停止，请检查规则是否互相触发"]


def test_a_set_on_trial_binds_one_team_only(world: World, anna: Pusher, tmp_path: Path) -> None:
    publish(world, after("phone", put("interest", "甲")), trial_team="team-north")
    carl = a_pusher(world, tmp_path, an_actor("user-carl"), node="2" * 16)
    for who, lead in ((anna, "l1"), (carl, "l2")):
        who.create("lead", lead, LEAD | {"owner": who.actor.user_id, "visited_pages": []})
        who.change("lead", lead, phone="13800138000")
        who.push()
    carl.replica.close()
    found = [world.replica.record("lead", one) for one in ("l1", "l2")]
    assert [one and one["interest"] for one in found] == ["甲", None]


# -- clocks ------------------------------------------------------------------------------------


def test_a_quote_without_an_answer_is_asked_about_after_72_hours(
    world: World, anna: Pusher
) -> None:
    anna.create("customer", "c1", a_customer(owner=ANNA))
    for number in (1, 2):
        values = {"action": "quoted", "happened_at": world.server.clock.iso(), "owner": ANNA}
        customer = {"customer": "c1"} if number == 1 else {}
        anna.create("follow_up", f"f{number}", values | customer)
    anna.push()
    timed = Timed(world.server)
    world.time.advance(hours=71, minutes=59)
    assert timed.look() == 0
    world.time.advance(minutes=2)
    assert timed.look() == 2
    asked = "请确认客户是否收到报价单？建议电话确认"
    (first, _) = world.replica.find(Query("task", Test("title", Op.EQ, asked)))
    assert (first["owner"], first["customer"]) == (ANNA, "c1")
    # Another process, and one that begins anew: nothing a second time.
    world.time.advance(minutes=2)
    assert Timed(world.server).look() == 0
    assert timed.look() == 0


def test_an_answer_meanwhile_makes_asking_needless(world: World, anna: Pusher) -> None:
    anna.create("customer", "c1", a_customer(owner=ANNA))
    quoted = {"action": "quoted", "happened_at": world.server.clock.iso(), "customer": "c1"}
    anna.create("follow_up", "f1", quoted | {"owner": ANNA})
    world.time.advance(hours=30)
    answer = {"action": "called", "happened_at": world.server.clock.iso(), "customer": "c1"}
    anna.create("follow_up", "f2", answer | {"owner": ANNA})
    anna.push()
    world.time.advance(hours=50)
    assert Timed(world.server).look() == 0


@pytest.mark.parametrize(("days", "times"), [(31, 0), (30, 1), (10, 1), (-1, 0)])
def test_a_contract_that_ends_within_thirty_days_is_renewed(
    world: World, anna: Pusher, days: int, times: int
) -> None:
    ends = (world.time.moment + timedelta(days=days)).date().isoformat()
    anna.create("customer", "c1", a_customer(owner=ANNA, contract_end=ends))
    anna.push()
    assert Timed(world.server).look() == times
    found = world.replica.find(Query("task", Test("owner", Op.EQ, ANNA)))
    title = f"联系北京协和医院续约：合同 {ends} 到期"
    assert [one["title"] for one in found] == [title] * times


def test_birthdays_of_the_month_are_told_on_its_first_day(world: World, anna: Pusher) -> None:
    for name, birthday in (("王老师", "1980-04-09"), ("李老师", "1990-05-01"), ("周老师", None)):
        anna.create("contact", name[0], {"name": name, "birthday": birthday, "owner": ANNA})
    anna.push()
    timed = Timed(world.server)
    assert timed.look() == 0
    world.time.advance(days=30)  # 1 April, half past nine.
    assert timed.look() == 1
    (task,) = world.replica.find(Query("task"))
    assert str(task["title"]) == "给王老师送生日祝福（1980-04-09）"
    assert str(task["remark"]).startswith("尊敬的王老师：生日快乐！")


def test_an_overdue_promise_reaches_whoever_leads(world: World, anna: Pusher) -> None:
    due = iso_moment(world.time.moment)
    for number, state in ((1, "open"), (2, "done")):
        task = {"title": "寄样品", "kind": "promise", "state": state, "due_at": due}
        anna.create("task", f"t{number}", task | {"owner": ANNA})
    anna.push()
    world.time.advance(hours=24)
    assert Timed(world.server).look() == 1
    (told_of,) = world.replica.find(Query("task", Test("kind", Op.EQ, "reminder")))
    assert (told_of["title"], told_of["owner"]) == ("承诺逾期一天：寄样品（anna）", "user-boss")


def test_what_follows_from_a_clock_is_the_owners_and_from_an_act_its_authors(
    world: World, anna: Pusher
) -> None:
    timed = Automation(Trigger(On.MOMENT, field="received_at", hours=1), (put("need", "learn"),))
    author = Action(Do.TASK, title="[日期]", whom=Whom.AUTHOR, due_hours=2)
    publish(world, timed, after("need", put("interest", "监护仪")), after("interest", author))
    ben: dict[str, object] = {"owner": "user-ben", "received_at": world.server.clock.iso()}
    for lead in ("l1", "l2"):
        anna.create("lead", lead, {**LEAD, **ben})
    anna.change("lead", "l2", need="trial")
    done = world.time.moment
    world.time.advance(minutes=30)
    anna.push()
    [task] = world.replica.find(Query("task"))
    assert (task["owner"], task["due_at"]) == (ANNA, iso_moment(done + timedelta(hours=2)))
    world.time.advance(hours=1)
    Timed(world.server).look()
    found = {one["lead"]: one["owner"] for one in world.replica.find(Query("task"))}
    assert found == {"l1": "user-ben", "l2": ANNA}


# -- rules that cannot work --------------------------------------------------------------------


def test_rules_with_deleted_fields_or_people_are_passed_over(world: World, anna: Pusher) -> None:
    gone = When(Test("x_gone", Op.EQ, "1"))
    publish(
        world,
        Automation(Trigger(On.CREATED), (put("grade", "A"),), gone),
        Automation(Trigger(On.CREATED), (put("x_gone", "1"),)),
        after("phone", Action(Do.TASK, title="看", whom=Whom.USER, user="nobody")),
        after("phone", put("source", "来电")),
    )
    anna.create("lead", "l1", LEAD)
    anna.change("lead", "l1", phone="13800138000")
    anna.push()
    assert [one["rule"] for one in told(world)] == ["rule-3"]
    rules = world.replica.rules
    assert isinstance(rules, Automating)
    with world.replica.write(SERVER_ACTOR) as (unit, _):
        passed = rules.engine(unit, ()).index.passed
    places = [(one.rule.id, one.problems[0].place) for one in passed]
    assert places == [("rule-0", "when"), ("rule-1", "actions[0].field")]


def test_who_was_offline_for_days_is_still_asked_about(world: World, anna: Pusher) -> None:
    """Row 3.10: the 72 hours were over before the server heard of the quote."""
    timed = Timed(world.server)
    timed.look()
    quoted = iso_moment(world.time.moment - timedelta(hours=90))
    anna.create("follow_up", "f1", {"action": "quoted", "happened_at": quoted, "owner": ANNA})
    long_ago = iso_moment(world.time.moment - timedelta(days=30))
    anna.create("follow_up", "f2", {"action": "quoted", "happened_at": long_ago, "owner": ANNA})
    anna.push()
    world.time.advance(minutes=2)
    assert timed.look() == 1
    # What else is written of it later makes no second one.
    anna.change("follow_up", "f1", next_step="再等等")
    anna.push()
    world.time.advance(minutes=2)
    assert timed.look() == 0
    [fired] = told(world)
    assert fired["record"] == "f1"


def test_a_rule_that_waits_for_something_else_looks_back_again(
    world: World, anna: Pusher
) -> None:  # fmt: skip
    def after(hours: float) -> Automation:
        trigger = Trigger(On.MOMENT, field="received_at", hours=hours)
        return Automation(trigger, (Action(Do.TASK, title="回电"),))

    publish(world, after(48))
    timed = Timed(world.server)
    anna.create("lead", "l1", {**LEAD, "received_at": iso_moment(world.time.moment)})
    anna.push()
    world.time.advance(hours=5)
    assert timed.look() == 0
    publish(world, after(3))
    world.time.advance(minutes=2)
    assert timed.look() == 1
    world.time.advance(hours=48)
    assert timed.look() == 0


def test_what_follows_from_what_followed_is_of_the_same_act(world: World, anna: Pusher) -> None:
    """A rule writes what the score rests on, and the server scores: nobody is told twice."""
    said = (
        Automation(Trigger(On.CHANGED), (Action(Do.TASK, title="看看"),)),
        Automation(
            Trigger(On.CHANGED, fields=("interest",)),
            (Action(Do.SET, field="need", value="trial"),),
        ),
    )
    trial = When(Test("need", Op.EQ, "trial"))
    model = Scoring((Factor("trial", Label("想试用", "Trial"), trial, 70),))
    rules = [
        *(Document(f"r{n}", KIND, Label("规则", "R"), "lead", one) for n, one in enumerate(said)),
        Document("model", "score", Label("评分", "Score"), "lead", model),
    ]
    with world.replica.write(SERVER_ACTOR) as (unit, _):
        body, now = written_set(RuleSet(rules)), world.server.clock.iso()
        unit.create("rule_version", {"name": "试", "published_at": now, "body": body})
    anna.create("lead", "l1", LEAD)
    anna.push()
    before = {str(one["id"]) for one in told(world)}
    anna.change("lead", "l1", interest="监护仪")
    anna.push()
    fired = [str(one["rule"]) for one in told(world) if one["id"] not in before]
    assert sorted(fired) == ["r0", "r1"]
    [lead] = world.replica.find(Query("lead"))
    assert (lead["score"], lead["grade"]) == (70, "A")
