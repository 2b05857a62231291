"""How well records were put together: over pairs, and over records (B³; Bagga and Baldwin 1998)."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Score:
    """Precision and recall, each 0 to 1."""

    pair_precision: float
    pair_recall: float
    b3_precision: float
    b3_recall: float

    @property
    def pair_f1(self) -> float:
        """Over pairs of records: a group of ten counts forty-five times."""
        return _harmonic(self.pair_precision, self.pair_recall)

    @property
    def b3_f1(self) -> float:
        """Over records: how much of each record's group is right."""
        return _harmonic(self.b3_precision, self.b3_recall)


def score(truth: Sequence[Hashable], found: Sequence[Hashable]) -> Score:
    """Compare two groupings of the same records, each given as one label a record."""
    real, given = Counter(truth), Counter(found)
    joint = Counter(zip(truth, found, strict=True))
    right = _pairs(joint.values())
    many = max(1, len(truth))
    return Score(
        right / max(1, _pairs(given.values())),
        right / max(1, _pairs(real.values())),
        sum(n * n / given[label] for (_, label), n in joint.items()) / many,
        sum(n * n / real[label] for (label, _), n in joint.items()) / many,
    )


def _pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)


def _harmonic(first: float, second: float) -> float:
    return 2 * first * second / (first + second) if first + second else 0.0
