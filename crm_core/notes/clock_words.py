"""Times of day as spoken: 下午三点半, 十点前, 9:30. Days are in `dates`."""

import re

from crm_core.notes.numbers import value_of

_PERIOD = r"(?P<period>早上|上午|中午|下午|晚上|傍晚|凌晨|早|晚|午后|一早)"
CLOCK = (
    rf"(?:{_PERIOD}?(?P<hour>\d{{1,2}}|[一二两三四五六七八九十]{{1,3}})"
    r"(?:[:：](?P<digits>\d{2})|[点时](?:钟|整)?(?P<minute>半|一刻|三刻|[零〇一二三四五六七八九十\d]{1,3}分?)?)"
    rf"|{_PERIOD.replace('period', 'alone')})?"
)
"""A time of day, or the part of a day alone (`alone`); everything is optional."""


def plain_hour(match: re.Match[str]) -> bool:
    """Whether an hour is a time: 三点 alone is one; 三点五, 十点 (points) are not."""
    return bool(match["digits"]) or bool(
        re.search(r"[点时](?:钟|整|半|一刻)?(?:之?以?前|$)", match[0])
    )


def time_of(match: re.Match[str]) -> str | None:
    """`HH:MM` of a match of `CLOCK`; None where the hour is none."""
    value = value_of(match["hour"])
    if value is None or value > 24:
        return None
    hour, minute = int(value), _minute_of(match)
    period = match["period"] or match.groupdict().get("t") or ""
    if (
        (period in {"下午", "晚上", "傍晚", "晚", "午后"} and hour < 12)
        or (period == "中午" and hour < 3)
        or (not period and 1 <= hour <= 6)
    ):
        hour += 12
    return f"{hour % 24:02d}:{minute:02d}"


def _minute_of(match: re.Match[str]) -> int:
    if match["digits"]:
        return int(match["digits"]) % 60
    words = match["minute"]
    fixed = {None: 0, "半": 30, "一刻": 15, "三刻": 45}
    if words in fixed:
        return fixed[words]
    value = value_of(words.rstrip("分").lstrip("零〇") or "零")
    return int(value) % 60 if value is not None else 0
