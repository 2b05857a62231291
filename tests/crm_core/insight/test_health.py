"""Health explains itself: the score is 100 minus what its signs cost."""

from hypothesis import given
from hypothesis import strategies as st

from crm_core.insight.health import CustomerFacts, customer_health, pace


@given(
    st.one_of(st.none(), st.integers(0, 1000)),
    st.integers(0, 20),
    st.integers(0, 20),
    st.booleans(),
)
def test_the_score_is_its_signs(
    days: int | None, promises: int, tasks: int, something: bool
) -> None:
    found = customer_health(CustomerFacts(days, promises, tasks, something))
    assert found.score == max(0, 100 - sum(sign.cost for sign in found.signs))
    assert found.explained("zh").count("\n") == len(found.signs) - 1
    worse = customer_health(CustomerFacts(days, promises + 1, tasks, something))
    assert worse.score <= found.score


def test_tones_go_from_well_to_in_trouble() -> None:
    assert customer_health(CustomerFacts(0, something_next=True)).tone == "good"
    assert customer_health(CustomerFacts(45)).tone == "warn"
    assert customer_health(CustomerFacts(None, overdue_promises=2)).tone == "bad"
    assert customer_health(CustomerFacts(None, days_known=0)).tone == "good", "made just now"
    assert customer_health(CustomerFacts(None, days_known=90)).tone == "bad"
    assert [pace(d, 14, overdue=False) for d in (None, 13, 14, 28)] == [
        "good", "good", "warn", "bad",
    ]  # fmt: skip
    assert pace(0, 14, overdue=True) == "bad"
    assert pace(900, None, overdue=False) == "good"
