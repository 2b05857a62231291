"""Keys under which a record is filed: two that may be one customer share at least one; pure."""

from crm_core.matching.credit_codes import CodeKind
from crm_core.matching.profile import Profile
from crm_core.matching.spelling import sounded

LEAST_ROAD = 2
_OLD_KINDS = (CodeKind.REGISTRATION, CodeKind.OTHER)


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
