"""Addresses of China: region, road, number, unit; pure."""

import re
from functools import lru_cache
from typing import NamedTuple

from crm_core.matching.spelling import DIGITS
from crm_core.model import regions

_ROAD = re.compile(
    r"([^\d\s,，()]{1,8}?(?:大道|大街|路|街|巷|弄堂|胡同|道|里|村|镇|园区|开发区|广场|卢|鹿))"
    r"([东南西北中]?(?:[一二三四五六七八九十](?:段|里|巷))?)(?=[\d\s零〇一二三四五六七八九十百千]|$)"
)
_UP_TO_A_NUMBER = re.compile(r"[^\d\s,，()]+(?=\d)")
_HOUSE = re.compile(r"\d+号(?!楼)")
_SPOKEN = re.compile(r"[零〇一二三四五六七八九十百千]+")
_NUMBERS = re.compile(r"\d+")
_WORTH = {"十": 10, "百": 100, "千": 1000}


class Address(NamedTuple):
    """An address in parts; empty texts where a part is missing."""

    city: str = ""
    """Short name."""
    district: str = ""
    road: str = ""
    number: str = ""
    """The house number as digits."""
    unit: str = ""
    """Every later number in its order: `16-2607` for 16号楼2607室."""

    @property
    def shown(self) -> str:
        """Road and number."""
        return self.road + self.number


NOWHERE = Address()


def address(text: str, *, city: str = "") -> Address:
    """Take an address in plain spelling apart; `city` is what is known otherwise (its short name).

    >>> address("台州市温岭市科技二路516号108室")
    Address(city='台州', district='温岭市', road='科技二路', number='516', unit='108')
    """
    if not text:
        return Address(city=city)
    found = regions.head_of_address(text, within=city)
    rest = text[found.end :] if found else text
    town, district = city, ""
    if found:
        town = found.region.town or city
        district = found.region.district.name if found.region.district else ""
    road, numbers = _road(rest.lstrip("市区县省 ,，"))
    number, unit = (numbers[0], "-".join(numbers[1:])) if numbers else ("", "")
    return Address(town, district, road, number, unit)


def _road(rest: str) -> tuple[str, list[str]]:
    words = _UP_TO_A_NUMBER.match(rest)
    road, end = _road_of(f"{words[0]}1") if words else ("", -1)
    if end < 0 and words and _HOUSE.match(rest, words.end()):
        road, end = words[0], words.end()  # Mistyped: what follows the house is not the road.
    if end < 0:
        road, end = _road_of(rest)
    if end < 0:
        return road, _NUMBERS.findall(rest)
    after = rest[end:]
    if after and after.lstrip()[:1] in "零〇一二三四五六七八九十百千":
        after = _SPOKEN.sub(lambda spoken: said_number(spoken[0]), after)
    return road, _NUMBERS.findall(after)


@lru_cache(maxsize=1 << 14)
def _road_of(text: str) -> tuple[str, int]:
    """The road a text names before its first number, and where it ends; -1 where none is known by
    its name, what stands before the number then."""
    match = _ROAD.search(text)
    if match is None:
        digits = _NUMBERS.search(text)
        return (text[: digits.start()] if digits else text).strip(), -1
    return match[1] + match[2], match.end()


def said_number(said: str) -> str:
    """Digits of a number written in characters: 一七五六 → 1756, 五十四 → 54, 一百二十 → 120."""
    if not any(char in _WORTH for char in said):
        return said.translate(DIGITS)
    total, digit = 0, 0
    for char in said:
        if char in _WORTH:
            total += (digit or 1) * _WORTH[char]
            digit = 0
        else:
            digit = int(char.translate(DIGITS))
    return str(total + digit)
