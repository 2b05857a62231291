"""Gates of stages: each opens exactly with what it asks for, and says what is missing."""

import pytest

from crm_core.model.entities import builtin_registry
from crm_core.rules.gates import anchor_of, missing
from crm_core.rules.published import SHIPPED_SET
from crm_core.rules.stage_plan import STAGED, blocker, plan_of
from tests.builders import START

REGISTRY = builtin_registry()
PLAN = plan_of(SHIPPED_SET, REGISTRY)
DEMO = PLAN.named("opportunity", "demo").asked


def test_a_demo_needs_two_decision_makers_a_budget_and_minutes() -> None:
    """Row 4.2, with the test vector of one decision maker."""
    found = missing(DEMO, {"amount": None}, {"decisions": 1}, START)
    assert [one.sentence("zh") for one in found] == [
        "决策人参与至少 2 位 (1/2)", "预算范围已确认（金额）", "演示的会议纪要",
    ]  # fmt: skip
    assert missing(DEMO, {"amount": 500}, {"decisions": 2, "minutes": 1}, START) == ()
    assert [m.requirement.id for m in missing(DEMO, {"amount": 500}, {"decisions": 9}, START)] == [
        "minutes"
    ]


def test_the_blocker_is_one_sentence_with_how_long() -> None:
    stage = PLAN.named("opportunity", "demo")
    lacking = missing(DEMO, {"amount": 1}, {"decisions": 1, "minutes": 1}, START)
    assert blocker(stage, lacking, hours=74, language="zh") == (
        "在「产品演示」已 3 天，还差：决策人参与至少 2 位 (1/2)。"
    )
    assert "for 3 days; missing: at least 2" in blocker(stage, lacking, hours=74, language="en")


@pytest.mark.parametrize(
    ("before", "after", "asked"),
    [
        ("demo", "quote", ["decisions", "budget", "minutes"]),
        ("need", "quote", ["decision", "decisions", "budget", "minutes"]),
        ("quote", "demo", []),
        ("demo", "lost", []),
        ("lost", "quote", []),
        ("won", "quote", []),
        ("demo", "demo", []),
        ("demo", "nonsense", []),
    ],
)
def test_only_a_way_forwards_asks_and_a_leap_asks_for_all_between(
    before: str, after: str, asked: list[str]
) -> None:
    assert [one.id for one in PLAN.on_the_way("opportunity", before, after)] == asked


def test_gates_name_fields_stages_and_links_that_exist() -> None:
    for name in STAGED:
        entity = REGISTRY.entity(name)
        link, _ = anchor_of(name, {"id": "x", "customer": "y"})
        for one in (each for stage in PLAN.stages(name) for each in stage.asked):
            assert bool(one.field) is not bool(one.entity)
            if one.field:
                assert entity.find(one.field) is not None
            else:
                related = REGISTRY.entity(one.entity)
                assert related.find(link) is not None
                assert all(related.find(field) is not None for field in one.initial)
