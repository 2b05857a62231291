"""The check of data (row 5.7): what is looked at, in words, what counts as too much, and the score.

Sums and words only: the checks are in `health_checks`, `store.reports.data_health` counts.
Thresholds and weights are our own defaults, each with its reason. A check either is a condition,
by which a list shows exactly its records, or looks at values one by one.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from crm_core.model.query import EVERYTHING, NOTHING, Condition
from crm_core.model.schema import Label
from crm_core.model.values import Record

MOST_SHOWN = 5
"""Row 5.7: the five fields with the most doubles."""
QUIET_DAYS = 180
"""A customer nobody has met, called or written to for so long is stale."""


class Family(StrEnum):
    """What kind of trouble it is."""

    DUPLICATE = "duplicate"
    EMPTY = "empty"
    INVALID = "invalid"
    OWNERSHIP = "ownership"
    STALE = "stale"


FAMILIES: Mapping[Family, Label] = {
    Family.DUPLICATE: Label("重复率 TOP5 字段", "Fields with most duplicates"),
    Family.EMPTY: Label("空值率", "Empty fields"),
    Family.INVALID: Label("无效的值", "Invalid values"),
    Family.OWNERSHIP: Label("归属异常", "Ownership"),
    Family.STALE: Label("长期不动", "Stale records"),
}
WEIGHTS: Mapping[Family, int] = {
    Family.DUPLICATE: 30,
    Family.EMPTY: 25,
    Family.INVALID: 20,
    Family.OWNERSHIP: 15,
    Family.STALE: 10,
}
"""Points a family can cost: doubles split a customer's history and cost most; what is stale can
still be right."""
FULL_LOSS = 0.25
"""Where a quarter of what was looked at is wrong, all points of the family are lost."""


class Look(StrEnum):
    """How a check finds its records."""

    CONDITION = "condition"
    DUPLICATE = "duplicate"
    PHONE = "phone"
    CREDIT_CODE = "credit_code"
    EMAIL = "email"
    PLACE = "place"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is counted."""

    id: str
    family: Family
    entity: str
    fields: tuple[str, ...]
    label: Label
    fix: Label
    red: float
    """From this share on it is too much."""
    look: Look = Look.CONDITION
    where: Condition = NOTHING
    """For CONDITION: the records that are wrong …"""
    among: Condition = EVERYTHING
    """… of these."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one check came to. `ids` are those found one by one, doubles beside each other."""

    check: Check
    total: int
    bad: int
    ids: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """Of those looked at, 0 to 1."""
        return self.bad / self.total if self.total else 0.0

    @property
    def red(self) -> bool:
        """Whether it is too much."""
        return self.bad > 0 and self.share >= self.check.red


@dataclass(frozen=True, slots=True)
class Gap:
    """What the organisation asks of some records, and those that lack it (row 5.3)."""

    id: str
    who: Label
    entity: str
    fields: tuple[str, ...]
    among: Condition
    where: Condition


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the checks depend on beside the records themselves."""

    users: Collection[Record] = ()
    territories: Collection[Record] = ()
    gaps: tuple[Gap, ...] = ()
    withheld: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Entity → fields the viewer does not read: nothing is said about them."""


def lost(results: Iterable[Result]) -> dict[Family, float]:
    """The points each family costs; one of which nothing was looked at costs none."""
    sums: dict[Family, tuple[int, int]] = {}
    for one in results:
        bad, total = sums.get(one.check.family, (0, 0))
        sums[one.check.family] = bad + one.bad, total + one.total
    return {
        family: WEIGHTS[family] * min(1.0, bad / total / FULL_LOSS) if total else 0.0
        for family, (bad, total) in sums.items()
    }


def score(results: Iterable[Result]) -> int:
    """100 where nothing is wrong, else less by what each family costs."""
    return round(100 - sum(lost(results).values()))


def of_family(results: Iterable[Result], family: Family) -> list[Result]:
    """A section: the worst first; of the doubles only the first few."""
    found = [one for one in results if one.check.family is family]
    found.sort(key=lambda one: (-one.share, one.check.id))
    return found[:MOST_SHOWN] if family is Family.DUPLICATE else found


def counts_text(results: Iterable[Result]) -> str:
    """How a snapshot keeps them: check → [wrong, looked at]."""
    return json.dumps({one.check.id: [one.bad, one.total] for one in results})
