"""From pairs to customers: average linkage, so that one shared telephone chains nobody; pure."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from crm_core.matching.linkage import Linkage, linked

Numbers = NDArray[np.int32]
Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
_SMALL = 24
"""Records of a component up to which many of one size are worked out together."""
_CELLS = 1 << 20
"""Pairs of records worked on together: each takes some fifty bytes meanwhile."""


def cluster(
    many: int, left: Numbers, right: Numbers, probability: Floats, *, least: float
) -> Numbers:
    """A number for the customer of each of `many` records: the lowest position in its group.

    Two groups become one while the weighted mean probability over all pairs of records between
    them is at least `least`, the surest first. Pairs are given by position, each once; their order
    makes no difference.
    """
    together = components(many, left, right, probability >= least)
    inside = (together[left] == together[right]) & (left != right)
    left, right, probability = left[inside], right[inside], probability[inside]
    home = together[left]
    sizes = np.bincount(together, minlength=many)
    agreed = _agreed(sizes, home, probability >= least)
    small = ~agreed & (sizes <= _SMALL)
    labels: Numbers = np.where(agreed[together], together, np.arange(many, dtype=np.int32))
    place = _places(together, sizes)
    for homes in _of_one_size(np.flatnonzero(small), sizes):
        number = np.full(many, -1, dtype=np.int32)
        number[homes] = np.arange(len(homes), dtype=np.int32)
        these = np.flatnonzero(number[home] >= 0)
        size = int(sizes[homes[0]])
        sums = np.full((len(homes), size, size), np.nan)
        low, high = np.minimum(left[these], right[these]), np.maximum(left[these], right[these])
        sums[number[home[these]], place[low], place[high]] = probability[these]
        members = _members(together, number, place, len(homes), size)
        labels[members] = np.take_along_axis(members, linked(sums, least), axis=1)
    big = np.flatnonzero((~agreed & ~small)[home])
    _link(labels, left[big], right[big], probability[big], home[big], least)
    return labels


def _agreed(sizes: NDArray[np.intp], home: Numbers, likely: Flags) -> Flags:
    """For each component, by its lowest position, whether every two of its records were compared
    and found alike: whatever is joined first, the mean stays high, so that it ends as one group."""
    alike = np.bincount(home[likely], minlength=len(sizes))
    found: Flags = alike == sizes * (sizes - 1) // 2
    return found


def _places(together: Numbers, sizes: NDArray[np.intp]) -> Numbers:
    """Which of the records of its component each is, by position, from 0."""
    order = np.argsort(together, kind="stable")
    starts = np.cumsum(sizes) - sizes
    place = np.empty(len(together), dtype=np.int32)
    place[order] = np.arange(len(together), dtype=np.int32) - starts[together[order]]
    return place


def _of_one_size(homes: NDArray[np.intp], sizes: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
    """Components that are worked out together."""
    for size in np.unique(sizes[homes]).tolist():
        those = homes[sizes[homes] == size]
        step = max(1, _CELLS // (size * size))
        yield from (those[at : at + step] for at in range(0, len(those), step))


def _members(
    together: Numbers, number: Numbers, place: Numbers, many: int, size: int
) -> NDArray[np.int32]:
    """The records of each component in order."""
    records = np.flatnonzero(number[together] >= 0)
    members = np.empty((many, size), dtype=np.int32)
    members[number[together[records]], place[records]] = records
    return members


def _link(
    labels: Numbers, left: Numbers, right: Numbers, probability: Floats, home: Numbers, least: float
) -> None:
    """Components of many records, one after the other."""
    order = np.argsort(home, kind="stable")
    starts = np.flatnonzero(np.diff(home[order], prepend=-1))
    for edges in np.split(order, starts[1:]) if len(order) else ():
        linkage = Linkage(least)
        for edge in zip(
            left[edges].tolist(), right[edges].tolist(), probability[edges].tolist(), strict=True
        ):
            linkage.know(*edge)
        for group in linkage.groups():
            labels[group] = min(group)


def components(many: int, left: Numbers, right: Numbers, linked: NDArray[np.bool_]) -> Numbers:
    """The lowest position each record is linked to, by however many steps."""
    low, high = left[linked], right[linked]
    label: Numbers = np.arange(many, dtype=np.int32)
    while True:
        before = label.copy()
        np.minimum.at(label, low, label[high])
        np.minimum.at(label, high, label[low])
        label = label[label]
        if np.array_equal(before, label):
            return label
