"""The forms of a date in English, and the reading of their parts; no calendar is asked here."""

import re
from datetime import date, timedelta

from crm_core.notes.calendar import month_end
from crm_core.notes.english_numbers import NUMBER, value_of

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY = (
    r"(?:mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?"
    r"|(?-i:Mon|Tues?|Wed|Thurs?|Thu|Fri|Sat|Sun)\b\.?)"
)
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?-i:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
_ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
]
_ORDINAL = (
    rf"(?:twenty[ -](?:{'|'.join(_ORDINALS[:9])})|thirty[ -]first|thirtieth|{'|'.join(_ORDINALS)})"
)
_NTH = rf"(?:[0-9]{{1,2}}(?:st|nd|rd|th)|{_ORDINAL})"
_UNIT = r"(?P<unit>day|week|fortnight|month|hour|quarter|year|(?:working|business) day)s?"
_WHICH = r"(?:(?P<which>next|this|the coming|coming|the following) )"
FORMS: tuple[tuple[str, str], ...] = (
    ("relative", r"the day after tomorrow|tomorrow|today|tonight|this (?:morning|afternoon"
        r"|evening)"),
    ("today_", r"(?:the )?(?:end of (?:the |this )?(?:business )?day|eod|cob|close of business)"),
    ("within", rf"(?:in|within|after|inside)(?: the next| another)? (?P<n>{NUMBER}|half an?"
        rf"|an?) {_UNIT}(?:' time)?"),
    ("within", rf"(?P<n>{NUMBER}|an?) {_UNIT} (?:from (?:now|today)|later)"),
    ("weekday_after", rf"(?P<d>{DAY}) (?:after next|week)|(?:a )?week (?:from|on) (?P<e>{DAY})"),
    ("weekday", rf"(?:(?:the )?(?:end of (?:the )?day|eod"
        rf"|cob) (?:on )?)?{_WHICH}?(?P<d>{DAY})(?: (?P<late>next week|this week))?"),
    ("weekend", r"(?:(?:the|this|next) )?weekend"),
    ("week", r"(?:(?P<part>early|late|mid|(?:the )?(?:end|middle|beginning"
        r"|start) of(?: the)?)[ -])?(?P<which>next|this|the following|the coming|the) week"
        r"|(?P<alone>week'?s? end)"),
    ("two_weeks", r"the week after next"),
    ("day_of_month", rf"(?:the )?(?P<n>{_NTH}) of (?P<which>next|this) month"),
    ("month", r"(?P<part>early|late|mid|(?:the )?(?:end|middle|beginning"
        r"|start) of(?: the)?)[ -](?:(?P<which>next|this|the) )?month|(?P<only>next"
        r"|this) month|(?P<alone>month[ -]?end)"),
    ("part_of_month", rf"(?P<part>early|late|mid|(?:the )?(?:end|middle|beginning"
        rf"|start) of(?: the)?)[ -](?P<m>{MONTH})\b"),
    ("day", rf"(?P<m>{MONTH}),? (?:the )?(?P<n>{_NTH}|[0-9]{{1,2}})(?![0-9]"
        rf"|:)(?:,? (?P<y>20[0-9]{{2}}))?"),
    ("day", rf"(?:the )?(?P<n>{_NTH}"
        rf"|[0-9]{{1,2}})(?: of)? (?P<m>{MONTH})\b(?:,? (?P<y>20[0-9]{{2}}))?"),
    ("iso", r"(?P<y>20[0-9]{2})[-/.](?P<m>[0-9]{1,2})[-/.](?P<n>[0-9]{1,2})(?![0-9])"),
    ("number", rf"the (?P<n>{_NTH})(?! (?:of|floor|time|demo|meeting|call|visit|one|option"
        rf"|quarter|version|order|grade|batch)\b)"),
    ("quarter", r"(?:(?P<part>(?:the )?end of(?: the)?) )?(?:(?P<which>next|this|the) quarter"
        r"|q(?P<q>[1-4])\b)"),
    ("year", r"(?P<part>(?:the )?end of(?: the| this)?|this) year|year[ -]?end"),
    ("next_year", r"(?:early )?next year"),
)  # fmt: skip
MONTH_ALONE = re.compile(rf"\b(?:in|by|until|before|till) (?P<m>{MONTH})\b(?! [0-9])", re.I)
HOLIDAY_TAIL = r"(?: (?:holidays?|break|vacation))?"
PART_OF_DAY = r"(?: (?P<period>morning|afternoon|evening|night|noon))?"


def count_of(words: str) -> float | None:
    """How many a span of days is said to have."""
    if words.lower().startswith("half a"):
        return 0.5
    return 1.0 if words.lower() in {"a", "an"} else value_of(words)


def working(day: date, count: int) -> date:
    """The day so many working days later."""
    left = min(count, 1000)
    while left > 0:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day


def day_number(words: str) -> int:
    """0 for Monday."""
    return next(n for n, day in enumerate(_DAYS) if day.startswith(words.lower().rstrip("s.")[:3]))


def month_number(words: str) -> int:
    """1 for January."""
    return next(n for n, name in enumerate(_MONTHS, start=1) if name.startswith(words.lower()[:3]))


def nth(words: str) -> int:
    """The number of an ordinal, in a word or in figures."""
    digits = re.match(r"[0-9]+", words)
    if digits:
        return int(digits[0])
    *tens, last = re.split(r"[ -]", words.lower())
    if last == "thirtieth":
        return 30
    number = _ORDINALS.index(last) + 1
    return number + {"twenty": 20, "thirty": 30}[tens[0]] if tens else number


def part_of_month(first: date, part: str) -> date:
    """The first sensible day of a part of the month."""
    words = part.lower()
    if "end" in words:
        return month_end(first)
    if "mid" in words:
        return first.replace(day=15)
    return first.replace(day=21) if words == "late" else first
