"""Whether somebody is one of a few records that share a key with them; pure.

Three steps. Each is compared with the newcomer by the shipped network. Then each of the likeliest
is compared with the others: some are one customer with it, the rest is somebody else. Then a
second, smaller network says from how it stands among them whether it is the newcomer, and the one
it says most of is the answer: a nickname with a masked number, which fits a hundred people, is no
double where another record explains it as well (decisions 080 and 093).
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from crm_core.matching.comparer import Network, shipped
from crm_core.matching.pairwise import Crowd, Row, pair_features, same_number
from crm_core.matching.standing import Ranked, Shared, standing

COMPARED = 8
LEADING = 3
"""So many of the likeliest may be the answer."""
_ONE = 0.6
"""From this likeness on two candidates are taken for one customer."""
HOPELESS = 0.05
"""Below this chance of a candidate nobody needs to look on."""
_BEHIND = 0.99
"""The others are at most so much of what the answer is: it is shown before them."""

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
    """By how it stands among the candidates."""
    same_number: bool
    """Whether it has the very same whole mobile number or registered code."""


def judged(one: Row, near: Mapping[K, Near], shared: Sequence[Shared[K]]) -> dict[K, Judged]:
    """The best candidates; `shared` is what lies under each key of the newcomer.

    How common a value is, is told by all of `near`.
    """
    chances, rows = compared(one, near)
    if not chances:
        return {}
    leading = dict(leaders(one, near, shared, chances=chances, rows=rows))
    settled = dict(zip(leading, _told(shipped("newcomer"), list(leading.values())), strict=True))
    most = max(settled.values(), default=1.0)
    return {
        key: Judged(
            chance,
            settled.get(key, min(chance, most * _BEHIND)),
            same_number(one, near[key].row),
        )
        for key, chance in chances.items()
    }


def alone(one: Row, other: Row) -> float:
    """How likely two are one by themselves, nothing else being known."""
    return _told(shipped(), [pair_features(one, other, Crowd.of(one, [other]))])[0]


def compared(one: Row, near: Mapping[K, Near]) -> tuple[dict[K, float], dict[K, dict[str, float]]]:
    """How likely each of the best candidates is the newcomer by itself, the likeliest first, and
    what speaks for and against it."""
    best = sorted(near, key=lambda key: -near[key].worth)[:COMPARED]
    crowd = Crowd.of(one, [candidate.row for candidate in near.values()])
    rows = {key: pair_features(one, near[key].row, crowd) for key in best}
    chances = dict(zip(best, _told(shipped(), list(rows.values())), strict=True))
    return dict(sorted(chances.items(), key=lambda told: -told[1])), rows


def leaders(
    one: Row,
    near: Mapping[K, Near],
    shared: Sequence[Shared[K]],
    *,
    chances: Mapping[K, float],
    rows: Mapping[K, Mapping[str, float]],
) -> Iterator[tuple[K, dict[str, float]]]:
    """The likeliest candidates, each with all that the second network is told of it; `chances` and
    `rows` as `compared` found them."""
    for first in list(chances)[:LEADING]:
        if chances[first] < HOPELESS:
            return
        mine, others = near[first].row, [key for key in chances if key != first]
        crowd = Crowd.of(mine, [one, *(n.row for key, n in near.items() if key != first)])
        found = _told(shipped(), [pair_features(mine, near[key].row, crowd) for key in others])
        likeness = dict(zip(others, found, strict=True))
        with_it = tuple(key for key in others if likeness[key] >= _ONE)
        ranked = Ranked(first, chances, likeness, one=with_it)
        yield first, {**rows[first], **standing(ranked, one, near, shared)}


def _told(network: Network, rows: Sequence[Mapping[str, float]]) -> list[float]:
    if not rows:
        return []
    features = np.array([[row[name] for name in network.names] for row in rows], dtype=np.float32)
    chances: list[float] = network.probability(features).tolist()
    return chances
