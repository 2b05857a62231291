"""The regions of China: provinces, cities and districts, and where an address lies.

Pure questions to one table of names (`resources/regions.json`), read when first asked. Written are
the short names of provinces and cities (江苏, 苏州), as people write them, and the whole name of a
district (昆山市). Nothing here knows records or screens.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, NamedTuple

PROVINCE, CITY, DISTRICT = range(3)
_MUNICIPALITIES = ("11", "12", "31", "50")
"""Provinces that are one city: 北京, 天津, 上海, 重庆."""
_DISTRICT_ENDINGS = ("街道", "新区", "林区", "特区", "矿区", "群岛", *"市区县旗镇乡")
_ENDED = re.compile(r"[省市区县州盟旗镇乡]$|地区$|街道$")
_STREET = re.compile(r"[东南西北中大新老]{0,2}[一二三四五六七八九十]{0,2}(?:路|街|大道|巷|弄|胡同)")
_BETWEEN = re.compile(
    r"(?:省|自治区|市辖区|直辖县级行政区划)?[\s,，、/\-·|>]*(?:市辖区)?[\s,，、/\-·|>]*"
)
_TO_DISTRICT = re.compile(r"[^\d\s]{2,18}[区县市镇]")
_GAP_BEGINS = frozenset("省自市直,，、/-·|>")
_BEFORE = re.compile(r"\s*(?:中华人民共和国|中国)?[\s,，]*")
_ZONES = (
    ("高新技术产业开发区", ("高新技术产业开发区", "高新技术开发区", "高新开发区", "高新区")),
    ("经济技术开发区", ("经济技术开发区", "经济开发区", "经开区", "开发区")),
    ("经济开发区", ("经济开发区", "经开区", "开发区")),
)
"""How the whole name of a zone ends, and how people call it where the city is known."""


@dataclass(frozen=True, slots=True)
class Place:
    """One province, city or district."""

    code: str
    name: str
    short: str
    level: int

    @property
    def written(self) -> str:
        """As a record holds it: short for provinces and cities, whole for districts."""
        return self.name if self.level == DISTRICT else self.short


@dataclass(frozen=True, slots=True)
class Region:
    """Where something lies, as far as it is known; from the widest to the narrowest."""

    province: Place
    city: Place | None = None
    district: Place | None = None

    @property
    def town(self) -> str:
        """The short name of the city; empty where only the province is known."""
        return self.city.short if self.city else ""

    @property
    def narrowest(self) -> Place:
        """The smallest place that is known."""
        return self.district or self.city or self.province


class Found(NamedTuple):
    """A region at the head of a text, and where the rest of the text begins."""

    region: Region
    end: int


@dataclass(frozen=True, slots=True)
class _Names:
    """The table: who is called what, and who lies in whom."""

    regions: dict[str, Region]
    """Code → the region down to it."""
    levels: dict[str, int]
    below: dict[str, tuple[Place, ...]]
    """Code ("" for the country) → its places, in the official order."""
    called: dict[str, tuple[str, ...]]
    """A place's own name, whole or short → codes, the widest places first."""
    loosely: dict[str, tuple[str, ...]]
    """Former and customary names: they count where nothing is called so itself."""
    heads: dict[str, tuple["_Named", ...]]
    """First two characters → the names that begin so, the longest first."""


class _Named(NamedTuple):
    """A name, and when it counts."""

    name: str
    ended: bool
    """Whether it says what it is (苏州市): no street is called so."""
    only_inside: bool
    """Whether it counts only where the city or province is known: 浦东, 高新区."""
    word: bool
    """A short name that is an everyday word, or a firm's, too: a place only if nothing follows."""
    own: bool
    """Whether a place is called so itself."""


def provinces() -> tuple[Place, ...]:
    """Every province, municipality and region, in the official order."""
    return _names().below[""]


def cities(province: str) -> tuple[Place, ...]:
    """The cities of a province, given by any of its names; none where it is unknown."""
    return _below(province, PROVINCE)


def districts(city: str, *, province: str = "") -> tuple[Place, ...]:
    """The districts and counties of a city, given by any of its names."""
    return _below(city, CITY, province)


@lru_cache(maxsize=1)
def city_names() -> frozenset[str]:
    """Every name of a city, whole and short (苏州市, 苏州), county-level cities included."""
    named = _names().regions.values()
    return frozenset(
        name
        for region in named
        if (place := region.narrowest).level == CITY
        or (place.level == DISTRICT and place.name.endswith("市"))
        for name in (place.name, place.short)
    )


def region_of(code: str) -> Region | None:
    """The region of a code, down to it."""
    return _names().regions.get(code)


def locate(text: str, *, within: str = "") -> Region | None:
    """Where an address, or a loose name of a place, lies; None where its head says nothing.

    `within` is a city or province known otherwise: it decides between places of one name.
    """
    found = at_head(text, within=within)
    return found.region if found else None


def at_head(text: str, *, within: str = "") -> Found | None:
    """As `locate`, and where in the text the place ends."""
    at = 0
    if text[:1].isspace() or text[:1] == "中":
        start = _BEFORE.match(text)
        at = start.end() if start else 0
    names = _names()
    if text[at : at + 2] not in names.heads:
        return None
    inside = _code_of(within) if within else ""
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
    """What `at_head` says, sooner for addresses of a district that was met before."""
    upto = _TO_DISTRICT.match(text)
    found = _whole_district(upto[0], within) if upto else None
    return found or at_head(text, within=within)


@lru_cache(maxsize=1 << 14)
def _whole_district(text: str, within: str) -> Found | None:
    """What a text is that ends with the name of a district, if it is that whatever follows."""
    found, heads = at_head(text, within=within), _names().heads
    if found is None or found.end < len(text) or found.region.district is None:
        return None
    for start in range(len(text) - 2, -1, -1):
        last = text[start:]
        alike = [one for one in heads.get(last[:2], ()) if one.name.startswith(last)]
        if any(one.name == last and one.ended and not one.word for one in alike):
            return found if len(alike) == 1 else None
    return None


def _step(text: str, at: int, inside: str, *, known: bool) -> tuple[str, int] | None:
    """The longest name at a position which lies inside a place: its code, and where it ends."""
    for name, ended, only_inside, word, own in _names().heads.get(text[at : at + 2], ()):
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
    names = _names()
    own = names.called.get(name, ())
    code = _one_of(own, inside, deeper=deeper) if own else None
    if code is None and (inside or not own):
        code = _one_of(names.loosely.get(name, ()), inside, deeper=deeper)
    return code


def _one_of(codes: tuple[str, ...], inside: str, *, deeper: bool = False) -> str | None:
    """The place that is meant: the widest of that name, or what all of them share."""
    around = inside[:2] if inside[:2] in _MUNICIPALITIES else inside
    below = _level(inside) + 1 if deeper else PROVINCE
    here = [code for code in codes if code.startswith(around) and _level(code) >= below]
    if len(here) < 2:
        return here[0] if here else None
    widest = [code for code in here if _level(code) == _level(here[0])]
    if len(widest) == 1:
        return widest[0]
    regions = [_names().regions[code] for code in widest]
    shared = {region.city.code for region in regions if region.city}
    if len(shared) == 1:
        return shared.pop()
    shared = {region.province.code for region in regions}
    return shared.pop() if len(shared) == 1 else None


def _level(code: str) -> int:
    return _names().levels[code]


def _code_of(name: str) -> str:
    """The code of a province or city by any of its names; empty where unknown or unclear."""
    code = _meant(name.strip(), "", deeper=False)
    return code if code and _level(code) != DISTRICT else ""


def _below(name: str, level: int, province: str = "") -> tuple[Place, ...]:
    names = _names()
    inside = _code_of(province) if province else ""
    for code in names.called.get(name.strip(), ()):
        if _level(code) == level and code.startswith(inside):
            return names.below.get(code, ())
    return ()


@lru_cache(maxsize=1)
def _names() -> _Names:
    """Read the table that ships with the product."""
    data = json.loads((resources.files("resources") / "regions.json").read_text(encoding="utf-8"))
    regions: dict[str, Region] = {}
    below: dict[str, list[Place]] = {"": []}
    for region in _rows(data["provinces"]):
        place = region.narrowest
        regions[place.code] = region
        above = region.city if region.district else region.province if region.city else None
        below.setdefault(above.code if above else "", []).append(place)
    called, loosely = _callings(regions)
    only_inside = {name for name in loosely if name not in called and not _upgraded(name)}
    for name, code in data["old"].items():
        for former in (name, _shortened(name)) if name.endswith("市") else (name,):
            loosely.setdefault(former, []).append(code)
    words = frozenset(data["words"])
    heads: dict[str, list[_Named]] = {}
    for name in sorted({*called, *loosely}, key=len, reverse=True):
        ended = _ENDED.search(name) is not None
        named = _Named(name, ended, name in only_inside, name in words, name in called)
        heads.setdefault(name[:2], []).append(named)
    return _Names(
        regions,
        {code: region.narrowest.level for code, region in regions.items()},
        {code: tuple(places) for code, places in below.items()},
        _widest_first(called, regions),
        _widest_first(loosely, regions),
        {first: tuple(those) for first, those in heads.items()},
    )


def _widest_first(
    names: dict[str, list[str]], regions: dict[str, Region]
) -> dict[str, tuple[str, ...]]:
    def level(code: str) -> int:
        return regions[code].narrowest.level

    return {name: tuple(sorted(dict.fromkeys(codes), key=level)) for name, codes in names.items()}


def _rows(table: list[Any]) -> Iterator[Region]:
    """Every region of the table, the wider before the narrower."""
    for code, name, short, its_cities in table:
        province = Place(code, name, short, PROVINCE)
        yield Region(province)
        for city_code, city_name, city_short, its_districts in its_cities:
            city = Place(city_code, city_name, city_short, CITY)
            yield Region(province, city)
            before = code if code in _MUNICIPALITIES else city_code
            for written in its_districts.split():
                yield Region(province, city, _district(before, written))


def _district(before: str, written: str) -> Place:
    name = written.lstrip("0123456789")
    number = written[: len(written) - len(name)]
    name, _, short = name.partition("=")
    return Place(before + number, name, short or _shortened(name), DISTRICT)


def _shortened(name: str) -> str:
    for ending in _DISTRICT_ENDINGS:
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return name[: -len(ending)]
    return name


def _callings(regions: dict[str, Region]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Names → codes: what places are called themselves, and by custom."""
    called: dict[str, list[str]] = {}
    loosely: dict[str, list[str]] = {}
    whole = {(region.city, region.narrowest.name) for region in regions.values()}
    for code, region in regions.items():
        place = region.narrowest
        called.setdefault(place.name, []).append(code)
        if place.level != DISTRICT or place.name.endswith("市"):
            called.setdefault(place.short, []).append(code)
        elif place.short != place.name:
            loosely.setdefault(place.short, []).append(code)
        others = _other_endings(place) if place.level == DISTRICT else ()
        for other in (*others, *_zone_names(region)):
            if (region.city, other) not in whole:
                loosely.setdefault(other, []).append(code)
    return called, loosely


def _other_endings(place: Place) -> tuple[str, ...]:
    """A county that became a district is still written as a county, a city as a district."""
    if len(place.short) < 2 or place.short == place.name:
        return ()
    return tuple(place.short + ending for ending in "市区县" if place.short + ending != place.name)


def _upgraded(name: str) -> bool:
    return name[-1] in "市县" and len(name) > 2


def _zone_names(region: Region) -> tuple[str, ...]:
    """What a development zone is called where its city is known: 苏州工业园区 → 工业园区."""
    if region.district is None or region.city is None:
        return ()
    name = region.district.name
    bare = name.removeprefix(region.city.name).removeprefix(region.city.short)
    short = (bare,) if bare != name and len(bare) > 2 else ()
    return short + next((names for ending, names in _ZONES if name.endswith(ending)), ())
