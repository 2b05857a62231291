"""Compare one record with a few: how likely they are one customer, and why (row 5.8); pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from crm_core.matching.columns import Columns, parts_of
from crm_core.matching.comparer import shipped
from crm_core.matching.credit_codes import CodeKind
from crm_core.matching.features import features
from crm_core.matching.people import NOBODY
from crm_core.matching.profile import Profile
from crm_core.matching.spelling import sounded


class Sign(StrEnum):
    """What two records have in common, or not."""

    PHONE = "phone"
    MASKED_PHONE = "masked_phone"
    LINE = "line"
    CODE = "code"
    EMAIL = "email"
    COMPANY = "company"
    COMPANY_SOUND = "company_sound"
    PERSON = "person"
    PERSON_SOUND = "person_sound"
    SURNAME = "surname"
    ADDRESS = "address"
    CITY = "city"
    OTHER_PHONE = "other_phone"
    OTHER_CODE = "other_code"
    OTHER_COMPANY = "other_company"
    OTHER_PERSON = "other_person"
    OTHER_CITY = "other_city"
    OTHER_BRANCH = "other_branch"


AGAINST = frozenset(sign for sign in Sign if sign.value.startswith("other_"))
"""Signs that speak against it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing two records have in common, or not, as the two write it."""

    sign: Sign
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two records compare."""

    probability: float
    reasons: tuple[Reason, ...]
    exact: str | None
    """`phone` or `uscc` where the two have one whole number or one valid code; else None."""


def likeness(mine: Profile, theirs: Profile) -> Likeness:
    """How likely two records are one customer, and why."""
    return likenesses(mine, [theirs])[0]


def likenesses(mine: Profile, others: Sequence[Profile]) -> list[Likeness]:
    """The same for several at once. How common a value is, is counted among the records given: so
    give all that share a key with the first, not one after the other."""
    if not others:
        return []
    columns = Columns.of([parts_of(profile) for profile in (mine, *others)])
    right = np.arange(1, len(others) + 1, dtype=np.int32)
    values, _ = features(columns, np.zeros_like(right), right)
    chances = shipped().probability(values)
    return [
        Likeness(float(chance), tuple(reasons(mine, other)), exact(mine, other))
        for chance, other in zip(chances, others, strict=True)
    ]


def exact(mine: Profile, theirs: Profile) -> str | None:
    """Whether two records have one number that no two customers share (row 5.1)."""
    if mine.code.kind is CodeKind.CREDIT and mine.code.valid and mine.code == theirs.code:
        return "uscc"
    if mine.mobile.digits and not mine.mobile.masked and mine.mobile == theirs.mobile:
        return "phone"
    return None


def reasons(mine: Profile, theirs: Profile) -> list[Reason]:
    """What they have in common, then what speaks against it."""
    found = [*_numbers(mine, theirs), *_names(mine, theirs), *_places(mine, theirs)]
    return sorted(found, key=lambda reason: reason.sign in AGAINST)


def _numbers(mine: Profile, theirs: Profile) -> list[Reason]:
    found = []
    if mine.mobile.digits and theirs.mobile.digits:
        masked = mine.mobile.masked or theirs.mobile.masked
        same = mine.mobile.ends == theirs.mobile.ends if masked else mine.mobile == theirs.mobile
        sign = Sign.OTHER_PHONE
        if same:
            sign = Sign.MASKED_PHONE if masked else Sign.PHONE
        found.append(Reason(sign, mine.mobile.shown, theirs.mobile.shown))
    if mine.line.digits and mine.line.digits == theirs.line.digits:
        found.append(Reason(Sign.LINE, mine.line.shown, theirs.line.shown))
    organisations = mine.code.organisation, theirs.code.organisation
    if all(organisations):
        sign = Sign.CODE if organisations[0] == organisations[1] else Sign.OTHER_CODE
        found.append(Reason(sign, mine.code.text, theirs.code.text))
    if mine.email.domain and mine.email == theirs.email:
        found.append(Reason(Sign.EMAIL, mine.email.text, theirs.email.text))
    return found


def _names(mine: Profile, theirs: Profile) -> list[Reason]:
    found = []
    if mine.company.brand and theirs.company.brand:
        sign = _company_sign(mine, theirs)
        found.append(Reason(sign, mine.company.shown, theirs.company.shown))
        if mine.company.branch != theirs.company.branch:
            branches = mine.company.branch, theirs.company.branch
            found.append(Reason(Sign.OTHER_BRANCH, *branches))
    if mine.person is not NOBODY and theirs.person is not NOBODY:
        sign = _person_sign(mine, theirs)
        found.append(Reason(sign, mine.person.shown, theirs.person.shown))
    return found


def _company_sign(mine: Profile, theirs: Profile) -> Sign:
    if mine.company.brand == theirs.company.brand:
        return Sign.COMPANY
    alike = sounded(mine.company.brand) == sounded(theirs.company.brand)
    return Sign.COMPANY_SOUND if alike else Sign.OTHER_COMPANY


def _person_sign(mine: Profile, theirs: Profile) -> Sign:
    if mine.person.surname != theirs.person.surname:
        return Sign.OTHER_PERSON
    if not (mine.person.name and theirs.person.name):
        return Sign.SURNAME
    if mine.person.name == theirs.person.name:
        return Sign.PERSON
    alike = sounded(mine.person.name) == sounded(theirs.person.name)
    return Sign.PERSON_SOUND if alike else Sign.OTHER_PERSON


def _places(mine: Profile, theirs: Profile) -> list[Reason]:
    here, there = mine.address, theirs.address
    if here.road and here.number and (here.road, here.number) == (there.road, there.number):
        return [Reason(Sign.ADDRESS, here.shown, there.shown)]
    if mine.city and theirs.city:
        sign = Sign.CITY if mine.city == theirs.city else Sign.OTHER_CITY
        return [Reason(sign, mine.city, theirs.city)]
    return []
