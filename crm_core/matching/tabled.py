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
from crm_core.matching.companies import NO_COMPANY, Company, company_anew
from crm_core.matching.credit_codes import CreditCode, credit_code
from crm_core.matching.emails import Email, email
from crm_core.matching.nicknames import Called, called
from crm_core.matching.people import NOBODY, Person
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
    those: Sequence[T]

    def column(self, texts: Sequence[str]) -> Numbered:
        """A text of each value as a column."""
        found = Numbered.of(texts)
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
    contacts = _each_of(_changed(Numbered.of(contact), plain), called, NO_CONTACT)
    named = _named(names, contacts)
    progress(0.25)
    said, also = _companies(named), _companies(contacts)
    firms = _each_of(_either(said, also), company_anew, NO_COMPANY)
    progress(0.5)
    seats = firms.column([one.seat for one in firms.those])
    where_named = named.column([one.city for one in named.those])
    towns = _either(_changed(Numbered.of(city), city_of), where_named)
    places = _places(_changed(Numbered.of(where), plain), _either(towns, seats))
    progress(0.75)
    hidden = _either(_hidden(named), _hidden(contacts))
    mobiles, other = _numbers(Numbered.of(phones), Numbered.of(lines), hidden)
    progress(0.9)
    found = places.column([one.city for one in places.those])
    known = [one if one.road or one.district else NOWHERE for one in places.those]
    return Taken(
        names,
        firms,
        _people(contacts, named),
        mobiles,
        other,
        _each(uscc, credit_code, NO_CODE),
        _each(mail, email, NO_EMAIL),
        _Each(places.number, known),
        _either(towns, _either(found, seats)),
    )


def _companies(named: _Each[Called]) -> Numbered:
    return named.column([one.company for one in named.those])


def _hidden(named: _Each[Called]) -> Numbered:
    """The number that stands in a name."""
    return named.column([one.number for one in named.those])


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
            address(where.texts[text], city=towns.texts[town])
            for text, town in zip(texts, within, strict=True)
        ],
    )


def _numbers(*fields: Numbered) -> tuple[_Each[Phone], _Each[Phone]]:
    """As `profile.numbers_of`: the mobile and the landline, whichever field they stand in."""
    every = Numbered.joined(fields)
    phones = [NO_PHONE, *map(phone, every.texts[1:])]
    kinds, digits, _, _, hidden = zip(*phones, strict=True)
    mobile = np.array([kind is PhoneKind.MOBILE for kind in kinds])
    masked, line = np.array(hidden), ~mobile & np.array(digits, dtype=bool)
    found, other = np.zeros((2, len(fields[0].number)), dtype=np.int32)
    for number in np.split(every.number, len(fields)):
        better = mobile[number] & ((found == 0) | (masked[found] & ~masked[number]))
        found = np.where(better, number, found)
        other = np.where(line[number] & (other == 0), number, other)
    return _used(found, phones), _used(other, phones)


def _used(number: Numbers, those: Sequence[Phone]) -> _Each[Phone]:
    """The first value and those that are used."""
    used = np.flatnonzero(np.bincount(np.append(number, 0), minlength=len(those)))
    anew = np.zeros(len(those), dtype=np.int32)
    anew[used] = np.arange(len(used), dtype=np.int32)
    return _Each(anew[number], [those[place] for place in used.tolist()])


def _either(one: Numbered, other: Numbered) -> Numbered:
    """The text of the first column, that of the second where the first has none."""
    if not other.number.any():
        return one
    both = Numbered.of(one.texts + other.texts)
    number = np.where(one.number > 0, one.number, other.number + len(one.texts))
    return Numbered(both.number[number], both.texts)


def parts_of_all(rows: Taken) -> dict[str, Numbered]:
    """The columns of `PARTS`, in order."""
    brands, trades, cities, branches, outlets = zip(*rows.firms.those, strict=True)
    surnames, givens, _ = zip(*(rows.people.those or [NOBODY]), strict=True)
    brand, trade = (_sound(rows.firms.column(texts)) for texts in (brands, trades))
    surname, given = (_sound(rows.people.column(texts)) for texts in (surnames, givens))
    branch = [
        text + _OUTLET if outlet else text for text, outlet in zip(branches, outlets, strict=True)
    ]
    found = {
        "brand": brand,
        "trade": trade,
        "surname": surname,
        "given": given,
        "core": _together(brand, trade, np.ones(len(brand.number), dtype=bool)),
        "person": _together(surname, given, given.number > 0),
        "branch": _changed(
            rows.firms.column(branch),
            lambda text: sounded(text[:-1]) + "店" if text.endswith(_OUTLET) else sounded(text),
        ),
        "firm_city": rows.firms.column(cities),
        "city": rows.cities,
        "name": rows.names,
        **_of_numbers(rows.mobiles, rows.lines),
        **_often_empty(rows),
    }
    return {part: found[part] for part in PARTS}


def _of_numbers(mobiles: _Each[Phone], lines: _Each[Phone]) -> dict[str, Numbered]:
    _, digits, _, _, masked = zip(*mobiles.those, strict=True)
    whole = ["" if hidden else text for text, hidden in zip(digits, masked, strict=True)]
    _, local, area, _, _ = zip(*lines.those, strict=True)
    return {
        "mobile": mobiles.column(whole),
        "ends": mobiles.column([text[:3] + text[-4:] for text in digits]),
        "line": lines.column(local),
        "area": lines.column(area),
    }


def _often_empty(rows: Taken) -> dict[str, Numbered]:
    """The parts that most rows lack."""
    codes, emails, places = rows.codes, rows.emails, rows.places
    named = [one.organisation for one in codes.those]
    older = ["" if new else one.text for new, one in zip(named, codes.those, strict=True)]
    _, districts, roads, houses, units = zip(*(places.those or [NOWHERE]), strict=True)
    return {
        "code": codes.column(named),
        "registration": codes.column(older),
        "email": emails.column(["" if one.shared else one.text for one in emails.those]),
        "local": emails.column(["" if one.shared else one.local for one in emails.those]),
        "domain": emails.column(["" if one.free else one.domain for one in emails.those]),
        "district": places.column(districts),
        "road": _sound(places.column(roads)),
        "house": places.column(houses),
        "unit": places.column(units),
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
