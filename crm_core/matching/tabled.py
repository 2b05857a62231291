"""Many rows of a table made ready to be compared, column by column (row 5.8); pure.

What comes out is what `profile_of` and `parts_of` say of each row (a test holds the two
together). Each distinct text is taken apart once; what goes with which row is numbers, and numpy
puts them together: half of the time that going through the rows takes.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from crm_core.matching.addresses import NOWHERE, Address, address
from crm_core.matching.columns import PARTS, Numbered, Numbers
from crm_core.matching.companies import NO_COMPANY, Company, company
from crm_core.matching.credit_codes import CreditCode, credit_code
from crm_core.matching.emails import Email, email
from crm_core.matching.nicknames import Called, called
from crm_core.matching.people import Person
from crm_core.matching.phones import Phone, PhoneKind, phone
from crm_core.matching.profile import NO_CODE, NO_CONTACT, NO_EMAIL, NO_PHONE, city_of, fuller
from crm_core.matching.spelling import plain, sounded, sounded_all

T = TypeVar("T")
FIELDS = ("name", "contact", "phone", "tel", "uscc", "address", "city", "email")
_OUTLET = "\x00"
"""Stands for 店 while the name of an outlet is turned into its sound."""


class _Each(NamedTuple, Generic[T]):
    """One value a row, each distinct one once: row i has `those[number[i]]`."""

    number: Numbers
    those: list[T]

    def part(self, text: Callable[[T], str]) -> Numbered:
        """A text of each value as a column."""
        found = Numbered.of([*map(text, self.those)])
        return Numbered(found.number[self.number], found.texts)


class Taken(NamedTuple):
    """The rows of a table taken apart, each part a column."""

    names: Numbered
    firms: _Each[Company]
    people: _Each[Person]
    mobiles: _Each[Phone]
    lines: _Each[Phone]
    codes: _Each[CreditCode]
    emails: _Each[Email]
    places: _Each[Address]
    cities: Numbered


def taken_apart(
    table: Mapping[str, Sequence[str]], *, progress: Callable[[float], object] = lambda _: None
) -> Taken:
    """Take rows apart, given as columns of one length by their names (`FIELDS`, any may lack);
    `progress` is told the part that is done, 0 to 1."""
    many = max(map(len, table.values()), default=0)
    name, contact, phones, lines, uscc, where, city, mail = (
        table.get(field) or [""] * many for field in FIELDS
    )
    names = Numbered.of([*map(plain, name)])
    contacts = _each(contact, lambda text: called(plain(text)), NO_CONTACT)
    named = _named(names, contacts)
    progress(0.25)
    firms = _each_of(_either(named.part(_company), contacts.part(_company)), company, NO_COMPANY)
    progress(0.5)
    seats = firms.part(_seat)
    towns = _either(_each(city, city_of, "").part(str), named.part(_city))
    places = _places(Numbered.of(where), _either(towns, seats))
    progress(0.75)
    hidden = _either(named.part(_number), contacts.part(_number))
    mobiles, other = _numbers(Numbered.of(phones), Numbered.of(lines), hidden)
    progress(0.9)
    return Taken(
        names,
        firms,
        _people(contacts, named),
        mobiles,
        other,
        _each(uscc, credit_code, NO_CODE),
        _each(mail, email, NO_EMAIL),
        _Each(
            places.number, [one if one.road or one.district else NOWHERE for one in places.those]
        ),
        _either(towns, _either(places.part(_city), seats)),
    )


def _company(one: Called) -> str:
    return one.company


def _number(one: Called) -> str:
    return one.number


def _city(one: Called | Address) -> str:
    return one.city


def _seat(one: Company) -> str:
    return one.seat


def _each(texts: Sequence[str], take: Callable[[str], T], nothing: T) -> _Each[T]:
    return _each_of(Numbered.of(texts), take, nothing)


def _each_of(column: Numbered, take: Callable[[str], T], nothing: T) -> _Each[T]:
    return _Each(column.number, [nothing, *map(take, column.texts[1:])])


def _pairs(one: Numbers, other: Numbers, many: int) -> tuple[Numbers, list[int], list[int]]:
    """A number for each two numbers that stand in one row (the second below `many`), and the two of
    each number."""
    distinct, back = np.unique(one.astype(np.int64) * many + other, return_inverse=True)
    return back.astype(np.int32), (distinct // many).tolist(), (distinct % many).tolist()


def _named(names: Numbered, contacts: _Each[Called]) -> _Each[Called]:
    """What each name says beside its contact."""
    of_company = [bool(one.who.given) and not one.company for one in contacts.those]
    flags = np.array(of_company, dtype=np.int32)[contacts.number]
    number, texts, flagged = _pairs(names.number, flags, 2)
    return _Each(
        number,
        [
            called(names.texts[text], of_company=bool(flag))
            for text, flag in zip(texts, flagged, strict=True)
        ],
    )


def _people(contacts: _Each[Called], named: _Each[Called]) -> _Each[Person]:
    number, first, second = _pairs(contacts.number, named.number, len(named.those))
    return _Each(
        number,
        [
            fuller(contacts.those[one].who, named.those[other].who)
            for one, other in zip(first, second, strict=True)
        ],
    )


def _places(where: Numbered, towns: Numbered) -> _Each[Address]:
    number, texts, within = _pairs(where.number, towns.number, len(towns.texts))
    return _Each(
        number,
        [
            address(plain(where.texts[text]) if text else "", city=towns.texts[town])
            for text, town in zip(texts, within, strict=True)
        ],
    )


def _numbers(*fields: Numbered) -> tuple[_Each[Phone], _Each[Phone]]:
    """As `profile.numbers_of`: the mobile and the landline, whichever field they stand in."""
    every = Numbered.joined(fields)
    phones = [NO_PHONE, *map(phone, every.texts[1:])]
    mobile = np.array([one.kind is PhoneKind.MOBILE for one in phones])
    masked = np.array([one.masked for one in phones])
    line = ~mobile & np.array([bool(one.digits) for one in phones])
    found, other = np.zeros((2, len(fields[0].number)), dtype=np.int32)
    for number in np.split(every.number, len(fields)):
        better = mobile[number] & ((found == 0) | (masked[found] & ~masked[number]))
        found = np.where(better, number, found)
        other = np.where(line[number] & (other == 0), number, other)
    return _Each(found, phones), _Each(other, phones)


def _either(one: Numbered, other: Numbered) -> Numbered:
    """The text of the first column, that of the second where the first has none."""
    if not other.number.any():
        return one
    both = Numbered.of(one.texts + other.texts)
    number = np.where(one.number > 0, one.number, other.number + len(one.texts))
    return Numbered(both.number[number], both.texts)


def parts_of_all(rows: Taken) -> dict[str, Numbered]:
    """The columns of `PARTS`, in order."""
    brand = _sound(rows.firms.part(lambda one: one.brand))
    trade = _sound(rows.firms.part(lambda one: one.trade))
    surname = _sound(rows.people.part(lambda one: one.surname))
    given = _sound(rows.people.part(lambda one: one.given))
    found = {
        "brand": brand,
        "trade": trade,
        "surname": surname,
        "given": given,
        "core": _together(brand, trade, np.ones(len(brand.number), dtype=bool)),
        "person": _together(surname, given, given.number > 0),
        "branch": _changed(
            rows.firms.part(lambda one: one.branch + _OUTLET if one.outlet else one.branch),
            lambda text: sounded(text[:-1]) + "店" if text.endswith(_OUTLET) else sounded(text),
        ),
        "firm_city": rows.firms.part(lambda one: one.city),
        "city": rows.cities,
        "name": rows.names,
        "mobile": rows.mobiles.part(lambda one: "" if one.masked else one.digits),
        "ends": rows.mobiles.part(lambda one: one.ends if one.digits else ""),
        **_often_empty(rows),
    }
    return {part: found[part] for part in PARTS}


def _often_empty(rows: Taken) -> dict[str, Numbered]:
    """The parts that most rows lack."""
    codes, emails, lines, places = rows.codes, rows.emails, rows.lines, rows.places
    return {
        "line": lines.part(lambda one: one.digits),
        "area": lines.part(lambda one: one.area),
        "code": codes.part(lambda one: one.organisation),
        "registration": codes.part(lambda one: "" if one.organisation else one.text),
        "email": emails.part(lambda one: "" if one.shared else one.text),
        "local": emails.part(lambda one: "" if one.shared else one.local),
        "domain": emails.part(lambda one: "" if one.free else one.domain),
        "district": places.part(lambda one: one.district),
        "road": _sound(places.part(lambda one: one.road)),
        "house": places.part(lambda one: one.number),
        "unit": places.part(lambda one: one.unit),
    }


def _sound(column: Numbered) -> Numbered:
    changed = Numbered.of(sounded_all(column.texts))
    return Numbered(changed.number[column.number], changed.texts)


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
