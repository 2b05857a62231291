"""How sure a point of a trend is: the band around it, and whether its time is over. Pure."""

import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from crm_core.clock import CHINA
from crm_core.insight.declared import Group, Measure, Question, Shape, Value
from crm_core.model.schema import Label
from desktop.viewmodels.pictured import Band

NO_WORDS = Label("", "")
_Z = 1.96
_LEAST = 5
"""Points from which on one may speak of what is usual."""


def bands_of(measure: Measure, values: Sequence[Value | None]) -> tuple[tuple[Band, ...], Label]:
    """The band around each point, and what it means.

    Of a distribution: from the median to the ninth tenth. Of a share: where it may really lie for
    so few (Wilson, 95 %), so that a jump of three leads is not taken for news. Of anything else:
    between the first and the ninth tenth of all points.
    """
    if measure.shape is Shape.DURATION:
        spreads = (value.spread if value is not None else None for value in values)
        found = tuple((one.median, one.p90) if one is not None else None for one in spreads)
        return found, Label("浅色带：中位数到九成线（P90）", "Band: from the median to p90")
    if measure.shape is Shape.SHARE:
        found = tuple(_wilson(value) for value in values)
        words = Label(
            "浅色带：样本少时的误差范围（95%）", "Band: 95 % interval; wide where there are few"
        )
        return found, words
    known = sorted(v.value for v in values if v is not None and v.value is not None)
    if len(known) < _LEAST:
        return (), NO_WORDS
    usual = (known[len(known) // 10], known[-1 - len(known) // 10])
    return (usual,) * len(values), Label(
        "浅色带：十期里八期在此之间", "Band: eight of ten lie within"
    )


def unfinished(question: Question, last: tuple[str, ...], now: datetime) -> bool:
    """Whether the last day, week or month of a trend is not over yet."""
    group = next(iter(question.group_by), None)
    if group is None or not last or not last[0]:
        return False
    try:
        begins = date.fromisoformat(last[0])
    except ValueError:
        return False
    if group is Group.MONTH:
        following = (begins.replace(day=28) + timedelta(days=4)).replace(day=1)
    else:
        following = begins + timedelta(days=7 if group is Group.WEEK else 1)
    return now.astimezone(CHINA).date() < following


def _wilson(value: Value | None) -> Band:
    """The interval a share lies in with 95 %, in percent."""
    if value is None or value.value is None or not value.denominator:
        return None
    n, share = value.denominator, value.value / 100
    middle = share + _Z * _Z / (2 * n)
    reach = _Z * math.sqrt(share * (1 - share) / n + _Z * _Z / (4 * n * n))
    whole = 1 + _Z * _Z / n
    return 100 * max(0.0, (middle - reach) / whole), 100 * min(1.0, (middle + reach) / whole)
