"""Many rows of a table made ready to be compared, column by column (row 5.8); pure.

What comes out is what `profile_of`, `parts_of` and `keys_of` say of each row (a test holds the two
together). Going through a column with one function at a time takes less than half of the time.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from crm_core.matching.addresses import NOWHERE, Address, address
from crm_core.matching.columns import PARTS, Numbered
from crm_core.matching.companies import NO_COMPANY, Company, company
from crm_core.matching.credit_codes import CreditCode, credit_code
from crm_core.matching.emails import Email, email
from crm_core.matching.keys import LEAST_ROAD
from crm_core.matching.nicknames import Called, called
from crm_core.matching.people import Person
from crm_core.matching.phones import Phone
from crm_core.matching.profile import NO_CODE, NO_CONTACT, NO_EMAIL, city_of, fuller, numbers_of
from crm_core.matching.spelling import plain, sounded

Texts = list[str]
FIELDS = ("name", "contact", "phone", "tel", "uscc", "address", "city", "email")
_OUTLET = "\x00"
"""Stands for 店 while the name of an outlet is turned into its sound."""


class Taken(NamedTuple):
    """The rows of a table taken apart, each part a column."""

    names: Texts
    firms: list[Company]
    people: list[Person]
    mobiles: list[Phone]
    lines: list[Phone]
    codes: list[CreditCode]
    emails: list[Email]
    places: list[Address]
    cities: Texts


def taken_apart(table: Mapping[str, Sequence[str]]) -> Taken:
    """Take rows apart, given as columns of one length by their names (`FIELDS`, any may lack)."""
    many = max(map(len, table.values()), default=0)
    name, contact, phone, tel, uscc, where, city, mail = (
        table.get(field) or [""] * many for field in FIELDS
    )
    names = [plain(text) if text else "" for text in name]
    contacts = [called(plain(text)) if text else NO_CONTACT for text in contact]
    named = [
        called(text, of_company=bool(one.who.given) and not one.company)
        for text, one in zip(names, contacts, strict=True)
    ]
    firms = _firms(named, contacts)
    cities = [city_of(text) or one.city for text, one in zip(city, named, strict=True)]
    places = [
        address(plain(text) if text else "", city=town or firm.city)
        for text, town, firm in zip(where, cities, firms, strict=True)
    ]
    hidden = [one.number or other.number for one, other in zip(named, contacts, strict=True)]
    numbers = list(map(numbers_of, phone, tel, hidden))
    return Taken(
        names,
        firms,
        [fuller(one.who, other.who) for one, other in zip(contacts, named, strict=True)],
        [mobile for mobile, _ in numbers],
        [line for _, line in numbers],
        [credit_code(text) if text else NO_CODE for text in uscc],
        [email(text) if text else NO_EMAIL for text in mail],
        [one if one.road or one.district else NOWHERE for one in places],
        [
            town or one.city or firm.city
            for town, one, firm in zip(cities, places, firms, strict=True)
        ],
    )


def _firms(named: list[Called], contacts: list[Called]) -> list[Company]:
    texts = [one.company or other.company for one, other in zip(named, contacts, strict=True)]
    return [company(text) if text else NO_COMPANY for text in texts]


def parts_of_all(rows: Taken) -> dict[str, Numbered]:
    """The columns of `PARTS`, in order."""
    brand = _sound(firm.brand for firm in rows.firms)
    trade = _sound(firm.trade for firm in rows.firms)
    surname = _sound(who.surname for who in rows.people)
    given = _sound(who.given for who in rows.people)
    found = {
        "brand": brand,
        "trade": trade,
        "surname": surname,
        "given": given,
        "core": _together(brand, trade, np.ones(len(rows.firms), dtype=bool)),
        "person": _together(surname, given, given.number > 0),
        "branch": _changed(
            Numbered.of([f.branch + _OUTLET if f.outlet else f.branch for f in rows.firms]),
            lambda text: sounded(text[:-1]) + "店" if text.endswith(_OUTLET) else sounded(text),
        ),
        "road": _sound(where.road for where in rows.places),
    }
    plainly = _written(rows)
    return {part: found.get(part) or Numbered.of(plainly[part]) for part in PARTS}


def _written(rows: Taken) -> dict[str, Texts]:
    """The parts that are compared as they are written."""
    codes = [code.organisation for code in rows.codes]
    return {
        "mobile": ["" if one.masked else one.digits for one in rows.mobiles],
        "ends": [one.ends if one.digits else "" for one in rows.mobiles],
        "line": [one.digits for one in rows.lines],
        "area": [one.area for one in rows.lines],
        "code": codes,
        "registration": [
            "" if code else one.text for code, one in zip(codes, rows.codes, strict=True)
        ],
        "email": ["" if one.shared else one.text for one in rows.emails],
        "local": ["" if one.shared else one.local for one in rows.emails],
        "domain": ["" if one.free else one.domain for one in rows.emails],
        "firm_city": [firm.city for firm in rows.firms],
        "city": rows.cities,
        "district": [where.district for where in rows.places],
        "house": [where.number for where in rows.places],
        "unit": [where.unit for where in rows.places],
        "name": rows.names,
    }


def _sound(texts: Iterable[str]) -> Numbered:
    return _changed(Numbered.of(list(texts)), sounded)


def _changed(column: Numbered, change: Callable[[str], str]) -> Numbered:
    """Every text changed, each distinct one once; "" stays so."""
    changed = Numbered.of(list(map(change, column.texts)))
    return Numbered(changed.number[column.number], changed.texts)


def _together(one: Numbered, other: Numbered, where: NDArray[np.bool_]) -> Numbered:
    """The texts of two columns behind one another, where `where`; nothing elsewhere."""
    many = len(other.texts)
    codes = np.where(where, one.number.astype(np.int64) * many + other.number, 0)
    distinct, back = np.unique(codes, return_inverse=True)
    texts = [one.texts[code // many] + other.texts[code % many] for code in distinct.tolist()]
    joined = Numbered.of(texts)
    return Numbered(joined.number[back], joined.texts)


def keys_of_all(
    parts: Mapping[str, Numbered], surnames: Texts
) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    """Every key of every row, hashed as `scan.prepare` does it, and whose it is. `surnames` are
    those of the rows as they are written."""
    keys: list[NDArray[np.uint64]] = []
    owners: list[NDArray[np.int32]] = []
    texts = {part: _each(column) for part, column in parts.items()}
    for kind, found in (*_number_keys(texts, surnames), *_name_keys(texts, surnames)):
        held = np.fromiter(map(bool, found), dtype=bool, count=len(found))
        numbers = np.array(list(map(crc32, map(str.encode, filter(None, found)))), dtype=np.uint64)
        keys.append(numbers | np.uint64(ord(kind) << 32))
        owners.append(np.flatnonzero(held).astype(np.int32))
    return np.concatenate(keys), np.concatenate(owners)


def _each(column: Numbered) -> Texts:
    return list(map(column.texts.__getitem__, column.number.tolist()))


def _number_keys(texts: Mapping[str, Texts], surnames: Texts) -> Iterator[tuple[str, Texts]]:
    whole, ends = texts["mobile"], texts["ends"]
    yield "p", [digits and f"p{digits}" for digits in whole]
    both = list(zip(whole, surnames, strict=True))
    yield "f", [f"f{digits[:7]}{who}" if digits and who else "" for digits, who in both]
    yield "t", [f"t{digits[-7:]}{who}" if digits and who else "" for digits, who in both]
    both = list(zip(ends, surnames, strict=True))
    yield "m", [shown and f"m{shown}{who}" for shown, who in both]
    yield "m", [f"m{shown}" if shown and who else "" for shown, who in both]
    yield "l", [digits and f"l{digits}" for digits in texts["line"]]
    codes = zip(texts["code"], texts["registration"], strict=True)
    yield "u", [f"u{new or old}" if new or old else "" for new, old in codes]
    yield "e", [address and f"e{address}" for address in texts["email"]]


def _name_keys(texts: Mapping[str, Texts], surnames: Texts) -> Iterator[tuple[str, Texts]]:
    brands, cities = texts["brand"], texts["city"]
    firms = zip(brands, texts["trade"], texts["branch"], strict=True)
    yield (
        "b",
        [brand and f"b{brand}{trade[:2]}{of.removesuffix('店')}" for brand, trade, of in firms],
    )
    both = zip(brands, cities, strict=True)
    yield "c", [f"c{brand}{city}" if brand and city else "" for brand, city in both]
    both = zip(brands, surnames, strict=True)
    yield "s", [f"s{brand}{who}" if brand and who else "" for brand, who in both]
    people = ["" if "*" in person else person for person in texts["person"]]
    both = zip(people, cities, strict=True)
    yield "n", [f"n{person}{city}" if person and city else "" for person, city in both]
    yield "w", [person and f"w{person}" for person in people]
    both = zip(texts["road"], texts["house"], strict=True)
    yield (
        "a",
        [f"a{road}{house}" if len(road) >= LEAST_ROAD and house else "" for road, house in both],
    )
