"""How each of the likeliest of a few candidates stands among them, in numbers (row 5.1); pure.

What two records say of each other is in `pairwise`; here is what the others say: whether they agree
with this one or speak for somebody else, how many share each key, and what is known of both at all.
"""

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log, log1p
from typing import Generic, Protocol, TypeVar

from crm_core.matching.columns import PARTS
from crm_core.matching.pairwise import Row

KINDS = "pmftluebcsnwadghry"
"""The kinds of keys that count (see `keys`)."""
_LEAST = 1e-6

K = TypeVar("K", bound=Hashable)
Shared = tuple[str, Collection[K]]
"""The kind of a key, and the records under it (of a common one, some of them)."""


class Candidate(Protocol):
    """A record that shares keys with the one asked about."""

    @property
    def worth(self) -> float:
        """How much the keys say that they share."""

    @property
    def row(self) -> Row:
        """What it is compared by."""


@dataclass(frozen=True, slots=True)
class Ranked(Generic[K]):
    """The best candidates, and one of the likeliest of them."""

    first: K
    chances: Mapping[K, float]
    """How likely each is the one asked about, by itself."""
    likeness: Mapping[K, float]
    """How likely each other one is the same customer as the first."""
    one: tuple[K, ...]
    """The others that are taken for the same customer as the first."""


def standing(
    ranked: Ranked[K], one: Row, near: Mapping[K, Candidate], shared: Sequence[Shared[K]]
) -> dict[str, float]:
    """The numbers by name; `near` are all candidates, `shared` the keys of the one asked about."""
    first = near[ranked.first]
    found = dict(_agreement(ranked, near))
    found.update(_keys({ranked.first, *ranked.one}, ranked.first, shared))
    for part, asked, there in zip(PARTS, one, first.row, strict=True):
        found[f"asked_{part}"], found[f"there_{part}"] = bool(asked), bool(there)
    return found


def _agreement(ranked: Ranked[K], near: Mapping[K, Candidate]) -> Iterator[tuple[str, float]]:
    chances, one = ranked.chances, ranked.one
    rest = [key for key in chances if key != ranked.first and key not in one]
    mine, agree = chances[ranked.first], [chances[key] for key in one]
    yield "place", sum(chance > mine for chance in chances.values())
    yield "chance", _odds(mine)
    yield "together", _odds((mine + sum(agree)) / (1 + len(agree)))
    yield "agreeing", len(agree)
    yield "agreeing_any", bool(agree)
    yield "agreeing_least", _odds(min(agree, default=mine))
    yield "agreeing_most", _odds(max(agree)) if agree else 0.0
    yield "others", len(rest)
    yield "others_most", _odds(max((chances[key] for key in rest), default=0.0))
    yield "others_worth", max((near[key].worth for key in rest), default=0.0)
    yield "others_like", _odds(max((ranked.likeness[key] for key in rest), default=0.0))
    alike = [ranked.likeness[key] for key in one]
    yield "alike_most", _odds(max(alike)) if alike else 0.0
    yield "alike_least", _odds(min(alike)) if alike else 0.0
    yield "worth", near[ranked.first].worth
    yield "candidates", len(near)


def _keys(group: set[K], first: K, shared: Sequence[Shared[K]]) -> Iterator[tuple[str, float]]:
    """How common each key is, and how much of what lies under it is this customer."""
    fewest: dict[str, Collection[K]] = {}
    for kind, under in shared:
        if kind not in fewest or len(under) < len(fewest[kind]):
            fewest[kind] = under
    for kind in KINDS:
        there = fewest.get(kind, ())
        yield f"{kind}_asked", kind in fewest
        yield f"{kind}_common", log1p(len(there))
        yield f"{kind}_first", first in there
        yield f"{kind}_ours", sum(key in group for key in there) / max(1, len(there))


def _odds(chance: float) -> float:
    """ln of the odds."""
    return log((chance + _LEAST) / (1 - chance + _LEAST))
