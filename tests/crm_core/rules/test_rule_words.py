"""Rules as sentences in both languages, what differs in words, and what is gone said in place."""

import re
from dataclasses import replace

import pytest

from crm_core.model.entities import builtin_registry
from crm_core.model.query import (
    Ago,
    All,
    Condition,
    Not,
    Op,
    Start,
    Test,
    Unit,
)
from crm_core.model.query import Any as AnyOf
from crm_core.model.schema import Label
from crm_core.rules.bodies import troubles, written_place
from crm_core.rules.difference import Turn, change_sentence, difference
from crm_core.rules.documents import Document, When
from crm_core.rules.firing.automations import Action, Automation, Do, On, Related, Trigger, Whom
from crm_core.rules.kinds import BODIES
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.stocked.shipped import SHIPPED
from crm_core.rules.wording.change_words import change_words
from crm_core.rules.wording.condition_words import condition_words
from crm_core.rules.wording.form_words import PARTS, part_of
from crm_core.rules.wording.rule_words import sentence_of
from crm_core.rules.wording.speaking import Speaker

REGISTRY = builtin_registry()
PEOPLE = {("user", "u-wang"): "王敏"}


def named(entity: str, record_id: str) -> str | None:
    """What the records of these tests are called."""
    return PEOPLE.get((entity, record_id))


CHINESE, ENGLISH = (Speaker(REGISTRY, language, named) for language in ("zh_CN", "en"))


def automation(**parts: object) -> Document[Automation]:
    """A rule about leads that tags what comes from Douyin."""
    body = Automation(
        Trigger(On.CREATED), (Action(Do.TAG, tag="直播"),),
        When(Test("source", Op.EQ, "抖音")),
    )  # fmt: skip
    return Document("auto-1", "automation", Label("抖音", "Douyin"), "lead", replace(body, **parts))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("condition", "zh", "en"),
    [
        (All(), "", ""),
        (AnyOf(), "从不", "never"),
        (Test("need", Op.EQ, None), "需求类型 为空", "Need is empty"),
        (Not(Test("need", Op.EQ, None)), "需求类型 不为空", "Need is not empty"),
        (Test("tags", Op.HAS, "急"), "标签 含有 急", "Tags has 急"),
        (Not(Test("tags", Op.HAS, "急")), "标签 不含 急", "Tags has not 急"),
        (Test("received_at", Op.LT, Ago(48)), "获取时间 已过 48 小时",
         "Received is more than 48 hours ago"),
        (Test("received_at", Op.GE, Ago(-72)), "获取时间 还有 3 天以上",
         "Received is more than 3 days ahead"),
        (All((Test("received_at", Op.GE, Start(Unit.WEEK, 0, moment=True)),
              Test("received_at", Op.LT, Start(Unit.WEEK, 1, moment=True)))),
         "获取时间 在本周", "Received is this week"),
        (Test("budget", Op.GE, 5_000_000), "预算 至少 ¥50,000", "Budget is at least ¥50,000"),
        (Test("owner", Op.EQ, "u-wang"), "负责人 是 王敏", "Owner is 王敏"),
        (All((Test("stage", Op.IN, ("captured", "won")),
              AnyOf((Test("city", Op.EQ, "苏州"), Test("city", Op.EQ, "南京"))))),
         "阶段 是 线索获取、签约转化，且（城市 是 苏州 或 城市 是 南京）", ""),
    ],
)  # fmt: skip
def test_a_condition_reads_as_people_say_it(condition: Condition, zh: str, en: str) -> None:
    lead = REGISTRY.entity("lead")
    assert condition_words(condition, lead, "zh_CN", named) == zh
    if en or not zh:
        assert condition_words(condition, lead, "en", named) == en


def test_a_rule_is_one_sentence() -> None:
    assert sentence_of(automation(), CHINESE) == "当 线索 新建，且 来源 是 抖音 → 打标签「直播」"
    said = sentence_of(automation(), ENGLISH)
    assert said.startswith("When a lead is created and Source is 抖音")
    task = Action(Do.TASK, title="回访 [姓名]", due_hours=2, whom=Whom.USER, user="u-wang")
    rule = automation(trigger=Trigger(On.STAGE, after=("won",)), actions=(task,), when=When())
    assert sentence_of(rule, CHINESE) == (
        "当 线索 进入「签约转化」 → 给 王敏 建任务「回访 [姓名]」，2 小时内"
    )


@pytest.mark.parametrize("speaker", [CHINESE, ENGLISH], ids=["zh", "en"])
def test_everything_that_ships_has_a_sentence_without_a_gap(speaker: Speaker) -> None:
    labels = {one.id: one.label for one in SHIPPED}
    speaker = replace(speaker, rules=labels)
    for one in SHIPPED:
        said = sentence_of(one, speaker)
        assert said.strip()
        # Fields of an industry template come with it.
        assert "⚠" not in re.sub(r"⚠[^「“⚠]*[「“]x_", "", said), one.id
        found = [t for t in troubles(one, REGISTRY, named) if "x_" not in t.label.zh]
        assert found == [], one.id


def test_what_is_gone_is_said_in_its_place() -> None:
    condition = All((Test("x_gone", Op.EQ, "1"), Test("owner", Op.EQ, "u-left"),
                     Test("grade", Op.EQ, "Z")))  # fmt: skip
    rule = automation(when=When(condition))
    found = troubles(rule, REGISTRY, named)
    assert [written_place(one.place) for one in found] == ["when"] * 3
    assert [one.label.zh[:2] for one in found] == ["没有", "「负", "「等"]
    assert "⚠没有字段「x_gone」" in sentence_of(rule, CHINESE)
    nowhere = Document("r", "automation", Label("x", "x"), "spaceship", rule.body)
    assert [one.place for one in troubles(nowhere, REGISTRY, named)] == [()]
    assert sentence_of(nowhere, CHINESE)


def test_conditions_on_other_records_are_looked_at_as_theirs() -> None:
    related = Related("customer", When(Test("level", Op.EQ, "A")))
    assert troubles(automation(related=(related,)), REGISTRY, named) == []
    wrong = Related("customer", When(Test("grade", Op.EQ, "A")))
    [found] = troubles(automation(related=(wrong,)), REGISTRY, named)
    assert written_place(found.place) == "related[0].when"


def test_what_differs_is_said_field_by_field() -> None:
    before = automation()
    after = automation(actions=(Action(Do.TAG, tag="抖音"),), once=True)
    added = replace(automation(), id="auto-2", label=Label("新的", "New"))
    changes = difference(RuleSet([before]), RuleSet([replace(after, active=False), added]))
    assert [(one.turn, one.document.id) for one in changes] == [
        (Turn.CHANGED, "auto-1"), (Turn.ADDED, "auto-2"),
    ]  # fmt: skip
    said = [
        change_sentence(one, "zh", lambda rule, field, _: change_words(rule, field, CHINESE))
        for one in changes
    ]
    assert said[1] == "新增「新的」"
    for part in ("启用 是 → 否", "就 1 · 标签 直播 → 抖音", "每条记录只执行一次 否 → 是"):
        assert part in said[0]
    [removed] = difference(RuleSet([before]), RuleSet([]))
    assert removed.turn is Turn.REMOVED
    assert difference(RuleSet([before]), RuleSet([before])) == ()


def test_parts_that_have_words_are_parts_of_bodies() -> None:
    """A field that was renamed must not leave its words behind."""
    import dataclasses
    import sys

    for name in PARTS:
        module, owner, field = name.split(".")
        loaded = sys.modules.get(f"crm_core.rules.{module}")
        if loaded is not None:
            names = {one.name for one in dataclasses.fields(getattr(loaded, owner))}
            assert field in names, name
    for body in BODIES.values():
        for one in dataclasses.fields(body):
            assert part_of(body, one.name).label.zh
