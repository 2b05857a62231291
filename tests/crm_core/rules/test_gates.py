"""Gates of stages: each opens exactly with what it asks for, and says what is missing."""

import pytest

from crm_core.model.entities import builtin_registry
from crm_core.rules.gates import (
    GATES,
    STAGES,
    STALE_DAYS,
    anchor_of,
    blocker,
    missing,
    on_the_way,
    requirements,
)

DEMO = requirements("opportunity", "demo")


def test_a_demo_needs_two_decision_makers_a_budget_and_minutes() -> None:
    """Row 4.2, with the test vector of one decision maker."""
    found = missing(DEMO, {"amount": None}, {"decisions": 1})
    assert [one.sentence("zh") for one in found] == [
        "决策人参与至少 2 位 (1/2)", "预算范围已确认（金额）", "演示的会议纪要",
    ]  # fmt: skip
    assert missing(DEMO, {"amount": 500}, {"decisions": 2, "minutes": 1}) == ()
    assert [m.requirement.id for m in missing(DEMO, {"amount": 500}, {"decisions": 9})] == [
        "minutes"
    ]


def test_the_blocker_is_one_sentence_with_how_long() -> None:
    stage = next(s for s in STAGES["opportunity"] if s.code == "demo")
    lacking = missing(DEMO, {"amount": 1}, {"decisions": 1, "minutes": 1})
    assert blocker(stage, lacking, days=3, language="zh") == (
        "在「产品演示」已 3 天，还差：决策人参与至少 2 位 (1/2)。"
    )
    assert "for 3 days; missing: at least 2" in blocker(stage, lacking, days=3, language="en")


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
    assert [one.id for one in on_the_way("opportunity", before, after)] == asked


def test_gates_name_fields_stages_and_links_that_exist() -> None:
    registry = builtin_registry()
    for name, by_stage in GATES.items():
        entity = registry.entity(name)
        codes = {choice.code for choice in STAGES[name]}
        assert set(by_stage) | set(STALE_DAYS[name]) <= codes
        link, _ = anchor_of(name, {"id": "x", "customer": "y"})
        for one in (each for several in by_stage.values() for each in several):
            assert bool(one.field) is not bool(one.entity)
            if one.field:
                assert entity.find(one.field) is not None
            else:
                related = registry.entity(one.entity)
                assert related.find(link) is not None
                assert all(related.find(field) is not None for field in one.initial)
