"""Reads the sample's raw material, `resources/sample/*.json`, as typed values.

A malformed file is our own mistake and raises BugError.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from random import Random

from crm_core.errors import BugError

_WRONG = "resources/sample: {path} is not {wanted}"


@dataclass(frozen=True, slots=True)
class Words:
    """One JSON object with typed ways in; `path` is for the error message only."""

    data: Mapping[str, object]
    path: str

    def part(self, key: str) -> "Words":
        """The object under `key`."""
        return _as_words(self.data.get(key), f"{self.path}.{key}")

    def parts(self, key: str) -> list["Words"]:
        """The list of objects under `key`."""
        where = f"{self.path}.{key}"
        return [_as_words(item, where) for item in _as_list(self.data.get(key), where)]

    def lines(self, key: str) -> list[str]:
        """The list of texts under `key`."""
        where = f"{self.path}.{key}"
        return [_as_text(item, where) for item in _as_list(self.data.get(key), where)]

    def text(self, key: str) -> str:
        """The text under `key`; empty where there is none."""
        return _as_text(self.data.get(key, ""), f"{self.path}.{key}")

    def number(self, key: str) -> int:
        """The whole number under `key`; 0 where there is none."""
        found = self.data.get(key, 0)
        if not isinstance(found, int):
            raise BugError(_WRONG.format(path=f"{self.path}.{key}", wanted="a whole number"))
        return found

    def decimal(self, key: str) -> float:
        """The number under `key`."""
        found = self.data.get(key)
        if not isinstance(found, int | float):
            raise BugError(_WRONG.format(path=f"{self.path}.{key}", wanted="a number"))
        return float(found)

    def pick(self, key: str, rng: Random) -> str:
        """One of the texts under `key`."""
        return rng.choice(self.lines(key))


def load_words(name: str) -> Words:
    """Read `resources/sample/<name>.json`."""
    text = files("resources").joinpath("sample", f"{name}.json").read_text(encoding="utf-8")
    return _as_words(json.loads(text), name)


def _as_words(found: object, path: str) -> Words:
    if not isinstance(found, dict):
        raise BugError(_WRONG.format(path=path, wanted="an object"))
    return Words(found, path)


def _as_list(found: object, path: str) -> list[object]:
    if not isinstance(found, list):
        raise BugError(_WRONG.format(path=path, wanted="a list"))
    return found


def _as_text(found: object, path: str) -> str:
    if not isinstance(found, str):
        raise BugError(_WRONG.format(path=path, wanted="a text"))
    return found
