"""Calendar arithmetic for spoken dates: weeks, months, Chinese holidays. No text is read here."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta

_FIXED = {
    "元旦": (1, 1),
    "妇女节": (3, 8),
    "五一": (5, 1),
    "劳动节": (5, 1),
    "六一": (6, 1),
    "儿童节": (6, 1),
    "618": (6, 18),
    "暑假": (7, 1),
    "教师节": (9, 10),
    "国庆": (10, 1),
    "双十一": (11, 11),
    "双11": (11, 11),
    "双十二": (12, 12),
    "圣诞": (12, 25),
}
_REST_DAYS = {
    "春节": 8,
    "暑假": 62,
    "国庆": 7,
    "五一": 5,
    "劳动节": 5,
    "元旦": 3,
    "清明": 3,
    "端午": 3,
    "中秋": 3,
}
HOLIDAYS = (*_FIXED, "春节", "过年", "元宵", "清明", "端午", "中秋", "十一")


def month_end(day: date) -> date:
    """The last day of the month of `day`."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def add_months(day: date, count: int) -> date:
    """The same day `count` months later, or the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 + count
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def week_start(day: date) -> date:
    """The Monday of the week of `day`."""
    return day - timedelta(days=day.weekday())


def valid(year: int, month: int, day: int) -> date | None:
    """The date, None when there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def holiday(name: str, today: date, lunar: Mapping[str, tuple[date, ...]]) -> date | None:
    """The first day of the named holiday on or after `today`; None beyond the table."""
    name = {"过年": "春节", "十一": "国庆"}.get(name, name)
    if name in _FIXED:
        month, day = _FIXED[name]
        this_year = date(today.year, month, day)
        return this_year if this_year >= today else date(today.year + 1, month, day)
    return next((day for day in lunar.get(name, ()) if day >= today), None)


def after_holiday(name: str, first: date) -> date:
    """The first working day after a holiday that starts on `first`."""
    name = {"过年": "春节", "十一": "国庆"}.get(name, name)
    return first + timedelta(days=_REST_DAYS.get(name, 1))
