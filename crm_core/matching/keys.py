"""Keys under which a record is filed: two that may be one customer share at least one; pure."""

from crm_core.matching.credit_codes import CodeKind
from crm_core.matching.phones import Phone, PhoneKind
from crm_core.matching.profile import Profile
from crm_core.matching.sounds import shipped
from crm_core.matching.spelling import sounded

LEAST_ROAD = 2
_OLD_KINDS = (CodeKind.REGISTRATION, CodeKind.OTHER)
_BRAND_HEAD, _ROAD_END, _NUMBER_HEAD, _LEAST_LETTERS = 2, 3, 7, 5
_DAMAGED = 10
"""Digits of a mobile number of which one was left out."""


def keys_of(profile: Profile) -> tuple[str, ...]:
    """Short texts, each with a letter for its kind before it; none where nothing is known.

    A key's kind says how strong it is alone: `p` a mobile number, `u` a registered code, `l` a
    landline, `e` an e-mail address, `m` what a masked number shows with the surname, `f` and `t`
    parts of a number with the surname (for slips), `b` a company's name by its sound, `c` brand and
    city, `s` brand and surname, `a` road and house number, `n` a person's name with the city, `w` a
    person's name alone.
    """
    found: list[str] = []
    _number_keys(profile, found)
    _name_keys(profile, found)
    _place_keys(profile, found)
    return tuple(dict.fromkeys(found))


def _number_keys(profile: Profile, found: list[str]) -> None:
    mobile, surname = profile.mobile, sounded(profile.person.surname)
    if mobile.digits:
        digits, ends = mobile.digits, mobile.ends
        if not mobile.masked:
            found.append(f"p{digits}")
            if surname:
                found += (f"f{digits[:7]}{surname}", f"t{digits[-7:]}{surname}")
        found.append(f"m{ends}{surname}")
        if surname:
            found.append(f"m{ends}")
    if profile.line.digits:
        found.append(f"l{profile.line.digits}")
    code = profile.code
    if code.text:
        if code.organisation:
            found.append(f"u{code.organisation}")
        elif code.kind in _OLD_KINDS:
            found.append(f"u{code.text}")
    if profile.email.domain and not profile.email.shared:
        found.append(f"e{profile.email.text}")


def _name_keys(profile: Profile, found: list[str]) -> None:
    company, person = profile.company, profile.person
    if company.brand:
        sound = sounded(company.brand)
        found.append(f"b{sound}{sounded(company.trade[:2])}{sounded(company.branch)}")
        if profile.city:
            found.append(f"c{sound}{profile.city}")
        if person.surname:
            found.append(f"s{sound}{sounded(person.surname)}")
    if person.given and "*" not in person.given:
        name = sounded(person.name)
        if profile.city:
            found.append(f"n{name}{profile.city}")
        found.append(f"w{name}")


def _place_keys(profile: Profile, found: list[str]) -> None:
    where = profile.address
    if len(where.road) >= LEAST_ROAD and where.number:
        found.append(f"a{sounded(where.road)}{where.number}")


def further_keys_of(profile: Profile) -> tuple[str, ...]:
    """Keys for looking somebody up, who shares no key of `keys_of` after a slip in what that takes.

    `d` the beginning of a brand with the city (a slip in the trade, the city written by its sound),
    `g` surname and last character with the city (石*丽), `h` the beginning of a number, `r` the end
    of a road with the house (a region that was not understood sticks to its beginning), `y` a name
    in letters, as e-mail addresses have it. They bring many together that have nothing to do with
    one another: for a scan, which compares all pairs, they cost more than they find.
    """
    found: list[str] = []
    brand, city, person = sounded(profile.company.brand), profile.city, profile.person
    if brand and city:
        named = sounded(city)
        if len(brand) > len(named) + 1 and brand.startswith(named):
            brand = brand[len(named) :]
        found.append(f"d{brand[:_BRAND_HEAD]}{city}")
    if len(person.given) > 1 and person.given[-1] != "*" and city:
        found.append(f"g{sounded(person.surname)}{sounded(person.given[-1])}{city}")
    found += _heads_of_numbers(profile.mobile, profile.line, sounded(person.surname))
    where = profile.address
    if len(where.road) >= LEAST_ROAD and where.number:
        found.append(f"r{sounded(where.road)[-_ROAD_END:]}{where.number}")
    if person.given and "*" not in person.given:
        found.append("y" + "".join(map(shipped().char, person.name)))
    if profile.email.domain and not profile.email.shared:
        letters = profile.email.local.rstrip("0123456789")
        if len(letters) >= _LEAST_LETTERS and letters.isalpha():
            found.append(f"y{letters}")
    return tuple(dict.fromkeys(found))


def _heads_of_numbers(mobile: Phone, line: Phone, surname: str) -> list[str]:
    if mobile.digits and not mobile.masked:
        return [f"h{mobile.digits[:_NUMBER_HEAD]}"]
    left_out = line.kind is PhoneKind.OTHER and len(line.digits) == _DAMAGED
    if not left_out or not line.digits.startswith("1"):
        return []
    ends = [f"m{line.ends}{surname}"] if surname else []
    return [f"h{line.digits[:_NUMBER_HEAD]}", *ends]
