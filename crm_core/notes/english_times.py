"""The time of day in an English note: 3 pm, half past two, 15:30, noon, Friday afternoon at 4."""

import re

_HOURS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
_HOUR = rf"(?:[0-9]{{1,2}}|{'|'.join(_HOURS)})"
CLOCK = re.compile(
    rf"(?<![\w.:$])(?:(?:at|around|about|by|before|from|until) ){{0,2}}(?:"
    rf"(?P<rel>half past|quarter past|quarter to) (?P<relhour>{_HOUR})"
    rf"|(?P<hour>{_HOUR})(?:[:.](?P<digits>[0-5][0-9])| (?P<minutes>thirty|fifteen"
    rf"|forty[ -]five))? ?"
    r"(?P<half>am|pm|[ap]\.m(?:\.(?!\s+(?-i:[A-Z])|\s*$))?|o'clock)(?![A-Za-z])"
    r"|(?P<h24>[01]?[0-9]|2[0-3]):(?P<m24>[0-5][0-9])(?![0-9:])|(?P<noon>noon|midday))"
    r"(?: ?(?P<later>am|pm)\b)?(?: in the (?P<part>morning|afternoon|evening))?",
    re.IGNORECASE,
)
BARE_CLOCK = re.compile(rf" at (?P<hour>{_HOUR})(?! ?[%:]|[A-Za-z0-9]|[.,][0-9])", re.IGNORECASE)
"""Only right after a date: Friday at 9."""


def period_of(words: str) -> str:
    """The part of the day a date was said with."""
    found = re.search(r"morning|afternoon|evening|tonight", words, re.IGNORECASE)
    return found[0].lower() if found else ""


def hour_of(words: str) -> int:
    """The hour in a word or in figures."""
    return _HOURS.get(words.lower()) or int(words)


def time_of(match: re.Match[str], period: str) -> str | None:
    """`HH:MM` of what `CLOCK` matched; `period` is the part of the day said with the date."""
    if match["noon"]:
        return "12:00"
    if match["h24"]:
        half = match["later"] or match["part"] or period
        return day_time(int(match["h24"]), int(match["m24"]), half or "24")
    if match["rel"]:
        minutes = {"half past": 30, "quarter past": 15, "quarter to": -15}[match["rel"].lower()]
        half = match["later"] or match["part"] or period
        return day_time(hour_of(match["relhour"]), minutes, half)
    spoken = {"thirty": 30, "fifteen": 15}.get((match["minutes"] or "").lower(), 45)
    minutes = int(match["digits"]) if match["digits"] else spoken if match["minutes"] else 0
    half = match["half"].lower().replace(".", "")
    return day_time(
        hour_of(match["hour"]), minutes, match["part"] or (period if "clock" in half else half)
    )


def day_time(hour: int, minutes: int, period: str) -> str | None:
    """`HH:MM`; `period` says which half of the day; without one, one to six is after noon."""
    period = period.lower()
    if hour > 24:
        return None
    after_noon = period in {"pm", "afternoon", "evening", "night", "tonight"}
    if (after_noon and hour < 12) or (not period and 1 <= hour <= 6):
        hour += 12
    if period in {"am", "morning"} and hour == 12:
        hour = 0
    total = (hour * 60 + minutes) % 1440
    return f"{total // 60:02d}:{total % 60:02d}"
