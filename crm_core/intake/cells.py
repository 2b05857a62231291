"""What one cell of a foreign table holds, made plain: numbers as they were meant, days as days."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

Cell = None | str | int | float | bool | date | datetime | time | timedelta
"""What readers give; empty cells are None."""

_SCIENTIFIC = re.compile(r"^[+-]?\d(?:\.\d+)?[eE]\+?(\d{1,2})$")
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
    return len(digits) < min(int(found.group(1)) + 1, 8)


def as_day(cell: Cell) -> date | None:
    """The day of a date, of a day number of Excel's, or of text in a usual form; else None."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _from_serial(cell)
    if not isinstance(cell, str):
        return None
    text = unicodedata.normalize("NFKC", cell).strip()
    return _written_day(text) or _serial_text(text)


def as_moment(cell: Cell) -> datetime | None:
    """Like `as_day` with the time of day, naive (the clock on the wall)."""
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None)
    if isinstance(cell, str) and _SERIAL.match(cell.strip()):
        cell = float(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        day = _from_serial(cell)
        if day is None:
            return None
        return datetime.combine(day, time(0)) + timedelta(seconds=round(cell % 1 * 86_400))
    day = as_day(cell)
    if day is None:
        return None
    found = _TIME.search(cell) if isinstance(cell, str) else None
    if found is None:
        return datetime.combine(day, time(0))
    hour, minute = int(found.group(1)), int(found.group(2))
    second = int(found.group(3) or 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return datetime.combine(day, time(hour, minute, second))


_DAY = re.compile(
    r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?=$|[\sTt]|\d{1,2}:)"
)
_PACKED_DAY = re.compile(r"^((?:19|20)\d{2})(\d{2})(\d{2})$")
_SERIAL = re.compile(r"^[0-9]{4,5}(?:\.[0-9]+)?$")
_TIME = re.compile(r"(?:^|[\sTt日])(\d{1,2})[:：时](\d{2})(?:[:：分](\d{2}))?")


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
