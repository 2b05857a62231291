"""Keys under which a record is filed: two that may be one customer share at least one; pure."""

from collections.abc import Iterator

from crm_core.matching.credit_codes import CodeKind
from crm_core.matching.people import NOBODY
from crm_core.matching.profile import Profile
from crm_core.matching.spelling import sounded

_LEAST_ROAD = 2


def keys_of(profile: Profile) -> tuple[str, ...]:
    """Short texts, each with a letter for its kind before it; none where nothing is known.

    A key's kind says how strong it is alone: `p` a mobile number, `u` a registered code, `l` a
    landline, `e` an e-mail address, `m` what a masked number shows with the surname, `f` and `t`
    parts of a number with the surname (for slips), `b` a company's name by its sound, `c` brand and
    city, `a` road and house number, `n` a person's name with the city, `w` a person's name alone.
    """
    return tuple(
        dict.fromkeys((*_number_keys(profile), *_name_keys(profile), *_place_keys(profile)))
    )


def _number_keys(profile: Profile) -> Iterator[str]:
    mobile, surname = profile.mobile, profile.person.surname
    if mobile.digits:
        if not mobile.masked:
            yield f"p{mobile.digits}"
            if surname:
                yield f"f{mobile.digits[:7]}{surname}"
                yield f"t{mobile.digits[-7:]}{surname}"
        yield f"m{mobile.ends}{surname}"
        if surname:
            yield f"m{mobile.ends}"
    if profile.line.digits:
        yield f"l{profile.line.digits}"
    code = profile.code
    if code.organisation:
        yield f"u{code.organisation}"
    elif code.kind in (CodeKind.REGISTRATION, CodeKind.OTHER) and code.text:
        yield f"u{code.text}"
    if profile.email.domain and not profile.email.shared:
        yield f"e{profile.email.text}"


def _name_keys(profile: Profile) -> Iterator[str]:
    company, person = profile.company, profile.person
    if company.brand:
        sound = sounded(company.brand)
        yield f"b{sound}{sounded(company.trade[:2])}{sounded(company.branch)}"
        if profile.city:
            yield f"c{sound}{profile.city}"
        if person.surname:
            yield f"s{sound}{person.surname}"
    if person is not NOBODY and person.given and "*" not in person.given:
        name = sounded(person.name)
        if profile.city:
            yield f"n{name}{profile.city}"
        yield f"w{name}"


def _place_keys(profile: Profile) -> Iterator[str]:
    where = profile.address
    if len(where.road) >= _LEAST_ROAD and where.number:
        yield f"a{sounded(where.road)}{where.number}"
