"""What a telephone number tells by its digits: whether it can be one, and where it belongs.

Offline and pure (row 1.7): the places come from `resources/number_places.json`, compiled from
libphonenumber's data; of the mobile numbers only the head that is asked for is unpacked. A number
carried over to another city keeps its first place, so what is said here is a proposal.
"""

import base64
import json
import re
import unicodedata
import zlib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from crm_core.model.region_names import Region
from crm_core.model.regions import region_of
from crm_core.model.schema import Label

_EXTENSION = re.compile(r"(?:转|ext\.?|[xX#,]).*$")
_SEPARATORS = re.compile(r"[\s\-()（）.]+")
_MOBILE = re.compile(r"1[3-9]")
_WHOLE = re.compile(r"1[3-9][0-9]{9}")
"""As most are written; nothing more needs to be looked at."""
_MOBILE_DIGITS = 11
_LANDLINE = range(10, 13)
"""Digits of a number with its area code: 0 and two or three, then seven or eight."""
_AREA_DIGITS = (2, 3)
_SHORT = range(3, 9)
"""Service numbers and local ones without an area code."""
_FOREIGN = range(7, 16)


@dataclass(frozen=True, slots=True)
class _Places:
    codes: tuple[str, ...]
    areas: dict[str, str]
    heads: dict[str, str]


def digits_of(text: str) -> str:
    """The national digits of a number as anybody writes it, without country code and extension;
    `+` stays before those of another country. Masked digits stay `*`."""
    if _WHOLE.fullmatch(text):
        return text
    plain = _EXTENSION.sub("", unicodedata.normalize("NFKC", text).strip())
    plain = _SEPARATORS.sub("", plain)
    for country in ("+86", "0086"):
        if plain.startswith(country):
            return plain.removeprefix(country)
    if plain.startswith("86") and _MOBILE.match(plain[2:]) and len(plain) == 2 + _MOBILE_DIGITS:
        return plain[2:]
    return "+" + plain[2:] if plain.startswith("00") else plain


def doubt(text: str) -> Label | None:
    """Why this can hardly be a telephone number; None where it can."""
    if _WHOLE.fullmatch(text):
        return None
    digits = digits_of(text)
    number = len(digits.removeprefix("+"))
    if not digits or "*" in digits:
        return None
    if digits.startswith("+"):
        return None if number in _FOREIGN else _label_digits(number)
    if _MOBILE.match(digits):
        return _mobile_doubt(number)
    if digits.startswith("0"):
        return None if number in _LANDLINE else _landline_doubt(number)
    service = number == 10 and digits.startswith(("400", "800"))
    if service or number in _SHORT or (digits.startswith(("95", "96", "106")) and number < 13):
        return None
    known = _area(f"0{digits}") is not None and number + 1 in _LANDLINE
    return None if known else _label_digits(number)


def is_mobile(text: str) -> bool:
    """Whether this is a whole Chinese mobile number."""
    digits = digits_of(text)
    return len(digits) == _MOBILE_DIGITS and digits.isdigit() and bool(_MOBILE.match(digits))


def place_of(text: str) -> Region | None:
    """Where a mobile number was given out, or its area code lies; None where nobody knows."""
    digits = digits_of(text)
    if is_mobile(digits):
        place = 2 * int(digits[3:7])
        found = int.from_bytes(_head(digits[:3])[place : place + 2], "little")
        return region_of(_places().codes[found - 1]) if found else None
    if digits.startswith("0") and digits.isdigit() and len(digits) in _LANDLINE:
        code = _area(digits)
        return region_of(code) if code else None
    return None


def _mobile_doubt(number: int) -> Label | None:
    if number == _MOBILE_DIGITS:
        return None
    few = number < _MOBILE_DIGITS
    return Label(
        f"手机号应为 11 位，现在是 {number} 位，{'少' if few else '多'}了"
        f" {abs(_MOBILE_DIGITS - number)} 位",
        f"a mobile number has 11 digits, this has {number}",
    )


def _landline_doubt(number: int) -> Label:
    return Label(
        f"固定电话连区号应为 10 到 12 位，现在是 {number} 位",
        f"a landline with its area code has 10 to 12 digits, this has {number}",
    )


def _label_digits(number: int) -> Label:
    return Label(
        f"位数不对：现在是 {number} 位，不像电话号码",
        f"does not look like a phone number: it has {number} digits",
    )


def _area(digits: str) -> str | None:
    areas = _places().areas
    return next((areas[a] for n in _AREA_DIGITS if (a := digits[1 : 1 + n]) in areas), None)


@lru_cache(maxsize=64)
def _head(head: str) -> bytes:
    packed = _places().heads.get(head)
    return zlib.decompress(base64.b64decode(packed)) if packed else b""


@lru_cache(maxsize=1)
def _places() -> _Places:
    text = (resources.files("resources") / "number_places.json").read_text(encoding="utf-8")
    found = json.loads(text)
    return _Places(tuple(found["codes"]), found["areas"], found["heads"])
