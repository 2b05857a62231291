"""How likely two records are one customer: a small network over the features; pure.

Trained by `benchmarks/matching/train.py` on made-up customers (decision 049). Its numbers ship as
`resources/matching/comparer.npz`, those of a second one, for who is typed in, as `newcomer.npz`
(decision 080); nothing is learned on a user's machine.
"""

import io
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_AT_ONCE = 16_384
"""Pairs a step: what one step needs stays within the processor's cache."""


@dataclass(frozen=True, slots=True)
class Network:
    """Layers of weights; each but the last is followed by a rectifier, the last by a logistic."""

    names: tuple[str, ...]
    """The features, in order."""
    mean: Floats
    spread: Floats
    layers: tuple[tuple[Floats, Floats], ...]
    """(weights, biases) of each layer."""

    def probability(self, features: Floats) -> Floats:
        """One number, 0 to 1, for each row of features."""
        out = np.empty(len(features), dtype=np.float32)
        for start in range(0, len(features), _AT_ONCE):
            out[start : start + _AT_ONCE] = self._step(features[start : start + _AT_ONCE])
        return out

    def _step(self, features: Floats) -> Floats:
        flow = features - self.mean
        flow /= self.spread
        for place, (weights, biases) in enumerate(self.layers):
            flow = flow @ weights
            flow += biases
            if place < len(self.layers) - 1:
                np.maximum(flow, 0, out=flow)
        chance: Floats = 1 / (1 + np.exp(-np.clip(flow[:, 0], -30, 30)))
        return chance

    def written(self) -> bytes:
        """The network as a file."""
        file = io.BytesIO()
        arrays = {"mean": self.mean, "spread": self.spread, "names": np.array(self.names)}
        for place, (weights, biases) in enumerate(self.layers):
            arrays[f"weights{place}"], arrays[f"biases{place}"] = weights, biases
        np.savez_compressed(file, allow_pickle=False, **arrays)
        return file.getvalue()


def read(file: bytes) -> Network:
    """The network a file holds."""
    with np.load(io.BytesIO(file), allow_pickle=False) as arrays:
        many = sum(name.startswith("weights") for name in arrays)
        return Network(
            tuple(str(name) for name in arrays["names"]),
            arrays["mean"],
            arrays["spread"],
            tuple((arrays[f"weights{i}"], arrays[f"biases{i}"]) for i in range(many)),
        )


@lru_cache(maxsize=2)
def shipped(name: str = "comparer") -> Network:
    """A network that ships with the product."""
    return read((resources.files("resources") / "matching" / f"{name}.npz").read_bytes())
