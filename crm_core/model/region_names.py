"""The names of China's regions: what each is called, which lie in which (`resources/regions.json`).

Pure; read when first asked. What is asked about them is in `regions`.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, NamedTuple

PROVINCE, CITY, DISTRICT = range(3)
MUNICIPALITIES = ("11", "12", "31", "50")
"""Provinces that are one city: 北京, 天津, 上海, 重庆."""
_DISTRICT_ENDINGS = ("街道", "新区", "林区", "特区", "矿区", "群岛", *"市区县旗镇乡")
_ENDED = re.compile(r"[省市区县州盟旗镇乡]$|地区$|街道$")
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


@dataclass(frozen=True, slots=True)
class RegionNames:
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
    heads: dict[str, tuple["Named", ...]]
    """First two characters → the names that begin so, the longest first."""


class Named(NamedTuple):
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


@lru_cache(maxsize=1)
def names_of_regions() -> RegionNames:
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
    heads: dict[str, list[Named]] = {}
    for name in sorted({*called, *loosely}, key=len, reverse=True):
        ended = _ENDED.search(name) is not None
        named = Named(name, ended, name in only_inside, name in words, name in called)
        heads.setdefault(name[:2], []).append(named)
    return RegionNames(
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
            before = code if code in MUNICIPALITIES else city_code
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
