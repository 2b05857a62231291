"""Stages as data: written and read, in order, asked, taken away, and moving on by themselves."""

from dataclasses import replace

import pytest

from crm_core.model.entities import builtin_registry
from crm_core.model.query import Op, Test
from crm_core.model.schema import Label
from crm_core.rules.documents import Document, RuleProblem, When, read_body, written_body
from crm_core.rules.gates import missing
from crm_core.rules.published import read_set, written_set
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.stage_plan import StagePlan, blocker, offered, plan_of, span_words
from crm_core.rules.stages import AutoMove, Exit, StageBody
from tests.builders import START
from tests.stage_sets import POC, laid_over

REGISTRY = builtin_registry()
DEAL = "opportunity"


def plan(rules: RuleSet) -> StagePlan:
    return plan_of(rules, REGISTRY)


def test_the_stages_of_a_trade_come_between_those_that_ship_and_ask_for_their_ticks() -> None:
    """Rows 4.1 and 4.4: POC of 72 hours with three touchpoints; evidence for the environment."""
    made = plan(read_set(written_set(laid_over())))
    assert made.codes(DEAL) == [
        "contact", "need", "demo", "poc", "proposal", "quote", "negotiate", "won", "lost",
    ]  # fmt: skip
    poc = made.named(DEAL, "poc")
    assert poc.standard_hours == 72
    assert [one.label.zh for one in poc.asked] == ["环境部署确认", "首轮测试报告", "问题清单闭环"]
    assert [one.label.zh for one in made.named(DEAL, "negotiate").actions] == [
        "需求确认会召开", "POC 环境交付", "竞品对比报告提交",
    ]  # fmt: skip
    way = made.on_the_way(DEAL, "poc", "quote")
    lacking = missing(way, {"amount": 1}, {"poc.deployed": 1, "poc.report": 1}, START)
    assert [one.requirement.id for one in lacking] == ["poc.issues"]


def test_what_blocks_is_said_with_hours_and_who_has_to_help() -> None:
    """Row 4.13: 他在阶段四卡了 36 小时，因为还差…，需要技术支持介入."""
    made = plan(laid_over())
    poc = made.named(DEAL, "poc")
    lacking = missing(poc.asked, {}, {"poc.deployed": 1, "poc.issues": 1}, START)
    assert blocker(poc, lacking, hours=100, language="zh", who="李维") == (
        "李维在「POC 测试」卡了 4 天，因为还差：首轮测试报告；需要技术支持介入。"
    )
    slow = replace(poc, standard_hours=24)
    assert "卡了 36 小时，因为还差：首轮测试报告；需要技术支持介入" in blocker(
        slow, lacking, hours=36, language="zh"
    )
    assert blocker(poc, lacking, hours=36, language="en") == (
        "In “POC” for 36 hours; missing: first test report."
    )
    assert [span_words(one, "en") for one in (1, 71, 72)] == ["1 hour", "71 hours", "3 days"]


def test_a_stage_that_is_gone_keeps_its_name_asks_for_nothing_and_is_left_by_hand() -> None:
    made = plan(laid_over(without="demo"))
    assert "demo" not in made.codes(DEAL)
    gone = made.named(DEAL, "demo")
    assert gone.retired
    assert gone.label.zh == "产品演示"
    assert made.on_the_way(DEAL, "demo", "quote") == ()
    assert made.beside(DEAL, "demo", 1) == ""
    assert not made.is_back(DEAL, "demo", "contact")
    assert made.named(DEAL, "x_nobody").label.zh == "x_nobody"
    options = {one.code: one.retired for one in offered([laid_over(without="demo")])[DEAL]}
    assert options["demo"]
    assert not options["poc"]
    assert list(options)[-1] == "demo"


def test_the_ends_are_there_whatever_was_published_and_nothing_at_all_is_what_ships() -> None:
    only = RuleSet([Document("s1", "stage", Label("试点", "Pilot"), DEAL, StageBody("pilot"))])
    assert plan(only).codes(DEAL) == ["pilot", "won", "lost"]
    assert plan(RuleSet()).codes("lead")[0] == "captured"
    first = replace(POC[0], body=StageBody("won"), id="s2", position=-5)
    assert plan(RuleSet([*only.documents, first])).codes(DEAL) == ["pilot", "won", "lost"]


def test_what_speaks_of_a_field_that_is_gone_is_asked_of_nobody() -> None:
    """Nobody could ever meet it; and a move that waits for it does not go off for less."""
    exits = (
        Exit("a", Label("床位", "Beds"), field="x_gone"),
        Exit("b", Label("试用", "Trial"), entity="x_thing"),
        Exit("c", Label("大单", "Large"), when=When(Test("x_gone", Op.GT, 5))),
        Exit("d", Label("大单", "Large"), when=When(Test("amount", Op.GT, 5))),
    )
    moves = (AutoMove("won", needs=("a", "d")), AutoMove("won", needs=("d",)))
    body = StageBody("pilot", exits=exits, moves=moves)
    made = plan(RuleSet([Document("s1", "stage", Label("试点", "Pilot"), DEAL, body)]))
    stage = made.named(DEAL, "pilot")
    assert [one.id for one in stage.asked] == ["d"]
    assert [[one.id for one in move.asked] for move in stage.moves] == [["d"]]
    assert missing(stage.asked, {"amount": 6}, {}, START) == ()
    assert len(missing(stage.asked, {"amount": 5}, {}, START)) == 1


def test_a_body_says_where_it_is_wrong() -> None:
    written = written_body(POC[0].body)
    assert read_body(written, StageBody) == POC[0].body
    assert isinstance(written, dict)
    with pytest.raises(RuleProblem) as wrong:
        read_body({**written, "standard_hours": "bald"}, StageBody)
    assert wrong.value.place == "standard_hours"
