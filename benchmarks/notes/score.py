"""Micro F1 over the fields of notes, counted as the voice-note sample says.

Sets match by value, sums within 0.1 %, free text when half of its syllables agree (one to one,
greedily), a due date when its day (or a day within the expected range) and, where one was said, its
time agree. Promises and next steps share their due dates.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm_core.notes.pinyin import lazy_pinyin

FIELDS = (
    "contact", "org", "product", "quantity", "budget_min", "budget_max", "concern", "competitor",
    "objection", "promise", "next", "due", "stage", "sentiment",
)  # fmt: skip
_SETS = ("product", "competitor", "objection")
_ENOUGH = 0.5


@dataclass(slots=True)
class Count:
    """Values found rightly, found, and to be found."""

    right: int = 0
    found: int = 0
    wanted: int = 0

    def add(self, other: "Count") -> None:
        """Add another one to this."""
        self.right += other.right
        self.found += other.found
        self.wanted += other.wanted

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 0 where there is nothing."""
        return 2 * self.right / max(1, self.found + self.wanted)

    @property
    def wrong(self) -> int:
        """Values missing or too many."""
        return self.found + self.wanted - 2 * self.right


def compare(got: Mapping[str, Any], want: Mapping[str, Any]) -> dict[str, Count]:
    """The count of every field of one note."""
    found: dict[str, Count] = {
        "contact": _one(got["contact"], want["contact"], lambda a, b: a in b),
        "org": _one(got["org"], want["org"], lambda a, b: a == b),
        "quantity": _matched(got["quantity"], want["quantity"], _same_quantity),
        "concern": _matched(got["concern"], want["concern"], alike),
        "due": _matched(_dues(got), _dues(want), _same_due),
        "stage": _one(got["stage"], want["stage"], lambda a, b: a == b),
        "sentiment": _one(got["sentiment"], want["sentiment"], lambda a, b: a == b),
    }
    for key in _SETS:
        mine, theirs = set(got[key]), set(want[key])
        found[key] = Count(len(mine & theirs), len(mine), len(theirs))
    for key in ("budget_min", "budget_max"):
        found[key] = _one(got[key], want[key], lambda a, b: abs(a - b) <= 1e-3 * max(1, b))
    for key in ("promise", "next"):
        found[key] = _matched(got[key], want[key], lambda a, b: alike(a["what"], b["what"]))
    return found


def total(counts: Iterable[Mapping[str, Count]]) -> dict[str, Count]:
    """The sum of many notes by field, and over all fields as `all`."""
    summed: dict[str, Count] = defaultdict(Count)
    for one in counts:
        for field, count in one.items():
            summed[field].add(count)
            summed["all"].add(count)
    return summed


def alike(one: str, other: str) -> float:
    """How many syllables two phrases share (F1); 0 below a half."""
    mine, theirs = _syllables(one), _syllables(other)
    shared = 2 * sum((mine & theirs).values())
    share = shared / max(1, sum(mine.values()) + sum(theirs.values()))
    return share if share >= _ENOUGH else 0.0


def errors(heard: str, said: str) -> int:
    """Characters to change, add or drop to get from one to the other (Levenshtein)."""
    row = list(range(len(said) + 1))
    for number, char in enumerate(heard, 1):
        last, row[0] = row[0], number
        for place, want in enumerate(said, 1):
            kept = last + (char != want)
            last = row[place]
            row[place] = min(kept, row[place] + 1, row[place - 1] + 1)
    return row[-1]


def errors_within(heard: str, name: str) -> int:
    """The least `errors` of a name against any stretch of what was heard."""
    row = list(range(len(name) + 1))
    best = row[-1]
    for char in heard:
        last, row[0] = row[0], 0
        for place, want in enumerate(name, 1):
            kept = last + (char != want)
            last = row[place]
            row[place] = min(kept, row[place] + 1, row[place - 1] + 1)
        best = min(best, row[-1])
    return best


def _syllables(words: str) -> Counter[str]:
    return Counter(lazy_pinyin(re.sub(r"[^\u4e00-\u9fffA-Za-z0-9]", "", words or "")))


def _one(got: Any, want: Any, same: Callable[[Any, Any], bool]) -> Count:
    both = got is not None and want is not None
    return Count(int(both and same(got, want)), int(got is not None), int(want is not None))


def _matched(
    got: Sequence[Any], want: Sequence[Any], likeness: Callable[[Any, Any], float]
) -> Count:
    left, right = list(want), 0
    for one in got:
        best = max(left, key=lambda other: likeness(one, other), default=None)
        if best is not None and likeness(one, best) > 0:
            right += 1
            left.remove(best)
    return Count(right, len(got), len(want))


def _same_quantity(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return float(all(abs(one[key] - other[key]) < 1e-6 for key in ("min", "max")))


def _dues(fields: Mapping[str, Any]) -> list[str]:
    return [one["due"] for key in ("promise", "next") for one in fields[key] if one["due"]]


def _same_due(got: str, want: str) -> float:
    if "~" in want:
        first, last = want.split("~")
        return float(first <= got[:10] <= last)
    return float(got[:16] == want if "T" in want else got[:10] == want)
