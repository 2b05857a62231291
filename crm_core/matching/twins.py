"""One customer that two people created unknown to each other: are they one, and whose; pure.

Only a valid credit code, or a whole mobile number with names that fit, is proof enough to link two
records without asking anybody. Whose the customer is follows from what the records hold, never from
which of them arrived first (decision 046).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from crm_core.matching.companies import company
from crm_core.matching.filing import exact_keys
from crm_core.matching.people import person
from crm_core.matching.phones import PhoneKind, phone
from crm_core.matching.spelling import plain
from crm_core.model.schema import Label
from crm_core.model.values import Record


class Reason(StrEnum):
    """What decides whose a customer is."""

    TERRITORY = "territory"
    FIRST = "first"
    ID = "id"


ORDERS: Mapping[str, tuple[Reason, ...]] = {
    "territory": (Reason.TERRITORY, Reason.FIRST, Reason.ID),
    "first": (Reason.FIRST, Reason.ID),
}
"""By the policy's choice, what counts before what."""
WHY: Mapping[Reason, Label] = {
    Reason.TERRITORY: Label("客户所在地属于其区域", "the place lies in their territory"),
    Reason.FIRST: Label("最先建档", "they were the first to enter it"),
    Reason.ID: Label("同时建档，按编号先后", "both entered it at once; the lower id counts"),
}
_SUFFIXES = ("大区", "区域", "地区", "市", "省", "区", "县")
_PLACE = ("province", "city", "district", "address")


@dataclass(frozen=True, slots=True)
class Same:
    """What two records have in common."""

    by: str
    """`uscc` or `phone`."""
    sure: bool
    """Whether that is proof enough without a person."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One of the records, and what speaks for whoever has it."""

    id: str
    owner: str
    created: str
    """Effective stamp: the device's clock put right."""
    at_home: bool
    """Whether the place lies in the owner's territory."""


def same(one: Record, other: Record) -> Same | None:
    """Whether two customers have a credit code or a telephone number in common that tells."""
    common = exact_keys(one) & exact_keys(other)
    if any(key.startswith("uscc:") for key in common):
        return Same("uscc", sure=True)
    if not common:
        return None
    fit = names_fit(str(one.get("name") or ""), str(other.get("name") or ""))
    mobile = phone(str(one.get("phone") or "")).kind is PhoneKind.MOBILE
    # A switchboard is shared by many; a mobile by one person, who may stand for two companies.
    return Same("phone", sure=fit and mobile) if fit or mobile else None


def names_fit(one: str, other: str) -> bool:
    """Whether two names can be those of one customer.

    >>> names_fit("苏州恒通贸易有限公司", "恒通商贸（苏州）"), names_fit("张伟", "张总")
    (True, True)
    >>> names_fit("苏州恒通贸易有限公司", "恒通贸易南京分公司")
    False
    """
    first, second = plain(one), plain(other)
    if not first or not second:
        return False
    if first == second:
        return True
    people = person(first), person(second)
    if all(one.surname for one in people):
        names = [one.name for one in people]
        return people[0].surname == people[1].surname and (names[0] == names[1] or "" in names)
    firms = company(first), company(second)
    cities = {firm.city for firm in firms} - {""}
    return bool(
        firms[0].brand
        and firms[0].brand == firms[1].brand
        and firms[0].branch == firms[1].branch
        and len(cities) < 2
    )


def at_home(customer: Record, territories: Collection[str]) -> bool:
    """Whether a customer's place lies in one of the territories, by their names."""
    place = "".join(str(customer.get(name) or "") for name in _PLACE)
    return any(_short(name) in place for name in territories if _short(name))


def winner(claims: Sequence[Claim], order: Sequence[Reason]) -> Claim:
    """The record that stays, and with it its owner; the same whatever the order of `claims`."""
    return min(claims, key=lambda claim: [_rank(claim, reason) for reason in order])


def why(won: Claim, other: Claim, order: Sequence[Reason]) -> Reason:
    """What decided between two."""
    return next((r for r in order if _rank(won, r) != _rank(other, r)), Reason.ID)


def _rank(claim: Claim, reason: Reason) -> str:
    """The lower, the better."""
    if reason is Reason.TERRITORY:
        return "0" if claim.at_home else "1"
    return claim.created[:12] if reason is Reason.FIRST else claim.id


def _short(territory: str) -> str:
    name = territory.strip()
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) - len(suffix) > 1:
            return name.removesuffix(suffix)
    return name if len(name) > 1 else ""
