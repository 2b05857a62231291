"""Which records are worth comparing: those that share a key, unless too many share it; pure."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from crm_core.matching.columns import Columns

MOST_SHARING = 60
"""A key that more records share says nothing; the switchboard of an office tower is one."""

Numbers = NDArray[np.int32]


def pairs_by_key(
    keys: NDArray[np.uint64], owners: Numbers, kinds: Sequence[str] | NDArray[np.uint8], many: int
) -> tuple[Numbers, Numbers, NDArray[np.uint8]]:
    """Every two records that share a key: the lower position, the higher one, the key's kind.

    `keys[i]` is a key (hashed) of record `owners[i]`, of the kind `kinds[i]`; `many` is the number
    of records. A pair may come more than once.
    """
    order = np.argsort(keys, kind="stable")
    keys, owners = keys[order], owners[order]
    sorts = np.asarray(kinds, dtype=np.uint8)[order]
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else np.zeros(0, int)
    sizes = np.diff(np.r_[starts, len(keys)])
    lows, highs, found = [], [], []
    for size in range(2, min(MOST_SHARING, many) + 1):
        first = starts[sizes == size]
        if not len(first):
            continue
        a, b = np.triu_indices(size, 1)
        left, right = owners[first[:, None] + a].ravel(), owners[first[:, None] + b].ravel()
        lows.append(np.minimum(left, right))
        highs.append(np.maximum(left, right))
        found.append(np.repeat(sorts[first], len(a)))
    if not lows:
        nothing = np.zeros(0, dtype=np.int32)
        return nothing, nothing, np.zeros(0, dtype=np.uint8)
    return np.concatenate(lows), np.concatenate(highs), np.concatenate(found)


def each_once(
    columns: Columns, left: Numbers, right: Numbers, kinds: NDArray[np.uint8]
) -> tuple[Numbers, Numbers, NDArray[np.bool_]]:
    """Each pair once, and whether it is told apart without being compared.

    A key says little where what is known besides tells two apart: two of one name, brand, road or
    hidden number in two cities, two of one name with two numbers, two outlets of one chain. Of
    230,000 records that is nearly two thirds of the pairs, of which one in ten thousand would have
    been found to be one customer. That they are not counts when groups are made of the others.
    """
    many = len(columns)
    codes = (left.astype(np.int64) * many + right) << 1
    for kind in np.unique(kinds):
        if telling := _TOLD_APART_BY.get(chr(kind)):
            these = np.flatnonzero(kinds == kind)
            low, high = left[these], right[these]
            for parts in telling:
                codes[these[_differ(columns, parts, low, high)]] |= 1
    codes.sort()  # Of one pair the keys that tell come first.
    pairs = codes >> 1
    first = np.flatnonzero(np.r_[True, pairs[1:] != pairs[:-1]]) if len(pairs) else pairs
    pairs, apart = pairs[first], (codes[first] & 1).astype(bool)
    return (pairs // many).astype(np.int32), (pairs % many).astype(np.int32), apart


_TOLD_APART_BY: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "w": (("city",), ("ends",)),
    "m": (("city",),),
    "l": (("city",),),
    "b": (("city",),),
    "s": (("city",), ("trade",)),
    "a": (("city",), ("unit",)),
    "c": (("branch",), ("trade", "surname")),
}
"""The kind of a key → parts that speak against two who share nothing else, where both have them and
they differ; several together only if all of them differ."""


def _differ(
    columns: Columns, parts: Sequence[str], left: Numbers, right: Numbers
) -> NDArray[np.bool_]:
    """Whether both are known to differ in every one of these parts."""
    found = np.ones(len(left), dtype=bool)
    for part in parts:
        number = getattr(columns, part).number
        one, other = number[left], number[right]
        found &= (one > 0) & (other > 0) & (one != other)
    return found
