"""Numbers, sums, counts, dates and spans the way people say them, made up at random.

They tell a recogniser what to expect between the words of a sentence; nothing is read here (see
`numbers`, `money`, `quantities` and `dates`) and nothing made here is ever shown.
"""

import random
from collections.abc import Callable, Sequence

_DIGITS = "零一二三四五六七八九"
_TENTHS = "一二三四五六七八九"
_SCALES = ((1000, "千"), (100, "百"), (10, "十"))
_WEEKDAYS = ("周", "周", "周", "星期", "礼拜")
_FIXED_DAYS = (
    "月底", "月底", "月中", "月初", "下个月", "下个月初", "下月初", "下周", "下周", "年底",
    "季度末", "周末", "下周末", "国庆", "春节", "中秋", "五一", "元旦", "端午", "清明", "年后",
    "年前", "下班", "开学", "三月份", "四月份", "六月份", "九月份", "十月份", "明年三月",
    "明年开春",
)  # fmt: skip
_DISCOUNTS = (
    "九折", "八折", "七折", "六折", "八五折", "九五折", "七五折", "百分之五", "百分之十",
    "百分之十五", "百分之二十", "百分之三十", "三成", "两成", "五个点", "两个点", "三个点",
)  # fmt: skip
_SPANS = (
    "半年", "半个月", "三十天", "四十五天", "六十天", "九十天", "一百二十天", "十五天", "二十天",
    "一学期", "一季度", "两三年", "三五天", "小半年", "一个月", "三个月", "半小时", "一个小时",
)  # fmt: skip


def said_number(value: int, dice: random.Random, *, short: bool = True) -> str:
    """12800 → 一万二千八 or, at times and where not `short`, 一万二千八百; from 0 to 99,999,999."""
    if value == 2 and dice.random() < 0.8:
        return "两"
    words, left = "", value
    if value >= 10_000:
        words, left = said_number(value // 10_000, dice, short=False) + "万", value % 10_000
        if left and left % 1000 == 0:
            return words + _DIGITS[left // 1000]
        words += "零" if 0 < left < 1000 else ""
    for scale, name in _SCALES:
        if left < scale:
            continue
        lead, left = divmod(left, scale)
        words += _lead(lead, scale, words, dice) + name
        round_rest = left and scale > 10 and left % (scale // 10) == 0
        if short and round_rest and "零" not in words and dice.random() < 0.8:
            return words + _DIGITS[left // (scale // 10)]
        words += "零" if scale > 10 and 0 < left < scale // 10 else ""
    return words + (_DIGITS[left] if left or not words else "")


def _lead(lead: int, scale: int, words: str, dice: random.Random) -> str:
    if lead == 1 and scale == 10 and not words:
        return ""
    return "两" if lead == 2 and scale > 10 and dice.random() < 0.7 else _DIGITS[lead]


def said_sum(dice: random.Random) -> str:
    """A sum of money, bounded or not: 三十五万左右, 二十到三十万, 不到五万, 三千来块."""
    kind = dice.random()
    if kind < 0.08:
        low = dice.randint(1, 60)
        high = said_number(low + dice.choice((1, 2, 5, 10, 20)), dice)
        return f"{said_number(low, dice)}到{high}万"
    if kind < 0.12:
        return said_number(dice.randint(1, 9), dice) + dice.choice(("十来万", "千来块", "百来块"))
    base = _plain_sum(dice)
    if kind < 0.3:
        return base + dice.choice(("左右", "以内", "上下", "出头", "封顶", "以上"))
    if kind < 0.36:
        return dice.choice(("不超过", "最多", "大概", "不到", "至少")) + base
    return base


def _plain_sum(dice: random.Random) -> str:
    kind = dice.random()
    if kind < 0.5:
        return said_number(dice.randint(1, 99), dice) + "万"
    if kind < 0.62:
        return said_number(dice.randint(1, 20), dice) + "万" + dice.choice(_TENTHS)
    if kind < 0.78:
        return said_number(dice.randint(1, 99) * 100, dice)
    if kind < 0.84:
        return said_number(dice.randint(1, 9) * 100, dice) + "万"
    if kind < 0.91:
        return said_number(dice.randint(1, 9999), dice) + dice.choice(("块", "元", "块钱"))
    if kind < 0.95:
        return f"{said_number(dice.randint(1, 90), dice)}点{dice.choice(_TENTHS)}万"
    first = dice.randint(0, 7)
    return _TENTHS[first : first + 2] + dice.choice(("万", "千", "十万", "百"))


def said_count(units: Sequence[str], dice: random.Random) -> str:
    """A count with its unit: 五百盒, 两三箱, 二十五台."""
    kind = dice.random()
    if kind < 0.5:
        number = said_number(dice.randint(1, 60), dice)
    elif kind < 0.8:
        number = said_number(dice.randint(1, 9) * dice.choice((10, 100, 1000)), dice)
    elif kind < 0.9:
        first = dice.randint(0, 7)
        number = "一两三四五六七八九"[first : first + 2] + ("十" if kind < 0.83 else "")
    else:
        number = said_number(dice.randint(60, 2000), dice)
    return number + dice.choice(units)


def said_date(dice: random.Random) -> str:
    """A day or moment: 下周三下午三点, 月底前, 二月三号上午, 三天内."""
    if dice.random() < 0.15:
        return _clock(dice) + dice.choice(("", "前", "之前"))
    day, exact = dice.choice(_DAYS)(dice)
    if exact and dice.random() < 0.45:
        part = dice.choice(("上午", "下午", "晚上", "早上"))
        day += _clock(dice) if dice.random() < 0.7 else part
    ends = day.endswith(("内", "后"))
    return day + (dice.choice(("前", "之前")) if not ends and dice.random() < 0.3 else "")


def _clock(dice: random.Random) -> str:
    part = dice.choice(("上午", "上午", "下午", "下午", "下午", "早上", "晚上", "中午"))
    hour = dice.choice((*"一两三四五六七八九十", "十一", "十二"))
    return f"{part}{hour}点" + dice.choice(("", "", "", "半", "半", "一刻", "钟"))


def _day_of_month(dice: random.Random) -> str:
    return said_number(dice.randint(1, 31), dice).replace("两", "二")


def _month(dice: random.Random) -> str:
    return said_number(dice.randint(1, 12), dice).replace("两", "二") + "月"


_DAYS: tuple[Callable[[random.Random], tuple[str, bool]], ...] = (
    lambda dice: (dice.choice(("明天", "明天", "后天", "后天", "今天", "大后天")), True),
    lambda dice: (
        dice.choice(("", "", "下", "这", "本", "下", "下下"))
        + dice.choice(_WEEKDAYS)
        + dice.choice("一二三四五六"),
        True,
    ),
    lambda dice: (
        dice.choice(("", "下", "这", "本")) + dice.choice(_WEEKDAYS) + dice.choice("一二三四五日"),
        True,
    ),
    lambda dice: (_month(dice) + _day_of_month(dice) + dice.choice("号号日"), True),
    lambda dice: (dice.choice(("", "", "下个月")) + _day_of_month(dice) + "号", True),
    lambda dice: (dice.choice(_FIXED_DAYS), False),
    lambda dice: (
        said_number(dice.randint(1, 10), dice)
        + dice.choice(("天", "周", "个月", "个星期", "个工作日"))
        + dice.choice(("内", "后", "之内", "以内", "以后", "之后")),
        False,
    ),
)
"""Ways to name a day, each with whether a time of day may follow."""


def said_discount(dice: random.Random) -> str:
    """A percentage or discount: 八五折, 百分之十五, 三个点."""
    return dice.choice(_DISCOUNTS)


def said_span(dice: random.Random) -> str:
    """How long: 三个月, 九十天, 两年."""
    if dice.random() < 0.4:
        return dice.choice(_SPANS)
    unit = dice.choice(("个月", "年", "天", "周", "个星期", "个小时"))
    return said_number(dice.randint(1, 12), dice) + unit
