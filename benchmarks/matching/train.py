"""Train the comparer on made-up customers and write it down (decision 049).

    python -m benchmarks.matching.train [--also FOLDER] --out resources/matching/comparer.npz

FOLDER holds customers.csv and truth.csv of another source; its pairs count twice.
"""

import argparse
import csv
import sys
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.matching import customers
from crm_core.matching.columns import Columns
from crm_core.matching.comparer import Network
from crm_core.matching.features import features
from crm_core.matching.scan import candidates, prepare_rows

Floats = NDArray[np.float32]
_HIDDEN = (96, 48)
_BATCH, _RATE, _DECAY = 1024, 3e-3, 2e-3
SETS = ((20_000, 101), (20_000, 102), (60_000, 103), (230_000, 104), (230_000, 105))
"""How many records, and from which seed: the more there are, the more coincidences."""


def pairs_of(
    rows: list[dict[str, str]], truth: list[int]
) -> tuple[Floats, NDArray[np.bool_], tuple[str, ...]]:
    """The features of every pair worth comparing, whether it is one customer, their names."""
    ready = prepare_rows(rows)
    columns = Columns.joined([ready.parts])
    left, right, apart = candidates(columns)
    left, right = left[~apart], right[~apart]
    values, names = features(columns, left, right)
    entity = np.array(truth)
    return values, entity[left] == entity[right], names


def made(count: int, seed: int) -> tuple[list[dict[str, str]], list[int]]:
    """Made-up customers and who they are."""
    found = list(customers.make(count, seed=seed))
    return [row for row, _, _ in found], [entity for _, entity, _ in found]


def loaded(folder: Path) -> tuple[list[dict[str, str]], list[int]]:
    """Customers of a folder and who they are."""
    with (folder / "customers.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with (folder / "truth.csv").open(encoding="utf-8-sig", newline="") as file:
        truth = {row["id"]: row["entity"] for row in csv.DictReader(file)}
    return rows, [int(truth[row["id"]]) for row in rows]


class Trainer:
    """Adam with decay over a network of rectifiers and a logistic output; cross entropy."""

    def __init__(
        self, inputs: int, *, hidden: tuple[int, ...], seed: int, decay: float = _DECAY
    ) -> None:
        self._decay = decay
        self._rng = np.random.default_rng(seed)
        sizes = (inputs, *hidden, 1)
        self.weights = [
            self._rng.normal(0, np.sqrt(2 / a), (a, b)).astype(np.float32)
            for a, b in pairwise(sizes)
        ]
        self.biases = [np.zeros(size, dtype=np.float32) for size in sizes[1:]]
        self._moments = [
            (np.zeros_like(array), np.zeros_like(array)) for array in (*self.weights, *self.biases)
        ]
        self._steps = 0

    def fit(self, values: Floats, truth: Floats, *, epochs: int) -> None:
        """Go over all pairs `epochs` times, ever more carefully."""
        for epoch in range(epochs):
            rate = _RATE * 0.5 * (1 + np.cos(np.pi * epoch / epochs))
            order = self._rng.permutation(len(values))
            loss = 0.0
            for start in range(0, len(order), _BATCH):
                chosen = order[start : start + _BATCH]
                loss += self._step(values[chosen], truth[chosen], rate)
            print(f"epoch {epoch} loss {loss / len(order):.5f}", file=sys.stderr, flush=True)

    def _step(self, values: Floats, truth: Floats, rate: float) -> float:
        flows = [values]
        for place, (weights, biases) in enumerate(zip(self.weights, self.biases, strict=True)):
            flow = flows[-1] @ weights + biases
            flows.append(np.maximum(flow, 0) if place < len(self.weights) - 1 else flow)
        chance = 1 / (1 + np.exp(-np.clip(flows[-1][:, 0], -30, 30)))
        error = ((chance - truth) / len(truth))[:, None].astype(np.float32)
        by_weights, by_biases = [], []
        for place in range(len(self.weights) - 1, -1, -1):
            by_weights.append(
                flows[place].T @ error + self._decay / len(truth) * self.weights[place]
            )
            by_biases.append(error.sum(0))
            error = (error @ self.weights[place].T) * (flows[place] > 0)
        self._adam([*reversed(by_weights), *reversed(by_biases)], rate)
        chance = np.clip(chance, 1e-7, 1 - 1e-7)
        return float(-(truth * np.log(chance) + (1 - truth) * np.log(1 - chance)).sum())

    def _adam(self, slopes: list[Floats], rate: float) -> None:
        self._steps += 1
        fix = np.sqrt(1 - 0.999**self._steps) / (1 - 0.9**self._steps)
        for array, slope, (first, second) in zip(
            (*self.weights, *self.biases), slopes, self._moments, strict=True
        ):
            first += 0.1 * (slope - first)
            second += 0.001 * (slope * slope - second)
            array -= (rate * fix) * first / (np.sqrt(second) + 1e-8)


def train(
    sets: Sequence[tuple[Floats, NDArray[np.bool_]]],
    names: tuple[str, ...],
    *,
    epochs: int,
    hidden: tuple[int, ...] = _HIDDEN,
    decay: float = _DECAY,
) -> Network:
    """A network for these pairs."""
    values = np.vstack([pairs for pairs, _ in sets])
    truth = np.concatenate([same for _, same in sets]).astype(np.float32)
    mean, spread = values.mean(0), values.std(0) + 1e-6
    trainer = Trainer(values.shape[1], hidden=hidden, seed=1, decay=decay)
    trainer.fit(((values - mean) / spread).astype(np.float32), truth, epochs=epochs)
    layers = tuple(zip(trainer.weights, trainer.biases, strict=True))
    return Network(names, mean.astype(np.float32), spread.astype(np.float32), layers)


def main() -> None:
    """Make, train, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--also", type=Path)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    sets = []
    names: tuple[str, ...] = ()
    for count, seed in SETS:
        started = time.perf_counter()
        values, same, names = pairs_of(*made(count, seed))
        sets.append((values, same))
        print(f"{count}: {len(same)} pairs, {time.perf_counter() - started:.0f} s", file=sys.stderr)
    if given.also:
        values, same, names = pairs_of(*loaded(given.also))
        sets += [(values, same)] * 2
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_bytes(train(sets, names, epochs=given.epochs).written())


if __name__ == "__main__":
    main()
