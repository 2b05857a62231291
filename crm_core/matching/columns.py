"""Many profiles as columns: equal texts are equal numbers, to compare by the million; pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import count
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from crm_core.matching.profile import Profile
from crm_core.matching.spelling import sounded

Numbers: TypeAlias = NDArray[np.int32]
_BETWEEN = "\x1f"


@dataclass(frozen=True, slots=True)
class Numbered:
    """One text a record: `number[i]` of record i, 0 where it has none."""

    number: Numbers
    texts: list[str]
    """The text of each number; the first is empty."""

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        """Number the texts in the order they first appear."""
        numbers: defaultdict[str, int] = defaultdict(count(1).__next__, {"": 0})
        found = np.fromiter(map(numbers.__getitem__, texts), np.int32, len(texts))
        return cls(found, list(numbers))

    @classmethod
    def joined(cls, parts: Sequence["Numbered"]) -> Self:
        """Several put behind one another, with one numbering."""
        if len(parts) == 1:
            return cls(parts[0].number, parts[0].texts)
        first, *rest = parts
        known = zip(first.texts, range(len(first.texts)), strict=True)
        numbers: defaultdict[str, int] = defaultdict(count(len(first.texts)).__next__, known)
        found = [first.number]
        for part in rest:
            new = np.fromiter(map(numbers.__getitem__, part.texts), np.int32, len(part.texts))
            found.append(new[part.number])
        return cls(np.concatenate(found), list(numbers))

    def __reduce__(self) -> tuple[Any, ...]:
        """To another process goes one long text: a list of short ones takes five times as long."""
        whole = _BETWEEN.join(self.texts)
        several = whole.count(_BETWEEN) != len(self.texts) - 1
        return _unpacked, (self.number, self.texts if several else whole)

    @property
    def counts(self) -> NDArray[np.int64]:
        """How many records have each number."""
        return np.bincount(self.number, minlength=len(self.texts))


def _unpacked(number: Numbers, texts: str | list[str]) -> Numbered:
    return Numbered(number, texts.split(_BETWEEN) if isinstance(texts, str) else texts)


PARTS = (
    "mobile", "ends", "line", "area", "code", "registration", "email", "local", "domain", "brand",
    "core", "trade", "firm_city", "branch", "surname", "given", "person", "city", "district",
    "road", "house", "unit", "name",
)  # fmt: skip
"""What a record is compared by; each becomes a column. Names and roads by their sound."""


def parts_of(profile: Profile) -> tuple[str, ...]:
    """One text for each of `PARTS`."""
    mobile, line, code = profile.mobile, profile.line, profile.code
    firm, person, where = profile.company, profile.person, profile.address
    brand, trade = sounded(firm.brand), sounded(firm.trade)
    email, shared = profile.email, profile.email.shared
    surname, given = sounded(person.surname), sounded(person.given)
    return (
        "" if mobile.masked else mobile.digits,
        mobile.ends if mobile.digits else "",
        line.digits,
        line.area,
        code.organisation,
        "" if code.organisation else code.text,
        "" if shared else email.text,
        "" if shared else email.local,
        "" if email.free else email.domain,
        brand,
        brand + trade,
        trade,
        firm.city,
        sounded(firm.branch) + ("店" if firm.outlet else ""),
        surname,
        given,
        surname + given if given else "",
        profile.city,
        where.district,
        sounded(where.road),
        where.number,
        where.unit,
        profile.name,
    )


@dataclass(frozen=True, slots=True)
class Columns:
    """Every part of every record."""

    mobile: Numbered
    ends: Numbered
    line: Numbered
    area: Numbered
    code: Numbered
    registration: Numbered
    email: Numbered
    local: Numbered
    domain: Numbered
    brand: Numbered
    core: Numbered
    trade: Numbered
    firm_city: Numbered
    branch: Numbered
    surname: Numbered
    given: Numbered
    person: Numbered
    city: Numbered
    district: Numbered
    road: Numbered
    house: Numbered
    unit: Numbered
    name: Numbered

    def __len__(self) -> int:
        return len(self.name.number)

    @classmethod
    def of(cls, rows: Sequence[tuple[str, ...]]) -> Self:
        """Columns of rows made by `parts_of`."""
        texts = zip(*rows, strict=True) if rows else [()] * len(PARTS)
        return cls(*(Numbered.of(column) for column in texts))

    @classmethod
    def joined(cls, parts: Sequence[tuple[Numbered, ...]]) -> Self:
        """Columns of records that were numbered apart."""
        return cls(*(Numbered.joined(columns) for columns in zip(*parts, strict=True)))


assert tuple(field.name for field in fields(Columns)) == PARTS
