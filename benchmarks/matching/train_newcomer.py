"""Train the network that says whether somebody typed in is there already (decisions 080, 093).

    python -m benchmarks.matching.train_newcomer [--also FOLDER] --out FILE.npz

Records of made-up customers are looked up as the product does it, one at a time: half of them of
customers of whom there is another record, half of customers who are not there meanwhile. FOLDER
holds customers.csv and truth.csv of another source: its records are looked up among made-up ones,
so that there are as many coincidences as in a large organisation.
"""

import argparse
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.matching.train import Floats, loaded, made, train
from crm_core.matching.columns import parts_of
from crm_core.matching.filing import all_keys_of
from crm_core.matching.newcomer import Near, compared, leaders
from crm_core.matching.pairwise import Row
from crm_core.matching.profile import profile_of
from crm_core.store.indexes.likely import COMMON, LOOKED_AT, worths

SETS = (
    (230_000, 41, 80_000), (230_000, 42, 80_000), (230_000, 46, 80_000), (20_000, 44, 10_000),
    (2_000, 45, 1_000),
)  # fmt: skip
"""How many records, from which seed, and how many of them are looked up."""
AROUND, DRAWS, FROM_FOLDER = (210_000, 43), 3, 7_000
_EPOCHS, _HIDDEN, _DECAY = 12, (64, 32), 0.05

Pairs = tuple[Floats, NDArray[np.bool_]]


class Records:
    """Records filed in memory by the keys the product files them by."""

    def __init__(self, rows: Sequence[dict[str, str]], truth: Sequence[object]) -> None:
        self.truth = truth
        self.parts: list[Row] = []
        self._keys: list[tuple[str, ...]] = []
        self._under: dict[str, list[int]] = defaultdict(list)
        for place, row in enumerate(rows):
            profile = profile_of({name: row[name] for name in row if name not in ("id", "source")})
            self.parts.append(parts_of(profile))
            self._keys.append(all_keys_of(profile))
            for key in self._keys[-1]:
                self._under[key].append(place)

    def asked(
        self, place: int, away: set[int]
    ) -> tuple[dict[int, Near], list[tuple[str, list[int]]]]:
        """What a look-up of a record finds while some are not there: see `store.indexes.likely`."""
        shared = [
            (key[0], [one for one in self._under[key][: COMMON * 4] if one not in away][:COMMON])
            for key in self._keys[place]
        ]
        told = worths(under for _, under in shared)
        best = sorted(told, key=lambda one: -told[one])[:LOOKED_AT]
        return {one: Near(told[one], self.parts[one]) for one in best}, shared

    def questions(self, many: int, seed: int, among: range) -> Iterator[tuple[int, set[int]]]:
        """Records to be looked up, each with all that are not there meanwhile: of half of the
        customers this record, of the others all that there are."""
        of: dict[object, list[int]] = defaultdict(list)
        for place in among:
            of[self.truth[place]].append(place)
        choose, customers = random.Random(seed), list(of)
        choose.shuffle(customers)
        several = [one for one in customers if len(of[one]) > 1][: many // 2]
        there = set(several)
        for one in several:
            place = choose.choice(of[one])
            yield place, {place}
        for one in [one for one in customers if one not in there][: many // 2]:
            yield choose.choice(of[one]), set(of[one])

    def told(self, many: int, seed: int, among: range) -> Iterator[tuple[dict[str, float], bool]]:
        """For each record looked up: how its likeliest candidates stand, and which are it."""
        for place, away in self.questions(many, seed, among):
            near, shared = self.asked(place, away)
            one = self.parts[place]
            chances, rows = compared(one, near)
            for key, row in leaders(one, near, shared, chances=chances, rows=rows):
                yield row, self.truth[key] == self.truth[place]


def pairs_of(told: Iterator[tuple[dict[str, float], bool]]) -> tuple[Pairs, tuple[str, ...]]:
    """Rows of numbers, the truth, and the names of the numbers."""
    names: tuple[str, ...] = ()
    rows: list[Floats] = []
    truth: list[bool] = []
    for row, right in told:
        names = names or tuple(row)
        rows.append(np.fromiter(row.values(), dtype=np.float32, count=len(row)))
        truth.append(right)
    return (np.vstack(rows), np.array(truth)), names


def main() -> None:
    """Make, look up, train, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--also", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    sets: list[Pairs] = []
    names: tuple[str, ...] = ()
    for count, seed, many in SETS:
        started = time.perf_counter()
        rows, truth = made(count, seed)
        pairs, names = pairs_of(Records(rows, truth).told(many, seed, range(count)))
        sets.append(pairs)
        print(
            f"{count}: {len(pairs[1])} asked, {time.perf_counter() - started:.0f} s",
            file=sys.stderr,
        )
    if given.also:
        rows, truth = loaded(given.also)
        around, others = made(*AROUND)
        records = Records(rows + around, [*truth, *(-1 - one for one in others)])
        for seed in range(DRAWS):
            pairs, _ = pairs_of(records.told(FROM_FOLDER, seed, range(len(rows))))
            sets += [pairs] * 2
    network = train(sets, names, epochs=_EPOCHS, hidden=_HIDDEN, decay=_DECAY)
    given.out.write_bytes(network.written())


if __name__ == "__main__":
    main()
