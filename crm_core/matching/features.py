"""What speaks for and against two records being one customer, in numbers (row 5.8); pure.

Every comparison has three outcomes: alike, different, not known of one of the two. How common a
value is says how much it is worth to share it: a switchboard of forty firms says little.
"""

from collections.abc import Callable, Iterator
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, Indel, Prefix

from crm_core.matching.columns import Columns, Numbered
from crm_core.matching.people import place_of_surname

Numbers = NDArray[np.int32]
Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
Values = NDArray[np.float32] | NDArray[np.bool_] | NDArray[np.float64]
Named = Iterator[tuple[str, Values]]
Scorer = Callable[..., float]

_EDITS = OSA.normalized_similarity
_SHARED = Indel.normalized_similarity
_HEAD = Prefix.normalized_similarity


class Common:
    """What is the same for all pairs: how common values are among all records, and their texts as
    arrays. Worked out when first asked."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._texts: dict[str, NDArray[np.object_]] = {}
        self._kept: dict[tuple[str, ...], NDArray[np.float64]] = {}
        self._lock = Lock()

    def texts(self, part: str) -> NDArray[np.object_]:
        """The texts of a part, to be taken many at once."""
        with self._lock:
            if part not in self._texts:
                texts = getattr(self._columns, part).texts
                if part == "name":  # As `fuzz.token_sort_ratio` does for each pair again.
                    texts = [
                        " ".join(sorted(text.split())) if " " in text else text for text in texts
                    ]
                self._texts[part] = np.array(texts, dtype=object)
            return self._texts[part]

    def counts(self, part: str) -> NDArray[np.float64]:
        """ln(1 + records that have it) for each value of a part."""
        return self._once((part,), self._counts)

    def distinct(self, part: str, of: str) -> NDArray[np.float64]:
        """ln(1 + different values of another part that go with it) for each value of a part."""
        return self._once((part, of), self._distinct)

    def doors(self) -> NDArray[np.float64]:
        """ln(1 + records at the same road and house) for each record."""
        return self._once(("doors", "", ""), self._doors)

    def _once(
        self, key: tuple[str, ...], make: Callable[..., NDArray[np.float64]]
    ) -> NDArray[np.float64]:
        with self._lock:
            if key not in self._kept:
                self._kept[key] = make(*key)
            return self._kept[key]

    def _counts(self, part: str) -> NDArray[np.float64]:
        column: Numbered = getattr(self._columns, part)
        return np.log1p(column.counts)

    def _distinct(self, part: str, of: str) -> NDArray[np.float64]:
        group: Numbered = getattr(self._columns, part)
        other: Numbered = getattr(self._columns, of)
        both = (group.number > 0) & (other.number > 0)
        many = len(other.texts)
        codes = np.unique(group.number[both].astype(np.int64) * many + other.number[both])
        return np.log1p(np.bincount(codes // many, minlength=len(group.texts)))

    def _doors(self, *_: str) -> NDArray[np.float64]:
        road, house = self._columns.road, self._columns.house
        codes = road.number.astype(np.int64) * len(house.texts) + house.number
        _all, back, counts = np.unique(codes, return_inverse=True, return_counts=True)
        found: NDArray[np.float64] = np.log1p(counts)[back]
        return found


def features(
    columns: Columns, left: Numbers, right: Numbers, common: Common | None = None
) -> tuple[Floats, tuple[str, ...]]:
    """One row a pair of records (their positions in `columns`), one column a feature, and the
    names of the features. `common` is kept by who compares in several steps."""
    pairs = _Pairs(columns, left, right, common or Common(columns))
    named = [
        (name, values)
        for part in (
            pairs.mobiles(),
            pairs.lines(),
            pairs.codes(),
            pairs.emails(),
            pairs.firms(),
            pairs.branches(),
            pairs.persons(),
            pairs.places(),
            pairs.names(),
        )
        for name, values in part
    ]
    # Feature after feature in memory: writing them pair by pair would touch all of it each time.
    stacked = np.empty((len(named), len(left)), dtype=np.float32)
    for place, (_, values) in enumerate(named):
        stacked[place] = values
    return stacked.T, tuple(name for name, _ in named)


class _Pairs:
    """Two records a pair, compared part by part."""

    def __init__(self, columns: Columns, left: Numbers, right: Numbers, common: Common) -> None:
        self._all, self._kept = columns, common
        self._left, self._right = left, right
        self._taken: dict[int, tuple[Numbers, Numbers]] = {}

    def mobiles(self) -> Named:
        """Mobile numbers, whole and masked."""
        all_, known, same = self._all, *self._known(self._all.mobile)
        yield "mobile_known", known
        yield "mobile_same", same
        yield "mobile_count", self._common("mobile", same)
        yield "mobile_brands", self._distinct("mobile", "brand", same)
        yield "mobile_surnames", self._distinct("mobile", "surname", same)
        yield "mobile_near", self._alike("mobile", _EDITS)
        left, right = self._masked(self._left), self._masked(self._right)
        known, same = self._known(all_.ends)
        either = same & (left | right)
        yield "ends_known", known
        yield "ends_same", either
        yield "ends_both_masked", same & left & right
        yield "ends_mobiles", self._distinct("ends", "mobile", either)
        yield "ends_surnames", self._distinct("ends", "surname", either)
        yield "ends_differ", known & ~same & (left | right)

    def lines(self) -> Named:
        """Landlines and hotlines."""
        all_, known, same = self._all, *self._known(self._all.line)
        yield "line_known", known
        yield "line_same", same
        yield "line_count", self._common("line", same)
        yield "line_cores", self._distinct("line", "core", same)
        yield "line_surnames", self._distinct("line", "surname", same)
        yield "line_near", self._alike("line", _EDITS)
        known, same = self._known(all_.area)
        yield "area_same", same
        yield "area_differs", known & ~same

    def codes(self) -> Named:
        """Registered codes, new and old."""
        all_, known, same = self._all, *self._known(self._all.code)
        yield "code_known", known
        yield "code_same", same
        yield "code_near", self._alike("code", _EDITS)
        known, same = self._known(all_.registration)
        yield "registration_known", known
        yield "registration_same", same

    def emails(self) -> Named:
        """E-mail addresses and the companies behind them."""
        all_, known, same = self._all, *self._known(self._all.email)
        yield "email_known", known
        yield "email_same", same
        yield "email_near", self._alike("email", _EDITS)
        yield "email_count", self._common("email", same)
        known, same = self._known(all_.domain)
        yield "domain_known", known
        yield "domain_same", same
        yield "domain_count", self._common("domain", same)
        yield "local_same", self._known(all_.local)[1]

    def firms(self) -> Named:
        """Names of companies and shops, by their sound."""
        all_, known, same = self._all, *self._known(self._all.brand)
        yield "brand_known", known
        yield "brand_same", same
        yield "brand_alike", self._alike("brand", _SHARED)
        yield "brand_within", self._alike("brand", fuzz.partial_ratio, scale=0.01)
        left, right = all_.brand.number[self._left] > 0, all_.brand.number[self._right] > 0
        yield "brand_one", left != right
        yield "brand_none", ~left & ~right
        same = self._known(all_.core)[1]
        yield "core_same", same
        yield "core_count", self._common("core", same)
        yield "core_alike", self._alike("core", _SHARED)
        known, same = self._known(all_.trade)
        yield "trade_known", known
        yield "trade_same", same
        yield "trade_alike", self._alike("trade", _SHARED)
        known, same = self._known(all_.firm_city)
        yield "firm_city_same", same
        yield "firm_city_differs", known & ~same

    def branches(self) -> Named:
        """Branches and outlets: of two of them each is a customer of its own."""
        all_, known, same = self._all, *self._known(self._all.branch)
        yield "branch_same", same
        yield "branch_differs", known & ~same
        yield "branch_alike", self._alike("branch", _SHARED)
        left, right = all_.branch.number[self._left], all_.branch.number[self._right]
        yield "branch_one", (left > 0) != (right > 0)
        outlet = np.array([text.endswith("店") for text in all_.branch.texts])
        yield "outlet", outlet[left] | outlet[right]

    def persons(self) -> Named:
        """The person who answers."""
        all_, known, same = self._all, *self._known(self._all.person)
        yield "person_known", known
        yield "person_same", same
        yield "person_count", self._common("person", same)
        yield "person_alike", self._alike("person", _SHARED)
        known, same = self._known(all_.surname)
        yield "surname_known", known
        yield "surname_same", same
        rank = _surname_ranks(all_.surname)
        yield "surname_rank", np.where(same, rank[all_.surname.number[self._left]], 0)
        yield "given_alike", self._alike("given", _SHARED)
        left, right = all_.given.number[self._left] > 0, all_.given.number[self._right] > 0
        yield "given_one", left != right

    def places(self) -> Named:
        """City, district, road, house and unit."""
        all_ = self._all
        for name, column in (("city", all_.city), ("district", all_.district)):
            known, same = self._known(column)
            yield f"{name}_same", same
            yield f"{name}_differs", known & ~same
        known, road = self._known(all_.road)
        yield "road_known", known
        yield "road_same", road
        yield "road_alike", self._alike("road", _SHARED)
        known, house = self._known(all_.house)
        yield "house_known", known
        yield "house_same", house
        yield "house_head", self._alike("house", _HEAD)
        yield "house_near", self._alike("house", _EDITS)
        yield "door_same", road & house
        yield "door_count", self._doors(road & house)
        known, same = self._known(all_.unit)
        yield "unit_same", same
        yield "unit_differs", known & ~same
        yield "unit_alike", self._alike("unit", _SHARED)

    def names(self) -> Named:
        """The whole names as they are written."""
        same = self._known(self._all.name)[1]
        yield "name_same", same
        yield "name_count", self._common("name", same)
        yield "name_alike", self._alike("name", fuzz.ratio, scale=0.01)

    def _known(self, column: Numbered) -> tuple[Flags, Flags]:
        """Whether both have a value, and whether it is the same."""
        left, right = self._sides(column)
        known: Flags = (left > 0) & (right > 0)
        same: Flags = known & (left == right)
        return known, same

    def _sides(self, column: Numbered) -> tuple[Numbers, Numbers]:
        """The numbers of both records of each pair."""
        if id(column) not in self._taken:
            self._taken[id(column)] = column.number[self._left], column.number[self._right]
        return self._taken[id(column)]

    def _masked(self, side: Numbers) -> Flags:
        masked: Flags = (self._all.ends.number[side] > 0) & (self._all.mobile.number[side] == 0)
        return masked

    def _common(self, part: str, same: Flags) -> Values:
        """How many records have the shared value."""
        return self._where(same, self._kept.counts(part), part)

    def _distinct(self, part: str, of: str, same: Flags) -> Values:
        """How many different values of one part go with the shared value of another."""
        return self._where(same, self._kept.distinct(part, of), part)

    def _where(self, same: Flags, counts: NDArray[np.float64], part: str) -> Values:
        column: Numbered = getattr(self._all, part)
        found, places = np.zeros(len(same)), np.flatnonzero(same)
        found[places] = counts[self._sides(column)[0][places]]
        return found

    def _doors(self, same: Flags) -> Values:
        return np.where(same, self._kept.doors()[self._left], 0)

    def _alike(self, part: str, scorer: Scorer, *, scale: float = 1.0) -> Floats:
        """How alike two texts are, 0 to 1; 0 where either is missing. Each two texts once."""
        column: Numbered = getattr(self._all, part)
        left, right = self._sides(column)
        known = (left > 0) & (right > 0)
        out: Floats = (known & (left == right)).astype(np.float32)
        differ = np.flatnonzero(known & (left != right))
        if len(differ):
            low = np.minimum(left[differ], right[differ]).astype(np.int64)
            many, texts = len(column.texts), self._kept.texts(part)
            codes, back = np.unique(
                low * many + np.maximum(left[differ], right[differ]), return_inverse=True
            )
            one, other = texts[codes // many].tolist(), texts[codes % many].tolist()
            if scorer is fuzz.partial_ratio:
                # Not the same both ways, and numbers follow the order of the records.
                one, other = list(map(min, one, other)), list(map(max, one, other))
            scores = process.cpdist(one, other, scorer=scorer, dtype=np.float32)
            out[differ] = scores[back] * scale
        return out


def _surname_ranks(surnames: Numbered) -> NDArray[np.float64]:
    """ln(1 + place) of each surname by frequency: to share a rare one says more."""
    places = [place_of_surname(text) for text in surnames.texts]
    found: NDArray[np.float64] = np.log1p(np.array(places))
    return found
