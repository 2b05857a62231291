"""The regions of China: provinces, cities and districts, and where an address lies.

Pure questions to the table of `region_names`. Written are the short names of provinces and cities
(江苏, 苏州), as people write them, and the whole name of a district (昆山市). Nothing here knows
records or screens.
"""

import re
from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

from crm_core.model.region_names import (
    CITY,
    DISTRICT,
    MUNICIPALITIES,
    PROVINCE,
    Place,
    Region,
    names_of_regions,
)

_STREET = re.compile(r"[东南西北中大新老]{0,2}[一二三四五六七八九十]{0,2}(?:路|街|大道|巷|弄|胡同)")
_BETWEEN = re.compile(
    r"(?:省|自治区|市辖区|直辖县级行政区划)?[\s,，、/\-·|>]*(?:市辖区)?[\s,，、/\-·|>]*"
)
_TO_DISTRICT = re.compile(r"[^\d\s]{2,18}[区县市镇]")
_GAP_BEGINS = frozenset("省自市直,，、/-·|>")
_STREET_BEGINS = frozenset("东南西北中大新老一二三四五六七八九十路街巷弄胡")
_BEFORE = re.compile(r"\s*(?:中华人民共和国|中国)?[\s,，]*")


class Found(NamedTuple):
    """A region at the head of a text, and where the rest of the text begins."""

    region: Region
    end: int


def provinces() -> tuple[Place, ...]:
    """Every province, municipality and region, in the official order."""
    return names_of_regions().below[""]


def cities(province: str) -> tuple[Place, ...]:
    """The cities of a province, given by any of its names; none where it is unknown."""
    return _below(province, PROVINCE)


def districts(city: str, *, province: str = "") -> tuple[Place, ...]:
    """The districts and counties of a city, given by any of its names."""
    return _below(city, CITY, province)


@lru_cache(maxsize=1)
def city_names() -> frozenset[str]:
    """Every name of a city, whole and short (苏州市, 苏州), county-level cities included."""
    named = names_of_regions().regions.values()
    return frozenset(
        name
        for region in named
        if (place := region.narrowest).level == CITY
        or (place.level == DISTRICT and place.name.endswith("市"))
        for name in (place.name, place.short)
    )


def region_of(code: str) -> Region | None:
    """The region of a code, down to it."""
    return names_of_regions().regions.get(code)


def locate(text: str, *, within: str = "") -> Region | None:
    """Where an address, or a loose name of a place, lies; None where its head says nothing.

    `within` is a city or province known otherwise: it decides between places of one name.
    """
    found = at_head(text, within=within)
    return found.region if found else None


def at_head(text: str, *, within: str = "") -> Found | None:
    """As `locate`, and where in the text the place ends."""
    for size in (2, 3):
        short = _short_head(text[:size], within) if len(text) > size else None
        if short is None or text[size] in short.unless or text[size : size + 2] in short.heads:
            continue
        if text[size] in _STREET_BEGINS and _STREET.match(text, size):
            continue
        return short.found
    upto = text.find("市", 2, 10)
    known = _whole_name(text[: upto + 1], within) if upto > 0 else None
    if known and not _may_go_on(text, known.end):
        return known
    return _whole_head(text, within)


class _Short(NamedTuple):
    """What a few characters at a head say, unless one of these, a name or a street follows."""

    found: Found | None
    unless: Collection[str]
    heads: Collection[str]


_NO_PLACE = _Short(None, "", "")
"""No name of a place begins so."""


@lru_cache(maxsize=1 << 14)
def _short_head(head: str, within: str) -> _Short | None:
    """What is found where nothing longer begins so; None where that takes a look at the rest."""
    heads, size = names_of_regions().heads, len(head)
    if head[:2] not in heads:
        return None if head[0].isspace() or head[0] == "中" else _NO_PLACE
    named = heads[head[:2]]
    if any(one.word for one in named):
        return None
    found = _whole_head(f"{head}\ufffd", within)
    if size > 2 and (found is None or found.end != size):
        return None
    longer = {one.name[size] for one in named if len(one.name) > size and one.name.startswith(head)}
    return _Short(found, _gap_begins() | longer, heads)


@lru_cache(maxsize=1)
def _gap_begins() -> frozenset[str]:
    return _GAP_BEGINS | {char for char in map(chr, range(0x3001)) if char.isspace()}


def _whole_head(text: str, within: str) -> Found | None:
    at = 0
    if text[:1].isspace() or text[:1] == "中":
        start = _BEFORE.match(text)
        at = start.end() if start else 0
    names = names_of_regions()
    if text[at : at + 2] not in names.heads:
        return None
    inside = _around(within) if within else ""
    code, end = "", at
    while len(code) < 6 and text[at : at + 2] in names.heads:
        step = _step(text, at, code or inside, known=bool(code))
        if step is None and not code and inside:
            step, inside = _step(text, at, "", known=False), ""
        if step is None:
            break
        code, end = step
        at = end
        next_one = text[end : end + 1]
        if next_one in _GAP_BEGINS or next_one.isspace():
            gap = _BETWEEN.match(text, end)
            at = gap.end() if gap else end
    if len(code) == 2 and len(only := names.below[code]) == 1:
        code = only[0].code
    return Found(names.regions[code], end) if code else None


def head_of_address(text: str, *, within: str = "") -> Found | None:
    """What `at_head` says, sooner for addresses of a district or city that was met before."""
    upto = _TO_DISTRICT.match(text)
    if upto is None:
        return at_head(text, within=within)
    found = _whole_name(upto[0], within)
    if found and (found.region.district or not _may_go_on(text, found.end)):
        return found
    return at_head(text, within=within)


def _may_go_on(text: str, at: int) -> bool:
    """Whether the name of a place within another one may follow."""
    return text[at : at + 2] in names_of_regions().heads or text[at : at + 1] in _gap_begins()


@lru_cache(maxsize=1 << 14)
def _whole_name(text: str, within: str) -> Found | None:
    """What a text is that ends with the name of a place, if it is that whatever else follows."""
    found, heads = _whole_head(text, within), names_of_regions().heads
    if found is None or found.end < len(text):
        return None
    for start in range(len(text) - 2, -1, -1):
        last = text[start:]
        alike = [one for one in heads.get(last[:2], ()) if one.name.startswith(last)]
        if any(one.name == last and one.ended and not one.word for one in alike):
            return found if len(alike) == 1 else None
    return None


def _step(text: str, at: int, inside: str, *, known: bool) -> tuple[str, int] | None:
    """The longest name at a position which lies inside a place: its code, and where it ends."""
    for name, ended, only_inside, word, own in names_of_regions().heads.get(text[at : at + 2], ()):
        if not text.startswith(name, at) or (only_inside and not inside):
            continue
        end = at + len(name)
        if not ended and _STREET.match(text, end):
            continue
        if word and not known and text[end:].strip():
            continue
        code = _meant(name, inside, deeper=known)
        if code is not None:
            return code, end
        if own and not inside:
            return None  # 朝阳区 lies in two cities; it is not 朝阳 in 辽宁 for that
    return None


@lru_cache(maxsize=1 << 14)
def _meant(name: str, inside: str, *, deeper: bool) -> str | None:
    """The place of a name; who is called so itself goes before who is called so by custom."""
    names = names_of_regions()
    own = names.called.get(name, ())
    code = _one_of(own, inside, deeper=deeper) if own else None
    if code is None and (inside or not own):
        code = _one_of(names.loosely.get(name, ()), inside, deeper=deeper)
    return code


def _one_of(codes: tuple[str, ...], inside: str, *, deeper: bool = False) -> str | None:
    """The place that is meant: the widest of that name, or what all of them share."""
    around = inside[:2] if inside[:2] in MUNICIPALITIES else inside
    below = _level(inside) + 1 if deeper else PROVINCE
    here = [code for code in codes if code.startswith(around) and _level(code) >= below]
    if len(here) < 2:
        return here[0] if here else None
    widest = [code for code in here if _level(code) == _level(here[0])]
    if len(widest) == 1:
        return widest[0]
    regions = [names_of_regions().regions[code] for code in widest]
    shared = {region.city.code for region in regions if region.city}
    if len(shared) == 1:
        return shared.pop()
    shared = {region.province.code for region in regions}
    return shared.pop() if len(shared) == 1 else None


def _level(code: str) -> int:
    return names_of_regions().levels[code]


@lru_cache(maxsize=1 << 10)
def _around(within: str) -> str:
    return _code_of(within)


def _code_of(name: str) -> str:
    """The code of a province or city by any of its names; empty where unknown or unclear."""
    code = _meant(name.strip(), "", deeper=False)
    return code if code and _level(code) != DISTRICT else ""


def _below(name: str, level: int, province: str = "") -> tuple[Place, ...]:
    names = names_of_regions()
    inside = _code_of(province) if province else ""
    for code in names.called.get(name.strip(), ()):
        if _level(code) == level and code.startswith(inside):
            return names.below.get(code, ())
    return ()
