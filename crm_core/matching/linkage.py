"""Average linkage: which records of a few that hang together are one customer; pure.

Two ways that give the same (a test holds them together): `Linkage` goes through the pairs of one
component, `linked` takes many small components of one size at once, as arrays.
"""

import heapq
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Amount = TypeVar("Amount", float, NDArray[np.float64])
Numbers = NDArray[np.int32]
UNSEEN, WEIGHT = 0.3, 0.2
"""What is taken for two records that were never compared, and how much it counts beside one that
was: they share no key, which speaks against them, but only little, since one of the two may know
just a name and the other just a number."""


def mean_of(amount: Amount, compared: Amount, pairs: Amount) -> Amount:
    """The weighted mean over `pairs` pairs, of which `compared` come to `amount` together."""
    unseen = (pairs - compared) * WEIGHT
    return (amount + unseen * UNSEEN) / (compared + unseen)


def linked(sums: NDArray[np.float64], least: float) -> Numbers:
    """For each of many components of the same size, the group of each of its records: the lowest
    place in it. `sums[c, i, j]` is the probability that its records i < j are one, NaN where they
    were never compared; all else is overwritten."""
    many, size, _ = sums.shape
    labels = np.tile(np.arange(size, dtype=np.int32), (many, 1))
    upper = np.triu(np.ones((size, size), dtype=bool), 1)
    known = (upper & ~np.isnan(sums)).astype(np.float64)
    known += known.transpose(0, 2, 1)
    sums = np.where(upper, np.nan_to_num(sums), 0.0)
    sums += sums.transpose(0, 2, 1)
    sizes, alive = np.ones((many, size)), np.arange(many)
    while len(alive):
        pairs = sizes[:, :, None] * sizes[:, None, :]
        means = np.full(sums.shape, -1.0)
        told = upper & (known > 0)
        means[told] = mean_of(sums[told], known[told], pairs[told])
        flat = means.reshape(len(alive), -1)
        best = flat.argmax(axis=1)
        on = flat[np.arange(len(alive)), best] >= least
        alive, sums, known, sizes = alive[on], sums[on], known[on], sizes[on]
        one, other = best[on] // size, best[on] % size
        labels[alive] = np.where(labels[alive] == other[:, None], one[:, None], labels[alive])
        for table in (sums, known):
            _join(table, one, other)
        row = np.arange(len(alive))
        sizes[row, one] += sizes[row, other]
        sizes[row, other] = 0
    return labels


def _join(table: NDArray[np.float64], one: NDArray[np.intp], other: NDArray[np.intp]) -> None:
    """In each table, what one and another group have with all others is one group's."""
    row = np.arange(len(table))
    table[row, one] += table[row, other]
    table[row, one, one] = 0
    table[row, :, one] = table[row, one]
    table[row, other] = 0
    table[row, :, other] = 0


@dataclass(slots=True)
class Linkage:
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
