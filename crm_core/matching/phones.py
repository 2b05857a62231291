"""Phone numbers of China as they are written in customer lists (rows 1.7, 5.8); pure."""

import re
import unicodedata
from enum import StrEnum
from typing import NamedTuple

_MASKED = re.compile(r"(?<!\d)(1[3-9]\d)\*{2,6}(\d{4})(?!\d)")
_MOBILE = re.compile(r"(?:\+?86|0086|0)?(1[3-9]\d{9})")
_EXTENSION = re.compile(r"(-|转|ext\.?|#|x)\s*(\d{1,5})\D*$")
_HOTLINE = re.compile(r"(?:400|800)\d{7}")
_NOT_DIGITS = re.compile(r"\D+")
_FLOAT = re.compile(r"(\d+)\.0+")
_POWER = re.compile(r"\d(?:\.\d+)?e\+?\d+")
_PLAIN_LINE = re.compile(r"\(?(0(?:10|2[0-9]|[3-9][0-9][0-9]))[)-]?([0-9]{7,8})")
_COUNTRY = re.compile(r"(?:\+|00)86")
_OF_MOBILE = 11
_WITH_AREA = 10
"""The fewest digits of a landline with its area code: what follows a dash is an extension then."""


class PhoneKind(StrEnum):
    """What kind of line a number belongs to."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    HOTLINE = "hotline"
    OTHER = "other"


class Phone(NamedTuple):
    """A number in the form numbers are compared in; empty texts where nothing is known."""

    kind: PhoneKind
    digits: str
    """A mobile's eleven digits, a landline's local number, or just the digits there are. Of a
    masked mobile the three digits before and the four after what is hidden."""
    area: str = ""
    """The area code of a landline with its 0."""
    extension: str = ""
    masked: bool = False

    @property
    def ends(self) -> str:
        """What a masked mobile still shows (`138` and `5678`): the same for the whole number."""
        return self.digits[:3] + self.digits[-4:]

    @property
    def shown(self) -> str:
        """As a person would write it."""
        if self.masked:
            return f"{self.digits[:3]}****{self.digits[3:]}"
        number = f"{self.area}-{self.digits}" if self.area else self.digits
        return f"{number}-{self.extension}" if self.extension else number


_NOTHING = Phone(PhoneKind.OTHER, "")


def phone(text: str) -> Phone:
    """Read a number however it is written: `+86 138-0013-8000`, `13800138000.0`, `138****8000`,
    `(0512)4900417`, `021-71505285-804`, `400-823-3288`, `手机:138…(微信同号)`."""
    if not text:
        return _NOTHING
    plainly = _plainly(text)
    if plainly is not None:
        return plainly
    written = text if text.isascii() else unicodedata.normalize("NFKC", text)
    written = written.strip().lower()
    whole = _FLOAT.fullmatch(written)
    if whole:
        written = whole[1]
    elif _POWER.fullmatch(written):
        return _NOTHING  # A spreadsheet has kept five of eleven digits.
    if "*" in written:
        hidden = _MASKED.search(written)
        if hidden:
            return Phone(PhoneKind.MOBILE, hidden[1] + hidden[2], masked=True)
    digits = _NOT_DIGITS.sub("", written)
    mobile = _MOBILE.fullmatch(digits)
    if mobile:
        return Phone(PhoneKind.MOBILE, mobile[1])
    return _line(written, digits) if digits else _NOTHING


def _plainly(text: str) -> Phone | None:
    """A number written as nine of ten are; None for the others, and what none is."""
    if len(text) == _OF_MOBILE and text[0] == "1" and text[1] in "3456789" and text.isascii():
        if text.isdigit():
            return Phone(PhoneKind.MOBILE, text)
        if text[3:7] == "****" and (ends := text[:3] + text[7:]).isdigit():
            return Phone(PhoneKind.MOBILE, ends, masked=True)
    line = _PLAIN_LINE.fullmatch(text)
    return Phone(PhoneKind.LANDLINE, line[2], line[1]) if line else None


def _line(written: str, digits: str) -> Phone:
    extension = ""
    tail = _EXTENSION.search(written)
    if tail and (tail[1] != "-" or len(digits) - len(tail[2]) >= _WITH_AREA):
        extension = tail[2]
        digits = digits[: -len(extension)]
    if _COUNTRY.match(written):
        digits = "0" + digits.removeprefix("00").removeprefix("86").removeprefix("0")
    if _HOTLINE.fullmatch(digits):
        return Phone(PhoneKind.HOTLINE, digits, extension=extension)
    area, local = _split_area(digits)
    if len(local) in (7, 8):
        return Phone(PhoneKind.LANDLINE, local, area, extension)
    return Phone(PhoneKind.OTHER, digits, extension=extension)


def _split_area(digits: str) -> tuple[str, str]:
    """010 and 02x are three digits long, all others four."""
    if not digits.startswith("0"):
        return "", digits
    size = 3 if digits[1:2] in ("1", "2") else 4
    return digits[:size], digits[size:]
