"""Find every customer that is more than one record, among any number of records (row 5.8); pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from crm_core.matching.clustering import cluster
from crm_core.matching.columns import PARTS, Columns, Numbered, parts_of
from crm_core.matching.comparer import shipped
from crm_core.matching.features import Common, features
from crm_core.matching.key_columns import keys_of_columns
from crm_core.matching.linkage import mean_of
from crm_core.matching.pairing import each_once, pairs_by_key
from crm_core.matching.profile import Profile, profile_of
from crm_core.matching.tabled import parts_of_all, taken_apart

Numbers = NDArray[np.int32]
Floats = NDArray[np.float32]
Pairs = tuple[Numbers, Numbers, NDArray[Any]]
T = TypeVar("T")
Progress = Callable[[float], object]
"""Told the part that is done, 0 to 1; may raise to give up."""

SURE = 0.999
"""Mean probability from which records may be merged without asking, if the policy says so: of
made-up customers nobody trained on, fewer than one in 1,000 such groups holds two (049)."""
LIKELY = 0.48
"""Mean probability from which records are taken for one customer, for a person to judge."""
_STEP = 2_000
"""Records between two words about progress."""
_THREADS = 2
_PAIRS = 50_000
"""Pairs compared at once: each takes some 330 bytes meanwhile."""


class Band(StrEnum):
    """What to do about a group of records."""

    MERGE = "merge"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Cluster:
    """Records that are one customer, by their positions in what was scanned."""

    members: tuple[int, ...]
    probability: float
    """The mean over every pair of them."""
    band: Band
    sure: tuple[tuple[int, ...], ...]
    """Groups among them that are beyond doubt."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Records made ready to be compared; several processes may each make some ready."""

    parts: tuple[Numbered, ...]
    many: int


class _Stopped(Exception):
    """Somebody asked to stop."""


def scan(
    profiles: Sequence[Profile],
    *,
    progress: Progress = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[Cluster]:
    """Groups of two and more records that are likely one customer, the surest first; none where it
    was cancelled."""

    def go_on(part: float) -> None:
        if cancelled():
            raise _Stopped
        progress(part)

    try:
        ready = prepare(profiles, progress=lambda part: go_on(part * 0.5))
        return clusters([ready], progress=lambda part: go_on(0.5 + part * 0.5))
    except _Stopped:
        return []


def prepare_rows(rows: Iterable[Mapping[str, object]]) -> Prepared:
    """Make records ready by their field names; meant for a process of its own."""
    return prepare([profile_of(row) for row in rows])


def prepare_table(
    table: Mapping[str, Sequence[str]], *, progress: Progress = lambda _: None
) -> Prepared:
    """Make the rows of a table ready, given as columns of one length by their names."""
    rows = taken_apart(table, progress=progress)
    return Prepared(tuple(parts_of_all(rows).values()), len(rows.names.number))


def prepare(profiles: Sequence[Profile], *, progress: Progress = lambda _: None) -> Prepared:
    """Make profiles ready to be compared."""
    rows: list[tuple[str, ...]] = []
    for position, profile in enumerate(profiles):
        if position % _STEP == 0:
            progress(position / len(profiles))
        rows.append(parts_of(profile))
    columns = zip(*rows, strict=True) if rows else [()] * len(PARTS)
    return Prepared(tuple(Numbered.of(texts) for texts in columns), len(profiles))


@dataclass(frozen=True, slots=True)
class Labelled:
    """For each record the lowest position of its group, and what that was found by."""

    likely: Numbers
    """Groups that are likely one customer."""
    sure: Numbers
    """Groups that are beyond doubt."""
    pairs: tuple[Numbers, Numbers, Floats]
    """The pairs that share a key, and how likely each is one customer."""

    def bands(self) -> tuple[int, int]:
        """How many groups of two and more may be merged without asking, and how many are to be
        judged: the former are beyond doubt as a whole."""
        sizes, sure = np.bincount(self.likely), np.bincount(self.sure)
        homes, first = np.unique(
            self.likely[(parts := np.flatnonzero(sure > 1))], return_index=True
        )
        merged = int((sure[parts[first]] == sizes[homes]).sum())
        return merged, int((sizes > 1).sum()) - merged


def clusters(ready: Sequence[Prepared], *, progress: Progress = lambda _: None) -> list[Cluster]:
    """Groups among the records of all that was made ready; positions go on from one to the next."""
    return _groups(labelled(ready, progress=progress))


def labelled(ready: Sequence[Prepared], *, progress: Progress = lambda _: None) -> Labelled:
    """As `clusters`, as numbers."""
    columns = Columns.joined([one.parts for one in ready])
    left, right, apart = candidates(columns)
    probability = np.zeros(len(left), dtype=np.float32)
    probability[~apart] = compared(
        columns, left[~apart], right[~apart], progress=lambda part: progress(0.2 + part * 0.6)
    )
    many = len(columns)
    likely = cluster(many, left, right, probability, least=LIKELY)
    sure = cluster(many, left, right, probability, least=SURE)
    return Labelled(likely, sure, (left, right, probability))


def candidates(columns: Columns) -> Pairs:
    """Every pair that shares a key: lower and higher position, and whether it is told apart without
    being compared."""
    many, (keys, owners, kinds) = len(columns), keys_of_columns(columns)

    def paired(part: slice) -> Pairs:
        return pairs_by_key(keys[part], owners[part], kinds[part], many)

    def once(part: NDArray[np.bool_]) -> Pairs:
        return each_once(columns, left[part], right[part], sorts[part])

    # Keys of one kind stand together: nothing shares a key across the middle.
    middle = int(np.argmax(kinds == kinds[len(kinds) // 2])) if len(kinds) else 0
    left, right, sorts = _side_by_side(paired, (slice(middle), slice(middle, None)))
    low = left < many // 3  # Of two positions the lower one is, of half of the pairs.
    return _side_by_side(once, (low, ~low))


def _side_by_side(work: Callable[[T], Pairs], parts: Sequence[T]) -> Pairs:
    """What comes of the parts, put behind one another; sorting numbers leaves the others free."""
    with ThreadPoolExecutor(_THREADS) as pool:
        one, other, third = zip(*pool.map(work, parts), strict=True)
    return np.concatenate(one), np.concatenate(other), np.concatenate(third)


def compared(
    columns: Columns, left: Numbers, right: Numbers, *, progress: Progress = lambda _: None
) -> Floats:
    """How likely each pair is one customer."""
    out, common, network = np.empty(len(left), dtype=np.float32), Common(columns), shipped()

    def compare(start: int) -> None:
        part = slice(start, start + _PAIRS)
        values, _ = features(columns, left[part], right[part], common)
        out[part] = network.probability(values)

    # The work is numpy's and rapidfuzz's, which run side by side.
    with ThreadPoolExecutor(_THREADS) as pool:
        for done, _ in enumerate(pool.map(compare, range(0, len(left), _PAIRS))):
            progress(done * _PAIRS / len(left))
    return out


def _groups(found_by: Labelled) -> list[Cluster]:
    likely, sure, (left, right, probability) = found_by.likely, found_by.sure, found_by.pairs
    inside = likely[left] == likely[right]
    homes = likely[left[inside]]
    sums = np.bincount(homes, probability[inside], len(likely)).tolist()
    compared_pairs = np.bincount(homes, minlength=len(likely)).tolist()
    sure_within: dict[int, list[tuple[int, ...]]] = {}
    for part in _members(sure):
        sure_within.setdefault(int(likely[part[0]]), []).append(part)
    found = []
    for members in _members(likely):
        home, size = members[0], len(members)
        parts = tuple(sure_within.get(home, ()))
        found.append(
            Cluster(
                members,
                mean_of(sums[home], compared_pairs[home], size * (size - 1) // 2),
                Band.MERGE if parts and len(parts[0]) == size else Band.REVIEW,
                parts,
            )
        )
    return sorted(found, key=lambda one: (-one.probability, one.members))


def _members(labels: Numbers) -> list[tuple[int, ...]]:
    """The positions of each label that stands more than once; a label is its lowest position."""
    groups: dict[int, list[int]] = {}
    often = np.flatnonzero(np.bincount(labels, minlength=len(labels))[labels] > 1)
    for place, label in zip(often.tolist(), labels[often].tolist(), strict=True):
        groups.setdefault(label, []).append(place)
    return [tuple(group) for group in groups.values()]
