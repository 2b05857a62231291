"""What one cell of a foreign table holds, made plain: numbers as they were meant, days as days."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from crm_core.clock import CHINA

Cell = None | str | int | float | bool | date | datetime | time | timedelta
"""What readers give; empty cells are None."""
Row = tuple[int, list[Cell]]
"""(number in the file, cells from the first column on)"""

_SCIENTIFIC = re.compile(r"^[+-]?\d(?:\.\d+)?[eE]\+?(\d{1,2})$")
_CODE_AS_NUMBER = re.compile(r"^[+-]?\d(?:\.\d+)?[eE]\+\d{2,3}$")
_FLOAT = re.compile(r"^\d{6,}\.0+$")
_EPOCH = date(1899, 12, 30)
"""Day 0 of Excel's calendar, after its year 1900 that had a 29 February."""
_SERIALS = range(3_654, 73_415)
"""Day numbers from 1910 to 2100: others are more likely plain numbers."""


def plain(cell: Cell) -> str:
    """A cell as text for a person: whole floats without a point, dates as ISO, ends trimmed."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return number_text(cell)
    if isinstance(cell, datetime):
        midnight = cell.time() == time(0)
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ", timespec="minutes")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def number_text(number: float) -> str:
    """A float without `.0` and without exponent: 1.38E+10 → 13800000000."""
    if number != number or number in (float("inf"), float("-inf")):
        return ""
    if number == int(number) and abs(number) < 1e18:
        return str(int(number))
    return f"{number:.10f}".rstrip("0").rstrip(".")


def unfloated(text: str) -> str:
    """A whole number a spreadsheet wrote as a float, as it was meant; other text as it is."""
    if _SCIENTIFIC.match(text):
        return number_text(float(text))
    return text.split(".")[0] if _FLOAT.match(text) else text


def lost_digits(text: str) -> bool:
    """Whether a number in scientific notation says fewer digits than it had (1.38E+10)."""
    found = _SCIENTIFIC.match(text)
    if found is None:
        return False
    digits = text.lower().split("e")[0].strip("+-").replace(".", "")
    return len(digits) < int(found.group(1)) + 1


def beyond_digits(cell: Cell, text: str) -> bool:
    """Whether a code went through a number and may have lost its end: a spreadsheet keeps 15
    digits, and writes what is longer in scientific notation (`1.2321E+17`)."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return abs(cell) >= 10**15
    return _CODE_AS_NUMBER.match(text) is not None


def as_day(cell: Cell) -> date | None:
    """The day of a date, of a day number of Excel's, or of text in a usual form; else None."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _from_serial(cell) or _written_day(number_text(cell))
    if not isinstance(cell, str):
        return None
    text = unicodedata.normalize("NFKC", cell).strip()
    zoned = _zoned(text)
    return zoned.date() if zoned is not None else _written_day(text) or _serial_text(text)


def as_moment(cell: Cell) -> datetime | None:
    """Like `as_day` with the time of day, naive (the clock on the wall in China)."""
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None)
    text = unicodedata.normalize("NFKC", cell).strip() if isinstance(cell, str) else ""
    if _SERIAL.match(text):
        cell = float(text)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        day = _from_serial(cell)
        if day is not None:
            seconds = round(cell % 1 * 86_400)
            return datetime.combine(day, time(0)) + timedelta(seconds=seconds)
    zoned = _zoned(text)
    if zoned is not None:
        return zoned.replace(tzinfo=None)
    day = as_day(cell)
    if day is None:
        return None
    found = _DAY.match(text)
    clock = _clock(text[found.end() :]) if found is not None else time(0)
    return None if clock is None else datetime.combine(day, clock)


_DAY = re.compile(
    r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?=$|[\sTt(周星上下中晚早凌傍]|\d{1,2}:)"
)
_PACKED_DAY = re.compile(r"^((?:19|20)\d{2})(\d{2})(\d{2})$")
_SERIAL = re.compile(r"^[0-9]{4,5}(?:\.[0-9]+)?$")
_ZONED = re.compile(r"^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}.*(?:[Zz]|[+-]\d{2}:?\d{2})$")
_WEEKDAY = re.compile(r"\(?(?:星期|周)[一二三四五六日天]\)?")
_TIME = re.compile(
    r"^[Tt]?\s*(凌晨|早上|早晨|上午|中午|下午|傍晚|晚上)?\s*(\d{1,2})\s*[:时点]\s*"
    r"(?:(\d{1,2})\s*(?:分|[:分]\s*(\d{1,2})(?:\.\d+)?\s*秒?)?)?\s*([AaPp])?(?:\.?[Mm]\.?)?$"
)
_AFTER_NOON = frozenset({"下午", "傍晚", "晚上", "p"})
_BEFORE_NOON = frozenset({"凌晨", "上午", "早上", "早晨", "a"})


def _zoned(text: str) -> datetime | None:
    """What a program wrote with its zone (`2026-01-05T20:30:00Z`), by the clocks of China."""
    if not _ZONED.match(text):
        return None
    try:
        return datetime.fromisoformat(text).astimezone(CHINA)
    except (ValueError, OverflowError):
        return None


def _clock(text: str) -> time | None:
    """The time of day behind a day, midnight for none; None for what is neither."""
    text = _WEEKDAY.sub("", text).strip()
    if not text:
        return time(0)
    found = _TIME.match(text)
    if found is None:
        return None
    hour, minute, second = (int(found.group(n) or 0) for n in (2, 3, 4))
    part = (found.group(1) or found.group(5) or "").lower()
    if (part in _AFTER_NOON and hour < 12) or (part == "中午" and hour < 3):
        hour += 12
    elif part in _BEFORE_NOON and hour == 12:
        hour = 0
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


def _written_day(text: str) -> date | None:
    found = _DAY.match(text) or _PACKED_DAY.match(text)
    if found is None:
        return None
    try:
        return date(int(found.group(1)), int(found.group(2)), int(found.group(3)))
    except ValueError:
        return None


def _serial_text(text: str) -> date | None:
    return _from_serial(float(text)) if _SERIAL.match(text) else None


def _from_serial(number: int | float) -> date | None:
    if number != number or not _SERIALS.start <= number < _SERIALS.stop:
        return None
    return _EPOCH + timedelta(days=int(number))
