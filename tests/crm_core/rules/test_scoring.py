"""Scores by points (row 2.1, the test vectors of section 9), and grades that people decide."""

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

import pytest

from crm_core.model.entities import builtin_registry
from crm_core.model.query import EVERYTHING, Op, Test, fields_tested
from crm_core.model.schema import Label
from crm_core.model.values import Value
from crm_core.rules.documents import When, read_body, written_body
from crm_core.rules.published import SHIPPED_SET
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.score_outlook import outlook, sampled
from crm_core.rules.scoring import (
    BY_HAND,
    Factor,
    Grade,
    Scoring,
    looked_at,
    model_for,
    rewritten,
    score,
    scored,
    with_points,
)
from tests.builders import START

YEAR, LIVE, POLICY = {"tags": ["初三"]}, {"source": "抖音直播"}, {"interest": "升学政策"}


def model(name: str) -> Scoring:
    found = SHIPPED_SET.one(f"score-{name}")
    assert found is not None
    return cast("Scoring", found.body)


def a_lead(*parts: Mapping[str, Value]) -> dict[str, Value]:
    made: dict[str, Value] = {"id": "lead-1", "stage": "captured"}
    for part in parts:
        made.update(part)
    return made


@pytest.mark.parametrize(
    ("lead", "total", "a"),
    [
        (a_lead(YEAR, LIVE), 50, False),
        (a_lead(YEAR, POLICY), 55, False),
        (a_lead(YEAR, LIVE, POLICY), 75, True),
        (a_lead({"tags": ["升学政策"]}, LIVE), 45, False),
        (a_lead({"x_grade": "初三"}, {"need": "trial"}), 55, False),
    ],
)
def test_the_printed_weights_of_education(lead: dict[str, Value], total: int, *, a: bool) -> None:
    verdict = score(model("education"), lead, START)
    assert (verdict.total, verdict.grade == "A") == (total, a)


@pytest.mark.parametrize(
    ("points", "grade"), [(59, "B"), (60, "A"), (30, "B"), (29, "C"), (0, "C")]
)
def test_a_threshold_is_reached_by_its_own_number(points: int, grade: str) -> None:
    one = Factor("all", Label("都算", "Always"), When(EVERYTHING), points)
    assert score(Scoring((one,)), a_lead(), START).grade == grade


def test_sixty_is_reached_in_several_ways_in_every_trade() -> None:
    for name in ("general", "education", "medical", "saas", "fmcg"):
        points = sorted((one.points for one in model(name).factors), reverse=True)
        assert sum(points[1:4]) >= 60, name


def test_shipped_factors_ask_of_fields_that_leads_have() -> None:
    spec = builtin_registry().entity("lead")
    of_templates = {"x_grade"}
    for one in SHIPPED_SET.documents:
        if isinstance(one.body, Scoring):
            for factor in one.body.factors:
                fields = fields_tested(factor.when.condition) - of_templates
                assert all(spec.find(name) for name in fields), factor.id
                assert factor.why is not None


def test_the_sentence_names_each_factor_and_what_it_comes_to() -> None:
    verdict = score(model("education"), a_lead(YEAR, LIVE), START)
    assert verdict.sentence("zh_CN") == "孩子年级＝初三 +30，来源＝抖音直播 +20；合计 50 分，B 级"
    assert verdict.sentence("en").endswith("50 points, grade B")
    lacking = next(one for one in verdict.parts if one.factor.id == "policy")
    assert lacking.sentence("zh_CN") == "诉求＝升学政策（未满足，+25）"


def test_the_first_model_that_is_for_a_record_scores_it() -> None:
    schools = replace(model("education"), when=When(Test("industry", Op.EQ, "school")))
    switched = [
        replace(one, active=True, body=schools) if one.id == "score-education" else one
        for one in SHIPPED_SET.documents
    ]
    rules = RuleSet(switched, version="v7")
    found = [model_for(rules, a_lead({"industry": i}), START) for i in ("school", "dealer")]
    assert [one.id for one in found if one] == ["score-education", "score-general"]
    assert {"industry", "source", "grade_reason"} <= looked_at(rules)
    verdict = scored(rules, a_lead({"industry": "school"}), START)
    assert verdict is not None
    assert (verdict.model, verdict.version) == ("score-education", "v7")
    assert scored(RuleSet(), a_lead(), START) is None


def test_a_grade_somebody_decided_stays_and_every_other_follows_the_score() -> None:
    verdict = score(model("education"), a_lead(YEAR, LIVE, POLICY), START)
    new = rewritten(verdict, a_lead(), by_hand=False)
    assert new == {"score": 75, "grade": "A"}
    assert rewritten(verdict, a_lead(new), by_hand=False) == {}
    given = a_lead({"grade": "C", "score": 10})
    assert rewritten(verdict, given, by_hand=False) == {"score": 75, "grade": "A"}
    assert rewritten(verdict, given, by_hand=True) == {"score": 75, "grade_reason": BY_HAND}
    old = a_lead({"grade": "C"})
    assert rewritten(verdict, old, by_hand=False) == {"score": 75, "grade_reason": BY_HAND}
    reasoned = a_lead({"grade": "C", "score": 75, "grade_reason": "校长的侄子"})
    assert rewritten(verdict, reasoned, by_hand=True) == {}


def test_moving_a_slider_says_who_would_change_grade() -> None:
    leads = [
        a_lead(YEAR, LIVE, {"id": "one", "grade": "B", "score": 50}),
        a_lead(YEAR, {"id": "two", "grade": "B", "score": 30}),
        a_lead(YEAR, LIVE, {"id": "three", "grade": "C", "grade_reason": "家长说只是问问"}),
    ]
    old = model("education")
    new = with_points(old, {"live": 35})
    found = outlook(sampled(new, leads, START), new, old)
    assert [(one.id, one.before, one.after) for one in found.moves] == [("one", "B", "A")]
    assert (found.before, found.after) == ({"B": 2, "C": 1}, {"A": 1, "B": 1, "C": 1})
    assert (found.scores_after, found.decided) == ((65, 30, 65), 1)


def test_a_model_is_read_as_it_was_written() -> None:
    for one in SHIPPED_SET.documents:
        assert read_body(written_body(one.body), type(one.body)) == one.body
    own = Scoring(grades=(Grade("S", 90), Grade("A", 60)))
    assert score(own, a_lead(), START).grade == ""
