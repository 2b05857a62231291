"""Province, city and district of a record: what follows from what, and what contradicts (row 1.9).

Pure. Forms, lists, imports and the check of data ask the same: a record's own words are never
replaced, only what is empty is proposed; places unknown here (abroad, new ones) are taken as said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from crm_core.model import phone_numbers
from crm_core.model.region_names import Place, Region
from crm_core.model.regions import cities, districts, locate, provinces
from crm_core.model.schema import Label
from crm_core.model.values import Value

PROVINCE, CITY, DISTRICT = "province", "city", "district"
FIELDS = (PROVINCE, CITY, DISTRICT)


class Source(StrEnum):
    """From what a place follows."""

    PLACE = "place"
    ADDRESS = "address"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A place for an empty field, and where it comes from."""

    field: str
    value: str
    source: Source


def warm() -> None:
    """Read the tables, on a thread that may take its time."""
    provinces()
    phone_numbers.place_of("13800000000")


def options(field: str, values: Mapping[str, object]) -> tuple[str, ...]:
    """What a field offers beside what the others say."""
    province, city = _text(values, PROVINCE), _text(values, CITY)
    if field == PROVINCE:
        return tuple(place.written for place in provinces())
    if field == CITY:
        known = cities(province) if province else ()
        every = known or (city for one in provinces() for city in cities(one.name))
        return tuple(place.written for place in every)
    return tuple(place.written for place in districts(city, province=province)) if city else ()


def written(field: str, text: str, values: Mapping[str, object]) -> str:
    """A place as records hold it: 江苏省 → 江苏, 昆山 → 昆山市; others stay as they are."""
    typed = text.strip()
    known = _named(field, typed, values)
    return known.written if known else typed


def proposals(values: Mapping[str, object]) -> tuple[Proposal, ...]:
    """Places for the empty fields of a record: from its other places, its address, its number."""
    found: dict[str, Proposal] = {}
    for source, region in _regions(values):
        places = dict(_places(region))
        told = {f: _text(values, f) or (found[f].value if f in found else "") for f in FIELDS}
        if any(told[f] and f in places and not _same(f, told[f], region) for f in FIELDS):
            continue
        for field, place in places.items():
            if not told[field]:
                found.setdefault(field, Proposal(field, place.written, source))
    return tuple(found.values())


def completed(values: Mapping[str, Value]) -> dict[str, Value]:
    """A record with its places written as records hold them, and the empty ones proposed."""
    named = {f: written(f, _text(values, f), values) for f in FIELDS if _text(values, f)}
    full = {**values, **named}
    return {**full, **{one.field: one.value for one in proposals(full)}}


def doubts(values: Mapping[str, object]) -> dict[str, Label]:
    """Field → what contradicts: a city of another province, a district of another city."""
    province, city = _text(values, PROVINCE), _text(values, CITY)
    district = _text(values, DISTRICT)
    found: dict[str, Label] = {}
    home = locate(city, within=province) if city else None
    if home and province and not _same(PROVINCE, province, home) and locate(province):
        found[CITY] = _elsewhere(city, province, home.province)
    lies = locate(district, within=city or province) if district else None
    known = lies is not None and lies.district is not None and lies.city is not None
    if known and lies and lies.city and city and locate(city) and not _same(CITY, city, lies):
        found[DISTRICT] = _elsewhere(district, city, lies.city)
    return found


def _elsewhere(place: str, said: str, real: Place) -> Label:
    return Label(
        f"{place}不在{said}，在{real.written}", f"{place} is not in {said} but in {real.written}"
    )


def _regions(values: Mapping[str, object]) -> list[tuple[Source, Region]]:
    """What the record says about where it is, the surest first."""
    within = _text(values, CITY) or _text(values, PROVINCE)
    own = "".join(written(f, _text(values, f), values) for f in FIELDS)
    found = [
        (Source.PLACE, locate(own)),
        (Source.PLACE, locate(_text(values, CITY))),
        (Source.ADDRESS, locate(_text(values, "address"), within=within)),
        (Source.PHONE, phone_numbers.place_of(_text(values, "phone"))),
    ]
    return [(source, region) for source, region in found if region is not None]


def _places(region: Region) -> list[tuple[str, Place]]:
    named = ((PROVINCE, region.province), (CITY, region.city), (DISTRICT, region.district))
    return [(field, place) for field, place in named if place is not None]


def _same(field: str, text: str, region: Region) -> bool:
    """Whether a field's own words mean the place of the region."""
    place = {PROVINCE: region.province, CITY: region.city, DISTRICT: region.district}[field]
    if place is None or text in (place.name, place.short):
        return True
    # 昆山 stands as a city, though it lies in 苏州.
    return field == CITY and region.district is not None and text in (
        region.district.name, region.district.short,
    )  # fmt: skip


def _named(field: str, text: str, values: Mapping[str, object]) -> Place | None:
    if field == PROVINCE:
        offered = provinces()
    elif field == CITY:
        offered = cities(_text(values, PROVINCE))
        offered = offered or tuple(c for p in provinces() for c in cities(p.name))
    else:
        offered = districts(_text(values, CITY), province=_text(values, PROVINCE))
    return next((place for place in offered if text in (place.name, place.short)), None)


def _text(values: Mapping[str, object], field: str) -> str:
    value = values.get(field)
    return value.strip() if isinstance(value, str) else ""
