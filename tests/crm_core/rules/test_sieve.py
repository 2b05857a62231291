"""A sieve of rules lets through every rule that fires: asked through it is asked one by one."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from crm_core.model.query import All, Condition, Not, Op, Test, matches
from crm_core.model.query import Any as AnyOf
from crm_core.rules.firing.compiled import compiled
from crm_core.rules.firing.sieve import Sieve
from crm_core.rules.firing.sweeping import Sheet, swept

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
TEXT = st.text("aAb价格É\u212a\ud800", max_size=3)
PLAIN = st.one_of(st.none(), st.booleans(), st.integers(0, 2), TEXT)
RECORDS = st.fixed_dictionaries(
    {}, optional={"x": PLAIN, "y": TEXT, "z": st.lists(TEXT, max_size=3)}
)
TESTS = st.builds(
    Test,
    st.sampled_from(("x", "y", "z", "gone")),
    st.sampled_from(Op),
    st.one_of(PLAIN, st.lists(TEXT, max_size=3).map(tuple)),
)
CONDITIONS = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda some: All(tuple(some))),
        st.lists(inner, max_size=3).map(lambda some: AnyOf(tuple(some))),
        inner.map(Not),
    ),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(CONDITIONS, max_size=12), st.lists(RECORDS, min_size=1, max_size=4))
def test_what_holds_is_let_through_in_order(
    conditions: list[Condition], some: list[Mapping[str, object]]
) -> None:
    sieve = Sieve(conditions)
    for record in some:
        places = sieve.places(record)  # type: ignore[arg-type]
        assert places == sorted(set(places))
        every = [at for at, one in enumerate(conditions) if matches(one, record, NOW)]  # type: ignore[arg-type]
        through = [at for at in places if compiled(conditions[at])(record, NOW)]  # type: ignore[arg-type]
        assert through == every


@settings(max_examples=300, deadline=None)
@given(CONDITIONS, st.lists(RECORDS, max_size=8))
def test_many_are_swept_as_they_are_asked_one_by_one(
    condition: Condition, some: list[Mapping[str, object]]
) -> None:
    found = swept(condition)(Sheet(some), None)  # type: ignore[arg-type]
    assert sorted(found) == [n for n, one in enumerate(some) if matches(condition, one, NOW)]  # type: ignore[arg-type]


def test_of_ten_thousand_only_those_meant_are_asked() -> None:
    rest = Test("phone", Op.NE, None)
    by_value = Sieve([All((rest, Test("city", Op.EQ, f"城{n}"))) for n in range(10_000)])
    assert by_value.places({"city": "城77", "phone": "1"}) == [77]
    by_word = Sieve([All((Test("name", Op.CONTAINS, f"词{n}号"), rest)) for n in range(10_000)])
    assert by_word.places({"name": "说到词77号了"}) == [77]
    either = AnyOf((Test("city", Op.EQ, "城77"), Test("name", Op.CONTAINS, "词77号")))
    assert Sieve([either]).places({"city": "北京", "name": "仁济医院"}) == []
    begun = time.process_time()
    for _ in range(200):
        by_value.places({"city": "北京"})
        by_word.places({"name": "仁济医院设备科的张主任"})
    sifted, begun = time.process_time() - begun, time.process_time()
    name = "仁济医院设备科的张主任"
    assert not any(f"词{n}号" in name for n in range(10_000))
    assert sifted / 200 < time.process_time() - begun, "one by one, and only by words"
