"""Does the score mean anything: the line, its intervals, and when there is none."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_core.insight.correlation import Fit, Lack, Point, fit, verdict
from crm_core.model.schema import Label

WEEKS = Label("整周", "weeks")


def points(*pairs: tuple[float, float]) -> list[Point]:
    """Points without names."""
    return [Point(str(n), x, y) for n, (x, y) in enumerate(pairs)]


def made(n: int, noise: float, slope: float = 0.1) -> list[Point]:
    """Points around a line, always the same."""
    chance = random.Random(7)
    xs = [40 + 5 * k for k in range(n)]
    return points(*((x, slope * x + chance.gauss(0, noise)) for x in xs))


def test_a_known_line() -> None:
    """Anscombe's first: r² 0.6665, slope 0.5001, intercept 3.0001."""
    xs = (10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5)
    ys = (8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68)
    found = fit(points(*zip(xs, ys, strict=True)))
    assert isinstance(found, Fit)
    assert (round(found.r2, 4), round(found.slope, 4), round(found.intercept, 4)) == (
        0.6665, 0.5001, 3.0001
    )  # fmt: skip
    # Fisher: z = atanh(0.8164) ± 1.96/√8.
    z = math.atanh(found.r)
    assert math.isclose(found.r2_low, math.tanh(z - 1.959963984540054 / math.sqrt(8)) ** 2)
    assert found.certain
    assert found.slope_low < found.slope < found.slope_high
    assert fit(points(*zip(xs, ys, strict=True))) == found, "the same on every device"


def test_sentences() -> None:
    close = verdict(fit(made(12, 0.3)), WEEKS)
    assert "12 个整周：R² = 0.9" in close.zh
    assert "每高 10 分，约多 1.0 单" in close.zh
    assert "Ten points more go with" in close.en
    unsure = verdict(fit(made(12, 9.0, 0.0)), WEEKS)
    assert "区间包含 0" in unsure.zh
    wrong = verdict(fit(made(12, 0.3, -0.1)), WEEKS)
    assert "方向相反" in wrong.zh


@pytest.mark.parametrize(
    ("given_", "lack"),
    [
        ([], Lack.FEW),
        (made(7, 0.1), Lack.FEW),
        (points(*((50, n) for n in range(9))), Lack.SAME_SCORE),
        (points(*((n, 2) for n in range(9))), Lack.SAME_RESULT),
    ],
    ids=["none", "seven", "one score", "one result"],
)
def test_too_little_or_nothing_to_see(given_: list[Point], lack: Lack) -> None:
    found = fit(given_)
    assert found is lack
    assert verdict(found, WEEKS).zh


@settings(max_examples=15)
@given(
    st.lists(st.tuples(st.floats(0, 100), st.integers(0, 50).map(float)), min_size=8, max_size=30)
)
def test_whatever_the_points_r2_is_a_share_within_its_interval(
    pairs: list[tuple[float, float]],
) -> None:
    found = fit(points(*pairs))
    if isinstance(found, Fit):
        assert 0 <= found.r2_low <= found.r2 + 1e-9
        assert found.r2 <= found.r2_high + 1e-9
        assert found.r2_high <= 1
        assert found.slope_low <= found.slope_high
