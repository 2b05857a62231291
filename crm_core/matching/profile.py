"""A customer, contact or lead in the form records are compared in (row 5.8); pure."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from crm_core.matching.addresses import NOWHERE, Address, address
from crm_core.matching.companies import NO_COMPANY, Company, company
from crm_core.matching.credit_codes import CreditCode, credit_code
from crm_core.matching.emails import Email, email
from crm_core.matching.nicknames import Called, called
from crm_core.matching.people import NOBODY, Person
from crm_core.matching.phones import Phone, PhoneKind, phone
from crm_core.matching.spelling import plain
from crm_core.model import regions

NO_CONTACT = called("")
NO_CODE, NO_EMAIL, NO_PHONE = credit_code(""), email(""), phone("")


class Profile(NamedTuple):
    """What a record says about who it is, each part in the form it is compared in."""

    name: str
    """The whole name in plain spelling."""
    company: Company
    person: Person
    mobile: Phone
    """A mobile number, whole or masked; nothing where there is none."""
    line: Phone
    """A landline or hotline."""
    code: CreditCode
    email: Email
    address: Address
    city: str
    """Short name, from the field, the address or the name."""

    @property
    def is_company(self) -> bool:
        """Whether a company or shop is named."""
        return bool(self.company.brand)


def profile_of(values: Mapping[str, object]) -> Profile:
    """The profile of a record by its field names: name, phone, tel, email, city, address, uscc, and
    contact (the person to ask for). Other fields and values that are no text say nothing."""
    contact = called(plain(_text(values, "contact"))) if values.get("contact") else NO_CONTACT
    name = plain(_text(values, "name"))
    named = called(name, of_company=bool(contact.who.given) and not contact.company)
    firm = company(named.company or contact.company) if _has_company(named, contact) else NO_COMPANY
    city = city_of(_text(values, "city")) or named.city
    where = address(plain(_text(values, "address")), city=city or firm.seat)
    mobile, line = numbers_of(
        _text(values, "phone"), _text(values, "tel"), named.number or contact.number
    )
    return Profile(
        name=name,
        company=firm,
        person=fuller(contact.who, named.who),
        mobile=mobile,
        line=line,
        code=credit_code(_text(values, "uscc")) if values.get("uscc") else NO_CODE,
        email=email(_text(values, "email")) if values.get("email") else NO_EMAIL,
        address=where if where.road or where.district else NOWHERE,
        city=city or where.city or firm.seat,
    )


def _has_company(named: Called, contact: Called) -> bool:
    return bool(named.company or contact.company)


def fuller(first: Person, second: Person) -> Person:
    if first is NOBODY:
        return second
    if not first.given and second.given and second.surname == first.surname:
        return second
    return first


def numbers_of(*fields: str) -> tuple[Phone, Phone]:
    """The mobile and the landline, whichever field they stand in; a whole one before a masked."""
    mobile = line = NO_PHONE
    for written in fields:
        if not written:
            continue
        number = phone(written)
        if number.kind is PhoneKind.MOBILE:
            if not mobile.digits or (mobile.masked and not number.masked):
                mobile = number
        elif number.digits and not line.digits:
            line = number
    return mobile, line


@lru_cache(maxsize=4096)
def city_of(text: str) -> str:
    """The short name of a city as a field holds it; what is no known city stays as it is."""
    if not text:
        return ""
    folded = plain(text)
    found = regions.at_head(folded)
    if found is None:
        return folded.removesuffix("市")
    return found.region.town


def _text(values: Mapping[str, object], name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) else ""
