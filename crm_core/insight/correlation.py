"""Does a score mean anything? A line through scores and closings, and how sure it is.

Pure. R² is that of ordinary least squares. Its 95 % interval comes of Fisher's z of r; the slope's
of 2,000 bootstrap resamples with a fixed seed, so that the same points give the same answer on
every device. The source claims R² = 0.74 (row 6.9); what stands here is the company's own.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from crm_core.model.schema import Label

LEAST = 8
"""Fewer points than this: Fisher's interval would span nearly everything."""
CLAIMED = 0.74
"""What the source says of its own data."""
RESAMPLES = 2_000
_SEED = 20_260_112
_Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Point:
    """One week, or one person."""

    label: str
    x: float
    """The score, 0 to 100."""
    y: float
    """Closings."""


class Lack(StrEnum):
    """Why there is no line."""

    FEW = "few"
    SAME_SCORE = "same_score"
    SAME_RESULT = "same_result"


@dataclass(frozen=True, slots=True)
class Fit:
    """The line and how far it can be trusted."""

    n: int
    slope: float
    """Closings a point of score."""
    intercept: float
    r: float
    r2: float
    r2_low: float
    r2_high: float
    slope_low: float
    slope_high: float

    @property
    def certain(self) -> bool:
        """Whether the interval of r leaves out "no connection at all"."""
        return self.r2_low > 0

    def at(self, x: float) -> float:
        """Where the line is."""
        return self.intercept + self.slope * x


def fit(points: Sequence[Point]) -> Fit | Lack:
    """The line through the points, or why there is none."""
    if len(points) < LEAST:
        return Lack.FEW
    sums = _sums(points)
    if sums is None:
        return Lack.SAME_SCORE
    slope, intercept, sxx, syy = sums
    if not syy:
        return Lack.SAME_RESULT
    r = max(-1.0, min(1.0, slope * math.sqrt(sxx / syy)))
    low, high = _fisher(r, len(points))
    r2_low = 0.0 if low <= 0 <= high else min(low * low, high * high)
    slopes = _resampled(points)
    return Fit(
        n=len(points), slope=slope, intercept=intercept, r=r, r2=r * r, r2_low=r2_low,
        r2_high=max(low * low, high * high), slope_low=slopes[0], slope_high=slopes[1],
    )  # fmt: skip


def _sums(points: Sequence[Point]) -> tuple[float, float, float, float] | None:
    """(slope, intercept, Sxx, Syy); None where all scores are the same."""
    n = len(points)
    mean_x, mean_y = math.fsum(p.x for p in points) / n, math.fsum(p.y for p in points) / n
    sxx = math.fsum((p.x - mean_x) ** 2 for p in points)
    syy = math.fsum((p.y - mean_y) ** 2 for p in points)
    if sxx <= 1e-12 * max(1.0, mean_x * mean_x):
        return None
    slope = math.fsum((p.x - mean_x) * (p.y - mean_y) for p in points) / sxx
    return slope, mean_y - slope * mean_x, sxx, syy


def _fisher(r: float, n: int) -> tuple[float, float]:
    if abs(r) == 1.0:
        return r, r
    z, width = math.atanh(r), _Z95 / math.sqrt(n - 3)
    return math.tanh(z - width), math.tanh(z + width)


def _resampled(points: Sequence[Point]) -> tuple[float, float]:
    chance, slopes = random.Random(_SEED), list[float]()
    for _ in range(RESAMPLES):
        drawn = _sums(chance.choices(points, k=len(points)))
        if drawn is not None:
            slopes.append(drawn[0])
    slopes.sort()
    return slopes[int(0.025 * len(slopes))], slopes[int(0.975 * len(slopes))]


def verdict(found: Fit | Lack, what: Label) -> Label:
    """What it comes to, in a sentence; `what` is what a point is (weeks, people)."""
    if isinstance(found, Lack):
        return _LACKS[found]
    share, low, high = f"{found.r2:.2f}", f"{found.r2_low:.2f}", f"{found.r2_high:.2f}"
    head_zh = f"{found.n} 个{what.zh}：R² = {share}（95% 区间 {low}–{high}）。"
    head_en = f"{found.n} {what.en}: R² = {share} (95 % interval {low} to {high}). "
    if not found.certain:
        return Label(
            f"{head_zh}区间包含 0：现在还不能说评分和成交有关。",
            f"{head_en}The interval includes 0: nothing shows yet that the score goes with "
            "closings.",
        )
    if found.slope < 0:
        return Label(
            f"{head_zh}方向相反：分越高成交越少，评分的口径要查。",
            f"{head_en}The wrong way round: higher scores go with fewer closings. Look into it.",
        )
    return Label(
        f"{head_zh}每高 10 分，约多 {10 * found.slope:.1f} 单"
        f"（{10 * found.slope_low:.1f} 到 {10 * found.slope_high:.1f}）。",
        f"{head_en}Ten points more go with {10 * found.slope:.1f} more closings "
        f"({10 * found.slope_low:.1f} to {10 * found.slope_high:.1f}).",
    )


_LACKS = {
    Lack.FEW: Label(
        f"不到 {LEAST} 个有分数的点，数据太少，不下结论。",
        f"Fewer than {LEAST} points with a score: too little for a conclusion.",
    ),
    Lack.SAME_SCORE: Label(
        "分数都一样，看不出有没有关系。", "All scores are the same: nothing can be seen."
    ),
    Lack.SAME_RESULT: Label(
        "成交数都一样，看不出有没有关系。", "All closings are the same: nothing can be seen."
    ),
}
