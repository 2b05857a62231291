"""The value report: before and after computed, shares that are shares, and what nobody recorded."""

from datetime import UTC, date, datetime

import pytest

from crm_core.insight.points import ledger
from crm_core.insight.value_report import (
    Campaign,
    Cared,
    Line,
    Side,
    campaign_line,
    churn_line,
    nps_of,
    period_of,
    quarter_of,
    reuse_line,
)
from crm_core.model.schema import Label


@pytest.mark.parametrize(
    ("day", "back", "quarter"),
    [
        (date(2026, 1, 1), 0, (2026, 1)),
        (date(2026, 1, 1), 1, (2025, 4)),
        (date(2026, 12, 31), 0, (2026, 4)),
        (date(2026, 5, 1), 5, (2025, 1)),
    ],
)
def test_quarters(day: date, back: int, quarter: tuple[int, int]) -> None:
    assert quarter_of(day, back) == quarter


def test_a_quarter_begins_in_china() -> None:
    found = period_of(2025, 4)
    assert found.start == datetime(2025, 9, 30, 16, tzinfo=UTC)
    assert found.end == datetime(2025, 12, 31, 16, tzinfo=UTC)


def test_churn_avoided_is_a_difference_of_rates() -> None:
    line = churn_line(Cared(10, 1, 10, 3), Cared(20, 1, 10, 4))
    assert line.before.value == pytest.approx(2.0)
    assert line.after.value == pytest.approx(7.0)
    assert line.difference == pytest.approx(5.0)
    assert line.better
    few = churn_line(Cared(4, 0, 10, 3), Cared(10, 5, 10, 1))
    assert few.before.value is None, "four are too few"
    assert few.after.value == 0, "never negative"
    assert few.difference is None
    assert few.better is None


def test_changes_are_of_unrounded_values_and_savings_are_before_minus_after() -> None:
    """Rows 6.8 and 7.6, decisions 2 and 5: 161 min → 48 min is −70.2 %, not the −70.1 % of the
    printed 2.68 h → 0.8 h."""
    hours = Label("小时", "h")
    line = Line("x", hours, hours, Side(161 / 60), Side(48 / 60), low_is_good=True)
    assert line.percent == pytest.approx(-70.186, abs=0.001)
    assert line.difference == pytest.approx(-113 / 60)
    assert line.better
    assert Line("x", hours, hours, Side(0.0), Side(1.0)).percent is None


def test_hours_rest_on_an_assumption_that_is_shown() -> None:
    line = reuse_line(0, 50, 6)
    assert line.before.value is None
    assert line.after.value == 5.0
    assert "6 分钟" in line.note.zh


def test_campaigns_are_revenue_by_cost_or_not_recorded() -> None:
    line = campaign_line((), (Campaign("摇号", 100_00, 350_00), Campaign("展会", 100_00, 0)))
    assert line.after.value == 1.75
    assert (line.after.numerator, line.after.denominator) == (350, 200)
    nothing = campaign_line((), ())
    assert nothing.after.value is None
    assert "没有记录" in nothing.note.zh
    free = campaign_line((), (Campaign("展会", 0, 1),))
    assert free.after.value is None


def test_nps() -> None:
    assert nps_of([10, 9, 9, 7, 3]).value == 40
    assert nps_of([10, 9, 9, 7]).value is None
    assert nps_of([10, 9, 9, 7, 99]).value is None, "99 is no score"


def test_the_ledger_adds_up_and_a_praise_is_a_star() -> None:
    found = ledger("wang", profiles=3, own_cases=("a", "b"), praised=1)
    assert found.points == 3 * 5 + 2 * 10
    assert [badge.zh for badge in found.badges] == ["服务之星"]
    nothing = ledger("wang", profiles=0, own_cases=(), praised=0)
    assert (nothing.points, nothing.badges) == (0, ())
