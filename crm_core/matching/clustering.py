"""From pairs to customers: average linkage, so that one shared telephone chains nobody; pure."""

import heapq
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int32]
Floats = NDArray[np.float32]

UNSEEN, WEIGHT = 0.3, 0.2
"""What is taken for two records that were never compared, and how much it counts beside one that
was: they share no key, which speaks against them, but only little, since one of the two may know
just a name and the other just a number."""


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
    labels: Numbers = np.arange(many, dtype=np.int32)
    home = together[left]
    order = np.lexsort((right, left, home))
    left, right, probability, home = left[order], right[order], probability[order], home[order]
    starts = np.flatnonzero(np.r_[True, home[1:] != home[:-1]][: len(home)])
    ends = np.r_[starts[1:], len(home)][: len(starts)]
    agreed = _agreed(together, probability, home, starts, ends, least)
    labels = np.where(agreed[together], together, labels)
    for start, end in zip(starts, ends, strict=True):
        if agreed[home[start]]:
            continue
        linkage = _Linkage(least)
        for edge in zip(
            left[start:end].tolist(),
            right[start:end].tolist(),
            probability[start:end].tolist(),
            strict=True,
        ):
            linkage.know(*edge)
        for group in linkage.groups():
            labels[group] = min(group)
    return labels


def _agreed(
    together: Numbers,
    probability: Floats,
    home: Numbers,
    starts: NDArray[np.intp],
    ends: NDArray[np.intp],
    least: float,
) -> NDArray[np.bool_]:
    """Whether every two records of a component were compared and found alike: whatever is joined
    first, the mean stays at least `least`, so that it ends as one group."""
    found = np.zeros(len(together), dtype=bool)
    if len(starts):
        homes = home[starts]
        sizes = np.bincount(together, minlength=len(together))[homes]
        whole = ends - starts == sizes * (sizes - 1) // 2
        found[homes] = whole & (np.minimum.reduceat(probability, starts) >= least)
    return found


def mean_of(amount: float, compared: int, pairs: int) -> float:
    """The weighted mean over `pairs` pairs, of which `compared` come to `amount` together."""
    unseen = (pairs - compared) * WEIGHT
    return (amount + unseen * UNSEEN) / (compared + unseen)


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


@dataclass(slots=True)
class _Linkage:
    """Average linkage over one component: what pairs say, and `UNSEEN` for all others."""

    least: float
    sums: dict[int, dict[int, tuple[float, int]]] = field(default_factory=dict)
    """Group → group → Σ probability over the compared pairs between them, and their number."""
    members: dict[int, list[int]] = field(default_factory=dict)
    age: dict[int, int] = field(default_factory=dict)
    queue: list[tuple[float, int, int, int, int]] = field(default_factory=list)

    def know(self, left: int, right: int, probability: float) -> None:
        """Take in one pair."""
        for one, other in ((left, right), (right, left)):
            self.sums.setdefault(one, {})[other] = (probability, 1)
            self.members.setdefault(one, [one])
            self.age.setdefault(one, 0)
        if probability >= self.least:
            self.queue.append((-probability, left, right, 0, 0))

    def groups(self) -> list[list[int]]:
        """The groups that remain, each with its members."""
        heapq.heapify(self.queue)
        while self.queue:
            _, one, other, age, other_age = heapq.heappop(self.queue)
            if self.age.get(one) == age and self.age.get(other) == other_age:
                self._join(one, other)
        return list(self.members.values())

    def _join(self, one: int, other: int) -> None:
        self.members[one] += self.members.pop(other)
        self.age[one] += 1
        del self.age[other]
        near, sums = self.sums.pop(other), self.sums[one]
        sums.pop(other, None)
        for group, (amount, compared) in near.items():
            if group != one:
                before = sums.get(group, (0.0, 0))
                sums[group] = (before[0] + amount, before[1] + compared)
                del self.sums[group][other]
        size = len(self.members[one])
        for group, (amount, compared) in sums.items():
            self.sums[group][one] = (amount, compared)
            mean = mean_of(amount, compared, size * len(self.members[group]))
            if mean >= self.least:
                first, second = min(one, group), max(one, group)
                heapq.heappush(
                    self.queue, (-mean, first, second, self.age[first], self.age[second])
                )
