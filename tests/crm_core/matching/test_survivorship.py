"""Which record stays and whose values: the rules, and that nothing is lost by them."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from crm_core.matching.survivorship import (
    RULES,
    Member,
    compared,
    empty,
    suggested_survivor,
    suggestions,
)
from crm_core.model.entities import builtin_registry
from crm_core.model.values import Value

CUSTOMER = builtin_registry().entity("customer")
LEAD = builtin_registry().entity("lead")


def a_member(*, created: str = "b", related: int = 0, at: str = "", **values: Any) -> Member:
    return Member(values, dict.fromkeys(values, at), created, related)


def chosen(*members: Member, survivor: int = 0) -> dict[str, tuple[Value, int | None]]:
    found = suggestions(CUSTOMER, members, survivor)
    return {one.field: (one.value, one.source) for one in found}


def test_the_one_under_which_most_hangs_stays_then_the_fullest_then_the_oldest() -> None:
    poor, rich = a_member(name="甲"), a_member(name="甲", city="上海")
    assert suggested_survivor(CUSTOMER, [poor, rich]) == 1
    assert suggested_survivor(CUSTOMER, [a_member(name="甲", related=3), rich]) == 0
    assert suggested_survivor(CUSTOMER, [rich, a_member(name="甲", city="上海", created="a")]) == 1


def test_each_field_goes_by_its_own_rule() -> None:
    first = a_member(name="瑞金", phone="1", level="B", tags=["甲"], city="上海", at="3")
    second = a_member(
        name="上海瑞金医院",
        phone="2",
        level="A",
        tags=["乙", "甲"],
        city="沪",
        address="路 1",
        at="5",
    )
    assert chosen(first, second) == {
        "name": ("上海瑞金医院", 1), "phone": ("2", 1), "level": ("A", 1), "address": ("路 1", 1),
        "city": ("上海", 0), "tags": (["甲", "乙"], None),
    }  # fmt: skip


def test_a_lead_keeps_the_source_that_is_trusted_most() -> None:
    ad, friend = a_member(source="抖音直播-0301"), a_member(source="老客户转介绍")
    (source,) = suggestions(LEAD, [ad, friend], 0)
    assert (source.value, source.differs) == ("老客户转介绍", True)


def test_every_rule_is_about_a_field_there_is() -> None:
    for name, rules in RULES.items():
        entity = builtin_registry().entity(name)
        assert set(rules) <= {spec.name for spec in compared(entity)}


VALUES = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["", "甲", "甲乙", "丙"]),
        "phone": st.sampled_from([None, "", "1", "2"]),
        "level": st.sampled_from([None, "A", "C", "?"]),
        "tags": st.lists(st.sampled_from(["甲", "乙"]), unique=True),
        "annual_purchase": st.sampled_from([None, 1, 100]),
    }
)


@given(st.lists(VALUES, min_size=2, max_size=4), st.integers(0, 3))
def test_what_any_of_them_has_is_never_lost(values: list[dict[str, Value]], place: int) -> None:
    members = [Member(one) for one in values]
    found = chosen(*members, survivor=place % len(members))
    for name in values[0]:
        having = [one[name] for one in values if not empty(one[name])]
        assert (name in found) is bool(having)
        if having and name != "tags":
            assert found[name][0] in having
        elif having:
            assert set(found[name][0]) == {tag for tags in having for tag in tags}  # type: ignore[arg-type, union-attr]
