"""The features of `features` for one record against a few: without numpy, in a moment; pure.

Comparing a newcomer with twenty records by columns takes longer than reading them. This says the
same of each pair, number for number (a test holds the two together), with plain values.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import log1p

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, Indel, Prefix

from crm_core.matching.columns import PARTS
from crm_core.matching.people import place_of_surname

Row = tuple[str, ...]
"""As `columns.parts_of` makes it."""
Pair = tuple[str, str]

(
    MOBILE, ENDS, LINE, AREA, CODE, REGISTRATION, EMAIL, LOCAL, DOMAIN, BRAND, CORE, TRADE,
    FIRM_CITY, BRANCH, SURNAME, GIVEN, PERSON, CITY, DISTRICT, ROAD, HOUSE, UNIT, NAME,
) = range(len(PARTS))  # fmt: skip

_EDITS = OSA.normalized_similarity
_SHARED = Indel.normalized_similarity
_HEAD = Prefix.normalized_similarity


@dataclass(frozen=True, slots=True)
class Crowd:
    """How common what a record says is, among it and those that share a key with it."""

    counts: dict[int, float]
    """Part → ln(1 + records that have the same)."""
    distinct: dict[tuple[int, int], float]
    """(part, other part) → ln(1 + different values of the other that go with the same)."""
    doors: float

    @classmethod
    def of(cls, one: Row, others: Sequence[Row]) -> "Crowd":
        """The crowd around a record."""
        every = (one, *others)
        counts = {
            part: log1p(sum(row[part] == one[part] for row in every)) if one[part] else 0.0
            for part in (MOBILE, LINE, EMAIL, DOMAIN, CORE, PERSON, NAME)
        }
        distinct = {
            (part, of): log1p(len({r[of] for r in every if r[part] == one[part]} - {""}))
            for part, of in (
                (MOBILE, BRAND), (MOBILE, SURNAME), (ENDS, MOBILE), (ENDS, SURNAME), (LINE, CORE),
                (LINE, SURNAME),
            )
            if one[part]
        }  # fmt: skip
        door = one[ROAD], one[HOUSE]
        doors = log1p(sum((row[ROAD], row[HOUSE]) == door for row in every))
        return cls(counts, distinct, doors)


def pair_features(one: Row, other: Row, crowd: Crowd) -> dict[str, float]:
    """The features of a pair by name, in the order of `features`."""
    pair = _Pair(one, other, crowd)
    named: dict[str, float] = {}
    for part in (
        pair.mobiles(),
        pair.lines(),
        pair.codes(),
        pair.emails(),
        pair.firms(),
        pair.branches(),
        pair.persons(),
        pair.places(),
        pair.names(),
    ):
        named.update(part)
    return named


def same_number(one: Row, other: Row) -> bool:
    """Whether both have the very same whole mobile number, or the same registered code."""
    return any(one[part] and one[part] == other[part] for part in (MOBILE, CODE))


class _Pair:
    """Two records, compared part by part; see `features._Pairs`."""

    __slots__ = ("_crowd", "_one", "_other")

    def __init__(self, one: Row, other: Row, crowd: Crowd) -> None:
        self._one, self._other, self._crowd = one, other, crowd

    def mobiles(self) -> Iterator[tuple[str, float]]:
        one, other = self._one, self._other
        known, same = self._known(MOBILE)
        yield "mobile_known", known
        yield "mobile_same", same
        yield "mobile_count", self._common(MOBILE, same=same)
        yield "mobile_brands", self._distinct(MOBILE, BRAND, same=same)
        yield "mobile_surnames", self._distinct(MOBILE, SURNAME, same=same)
        yield "mobile_near", self._alike(MOBILE, _EDITS)
        left = bool(one[ENDS]) and not one[MOBILE]
        right = bool(other[ENDS]) and not other[MOBILE]
        known, same = self._known(ENDS)
        either = same and (left or right)
        yield "ends_known", known
        yield "ends_same", either
        yield "ends_both_masked", same and left and right
        yield "ends_mobiles", self._distinct(ENDS, MOBILE, same=either)
        yield "ends_surnames", self._distinct(ENDS, SURNAME, same=either)
        yield "ends_differ", known and not same and (left or right)

    def lines(self) -> Iterator[tuple[str, float]]:
        known, same = self._known(LINE)
        yield "line_known", known
        yield "line_same", same
        yield "line_count", self._common(LINE, same=same)
        yield "line_cores", self._distinct(LINE, CORE, same=same)
        yield "line_surnames", self._distinct(LINE, SURNAME, same=same)
        yield "line_near", self._alike(LINE, _EDITS)
        known, same = self._known(AREA)
        yield "area_same", same
        yield "area_differs", known and not same

    def codes(self) -> Iterator[tuple[str, float]]:
        known, same = self._known(CODE)
        yield "code_known", known
        yield "code_same", same
        yield "code_near", self._alike(CODE, _EDITS)
        known, same = self._known(REGISTRATION)
        yield "registration_known", known
        yield "registration_same", same

    def emails(self) -> Iterator[tuple[str, float]]:
        known, same = self._known(EMAIL)
        yield "email_known", known
        yield "email_same", same
        yield "email_near", self._alike(EMAIL, _EDITS)
        yield "email_count", self._common(EMAIL, same=same)
        known, same = self._known(DOMAIN)
        yield "domain_known", known
        yield "domain_same", same
        yield "domain_count", self._common(DOMAIN, same=same)
        yield "local_same", self._known(LOCAL)[1]

    def firms(self) -> Iterator[tuple[str, float]]:
        known, same = self._known(BRAND)
        yield "brand_known", known
        yield "brand_same", same
        yield "brand_alike", self._alike(BRAND, _SHARED)
        yield "brand_within", self._alike(BRAND, fuzz.partial_ratio, scale=0.01)
        left, right = bool(self._one[BRAND]), bool(self._other[BRAND])
        yield "brand_one", left != right
        yield "brand_none", not left and not right
        same = self._known(CORE)[1]
        yield "core_same", same
        yield "core_count", self._common(CORE, same=same)
        yield "core_alike", self._alike(CORE, _SHARED)
        known, same = self._known(TRADE)
        yield "trade_known", known
        yield "trade_same", same
        yield "trade_alike", self._alike(TRADE, _SHARED)
        known, same = self._known(FIRM_CITY)
        yield "firm_city_same", same
        yield "firm_city_differs", known and not same

    def branches(self) -> Iterator[tuple[str, float]]:
        known, same = self._known(BRANCH)
        yield "branch_same", same
        yield "branch_differs", known and not same
        yield "branch_alike", self._alike(BRANCH, _SHARED)
        left, right = self._one[BRANCH], self._other[BRANCH]
        yield "branch_one", bool(left) != bool(right)
        yield "outlet", left.endswith("店") or right.endswith("店")

    def persons(self) -> Iterator[tuple[str, float]]:
        known, same = self._known(PERSON)
        yield "person_known", known
        yield "person_same", same
        yield "person_count", self._common(PERSON, same=same)
        yield "person_alike", self._alike(PERSON, _SHARED)
        known, same = self._known(SURNAME)
        yield "surname_known", known
        yield "surname_same", same
        yield "surname_rank", log1p(place_of_surname(self._one[SURNAME])) if same else 0.0
        yield "given_alike", self._alike(GIVEN, _SHARED)
        yield "given_one", bool(self._one[GIVEN]) != bool(self._other[GIVEN])

    def places(self) -> Iterator[tuple[str, float]]:
        for name, part in (("city", CITY), ("district", DISTRICT)):
            known, same = self._known(part)
            yield f"{name}_same", same
            yield f"{name}_differs", known and not same
        known, road = self._known(ROAD)
        yield "road_known", known
        yield "road_same", road
        yield "road_alike", self._alike(ROAD, _SHARED)
        known, house = self._known(HOUSE)
        yield "house_known", known
        yield "house_same", house
        yield "house_head", self._alike(HOUSE, _HEAD)
        yield "house_near", self._alike(HOUSE, _EDITS)
        yield "door_same", road and house
        yield "door_count", self._crowd.doors if road and house else 0.0
        known, same = self._known(UNIT)
        yield "unit_same", same
        yield "unit_differs", known and not same
        yield "unit_alike", self._alike(UNIT, _SHARED)

    def names(self) -> Iterator[tuple[str, float]]:
        same = self._known(NAME)[1]
        yield "name_same", same
        yield "name_count", self._common(NAME, same=same)
        yield "name_alike", self._alike(NAME, fuzz.token_sort_ratio, scale=0.01)

    def _known(self, part: int) -> tuple[bool, bool]:
        left, right = self._one[part], self._other[part]
        known = bool(left) and bool(right)
        return known, known and left == right

    def _common(self, part: int, *, same: bool) -> float:
        return self._crowd.counts[part] if same else 0.0

    def _distinct(self, part: int, of: int, *, same: bool) -> float:
        return self._crowd.distinct[part, of] if same else 0.0

    def _alike(self, part: int, scorer: Callable[..., float], *, scale: float = 1.0) -> float:
        left, right = self._one[part], self._other[part]
        if not left or not right:
            return 0.0
        if left == right:
            return 1.0
        # The same way round as in columns: not every scorer takes both ways alike.
        return float(scorer(left, right)) * scale
