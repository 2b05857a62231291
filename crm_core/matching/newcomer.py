"""Whether somebody is one of a few records that share a key with them; pure.

Three steps. Each is compared with the newcomer by the shipped network. Then the best of them is
compared with the others: some are one customer with it, the rest is somebody else. Then a second,
smaller network says from how the best one stands among them whether it is the newcomer: a nickname
with a masked number, which fits a hundred people, is no double where another record explains it
as well (decision 080).
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from crm_core.matching.comparer import Network, shipped
from crm_core.matching.pairwise import Crowd, Row, pair_features, same_number
from crm_core.matching.standing import Ranked, Shared, standing

COMPARED = 6
_ONE = 0.6
"""From this likeness on two candidates are taken for one customer."""
HOPELESS = 0.1
"""Below this chance of the best candidate nobody needs to look on."""
_BEHIND = 0.99
"""The others are at most so much of what the likeliest is: it is shown before them."""

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Near:
    """A record that shares keys with the newcomer."""

    worth: float
    """How much the keys say that they share."""
    row: Row


@dataclass(frozen=True, slots=True)
class Judged:
    """How likely a record is the newcomer."""

    chance: float
    """By itself."""
    settled: float
    """By how the likeliest one stands among the candidates: at most that."""
    same_number: bool
    """Whether it has the very same whole mobile number or registered code."""


def judged(one: Row, near: Mapping[K, Near], shared: Sequence[Shared[K]]) -> dict[K, Judged]:
    """The best candidates; `shared` is what lies under each key of the newcomer.

    How common a value is, is told by all of `near`.
    """
    ranked, row = rank(one, near)
    if ranked is None:
        return {}
    first = ranked.chances[ranked.first]
    if first >= HOPELESS:
        row.update(standing(ranked, one, near, shared))
        first = _told(shipped("newcomer"), [row])[0]
    return {
        key: Judged(
            chance,
            first if key == ranked.first else min(chance, first * _BEHIND),
            same_number(one, near[key].row),
        )
        for key, chance in ranked.chances.items()
    }


def alone(one: Row, other: Row) -> float:
    """How likely two are one by themselves, nothing else being known."""
    return _told(shipped(), [pair_features(one, other, Crowd.of(one, [other]))])[0]


def rank(one: Row, near: Mapping[K, Near]) -> tuple[Ranked[K] | None, dict[str, float]]:
    """The best candidates compared with the newcomer and the best of all; and what speaks for and
    against that one. Nothing where there are none."""
    best = sorted(near, key=lambda key: -near[key].worth)[:COMPARED]
    if not best:
        return None, {}
    crowd = Crowd.of(one, [candidate.row for candidate in near.values()])
    rows = {key: pair_features(one, near[key].row, crowd) for key in best}
    chances = dict(zip(best, _told(shipped(), list(rows.values())), strict=True))
    first = max(best, key=lambda key: chances[key])
    if chances[first] < HOPELESS:
        return Ranked(first, chances, {}, one=()), rows[first]
    mine, others = near[first].row, [key for key in best if key != first]
    crowd = Crowd.of(mine, [one, *(n.row for key, n in near.items() if key != first)])
    found = _told(shipped(), [pair_features(mine, near[key].row, crowd) for key in others])
    likeness = dict(zip(others, found, strict=True))
    with_it = tuple(key for key in others if likeness[key] >= _ONE)
    return Ranked(first, chances, likeness, one=with_it), rows[first]


def _told(network: Network, rows: Sequence[Mapping[str, float]]) -> list[float]:
    if not rows:
        return []
    features = np.array([[row[name] for name in network.names] for row in rows], dtype=np.float32)
    chances: list[float] = network.probability(features).tolist()
    return chances
