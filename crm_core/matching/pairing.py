"""Which records are worth comparing: those that share a key, unless too many share it; pure."""

from collections.abc import Sequence

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


def worth_comparing(
    columns: Columns, left: Numbers, right: Numbers, kinds: NDArray[np.uint8]
) -> tuple[Numbers, Numbers]:
    """Each pair once, without those a weak key alone brought together although more is known.

    Two of one name in two cities, and two of one brand in one city that do different things and
    are spoken for by different persons, are not worth a look.
    """
    city, trade, surname = (
        columns.city.number,
        columns.trade.number,
        columns.surname.number,
    )
    elsewhere = (city[left] > 0) & (city[right] > 0) & (city[left] != city[right])
    others = (trade[left] > 0) & (trade[right] > 0) & (trade[left] != trade[right])
    weak = (kinds == ord("w")) & elsewhere
    weak |= (kinds == ord("c")) & others & (surname[left] != surname[right])
    left, right = left[~weak], right[~weak]
    many = len(columns)
    codes = np.unique(left.astype(np.int64) * many + right)
    return (codes // many).astype(np.int32), (codes % many).astype(np.int32)
