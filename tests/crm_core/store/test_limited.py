"""Limits of measures as rules: what ships is what the measures say, what a company says counts."""

from dataclasses import replace

import pytest

from crm_core.insight.catalogue import MEASURES
from crm_core.insight.declared import NEVER_RED
from crm_core.insight.reducing import Sums, value_of
from crm_core.rules.limits import SHIPPED, Limit, Side, problems
from crm_core.rules.published import SHIPPED_SET, read_set, written_set
from crm_core.rules.ruleset import RuleSet
from crm_core.store.measures.limited import limited

FOLLOW = next(one for one in SHIPPED if one.body.measure == "follow_48")


def test_what_ships_is_what_the_measures_say_and_changes_none() -> None:
    assert limited(SHIPPED_SET) == dict(MEASURES)
    reddening = {one.id for one in MEASURES.values() if one.threshold != NEVER_RED}
    assert {one.body.measure for one in SHIPPED} == reddening


@pytest.mark.parametrize(
    ("limit", "red_at_80", "red_at_90"),
    [
        (FOLLOW.body, True, False),  # Row 6.16: red below 85 %.
        (replace(FOLLOW.body, value=95.0), True, True),
        (replace(FOLLOW.body, value=80.0), False, False),
        (replace(FOLLOW.body, value=80.0, included=True), True, False),
        (Limit("follow_48", Side.ABOVE, 85.0), False, True),
    ],
)
def test_a_companys_limit_makes_red(limit: Limit, *, red_at_80: bool, red_at_90: bool) -> None:
    published = read_set(written_set(RuleSet([replace(FOLLOW, body=limit)])))
    measure = limited(published)["follow_48"]
    assert value_of(measure, (), Sums(80, 100, 100)).red is red_at_80
    assert value_of(measure, (), Sums(90, 100, 100)).red is red_at_90


def test_switched_off_nothing_is_red_and_a_next_step_of_ones_own_is_shown() -> None:
    off = limited(RuleSet([replace(FOLLOW, active=False)]))["follow_48"]
    assert off.threshold == NEVER_RED
    said = replace(FOLLOW, body=replace(FOLLOW.body, suggestion="晨会逐条过"))
    assert limited(RuleSet([said]))["follow_48"].suggestion.zh == "晨会逐条过"
    unknown = replace(FOLLOW, body=replace(FOLLOW.body, measure="of_a_newer_program"))
    assert limited(RuleSet([unknown])) == dict(MEASURES)


def test_a_limit_that_is_no_number_is_said() -> None:
    wrong = replace(FOLLOW, body=replace(FOLLOW.body, value=float("nan"), measure=" "))
    assert [one.place for one in problems(wrong)] == ["measure", "value"]
